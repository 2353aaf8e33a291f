"""Findings as people read them, in a terminal and in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.findings.markdown import cell
from advisor.wording.findings import (
    NUMBERS_IN_FULL,
    circumstances,
    count_kinds,
    measured,
    notices,
    tally,
    versions,
)
from probes.api import Finding, Outcome

if TYPE_CHECKING:  # loading it takes longer than printing what was kept
    from rich.console import Console

_INDENT = 14
_STYLES = {Outcome.YES: "green", Outcome.NO: "red"}
_STANDINGS = {
    ClaimStatus.CONFIRMED: "green",
    ClaimStatus.REFUTED: "red",
    ClaimStatus.UNVERIFIED: "yellow",
}


# Text


def print_findings(console: Console, findings: Mapping[str, Finding], *, control: bool) -> None:
    """A finding in a line, its reason under it; with ``control`` a ``no`` is what was wanted."""
    for finding in findings.values():
        _print_finding(console, finding, control=control)
    if len(findings) > 1:
        console.print(f"\n{tally(findings.values())}", highlight=False)


def _print_finding(console: Console, finding: Finding, *, control: bool) -> None:
    from rich.text import Text

    from advisor.report.toolkit.wrapping import print_folded

    as_wanted = control and finding.outcome is Outcome.NO
    word = "no, as wanted" if as_wanted else finding.outcome.value
    style = "green" if as_wanted else _STYLES.get(finding.outcome, "yellow")
    line = Text(f"{word:<{_INDENT}}", style=style)
    line.append(f"{finding.probe}  ({circumstances(finding)})", style="default")
    console.print(line, soft_wrap=True)
    told = measured(finding, finding.reason, NUMBERS_IN_FULL)
    known = versions(finding) if finding.outcome.answered else ""
    tried = f"on {known}" if known else ""
    for text in filter(None, (told, tried, *notices(finding))):
        print_folded(console, text, "dim", _INDENT)


def print_claims(console: Console, claims: Sequence[WeighedClaim]) -> None:
    """A claim's verdict and what it says in a line, why under it."""
    from rich.text import Text

    from advisor.report.toolkit.wrapping import print_folded

    for weighed in claims:
        line = Text(f"{weighed.status.value:<{_INDENT}}", style=_STANDINGS[weighed.status])
        console.print(line.append(weighed.claim.says, style="default"), soft_wrap=True)
        for text in _why(weighed):
            print_folded(console, text, "dim", _INDENT)


def _why(weighed: WeighedClaim) -> list[str]:
    """What a claim's verdict rests on, in lines."""
    finding = weighed.finding
    if finding is None:
        return [weighed.why]
    made = f"{finding.probe} ({circumstances(finding)})"
    if not finding.outcome.answered:
        return [weighed.why, made]
    told = measured(finding, f"{finding.outcome.value}: {weighed.why}", NUMBERS_IN_FULL)
    known = versions(finding)
    return [told, f"{made}, on {known}" if known else made, *notices(finding)]


# Markdown


def as_markdown(findings: Mapping[str, Finding], claims: Sequence[WeighedClaim] = ()) -> str:
    """A table for an issue, a pull request, a wiki: of the claims, where some were judged."""
    if claims:
        head = "| claim | verdict | what was found | versions | taken |"
        rows = [_claim_row(weighed) for weighed in claims]
        standings = Counter(weighed.status for weighed in claims)
        total = count_kinds("claim", [(standings[one], one.value) for one in ClaimStatus])
    else:
        head = "| probe | outcome | what was found | versions | taken |"
        rows = [_row(finding) for finding in findings.values()]
        total = tally(findings.values())
    return "\n".join([head, "|---|---|---|---|---|", *rows, "", f"{total}.", ""])


def _claim_row(weighed: WeighedClaim) -> str:
    says = f"{cell(weighed.claim.says)} (`{weighed.claim.id}`)"
    verdict = f"**{weighed.status.value}**{', deprecated' if weighed.deprecated else ''}"
    finding = weighed.finding
    if finding is None:
        return f"| {says} | {verdict} | {cell(weighed.why)} | | |"
    found = f"`{finding.probe}`: {cell(_told(finding, weighed.why))}"
    return f"| {says} | {verdict} | {found} | {cell(versions(finding))} | {finding.taken} |"


def _row(finding: Finding) -> str:
    told = cell(_told(finding, finding.reason))
    cells = (f"`{finding.probe}`", f"**{finding.outcome.value}**", told, cell(versions(finding)))
    return f"| {' | '.join((*cells, finding.taken))} |"


def _told(finding: Finding, reason: str) -> str:
    return "; ".join((measured(finding, reason, NUMBERS_IN_FULL), *notices(finding)))
