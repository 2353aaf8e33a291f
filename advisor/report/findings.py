"""Findings as people read them, in a terminal and in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from textwrap import shorten
from typing import TYPE_CHECKING

from advisor.consultation.evidence import Standing, WeighedClaim
from advisor.report.markdown import cell
from advisor.report.words import count, measured
from probes.api import MOMENT, UNKNOWN, Finding, Outcome

if TYPE_CHECKING:  # loading it takes longer than printing what was kept
    from rich.console import Console

_INDENT = 14
_NUMBERS = 6  # of a finding's measurements, how many are told
_NOW = 600  # seconds that a run may take: what it found in them is not called old
_LONGEST_NOTICE = 200  # characters of a deprecation; all of it is in the JSON
_STYLES = {Outcome.YES: "green", Outcome.NO: "red"}
_STANDINGS = {Standing.CONFIRMED: "green", Standing.REFUTED: "red", Standing.UNVERIFIED: "yellow"}


def elapsed(finding: Finding, now: datetime | None = None) -> float:
    """Seconds since the finding was made; 0 where it does not say when that was."""
    try:
        taken = datetime.strptime(finding.taken, MOMENT).replace(tzinfo=timezone.utc)
    except ValueError:
        return 0.0
    return ((now or datetime.now(timezone.utc)) - taken).total_seconds()


def age(finding: Finding, now: datetime | None = None) -> str:
    """How long ago the finding was made: ``3 hours ago``; empty below a minute."""
    seconds = elapsed(finding, now)
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= unit:
            return f"{count(int(seconds // unit), name)} ago"
    return ""


def circumstances(finding: Finding) -> str:
    """How long it took, how old it is and where it was made, for a bracket."""
    return _circumstances(finding, age(finding) if elapsed(finding) >= _NOW else "")


def circumstances_by_date(finding: Finding) -> str:
    """The same with the day in place of the age, for what is read later than it is written."""
    return _circumstances(finding, day(finding))


def day(finding: Finding) -> str:
    """The day on which it was found; empty where the finding does not say."""
    return finding.taken[:10]


def _circumstances(finding: Finding, when: str) -> str:
    where = "in an environment of its own" if finding.environment else ""
    parts = (f"{finding.seconds:.1f} s", when, where)
    return ", ".join(part for part in parts if part)


def notices(finding: Finding) -> list[str]:
    """What was said of deprecation, each notice in a length that can be read."""
    return [f"deprecated: {notice(line)}" for line in finding.deprecations]


def notice(text: str) -> str:
    """A notice of deprecation in a length that can be read."""
    return shorten(text, _LONGEST_NOTICE, placeholder=" ...")


def tally(findings: Iterable[Finding]) -> str:
    """``61 probes: 45 yes, 6 no, 10 unavailable``."""
    outcomes = Counter(finding.outcome for finding in findings)
    return _counted("probe", [(outcomes[one], one.value) for one in Outcome])


def _counted(noun: str, kinds: Sequence[tuple[int, str]]) -> str:
    """How many there are, and how many of each kind that there is."""
    each = ", ".join(f"{number} {kind}" for number, kind in kinds if number)
    return f"{count(sum(number for number, _ in kinds), noun)}: {each}"


# Text


def print_findings(console: Console, findings: Mapping[str, Finding], *, control: bool) -> None:
    """A finding in a line, its reason under it; with ``control`` a ``no`` is what was wanted."""
    for finding in findings.values():
        _print_finding(console, finding, control=control)
    if len(findings) > 1:
        console.print(f"\n{tally(findings.values())}", highlight=False)


def _print_finding(console: Console, finding: Finding, *, control: bool) -> None:
    from rich.text import Text

    from advisor.report.folding import print_folded

    as_wanted = control and finding.outcome is Outcome.NO
    word = "no, as wanted" if as_wanted else finding.outcome.value
    style = "green" if as_wanted else _STYLES.get(finding.outcome, "yellow")
    line = Text(f"{word:<{_INDENT}}", style=style)
    line.append(f"{finding.probe}  ({circumstances(finding)})", style="default")
    console.print(line, soft_wrap=True)
    told = measured(finding, finding.reason, _NUMBERS)
    known = versions(finding) if finding.outcome.answered else ""
    tried = f"on {known}" if known else ""
    for text in filter(None, (told, tried, *notices(finding))):
        print_folded(console, text, "dim", _INDENT)


def print_claims(console: Console, claims: Sequence[WeighedClaim]) -> None:
    """A claim's verdict and what it says in a line, why under it."""
    from rich.text import Text

    from advisor.report.folding import print_folded

    for weighed in claims:
        line = Text(f"{weighed.standing.value:<{_INDENT}}", style=_STANDINGS[weighed.standing])
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
    told = measured(finding, f"{finding.outcome.value}: {weighed.why}", _NUMBERS)
    known = versions(finding)
    return [told, f"{made}, on {known}" if known else made, *notices(finding)]


# Markdown


def as_markdown(findings: Mapping[str, Finding], claims: Sequence[WeighedClaim] = ()) -> str:
    """A table for an issue, a pull request, a wiki: of the claims, where some were judged."""
    if claims:
        head = "| claim | verdict | what was found | versions | taken |"
        rows = [_claim_row(weighed) for weighed in claims]
        standings = Counter(weighed.standing for weighed in claims)
        counted = _counted("claim", [(standings[one], one.value) for one in Standing])
    else:
        head = "| probe | outcome | what was found | versions | taken |"
        rows = [_row(finding) for finding in findings.values()]
        counted = tally(findings.values())
    return "\n".join([head, "|---|---|---|---|---|", *rows, "", f"{counted}.", ""])


def _claim_row(weighed: WeighedClaim) -> str:
    says = f"{cell(weighed.claim.says)} (`{weighed.claim.id}`)"
    verdict = f"**{weighed.standing.value}**{', deprecated' if weighed.deprecated else ''}"
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
    return "; ".join((measured(finding, reason, _NUMBERS), *notices(finding)))


def versions(finding: Finding) -> str:
    """``torch 2.13.0, keras 3.15.1``: what was tried, as far as it says which it is."""
    known = {name: text for name, text in finding.versions.items() if text != UNKNOWN}
    return ", ".join(f"{name} {text}" for name, text in known.items())
