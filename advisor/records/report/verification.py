"""A record's verification as text (the answer, then each check, then each reason) and as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.records.names import name_of
from advisor.records.verification.rerun import ClaimRerun, ReasonOutcome, Rerun
from advisor.records.verification.verify import CheckStatus, Verification
from advisor.report.toolkit.json_data import SCHEMA, dumped, judgement_as_data
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
_INCOMPLETE = "Nothing speaks against it, not all could be checked"
_UNTRIED = "rests on answers, or on what no program can try"
_OUTCOMES = {  # in the order in which they are printed
    ReasonOutcome.CHANGED: ("CHANGED", "bold red"),
    ReasonOutcome.CANNOT_RUN: ("CANNOT RUN here", "bold yellow"),
    ReasonOutcome.HOLDS: ("HOLDS", "bold green"),
    ReasonOutcome.NOT_TRIED: (f"CANNOT BE TRIED: {_UNTRIED}", "bold"),
}


def render(v: Verification, again: Rerun | None, console: Console, knowledge: str = "") -> None:
    """Print the verification, with its rerun where one was wanted and possible.

    ``knowledge`` is what commands must add to reason from the same.
    """
    print_lines(console, _lines(v, again, knowledge))


def _lines(v: Verification, again: Rerun | None, knowledge: str) -> Iterator[ReportLine]:
    yield 0, Text("")
    yield 0, Text(str(v.path))
    if v.document.title:
        yield 0, Text(v.document.title, style="dim")
    yield 0, _headline(v, again)
    yield 0, Text("")
    for name, check in v.checks.items():
        mark, style = _CHECK_MARKS[check.status]
        yield 2, Text.assemble(f"{name:<9}", (f"{mark:<5}", style), check.summary)
        yield from ((16, Text(sentence, style="red")) for sentence in check.problems)
    if again is not None:
        yield 2, Text.assemble("rerun    ", _counted(again))
        yield 2, Text.assemble("advice   ", _advice(again))
        yield from _next_steps(v, again, knowledge)
    if v.today is not None and v.replayed is not None:
        yield 2, Text.assemble("today    ", _today(v.today, v.replayed))
    if again is not None:
        yield from _reasons(again)
    yield 0, Text("")


def _headline(v: Verification, again: Rerun | None) -> Text:
    if v.failed:
        return Text(_what_failed(v), style="bold red")
    if again is None:
        summary = "Unaltered, and reasoned right" if v.complete else _INCOMPLETE
        return Text(summary, style="bold green" if v.complete else "bold yellow")
    if again.flips:
        return Text("The advice would be another today", style="bold red")
    if again.changed:
        return Text("The advice stands, a reason does not", style="bold yellow")
    if again.lost or not again.of(ReasonOutcome.HOLDS):
        return Text("Nothing speaks against it, not all could be run", style="bold yellow")
    if not v.complete:
        return Text("The reasons hold, not all of the record could be checked", style="bold yellow")
    untried = len(again.of(ReasonOutcome.CANNOT_RUN))
    if untried:
        reasons = count(untried, "reason")
        summary = f"Proven again, but for {reasons} that could not be run then either"
        return Text(summary, style="bold green")
    return Text("Proven again", style="bold green")


def _what_failed(v: Verification) -> str:
    match v.integrity.status, v.text.status:
        case CheckStatus.FAILED, CheckStatus.NOT_CHECKED:
            return "The evidence is missing, or cannot be read"
        case CheckStatus.FAILED, CheckStatus.FAILED:
            return "The evidence and the text were altered"
        case CheckStatus.FAILED, _:
            return "The evidence was altered"
        case _, CheckStatus.FAILED:
            return "The text was altered"
    return "The evidence does not give what it says"


def _next_steps(v: Verification, again: Rerun, knowledge: str) -> Iterator[ReportLine]:
    """What the user can do about it."""
    record = shlex.quote(str(v.path))
    if again.flips or again.changed:
        folder, number = shlex.quote(str(v.path.parent)), name_of(v.path)
        anew = f"advisor ask --answers {record} --record {folder}"
        anew += (f" --supersedes {number.number}" if number else "") + knowledge
        yield 2, Text(f"next     to decide anew by what is so today: {anew}")
    elif again.lost:
        tried = "install what is named below, name its interpreter with --python, or --provision"
        yield 2, Text(f"next     to try the rest: {tried}")


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


def _today(today: Recommendation, then: Recommendation) -> Text:
    text = "today's knowledge is another; with the same answers and findings it says"
    style = "bold yellow" if differs(today.judgement, then.judgement) else ""
    return Text(f"{text}: ").append(outcome(today.kb, today.judgement), style=style)


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
            rule, advice = reason.rule, "" if reason.rule.decides else "Advice: "
            yield 2, Text(f"{advice}{rule.because}").append(f" ({rule.id})", style="dim")
            for claim in reason.claims:
                yield from _claim(claim)


def _claim(again: ClaimRerun) -> Iterator[ReportLine]:
    before, after = again.before, again.after
    says, now = after.claim.says, after.status.value
    first = before.status is ClaimStatus.UNVERIFIED
    match again.outcome:
        case ReasonOutcome.HOLDS:
            how = " now, not verified then" if first else ", as it was"
            yield 4, Text(f"{now}{how}: {says}{_where(after)}", style="dim")
        case ReasonOutcome.CHANGED:
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


def as_json(records: Iterable[tuple[Verification, Rerun | None]]) -> str:
    """One JSON object, as ``advisor record verify --format json`` prints it.

    Each of ``records`` has ``file``, ``title``, ``status``, ``checks`` (``whole``, ``text`` and
    ``replay``, each with ``result``, ``said`` and ``wrong``), ``then`` (the recommendation), and
    ``rerun``, null where nothing was run: ``now``, ``flips`` and ``reasons``, each with its
    ``fate`` (``holds``, ``changed``, ``cannot run``, ``cannot be tried``) and claims. ``today`` is
    what today's knowledge makes of it where that is another, else null.
    """
    data = [_as_data(verification, again) for verification, again in records]
    return dumped({"schema": SCHEMA, "records": data})


def _as_data(v: Verification, again: Rerun | None) -> dict[str, Any]:
    return {
        "file": str(v.path),
        "title": v.document.title,
        "status": v.document.status,
        "checks": {
            name: {"result": c.status.value, "said": c.summary, "wrong": list(c.problems)}
            for name, c in v.checks.items()
        },
        "then": judgement_as_data(v.replayed.judgement) if v.replayed else None,
        "rerun": _rerun_as_data(again) if again else None,
        "today": judgement_as_data(v.today.judgement) if v.today else None,
    }


def _rerun_as_data(again: Rerun) -> dict[str, Any]:
    return {
        "now": judgement_as_data(again.now.judgement),
        "flips": again.flips,
        "reasons": [
            {
                "rule": reason.rule.id,
                "because": reason.rule.because,
                "decides": reason.rule.decides,
                "fate": reason.outcome.value,
                "claims": [_claim_as_data(claim) for claim in reason.claims],
            }
            for reason in again.reasons
        ],
    }


def _claim_as_data(again: ClaimRerun) -> dict[str, Any]:
    return {
        "id": again.after.claim.id,
        "says": again.after.claim.says,
        "fate": again.outcome.value,
        "other_probe": again.other_probe,
        "then": _status_as_data(again.before),
        "now": _status_as_data(again.after),
    }


def _status_as_data(weighed: WeighedClaim) -> Mapping[str, Any]:
    finding = weighed.finding
    return {
        "verdict": weighed.status.value,
        "why": weighed.why,
        "deprecated": weighed.deprecated,
        "probe": weighed.claim.probe,
        "versions": dict(finding.versions) if finding else {},
        "source": finding.source if finding else "",
        "taken": finding.taken if finding else "",
    }
