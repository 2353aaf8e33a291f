"""A Markdown file becomes a decision record: its front matter is YAML, its body CommonMark.

Every part knows its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.records.parsed_record import Block, BlockKind, Document, FrontMatter, RecordSection
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.input_file import MAX_BYTES, read_bytes
from rules.loading.yaml_nodes import decoded, parse

if TYPE_CHECKING:
    from markdown_it.token import Token

_FENCE = re.compile(r"^(---|\.\.\.)[ \t]*$", re.MULTILINE)


def read_document(path: Path, *, shown_as: str | None = None, limit: int = MAX_BYTES) -> Document:
    """The record in ``path``. Raises InputError for what is no text file of at most ``limit``
    bytes.
    """
    file = str(path) if shown_as is None else shown_as
    data = read_bytes(path, shown_as=file, limit=limit, expected="a Markdown file")
    return parse_document(decoded(data, file), file)


def read_valid(path: Path, *, limit: int = MAX_BYTES) -> Document:
    """The same; raises InputError for front matter that cannot be read as well."""
    document = read_document(path, limit=limit)
    if document.problems:
        raise InputError(document.problems)
    return document


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


def _end_of_front_matter(text: str) -> int:
    """Where the body begins: 0 without front matter."""
    if not (opening := _FENCE.match(text)) or opening[1] != "---":
        return 0
    closing = _FENCE.search(text, opening.end())
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


@lru_cache(maxsize=2)  # a record, and the text that was sealed with it, are gone through again
def markdown_tokens(text: str) -> Sequence[Token]:
    """The text as CommonMark."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").parse(text)


def _sections(body: str, first_line: int) -> Iterator[RecordSection]:
    heading, level, line = "", 0, first_line  # what comes before any heading
    blocks: list[Block] = []
    for token, block in _blocks(markdown_tokens(body), first_line):
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
                text, links = visible_text(token), tuple(_links(token))
                marked = any(c.type in ("html_inline", "image") for c in token.children or ())
                yield opened, Block(kind, text, token.content, line, depth, links, marked)
                opened, fresh_item = None, False
            case "fence" | "code_block":
                fresh_item = False
                yield token, Block(BlockKind.CODE, token.content, token.content, line, depth)
            case "html_block":
                fresh_item = False
                yield token, Block(BlockKind.HTML, token.content, token.content, line, depth)


def visible_text(inline: Token) -> str:
    """What a reader sees of it, white space folded."""
    parts = []
    for child in inline.children or ():
        match child.type:
            case "text" | "code_inline":
                parts.append(child.content)
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "image":
                parts.append(visible_text(child))
    return " ".join("".join(parts).split())


def _links(inline: Token) -> Iterator[str]:
    children = inline.children or []
    for child, behind in zip(children, [*children[1:], None], strict=False):
        if child.type == "link_open":
            if behind is None or not behind.content.startswith("^"):  # a footnote, elsewhere
                yield str(child.attrGet("href") or "")
        elif child.type == "image":
            yield str(child.attrGet("src") or "")
