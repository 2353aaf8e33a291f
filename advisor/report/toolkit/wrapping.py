"""Lines folded at the terminal's width, each part as far in as the first."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from rich.console import Console
from rich.containers import Lines
from rich.table import Table
from rich.text import Text

from rules.diagnostics import printable, shown

# What is printed: a text or a table, and by how many columns it is indented.
ReportLine: TypeAlias = "tuple[int, Text | Table]"

# A claim, by its status.
STATUS_STYLES = {"confirmed": "green", "refuted": "red", "unverified": "yellow"}

WIDEST = 100  # columns; longer lines are hard to read
_NARROWEST = 20
_HANG = 2  # columns by which the later lines of an item are indented


def print_folded(console: Console, text: str, style: str = "", indent: int = 0) -> None:
    """Print ``text`` in lines that leave nothing but their words behind."""
    text = shown(text.replace("\t", r"\t"))
    if "\n" not in text and len(text) <= console.width - indent and text.isascii():
        console.print(Text(f"{' ' * indent}{text}", style=style), soft_wrap=True)  # nothing to fold
        return
    width = max(_NARROWEST, console.width - indent)
    if any(len(word) > width and word.isascii() for word in text.split()):
        # Such as a path, which is copied: it stands on a line of its own, whole.
        parts = (_in_whole_words(part, width) or [""] for part in text.split("\n"))
        lines = Lines(Text(line, style=style) for part in parts for line in part)
    else:
        lines = Text(text, style=style).wrap(console, width)
    for line in lines:
        line.rstrip()
        line.pad_left(indent)
    console.print(Text("\n").join(lines), soft_wrap=True)


def _in_whole_words(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def print_lines(console: Console, lines: Iterable[ReportLine]) -> int:
    """Print a report, no line wider than WIDEST; returns how many lines it took."""
    printed = 0
    width = min(console.width, WIDEST)
    for indent, content in lines:
        for line in _folded(content, console, max(_NARROWEST, width - indent), hang=indent > 0):
            line = printable_text(line)
            line.rstrip()
            console.print(Text(" " * indent).append_text(line) if line else line, soft_wrap=True)
            printed += 1
    return printed


def section(title: str, lines: Iterable[ReportLine]) -> Iterator[ReportLine]:
    """A heading over indented lines, or nothing where there are none."""
    body = list(lines)
    if body:
        yield 0, Text("")
        yield 0, Text(title, style="bold")
        yield from ((indent + 2, content) for indent, content in body)


def plain_table(*, show_header: bool = True) -> Table:
    """A table without lines, its columns two spaces apart."""
    return Table(
        box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", show_header=show_header
    )


def printable_text(line: Text) -> Text:
    """The line without what would steer the terminal; where there is some, in one style."""
    text = printable(line.plain)
    return line if text == line.plain else Text(text, style=line.style)


def _folded(content: Text | Table, console: Console, width: int, *, hang: bool) -> Iterable[Text]:
    """``content`` in lines of at most ``width``.

    ``hang`` indents all lines of a text but its first: where each item begins can be seen.
    """
    if isinstance(content, Text):
        first, *others = content.wrap(console, width - _HANG if hang else width) or [Text("")]
        return [first, *(Text(" " * _HANG if hang else "").append_text(line) for line in others)]
    rows = console.render_lines(content, console.options.update(width=width), pad=False)
    return [Text.assemble(*((part.text, part.style or "") for part in row)) for row in rows]


def standard_output() -> Console:
    """Where reports go. Under NO_COLOR nothing but text, though rich would still print bold."""
    console = Console(highlight=False, color_system=None if os.environ.get("NO_COLOR") else "auto")
    if not console.width:  # a terminal that nobody has measured says it has no columns
        console.width = 80
    return console
