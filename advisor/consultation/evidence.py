"""What findings make of claims, and claims of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from probes.api import Finding
from rules.conditions import Atom, evaluate
from rules.model import Claim, KnowledgeBase, Prefer, Rule, RuleOut


class ClaimStatus(str, Enum):
    """What a finding makes of a claim."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNVERIFIED = "unverified"


@dataclass(frozen=True)
class WeighedClaim:
    """A claim with its standing. ``why`` is a sentence; ``finding`` is None where nothing ran."""

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
    claim: Claim, findings: Mapping[str, Finding], value: Callable[[Atom], bool | None]
) -> WeighedClaim:
    """The claim's standing, given what was found and the value of each atom."""
    if claim.probe is None:
        return WeighedClaim(claim, ClaimStatus.UNVERIFIED, f"not tried: {claim.not_probed}", None)
    finding = findings.get(claim.probe)
    if finding is None:
        why = f"not tried: the probe {claim.probe} was not run"
        return WeighedClaim(claim, ClaimStatus.UNVERIFIED, why, None)
    if not finding.outcome.answered:
        why = f"{finding.outcome.value}: {finding.reason}"
        return WeighedClaim(claim, ClaimStatus.UNVERIFIED, why, finding)
    if claim.counts_when and evaluate(claim.counts_when, value) is not True:
        why = f"seen on this machine only, and the work may run elsewhere: {finding.reason}"
        return WeighedClaim(claim, ClaimStatus.UNVERIFIED, why, finding)
    agrees = finding.outcome.value == claim.expect
    standing = ClaimStatus.CONFIRMED if agrees else ClaimStatus.REFUTED
    return WeighedClaim(claim, standing, finding.reason, finding)


def withdrawals(
    rules: Iterable[Rule], claims: Mapping[str, WeighedClaim], *, strict: bool
) -> tuple[Withdrawal, ...]:
    """The rules that rest on a refuted claim (``strict``: on one that is not confirmed)."""
    fatal = {ClaimStatus.REFUTED, ClaimStatus.UNVERIFIED} if strict else {ClaimStatus.REFUTED}
    found = []
    for rule in rules:
        fallen = tuple(name for name in rule.claims if claims[name].status in fatal)
        if fallen:
            found.append(Withdrawal(rule.id, fallen))
    return tuple(found)


def decides(rule: Rule) -> bool:
    """Whether the rule itself speaks on the outcome: prefers, opposes or rules out."""
    return isinstance(rule.action, (Prefer, RuleOut))


def is_verified(rule: Rule, claims: Mapping[str, WeighedClaim]) -> bool:
    """Whether the rule rests on claims, and each was confirmed by a run."""
    return bool(rule.claims) and all(
        claims[name].status is ClaimStatus.CONFIRMED for name in rule.claims
    )


def probes_needed(kb: KnowledgeBase, rules: Iterable[str]) -> tuple[str, ...]:
    """The probes of the claims that ``rules`` rest on, each once, in the order first needed."""
    needed: dict[str, None] = {}
    for name in rules:
        for claim in kb.rules[name].claims:
            probe = kb.claims[claim].probe
            if probe is not None:
                needed[probe] = None
    return tuple(needed)
