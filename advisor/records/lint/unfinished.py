"""What was never written: placeholders and comments of the template, promises, half a merge."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import ELLIPSES, plain, quoted
from advisor.records.parsed_record import Document
from advisor.records.sections import Block, BlockKind

LONGEST = 2000  # characters of a text that are searched for placeholders
# How the placeholders of MADR's templates begin, of this edition and the one before.
_TEMPLATE = re.compile(
    r"(?<![\w$\\{%/])\{\s*(?:short title|describe the|describe how|decision driver \d|driver \d"
    r"|title of (?:other )?option|name of option|option \d|justification|positive consequence"
    r"|negative consequence|argument [a-z]\b|example \||you might want|list everyone|yyyy-mm-dd)"
    r"|(?<!\\)\[(?:justification\b|argument [a-z]\](?!\())",
    re.IGNORECASE,
)
# A whole text in braces that reads like prose: no set, no JSON, no template language.
_BRACED = re.compile(
    r"(?:(?:good|neutral|bad), because )?\{[^\W\d_][^{}:=\"]* [^{}:=\"]*\}\.?", re.I
)
_CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_OF_TEMPLATE = re.compile(
    r"optional element|feel free to remove|\bcan vary\b|use \"neutral\" if|<!--\s*optional\s*-->",
    re.IGNORECASE,
)
_PROMISES = frozenset(
    {
        *("todo", "tbd", "fixme", "tba", "wip", "...", "…", ""),
        *("to do", "to be done", "to be decided", "to be defined", "to be determined"),
        *("to be added", "to be written", "coming soon", "work in progress"),
    }
)
_MARK = re.compile(r"(?:<{7}|>{7}) \S")


def placeholders(document: Document) -> Iterator[LintRemark]:
    """One remark a section, at its first placeholder."""
    for section in document.sections:
        lines = [block.line for block in section.blocks if _is_placeholder(block)]
        if section.level and is_placeholder_text(section.heading):
            lines.insert(0, section.line)
        if lines:
            more = f", and {len(lines) - 1} more in this section" if len(lines) > 1 else ""
            message = f"a placeholder of the template stands here{more}, expected words of your own"
            yield LintKind.PLACEHOLDER.at(document, lines[0], section.heading, message)


def _is_placeholder(block: Block) -> bool:
    if not block.is_text:
        return False
    return _is_ellipsis(block) or is_placeholder_text(_CODE_SPAN.sub("", block.source[:LONGEST]))


def _is_ellipsis(block: Block) -> bool:
    return block.kind is BlockKind.ITEM and block.text in ELLIPSES


def is_placeholder_text(text: str) -> bool:
    """Whether a placeholder of the template is in the text."""
    start = text[:LONGEST].strip()
    return _TEMPLATE.search(start) is not None or _BRACED.fullmatch(start) is not None


def template_comments(document: Document) -> Iterator[LintRemark]:
    """One remark for all of them: who leaves one leaves them all."""
    lines = [
        block.line
        for block in document.blocks
        if any(_OF_TEMPLATE.search(comment) for comment in block.comments)
    ]
    if lines:
        more = f", as do {len(lines) - 1} more below" if len(lines) > 1 else ""
        message = f"a comment stands here that the template asks to remove{more}"
        yield LintKind.TEMPLATE_COMMENT.at(document, lines[0], "comments", message)


def promises(document: Document) -> Iterator[LintRemark]:
    for section in document.sections:
        blocks = [block for block in section.blocks if not block.is_empty]
        if section.level and blocks and all(_is_promise(block) for block in blocks):
            text = quoted(blocks[0].text)
            message = f"{quoted(section.heading)} holds {text} alone, expected what belongs there"
            yield LintKind.UNFINISHED.at(document, blocks[0].line, section.heading, message)


def _is_promise(block: Block) -> bool:
    if not block.is_text or block.links or _is_ellipsis(block):  # that is a placeholder
        return False
    return bool(block.text) and plain(block.text).strip("[]()") in _PROMISES


def merge_conflicts(document: Document) -> Iterator[LintRemark]:
    """The first mark outside of code."""
    code = {
        number
        for block in document.blocks
        if block.kind is BlockKind.CODE
        for number in range(block.line, block.line + block.source.count("\n") + 2)
    }
    for number, line in enumerate(document.text.split("\n"), start=1):
        if _MARK.match(line) and number not in code:
            message = f"{quoted(line)} is the mark of a merge, expected its outcome"
            yield LintKind.MERGE_CONFLICT.at(document, number, "merge", message)
            return
