"""A record as a reader sees it: its headings and blocks, each with its words, the targets of its
links, and what stands around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from advisor.records.parsing import markdown_tokens, visible_text

if TYPE_CHECKING:
    from markdown_it.token import Token


class Shape(str, Enum):
    HEADING = "heading"
    ITEM = "item"  # the first paragraph of an item of a list
    PARAGRAPH = "paragraph"
    CODE = "code"
    HTML = "HTML"


@dataclass(frozen=True)
class Seen:
    """What two places must share for a reader to see the same: ``around`` are the kinds of lists
    and quotations, ``html`` the tags among the words.
    """

    shape: Shape
    level: int  # of a heading, else 0
    around: tuple[str, ...]
    text: str
    links: tuple[str, ...]
    html: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Rendered:
    """A heading or block, where it stands. ``inside`` are the numbers of the items around it."""

    seen: Seen
    line: int
    inside: tuple[int, ...]
    source: str

    @property
    def text(self) -> str:
        return self.seen.text

    @property
    def html(self) -> tuple[str, ...]:
        """The HTML in it."""
        return (self.source,) if self.seen.shape is Shape.HTML else self.seen.html


@dataclass(frozen=True)
class Part:
    """A heading that is in no list or quotation, None before the first, and the blocks under it."""

    heading: Rendered | None
    blocks: tuple[Rendered, ...]

    @property
    def level(self) -> int:
        return self.heading.seen.level if self.heading else 0

    @property
    def title(self) -> str:
        return self.heading.text if self.heading else ""


def parts(body: str, first_line: int = 1) -> Sequence[Part]:
    """The Markdown in ``body``, which begins on ``first_line``, heading by heading."""
    found: list[Part] = []
    heading, blocks = None, list[Rendered]()
    for one in _rendered(markdown_tokens(body), first_line):
        if one.seen.shape is Shape.HEADING and not one.seen.around:
            found.append(Part(heading, tuple(blocks)))
            heading, blocks = one, []
        else:
            blocks.append(one)
    return [*found, Part(heading, tuple(blocks))]


def paragraph(markdown: str) -> Seen:
    """How a paragraph of Markdown is seen."""
    (part,) = parts(markdown)
    (block,) = part.blocks
    return block.seen


CONTAINERS = ("bullet_list", "ordered_list", "blockquote")
_OPENING = ("heading_open", "paragraph_open")


def _rendered(tokens: Sequence[Token], first_line: int) -> Iterator[Rendered]:
    around: list[str] = []
    inside: list[int] = []
    items, fresh, level, line = 0, False, 0, first_line
    for token in tokens:
        line = first_line + token.map[0] if token.map else line
        kind, _, edge = token.type.rpartition("_")
        shape, text = None, ""
        if kind in CONTAINERS:
            around = [*around, kind] if edge == "open" else around[:-1]
        elif token.type == "list_item_open":
            items += 1
            inside, fresh = [*inside, items], True
        elif token.type == "list_item_close":
            inside, fresh = inside[:-1], False
        elif token.type in _OPENING:
            level = int(token.tag[1:]) if kind == "heading" else 0
        elif token.type == "inline":
            first = Shape.ITEM if fresh else Shape.PARAGRAPH
            shape, text = Shape.HEADING if level else first, visible_text(token)
        elif token.type in ("fence", "code_block"):
            shape, text = Shape.CODE, token.content
        elif token.type == "html_block":
            shape, text = Shape.HTML, token.content
        if shape is not None:
            links, html = tuple(_targets(token)), tuple(_inline_html(token))
            seen = Seen(shape, level, tuple(around), text, links, html)
            yield Rendered(seen, line, tuple(inside), token.content)
            fresh, level = False, 0


def _targets(token: Token) -> Iterator[str]:
    for child in token.children or ():
        if child.type == "link_open":
            yield str(child.attrGet("href") or "")
            if title := child.attrGet("title"):
                yield f"title {title}"
        elif child.type == "image":
            yield f"image {child.attrGet('src') or ''}"


def _inline_html(token: Token) -> Iterator[str]:
    return (child.content for child in token.children or () if child.type == "html_inline")
