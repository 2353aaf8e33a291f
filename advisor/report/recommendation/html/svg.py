"""Drawings as SVG elements of a page: its fonts, its colours, its ids.

Colours are the variables of the page's style sheet. Looks stand in ``style`` attributes: the style
sheet's rules for drawings outweigh SVG's own attributes.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.report.recommendation.html.drawing import Bar, Drawing, Label, Line, Mark, Shape
from advisor.report.toolkit.markup import Html, tag

COLOURS = 6  # for alternatives; a seventh has that of the first
EDGE = 1.6  # pixels of a mark's outline
DASHES = (3.7, 1.6)  # of the line's width, what is drawn and what is left out

ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def svg(drawing: Drawing, kind: str) -> Html:
    """The drawing as an element of a page, of this class; the same drawing gives the same bytes."""
    title, description = f"{drawing.id}-title", f"{drawing.id}-desc"
    shapes = (element for shape in drawing.shapes for element in _elements(shape))
    return tag(
        "svg",
        tag("title", drawing.title, id=title),
        tag("desc", drawing.description, id=description),
        *shapes,  # what comes later lies above
        class_=kind,
        viewBox=f"0 0 {number(drawing.width)} {number(drawing.height)}",
        width=number(drawing.width),
        height=number(drawing.height),
        role="img",
        aria_labelledby=f"{title} {description}",
    )


def number(value: float) -> str:
    """A coordinate to a thousandth of a pixel, without zeros at its end: ``12``, ``-0.5``."""
    short = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def _elements(shape: Shape) -> Iterator[Html]:
    match shape:
        case Label():
            yield _text(shape)
        case Bar(x0, x1, y, height):
            left, width = min(x0, x1), abs(x1 - x0)
            yield _rectangle(left, y - height / 2, width, height, f"fill: {_colour(shape.role)}")
        case Line(x0, y0, x1, y1):
            yield _line(x0, y0, x1, y1, _line_style(shape))
        case Mark():
            yield from _mark(shape)


def _text(label: Label) -> Html:
    style = (
        f"font-size: {number(label.size)}px; font-weight: {label.weight}; "
        f"text-anchor: {ANCHORS[label.anchor]}; fill: {_colour(label.role)}"
    )
    return tag("text", label.text, x=number(label.x), y=number(label.y), style=style)


def _line_style(line: Line) -> str:
    stroke = f"{_stroke(line.role, line.width)}; "
    if line.style == "-":
        return f"{stroke}stroke-linecap: square"
    return f"{stroke}stroke-dasharray: {','.join(number(line.width * part) for part in DASHES)}"


def _mark(mark: Mark) -> Iterator[Html]:
    """The mark around its point: ``size`` is how wide and high its outline is."""
    x, y, half = mark.x, mark.y, mark.size / 2
    outline = _stroke(mark.role, EDGE)
    filled = f"fill: {_colour(mark.fill or mark.role)}; {outline}"
    match mark.shape:
        case "circle":
            yield tag("circle", cx=number(x), cy=number(y), r=number(half), style=filled)
        case "square":
            style = f"{filled}; stroke-linejoin: miter"
            yield _rectangle(x - half, y - half, mark.size, mark.size, style)
        case "upright":
            yield _line(x, y - half, x, y + half, outline)
        case "cross":
            yield _line(x - half, y - half, x + half, y + half, outline)
            yield _line(x - half, y + half, x + half, y - half, outline)


def _rectangle(x: float, y: float, width: float, height: float, style: str) -> Html:
    size = {"width": number(width), "height": number(height)}
    return tag("rect", x=number(x), y=number(y), **size, style=style)


def _line(x0: float, y0: float, x1: float, y1: float, style: str) -> Html:
    ends = {"x1": number(x0), "y1": number(y0), "x2": number(x1), "y2": number(y1)}
    return tag("line", **ends, style=style)


def _stroke(role: str, width: float) -> str:
    return f"stroke: {_colour(role)}; stroke-width: {number(width)}"


def _colour(role: str) -> str:
    return f"var(--{role})"
