"""What a group was shown after a reveal, as JSON data. Keys are only ever added.

Numbers are settled as scores are: the same minutes give the same data on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from advisor.report.toolkit.json_data import judgement_as_data
from advisor.workshop.disputes import Dispute
from advisor.workshop.dissent import Dissent
from advisor.workshop.item_results import CriterionResult, QuestionResult
from advisor.workshop.round_result import Agreement, RoundResult
from advisor.workshop.stopping_rule import Stop
from rules.scoring.judgement import differs
from rules.scoring.weightings import settle


def picture_as_data(p: RoundResult) -> dict[str, Any]:
    """One round: what was said, how far people agree, what the group came to and who would not."""
    return {
        "round": p.number,
        **summary_as_data(p),
        "outcome": judgement_as_data(p.judgement),
        "answers": {spread.id: _answers(spread) for spread in p.questions},
        "points": {spread.id: _points(spread) for spread in p.criteria},
        "disputes": [_dispute(one) for one in p.disputes],
    }


def summary_as_data(p: RoundResult) -> dict[str, Any]:
    """How many people came how far, and how many of them would choose otherwise."""
    return {
        "people": len(p.participants),
        "stop": _stop(p.stop),
        "agreement": _agreement(p.agreement),
        "same_by_their_own": sum(
            not differs(seat.judgement, p.judgement) for seat in p.participants
        ),
        "by_geometric_mean": p.leader_by_geometric_mean,
        "dissents": [_dissent(one) for one in p.dissents],
    }


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "stage": stop.stage.value,
        "items": stop.items,
        "apart": list(stop.apart),
        "moving": list(stop.moving),
    }


def _agreement(agreement: Agreement) -> dict[str, float | None]:
    return {
        "kendalls_w": _settled(agreement.concordance),
        "ahp_consensus": _settled(agreement.consensus),
        "krippendorffs_alpha": _settled(agreement.reliability),
    }


def _answers(spread: QuestionResult) -> dict[str, Any]:
    return {
        "counts": dict(spread.counts),
        "answered": len(spread.answers),
        "silent": spread.silent,
        "group": list(spread.group),
        "agreement": _settled(spread.agreement),
        "agreed": spread.agreed,
        "stable": spread.stable,
    }


def _points(spread: CriterionResult) -> dict[str, Any]:
    quartiles, rand = spread.quartiles, spread.rand
    return {
        "points": list(spread.points),
        "silent": spread.silent,
        "median": quartiles.median if quartiles else None,
        "quartiles": [quartiles.low, quartiles.high] if quartiles else None,
        "disagreement": rand.disagreement if rand else None,
        "moved": spread.moved,
        "agreed": spread.agreed,
        "stable": spread.stable,
    }


def _dispute(one: Dispute) -> dict[str, Any]:
    told: dict[str, Any] = {"item": one.item, "people": one.people}
    if one.judgement is None:
        way = "more" if one.more else "less"
        return {**told, "weighs": way, "than": _settled(one.at), "alternative": one.rival}
    outcome = {"alternative": one.judgement.winner, "verdict": one.judgement.verdict.value}
    return {**told, "answer": list(one.answer), **outcome}


def _dissent(one: Dissent) -> dict[str, Any]:
    grounds = Counter(them.ground.value for them in one.people)
    return {
        "alternative": one.judgement.winner,
        "verdict": one.judgement.verdict.value,
        "people": len(one.people),
        "grounds": dict(sorted(grounds.items())),
        "central_weights": None if one.central is None else _weights(one.central),
        "within_the_groups_own": one.within,
    }


def _weights(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: settle(weight) for name, weight in weights.items()}


def _settled(value: float | None) -> float | None:
    return None if value is None else settle(value)
