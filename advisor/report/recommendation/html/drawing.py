"""What a drawing is made of, and how words find room in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

# Of the font size, the width of a letter in the widest of the usual fonts.
GLYPHS = {"normal": 0.62, "bold": 0.7}


@dataclass(frozen=True)
class Label:
    """Text at a point: ``anchor`` (left, center or right) says which end of it stands there."""

    x: float
    y: float
    text: str
    anchor: str = "left"
    role: str = "text"
    size: float = 13
    weight: str = "normal"


@dataclass(frozen=True)
class Bar:
    """A bar from ``x0`` to ``x1``, ``height`` pixels high around ``y``."""

    x0: float
    x1: float
    y: float
    height: float
    role: str


@dataclass(frozen=True)
class Line:
    """A line from one point to another, dashed or not: ``style`` is ``-`` or ``--``."""

    x0: float
    y0: float
    x1: float
    y1: float
    role: str = "line"
    width: float = 1
    style: str = "-"


@dataclass(frozen=True)
class Mark:
    """A mark around a point, in an outline of its role's colour, filled with that or ``fill``'s."""

    x: float
    y: float
    shape: Literal["circle", "square", "upright", "cross"]
    role: str = "text"
    size: float = 8
    fill: str | None = None


Shape: TypeAlias = Label | Bar | Line | Mark


@dataclass(frozen=True)
class Drawing:
    """Shapes on a sheet in CSS pixels, y downwards. ``title`` and ``description`` say it all."""

    id: str
    width: float
    height: float
    shapes: Sequence[Shape]
    title: str
    description: str


# Words

NARROWEST = 8  # characters, combining ones included, in the room of one letter


def wrapped(text: str, room: float, size: float, most: int, weight: str = "normal") -> list[str]:
    """``text`` in at most ``most`` lines of ``room`` pixels, with dots where it does not fit."""
    letters = room / (size * GLYPHS[weight])
    lines = [""]
    for word in text[: int(most * letters * NARROWEST)].split():  # no more has room, however thin
        longer = f"{lines[-1]} {word}".strip()
        if _letters(longer) <= letters or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = f"{kept[-1]} {lines[most]}"
    return [_cut(line, letters) for line in kept]


def _cut(line: str, letters: float) -> str:
    if _letters(line) <= letters:
        return line
    kept = line
    while kept and _letters(f"{kept}…") > letters:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _letters(text: str) -> float:
    """How many letters of the Latin alphabet are about as wide as ``text``."""
    return sum(map(_breadth, text))


def _breadth(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    wide = unicodedata.east_asian_width(character) in "WF"
    return 1.8 if wide else 1.2 if character.isupper() else 1.0
