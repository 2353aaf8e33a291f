"""The heat map: people by criteria, each cell the points, coloured by how far they are apart."""

from __future__ import annotations

from functools import lru_cache

from advisor.report.toolkit.markup import Html, joined, tag
from advisor.wording.item_report import CriterionReport, PointsReport
from advisor.wording.round_report import RoundReport

CAPTION = "Points for each criterion, a row for each person"
NOTE = (
    "Letters are chance, and others in each round; a name stands where its owner wants it. Blue is "
    "below the median, orange above it, the stronger the further. A boxed criterion is in "
    "disagreement by RAND/UCLA."
)
MARK = Html("<!-- rows -->")  # nothing that is escaped can hold it


def heat_map(report: RoundReport, own: int | None) -> Html:
    """The table; ``own`` is the number of the reader's row, None where there is none."""
    before, rows, after = _parts(report)
    if own is None:
        return joined([before, *rows, after])
    marked = _row(report, own, own=True)
    return joined([before, *rows[:own], marked, *rows[own + 1 :], after])


@lru_cache(maxsize=4)
def _parts(report: RoundReport) -> tuple[Html, tuple[Html, ...], Html]:
    """What comes before the rows, the rows with nobody's marked, and what comes after them."""
    rows = tuple(_row(report, number, own=False) for number in range(len(report.participants)))
    head = tag("tr", tag("th", "", scope="col"), *map(_head, report.criteria))
    medians = [tag("td", criterion.median or "–") for criterion in report.criteria]
    table = tag(
        "table",
        tag("caption", CAPTION),
        tag("thead", head),
        tag("tbody", tag("tr", tag("th", "Median", scope="row"), *medians, class_="median"), MARK),
        class_="heat",
    )
    box = tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=CAPTION)
    before, after = box.source.split(MARK.source)
    return Html(before), rows, Html(after)


def _head(criterion: CriterionReport) -> Html:
    spoken = [tag("span", ": disagreement", class_="spoken")] if criterion.boxed else []
    title = tag("span", criterion.title, *spoken, class_="upright")
    return tag("th", title, scope="col", **({"class_": "apart"} if criterion.boxed else {}))


def _row(report: RoundReport, number: int, *, own: bool) -> Html:
    letter = report.participants[number].letter
    name = tag("th", f"{letter} (you)" if own else letter, scope="row")
    cells = [_cell(criterion.cells[number]) for criterion in report.criteria]
    return tag("tr", name, *cells, **({"class_": "own"} if own else {}))


def _cell(cell: PointsReport) -> Html:
    if cell.points is None:
        return tag("td", "–", class_="none")
    side = "over" if cell.shade > 0 else "under"
    return tag("td", str(cell.points), class_=f"{side}-{abs(cell.shade)}" if cell.shade else "near")
