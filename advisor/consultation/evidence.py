"""What findings make of claims, and claims of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from probes.api import Finding
from rules.conditions import Condition
from rules.inference.situation import Situation
from rules.model import Claim, KnowledgeBase, Rule


class ClaimStatus(str, Enum):
    """What a finding makes of a claim."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNVERIFIED = "unverified"


@dataclass(frozen=True)
class WeighedClaim:
    """A claim with its status. ``why`` is a sentence; ``finding`` is None where nothing ran."""

    claim: Claim
    status: ClaimStatus
    why: str
    finding: Finding | None

    @property
    def deprecated(self) -> bool:
        """Whether the framework itself warned that what was tried is on its way out."""
        return self.finding is not None and bool(self.finding.deprecations)


@dataclass(frozen=True)
class Withdrawal:
    """A rule that no longer counts, and the claims it fell with."""

    rule: str
    claims: tuple[str, ...]


def no_probes(names: Sequence[str]) -> Mapping[str, Finding]:
    """The prober that runs none."""
    return {}


def weigh_claim(
    claim: Claim, findings: Mapping[str, Finding], value: Callable[[Condition], bool | None]
) -> WeighedClaim:
    """The claim's status, given the findings and what each condition is known to be."""
    finding = findings.get(claim.probe) if claim.probe else None
    status = ClaimStatus.UNVERIFIED
    if claim.probe is None:
        why = f"not tried: {claim.not_probed}"
    elif finding is None:
        why = f"not tried: the probe {claim.probe} was not run"
    elif not finding.outcome.answered:
        why = f"{finding.outcome.value}: {finding.reason}"
    elif claim.counts_when and value(claim.counts_when) is not True:
        why = f"seen on this machine only, and the work may run elsewhere: {finding.reason}"
    else:
        agrees = finding.outcome.value == claim.expect
        status, why = ClaimStatus.CONFIRMED if agrees else ClaimStatus.REFUTED, finding.reason
    return WeighedClaim(claim, status, why, finding)


def withdrawals(
    rules: Iterable[Rule], claims: Mapping[str, WeighedClaim], *, strict: bool
) -> tuple[Withdrawal, ...]:
    """The rules that rest on a refuted claim (``strict``: on one that is not confirmed)."""
    fatal = {ClaimStatus.REFUTED, ClaimStatus.UNVERIFIED} if strict else {ClaimStatus.REFUTED}
    failed = (
        Withdrawal(rule.id, tuple(name for name in rule.claims if claims[name].status in fatal))
        for rule in rules
    )
    return tuple(withdrawal for withdrawal in failed if withdrawal.claims)


def withdraw(
    situation: Situation,
    findings_for: Callable[[Sequence[str]], Mapping[str, Finding]],
    *,
    strict: bool = False,
) -> tuple[Situation, tuple[Withdrawal, ...]]:
    """The situation without the rules that the findings withdraw, and these, as they fell.

    A withdrawn rule may have been the only one to conclude a concept, so the rest is inferred
    again without it: ``findings_for`` gets the ids of the rules that fire in each round. Each
    round withdraws at least one rule more, so this ends.
    """
    withdrawn: tuple[Withdrawal, ...] = ()
    while True:
        findings = findings_for(situation.fired)
        rules = [situation.kb.rules[name] for name in situation.fired]
        claims = {
            name: weigh_claim(situation.kb.claims[name], findings, situation.value)
            for name in dict.fromkeys(claim for rule in rules for claim in rule.claims)
        }
        newly = withdrawals(rules, claims, strict=strict)
        if not newly:
            return situation, withdrawn
        withdrawn += newly
        situation = situation.without_rules(frozenset(withdrawal.rule for withdrawal in newly))


def is_verified(rule: Rule, claims: Mapping[str, WeighedClaim]) -> bool:
    """Whether the rule rests on claims, and each was confirmed by a run."""
    return bool(rule.claims) and all(
        claims[name].status is ClaimStatus.CONFIRMED for name in rule.claims
    )


def probes_needed(kb: KnowledgeBase, rules: Iterable[str]) -> tuple[str, ...]:
    """The probes of the claims that ``rules`` rest on, each once, in the order first needed."""
    probes = (kb.claims[claim].probe for name in rules for claim in kb.rules[name].claims)
    return tuple(dict.fromkeys(probe for probe in probes if probe is not None))
