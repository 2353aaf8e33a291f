"""The pieces of Markdown that generated documents are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """``text`` so that Markdown shows it as it is, on one line, in a table too."""
    escaped = " ".join(text.split()).replace("\\", "\\\\")
    for mark in "|`*_<>[]":
        escaped = escaped.replace(mark, f"\\{mark}")
    return escaped


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells of ``rows`` are Markdown already."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def link(text: str, target: str) -> str:
    """``text``, which is Markdown already, leading to ``target``."""
    return f"[{text}]({target})"


def document(*blocks: str) -> str:
    """The blocks with an empty line between them; empty ones are left out."""
    return "\n\n".join(block for block in blocks if block) + "\n"
