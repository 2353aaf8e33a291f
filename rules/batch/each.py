"""Many people at once, each with answers and a ranking of their own: what ``judge`` says of each.

Scores hang on the answers alone, so the batch evaluator gives them for everybody; weights, totals
and acceptability are then worked out for all, each by their own ranking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from rules.answers import Answers
from rules.batch.evaluator import BatchEvaluator, Judgements, Totals, add_up
from rules.model import KnowledgeBase
from rules.scoring.acceptability import acceptability
from rules.scoring.acceptability_arrays import Differences, FloatArray, settled, shares_over_orders
from rules.scoring.judgement import Judgement, weigh
from rules.scoring.rankings import Priorities, averaged, count_rankings

AnswersAndRanking: TypeAlias = tuple[Answers, Priorities]


def judge_each(kb: KnowledgeBase, people: Sequence[AnswersAndRanking]) -> list[Judgement]:
    """The judgement of each person's answers under their own ranking, in their order.

    Each is equal to ``judge`` of what the compiled evaluator says fires.
    """
    evaluator = BatchEvaluator(kb)
    scored = evaluator.totals(evaluator.layout.encode([answers for answers, _ in people]))
    rankings = [priorities for _, priorities in people]
    weights_of: list[dict[str, float]] = [{} for _ in people]
    weights = np.zeros((len(kb.criteria), len(people)))
    for numbers in _groups(scored, rankings, range(len(people))):
        own_weights = weigh(_spoken_criteria(kb, scored, numbers[0]), rankings[numbers[0]])
        column = np.array([own_weights.get(name, 0.0) for name in kb.criteria])
        weights[:, numbers] = column[:, None]
        for number in numbers:
            weights_of[number] = own_weights
    totals, leader, margin = add_up(scored.scores, weights, scored.ruled_out)
    shares = _shares(kb, scored, rankings)
    weighed = replace(scored, totals=totals, leader=leader, margin=margin)
    verdict, winner = evaluator.verdicts(weighed, shares)
    judgements = Judgements(**vars(weighed), shares=shares, verdict=verdict, winner=winner)
    return [
        evaluator.judgement(judgements, number, own_weights)
        for number, own_weights in enumerate(weights_of)
    ]


def _groups(
    totals: Totals, rankings: Sequence[Priorities], numbers: Iterable[int]
) -> Iterable[list[int]]:
    """These people by who share a ranking, one and the same, and the criteria spoken to."""
    groups: dict[tuple[int, bytes], list[int]] = {}
    for number in numbers:
        spoken = totals.spoken[:, number].tobytes()
        groups.setdefault((id(rankings[number]), spoken), []).append(number)
    return groups.values()


def _spoken_criteria(kb: KnowledgeBase, totals: Totals, number: int) -> list[str]:
    """The criteria that one person's answers speak to."""
    return [name for name, row in zip(kb.criteria, totals.spoken[:, number], strict=True) if row]


def _shares(kb: KnowledgeBase, totals: Totals, rankings: Sequence[Priorities]) -> FloatArray:
    """The acceptability of each alternative to each person, settled: (alternatives, people)."""
    if len(kb.alternatives) == 2:
        return settled(_shares_of_two(kb, totals, rankings))
    shares = np.zeros(totals.totals.shape)
    counts = [count_rankings(tuple(kb.criteria), priorities) for priorities in rankings]
    sizes = [[ranking.sizes for ranking in counted] for counted in counts]
    for number in sorted(
        range(len(rankings)), key=sizes.__getitem__
    ):  # what is sampled is drawn once for people whose rankings look alike
        acceptabilities = acceptability(_remaining_scores(kb, totals, number), rankings[number])
        shares[:, number] = [acceptabilities.get(name, 0.0) for name in kb.alternatives]
    return settled(shares)


def _remaining_scores(
    kb: KnowledgeBase, totals: Totals, number: int
) -> dict[str, dict[str, float]]:
    """One person's scores of the alternatives that are not ruled out."""
    criteria, spoken = _spoken_criteria(kb, totals, number), totals.spoken[:, number]
    return {
        name: dict(zip(criteria, totals.scores[row, spoken, number].tolist(), strict=True))
        for row, name in enumerate(kb.alternatives)
        if not totals.ruled_out[row, number]
    }


def _shares_of_two(kb: KnowledgeBase, totals: Totals, rankings: Sequence[Priorities]) -> FloatArray:
    """The same where there are two alternatives, not settled: all people's orders at once."""
    shares = (~totals.ruled_out).astype(float)
    differences = totals.scores[0] - totals.scores[1]
    ahead, behind = (differences > 0).any(axis=0), (differences < 0).any(axis=0)
    first = np.where(ahead, 1.0, np.where(behind, 0.0, 0.5))
    both = ~totals.ruled_out.any(axis=0)
    mixed = np.flatnonzero(both & ahead & behind).tolist()
    groups = list(_groups(totals, rankings, mixed))
    counts = [
        count_rankings(_spoken_criteria(kb, totals, people[0]), rankings[people[0]])
        for people in groups
    ]
    cases = []
    for people, own in zip(groups, counts, strict=True):
        own_differences = differences[totals.spoken[:, people[0]]][:, people]
        cases += [Differences(own_differences[list(one.order)], one.sizes) for one in own]
    case_shares = iter(shares_over_orders(cases))
    for people, own in zip(groups, counts, strict=True):
        first[people] = averaged([next(case_shares) for _ in own], [one.count for one in own])
    shares[:, both] = first[both], 1.0 - first[both]
    return shares
