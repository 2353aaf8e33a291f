"""The heat map: people by criteria, each cell the points, coloured by how far they are apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from advisor.report.toolkit.markup import Html, joined, tag
from advisor.web.result_cache import RoundView
from advisor.wording import workshop
from advisor.workshop.item_results import CriterionResult
from advisor.workshop.round_result import ParticipantResult, RoundResult

CAPTION = "Points for each criterion, a row for each person"
NOTE = (
    "Letters are chance, and others in each round; a name stands where its owner wants it. Blue is "
    "below the median, orange above it, the stronger the further. A boxed criterion is in "
    "disagreement by RAND/UCLA."
)
FAR = (0.5, 2.0, 4.0)  # points from the median, at which the colour gets stronger


def heat_map(shown: RoundView, own: int | None) -> Html:
    """The table; ``own`` is the place of the reader's row, None where there is none."""
    before, rows, after = _drawn(shown)
    if own is None:
        return joined([before, *rows, after])
    marked = _row(shown.result, own, own=True)
    return joined([before, *rows[:own], marked, *rows[own + 1 :], after])


@lru_cache(maxsize=4)
def _drawn(shown: RoundView) -> tuple[Html, tuple[Html, ...], Html]:
    """What stands before the rows, the rows with nobody's marked, and what stands after them."""
    p = shown.result
    rows = tuple(_row(p, place, own=False) for place in range(len(p.participants)))
    head = tag("tr", tag("th", "", scope="col"), *(_head(p, scale) for scale in p.criteria))
    medians = tag(
        "tr", tag("th", "Median", scope="row"), *map(_median, p.criteria), class_="median"
    )
    table = tag(
        "table",
        tag("caption", CAPTION),
        tag("thead", head),
        tag("tbody", medians, MARK),
        class_="heat",
    )
    box = tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=CAPTION)
    before, after = box.source.split(MARK.source)
    return Html(before), rows, Html(after)


MARK = Html("<!-- rows -->")  # nothing that is escaped can hold it


def _head(p: RoundResult, scale: CriterionResult) -> Html:
    apart = scale.rand is not None and scale.rand.disagreement
    spoken = [tag("span", ": disagreement", class_="spoken")] if apart else []
    title = tag("span", p.kb.criteria[scale.id].title, *spoken, class_="upright")
    return tag("th", title, scope="col", **({"class_": "apart"} if apart else {}))


def _median(scale: CriterionResult) -> Html:
    return tag("td", f"{scale.quartiles.median:g}" if scale.quartiles else "–")


def _row(p: RoundResult, place: int, *, own: bool) -> Html:
    letter = workshop.letter(place)
    name = tag("th", f"{letter} (you)" if own else letter, scope="row")
    cells = _cells(p.participants[place], p.criteria)
    return tag("tr", name, *cells, **({"class_": "own"} if own else {}))


def _cells(seat: ParticipantResult, scales: Sequence[CriterionResult]) -> list[Html]:
    return [_cell(seat.revealed.ballot.points.get(scale.id), scale) for scale in scales]


def _cell(points: int | None, scale: CriterionResult) -> Html:
    if points is None or scale.quartiles is None:
        return tag("td", "–", class_="none")
    away = points - scale.quartiles.median
    steps = sum(abs(away) >= limit for limit in FAR)
    side = "over" if away > 0 else "under"
    return tag("td", str(points), class_=f"{side}-{steps}" if steps else "near")
