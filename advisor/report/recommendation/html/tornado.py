"""The tornado: how far the weight of each criterion moves the lead, and where it changes hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from advisor.report.recommendation.html.charts import (
    BAR,
    END,
    LINE,
    LINES,
    SMALL,
    Layout,
    drawing,
    figure,
    lines_of,
)
from advisor.report.recommendation.html.drawing import Bar, Label, Line, Mark, Shape, wrapped
from advisor.report.toolkit.markup import Html
from advisor.wording.quantities import percent, signed
from advisor.wording.report import Section
from rules.scoring.tipping_points import Tipping


def tornado(points: Section[Tipping]) -> Html:
    """A bar a criterion: the lead over one rival, from no weight on the criterion to all of it."""
    in_words = " ".join(map(tipping_in_words, points.items))
    return figure(
        lambda layout: drawing(layout, points.id, *_swings(points, layout), points.title, in_words)
    )


def tipping_in_words(point: Tipping) -> str:
    """One row of the tornado in a sentence."""
    turns = "they never change places"
    if point.at is not None:
        turns = f"they change places at {percent(point.at)}"
    return (
        f"{point.criterion}, {percent(point.weight)} of the weight now: the lead is "
        f"{signed(point.lead_at_0)} at no weight and {signed(point.lead_at_1)} at all of it; "
        f"{turns}."
    )


def _swings(points: Section[Tipping], layout: Layout) -> tuple[float, list[Shape]]:
    """The height of the rows, and their shapes."""
    at, lead = _scale(points.items, layout), points.items[0].lead
    y, shapes, spans = 30.0, list[Shape](), list[tuple[float, float]]()
    if layout.after:
        shapes.append(Label(layout.width, 18, "change places", "right", "dim", 11))
    for index, point in enumerate(points.items):
        if index:
            shapes.append(Line(0, y, layout.width, y, "line", 0.75))
        y += 10
        title = wrapped(point.criterion, layout.room, 13, LINES, "bold")
        shapes += lines_of(title, 0, y + 13, weight="bold")
        named = (len(title) + 1) * LINE
        middle = y + named / 2 if layout.names else y + named + 14
        shapes += _numbers(point, y + named - 5, middle, layout)
        shapes += _swing(point, middle, at)
        spans.append((middle - 12, middle + 12))
        y = max(y + named, middle + 12) + 8
    spans = [(24.0, y)] if layout.names else spans
    level = [
        line
        for top, bottom in spans
        for line in (
            Line(at(0.0), top, at(0.0), bottom, "text", 1.25),
            Line(at(lead), top, at(lead), bottom, "dim", 1, "--"),
        )
    ]
    around = [*_legend(at, lead), *_leaders(y, layout, points)]
    return y + 22, [*level, *shapes, *around]


def _scale(points: Sequence[Tipping], layout: Layout) -> Callable[[float], float]:
    """Where a lead stands, in pixels."""
    ends = [
        0.0,
        points[0].lead,
        *(point.lead_at_0 for point in points),
        *(point.lead_at_1 for point in points),
    ]
    lowest, highest = min(ends), max(ends)
    left, right = layout.names + END, layout.width - layout.after - END
    scale = (right - left) / ((highest - lowest) or 1.0)
    return lambda lead: left + (lead - lowest) * scale


def _numbers(point: Tipping, base: float, middle: float, layout: Layout) -> Iterator[Shape]:
    """The weight now and where they change places: apart, or on a phone in one line."""
    turn = f"at {percent(point.at)}" if point.at is not None else "never"
    weight = f"{percent(point.weight)} of the weight"
    weight = weight if layout.after else f"{weight}, change places: {turn}"
    yield Label(0, base, weight, role="dim", size=SMALL)
    if layout.after:
        strong = "normal" if point.at is None else "bold"
        yield Label(layout.width, middle + 4, turn, "right", weight=strong)


def _legend(at: Callable[[float], float], lead: float) -> Iterator[Shape]:
    """What the two upright lines stand for, each on the side where there is room."""
    zero, now = at(0.0), at(lead)
    right = now >= zero
    if round(lead, 2):
        yield Label(now, 18, f"{signed(lead)} now", "left" if right else "right", "dim", 11)
        yield Label(zero, 18, "level", "right" if right else "left", "dim", 11)
    else:
        yield Label(zero, 18, "level now", "center", "dim", 11)


def _leaders(y: float, layout: Layout, points: Section[Tipping]) -> Iterator[Shape]:
    """Who leads to which side."""
    room = layout.width / 2 - 40
    (ahead,) = wrapped(f"{points.items[0].best} leads →", room, 11, 1)
    (behind,) = wrapped(f"← {points.items[0].rival} leads", room, 11, 1)
    yield Label(layout.width - layout.after, y + 15, ahead, "right", "dim", 11)
    yield Label(layout.names, y + 15, behind, "left", "dim", 11)


def _swing(point: Tipping, y: float, at: Callable[[float], float]) -> Iterator[Shape]:
    ends = sorted((point.lead_at_0, point.lead_at_1))
    yield Bar(at(ends[0]), at(ends[1]), y, BAR - 4, "track")
    yield Label(at(ends[0]) - 9, y + 4, signed(ends[0]), "right", "dim", 11)
    yield Label(at(ends[1]) + 9, y + 4, signed(ends[1]), "left", "dim", 11)
    yield Mark(at(point.lead_at_0), y, "circle", "text", 7, "page")
    yield Mark(at(point.lead_at_1), y, "square", "text", 6)
    yield Mark(at(point.lead), y, "upright", "text", 12)
    if point.at is not None:
        yield Mark(at(0.0), y, "cross", "turn", 11)
