"""The result of a round as JSON data. Keys are only ever added.

Numbers are settled as scores are: the same history gives the same data on every machine.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from advisor.report.toolkit.json_data import judgement_as_data
from advisor.workshop.disputes import Dispute, Dissent
from advisor.workshop.item_results import CriterionResult, QuestionResult
from advisor.workshop.round_result import RoundResult
from rules.scoring.judgement import differs
from rules.scoring.weightings import settle


def result_as_data(result: RoundResult) -> dict[str, Any]:
    """One round: what was said, how far people agree, what the group came to and who would not."""
    return {
        "round": result.number,
        **summary_as_data(result),
        "outcome": judgement_as_data(result.judgement),
        "answers": {item.id: _answers(item) for item in result.questions},
        "points": {item.id: _points(item) for item in result.criteria},
        "disputes": [_dispute(dispute) for dispute in result.disputes],
    }


def summary_as_data(result: RoundResult) -> dict[str, Any]:
    """How many people came how far, and how many of them would choose otherwise."""
    return {
        "people": len(result.participants),
        "stop": {
            "stage": result.stop.stage.value,
            "items": result.stop.items,
            "apart": list(result.stop.apart),
            "moving": list(result.stop.moving),
        },
        "agreement": {
            "kendalls_w": _settled(result.agreement.concordance),
            "ahp_consensus": _settled(result.agreement.consensus),
            "krippendorffs_alpha": _settled(result.agreement.reliability),
        },
        "same_by_their_own": sum(
            not differs(person.judgement, result.judgement) for person in result.participants
        ),
        "by_geometric_mean": result.leader_by_geometric_mean,
        "dissents": [_dissent(dissent) for dissent in result.dissents],
    }


def _answers(item: QuestionResult) -> dict[str, Any]:
    return {
        "counts": dict(item.counts),
        "answered": len(item.answers),
        "silent": item.silent,
        "group": list(item.group),
        "agreement": _settled(item.agreement),
        "agreed": item.agreed,
        "stable": item.stable,
    }


def _points(item: CriterionResult) -> dict[str, Any]:
    quartiles, rand = item.quartiles, item.rand
    return {
        "points": list(item.points),
        "silent": item.silent,
        "median": quartiles.median if quartiles else None,
        "quartiles": [quartiles.low, quartiles.high] if quartiles else None,
        "disagreement": rand.disagreement if rand else None,
        "moved": item.moved,
        "agreed": item.agreed,
        "stable": item.stable,
    }


def _dispute(dispute: Dispute) -> dict[str, Any]:
    data: dict[str, Any] = {"item": dispute.item, "people": dispute.people}
    if dispute.judgement is None:
        way = "more" if dispute.more else "less"
        return {**data, "weighs": way, "than": _settled(dispute.at), "alternative": dispute.rival}
    outcome = {"alternative": dispute.judgement.winner, "verdict": dispute.judgement.verdict.value}
    return {**data, "answer": list(dispute.answer), **outcome}


def _dissent(dissent: Dissent) -> dict[str, Any]:
    grounds = Counter(person.ground.value for person in dissent.people)
    central = dissent.central
    return {
        "alternative": dissent.judgement.winner,
        "verdict": dissent.judgement.verdict.value,
        "people": len(dissent.people),
        "grounds": dict(sorted(grounds.items())),
        "central_weights": central and {name: settle(central[name]) for name in central},
        "within_the_groups_own": dissent.within,
    }


def _settled(value: float | None) -> float | None:
    return None if value is None else settle(value)
