"""What a reader sees of a section: comments are none of it."""

from __future__ import annotations

import re

from advisor.records.document import Block, Section
from advisor.records.document import Kind as BlockKind

DOTS = frozenset({"…", "..."})  # an item for what may be added
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def shows_nothing(block: Block) -> bool:
    """Whether it is a comment, or an item with nothing in it."""
    if block.kind in (BlockKind.HTML, BlockKind.CODE):
        return not _COMMENT.sub("", block.source).strip()
    return not block.text and not block.links


def is_empty(section: Section) -> bool:
    return all(shows_nothing(block) for block in section.blocks)


def comments(block: Block) -> list[str]:
    """The comments in it, of code none."""
    return [] if block.kind is BlockKind.CODE else _COMMENT.findall(block.source)
