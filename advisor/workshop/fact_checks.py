"""Facts are tried, not voted on: what a group's outcome rests on, and what somebody doubts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from advisor.answers.rounds import WorkshopHistory
from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import Prober, Recommendation, consult, with_all
from advisor.consultation.evidence import WeighedClaim, weigh_claim
from advisor.errors import WorkshopError
from advisor.workshop.item_results import group_answers
from advisor.workshop.store import Workshop
from probes.api import Finding, Json
from rules.inference.situation import Situation
from rules.model import Claim, KnowledgeBase

DescribeMachine: TypeAlias = Callable[[], Mapping[str, Json]]


def sheet_of(workshop: Workshop, kb: KnowledgeBase) -> Sheet:
    """The group's answer sheet, as a session or a record holds it.

    Raises WorkshopError before the first reveal.
    """
    history = workshop.history()
    if not history.rounds:
        raise WorkshopError("Nothing was revealed yet: there is no outcome to speak of.")
    return Sheet(
        title=workshop.plan.title,
        answers=group_answers(kb, history),
        people=workshop.people_of_record(),
        workshop=history,
    )


def recommended(
    workshop: Workshop, kb: KnowledgeBase, prober: Prober, describe_machine: DescribeMachine
) -> Recommendation:
    """The group's consultation. What was not tried yet is tried by ``prober`` and kept for all.

    Raises WorkshopError before the first reveal.
    """
    sheet = sheet_of(workshop, kb)

    def from_evidence(names: Sequence[str]) -> Mapping[str, Finding]:
        known = workshop.findings()
        missing = [name for name in names if name not in known]
        if missing:
            findings = prober(missing)
            if findings:
                workshop.save_findings(findings.values(), describe_machine())
            known |= findings
        return {name: known[name] for name in names if name in known}

    recommendation = consult(kb, sheet, from_evidence)
    return replace(recommendation, machine=workshop.machine())


def try_claims(
    workshop: Workshop,
    kb: KnowledgeBase,
    names: Iterable[str],
    prober: Prober,
    describe_machine: DescribeMachine,
) -> tuple[WeighedClaim, ...]:
    """Run the probes of these claims now, keep what they find for all, and weigh the claims."""
    wanted = list(names)
    probes = [probe for name in wanted if (probe := kb.claims[name].probe) is not None]
    if probes:
        findings = prober(list(dict.fromkeys(probes)))
        workshop.save_findings(findings.values(), describe_machine() if findings else {})
    return weighed_claims(workshop, kb, wanted)


def conclude(
    workshop: Workshop, kb: KnowledgeBase, prober: Prober, describe_machine: DescribeMachine
) -> Recommendation:
    """The group's consultation as it is recorded: by the round revealed last, with everything
    that was found. What its outcome rests on, and what was doubted, is tried if it was not yet.

    Raises WorkshopError before the first reveal, while sealed ballots wait for theirs, and where
    there is no outcome.
    """
    state = workshop.round_state()
    if not state.revealed and (workshop.answered() or state.number == 1):
        raise WorkshopError(
            f"Round {state.number} is open: advisor workshop reveal ends it, and then it can be "
            "recorded."
        )
    findings = workshop.findings()
    doubted = [doubt.claim for doubt in workshop.doubts() if doubt.claim in kb.claims]
    untried = [name for name in doubted if kb.claims[name].probe not in findings]
    if untried:
        try_claims(workshop, kb, untried, prober, describe_machine)
    recommendation = recommended(workshop, kb, prober, describe_machine)
    if recommendation.choice is None:
        raise WorkshopError("No record was written: there is no outcome to record yet.")
    return with_all(recommendation, workshop.findings())


def weighed_claims(
    workshop: Workshop, kb: KnowledgeBase, names: Iterable[str]
) -> tuple[WeighedClaim, ...]:
    """These claims with what the evidence so far makes of them, for the group's answers."""
    history, findings = workshop.history(), workshop.findings()
    answers = group_answers(kb, history) if history.rounds else history.known
    value = Situation.of(kb, answers).value
    return tuple(weigh_claim(kb.claims[name], findings, value) for name in names)


def tried_claims(
    recommendation: Recommendation, history: WorkshopHistory
) -> tuple[WeighedClaim, ...]:
    """What was tried for the outcome, what was doubted first, then in the knowledge's order."""
    doubted = [doubt.claim for doubt in history.doubts]
    tried = [w for w in recommendation.claims.values() if w.finding or w.claim.id in doubted]
    return tuple(sorted(tried, key=lambda weighed: weighed.claim.id not in doubted))


def claims_resting(kb: KnowledgeBase, history: WorkshopHistory) -> tuple[Claim, ...]:
    """What was doubted, and then what rules rest on that fire for the group."""
    answers = group_answers(kb, history) if history.rounds else history.known
    fired = Situation.of(kb, answers).fired
    doubted = [doubt.claim for doubt in history.doubts if doubt.claim in kb.claims]
    resting = [claim for name in fired for claim in kb.rules[name].claims]
    return tuple(kb.claims[name] for name in dict.fromkeys([*doubted, *resting]))


def claims_at_stake(kb: KnowledgeBase, history: WorkshopHistory) -> tuple[Claim, ...]:
    """What may be doubted: the same first, then what else the rules could come to rest on."""
    resting = [claim.id for claim in claims_resting(kb, history)]
    every = [claim for rule in kb.rules.values() for claim in rule.claims]
    return tuple(kb.claims[name] for name in dict.fromkeys([*resting, *every]))
