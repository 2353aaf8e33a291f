"""What people add to a record must be plain: paragraphs, lists, quotations, headings, fenced code,
links and comments. Whatever else there is, readers (CommonMark, GitHub, site generators) show it
differently, so that what was compared need not be what one of them shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

from advisor.records.parsing import markdown_tokens
from advisor.records.verification.rendering import CONTAINERS
from advisor.records.verification.wording import shortened

if TYPE_CHECKING:
    from markdown_it.token import Token

MOST_NESTED = 5  # lists and quotations; a parser that goes on to 20 levels counts a list as two
LANGUAGES = frozenset(  # of code that every reader shows as it is written
    {
        *("bash", "c", "c++", "cmake", "console", "cpp", "css", "dart", "diff", "dockerfile", "go"),
        *("groovy", "html", "ini", "java", "javascript", "js", "json", "julia", "kotlin", "log"),
        *("makefile", "none", "plain", "plaintext", "powershell", "properties", "py", "pycon"),
        *("python", "r", "rust", "sh", "shell", "sql", "swift", "text", "toml", "ts", "txt"),
        *("typescript", "xml", "yaml", "yml"),
    }
)
# What stands for something else wherever it stands, in code too: a site replaces it first.
_REPLACED = re.compile(r"\{[%{#!]|%%|\$\$|--8<--|::include\{|!\[\[|<!--\s*[@#]?include")
# At the beginning of a line outside of code: containers, comments, notes, terms, abbreviations, ...
_AROUND = r"(?:[ \t>]|[*+-][ \t]|\d+[.)][ \t])*"
_BEGINNING = re.compile(
    rf"[ \t]*(?:>>>[ \t]*$|\+\+\+|\*\[)|{_AROUND}(?::|<<<|!!!|\?\?\?|===[ \t]*[\"']|%|\[\^|\[toc\]"
    r"|@(?:\[|(?:cond|if|import|include)\b)|!include|\\[a-z]|\.\.[ \t]|\([\w .-]+\)=)",
    re.IGNORECASE,
)
_TABLE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")  # the line below its head
# Among words: expressions, attributes, notes, links of wikis, what is struck out, and images and
# links whose targets the parser does not let pass.
_AMONG_WORDS = re.compile(r"\{|!\[|\]\(|\[\[|\[\^|\^\[|\[!|~~|(?<!\w):[a-z]+\[", re.IGNORECASE)
_FORMULA = re.compile(r"(?<!\\)\$[^$\\]*(?:\\(?![a-zA-Z])[^$\\]*)*\\[a-zA-Z][^$]*\$|\$`[^`]*`\$")
_STATEMENT = re.compile(r"(?:import|export)\b")  # of a program, in MDX


def shown_differently(body: str, added: Set[int], sealed: str) -> Iterator[tuple[int, str]]:
    """What is not plain, each with the index of its line in ``body``, one for a line. ``added``
    are the indices on which a block or heading begins that is not in the body that was ``sealed``.
    """
    tokens = markdown_tokens(body)
    found = dict(_in_lines(body, tokens, sealed))
    for line, what in _in_blocks(tokens, added):
        found.setdefault(line, what)
    yield from sorted(found.items())


def _in_blocks(tokens: Sequence[Token], added: Set[int]) -> Iterator[tuple[int, str]]:
    depth, line = 0, 0
    for token in tokens:
        line = token.map[0] if token.map else line
        kind, _, edge = token.type.rpartition("_")
        if kind in CONTAINERS:
            depth += 1 if edge == "open" else -1
            if depth > MOST_NESTED:
                yield line, f"what is nested deeper than {MOST_NESTED} lists and quotations"
        elif line in added and (what := _not_plain(token)):
            yield line, what


def _not_plain(token: Token) -> str:
    """What in a heading or block is not plain; empty where all of it is."""
    if token.type == "code_block":
        return "code that is indented, not fenced,"
    if token.type == "fence":
        language = token.info.strip()
        plain = not language or language.casefold() in LANGUAGES
        return "" if plain else f"code of the kind '{shortened(language, 30)}'"
    if token.type != "inline":
        return ""
    children = token.children or []
    if any(child.type == "image" for child in children):
        return "an image"
    if any(child.attrGet("title") for child in children):
        return "the title of a link"
    words = "".join(child.content if child.type == "text" else "\n" for child in children)
    mark = _AMONG_WORDS.search(words) or _FORMULA.search(token.content)
    if mark is None and token.level == 1:
        mark = _STATEMENT.match(token.content)
    return _shown(mark) if mark else ""


def _in_lines(body: str, tokens: Sequence[Token], sealed: str) -> Iterator[tuple[int, str]]:
    """The same of single lines: of many marks, a parser that does not know them shows no trace."""
    known = {_bare(line) for line in sealed.split("\n")}
    verbatim = {  # in code and in comments a mark at the beginning of a line is none
        number
        for token in tokens
        if token.type in ("fence", "html_block") and token.map
        for number in range(*token.map)
    }
    for number, line in enumerate(body.split("\n")):
        if _bare(line) in known:
            continue
        mark = _REPLACED.search(line)
        if mark is None and number not in verbatim:
            mark = _BEGINNING.match(line)
            if mark is None and _is_table(line):
                yield number, "a table"
        if mark:
            yield number, _shown(mark)


def _is_table(line: str) -> bool:
    row = re.sub(rf"^{_AROUND}", "", line).rstrip()
    return ("|" in row or ":" in row) and _TABLE.fullmatch(row) is not None


def _bare(line: str) -> str:
    """A line, whatever the bullet of its item is."""
    return re.sub(r"^[-+*]\s+", "* ", line.strip())


def _shown(mark: re.Match[str]) -> str:
    return f"'{shortened(mark[0].strip(), 30)}'"
