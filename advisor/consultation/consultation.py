"""The one place where answers, rules and findings meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from advisor.answers.sheet import Sheet
from advisor.consultation.evidence import (
    ClaimStatus,
    WeighedClaim,
    Withdrawal,
    decides,
    is_verified,
    probes_needed,
    weigh_claim,
    withdrawals,
)
from probes.api import Finding, Json
from rules.analysis.conflict import conflict
from rules.analysis.settlement import Settlement
from rules.analysis.whatif import Flip, Influence, WhatIf
from rules.inference.engine import Engine
from rules.inference.facts import Facts, establish, unanswered, valuation
from rules.model import Advise, KnowledgeBase, Rule
from rules.scoring.judgement import Judgement, Verdict, contenders, differs, judge

# Runs the probes named and returns probe id -> finding.
Prober = Callable[[Sequence[str]], Mapping[str, Finding]]


@dataclass(frozen=True)
class FragileClaim:
    """A claim that holds now and whose refutation alone would change the recommendation."""

    claim: str
    judgement: Judgement


@dataclass(frozen=True)
class Recommendation:
    """A consultation's outcome with everything needed to explain it.

    ``written`` is the judgement from written knowledge alone, ``judgement`` the one after the
    evidence. ``fired`` holds the rules that stand; ``withdrawn`` those that fell. ``settled``
    says that no answer still missing can change what wins, by proof. ``machine`` tell where
    the findings were made; empty where nothing was tried.
    """

    kb: KnowledgeBase
    sheet: Sheet
    facts: Facts
    fired: tuple[Rule, ...]
    written: Judgement
    judgement: Judgement
    claims: Mapping[str, WeighedClaim]
    findings: Mapping[str, Finding]
    withdrawn: tuple[Withdrawal, ...]
    unanswered: tuple[str, ...]
    influences: tuple[Influence, ...]
    flips: tuple[Flip, ...]
    fragile_claims: tuple[FragileClaim, ...]
    settled: bool
    conflict: tuple[str, ...]
    strict: bool
    machine: Mapping[str, Json] = field(default_factory=dict)

    @property
    def deciding(self) -> tuple[Rule, ...]:
        """The standing rules that speak on the outcome."""
        return tuple(rule for rule in self.fired if decides(rule))

    @property
    def verified(self) -> tuple[Rule, ...]:
        """The deciding rules all of whose claims were confirmed by a run."""
        return tuple(rule for rule in self.deciding if is_verified(rule, self.claims))

    @property
    def remaining_kb(self) -> KnowledgeBase:
        """The knowledge without the rules that fell."""
        return self.kb.without(frozenset(withdrawal.rule for withdrawal in self.withdrawn))

    @property
    def unproven(self) -> bool:
        """Whether no rule was verified, of those that stand or fell for want of proof."""
        lacking = any(
            self.claims[claim].status is ClaimStatus.UNVERIFIED
            for withdrawal in self.withdrawn
            for claim in withdrawal.claims
        )
        return (bool(self.deciding) or lacking) and not self.verified

    @property
    def overturned(self) -> bool:
        """Whether the evidence changed what is recommended."""
        return differs(self.written, self.judgement)

    @property
    def choice(self) -> str | None:
        """An alternative's id, ``either``, or None where the answers do not carry a choice."""
        return "either" if self.judgement.verdict is Verdict.EITHER else self.judgement.winner

    @property
    def advice(self) -> tuple[Rule, ...]:
        """The advice that goes with the choice; with ``either``, that for each contender."""
        wanted = {None, self.judgement.winner}
        if self.judgement.verdict is Verdict.EITHER:
            wanted |= set(contenders(self.kb, self.judgement))
        return tuple(
            rule
            for rule in self.fired
            if isinstance(rule.action, Advise) and rule.action.alternative in wanted
        )


def consult(
    kb: KnowledgeBase, sheet: Sheet, prober: Prober, *, strict: bool = False
) -> Recommendation:
    """Reason from the answers, try the claims behind what fires, withdraw what falls.

    A withdrawn rule may have been the only one to conclude a concept, so the rest is inferred
    again without it; rules that fire only then have their claims tried too. Each round
    withdraws at least one rule more, so this ends.
    """
    in_order = {name: sheet.answers[name] for name in kb.questions if name in sheet.answers}
    sheet = replace(sheet, answers=in_order)
    facts = establish(kb, sheet.answers)
    engine = Engine(kb)
    inference = engine.infer(facts)
    written = judge(kb, inference.fired, sheet.ranking)
    standing, findings = kb, dict[str, Finding]()
    fallen: tuple[Withdrawal, ...] = ()
    while True:
        missing = [name for name in probes_needed(kb, inference.fired) if name not in findings]
        if missing:
            findings.update(prober(missing))
        value = valuation(facts, inference.concepts)
        claims = {name: weigh_claim(claim, findings, value) for name, claim in kb.claims.items()}
        rules = [standing.rules[name] for name in inference.fired]
        newly = withdrawals(rules, claims, strict=strict)
        if not newly:
            break
        fallen += newly
        rules_fallen = frozenset(withdrawal.rule for withdrawal in newly)
        standing, engine = standing.without(rules_fallen), engine.without(rules_fallen)
        inference = engine.infer(facts)
    judgement = judge(standing, inference.fired, sheet.ranking)
    whatif = WhatIf(standing, sheet.ranking)
    spoken = [*rules, *(kb.rules[withdrawal.rule] for withdrawal in fallen)]
    relied_on = {name for rule in spoken for name in rule.claims}
    return Recommendation(
        kb=kb,
        sheet=sheet,
        facts=facts,
        fired=tuple(rules),
        written=written,
        judgement=judgement,
        claims={name: claims[name] for name in kb.claims if name in relied_on},
        findings={probe: findings[probe] for probe in sorted(findings)},
        withdrawn=fallen,
        unanswered=unanswered(kb, sheet.answers, facts),
        influences=whatif.influences(sheet.answers),
        flips=whatif.flips(sheet.answers),
        fragile_claims=_fragile_claims(standing, rules, claims, sheet, judgement),
        settled=Settlement(standing, sheet.ranking).is_settled(sheet.answers, judgement),
        conflict=conflict(standing, sheet.answers)
        if judgement.verdict is Verdict.IMPOSSIBLE
        else (),
        strict=strict,
    )


def _fragile_claims(
    kb: KnowledgeBase,
    rules: Sequence[Rule],
    claims: Mapping[str, WeighedClaim],
    sheet: Sheet,
    now: Judgement,
) -> tuple[FragileClaim, ...]:
    """The claims still standing whose refutation alone would change the winner."""
    found = []
    for name, weighed in claims.items():
        resting = frozenset(rule.id for rule in rules if name in rule.claims)
        if not resting or weighed.status is ClaimStatus.REFUTED:
            continue
        without = WhatIf(kb.without(resting), sheet.ranking).judge(sheet.answers)
        if differs(without, now):
            found.append(FragileClaim(name, without))
    return tuple(found)
