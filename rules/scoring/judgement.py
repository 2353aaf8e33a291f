"""From fired rules to a judgement: scores, weights, totals, acceptability and a verdict word.

Within a criterion an alternative's factors combine as certainty factors do in EMYCIN (van Melle,
1980); criteria are weighted equally, or by rank-order centroids of the person's ranking (Barron &
Barrett, Management Science 42(11), 1996); for several people by the mean of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache, reduce
from operator import add
from types import MappingProxyType

from rules.model import KnowledgeBase, Prefer, Rule, RuleOut
from rules.scoring.acceptability import acceptability
from rules.scoring.rankings import GroupRanking, Priorities, RankingCount, averaged, count_rankings
from rules.scoring.weightings import settle


class Verdict(str, Enum):
    """How sure the answer is."""

    CLEAR = "clear"
    LEANING = "leaning"
    EITHER = "either"  # too close to call
    UNDECIDED = "undecided"  # nothing that was answered speaks for or against anything
    IMPOSSIBLE = "impossible"  # every alternative is ruled out


@dataclass(frozen=True)
class Judgement:
    """The outcome of the rules. Scores lie in [-1, 1], weights in [0, 1] and sum to 1.

    ``winner`` is None unless the verdict is clear or leaning. ``margin`` is the best total less
    the second best among the alternatives not ruled out. ``scores`` hold the criteria that some
    fired rule speaks to; ``totals`` and ``acceptability`` the alternatives that are left.
    """

    winner: str | None
    verdict: Verdict
    margin: float
    scores: Mapping[str, Mapping[str, float]]
    weights: Mapping[str, float]
    totals: Mapping[str, float]
    acceptability: Mapping[str, float]
    ruled_out: tuple[str, ...]

    @property
    def criteria_by_weight(self) -> list[str]:
        """The criteria that some fired rule speaks to, the weightiest first."""
        return sorted(self.weights, key=lambda name: -self.weights[name])


def contenders(kb: KnowledgeBase, judgement: Judgement) -> tuple[str, ...]:
    """The alternatives between which it is too close to call, where it is: the best, the second
    best, and those as near to the best as a leaning would have to overcome.
    """
    totals = judgement.totals
    best, second, *_ = sorted(totals.values(), reverse=True)
    near = min(second, best - kb.leaning.margin)
    return tuple(name for name in totals if totals[name] >= near)


def differs(one: Judgement, other: Judgement) -> bool:
    """Whether two judgements come to another winner or, without one, to another verdict."""
    if one.winner is None and other.winner is None:
        return one.verdict is not other.verdict
    return one.winner != other.winner


def combine(factors: Iterable[float]) -> float:
    """One certainty factor in [-1, 1] for several: agreeing ones reinforce, opposed ones offset.

    All evidence for is combined, a+b-ab, then all against, then the two: (a-b)/(1-min(a,b)).
    Taking the sides apart first makes the result independent of order, which pairwise
    combination is not. It is computed on the doubts 1-a and 1-b, which simply multiply.
    """
    doubt_for = doubt_against = 1.0
    for factor in sorted(factors, key=abs):  # sorted: float products depend on order
        if factor >= 0:
            doubt_for *= 1.0 - factor
        else:
            doubt_against *= 1.0 + factor
    larger = max(doubt_for, doubt_against)
    return settle((doubt_against - doubt_for) / larger) if larger else 0.0


def rank_order_centroids(count: int) -> list[float]:
    """The weights of ``count`` ranked criteria: w_j = (1/n) * sum over k >= j of 1/k."""
    return [sum(1.0 / k for k in range(j, count + 1)) / count for j in range(1, count + 1)]


def weigh(criteria: Sequence[str], priorities: Priorities) -> dict[str, float]:
    """Criterion -> weight, summing to 1: the centroid of all weightings that the ranking allows.

    Criteria in one place share the centroids of the ranks that they take up equally, and so do
    those that are not ranked; with no priorities that makes all weights equal. For a panel it is
    the mean over its people, the centroid of all their weightings together.
    """
    if isinstance(priorities, GroupRanking):
        return dict(_panel_weights(tuple(criteria), priorities))
    return _weights(criteria, priorities)


@lru_cache(maxsize=256)  # milliseconds each for hundreds of people, and asked for repeatedly
def _panel_weights(criteria: tuple[str, ...], panel: GroupRanking) -> Mapping[str, float]:
    return MappingProxyType(_weights(criteria, panel))


def _weights(criteria: Sequence[str], priorities: Priorities) -> dict[str, float]:
    centroids = rank_order_centroids(len(criteria))
    rankings = count_rankings(criteria, priorities)
    rows = [_shared_out(centroids, ranking) for ranking in rankings]
    counts = [ranking.count for ranking in rankings]
    return {name: averaged(column, counts) for name, *column in zip(criteria, *rows, strict=True)}


def _shared_out(centroids: Sequence[float], ranking: RankingCount) -> list[float]:
    """The weights that one ranking leads to, by the numbers of the criteria."""
    weights, start = [0.0] * len(centroids), 0
    for size in ranking.sizes:
        end = start + size
        mean = sum(centroids[start:end]) / size
        for number in ranking.order[start:end]:
            weights[number] = mean
        start = end
    return weights


def total(scores: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The weighted sum, in the order of ``weights``; ``sum`` rounds differently among Pythons."""
    return reduce(add, (weights[name] * scores[name] for name in weights), 0.0)


def judge(kb: KnowledgeBase, fired: Iterable[str], priorities: Priorities = ()) -> Judgement:
    """The judgement that the fired rules and the ranking of criteria, or several, lead to."""
    rules = [kb.rules[name] for name in fired]
    excluded = {rule.action.alternative for rule in rules if isinstance(rule.action, RuleOut)}
    ruled_out = tuple(name for name in kb.alternatives if name in excluded)
    scores = _scores(kb, rules)
    criteria = list(next(iter(scores.values())))
    weights = weigh(criteria, priorities)
    remaining = {name: scores[name] for name in kb.alternatives if name not in excluded}
    totals = {name: settle(total(by, weights)) for name, by in remaining.items()}
    shares = {name: settle(share) for name, share in acceptability(remaining, priorities).items()}
    best = sorted(totals.values(), reverse=True)
    margin = settle(best[0] - best[1]) if len(best) > 1 else 0.0
    reasons = sum(isinstance(rule.action, Prefer) for rule in rules)
    verdict = _verdict(kb, totals, shares, margin, reasons, spoken=bool(criteria or ruled_out))
    winner = None
    if verdict in (Verdict.CLEAR, Verdict.LEANING):
        winner = max(totals, key=lambda name: totals[name])
    return Judgement(winner, verdict, margin, scores, weights, totals, shares, ruled_out)


def _scores(kb: KnowledgeBase, rules: Sequence[Rule]) -> dict[str, dict[str, float]]:
    preferences = [rule.action for rule in rules if isinstance(rule.action, Prefer)]
    spoken = {preference.criterion for preference in preferences}
    return {
        alternative: {
            criterion: combine(
                p.factor
                for p in preferences
                if (p.alternative, p.criterion) == (alternative, criterion)
            )
            for criterion in kb.criteria
            if criterion in spoken
        }
        for alternative in kb.alternatives
    }


def _verdict(
    kb: KnowledgeBase,
    totals: Mapping[str, float],
    shares: Mapping[str, float],
    margin: float,
    reasons: int,
    *,
    spoken: bool,
) -> Verdict:
    if not totals:
        return Verdict.IMPOSSIBLE
    if not spoken:
        return Verdict.UNDECIDED
    if len(totals) == 1:  # the others are ruled out: nothing left to compare it with
        return Verdict.CLEAR
    share = shares[max(totals, key=lambda name: totals[name])]
    for verdict, threshold in ((Verdict.CLEAR, kb.clear), (Verdict.LEANING, kb.leaning)):
        earned = share >= threshold.acceptability and margin >= threshold.margin
        if earned and reasons >= threshold.reasons:
            return verdict
    return Verdict.EITHER
