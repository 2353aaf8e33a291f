"""A decision record as it stands in a file: front matter, headings, and what is under them.

Reads any Markdown file, however far it is from MADR 4.0.0: what is missing is None or empty, and
whoever needs it says so. Markdown is parsed as CommonMark; every part knows its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.yaml_nodes import Node, contents, decoded, parse

if TYPE_CHECKING:
    from markdown_it.token import Token

CONTEXT = "Context and Problem Statement"
DRIVERS = "Decision Drivers"
OPTIONS = "Considered Options"
OUTCOME = "Decision Outcome"
CONSEQUENCES = "Consequences"
CONFIRMATION = "Confirmation"
ARGUMENTS = "Pros and Cons of the Options"
MORE = "More Information"
HOW = "How the group decided"  # in a team's record, below the last

_FENCE = re.compile(r"^(---|\.\.\.)[ \t]*$", re.MULTILINE)
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


@dataclass(frozen=True)
class RecordSection:
    """A heading of ``level`` 1 to 6 and what stands under it, up to the next heading."""

    heading: str
    level: int
    line: int
    blocks: tuple[Block, ...]

    @property
    def items(self) -> tuple[Block, ...]:
        """The items of its outermost lists."""
        return tuple(b for b in self.blocks if b.kind is BlockKind.ITEM and b.depth == 1)


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
    """The YAML in front, with the lines of the file it stands on: of both ``---`` as well."""

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
        return tuple(one.value.strip() for one in node.value if isinstance(one.value, str))


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

    @property
    def title(self) -> str:
        """The first heading of the first level; empty where there is none."""
        return next((one.heading for one in self.sections if one.level == 1), "")

    @property
    def status(self) -> str:
        return self.front.text("status") if self.front else ""

    @property
    def date(self) -> str:
        return self.front.text("date") if self.front else ""

    @property
    def superseded_by(self) -> int | None:
        """The number of the record that takes its place, as its status says."""
        found = _SUPERSEDED.match(self.status)
        return int(found["number"]) if found else None

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
        blocks = (block for section in self.under(OUTCOME) for block in section.blocks)
        found = (
            _chosen(match["rest"], block.line)
            for block in blocks
            if block.kind is not BlockKind.CODE and (match := _CHOSEN.search(block.text))
        )
        return tuple(filter(None, found))

    def section(self, heading: str) -> RecordSection | None:
        """The first section of this heading, in whatever case."""
        wanted = heading.casefold()
        return next((one for one in self.sections if one.heading.casefold() == wanted), None)

    def under(self, heading: str) -> Sequence[RecordSection]:
        """The section of this heading and those below it; empty where there is none."""
        first = self.section(heading)
        if first is None:
            return ()
        rest = self.sections[self.sections.index(first) + 1 :]
        found = [first]
        for section in rest:
            if section.level <= first.level:
                break
            found.append(section)
        return found


def read_document(path: Path, *, shown_as: str | None = None) -> Document:
    """The record in ``path``. Raises InputError for what is no text file of a sensible size."""
    file = str(path) if shown_as is None else shown_as
    data = contents(path, shown_as=file, expected="a Markdown file")
    return parse_document(decoded(data, file), file)


def parse_document(text: str, file: str) -> Document:
    """The record in ``text``; its places name ``file``."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    problems: tuple[Problem, ...] = ()
    front, end = None, _end_of_front_matter(text)
    if end:
        try:
            front = _front_matter(text[:end], file)
        except InputError as error:
            problems = tuple(error.problems)
    line = text.count("\n", 0, end) + 1
    body = text[end:]
    return Document(file, text, front, body, line, tuple(_sections(body, line)), problems)


def _chosen(rest: str, line: int) -> ChosenOption | None:
    found = next((one for form in _OPTION_AND_REASON if (one := form.match(rest))), None)
    return (
        ChosenOption(found["option"].strip(), found["why"].strip().lstrip(" ,.;:"), line)
        if found
        else None
    )


def _end_of_front_matter(text: str) -> int:
    """Where the body begins: 0 without front matter."""
    if not (found := _FENCE.match(text)) or found[1] != "---":
        return 0
    closing = _FENCE.search(text, found.end())
    return 0 if closing is None else min(closing.end() + 1, len(text))


def _front_matter(text: str, file: str) -> FrontMatter:
    lines = text.rstrip("\n").split("\n")
    inner = "\n".join(lines[1:-1])
    if not inner.strip():
        return FrontMatter({}, {}, 1, len(lines))
    root = parse(f"\n{inner}\n", file)  # the empty line stands for the first fence
    if not isinstance(root.value, Mapping):
        message = "the front matter is no mapping, expected 'status:', 'date:' and the like"
        raise InputError([Problem(SourceLocation(file, 2), message)])
    return FrontMatter(root.value, root.keys, 1, len(lines))


def _sections(body: str, first_line: int) -> Iterator[RecordSection]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(body)
    heading, level, line = "", 0, first_line  # what stands before any heading
    blocks: list[Block] = []
    for token, block in _blocks(tokens, first_line):
        if token.type != "heading_open":
            blocks.append(block)
            continue
        if level or blocks:
            yield RecordSection(heading, level, line, tuple(blocks))
        heading, level, line, blocks = block.text, int(token.tag[1:]), block.line, []
    if level or blocks:
        yield RecordSection(heading, level, line, tuple(blocks))


def _blocks(tokens: Sequence[Token], first_line: int) -> Iterator[tuple[Token, Block]]:
    """Every heading and block, each with the token that opens it."""
    depth, opened, fresh_item, line = 0, None, False, first_line
    for token in tokens:
        line = first_line + token.map[0] if token.map else line  # what closes has no place
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
            case "list_item_open":
                fresh_item = True
            case "list_item_close":
                if fresh_item:  # an item with nothing in it
                    yield token, Block(BlockKind.ITEM, "", "", line, depth)
                fresh_item = False
            case "heading_open" | "paragraph_open":
                opened = token
            case "inline" if opened is not None:
                kind = BlockKind.ITEM if fresh_item else BlockKind.PARAGRAPH
                text, links = shown(token), tuple(_links(token))
                marked = any(c.type in ("html_inline", "image") for c in token.children or ())
                yield opened, Block(kind, text, token.content, line, depth, links, marked)
                opened, fresh_item = None, False
            case "fence" | "code_block":
                fresh_item = False
                yield token, Block(BlockKind.CODE, token.content, token.content, line, depth)
            case "html_block":
                fresh_item = False
                yield token, Block(BlockKind.HTML, token.content, token.content, line, depth)


def shown(inline: Token) -> str:
    """What a reader sees of it, white space folded."""
    parts = []
    for child in inline.children or ():
        match child.type:
            case "text" | "code_inline":
                parts.append(child.content)
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "image":
                parts.append(shown(child))
    return " ".join("".join(parts).split())


def _links(inline: Token) -> Iterator[str]:
    children = inline.children or []
    for child, behind in zip(children, [*children[1:], None], strict=False):
        if child.type == "link_open":
            if behind is None or not behind.content.startswith("^"):  # a footnote, elsewhere
                yield str(child.attrGet("href") or "")
        elif child.type == "image":
            yield str(child.attrGet("src") or "")


DOTS = frozenset({"…", "..."})  # an item for what may be added


_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def shows_nothing(block: Block) -> bool:
    """Whether it is a comment, or an item with nothing in it."""
    if block.kind in (BlockKind.HTML, BlockKind.CODE):
        return not _COMMENT.sub("", block.source).strip()
    return not block.text and not block.links


def is_empty(section: RecordSection) -> bool:
    return all(shows_nothing(block) for block in section.blocks)


def comments(block: Block) -> list[str]:
    """The comments in it, of code none."""
    return [] if block.kind is BlockKind.CODE else _COMMENT.findall(block.source)
