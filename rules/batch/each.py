"""Many people at once, each with answers and a ranking of their own: what ``judge`` says of each.

Scores hang on the answers alone, so the batch evaluator gives them for everybody; weights, totals
and acceptability are then worked out for all, each by their own ranking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    Each is equal to ``judge`` of what the reference evaluator says fires.
    """
    evaluator = BatchEvaluator(kb)
    found = evaluator.totals(evaluator.encode([answers for answers, _ in people]))
    rankings = [priorities for _, priorities in people]
    each: list[dict[str, float]] = [{} for _ in people]
    weights = np.zeros((len(kb.criteria), len(people)))
    for numbers in _alike(found, rankings, range(len(people))):
        own = weigh(_named(kb, found, numbers[0]), rankings[numbers[0]])
        column = np.array([own.get(name, 0.0) for name in kb.criteria])
        weights[:, numbers] = column[:, None]
        for number in numbers:
            each[number] = own
    totals, leader, margin = add_up(found.scores, weights, found.ruled_out)
    shares = _shares(kb, found, rankings)
    weighed = Totals(
        found.scores, found.spoken, found.ruled_out, totals, leader, margin, found.reasons
    )
    verdict, winner = evaluator.verdicts(weighed, shares)
    judgements = Judgements(**vars(weighed), shares=shares, verdict=verdict, winner=winner)
    return [evaluator.judgement(judgements, number, own) for number, own in enumerate(each)]


def _alike(
    found: Totals, rankings: Sequence[Priorities], numbers: Iterable[int]
) -> Iterable[list[int]]:
    """These people by who share a ranking, one and the same, and the criteria spoken to."""
    groups: dict[tuple[int, bytes], list[int]] = {}
    for number in numbers:
        spoken = found.spoken[:, number].tobytes()
        groups.setdefault((id(rankings[number]), spoken), []).append(number)
    return groups.values()


def _named(kb: KnowledgeBase, found: Totals, number: int) -> list[str]:
    """The criteria that one person's answers speak to."""
    return [name for name, row in zip(kb.criteria, found.spoken[:, number], strict=True) if row]


def _shares(kb: KnowledgeBase, found: Totals, rankings: Sequence[Priorities]) -> FloatArray:
    """The acceptability of each alternative to each person, settled: (alternatives, people)."""
    if len(kb.alternatives) == 2:
        return settled(_of_two(kb, found, rankings))
    shares = np.zeros(found.totals.shape)
    by_shape = sorted(range(len(rankings)), key=lambda number: _shape(kb, rankings[number]))
    for number in by_shape:  # what is sampled is drawn once for people whose rankings look alike
        own = acceptability(_left(kb, found, number), rankings[number])
        shares[:, number] = [own.get(name, 0.0) for name in kb.alternatives]
    return settled(shares)


def _left(kb: KnowledgeBase, found: Totals, number: int) -> dict[str, dict[str, float]]:
    """One person's scores of the alternatives that are not ruled out."""
    criteria, spoken = _named(kb, found, number), found.spoken[:, number]
    return {
        name: dict(zip(criteria, found.scores[row, spoken, number].tolist(), strict=True))
        for row, name in enumerate(kb.alternatives)
        if not found.ruled_out[row, number]
    }


def _of_two(kb: KnowledgeBase, found: Totals, rankings: Sequence[Priorities]) -> FloatArray:
    """The same where there are two alternatives, not settled: all people's orders at once."""
    shares = (~found.ruled_out).astype(float)
    differences = found.scores[0] - found.scores[1]
    ahead, behind = (differences > 0).any(axis=0), (differences < 0).any(axis=0)
    first = np.where(ahead, 1.0, np.where(behind, 0.0, 0.5))
    both = ~found.ruled_out.any(axis=0)
    mixed = np.flatnonzero(both & ahead & behind).tolist()
    alike = list(_alike(found, rankings, mixed))
    held = [count_rankings(_named(kb, found, them[0]), rankings[them[0]]) for them in alike]
    cases = []
    for them, own in zip(alike, held, strict=True):
        theirs = differences[found.spoken[:, them[0]]][:, them]
        cases += [Differences(theirs[list(one.order)], one.sizes) for one in own]
    each = iter(shares_over_orders(cases))
    for them, own in zip(alike, held, strict=True):
        first[them] = averaged([next(each) for _ in own], [one.count for one in own])
    shares[:, both] = first[both], 1.0 - first[both]
    return shares


def _shape(kb: KnowledgeBase, priorities: Priorities) -> list[tuple[int, ...]]:
    return [one.sizes for one in count_rankings(tuple(kb.criteria), priorities)]
