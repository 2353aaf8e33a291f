"""What a workshop's decision record is written from, with all its ballots and findings."""

from __future__ import annotations

from advisor.consultation.consultation import Prober, Recommendation, with_all
from advisor.errors import WorkshopError
from advisor.workshop.fact_checks import DescribeMachine, recommended, try_claims
from advisor.workshop.store import Workshop
from rules.model import KnowledgeBase


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
