"""The charts of shares and scores: how often each alternative wins, how the criteria speak.

Each is drawn twice, for a page and for a phone; the style sheet shows the one that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from advisor.report.recommendation.html.svg import COLOURS, bar, label, line, svg, wrapped
from advisor.report.toolkit.markup import NOTHING, Html, tag
from advisor.wording.quantities import listed, percent, signed
from advisor.wording.report import AlternativeLabel, CriterionScores, Report, Section, WinningShare

LINE = 17  # pixels from one line of text to the next
SMALL = 12  # the font size of what stands beside a name
ROW = 22  # pixels from one alternative's bar to the next
BAR = 12  # pixels of a bar's height
LINES = 3  # that a name may take
END = 46  # pixels for the number at the end of a bar


@dataclass(frozen=True)
class Layout:
    """Where things stand, in pixels. ``names`` is the column of names, 0 where they stand above
    what they name; ``alternatives`` the column of alternatives; ``after`` what is left at the end.
    """

    name: str
    width: int
    names: int
    alternatives: int
    after: int


LAYOUTS = (Layout("wide", 800, 220, 120, 96), Layout("narrow", 320, 0, 92, 0))

Drawn: TypeAlias = "tuple[float, list[Html]]"  # a height, and the shapes in it
Scale: TypeAlias = Callable[[float], float]  # where a value stands, in pixels


def figure(section: Section[object], draw: Callable[[Layout], Drawn], text: str) -> Html:
    """What stands in a section, drawn in each layout; ``text`` says all of it in words."""
    drawings = []
    for layout in LAYOUTS:
        height, shapes = draw(layout)
        id, size = f"{section.id}-{layout.name}", (layout.width, height)
        drawings.append(svg(id, layout.name, size, shapes, section.title, text))
    return tag("div", *drawings, class_="chart")


def scale(lowest: float, highest: float, left: float, right: float) -> Scale:
    """``lowest`` stands at ``left``, ``highest`` at ``right``."""
    step = (right - left) / ((highest - lowest) or 1.0)
    return lambda value: left + (value - lowest) * step


def name(text: str, y: float, layout: Layout) -> Drawn:
    """The name of a row whose upper edge is ``y``."""
    lines = wrapped(text, (layout.names or layout.width) - 14, 13, LINES, "bold")
    return len(lines) * LINE, list(_lines(lines, y + 13, weight="bold"))


def _lines(lines: Iterable[str], y: float, weight: str = "normal") -> Iterator[Html]:
    """Lines of text, the first of them on the base line ``y``."""
    for number, text in enumerate(lines):
        yield label(0, y + number * LINE, text, weight=weight)


def _role(alternative: AlternativeLabel) -> str:
    return f"alternative-{alternative.number % COLOURS}"


def shares(section: Section[WinningShare]) -> Html:
    """A bar an alternative: the share of all weightings under which it wins."""
    rows = section.items
    if not rows:
        return NOTHING
    in_words = [f"{row.alternative.title} {percent(row.share)}" for row in rows]
    return figure(section, lambda layout: _shares(rows, layout), f"{listed(in_words)}.")


def _shares(rows: Sequence[WinningShare], layout: Layout) -> Drawn:
    shapes: list[Html] = []
    left, y = layout.names or layout.alternatives, 6.0
    at = scale(0.0, 1.0, left, layout.width - END - 12)
    for row in rows:
        lines = wrapped(row.alternative.title, left - 12, SMALL, LINES)
        height = max(len(lines) * LINE, ROW) + 8
        middle = y + height / 2
        shapes += _lines(lines, middle + 4.5 - (len(lines) - 1) * LINE / 2)
        shapes.append(bar(left, at(1.0), middle, BAR, "track"))
        if row.share:
            shapes.append(bar(left, at(row.share), middle, BAR, _role(row.alternative)))
        shapes.append(label(layout.width, middle + 4, percent(row.share), "right"))
        y += height
    return y + 2, shapes


def criteria(report: Report) -> Html:
    """A bar a criterion and alternative: its score in [-1, 1]; the weightiest criterion first."""
    alternatives, rows = report.alternatives, [*report.scores.items, report.scores.totals]
    sentences = []
    for row in rows:
        pairs = zip(alternatives, map(score_in_words, row.scores), strict=True)
        each = ", ".join(f"{alternative.title} {score}" for alternative, score in pairs)
        weight = f" ({_weight(row)})" if _weight(row) else ""
        sentences.append(f"{row.title}{weight}: {each}.")
    in_words = " ".join(sentences)
    return figure(report.scores, lambda layout: _criteria(alternatives, rows, layout), in_words)


def _weight(row: CriterionScores) -> str:
    return "" if row.weight is None else f"{percent(row.weight)} of the weight"


def score_in_words(score: float | None) -> str:
    """``+0.40``; None stands for an alternative that is ruled out."""
    return "ruled out" if score is None else signed(score)


def _criteria(
    alternatives: Sequence[AlternativeLabel], rows: Sequence[CriterionScores], layout: Layout
) -> Drawn:
    below = any(score is not None and score < 0 for row in rows for score in row.scores)
    lowest = -1.0 if below else 0.0
    left = layout.names + layout.alternatives + (END if below else 0)
    at = scale(lowest, 1.0, left, layout.width - END)
    y, shapes, spans = 4.0, list[Html](), list[tuple[float, float]]()
    for index, row in enumerate(rows):
        if index:
            width = 1.5 if row.weight is None else 0.75
            shapes.append(line(0, y, layout.width, y, "line", width))
        y += 10
        named, title = name(row.title, y, layout)
        shapes += title
        if row.weight is not None:
            shapes.append(label(0, y + named + SMALL, _weight(row), role="dim", size=SMALL))
            named += LINE
        bars = y if layout.names else y + named + 6
        spans.append((bars - 4, bars + len(row.scores) * ROW))
        for alternative, score in zip(alternatives, row.scores, strict=True):
            shapes += _scored_bar(alternative, score, bars, layout, at)
            bars += ROW
        y = max(y + named, bars) + 8
    spans = [(4.0, y)] if layout.names else spans
    return y + 20, [*_grid(lowest, at, spans), *shapes]


def _scored_bar(
    alternative: AlternativeLabel, score: float | None, y: float, layout: Layout, at: Scale
) -> Iterator[Html]:
    middle, base = y + ROW / 2 - 2, y + ROW / 2 + 2
    (title,) = wrapped(alternative.title, layout.alternatives - 14, SMALL, 1)
    yield label(layout.names, base, title, size=SMALL, role="dim")
    if score:
        yield bar(at(0.0), at(score), middle, BAR, _role(alternative))
    anchor, gap = ("right", -6) if score and score < 0 else ("left", 6)
    yield label(at(score or 0.0) + gap, base, score_in_words(score), anchor, size=SMALL)


def _grid(lowest: float, at: Scale, spans: Sequence[tuple[float, float]]) -> Iterator[Html]:
    """Thin lines behind the bars, with what they stand for under the last of them."""
    for value in (-1.0, -0.5, 0.0, 0.5, 1.0):
        if value >= lowest:
            for top, bottom in spans:
                yield line(at(value), top, at(value), bottom, "line", 0.5 if value else 1.25)
            text = f"{value:+g}" if value else "0"
            yield label(at(value), spans[-1][1] + 15, text, "center", "dim", 11)
