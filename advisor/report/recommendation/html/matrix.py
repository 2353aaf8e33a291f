"""The evidence: a row a claim, a column an alternative, in the cells what a run says.

A claim stands in the columns of the alternatives that it speaks for or against: those of the
rules that fired and rest on it, be they withdrawn since. Where no such rule is about an
alternative, it stands in that of its probe's framework; else in a cell across all columns. Its
evidence is told once, in the first of its cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import WeighedClaim
from advisor.report.toolkit.markup import NOTHING, Html, joined, tag
from advisor.wording.findings import circumstances_by_date, measured
from advisor.wording.outline import MARKS
from probes.api import UNKNOWN, Finding
from rules.model import Advise, Prefer, Rule, RuleOut

TITLE = "The evidence, claim by claim"
LEGEND = (
    "✓ confirmed and ✗ refuted were run. ? is unverified: it was not tried or could not be, "
    "which does not make it wrong. Each stands under the alternative that rests on it."
)
NUMBERS = 6  # of a finding's measurements, how many are told


def matrix(r: Recommendation) -> Html:
    """The table of all claims that what fired relies on, or nothing where there are none."""
    if not r.claims:
        return NOTHING
    titles = {name: alternative.title for name, alternative in r.kb.alternatives.items()}
    heading = [tag("th", text, scope="col") for text in ("Claim", *titles.values())]
    deciding_first = sorted(
        r.claims.values(),
        key=lambda weighed: not any(rule.decides for rule in _resting(r, weighed)),
    )
    rows = [_row(r, weighed, titles) for weighed in deciding_first]
    table = tag(
        "table",
        tag("caption", TITLE),
        tag("thead", tag("tr", *heading)),
        tag("tbody", *rows),
        class_="matrix",
    )
    return joined([tag("p", LEGEND, class_="note"), _box(table)])


def _box(table: Html) -> Html:
    return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=TITLE)


def claim_line(weighed: WeighedClaim) -> Html:
    """The claim with its standing, leading to its evidence."""
    link = tag("a", weighed.claim.says, href=f"#{_anchor(weighed)}")
    return tag("span", standing(weighed), ": ", link, class_="claim")


def standing(weighed: WeighedClaim) -> Html:
    """The mark and the word; colour only repeats them."""
    mark = tag("span", MARKS[weighed.status], aria_hidden="true")
    word = weighed.status.value
    flag = tag("span", ", deprecated", class_="deprecated") if weighed.deprecated else NOTHING
    return joined([tag("span", mark, f" {word}", class_=f"standing {word}"), flag])


def _anchor(weighed: WeighedClaim) -> str:
    return f"claim-{weighed.claim.id}"


def _row(r: Recommendation, weighed: WeighedClaim, titles: Mapping[str, str]) -> Html:
    name = tag("code", weighed.claim.id)
    heading = tag("th", weighed.claim.says, " ", name, scope="row", dir="auto")
    return tag("tr", heading, *_cells(r, weighed, titles), id=_anchor(weighed))


def _cells(r: Recommendation, weighed: WeighedClaim, titles: Mapping[str, str]) -> Iterator[Html]:
    bearing = _bearing(r, weighed)
    if not bearing:
        label = "All alternatives"
        cell = joined([standing(weighed), *_evidence(weighed)])
        yield tag("td", cell, colspan=str(len(titles)), data_label=label)
        return
    first = min(bearing, key=list(titles).index)
    for name, title in titles.items():
        if name not in bearing:
            yield tag("td", class_="empty")
            continue
        says = tag("span", *(f", {side}" for side in bearing[name]), class_="side")
        again = tag("p", f"as under {titles[first]}", class_="made")
        evidence = _evidence(weighed) if name == first else [again]
        yield tag("td", standing(weighed), says, *evidence, data_label=title)


def _bearing(r: Recommendation, weighed: WeighedClaim) -> dict[str, Sequence[str]]:
    """Alternative -> how the claim bears on it, in words; what decides before mere advice."""
    found: dict[str, list[str]] = {}
    for rule in sorted(_resting(r, weighed), key=lambda one: not one.decides):
        match rule.action:
            case Prefer(alternative, _, factor):
                side = "for it" if factor > 0 else "against it"
            case RuleOut(alternative):
                side = "rules it out"
            case Advise(alternative=str(alternative)):
                side = "advice"
            case _:
                continue
        found.setdefault(alternative, []).append(side)
    group = (weighed.claim.probe or "").split(".")[0]
    if not found and group in r.kb.alternatives:
        return {group: []}
    return {name: list(dict.fromkeys(sides)) for name, sides in found.items()}


def _resting(r: Recommendation, weighed: WeighedClaim) -> Iterator[Rule]:
    """The rules that rest on the claim, of those that fired."""
    fallen = (r.kb.rules[withdrawal.rule] for withdrawal in r.withdrawn)
    return (rule for rule in (*r.fired, *fallen) if weighed.claim.id in rule.claims)


def _evidence(weighed: WeighedClaim) -> Iterator[Html]:
    finding = weighed.finding
    if finding is None:
        yield tag("p", weighed.why)
        return
    yield tag("p", measured(finding, weighed.why, NUMBERS))
    told = _libraries(finding) if finding.outcome.answered else []
    when = tag("span", circumstances_by_date(finding), class_="when")
    libraries = "".join(f", {library}" for library in told)
    yield tag("p", tag("code", finding.probe), libraries, ", ", when, class_="made")


def _libraries(finding: Finding) -> list[str]:
    known = finding.versions.items()
    return [f"{name} {text}" for name, text in known if name != "python" and text != UNKNOWN]
