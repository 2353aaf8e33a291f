"""What a record's verification came to: the answer first, then each check, then each reason."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.records.folder import name_of
from advisor.records.verification.check import Check, CheckStatus
from advisor.records.verification.rerun import ClaimAgain, Fate, Rerun
from advisor.records.verification.verify import Verification
from advisor.report.toolkit.json_data import SCHEMA, dumped, judgement_as_data
from advisor.report.toolkit.wrapping import ReportLine, print_lines
from advisor.wording.findings import framework_versions, measured, notice
from advisor.wording.quantities import count
from advisor.wording.recommendation import lasting, outcome
from rules.scoring.judgement import differs

_RESULTS = {
    CheckStatus.PASSED: "green",
    CheckStatus.FAILED: "bold red",
    CheckStatus.NOT_CHECKED: "yellow",
}
_FATES = {  # in the order in which they are told
    Fate.CHANGED: ("CHANGED", "bold red"),
    Fate.CANNOT_RUN: ("CANNOT RUN here", "bold yellow"),
    Fate.HOLDS: ("HOLDS", "bold green"),
    Fate.NOT_TRIED: ("CANNOT BE TRIED: rests on answers, or on what no program can try", "bold"),
}


@dataclass(frozen=True)
class Verified:
    """A record's verification, and its rerun where one was asked for and could be made."""

    verification: Verification
    rerun: Rerun | None = None


def render(verified: Verified, console: Console) -> None:
    print_lines(console, _lines(verified))


def _lines(verified: Verified) -> Iterator[ReportLine]:
    v, again = verified.verification, verified.rerun
    yield 0, Text("")
    yield 0, Text(str(v.path))
    if v.document.title:
        yield 0, Text(v.document.title, style="dim")
    yield 0, _headline(v, again)
    yield 0, Text("")
    for name, check in _checks(v).items():
        yield from _check(name, check)
    if again is not None:
        yield 2, Text.assemble("rerun    ", _counted(again))
        yield 2, Text.assemble("advice   ", _advice(again))
        yield from _next(v, again)
    if v.today is not None:
        yield 2, Text.assemble("today    ", _today(v))
    if again is not None:
        yield from _reasons(again)
    yield 0, Text("")


def _headline(v: Verification, again: Rerun | None) -> Text:
    if v.failed:
        return Text(_what_failed(v), style="bold red")
    checked = v.whole.result is CheckStatus.PASSED and v.replay.result is CheckStatus.PASSED
    if again is None:
        said = "Unaltered, and reasoned right" if checked else "Nothing wrong, not all checked"
        return Text(said, style="bold green" if checked else "bold yellow")
    if again.flips:
        return Text("The advice would be another today", style="bold red")
    if again.changed:
        return Text("The advice stands, a reason does not", style="bold yellow")
    if again.lost or not again.of(Fate.HOLDS):
        return Text("Nothing speaks against it, not all could be run", style="bold yellow")
    untried = len(again.of(Fate.CANNOT_RUN))
    if untried:
        reasons = count(untried, "reason")
        said = f"Proven again, but for {reasons} that could not be run then either"
        return Text(said, style="bold green")
    return Text("Proven again", style="bold green")


def _what_failed(v: Verification) -> str:
    altered = [
        name
        for name, check in (("the evidence", v.whole), ("the text", v.text))
        if check.result is CheckStatus.FAILED
    ]
    if v.text.result is CheckStatus.NOT_CHECKED and v.whole.result is CheckStatus.FAILED:
        return "The evidence is missing, or cannot be read"
    if altered:
        said = " and ".join(altered)
        return f"{said[:1].upper()}{said[1:]} {'was' if len(altered) == 1 else 'were'} altered"
    return "The evidence does not give what it says"


def _next(v: Verification, again: Rerun) -> Iterator[ReportLine]:
    """What can be done about it."""
    record = shlex.quote(str(v.path))
    if again.flips or again.changed:
        folder, number = shlex.quote(str(v.path.parent)), name_of(v.path)
        anew = f"advisor ask --answers {record} --record {folder}"
        anew += f" --supersedes {number.number}" if number else ""
        yield 2, Text(f"next     to decide anew by what is so today: {anew}")
    elif again.lost:
        tried = "install what is named below, name its interpreter with --python, or --provision"
        yield 2, Text(f"next     to try the rest: {tried}")


def _checks(v: Verification) -> dict[str, Check]:
    return {"whole": v.whole, "text": v.text, "replay": v.replay}


def _check(name: str, check: Check) -> Iterator[ReportLine]:
    mark = {CheckStatus.PASSED: "yes", CheckStatus.FAILED: "NO", CheckStatus.NOT_CHECKED: "-"}[
        check.result
    ]
    line = Text(f"{name:<9}").append(f"{mark:<5}", style=_RESULTS[check.result])
    yield 2, line.append(check.said)
    for sentence in check.wrong:
        yield 16, Text(sentence, style="red")


def _counted(again: Rerun) -> Text:
    """``8 reasons hold, 1 changed, 3 could not be run; 2 rest on no claim that can be tried``"""
    holds, changed, lost, untried = (len(again.of(fate)) for fate in Fate)
    told = [f"{count(holds, 'reason')} {'holds' if holds == 1 else 'hold'}"]
    told += [f"{changed} changed"] if changed else []
    told += [f"{lost} could not be run"] if lost else []
    told += [f"{untried} cannot be tried"] if untried else []
    on = ", ".join(framework_versions(again.now.findings.values()))
    then = ", ".join(framework_versions(again.then.findings.values()))
    where = f", on {on}" if on else ""
    before = f" (then {then})" if then and then != on else ""
    return Text(f"{', '.join(told)}{where}{before}")


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
    assert v.today is not None  # asked by the caller
    assert v.replayed is not None
    now = outcome(v.today.kb, v.today.judgement)
    said = "today's knowledge is another; with the same answers and findings it says"
    style = "bold yellow" if differs(v.today.judgement, v.replayed.judgement) else ""
    return Text(f"{said}: ").append(now, style=style)


def _reasons(again: Rerun) -> Iterator[ReportLine]:
    """The deciding reasons by their fates, what changed first; advice only where it changed."""
    for fate, (title, style) in _FATES.items():
        reasons = [*again.of(fate)]
        if fate is Fate.CHANGED:
            reasons += [one for one in again.advice if one.fate is fate]
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


def _claim(again: ClaimAgain) -> Iterator[ReportLine]:
    before, after = again.before, again.after
    says, now = after.claim.says, after.status.value
    match again.fate:
        case Fate.HOLDS if before.status is ClaimStatus.UNVERIFIED:
            yield 4, Text(f"{now} now, not verified then: {says}{_where(after)}", style="dim")
        case Fate.HOLDS:
            yield 4, Text(f"{now}, as it was: {says}{_where(after)}", style="dim")
        case Fate.CHANGED:
            first = before.status is ClaimStatus.UNVERIFIED
            was = "not verified then" if first else before.status.value
            change = Text(f"{was} -> {now}", style="bold red")
            yield 4, change.append(f": {says}", style="not bold default")
            yield 6, Text(f"then: {_found(before)}", style="dim")
            yield 6, Text(f"now:  {_found(after)}", style="dim")
            if again.other_probe:
                yield 6, Text("the probe is another one by now; the one of then is in the evidence")
        case Fate.CANNOT_RUN:
            yield 4, Text(f"{before.status.value} then: {says}", style="dim")
            yield 6, Text(f"now {after.why}", style="dim")
        case Fate.NOT_TRIED:
            yield 4, Text(f"{says}: {after.why}", style="dim")
    if again.newly_deprecated and after.finding is not None:
        for message in after.finding.deprecations:
            yield 6, Text(f"now deprecated: {notice(message)}", style="yellow")


def _where(weighed: WeighedClaim) -> str:
    """Where it was tried, if that was not where the frameworks are."""
    finding = weighed.finding
    own = finding is not None and finding.environment
    return f" (in an environment of its own: {own})" if own else ""


def _found(weighed: WeighedClaim) -> str:
    finding = weighed.finding
    if finding is None:
        return weighed.why
    tried = ", ".join(f"{n} {v}" for n, v in sorted(finding.versions.items()) if n != "python")
    on = f" [{finding.probe}{', ' if tried else ''}{tried}]"
    return f"{measured(finding, weighed.why)}{on}{_where(weighed)}"


# For programs


def as_json(records: Iterable[Verified]) -> str:
    """One JSON object, as ``advisor record verify --format json`` prints it.

    Each of ``records`` has ``file``, ``title``, ``status``, ``checks`` (``whole``, ``text`` and
    ``replay``, each with ``result``, ``said`` and ``wrong``), ``then`` (the recommendation), and
    ``rerun``, null where nothing was run: ``now``, ``flips`` and ``reasons``, each with its
    ``fate`` (``holds``, ``changed``, ``cannot run``, ``cannot be tried``) and claims. ``today`` is
    what today's knowledge makes of it where that is another, else null.
    """
    return dumped({"schema": SCHEMA, "records": [_as_data(one) for one in records]})


def _as_data(verified: Verified) -> dict[str, Any]:
    v, again = verified.verification, verified.rerun
    return {
        "file": str(v.path),
        "title": v.document.title,
        "status": v.document.status,
        "checks": {name: _check_as_data(check) for name, check in _checks(v).items()},
        "then": judgement_as_data(v.replayed.judgement) if v.replayed else None,
        "rerun": _rerun_as_data(again) if again else None,
        "today": judgement_as_data(v.today.judgement) if v.today else None,
    }


def _check_as_data(check: Check) -> dict[str, Any]:
    return {"result": check.result.value, "said": check.said, "wrong": list(check.wrong)}


def _rerun_as_data(again: Rerun) -> dict[str, Any]:
    return {
        "now": judgement_as_data(again.now.judgement),
        "flips": again.flips,
        "reasons": [
            {
                "rule": reason.rule.id,
                "because": reason.rule.because,
                "decides": reason.decides,
                "fate": reason.fate.value,
                "claims": [_claim_as_data(claim) for claim in reason.claims],
            }
            for reason in again.reasons
        ],
    }


def _claim_as_data(again: ClaimAgain) -> dict[str, Any]:
    return {
        "id": again.after.claim.id,
        "says": again.after.claim.says,
        "fate": again.fate.value,
        "other_probe": again.other_probe,
        "then": _standing_as_data(again.before),
        "now": _standing_as_data(again.after),
    }


def _standing_as_data(weighed: WeighedClaim) -> Mapping[str, Any]:
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
