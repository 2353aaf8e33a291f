"""A claim as a piece of evidence: what was found when it was tried, or why it was not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from advisor.consultation.evidence import WeighedClaim
from advisor.wording.findings import (
    NUMBERS_IN_FULL,
    circumstances,
    circumstances_by_date,
    day,
    measured,
    notice,
)
from probes.api import UNKNOWN, Finding


@dataclass(frozen=True)
class Run:
    """What came of putting a claim to the installed frameworks.

    ``measured`` is the claim's ``why`` with its first numbers, ``measured_in_full`` with more of
    them. How long it took and where: ``by_age`` for now, ``by_date`` for later.
    ``libraries`` are those it was tried on, where that gave an answer.
    """

    reason: str
    measured: str
    measured_in_full: str
    libraries: tuple[str, ...]
    by_age: str
    by_date: str
    day: str  # YYYY-MM-DD, as far as the finding says


@dataclass(frozen=True)
class Evidence:
    """A claim with its ``status`` (confirmed, refuted, unverified) and ``why`` it has it.

    ``then`` is what older advice said of it; ``account`` says in sentences what was found, by date;
    ``notices`` what a framework said of deprecation, shortened.
    """

    id: str
    says: str
    status: str
    why: str
    as_of: str
    then: str
    probe: str
    account: str
    notices: tuple[str, ...]
    run: Run | None

    @property
    def deprecated(self) -> bool:
        return bool(self.notices)


def evidence_of(weighed: WeighedClaim) -> Evidence:
    """The claim with all that a report says of it."""
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
