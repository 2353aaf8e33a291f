"""What people added to a record, as far as it may hide what was sealed or pass for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from advisor.lookalikes import invisible, look
from advisor.records.parsed_record import OPTIONS, Document
from advisor.records.verification.comparison import ComparedPart, TextComparison
from advisor.records.verification.plain import shown_differently
from advisor.records.verification.rendering import Part, Rendered, Shape
from advisor.records.verification.wording import shortened, visible
from rules.loading.yaml_nodes import Node

_COMMENT = re.compile(r"\s*<!--(?!-?>)(?:(?!--!?>|<!--).)*-->\s*", re.DOTALL)  # as HTML has it
_CHOICE = re.compile(r"chosen\W*options?\W*(?:[:=–—-]|\bis?\b|$)")  # "|" looks like "i"
_NAMED = re.compile(r"chosen\s+options?\s*:\s*[\"“'](?P<option>.+?)[\"”'](?!\w)", re.I | re.DOTALL)
_LEADS = re.compile(r"(?:[:：↓–—-]|\.\.\.|…)$")
_REASON = re.compile(r"\W*(?:good|bad|neutral)\W+because\b")
# By their look, what only advisor writes.
_OWN = tuple(
    map(
        look,
        (
            *("SHA-256", ".evidence.zip", "(rule ", "Written by framework-advisor"),
            *("Look at this decision again", "advisor record verify", "Supersedes ADR"),
        ),
    )
)
# A label, and what is named behind it; and, by their look, the words by which it is a choice.
_LABELLED = re.compile(r"\W*(?P<label>[^:=|–—]{1,60})[:=|–—-]+\W*(?P<named>.*)", re.DOTALL)
_CHOOSING = tuple(
    map(look, ("choice", "chos", "decid", "decision", "option", "outcome", "pick", "select"))
)
_ASIDE = ("not", "no", "never", "without", "over", "against", "from", "instead of", "rather than")
_NOT_ASIDE = "".join(rf"(?<!\b{word} )" for word in _ASIDE)
_EXPECTED = "expected plain text"
LEAST = 8  # letters of the beginning of a sentence by which it is taken for another


def choice_in(block: Rendered) -> str | None:
    """The option that a block says was chosen, or all it says where that names none; None where it
    says nothing of the kind.
    """
    if not _CHOICE.search(look(block.text)):
        return None
    match = _NAMED.search(block.text)
    return match["option"].strip() if match else shortened(block.text, 60)


def is_comment(html: str) -> bool:
    """Whether a reader sees nothing of it, nor of anything else because of it."""
    return _COMMENT.fullmatch(html) is not None


def _is_seen(block: Rendered) -> bool:
    if block.seen.shape is Shape.HTML:
        return not is_comment(block.source)
    return bool(block.text or block.seen.links)


@dataclass(frozen=True)
class Additions:
    """``written`` are the parts that were sealed, and ``chosen`` the option they say was chosen;
    the record's own begin on ``first_line``.
    """

    document: Document
    comparison: TextComparison
    written: Sequence[Part]
    chosen: str
    first_line: int

    def heading_problems(self) -> Iterator[str]:
        """Headings that pass for others, or under which sealed ones come to stand."""
        sealed = {look(part.title): part.title for part in self.written if part.level > 1}
        title = self._title
        titles = {p.heading.seen for p in self.written if p.heading and p.level == 1}
        for number, compared in enumerate(self.comparison.parts):
            heading, level = compared.part.heading, compared.part.level
            if heading is None or compared.sealed is not None:
                continue
            if number == title and heading.seen in titles:
                continue  # as it was sealed
            place, shown = self.document.place(heading.line), f"“{shortened(heading.text, 60)}”"
            if original := sealed.get(look(heading.text)):
                yield f"{place}: a second “{original}” stands here"
            elif number != title and level == 1:
                yield f"{place}: a second title stands here, {shown}"
            elif number < title:
                yield f"{place}: {shown} stands before the title"
            elif number != title and self._next_levels[number] > level:
                yield f"{place}: {shown} stands above what belongs to another heading"
            elif number != title and not self._says_something(number):
                yield f"{place}: {shown} heads nothing of its own"
            if number == title and self._is_of_another_option(heading.text):
                yield f"{place}: the title {shown} names an option that was not chosen"
            elif self.states_choice(heading.text):
                yield f"{place}: {shown} reads like a statement of the evidence, and is none"
            yield from self._hidden(heading, heading.text)
        if title < 0:
            yield f"{self.document.file}: the title is gone, or stands behind what it heads"

    @property
    def _title(self) -> int:
        """The number of the part that the title heads; -1 where none does."""
        for number, compared in enumerate(self.comparison.parts):
            if compared.sealed is not None:
                break
            if compared.part.level == 1:
                return number
        return -1

    @cached_property
    def _next_levels(self) -> Sequence[int]:
        """Of each part, the level of the next heading behind it that was sealed; 0 for none."""
        levels, level = [], 0
        for compared in reversed(self.comparison.parts):
            levels.append(level)
            level = compared.part.level if compared.sealed else level
        return levels[::-1]

    def _says_something(self, number: int) -> bool:
        """Whether a part that was added holds anything, or parts that do."""
        own = self.comparison.parts[number]
        following = self.comparison.parts[number + 1 : number + 2]
        is_above = any(p.sealed is None and p.part.level > own.part.level for p in following)
        return is_above or any(block.text and not block.html for block in own.added)

    def problems(self, compared: ComparedPart, told: set[Rendered]) -> Iterator[str]:
        """What the blocks that were added to a part may do to it; not of those ``told`` already."""
        added = set(compared.added)
        blocks = compared.part.blocks
        items = {b.inside[-1] for b in blocks if b not in added and b.inside}
        for block in compared.added:
            if block not in told:
                yield from self._hidden(block, compared.part.title)
                yield from self._imitation(block, compared)
                if items.intersection(block.inside):
                    yield f"{self._place(block)} stands inside of what was written from evidence"
        for block, behind in pairwise(filter(_is_seen, blocks)):
            one_is_added = (block in added) is not (behind in added)
            if one_is_added and _LEADS.search(block.text) and told.isdisjoint((block, behind)):
                second = shortened(behind.text, 60)
                yield f"{self._place(block)} leads to “{second}”, which does not belong to it"

    def _place(self, block: Rendered) -> str:
        return f"{self.document.place(block.line)}: “{shortened(block.text, 60)}”"

    def _hidden(self, block: Rendered, heading: str) -> Iterator[str]:
        """What a reader of the block may not see of it, or of what follows."""
        place = self.document.place(block.line)
        if not all(map(is_comment, block.html)):
            yield f"{place}: HTML under “{visible(heading)}” may hide what it says, expected text"
        if character := self.invisible(block.text.replace("\n", " ")):
            yield f"{place}: holds the character {character!a}, which no reader sees"

    def _imitation(self, block: Rendered, compared: ComparedPart) -> Iterator[str]:
        """What reads like the evidence, and is not in it."""
        seen = look(block.text)
        if not seen:
            return
        if block.seen.shape is Shape.ITEM and compared.part.title == OPTIONS:
            yield f"{self._place(block)} was no considered option"
        elif _REASON.match(seen):
            yield f"{self._place(block)} reads like a reason of the evidence, and is none"
        elif self._names_another_option(block.text):
            yield f"{self._place(block)} names an option as a choice does"
        elif seen in self._sentences or lead(block.text) in self._leads:
            yield f"{self._place(block)} says once more what was written from evidence"
        elif _CHOICE.search(seen) or any(own in seen for own in _OWN) or self._links(block):
            yield f"{self._place(block)} reads like a statement of the evidence, and is none"

    def invisible(self, line: str) -> str:
        """The first character in a line that no reader sees, and that was not sealed; or ""."""
        return invisible(line.translate(self._known_invisible))

    @cached_property
    def _known_invisible(self) -> Mapping[int, str]:
        sealed = {c for part in self.written for text in _texts(part) for c in text}
        return {ord(character): "" for character in sealed if invisible(character)}

    @property
    def _lines(self) -> Set[int]:
        """Where what was added begins, as indices into the lines of the body."""
        titles = {p.heading.seen for p in self.written if p.heading and p.level == 1}
        headings = (p.part.heading for p in self.comparison.parts if p.sealed is None)
        blocks = {*self.comparison.added, *(h for h in headings if h and h.seen not in titles)}
        return {block.line - self.first_line for block in blocks}

    def differently_shown(self, body: str, sealed: str) -> Iterator[str]:
        """What readers show differently in the ``body``, but for what was ``sealed``."""
        headings = [p.part.heading for p in self.comparison.parts if p.part.heading]
        for number, what in shown_differently(body, self._lines, sealed):
            line = number + self.first_line
            above = next((h.text for h in reversed(headings) if h.line <= line), "")
            where = f" under “{visible(above)}”" if above else ""
            place = self.document.place(line)
            yield f"{place}: {what}{where} is shown differently by different readers, {_EXPECTED}"

    def front_problems(self) -> Iterator[str]:
        """Fields of people's own, which readers show above the text, that state a choice."""
        for key, node in self.document.front.fields.items() if self.document.front else ():
            for text in _front_texts(node):
                labelled = f"{key}: {text}"
                is_title = look(key) == look("title") and self._is_of_another_option(text)
                if is_title or self.states_choice(labelled) or self.states_choice(text):
                    place = self.document.place(self.document.field_line(key))
                    shown = f"“{shortened(labelled, 60)}”"
                    yield f"{place}: {shown} reads like a statement of the choice"
                    break

    def states_choice(self, text: str) -> bool:
        return _CHOICE.search(look(text)) is not None or self._names_another_option(text)

    def _is_of_another_option(self, title: str) -> bool:
        """Whether a title states a choice, or names an option that was not chosen and no other
        that it does not leave aside. The first title may do so, and so may those made of it.
        """
        if self.states_choice(title):
            return True
        first = (p.title for p in self.written if p.level == 1)
        return self._single(title) is not None and self._single(title) not in map(
            self._single, first
        )

    def _single(self, title: str) -> str | None:
        options = (*self._not_chosen, look(self.chosen))
        held = [
            o for o in options if o and re.search(rf"{_NOT_ASIDE}\b{re.escape(o)}\b", look(title))
        ]
        return held[0] if len(held) == 1 and held[0] in self._not_chosen else None

    def _names_another_option(self, text: str) -> bool:
        """Whether it is a label such as "Decision:" with an option that was not chosen."""
        match = _LABELLED.match(text)
        if match is None:
            return False
        label, named = look(match["label"]).replace(" ", ""), look(match["named"])
        is_choice = any(word in label for word in _CHOOSING) and look(self.chosen) not in named
        return is_choice and named.startswith(self._not_chosen)

    @cached_property
    def _not_chosen(self) -> tuple[str, ...]:
        blocks = [block for part in self.written for block in part.blocks if part.title == OPTIONS]
        options = (look(block.text) for block in blocks if block.seen.shape is Shape.ITEM)
        return tuple(option for option in options if option and option != look(self.chosen))

    @staticmethod
    def _links(block: Rendered) -> bool:
        return any(".evidence.zip" in look(link) for link in block.seen.links)

    @cached_property
    def _sentences(self) -> frozenset[str]:
        return frozenset(look(block.text) for part in self.written for block in part.blocks)

    @cached_property
    def _leads(self) -> frozenset[str]:
        texts = (block.text for part in self.written for block in part.blocks)
        return frozenset(filter(None, map(lead, texts)))


def _front_texts(node: Node) -> Iterator[str]:
    """Every text in a field of the front matter, keys included."""
    if isinstance(node.value, str):
        yield node.value
    elif isinstance(node.value, Mapping):
        for key, below in node.value.items():
            yield from (f"{key}: {text}" for text in _front_texts(below))
    else:
        texts = [text for item in node.value for text in _front_texts(item)]
        yield from (", ".join(texts), *texts)


def _texts(part: Part) -> Iterator[str]:
    yield part.title
    yield from (block.text for block in part.blocks)


def lead(text: str) -> str:
    """By its look, how a sentence begins that goes on to state something; "" for any other."""
    first = re.split(r"[?:;(,]", re.sub(r"\d+", "#", text), maxsplit=1)
    return look(first[0]) if len(first) > 1 and len(first[0]) >= LEAST else ""
