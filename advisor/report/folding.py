"""Lines folded at the terminal's width, each part as far in as the first."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

_NARROWEST = 20


def print_folded(console: Console, text: str, style: str = "", indent: int = 0) -> None:
    """Print ``text`` in lines that leave nothing but their words behind."""
    if "\n" not in text and len(text) <= console.width - indent and text.isascii():
        console.print(Text(f"{' ' * indent}{text}", style=style), soft_wrap=True)  # nothing to fold
        return
    lines = Text(text, style=style).wrap(console, max(_NARROWEST, console.width - indent))
    for line in lines:
        line.rstrip()
        line.pad_left(indent)
    console.print(Text("\n").join(lines), soft_wrap=True)
