"""The charts of shares and scores: how often each alternative wins, how the criteria speak.

Each is drawn twice, for a page and for a phone; the style sheet shows the one that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from advisor.report.recommendation.html.drawing import Bar, Drawing, Label, Line, Shape, wrapped
from advisor.report.recommendation.html.svg import COLOURS, svg
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

    @property
    def room(self) -> int:
        """How wide a name may be."""
        return (self.names or self.width) - 14


LAYOUTS = (Layout("wide", 800, 220, 120, 96), Layout("narrow", 320, 0, 92, 0))

Draw: TypeAlias = Callable[[Layout], Drawing]


def shares(section: Section[WinningShare]) -> Html:
    """A bar an alternative: the share of all weightings under which it wins."""
    rows = section.items
    if not rows:
        return NOTHING
    in_words = [f"{row.alternative.title} {percent(row.share)}" for row in rows]
    return figure(
        lambda layout: drawing(
            layout, "shares", *_shares(rows, layout), section.title, f"{listed(in_words)}."
        )
    )


def _shares(rows: Sequence[WinningShare], layout: Layout) -> tuple[float, list[Shape]]:
    """The height of the rows, and their shapes."""
    shapes: list[Shape] = []
    left, y = layout.names or layout.alternatives, 6.0
    scale = layout.width - left - END - 12
    for row in rows:
        lines = wrapped(row.alternative.title, left - 12, SMALL, LINES)
        height = max(len(lines) * LINE, ROW) + 8
        middle = y + height / 2
        shapes += _block(lines, 0, middle)
        shapes.append(Bar(left, left + scale, middle, BAR, "track"))
        if row.share:
            role = _role(row.alternative)
            shapes.append(Bar(left, left + row.share * scale, middle, BAR, role))
        shapes.append(Label(layout.width, middle + 4, percent(row.share), "right"))
        y += height
    return y + 2, shapes


def criteria(report: Report) -> Html:
    """A bar a criterion and alternative: its score in [-1, 1]; the weightiest criterion first."""
    scores, alternatives = report.scores, report.alternatives
    rows = [*scores.items, scores.totals]
    in_words = " ".join(f"{_in_words(alternatives, row)}." for row in rows)
    return figure(
        lambda layout: drawing(
            layout, "criteria", *_scored(alternatives, rows, layout), scores.title, in_words
        )
    )


def _weight(row: CriterionScores) -> str:
    return "" if row.weight is None else f"{percent(row.weight)} of the weight"


def _in_words(alternatives: Sequence[AlternativeLabel], row: CriterionScores) -> str:
    each = [
        f"{alternative.title} {score_in_words(score)}"
        for alternative, score in zip(alternatives, row.scores, strict=True)
    ]
    weight = f" ({_weight(row)})" if _weight(row) else ""
    return f"{row.title}{weight}: {', '.join(each)}"


def score_in_words(score: float | None) -> str:
    """``+0.40``; None stands for an alternative that is ruled out."""
    return "ruled out" if score is None else signed(score)


def _scored(
    alternatives: Sequence[AlternativeLabel], rows: Sequence[CriterionScores], layout: Layout
) -> tuple[float, list[Shape]]:
    """The height of the rows of bars, and their shapes."""
    axis = _Axis.of(rows, layout)
    y, shapes, spans = 4.0, list[Shape](), list[tuple[float, float]]()
    for index, row in enumerate(rows):
        if index:
            width = 1.5 if row.weight is None else 0.75
            shapes.append(Line(0, y, layout.width, y, "line", width))
        y += 10
        title = wrapped(row.title, layout.room, 13, LINES, "bold")
        shapes += lines_of(title, 0, y + 13, weight="bold")
        named = len(title) * LINE
        if row.weight is not None:
            shapes.append(Label(0, y + named + SMALL, _weight(row), role="dim", size=SMALL))
            named += LINE
        bars = y if layout.names else y + named + 6
        spans.append((bars - 4, bars + len(row.scores) * ROW))
        for alternative, score in zip(alternatives, row.scores, strict=True):
            shapes += _scored_bar(alternative, score, bars, layout, axis)
            bars += ROW
        y = max(y + named, bars) + 8
    spans = [(4.0, y)] if layout.names else spans
    return y + 20, [*_scale(axis, spans), *shapes]


@dataclass(frozen=True)
class _Axis:
    """Where scores stand, in pixels: ``zero`` and how many to a score of 1."""

    lowest: float
    zero: float
    scale: float

    @classmethod
    def of(cls, rows: Sequence[CriterionScores], layout: Layout) -> _Axis:
        below = any(score is not None and score < 0 for row in rows for score in row.scores)
        lowest = -1.0 if below else 0.0
        start = layout.names + layout.alternatives + (END if lowest else 0)
        scale = (layout.width - END - start) / (1.0 - lowest)
        return cls(lowest, start - lowest * scale, scale)

    def at(self, score: float) -> float:
        return self.zero + score * self.scale


def _scored_bar(
    alternative: AlternativeLabel, score: float | None, y: float, layout: Layout, axis: _Axis
) -> Iterator[Shape]:
    middle, base = y + ROW / 2 - 2, y + ROW / 2 + 2
    (title,) = wrapped(alternative.title, layout.alternatives - 14, SMALL, 1)
    yield Label(layout.names, base, title, size=SMALL, role="dim")
    end = axis.at(score or 0.0)
    if score:
        yield Bar(axis.zero, end, middle, BAR, _role(alternative))
    anchor, gap = ("right", -6) if score and score < 0 else ("left", 6)
    yield Label(end + gap, base, score_in_words(score), anchor, size=SMALL)


def _scale(axis: _Axis, spans: Sequence[tuple[float, float]]) -> Iterator[Shape]:
    """Thin lines behind the bars, with what they stand for under the last of them."""
    for value in (-1.0, -0.5, 0.0, 0.5, 1.0):
        if value >= axis.lowest:
            x = axis.at(value)
            for top, bottom in spans:
                yield Line(x, top, x, bottom, "line", 1.25 if value == 0 else 0.5)
            label = f"{value:+g}" if value else "0"
            yield Label(x, spans[-1][1] + 15, label, "center", "dim", 11)


# What all charts share


def figure(draw: Draw) -> Html:
    """The drawing in each layout."""
    drawn = (svg(draw(layout), layout.name) for layout in LAYOUTS)
    return tag("div", *drawn, class_="chart")


def drawing(
    layout: Layout, id: str, height: float, shapes: Sequence[Shape], title: str, text: str
) -> Drawing:
    """The drawing of a layout, with an id of its own."""
    return Drawing(f"{id}-{layout.name}", layout.width, height, shapes, title, text)


def _block(lines: Sequence[str], x: float, middle: float) -> Iterator[Shape]:
    """Lines of text around a middle."""
    return lines_of(lines, x, middle + 4.5 - (len(lines) - 1) * LINE / 2)


def lines_of(lines: Sequence[str], x: float, y: float, weight: str = "normal") -> Iterator[Shape]:
    """Lines of text, the first of them on the base line ``y``."""
    for number, line in enumerate(lines):
        yield Label(x, y + number * LINE, line, weight=weight)


def _role(alternative: AlternativeLabel) -> str:
    return f"alternative-{alternative.number % COLOURS}"
