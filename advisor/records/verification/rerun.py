"""The claims behind a record tried again: which reasons hold, and what follows from that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from advisor.consultation.consultation import Prober, Recommendation, consult
from advisor.consultation.evidence import ClaimStatus, WeighedClaim, weigh_claim
from advisor.records.evidence.restore import RestoredConsultation
from probes.api import Finding
from rules.model import Rule
from rules.scoring.judgement import differs


class ReasonOutcome(str, Enum):
    """The outcome of trying a reason, or a claim, again."""

    HOLDS = "holds"
    CHANGED = "changed"
    CANNOT_RUN = "cannot run"
    NOT_TRIED = "cannot be tried"  # it rests on answers alone, or on what no program can try


@dataclass(frozen=True)
class ClaimRerun:
    """A claim as it was when the record was written, and as it is now."""

    before: WeighedClaim
    after: WeighedClaim

    @property
    def outcome(self) -> ReasonOutcome:
        if self.after.claim.probe is None:
            return ReasonOutcome.NOT_TRIED
        if self.after.status is ClaimStatus.UNVERIFIED:
            return ReasonOutcome.CANNOT_RUN
        first = self.before.status is ClaimStatus.UNVERIFIED
        expected = ClaimStatus.CONFIRMED if first else self.before.status
        return ReasonOutcome.HOLDS if self.after.status is expected else ReasonOutcome.CHANGED

    @property
    def newly_deprecated(self) -> bool:
        return self.after.deprecated and not self.before.deprecated

    @property
    def other_probe(self) -> bool:
        """Whether the probe itself has changed, so that it may have tried something else."""
        then, now = self.before.finding, self.after.finding
        return then is not None and now is not None and then.source != now.source


@dataclass(frozen=True)
class Reason:
    """A rule that fired or was withdrawn, then or now, with its claims."""

    rule: Rule
    claims: tuple[ClaimRerun, ...]

    @property
    def outcome(self) -> ReasonOutcome:
        """The worst of its claims'; of a reason without any that can be tried, NOT_TRIED."""
        outcomes = {claim.outcome for claim in self.claims}
        worst = (ReasonOutcome.CHANGED, ReasonOutcome.CANNOT_RUN, ReasonOutcome.HOLDS)
        return next((o for o in worst if o in outcomes), ReasonOutcome.NOT_TRIED)


@dataclass(frozen=True)
class Rerun:
    """``then`` is the consultation of the record, ``now`` the same with the findings of now."""

    then: Recommendation
    now: Recommendation
    reasons: tuple[Reason, ...]

    @property
    def flips(self) -> bool:
        """Whether something else would be recommended now."""
        return differs(self.then.judgement, self.now.judgement)

    def of(self, outcome: ReasonOutcome) -> tuple[Reason, ...]:
        """The deciding reasons of this outcome."""
        return tuple(r for r in self.reasons if r.rule.decides and r.outcome is outcome)

    @property
    def advice(self) -> tuple[Reason, ...]:
        """The advice that goes with the choice, of then or of now, as reasons."""
        rules = {rule.id for r in (self.then, self.now) for rule in r.advice}
        return tuple(reason for reason in self.reasons if reason.rule.id in rules)

    @property
    def changed(self) -> tuple[ClaimRerun, ...]:
        """The claims that came out differently, each once."""
        return self._each_once(ReasonOutcome.CHANGED)

    @property
    def lost(self) -> tuple[ClaimRerun, ...]:
        """The claims that were proven once and cannot be run here."""
        claims = self._each_once(ReasonOutcome.CANNOT_RUN)
        return tuple(c for c in claims if c.before.status is not ClaimStatus.UNVERIFIED)

    def _each_once(self, outcome: ReasonOutcome) -> tuple[ClaimRerun, ...]:
        claims = (claim for reason in self.reasons for claim in reason.claims)
        return tuple({c.after.claim.id: c for c in claims if c.outcome is outcome}.values())


def rerun(restored: RestoredConsultation, then: Recommendation, prober: Prober) -> Rerun:
    """Reason once more by the rules of then, with what ``prober`` finds now."""
    findings: dict[str, Finding] = {}

    def each_once(names: Sequence[str]) -> Mapping[str, Finding]:
        missing = [name for name in names if name not in findings]
        findings.update(prober(missing) if missing else {})
        return {name: findings[name] for name in names if name in findings}

    each_once(list(then.findings))  # also what no rule asks for any more
    session = restored.session
    now = consult(restored.kb, session.sheet, each_once, strict=session.strict)

    def claim_rerun(name: str) -> ClaimRerun:
        claim = restored.kb.claims[name]
        untried = WeighedClaim(claim, ClaimStatus.UNVERIFIED, "no rule rested on it then", None)
        after = now.claims.get(name) or weigh_claim(claim, findings, now.situation.value)
        return ClaimRerun(then.claims.get(name, untried), after)

    rules = _rules_of_either(then, now)
    reasons = tuple(Reason(rule, tuple(map(claim_rerun, rule.claims))) for rule in rules)
    return Rerun(then, now, reasons)


def _rules_of_either(then: Recommendation, now: Recommendation) -> Iterable[Rule]:
    """The rules of then, deciding ones first; then those that fired or fell only now."""
    rules: dict[str, Rule] = {}
    for r in (then, now):
        active = [*r.fired, *r.withdrawn_rules]
        for rule in sorted(active, key=lambda rule: not rule.decides):
            if rule.decides or rule.claims:
                rules.setdefault(rule.id, rule)
    return rules.values()
