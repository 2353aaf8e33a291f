"""The parts of a decision record: front matter, sections, blocks, and what they say.

Any Markdown file has them, however far it is from MADR 4.0.0: what is missing is None or empty, and
the caller reports it. :mod:`advisor.records.parsing` makes them of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from rules.diagnostics import Problem, SourceLocation
from rules.loading.yaml_nodes import Node

CONTEXT = "Context and Problem Statement"
DRIVERS = "Decision Drivers"
OPTIONS = "Considered Options"
OUTCOME = "Decision Outcome"
CONSEQUENCES = "Consequences"
CONFIRMATION = "Confirmation"
ARGUMENTS = "Pros and Cons of the Options"
MORE = "More Information"
HOW = "How the group decided"  # in a team's record, below the last

_CHOSEN = re.compile(r"Chosen options?\s*:\s*(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
# The option and the reason, from the form that leaves no doubt to the one that says least.
_OPTION_AND_REASON = tuple(
    re.compile(form, re.IGNORECASE | re.DOTALL)
    for form in (
        r"[\"“'](?P<option>.+?)[\"”']\s*,?\s+because\b\s*(?P<why>.*)",
        r"[\"“'](?P<option>.+?)[\"”'](?!\w)(?P<why>.*)",
        r"(?P<option>.+?)\s*,?\s+because\b\s*(?P<why>.*)",
        r"(?P<option>.+?)(?:[.;](?=\s|$)|$)(?P<why>.*)",
    )
)
_SUPERSEDED = re.compile(r"superseded\s+by\s+(?:\[)?(?:ADR[-_ ]?)?0*(?P<number>\d{1,9})\b", re.I)
_NOT_IN_FORCE = re.compile(r"superseded|deprecated|rejected", re.I)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


class BlockKind(str, Enum):
    """What a block of Markdown is."""

    ITEM = "item"  # the first paragraph of an item of a list
    PARAGRAPH = "paragraph"
    CODE = "code"
    HTML = "html"


@dataclass(frozen=True)
class Block:
    """One piece under a heading. ``text`` is what a reader sees of it, on one line, ``source`` the
    Markdown; ``links`` are the targets of its links and images; ``depth`` counts the lists around
    it.
    """

    kind: BlockKind
    text: str
    source: str
    line: int
    depth: int = 0
    links: tuple[str, ...] = ()
    marked: bool = False  # whether HTML or an image is among its words, and may hide some

    @property
    def is_text(self) -> bool:
        return self.kind in (BlockKind.ITEM, BlockKind.PARAGRAPH)

    @property
    def is_empty(self) -> bool:
        """Whether a reader sees nothing of it: a comment, or an item with nothing in it."""
        if self.is_text:
            return not self.text and not self.links
        return not _COMMENT.sub("", self.source).strip()

    @property
    def comments(self) -> Sequence[str]:
        """The comments in it; code has none."""
        return [] if self.kind is BlockKind.CODE else _COMMENT.findall(self.source)


@dataclass(frozen=True)
class RecordSection:
    """A heading of ``level`` 1 to 6 and the blocks under it, up to the next heading. What comes
    before the first heading is a section of level 0 without a heading.
    """

    heading: str
    level: int
    line: int
    blocks: tuple[Block, ...]

    @property
    def items(self) -> tuple[Block, ...]:
        """The items of its outermost lists."""
        return tuple(b for b in self.blocks if b.kind is BlockKind.ITEM and b.depth == 1)

    @property
    def is_empty(self) -> bool:
        return all(block.is_empty for block in self.blocks)


@dataclass(frozen=True)
class ChosenOption:
    """The sentence that says what was chosen, taken apart. ``because`` is what follows that word,
    or where it is missing all that follows the option.
    """

    option: str
    because: str
    line: int


@dataclass(frozen=True)
class FrontMatter:
    """The YAML in front. Both lines, that of the first ``---`` and that of the last, count from 1
    in the file.
    """

    fields: Mapping[str, Node]
    keys: Mapping[str, SourceLocation]
    first_line: int
    last_line: int

    def text(self, key: str) -> str:
        """The text under ``key``; empty where there is none, or something else than a text."""
        node = self.fields.get(key)
        return node.value.strip() if node and isinstance(node.value, str) else ""

    def names(self, key: str) -> tuple[str, ...]:
        """The names under ``key``, which is a list or one text."""
        node = self.fields.get(key)
        if node is None or isinstance(node.value, Mapping):
            return ()
        if isinstance(node.value, str):
            return (node.value.strip(),) if node.value.strip() else ()
        return tuple(item.value.strip() for item in node.value if isinstance(item.value, str))


@dataclass(frozen=True)
class Document:
    """A record. ``problems`` are those of its front matter, which is None where it has none or
    cannot be read. ``body`` is everything after it, and begins on line ``body_line``.
    """

    file: str
    text: str
    front: FrontMatter | None
    body: str
    body_line: int
    sections: tuple[RecordSection, ...]
    problems: tuple[Problem, ...] = ()

    def place(self, line: int) -> SourceLocation:
        return SourceLocation(self.file, line)

    def field_line(self, key: str) -> int:
        """The line of the field of the front matter; 1 where there is none.

        YAML counts some characters as line ends that no other reader does.
        """
        if self.front is None or key not in self.front.keys:
            return 1
        return max(1, min(self.front.keys[key].line, self.front.last_line))

    @property
    def title(self) -> str:
        """The first heading of the first level; empty where there is none."""
        return next((section.heading for section in self.sections if section.level == 1), "")

    @property
    def status(self) -> str:
        return self.front.text("status") if self.front else ""

    @property
    def date(self) -> str:
        return self.front.text("date") if self.front else ""

    @property
    def in_force(self) -> bool:
        """Whether anybody may still act by the record."""
        return _NOT_IN_FORCE.match(self.status) is None

    @property
    def superseded_by(self) -> int | None:
        """The number of the record that takes its place, as its status says."""
        match = _SUPERSEDED.match(self.status)
        return int(match["number"]) if match else None

    @property
    def blocks(self) -> Iterator[Block]:
        """The blocks of all sections."""
        return (block for section in self.sections for block in section.blocks)

    @cached_property
    def options(self) -> tuple[Block, ...]:
        """The considered options, in their order."""
        section = self.section(OPTIONS)
        return section.items if section else ()

    @property
    def chosen(self) -> ChosenOption | None:
        """What was chosen, from the first sentence of the outcome that says so."""
        return self.choices[0] if self.choices else None

    @cached_property
    def choices(self) -> tuple[ChosenOption, ...]:
        """Every sentence of the outcome that says what was chosen: there should be one."""
        chosen = (
            _chosen(match["rest"], block.line)
            for section in self.under(OUTCOME)
            if section.heading != CONFIRMATION  # where the words of others are reported
            for block in section.blocks
            if block.kind is not BlockKind.CODE and (match := _CHOSEN.search(block.text))
        )
        return tuple(filter(None, chosen))

    def section(self, heading: str) -> RecordSection | None:
        """The first section of this heading, in whatever case."""
        folded = heading.casefold()
        return next((s for s in self.sections if s.heading.casefold() == folded), None)

    def under(self, heading: str) -> Sequence[RecordSection]:
        """The section of this heading and those below it; empty where there is none."""
        first = self.section(heading)
        if first is None:
            return ()
        selected = [first]
        for section in self.sections[self.sections.index(first) + 1 :]:
            if section.level <= first.level:
                break
            selected.append(section)
        return selected

    def blocks_under(self, heading: str) -> Iterator[Block]:
        """The blocks of the section of this heading and of those below it."""
        return (block for section in self.under(heading) for block in section.blocks)


def _chosen(rest: str, line: int) -> ChosenOption | None:
    match = next((match for form in _OPTION_AND_REASON if (match := form.match(rest))), None)
    if match is None:
        return None
    return ChosenOption(match["option"].strip(), match["why"].strip().lstrip(" ,.;:"), line)
