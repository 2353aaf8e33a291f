"""Two consultations over the same findings: with the answers given, and with others."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.consultation.consultation import Recommendation, ReplayedConsultation
from advisor.consultation.evidence import WeighedClaim, weigh_claim, withdrawals
from rules.model import KnowledgeBase, Rule
from rules.scoring.judgement import differs


@dataclass(frozen=True)
class ChangedAnswer:
    """An answer before and after; an empty one was not given."""

    question: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    before: Recommendation
    after: Recommendation

    @property
    def differs(self) -> bool:
        """Whether another alternative is recommended, or none for another reason."""
        return differs(self.before.judgement, self.after.judgement)

    @property
    def changes(self) -> tuple[ChangedAnswer, ...]:
        """The answers that are not the same, in the order of the questions."""
        before, after = self.before.sheet.answers, self.after.sheet.answers
        changes = (
            ChangedAnswer(name, before.get(name, ()), after.get(name, ()))
            for name in self.before.kb.questions
        )
        return tuple(change for change in changes if set(change.before) != set(change.after))

    @property
    def gained(self) -> tuple[Rule, ...]:
        """The remaining rules that fire after alone."""
        return _fired_only_in(self.after, self.before)

    @property
    def lost(self) -> tuple[Rule, ...]:
        """The remaining rules that fired before alone."""
        return _fired_only_in(self.before, self.after)

    @property
    def missing(self) -> tuple[WeighedClaim, ...]:
        """The claims that only the new answers rest on and whose probes were not run."""
        return tuple(
            weighed
            for name, weighed in self.after.claims.items()
            if weighed.finding is None and weighed.claim.probe and name not in self.before.claims
        )


def _fired_only_in(recommendation: Recommendation, other: Recommendation) -> tuple[Rule, ...]:
    fired = {rule.id for rule in other.fired}
    return tuple(rule for rule in recommendation.fired if rule.id not in fired)


def knowledge_after_findings(revisited: ReplayedConsultation) -> KnowledgeBase:
    """The knowledge to reason with about other answers: without the rules that the findings take.

    That is the rules withdrawn, and the deciding ones that did not fire and would be withdrawn if
    they did. A claim about a machine counts as it does for the answers given.
    """
    r, findings = revisited.recommendation, revisited.session.findings
    value = r.situation.value
    claims = {name: weigh_claim(claim, findings, value) for name, claim in r.kb.claims.items()}
    # A concept's rule stays: taking one that is open may settle the concept for the answers given.
    deciding = (rule for rule in r.remaining_kb.rules.values() if rule.decides)
    untenable = withdrawals(deciding, claims, strict=r.strict)
    return r.remaining_kb.without(frozenset(withdrawal.rule for withdrawal in untenable))
