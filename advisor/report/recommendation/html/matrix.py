"""The evidence: a row a claim, a column an alternative, in the cells what a run says.

A claim stands in the columns of the alternatives that it bears on; else in a cell across all of
them. Its evidence is told once, in the first of its cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.report.toolkit.markup import NOTHING, Html, joined, tag
from advisor.wording.findings import Evidence
from advisor.wording.report import MARKS, MatrixRow, Report

LEGEND = (
    "✓ confirmed and ✗ refuted were run. ? is unverified: it was not tried or could not be, "
    "which does not make it wrong. Each stands under the alternative that rests on it."
)


def matrix(report: Report) -> Html:
    """The table of all claims that what fired relies on, or nothing where there are none."""
    section = report.matrix
    if not section.items:
        return NOTHING
    titles = [alternative.title for alternative in report.alternatives]
    heading = [tag("th", text, scope="col") for text in ("Claim", *titles)]
    table = tag(
        "table",
        tag("caption", section.title),
        tag("thead", tag("tr", *heading)),
        tag("tbody", *(_row(row, titles) for row in section.items)),
        class_="matrix",
    )
    box = tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=section.title)
    return joined([tag("p", LEGEND, class_="note"), box])


def claim_line(claim: Evidence) -> Html:
    """The claim with its status, leading to its evidence."""
    link = tag("a", claim.says, href=f"#{_anchor(claim)}")
    return tag("span", _status(claim), ": ", link, class_="claim")


def _status(claim: Evidence) -> Html:
    """The mark and the word; colour only repeats them."""
    mark = tag("span", MARKS[claim.status], aria_hidden="true")
    flag = tag("span", ", deprecated", class_="deprecated") if claim.deprecated else NOTHING
    word = tag("span", mark, f" {claim.status}", class_=f"standing {claim.status}")
    return joined([word, flag])


def _anchor(claim: Evidence) -> str:
    return f"claim-{claim.id}"


def _row(row: MatrixRow, titles: Sequence[str]) -> Html:
    name = tag("code", row.claim.id)
    heading = tag("th", row.claim.says, " ", name, scope="row", dir="auto")
    return tag("tr", heading, *_cells(row, titles), id=_anchor(row.claim))


def _cells(row: MatrixRow, titles: Sequence[str]) -> Iterator[Html]:
    if not row.bearing:
        cell = joined([_status(row.claim), *_evidence(row.claim)])
        yield tag("td", cell, colspan=str(len(titles)), data_label="All alternatives")
        return
    columns = list(zip(titles, row.bearing, strict=True))
    first = next(title for title, sides in columns if sides is not None)
    evidence = list(_evidence(row.claim))
    for title, sides in columns:
        if sides is None:
            yield tag("td", class_="empty")
            continue
        words = tag("span", *(f", {side}" for side in sides), class_="side")
        yield tag("td", _status(row.claim), words, *evidence, data_label=title)
        evidence = [tag("p", f"as under {first}", class_="made")]


def _evidence(claim: Evidence) -> Iterator[Html]:
    run = claim.run
    if run is None:
        yield tag("p", claim.why)
        return
    yield tag("p", run.measured_in_full)
    when = tag("span", run.by_date, class_="when")
    libraries = "".join(f", {library}" for library in run.libraries)
    yield tag("p", tag("code", claim.probe), libraries, ", ", when, class_="made")
