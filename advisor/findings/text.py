"""Findings as people read them, in a terminal and in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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

if TYPE_CHECKING:  # loading it takes longer than printing what is cached
    from rich.console import Console

_INDENT = 14
_OUTCOME_STYLES = {Outcome.YES: "green", Outcome.NO: "red"}


# Text


def print_findings(console: Console, findings: Mapping[str, Finding], *, control: bool) -> None:
    """A finding in a line, its reason under it; with ``control`` a ``no`` is as it should be."""
    for finding in findings.values():
        _print_finding(console, finding, control=control)
    if len(findings) > 1:
        console.print(f"\n{tally(findings.values())}", highlight=False)


def _print_finding(console: Console, finding: Finding, *, control: bool) -> None:
    as_wanted = control and finding.outcome is Outcome.NO
    word = "no, as wanted" if as_wanted else finding.outcome.value
    style = "green" if as_wanted else _OUTCOME_STYLES.get(finding.outcome, "yellow")
    libraries = versions(finding) if finding.outcome.answered else ""
    lines = [measured(finding, finding.reason, NUMBERS_IN_FULL)]
    lines += [f"on {libraries}"] if libraries else []
    lines += notices(finding)
    _print_entry(console, word, style, f"{finding.probe}  ({circumstances(finding)})", lines)


def print_claims(console: Console, claims: Sequence[WeighedClaim]) -> None:
    """A claim's verdict and what it says in a line, why under it."""
    from advisor.report.toolkit.wrapping import STATUS_STYLES

    for weighed in claims:
        status = weighed.status.value
        _print_entry(console, status, STATUS_STYLES[status], weighed.claim.says, _why(weighed))


def _print_entry(console: Console, word: str, style: str, text: str, lines: Iterable[str]) -> None:
    """A word and what it is about in a line, and more lines under it."""
    from rich.text import Text

    from advisor.report.toolkit.wrapping import print_folded, printable_text

    first = Text(f"{word:<{_INDENT}}", style=style).append(text, style="default")
    console.print(printable_text(first), soft_wrap=True)
    for line in filter(None, lines):
        print_folded(console, line, "dim", _INDENT)


def _why(weighed: WeighedClaim) -> list[str]:
    """What a claim's verdict rests on, in lines."""
    finding = weighed.finding
    if finding is None:
        return [weighed.why]
    probe = f"{finding.probe} ({circumstances(finding)})"
    if not finding.outcome.answered:
        return [weighed.why, probe]
    answer = measured(finding, f"{finding.outcome.value}: {weighed.why}", NUMBERS_IN_FULL)
    libraries = versions(finding)
    return [answer, f"{probe}, on {libraries}" if libraries else probe, *notices(finding)]


# Markdown


def as_markdown(findings: Mapping[str, Finding], claims: Sequence[WeighedClaim] = ()) -> str:
    """A table for an issue, a pull request, a wiki: of the claims, where some were judged."""
    if claims:
        head = "| claim | verdict | what was found | versions | taken |"
        rows = [_claim_row(weighed) for weighed in claims]
        numbers = Counter(weighed.status for weighed in claims)
        total = count_kinds("claim", [(numbers[status], status.value) for status in ClaimStatus])
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
    answer = f"`{finding.probe}`: {cell(_account(finding, weighed.why))}"
    return f"| {says} | {verdict} | {answer} | {cell(versions(finding))} | {finding.taken} |"


def _row(finding: Finding) -> str:
    outcome, answer = finding.outcome.value, cell(_account(finding, finding.reason))
    libraries = cell(versions(finding))
    return f"| `{finding.probe}` | **{outcome}** | {answer} | {libraries} | {finding.taken} |"


def _account(finding: Finding, reason: str) -> str:
    """The reason with the measured numbers, and the notices of deprecation."""
    return "; ".join((measured(finding, reason, NUMBERS_IN_FULL), *notices(finding)))
