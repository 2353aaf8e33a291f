"""Findings in words: how long it took, how old it is, what it was found on; and claims as pieces of
evidence: what was found when each was tried, or why it was not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from textwrap import shorten

from advisor.consultation.evidence import WeighedClaim
from advisor.wording.quantities import count
from probes.api import MOMENT, UNKNOWN, Finding, Outcome

FRAMEWORKS = ("torch", "tensorflow", "keras")  # named in the head line when a probe used them
NUMBERS = 3  # of a finding's measurements, how many are shown
NUMBERS_IN_FULL = 6  # the same where there is room
_NOW = 600  # seconds that a run may take: what it found in them is not called old
_LONGEST_NOTICE = 200  # characters of a deprecation; all of it is in the JSON


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


def _circumstances(finding: Finding, when: str) -> str:
    where = "in an environment of its own" if finding.environment else ""
    return ", ".join(filter(None, (f"{finding.seconds:.1f} s", when, where)))


def day(finding: Finding) -> str:
    """The day on which it was found; empty where the finding does not say."""
    return finding.taken[:10]


def numbers(finding: Finding, most: int = NUMBERS) -> str:
    """The first few measured numbers: ``max difference 1.5e-08, int8 tensors 6``."""
    measurements = []
    for name, value in finding.evidence.items():
        if "tolerance" in name or isinstance(value, bool):  # what was demanded, or no number
            continue
        if isinstance(value, (int, float)):
            number = f"{value:.3g}" if isinstance(value, float) else str(value)
            measurements.append(f"{name.replace('_', ' ')} {number}")
    return ", ".join(measurements[:most])


def measured(finding: Finding, text: str, most: int = NUMBERS) -> str:
    """``text`` with the first few measured numbers behind it, where there are any."""
    measurements = numbers(finding, most)
    return f"{text} ({measurements})" if measurements else text


def notices(finding: Finding) -> list[str]:
    """What was said of deprecation, each notice in a length that can be read."""
    return [f"deprecated: {notice(line)}" for line in finding.deprecations]


def notice(text: str) -> str:
    """A notice of deprecation in a length that can be read."""
    return shorten(text, _LONGEST_NOTICE, placeholder=" ...")


def tally(findings: Iterable[Finding]) -> str:
    """``61 probes: 45 yes, 6 no, 10 unavailable``."""
    outcomes = Counter(finding.outcome for finding in findings)
    return count_kinds("probe", [(outcomes[outcome], outcome.value) for outcome in Outcome])


def count_kinds(noun: str, kinds: Sequence[tuple[int, str]]) -> str:
    """How many there are, and how many of each kind that there is."""
    each = ", ".join(f"{number} {kind}" for number, kind in kinds if number)
    return f"{count(sum(number for number, _ in kinds), noun)}: {each}"


def versions(finding: Finding) -> str:
    """``torch 2.13.0, keras 3.15.1``: what was tried, as far as it says which it is."""
    known = {name: text for name, text in finding.versions.items() if text != UNKNOWN}
    return ", ".join(f"{name} {text}" for name, text in known.items())


def framework_versions(findings: Iterable[Finding]) -> list[str]:
    """The frameworks that answered, each with its version: ``["torch 2.13.0", ...]``.

    Those of environments that were built for single probes stand with their findings.
    """
    known: dict[str, str] = {}
    for finding in findings:
        if finding.outcome.answered and not finding.environment:
            known.update(finding.versions)
    return [f"{name} {known[name]}" for name in FRAMEWORKS if name in known]


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
    claim, finding, why, run = weighed.claim, weighed.finding, weighed.why, None
    if finding is not None:
        run = Run(
            reason=finding.reason,
            measured=measured(finding, why),
            measured_in_full=measured(finding, why, NUMBERS_IN_FULL),
            libraries=tuple(
                f"{name} {version}"
                for name, version in finding.versions.items()
                if finding.outcome.answered and name != "python" and version != UNKNOWN
            ),
            by_age=circumstances(finding),
            by_date=circumstances_by_date(finding),
            day=day(finding),
        )
    return Evidence(
        id=claim.id,
        says=claim.says,
        status=weighed.status.value,
        why=why,
        as_of=claim.as_of,
        then=claim.then,
        probe=claim.probe or "",
        account=what_was_found(weighed, circumstances_by_date),
        notices=tuple(map(notice, finding.deprecations)) if finding else (),
        run=run,
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
