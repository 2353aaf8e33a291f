"""The tornado: how far the weight of each criterion moves the lead, and where it changes hands."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.report.recommendation.html import charts
from advisor.report.recommendation.html.charts import Drawn, Layout, Scale
from advisor.report.recommendation.html.svg import bar, label, line, mark, wrapped
from advisor.report.toolkit.markup import Html
from advisor.wording.quantities import percent, signed
from advisor.wording.report import Section
from rules.scoring.tipping_points import Tipping


def tornado(points: Section[Tipping]) -> Html:
    """A bar a criterion: the lead over one rival, from no weight on the criterion to all of it."""
    in_words = " ".join(map(tipping_in_words, points.items))
    return charts.figure(points, lambda layout: _swings(points, layout), in_words)


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


def _swings(points: Section[Tipping], layout: Layout) -> Drawn:
    lead = points.items[0].lead
    ends = [0.0, lead, *(end for point in points.items for end in _ends(point))]
    left, right = layout.names + charts.END, layout.width - layout.after - charts.END
    at = charts.scale(min(ends), max(ends), left, right)
    y, shapes, spans = 30.0, list[Html](), list[tuple[float, float]]()
    if layout.after:
        shapes.append(label(layout.width, 18, "change places", "right", "dim", 11))
    for index, point in enumerate(points.items):
        if index:
            shapes.append(line(0, y, layout.width, y, "line", 0.75))
        y += 10
        height, title = charts.name(point.criterion, y, layout)
        height += charts.LINE
        middle = y + height / 2 if layout.names else y + height + 14
        shapes += [*title, *_numbers(point, y + height - 5, middle, layout)]
        shapes += _swing(point, middle, at)
        spans.append((middle - 12, middle + 12))
        y = max(y + height, middle + 12) + 8
    level = []
    for top, bottom in [(24.0, y)] if layout.names else spans:
        level.append(line(at(0.0), top, at(0.0), bottom, "text", 1.25))
        level.append(line(at(lead), top, at(lead), bottom, "dim", dashed=True))
    return y + 22, [*level, *shapes, *_legend(at, lead), *_leaders(y, layout, points)]


def _ends(point: Tipping) -> list[float]:
    return sorted((point.lead_at_0, point.lead_at_1))


def _numbers(point: Tipping, base: float, middle: float, layout: Layout) -> Iterator[Html]:
    """The weight now and where they change places: apart, or on a phone in one line."""
    turn = f"at {percent(point.at)}" if point.at is not None else "never"
    weight = f"{percent(point.weight)} of the weight"
    weight = weight if layout.after else f"{weight}, change places: {turn}"
    yield label(0, base, weight, role="dim", size=charts.SMALL)
    if layout.after:
        strong = "normal" if point.at is None else "bold"
        yield label(layout.width, middle + 4, turn, "right", weight=strong)


def _legend(at: Scale, lead: float) -> Iterator[Html]:
    """What the two upright lines stand for, each on the side where there is room."""
    zero, now = at(0.0), at(lead)
    right = now >= zero
    if round(lead, 2):
        yield label(now, 18, f"{signed(lead)} now", "left" if right else "right", "dim", 11)
        yield label(zero, 18, "level", "right" if right else "left", "dim", 11)
    else:
        yield label(zero, 18, "level now", "center", "dim", 11)


def _leaders(y: float, layout: Layout, points: Section[Tipping]) -> Iterator[Html]:
    """Who leads to which side."""
    room = layout.width / 2 - 40
    (ahead,) = wrapped(f"{points.items[0].best} leads →", room, 11, 1)
    (behind,) = wrapped(f"← {points.items[0].rival} leads", room, 11, 1)
    yield label(layout.width - layout.after, y + 15, ahead, "right", "dim", 11)
    yield label(layout.names, y + 15, behind, "left", "dim", 11)


def _swing(point: Tipping, y: float, at: Scale) -> Iterator[Html]:
    low, high = _ends(point)
    yield bar(at(low), at(high), y, charts.BAR - 4, "track")
    yield label(at(low) - 9, y + 4, signed(low), "right", "dim", 11)
    yield label(at(high) + 9, y + 4, signed(high), "left", "dim", 11)
    yield mark(at(point.lead_at_0), y, "circle", "text", 7, "page")
    yield mark(at(point.lead_at_1), y, "square", "text", 6)
    yield mark(at(point.lead), y, "upright", "text", 12)
    if point.at is not None:
        yield mark(at(0.0), y, "cross", "turn", 11)
