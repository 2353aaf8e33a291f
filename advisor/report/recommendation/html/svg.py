"""Drawings as SVG elements of a page: its fonts, its colours, its ids; and how words find room.

Coordinates are CSS pixels, y downwards. Colours are the variables of the page's style sheet, by
their names (``role``). Looks stand in ``style`` attributes: the style sheet's rules for drawings
outweigh SVG's own attributes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

from advisor.report.toolkit.markup import Html, joined, tag

COLOURS = 6  # for alternatives; a seventh has that of the first
EDGE = 1.6  # pixels of a mark's outline
DASHES = (3.7, 1.6)  # of the line's width, what is drawn and what is left out
GLYPHS = {"normal": 0.62, "bold": 0.7}  # of the font size, a letter in the widest usual font
NARROWEST = 8  # characters, combining ones included, in the room of one letter

ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def svg(
    id: str, kind: str, size: tuple[float, float], shapes: Iterable[Html], title: str, text: str
) -> Html:
    """A drawing of this class, what comes later above; the same gives the same bytes."""
    width, height = map(number, size)
    return tag(
        "svg",
        tag("title", title, id=f"{id}-title"),
        tag("desc", text, id=f"{id}-desc"),
        *shapes,
        class_=kind,
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{id}-title {id}-desc",
    )


def number(value: float) -> str:
    """A coordinate to a thousandth of a pixel, without zeros at its end: ``12``, ``-0.5``."""
    short = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def label(
    x: float,
    y: float,
    text: str,
    anchor: str = "left",
    role: str = "text",
    size: float = 13,
    weight: str = "normal",
) -> Html:
    """Text at a point: ``anchor`` (left, center or right) says which end of it stands there."""
    style = (
        f"font-size: {number(size)}px; font-weight: {weight}; "
        f"text-anchor: {ANCHORS[anchor]}; fill: var(--{role})"
    )
    return tag("text", text, x=number(x), y=number(y), style=style)


def bar(x0: float, x1: float, y: float, height: float, role: str) -> Html:
    """A bar from ``x0`` to ``x1``, ``height`` pixels high around ``y``."""
    return _rectangle(min(x0, x1), y - height / 2, abs(x1 - x0), height, f"fill: var(--{role})")


def line(
    x0: float, y0: float, x1: float, y1: float, role: str, width: float = 1, *, dashed: bool = False
) -> Html:
    """A line from one point to another."""
    look = "stroke-linecap: square"
    if dashed:
        look = f"stroke-dasharray: {','.join(number(width * part) for part in DASHES)}"
    return _line(x0, y0, x1, y1, f"{_stroke(role, width)}; {look}")


def mark(
    x: float,
    y: float,
    shape: Literal["circle", "square", "upright", "cross"],
    role: str,
    size: float,
    fill: str = "",
) -> Html:
    """A mark around a point, in an outline of its role's colour, filled with that or ``fill``'s.
    ``size`` is how wide and high its outline is.
    """
    half, outline = size / 2, _stroke(role, EDGE)
    filled = f"fill: var(--{fill or role}); {outline}"
    match shape:
        case "circle":
            return tag("circle", cx=number(x), cy=number(y), r=number(half), style=filled)
        case "square":
            style = f"{filled}; stroke-linejoin: miter"
            return _rectangle(x - half, y - half, size, size, style)
        case "upright":
            return _line(x, y - half, x, y + half, outline)
        case "cross":
            falling = _line(x - half, y - half, x + half, y + half, outline)
            return joined([falling, _line(x - half, y + half, x + half, y - half, outline)])


def _rectangle(x: float, y: float, width: float, height: float, style: str) -> Html:
    size = {"width": number(width), "height": number(height)}
    return tag("rect", x=number(x), y=number(y), **size, style=style)


def _line(x0: float, y0: float, x1: float, y1: float, style: str) -> Html:
    ends = {"x1": number(x0), "y1": number(y0), "x2": number(x1), "y2": number(y1)}
    return tag("line", **ends, style=style)


def _stroke(role: str, width: float) -> str:
    return f"stroke: var(--{role}); stroke-width: {number(width)}"


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
    shown = lines[:most]
    if len(lines) > most:
        shown[-1] = f"{shown[-1]} {lines[most]}"
    return [_cut(text, letters) for text in shown]


def _cut(line: str, letters: float) -> str:
    if _letters(line) <= letters:
        return line
    while line and _letters(f"{line}…") > letters:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _letters(text: str) -> float:
    """How many letters of the Latin alphabet are about as wide as ``text``."""
    return sum(map(_breadth, text))


def _breadth(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    wide = unicodedata.east_asian_width(character) in "WF"
    return 1.8 if wide else 1.2 if character.isupper() else 1.0
