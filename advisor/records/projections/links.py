"""Links that still lead to the same file when the text around them moves to another folder."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

Moved: TypeAlias = Callable[[str], str]  # the target of a link -> its target from the new folder
_Change: TypeAlias = tuple[int, int, str]  # from, to, and the new text
_Rule: TypeAlias = "Callable[[StateInline, bool], bool]"

# Targets that lead to the same place from anywhere: schemes, hosts, roots and the text itself.
_ANYWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|/|#|\?|$", re.IGNORECASE)
_TARGET = re.compile(r"(?P<path>[^?#]*)(?P<rest>.*)", re.DOTALL)
_ATTRIBUTE = re.compile(
    r"""(?P<name>\b(?:href|src)\s*=\s*)(?P<mark>["'])(?P<target>[^\n]*?)(?P=mark)""", re.IGNORECASE
)
_MAY_LINK = re.compile(r"\]\(|<[a-z]", re.IGNORECASE)
_DEFINITION = re.compile(r"(?P<label>.*?\]:\s*)(?P<target><[^<>\n]*>|\S+)", re.DOTALL)


def moved_between(old: Path, new: Path, following: Mapping[str, Path]) -> Moved:
    """For texts that go from the folder ``old`` to ``new``: what becomes of the target of a link.

    ``following`` are the files that go along, by their real paths, and where each of them goes.
    """
    origin, destination = os.path.realpath(old), os.path.realpath(new)

    def moved(target: str) -> str:
        if _ANYWHERE.match(target):
            return target
        parts = _TARGET.fullmatch(target)
        assert parts is not None  # the pattern takes any text
        path = os.path.normpath(Path(origin, unquote(parts["path"])))
        path = os.path.realpath(following[path]) if path in following else path
        relative = os.path.relpath(path, destination).replace(os.sep, "/")
        return quote(relative, errors="surrogateescape") + parts["rest"]

    return moved


def rebased(text: str, moved: Moved) -> str:
    """Markdown with every target of a link, an image or a definition, and of those in HTML."""
    changes: list[_Change] = []
    parser = _parser(changes, moved)
    environment: dict[str, dict[str, dict[str, list[int]]]] = {}
    lines = text.split("\n")
    for token in parser.parse(text, environment):
        if token.map is None:
            continue
        first, end = token.map
        if token.type == "html_block":
            lines[first:end] = _attributes("\n".join(lines[first:end]), moved).split("\n")
        elif token.type == "inline" and _MAY_LINK.search(token.content):
            changes.clear()
            parser.inline.parse(token.content, parser, environment, [])
            _put(lines, first, token.content, _changed(token.content, changes))
    for definition in environment.get("references", {}).values():
        first, end = definition["map"]
        lines[first:end] = _definition("\n".join(lines[first:end]), moved).split("\n")
    return "\n".join(lines)


def _parser(changes: list[_Change], moved: Moved) -> MarkdownIt:
    """A parser that notes the change to every target it meets."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import html_inline, image, link

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])  # what is in a block is parsed alone
    parser.inline.ruler.at("link", _noting(link, 0, changes, moved))
    parser.inline.ruler.at("image", _noting(image, 1, changes, moved))

    def noted_html(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if not html_inline(state, silent):
            return False
        if not silent:
            tag = state.src[start : state.pos]
            changes.append((start, state.pos, _attributes(tag, moved)))
        return True

    parser.inline.ruler.at("html_inline", noted_html)
    return parser


def _noting(rule: _Rule, bracket: int, changes: list[_Change], moved: Moved) -> _Rule:
    """The rule, which also notes the target in what it takes; ``bracket`` is where it opens."""

    def noted(state: StateInline, silent: bool) -> bool:
        start, helpers, known = state.pos, state.md.helpers, len(changes)
        source = state.src
        if source[start + bracket : start + bracket + 1] != "[":
            return False
        label_end = helpers.parseLinkLabel(state, start + bracket, not bracket)
        if not rule(state, silent):
            return False
        if bracket:
            del changes[known:]  # of what is in the description of an image, only words are shown
        inner = label_end + 1
        if silent or state.pos <= inner or source[inner] != "(":
            return True  # a reference: its definition has the target
        begin = inner + 1 + len(source[inner + 1 :]) - len(source[inner + 1 :].lstrip(" \t\n"))
        parsed = helpers.parseLinkDestination(source, begin, state.posMax)
        if parsed.ok and (target := moved(parsed.str)) != parsed.str:
            changes.append((begin, parsed.pos, target))
        return True

    return noted


def _changed(content: str, changes: list[_Change]) -> str:
    for start, end, target in sorted(changes, reverse=True):
        content = content[:start] + target + content[end:]
    return content


def _put(lines: list[str], first: int, old: str, new: str) -> None:
    """Replace the content of a block, each line of which ends a line of the text."""
    for offset, (before, after) in enumerate(zip(old.split("\n"), new.split("\n"), strict=True)):
        if before != after:
            start, match, end = lines[first + offset].rpartition(before.strip())
            lines[first + offset] = f"{start}{after.strip() if match else ''}{end}"


def _attributes(source: str, moved: Moved) -> str:
    def replaced(match: re.Match[str]) -> str:
        old = html.unescape(match["target"])
        new = match["target"] if moved(old) == old else html.escape(moved(old))
        return f"{match['name']}{match['mark']}{new}{match['mark']}"

    return _ATTRIBUTE.sub(replaced, source)


def _definition(source: str, moved: Moved) -> str:
    from markdown_it.common.utils import unescapeAll

    def replaced(match: re.Match[str]) -> str:
        old = unescapeAll(match["target"].removeprefix("<").removesuffix(">"))
        return match["label"] + (match["target"] if moved(old) == old else moved(old))

    return _DEFINITION.sub(replaced, source, count=1)
