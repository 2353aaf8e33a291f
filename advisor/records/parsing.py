"""A Markdown file becomes a decision record: its front matter is YAML, its body CommonMark.

Every part knows its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.records.metadata import statements
from advisor.records.names import is_aside, is_markdown
from advisor.records.parsed_record import Document
from advisor.records.sections import Block, BlockKind, FrontMatter, RecordSection
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.input_file import is_regular, read_bytes
from rules.loading.yaml_nodes import decoded, parse

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_CHARACTERS = 500_000
MAX_LINES = 20_000
MOST_MISPLACED = 100  # lines of front matter that is looked for elsewhere than on line 1
_FENCE = re.compile(r"^(---|\.\.\.)[ \t]*$", re.MULTILINE)
_BEFORE_MISPLACED = re.compile(
    r"(?:\s|<!--(?:(?!-->).){0,2000}-->)*(?=^---[ \t]*$)", re.MULTILINE | re.DOTALL
)
_YAML_LINE = re.compile(r"[A-Za-z][\w -]*:(?:\s|$)|[ \t]+\S|- |#|\s*$")


def read_document(path: Path, *, shown_as: str | None = None) -> Document:
    """The record in ``path``. Raises InputError for what is no text, or larger than any record."""
    file = str(path) if shown_as is None else shown_as
    data = read_bytes(path, shown_as=file, expected="a Markdown file")
    text = decoded(data, file)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = "the file holds the character NUL, expected text"
        raise InputError([Problem(SourceLocation(file, line), message)])
    return parse_document(text, file)


def read_record(path: Path) -> Document:
    """The same; raises InputError also for what is no decision record."""
    if is_regular(path) and not is_markdown(path):
        beside = f"{path.name.removesuffix('.zip').removesuffix('.evidence')}.md"
        expected = f"name the record, {beside}" if path.suffix == ".zip" else "expected a .md file"
        raise InputError.at(path, f"is no decision record; {expected}")
    document = read_document(path)
    if document.record_name is None:
        why = "expected a record's name (NNNN-...) or its headings"
        if is_aside(path):
            why = "by its name it is an overview or a template of them"
        raise InputError.at(path, f"is no decision record; {why}")
    return document


def read_valid(path: Path) -> Document:
    """The same; raises InputError for front matter that cannot be read as well."""
    document = read_record(path)
    if document.problems:
        raise InputError(document.problems)
    return document


def parse_document(text: str, file: str) -> Document:
    """The record in ``text``; its places name ``file``. Raises InputError for a text larger than
    any record is.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _check_size(text, file)
    problems: tuple[Problem, ...] = ()
    front, misplaced = None, None
    first, last = _front_matter_lines(text)
    if last:
        try:
            front = _front_matter(text, first, last, file)
        except InputError as error:
            problems = tuple(error.problems)
    if first > 1:  # nobody else reads it as front matter, so that what is wrong in it is no matter
        misplaced = front or FrontMatter({}, {}, first, last)
        front, problems = None, ()
    *_, body = text.split("\n", last) if text.count("\n") >= last else ("",)
    line = min(last, text.count("\n")) + 1
    sections = tuple(_sections(body, line))
    stated = statements(front or misplaced, sections)
    return Document(file, text, front, body, line, sections, problems, misplaced, stated)


def _check_size(text: str, file: str) -> None:
    """Markdown takes its time: 1 MB of brackets or of headings would take many seconds."""
    if len(text) > MAX_CHARACTERS:
        message = f"is larger than {MAX_CHARACTERS:,} characters, the most that is read of a record"
    elif text.count("\n") > MAX_LINES:
        message = f"has more than {MAX_LINES:,} lines, the most that are read of a record"
    else:
        return
    raise InputError.at(file, message)


def _front_matter_lines(text: str) -> tuple[int, int]:
    """The first and the last line of the front matter; 0 and 0 where there is none.

    Where it does not begin on line 1, only what has the look of YAML is taken for it.
    """
    if (opening := _FENCE.match(text)) and opening[1] == "---":
        closing = _FENCE.search(text, opening.end())
        return (1, text.count("\n", 0, closing.start()) + 1) if closing else (0, 0)
    before = _BEFORE_MISPLACED.match(text)
    if before is None or not before[0]:
        return 0, 0
    first = before[0].count("\n") + 1
    lines = text[before.end() :].split("\n", MOST_MISPLACED)
    for number, line in enumerate(lines[1:MOST_MISPLACED], start=first + 1):
        if number > first + 1 and _FENCE.fullmatch(line):
            return first, number
        if not _YAML_LINE.match(line):
            break
    return 0, 0


def _front_matter(text: str, first: int, last: int, file: str) -> FrontMatter:
    lines = text.split("\n", last)[first : last - 1]
    if not "".join(lines).strip():
        return FrontMatter({}, {}, first, last)
    root = parse("\n" * first + "\n".join(lines) + "\n", file)  # empty lines keep the places
    if not isinstance(root.value, Mapping):
        message = "the front matter is no mapping, expected 'status:', 'date:' and the like"
        raise InputError([Problem(SourceLocation(file, first + 1), message)])
    return FrontMatter(root.value, root.keys, first, last)


@lru_cache(maxsize=8)  # a record, and the text that was sealed with it, are gone through again
def markdown_tokens(text: str, *, words: bool = True) -> Sequence[Token]:
    """The text as CommonMark; without ``words``, which take most of the time, its blocks alone."""
    return _parser(words).parse(text)


def visible_words(text: str) -> str:
    """What a reader sees of the Markdown of one block."""
    return "".join(map(visible_text, _parser(True).parseInline(text)))


@cache
def _parser(words: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    if not words:
        parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


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
