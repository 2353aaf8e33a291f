"""The one place where answers, rules and findings meet, for the first time or again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from advisor.answers.sheet import Sheet
from advisor.consultation.evidence import (
    ClaimStatus,
    WeighedClaim,
    Withdrawal,
    is_verified,
    probes_needed,
    weigh_claim,
    withdraw,
)
from advisor.consultation.session import Session
from probes.api import Finding, Json
from rules.analysis.conflict import conflict
from rules.analysis.settlement import Settlement
from rules.analysis.whatif import Flip, Influence, WhatIf
from rules.inference.engine import Engine
from rules.inference.facts import Facts, unanswered
from rules.inference.situation import Situation
from rules.model import Advise, KnowledgeBase, Rule
from rules.scoring.judgement import Judgement, Verdict, contenders, differs

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
    evidence. ``fired`` holds the rules that remain; ``withdrawn`` those the evidence took.
    ``settled`` says that no answer still missing can change what wins, by proof. ``machine`` says
    where the findings were made; empty where nothing was tried.
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
        """The remaining rules that speak on the outcome."""
        return tuple(rule for rule in self.fired if rule.decides)

    @property
    def verified(self) -> tuple[Rule, ...]:
        """The deciding rules all of whose claims were confirmed by a run."""
        return tuple(rule for rule in self.deciding if is_verified(rule, self.claims))

    @property
    def withdrawn_rules(self) -> tuple[Rule, ...]:
        """The rules that fell; those that spoke on the outcome first."""
        rules = [self.kb.rules[withdrawal.rule] for withdrawal in self.withdrawn]
        return tuple(sorted(rules, key=lambda rule: not rule.decides))

    @property
    def remaining_kb(self) -> KnowledgeBase:
        """The knowledge without the rules that were withdrawn."""
        return self.situation.kb

    @cached_property
    def situation(self) -> Situation:
        """The answers under the rules that remain."""
        withdrawn = frozenset(withdrawal.rule for withdrawal in self.withdrawn)
        remaining = self.kb.without(withdrawn)
        return Situation.of(remaining, self.sheet.answers, self.sheet.speaker)

    def weigh(self, claim: str) -> WeighedClaim:
        """The claim by what was found, also where no rule that fired rests on it."""
        return self.claims.get(claim) or weigh_claim(
            self.kb.claims[claim], self.findings, self.situation.value
        )

    @property
    def unproven(self) -> bool:
        """Whether no rule was verified, of those that remain or fell for want of proof."""
        unverified = any(
            self.claims[claim].status is ClaimStatus.UNVERIFIED
            for withdrawal in self.withdrawn
            for claim in withdrawal.claims
        )
        return (bool(self.deciding) or unverified) and not self.verified

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

    Rules that fire only once another is withdrawn have their claims tried too.
    """
    answers = {name: sheet.answers[name] for name in kb.questions if name in sheet.answers}
    sheet = replace(sheet, answers=answers)
    findings: dict[str, Finding] = {}

    def findings_for(rules: Sequence[str]) -> Mapping[str, Finding]:
        missing = [name for name in probes_needed(kb, rules) if name not in findings]
        findings.update(prober(missing) if missing else {})
        return findings

    before = Situation(kb, answers, Engine(kb))
    after, withdrawn = withdraw(before, findings_for, strict=strict)
    fired = tuple(kb.rules[name] for name in after.fired)
    spoke = [*fired, *(kb.rules[withdrawal.rule] for withdrawal in withdrawn)]
    relied_on = {name for rule in spoke for name in rule.claims}
    claims = {
        name: weigh_claim(kb.claims[name], findings, after.value)
        for name in kb.claims
        if name in relied_on
    }
    judgement = after.judge(sheet.ranking)
    impossible = judgement.verdict is Verdict.IMPOSSIBLE
    whatif = WhatIf(after.kb, sheet.ranking)
    return Recommendation(
        kb=kb,
        sheet=sheet,
        facts=before.facts,
        fired=fired,
        written=before.judge(sheet.ranking),
        judgement=judgement,
        claims=claims,
        findings={probe: findings[probe] for probe in sorted(findings)},
        withdrawn=withdrawn,
        unanswered=unanswered(kb, answers, before.facts),
        influences=whatif.influences(answers),
        flips=whatif.flips(answers),
        fragile_claims=_fragile_claims(after.kb, fired, claims, sheet, judgement),
        settled=Settlement(after.kb, sheet.ranking).is_settled(answers, judgement),
        conflict=conflict(after.kb, answers) if impossible else (),
        strict=strict,
    )


def _fragile_claims(
    kb: KnowledgeBase,
    fired: Sequence[Rule],
    claims: Mapping[str, WeighedClaim],
    sheet: Sheet,
    now: Judgement,
) -> tuple[FragileClaim, ...]:
    """The claims not refuted whose refutation alone would change the recommendation."""
    fragile = []
    for name, weighed in claims.items():
        resting = frozenset(rule.id for rule in fired if name in rule.claims)
        if not resting or weighed.status is ClaimStatus.REFUTED:
            continue
        without = Situation.of(kb.without(resting), sheet.answers).judge(sheet.ranking)
        if differs(without, now):
            fragile.append(FragileClaim(name, without))
    return tuple(fragile)


@dataclass(frozen=True)
class ReplayedConsultation:
    """``recommendation`` is today's reasoning over the session's answers and findings."""

    session: Session
    recommendation: Recommendation

    @property
    def tried(self) -> bool:
        """Whether anything was tried for the session: a mere answers file has no findings."""
        return bool(self.session.findings)

    @property
    def other_knowledge(self) -> bool:
        """Whether the session was made with knowledge other than today's."""
        made_with = self.session.knowledge_base
        return made_with not in ("", self.recommendation.kb.digest)


def consult_again(session: Session, sheet: Sheet, kb: KnowledgeBase) -> Recommendation:
    """Reason over these answers with the findings that the session holds."""

    def recorded(names: Sequence[str]) -> Mapping[str, Finding]:
        return {name: session.findings[name] for name in names if name in session.findings}

    recommendation = consult(kb, sheet, recorded, strict=session.strict)
    if sheet.workshop is not None:  # what one person's own answers rest on counts as well
        recommendation = with_all(recommendation, session.findings)
    return replace(recommendation, machine=session.machine)


def with_all(recommendation: Recommendation, findings: Mapping[str, Finding]) -> Recommendation:
    """The recommendation with these findings beside its own, which count first."""
    every = {**findings, **recommendation.findings}
    return replace(recommendation, findings={probe: every[probe] for probe in sorted(every)})
