"""The pieces of a Markdown file that is a record: blocks under headings, and the YAML in front."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from rules.diagnostics import SourceLocation
from rules.loading.yaml_nodes import Node

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
