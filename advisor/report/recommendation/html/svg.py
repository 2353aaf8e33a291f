"""Drawings as SVG that stands inside a page: its fonts, its colours, its ids.

matplotlib draws; the words are put in afterwards. It would measure each glyph in a font that may
lack it and read formulas into ``$``, and where words stand here depends on no width.
"""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

from advisor.report.recommendation.html.drawing import Bar, Drawing, Label, Line, Mark, Shape
from advisor.report.toolkit.markup import Html, printable

DOTS = 72  # to the inch, at which a point of the drawing is a CSS pixel
COLOURS = 6  # for alternatives; a seventh has that of the first

# What the page's style sheet calls the colours. Drawn as sentinels, put in by name.
ROLES = ("text", "dim", "line", "track", "page", "turn")
SENTINELS = {
    role: f"#0102{place:02x}"
    for place, role in enumerate((*ROLES, *(f"alternative-{n}" for n in range(COLOURS))))
}

# From SVG as a document to SVG as a part of a page.
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"


def svg(drawing: Drawing, kind: str) -> Html:
    """The drawing as an element of a page, of this class; the same drawing gives the same bytes."""
    root = ElementTree.fromstring(_drawn(drawing))
    words = [shape.text for shape in drawing.shapes if isinstance(shape, Label)]
    _adopt(root, drawing.id, words)
    root.attrib = {
        "class": kind,
        "viewBox": f"0 0 {drawing.width:g} {drawing.height:g}",
        "width": f"{drawing.width:g}",
        "height": f"{drawing.height:g}",
        "role": "img",
        "aria-labelledby": f"{drawing.id}-title {drawing.id}-desc",
    }
    root.insert(0, _said("title", drawing.id, drawing.title))
    root.insert(1, _said("desc", drawing.id, drawing.description))
    return Html(ElementTree.tostring(root, encoding="unicode"))


def _said(name: str, prefix: str, text: str) -> ElementTree.Element:
    said = ElementTree.Element(name, {"id": f"{prefix}-{name}"})
    said.text = printable(text)
    return said


# matplotlib


@contextmanager
def _matplotlib() -> Iterator[Any]:
    """Matplotlib as it is delivered, whatever the person's settings, and silent about itself.

    On its first import it may speak of the font cache it builds, of a cache folder it cannot
    write and of settings it cannot read.
    """
    logger = logging.getLogger("matplotlib")
    level, backend = logger.level, os.environ.pop("MPLBACKEND", None)
    logger.setLevel(logging.CRITICAL)
    try:
        import matplotlib

        delivered = {
            name: value
            for name, value in matplotlib.rcParamsDefault.items()
            if not name.startswith(("backend", "toolbar", "interactive"))
        }
        with matplotlib.rc_context(delivered):
            yield matplotlib
    finally:
        logger.setLevel(level)
        if backend is not None:
            os.environ["MPLBACKEND"] = backend


def _drawn(drawing: Drawing) -> bytes:
    """The SVG document, with each text replaced by its number."""
    with _matplotlib() as matplotlib:
        from matplotlib.figure import Figure

        matplotlib.rcParams.update(
            {"svg.fonttype": "none", "svg.hashsalt": drawing.id, "text.parse_math": False}
        )
        figure = Figure(figsize=(drawing.width / DOTS, drawing.height / DOTS), dpi=DOTS)
        figure.patch.set_visible(False)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, drawing.width)
        axes.set_ylim(drawing.height, 0)
        texts = 0
        for place, shape in enumerate(drawing.shapes):
            for artist in _draw(axes, shape, str(texts)):
                artist.set_zorder(place)  # what comes later lies above
            texts += isinstance(shape, Label)
        target = io.BytesIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(target, format="svg", metadata=nothing)
    return target.getvalue()


def _draw(axes: Any, shape: Shape, number: str) -> Iterable[Any]:
    """The artists that the shape becomes; a text is ``number``."""
    colour = SENTINELS[shape.role]
    drawn: Iterable[Any]
    match shape:
        case Label(x, y, _, anchor):
            font = {"size": shape.size, "weight": shape.weight}
            drawn = [axes.text(x, y, number, font, color=colour, ha=anchor, va="baseline")]
        case Bar(x0, x1, y, height):
            drawn = axes.barh([y], [x1 - x0], height, [x0], color=colour, clip_on=False)
        case Line(x0, y0, x1, y1):
            look = {"color": colour, "linewidth": shape.width, "linestyle": shape.style}
            drawn = axes.plot([x0, x1], [y0, y1], **look, clip_on=False)
        case Mark(x, y, form):
            filled = SENTINELS[shape.fill or shape.role]
            look = {"marker": form, "markersize": shape.size, "markerfacecolor": filled}
            look |= {"markeredgecolor": colour, "markeredgewidth": 1.6, "linestyle": "none"}
            drawn = axes.plot([x], [y], **look, clip_on=False)
    return drawn


# From a document of its own to a part of a page


def _adopt(root: ElementTree.Element, prefix: str, words: Sequence[str]) -> None:
    """Take out what only a document has; make ids the page's, colours its variables."""
    referred = {element.get(f"{XLINK}href", "").removeprefix("#") for element in root.iter()} - {""}
    ids = {name: f"{prefix}-{place}" for place, name in enumerate(sorted(referred), start=1)}
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{SVG}style", f"{SVG}metadata"):
                parent.remove(child)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{SVG}defs" and not len(child):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        element.tail = None
        _adopt_attributes(element, ids)
        if element.tag == "text":
            element.text = printable(words[int(element.text or "")])
        elif not (element.text or "").strip():
            element.text = None


def _adopt_attributes(element: ElementTree.Element, ids: Mapping[str, str]) -> None:
    given = dict(element.attrib)
    element.attrib.clear()
    for name, value in given.items():
        match name:
            case "id":
                if value in ids:
                    element.set("id", ids[value])
            case "style":
                element.set("style", _style(value))
            case "d":
                element.set("d", " ".join(value.split()))
            case "transform" if element.tag == "text":
                pass  # a rotation by nothing
            case _ if name == f"{XLINK}href":
                element.set("href", f"#{ids[value.removeprefix('#')]}")
            case _:
                element.set(name, value)


def _style(declarations: str) -> str:
    """The declarations with the page's colours; its font is the page's anyway."""
    kept = [part for part in declarations.split("; ") if not part.startswith("font-family")]
    style = "; ".join(kept)
    for role, sentinel in SENTINELS.items():
        style = style.replace(sentinel, f"var(--{role})")
    return style
