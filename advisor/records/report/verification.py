"""A record's verification: the answer first, then each check, then each reason."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.records.folder import name_of
from advisor.records.verification.rerun import ClaimRerun, ReasonOutcome, Rerun
from advisor.records.verification.verify import Check, CheckStatus, Verification
from advisor.report.toolkit.wrapping import ReportLine, print_lines
from advisor.wording.findings import framework_versions, measured, notice
from advisor.wording.quantities import count
from advisor.wording.recommendation import lasting, outcome
from rules.scoring.judgement import differs

_CHECK_MARKS = {  # and their styles
    CheckStatus.PASSED: ("yes", "green"),
    CheckStatus.FAILED: ("NO", "bold red"),
    CheckStatus.NOT_CHECKED: ("-", "yellow"),
}
_OUTCOMES = {  # in the order in which they are printed
    ReasonOutcome.CHANGED: ("CHANGED", "bold red"),
    ReasonOutcome.CANNOT_RUN: ("CANNOT RUN here", "bold yellow"),
    ReasonOutcome.HOLDS: ("HOLDS", "bold green"),
    ReasonOutcome.NOT_TRIED: (
        "CANNOT BE TRIED: rests on answers, or on what no program can try",
        "bold",
    ),
}


@dataclass(frozen=True)
class VerificationReport:
    """A record's verification, and its rerun where one was wanted and possible."""

    verification: Verification
    rerun: Rerun | None = None


def render(report: VerificationReport, console: Console) -> None:
    print_lines(console, _lines(report))


def _lines(report: VerificationReport) -> Iterator[ReportLine]:
    v, again = report.verification, report.rerun
    yield 0, Text("")
    yield 0, Text(str(v.path))
    if v.document.title:
        yield 0, Text(v.document.title, style="dim")
    yield 0, _headline(v, again)
    yield 0, Text("")
    for name, check in named_checks(v).items():
        yield from _check(name, check)
    if again is not None:
        yield 2, Text.assemble("rerun    ", _counted(again))
        yield 2, Text.assemble("advice   ", _advice(again))
        yield from _next_steps(v, again)
    if v.today is not None:
        yield 2, Text.assemble("today    ", _today(v))
    if again is not None:
        yield from _reasons(again)
    yield 0, Text("")


def _headline(v: Verification, again: Rerun | None) -> Text:
    if v.failed:
        return Text(_what_failed(v), style="bold red")
    checked = v.integrity.status is CheckStatus.PASSED and v.reasoning.status is CheckStatus.PASSED
    if again is None:
        summary = "Unaltered, and reasoned right" if checked else "Nothing wrong, not all checked"
        return Text(summary, style="bold green" if checked else "bold yellow")
    if again.flips:
        return Text("The advice would be another today", style="bold red")
    if again.changed:
        return Text("The advice stands, a reason does not", style="bold yellow")
    if again.lost or not again.of(ReasonOutcome.HOLDS):
        return Text("Nothing speaks against it, not all could be run", style="bold yellow")
    untried = len(again.of(ReasonOutcome.CANNOT_RUN))
    if untried:
        reasons = count(untried, "reason")
        summary = f"Proven again, but for {reasons} that could not be run then either"
        return Text(summary, style="bold green")
    return Text("Proven again", style="bold green")


def _what_failed(v: Verification) -> str:
    altered = [
        name
        for name, check in (("the evidence", v.integrity), ("the text", v.text))
        if check.status is CheckStatus.FAILED
    ]
    if v.text.status is CheckStatus.NOT_CHECKED and v.integrity.status is CheckStatus.FAILED:
        return "The evidence is missing, or cannot be read"
    if altered:
        names = " and ".join(altered)
        return f"{names[:1].upper()}{names[1:]} {'was' if len(altered) == 1 else 'were'} altered"
    return "The evidence does not give what it says"


def _next_steps(v: Verification, again: Rerun) -> Iterator[ReportLine]:
    """What the user can do about it."""
    record = shlex.quote(str(v.path))
    if again.flips or again.changed:
        folder, number = shlex.quote(str(v.path.parent)), name_of(v.path)
        anew = f"advisor ask --answers {record} --record {folder}"
        anew += f" --supersedes {number.number}" if number else ""
        yield 2, Text(f"next     to decide anew by what is so today: {anew}")
    elif again.lost:
        tried = "install what is named below, name its interpreter with --python, or --provision"
        yield 2, Text(f"next     to try the rest: {tried}")


def named_checks(v: Verification) -> dict[str, Check]:
    """The checks by the names that are printed."""
    return {"whole": v.integrity, "text": v.text, "replay": v.reasoning}


def _check(name: str, check: Check) -> Iterator[ReportLine]:
    mark, style = _CHECK_MARKS[check.status]
    line = Text(f"{name:<9}").append(f"{mark:<5}", style=style)
    yield 2, line.append(check.summary)
    for sentence in check.problems:
        yield 16, Text(sentence, style="red")


def _counted(again: Rerun) -> Text:
    """``8 reasons hold, 1 changed, 3 could not be run; 2 rest on no claim that can be tried``"""
    holds, changed, lost, untried = (len(again.of(result)) for result in ReasonOutcome)
    counts = [f"{count(holds, 'reason')} {'holds' if holds == 1 else 'hold'}"]
    counts += [f"{changed} changed"] if changed else []
    counts += [f"{lost} could not be run"] if lost else []
    counts += [f"{untried} cannot be tried"] if untried else []
    on = ", ".join(framework_versions(again.now.findings.values()))
    then = ", ".join(framework_versions(again.then.findings.values()))
    where = f", on {on}" if on else ""
    before = f" (then {then})" if then and then != on else ""
    return Text(f"{', '.join(counts)}{where}{before}")


def _advice(again: Rerun) -> Text:
    then = outcome(again.then.kb, again.then.judgement)
    now = outcome(again.now.kb, again.now.judgement)
    if again.flips:
        return Text(f"then: {then}; now: ").append(now, style="bold red")
    if then != now:
        wins = lasting(again.now.kb, again.now.judgement)
        return Text(f"still {wins}: {now} (then {then})")
    return Text(f"the same: {now}")


def _today(v: Verification) -> Text:
    assert v.today is not None  # the caller has checked
    assert v.replayed is not None
    now = outcome(v.today.kb, v.today.judgement)
    text = "today's knowledge is another; with the same answers and findings it says"
    style = "bold yellow" if differs(v.today.judgement, v.replayed.judgement) else ""
    return Text(f"{text}: ").append(now, style=style)


def _reasons(again: Rerun) -> Iterator[ReportLine]:
    """The deciding reasons by their outcomes, what changed first; advice only where it changed."""
    for result, (title, style) in _OUTCOMES.items():
        reasons = [*again.of(result)]
        if result is ReasonOutcome.CHANGED:
            reasons += [reason for reason in again.advice if reason.outcome is result]
        if reasons:
            yield 0, Text("")
            yield 0, Text(title, style=style)
        for reason in reasons:
            advice = "" if reason.decides else "Advice: "
            yield (
                2,
                Text(f"{advice}{reason.rule.because}").append(f" ({reason.rule.id})", style="dim"),
            )
            for claim in reason.claims:
                yield from _claim(claim)


def _claim(again: ClaimRerun) -> Iterator[ReportLine]:
    before, after = again.before, again.after
    says, now = after.claim.says, after.status.value
    match again.outcome:
        case ReasonOutcome.HOLDS if before.status is ClaimStatus.UNVERIFIED:
            yield 4, Text(f"{now} now, not verified then: {says}{_where(after)}", style="dim")
        case ReasonOutcome.HOLDS:
            yield 4, Text(f"{now}, as it was: {says}{_where(after)}", style="dim")
        case ReasonOutcome.CHANGED:
            first = before.status is ClaimStatus.UNVERIFIED
            was = "not verified then" if first else before.status.value
            change = Text(f"{was} -> {now}", style="bold red")
            yield 4, change.append(f": {says}", style="not bold default")
            yield 6, Text(f"then: {_finding(before)}", style="dim")
            yield 6, Text(f"now:  {_finding(after)}", style="dim")
            if again.other_probe:
                yield 6, Text("the probe is another one by now; the one of then is in the evidence")
        case ReasonOutcome.CANNOT_RUN:
            yield 4, Text(f"{before.status.value} then: {says}", style="dim")
            yield 6, Text(f"now {after.why}", style="dim")
        case ReasonOutcome.NOT_TRIED:
            yield 4, Text(f"{says}: {after.why}", style="dim")
    if again.newly_deprecated and after.finding is not None:
        for message in after.finding.deprecations:
            yield 6, Text(f"now deprecated: {notice(message)}", style="yellow")


def _where(weighed: WeighedClaim) -> str:
    """Where it was tried, if that was not where the frameworks are."""
    finding = weighed.finding
    own = finding is not None and finding.environment
    return f" (in an environment of its own: {own})" if own else ""


def _finding(weighed: WeighedClaim) -> str:
    finding = weighed.finding
    if finding is None:
        return weighed.why
    tried = ", ".join(f"{n} {v}" for n, v in sorted(finding.versions.items()) if n != "python")
    on = f" [{finding.probe}{', ' if tried else ''}{tried}]"
    return f"{measured(finding, weighed.why)}{on}{_where(weighed)}"
