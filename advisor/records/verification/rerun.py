"""The claims behind a record put to the frameworks again: which reasons hold, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from advisor.consultation.consultation import Prober, Recommendation, consult
from advisor.consultation.evidence import ClaimStatus, WeighedClaim, weigh_claim
from advisor.records.evidence.restore import RestoredConsultation
from probes.api import Finding
from rules.model import Rule
from rules.scoring.judgement import differs


class Fate(str, Enum):
    """What became of a reason."""

    HOLDS = "holds"
    CHANGED = "changed"
    CANNOT_RUN = "cannot run"
    NOT_TRIED = "cannot be tried"  # it rests on answers alone, or on what no program can try


@dataclass(frozen=True)
class ClaimAgain:
    """A claim as it stood when the record was written, and as it stands now."""

    before: WeighedClaim
    after: WeighedClaim

    @property
    def fate(self) -> Fate:
        if self.after.claim.probe is None:
            return Fate.NOT_TRIED
        if self.after.status is ClaimStatus.UNVERIFIED:
            return Fate.CANNOT_RUN
        first = self.before.status is ClaimStatus.UNVERIFIED
        expected = ClaimStatus.CONFIRMED if first else self.before.status
        return Fate.HOLDS if self.after.status is expected else Fate.CHANGED

    @property
    def newly_deprecated(self) -> bool:
        return self.after.deprecated and not self.before.deprecated

    @property
    def other_probe(self) -> bool:
        """Whether the probe itself is another one now, so that it may have asked otherwise."""
        then, now = self.before.finding, self.after.finding
        return then is not None and now is not None and then.source != now.source

    @property
    def lost(self) -> bool:
        """Whether it was proven once and cannot be run here."""
        return self.fate is Fate.CANNOT_RUN and self.before.status is not ClaimStatus.UNVERIFIED


@dataclass(frozen=True)
class Reason:
    """A rule that spoke then or speaks now, with its claims."""

    rule: Rule
    claims: tuple[ClaimAgain, ...]

    @property
    def decides(self) -> bool:
        return self.rule.decides

    @property
    def fate(self) -> Fate:
        """The worst of its claims'; of a reason without any that can be tried, NOT_TRIED."""
        fates = {claim.fate for claim in self.claims}
        for fate in (Fate.CHANGED, Fate.CANNOT_RUN, Fate.HOLDS):
            if fate in fates:
                return fate
        return Fate.NOT_TRIED


@dataclass(frozen=True)
class Rerun:
    """``then`` is the consultation of the record, ``now`` the same with what was found now."""

    then: Recommendation
    now: Recommendation
    reasons: tuple[Reason, ...]

    @property
    def flips(self) -> bool:
        """Whether something else would be recommended now."""
        return differs(self.then.judgement, self.now.judgement)

    def of(self, fate: Fate) -> tuple[Reason, ...]:
        """The deciding reasons of this fate."""
        return tuple(one for one in self.reasons if one.decides and one.fate is fate)

    @property
    def advice(self) -> tuple[Reason, ...]:
        """The advice that goes with the choice, of then or of now, as reasons."""
        given = {rule.id for r in (self.then, self.now) for rule in r.advice}
        return tuple(one for one in self.reasons if one.rule.id in given)

    @property
    def changed(self) -> tuple[ClaimAgain, ...]:
        """The claims that came out otherwise, each once."""
        return self._each_once(Fate.CHANGED)

    @property
    def lost(self) -> tuple[ClaimAgain, ...]:
        """The claims that were proven once and cannot be run here."""
        return tuple(claim for claim in self._each_once(Fate.CANNOT_RUN) if claim.lost)

    def _each_once(self, fate: Fate) -> tuple[ClaimAgain, ...]:
        claims = (claim for reason in self.reasons for claim in reason.claims)
        found = {claim.after.claim.id: claim for claim in claims if claim.fate is fate}
        return tuple(found.values())


def rerun(kept: RestoredConsultation, then: Recommendation, prober: Prober) -> Rerun:
    """Reason once more by the rules of then, with what ``prober`` finds now."""
    found: dict[str, Finding] = {}

    def again(names: Sequence[str]) -> Mapping[str, Finding]:
        missing = [name for name in names if name not in found]
        found.update(prober(missing) if missing else {})
        return {name: found[name] for name in names if name in found}

    again(list(then.findings))  # also what no rule asks for any more
    now = consult(kept.kb, kept.session.sheet, again, strict=kept.session.strict)

    def claim_again(name: str) -> ClaimAgain:
        claim = kept.kb.claims[name]
        untried = WeighedClaim(claim, ClaimStatus.UNVERIFIED, "no rule rested on it then", None)
        after = now.claims.get(name) or weigh_claim(claim, found, now.situation.value)
        return ClaimAgain(then.claims.get(name, untried), after)

    spoke = _spoke(then, now)
    reasons = tuple(Reason(rule, tuple(map(claim_again, rule.claims))) for rule in spoke)
    return Rerun(then, now, reasons)


def _spoke(then: Recommendation, now: Recommendation) -> Iterator[Rule]:
    """The rules of then, deciding ones first; then those that speak only now."""
    told: set[str] = set()
    for r in (then, now):
        spoke = [*r.fired, *(r.kb.rules[withdrawal.rule] for withdrawal in r.withdrawn)]
        for rule in sorted(spoke, key=lambda rule: not rule.decides):
            if rule.id not in told and (rule.decides or rule.claims):
                told.add(rule.id)
                yield rule
