"""A claim as a piece of evidence: what was found when it was tried, or why it was not."""

from __future__ import annotations

from collections.abc import Callable

from advisor.consultation.evidence import WeighedClaim
from advisor.wording.findings import (
    NUMBERS_IN_FULL,
    circumstances,
    circumstances_by_date,
    day,
    measured,
    notice,
)
from advisor.wording.report import Evidence, Run
from probes.api import UNKNOWN, Finding


def evidence_of(weighed: WeighedClaim) -> Evidence:
    """The claim with all that a report tells of it."""
    claim = weighed.claim
    return Evidence(
        id=claim.id,
        says=claim.says,
        status=weighed.status.value,
        why=weighed.why,
        as_of=claim.as_of,
        then=claim.then,
        probe=claim.probe or "",
        account=what_was_found(weighed, circumstances_by_date),
        notices=tuple(map(notice, weighed.finding.deprecations)) if weighed.finding else (),
        run=_run(weighed.finding, weighed.why) if weighed.finding else None,
    )


def _run(finding: Finding, why: str) -> Run:
    libraries = (
        f"{name} {version}"
        for name, version in finding.versions.items()
        if finding.outcome.answered and name != "python" and version != UNKNOWN
    )
    return Run(
        reason=finding.reason,
        measured=measured(finding, why),
        measured_in_full=measured(finding, why, NUMBERS_IN_FULL),
        libraries=tuple(libraries),
        by_age=circumstances(finding),
        by_date=circumstances_by_date(finding),
        day=day(finding),
    )


def what_was_found(weighed: WeighedClaim, made: Callable[[Finding], str] = circumstances) -> str:
    """What was found when the claim was tried, or why it was not, in sentences.

    ``made`` says how and when the finding was made.
    """
    finding = weighed.finding
    why = weighed.why[:1].upper() + weighed.why[1:]
    if finding is None or not finding.outcome.answered:
        return sentence(why)
    tried = ", ".join(f"{name} {version}" for name, version in sorted(finding.versions.items()))
    where = f" with {tried}" if tried else ""
    return f"{sentence(measured(finding, why))} Tried{where}: {made(finding)}."


def sentence(text: str) -> str:
    """``text`` with one full stop at its end."""
    return f"{text.rstrip('.')}."
