"""Lines folded at the terminal's width, each part as far in as the first."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

_NARROWEST = 20


def print_folded(console: Console, text: str, style: str = "", indent: int = 0) -> None:
    """Print ``text`` in lines that leave nothing but their words behind."""
    for line in Text(text, style=style).wrap(console, max(_NARROWEST, console.width - indent)):
        line.rstrip()
        console.print(Text(" " * indent).append_text(line), soft_wrap=True)
