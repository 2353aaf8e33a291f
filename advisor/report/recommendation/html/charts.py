"""The charts of shares and scores: how often each alternative wins, how the criteria speak.

Each is drawn twice, for a page and for a phone; the style sheet shows the one that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from advisor.consultation.consultation import Recommendation
from advisor.report.recommendation.html.drawing import Bar, Drawing, Label, Line, Shape, wrapped
from advisor.report.recommendation.html.svg import COLOURS, svg
from advisor.report.toolkit.markup import Html, joined, tag
from advisor.wording import outline
from advisor.wording.quantities import listed, percent, signed

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


def shares(r: Recommendation) -> Html:
    """A bar an alternative: the share of all weightings under which it wins."""
    found = outline.shares(r)
    if not found:
        return joined(())
    told = [f"{alternative.title} {percent(share)}" for alternative, share in found]

    def draw(layout: Layout) -> Drawing:
        shapes: list[Shape] = []
        left, y = layout.names or layout.alternatives, 6.0
        scale = layout.width - left - END - 12
        for alternative, share in found:
            lines = wrapped(alternative.title, left - 12, SMALL, LINES)
            height = max(len(lines) * LINE, ROW) + 8
            middle = y + height / 2
            shapes += _block(lines, 0, middle)
            shapes.append(Bar(left, left + scale, middle, BAR, "track"))
            if share:
                role = _role(r, alternative.id)
                shapes.append(Bar(left, left + share * scale, middle, BAR, role))
            shapes.append(Label(layout.width, middle + 4, percent(share), "right"))
            y += height
        return drawing(layout, "shares", y + 2, shapes, outline.SHARES, f"{listed(told)}.")

    return figure(draw)


def criteria(r: Recommendation) -> Html:
    """A bar a criterion and alternative: its score in [-1, 1]; the weightiest criterion first."""
    names = outline.criteria_by_weight(r)
    if not names:
        return joined(())
    scores = r.judgement.scores
    rows = [_Scores.of_criterion(r, name) for name in names]
    totals = r.judgement.totals
    rows.append(_Scores("Weighted total", "", {name: totals.get(name) for name in scores}))
    below = any(score < 0 for row in rows for score in row.scores.values() if score is not None)
    lowest = -1.0 if below else 0.0
    told = " ".join(f"{row.told(r)}." for row in rows)
    return figure(
        lambda layout: drawing(
            layout, "criteria", *_scored(r, rows, layout, lowest), outline.CRITERIA, told
        )
    )


@dataclass(frozen=True)
class _Scores:
    """A row of bars. A score is None for an alternative that is ruled out."""

    title: str
    weight: str
    scores: Mapping[str, float | None]

    @classmethod
    def of_criterion(cls, r: Recommendation, name: str) -> _Scores:
        weight = f"{percent(r.judgement.weights[name])} of the weight"
        scores = {who: by[name] for who, by in r.judgement.scores.items()}
        return cls(r.kb.criteria[name].title, weight, scores)

    def told(self, r: Recommendation) -> str:
        each = [
            f"{r.kb.alternatives[who].title} {score_in_words(score)}"
            for who, score in self.scores.items()
        ]
        weight = f" ({self.weight})" if self.weight else ""
        return f"{self.title}{weight}: {', '.join(each)}"


def score_in_words(score: float | None) -> str:
    """``+0.40``; None is told as what it stands for."""
    return "ruled out" if score is None else signed(score)


def _scored(
    r: Recommendation, rows: Sequence[_Scores], layout: Layout, lowest: float
) -> tuple[float, list[Shape]]:
    """The height of the rows of bars, and their shapes."""
    left = layout.names + layout.alternatives
    start = left + (END if lowest else 0)
    scale = (layout.width - END - start) / (1.0 - lowest)
    zero = start - lowest * scale
    y, shapes, spans = 4.0, list[Shape](), list[tuple[float, float]]()
    for place, row in enumerate(rows):
        if place:
            shapes.append(Line(0, y, layout.width, y, "line", 0.75 if row.weight else 1.5))
        y += 10
        title = wrapped(row.title, layout.room, 13, LINES, "bold")
        shapes += lines_of(title, 0, y + 13, weight="bold")
        named = len(title) * LINE
        if row.weight:
            shapes.append(Label(0, y + named + SMALL, row.weight, role="dim", size=SMALL))
            named += LINE
        bars = y if layout.names else y + named + 6
        spans.append((bars - 4, bars + len(row.scores) * ROW))
        for who, score in row.scores.items():
            shapes += _scored_bar(r, who, score, bars, layout, zero, scale)
            bars += ROW
        y = max(y + named, bars) + 8
    spans = [(4.0, y)] if layout.names else spans
    return y + 20, [*_scale(zero, scale, lowest, spans), *shapes]


def _scored_bar(
    r: Recommendation,
    who: str,
    score: float | None,
    y: float,
    layout: Layout,
    zero: float,
    scale: float,
) -> Iterator[Shape]:
    middle, base = y + ROW / 2 - 2, y + ROW / 2 + 2
    (title,) = wrapped(r.kb.alternatives[who].title, layout.alternatives - 14, SMALL, 1)
    yield Label(layout.names, base, title, size=SMALL, role="dim")
    if score:
        yield Bar(zero, zero + score * scale, middle, BAR, _role(r, who))
    end = zero + (score or 0.0) * scale
    left = bool(score and score < 0)
    anchor, gap = ("right", -6) if left else ("left", 6)
    yield Label(end + gap, base, score_in_words(score), anchor, size=SMALL)


def _scale(
    zero: float, scale: float, lowest: float, spans: Sequence[tuple[float, float]]
) -> Iterator[Shape]:
    """Thin lines behind the bars, with what they stand for under the last of them."""
    for value in (-1.0, -0.5, 0.0, 0.5, 1.0):
        if value >= lowest:
            x = zero + value * scale
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
    layout: Layout, id: str, height: float, shapes: Sequence[Shape], title: str, told: str
) -> Drawing:
    """The drawing of a layout, with an id of its own."""
    return Drawing(f"{id}-{layout.name}", layout.width, height, shapes, title, told)


def _block(lines: Sequence[str], x: float, middle: float) -> Iterator[Shape]:
    """Lines of text around a middle."""
    return lines_of(lines, x, middle + 4.5 - (len(lines) - 1) * LINE / 2)


def lines_of(lines: Sequence[str], x: float, y: float, weight: str = "normal") -> Iterator[Shape]:
    """Lines of text, the first of them on the base line ``y``."""
    for place, line in enumerate(lines):
        yield Label(x, y + place * LINE, line, weight=weight)


def _role(r: Recommendation, alternative: str) -> str:
    return f"alternative-{list(r.kb.alternatives).index(alternative) % COLOURS}"
