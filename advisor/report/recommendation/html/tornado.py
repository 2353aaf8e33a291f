"""The tornado: how far the weight of each criterion moves the lead, and where it changes hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from advisor.consultation.consultation import Recommendation
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
from advisor.wording import outline
from advisor.wording.quantities import percent, signed
from rules.scoring.tipping_points import Tipping


def tornado(r: Recommendation, rows: Sequence[Tipping]) -> Html:
    """A bar a criterion: the lead over one rival, from no weight on the criterion to all of it."""
    best, rival = (r.kb.alternatives[name].title for name in (rows[0].best, rows[0].rival))
    title = outline.tipping_title(r, rows[0].best, rows[0].rival)
    told = " ".join(tipping_in_words(r, one) for one in rows)
    return figure(
        lambda layout: drawing(
            layout, f"weights-{rows[0].rival}", *_swings(r, rows, layout, best, rival), title, told
        )
    )


def tipping_in_words(r: Recommendation, one: Tipping) -> str:
    """One row of the tornado in a sentence."""
    turns = "they never change places"
    if one.at is not None:
        turns = f"they change places at {percent(one.at)}"
    return (
        f"{r.kb.criteria[one.criterion].title}, {percent(one.weight)} of the weight now: "
        f"the lead is {signed(one.lead_at_0)} at no weight and {signed(one.lead_at_1)} at all of "
        f"it; {turns}."
    )


def _swings(
    r: Recommendation, rows: Sequence[Tipping], layout: Layout, best: str, rival: str
) -> tuple[float, list[Shape]]:
    """The height of the rows, and their shapes."""
    ends = [0.0, rows[0].lead, *(end for one in rows for end in (one.lead_at_0, one.lead_at_1))]
    lowest, highest = min(ends), max(ends)
    left, right = layout.names + END, layout.width - layout.after - END
    scale = (right - left) / ((highest - lowest) or 1.0)

    def at(lead: float) -> float:
        return left + (lead - lowest) * scale

    y, shapes, spans = 30.0, list[Shape](), list[tuple[float, float]]()
    if layout.after:
        shapes.append(Label(layout.width, 18, "change places", "right", "dim", 11))
    for place, one in enumerate(rows):
        if place:
            shapes.append(Line(0, y, layout.width, y, "line", 0.75))
        y += 10
        title = wrapped(r.kb.criteria[one.criterion].title, layout.room, 13, LINES, "bold")
        shapes += lines_of(title, 0, y + 13, weight="bold")
        named = (len(title) + 1) * LINE
        turn = f"at {percent(one.at)}" if one.at is not None else "never"
        weight = f"{percent(one.weight)} of the weight"
        weight = weight if layout.after else f"{weight}, change places: {turn}"
        shapes.append(Label(0, y + named - 5, weight, role="dim", size=SMALL))
        middle = y + named / 2 if layout.names else y + named + 14
        if layout.after:
            strong = "normal" if one.at is None else "bold"
            shapes.append(Label(layout.width, middle + 4, turn, "right", weight=strong))
        shapes += _swing(one, middle, at)
        spans.append((middle - 12, middle + 12))
        y = max(y + named, middle + 12) + 8
    spans = [(24.0, y)] if layout.names else spans
    level = [
        line
        for top, bottom in spans
        for line in (
            Line(at(0.0), top, at(0.0), bottom, "text", 1.25),
            Line(at(rows[0].lead), top, at(rows[0].lead), bottom, "dim", 1, "--"),
        )
    ]
    around = [*_legend(at, rows[0].lead), *_leaders(y, layout, best, rival)]
    return y + 22, [*level, *shapes, *around]


def _legend(at: Callable[[float], float], lead: float) -> Iterator[Shape]:
    """What the two upright lines stand for, each on the side where there is room."""
    zero, now = at(0.0), at(lead)
    right = now >= zero
    if round(lead, 2):
        yield Label(now, 18, f"{signed(lead)} now", "left" if right else "right", "dim", 11)
        yield Label(zero, 18, "level", "right" if right else "left", "dim", 11)
    else:
        yield Label(zero, 18, "level now", "center", "dim", 11)


def _leaders(y: float, layout: Layout, best: str, rival: str) -> Iterator[Shape]:
    """Who leads to which side."""
    room = layout.width / 2 - 40
    (ahead,) = wrapped(f"{best} leads →", room, 11, 1)
    (behind,) = wrapped(f"← {rival} leads", room, 11, 1)
    yield Label(layout.width - layout.after, y + 15, ahead, "right", "dim", 11)
    yield Label(layout.names, y + 15, behind, "left", "dim", 11)


def _swing(one: Tipping, y: float, at: Callable[[float], float]) -> Iterator[Shape]:
    ends = sorted((one.lead_at_0, one.lead_at_1))
    yield Bar(at(ends[0]), at(ends[1]), y, BAR - 4, "track")
    yield Label(at(ends[0]) - 9, y + 4, signed(ends[0]), "right", "dim", 11)
    yield Label(at(ends[1]) + 9, y + 4, signed(ends[1]), "left", "dim", 11)
    yield Mark(at(one.lead_at_0), y, "circle", "text", 7, "page")
    yield Mark(at(one.lead_at_1), y, "square", "text", 6)
    yield Mark(at(one.lead), y, "upright", "text", 12)
    if one.at is not None:
        yield Mark(at(0.0), y, "cross", "turn", 11)
