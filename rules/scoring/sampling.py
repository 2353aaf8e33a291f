"""The weightings that a ranking allows, drawn at random: how often an alternative wins, and when.

Stochastic multicriteria acceptability analysis (SMAA-2; Lahdelma & Salminen, Operations Research
49(3), 2001): acceptability is the share of weightings under which an alternative wins, and its
central weights are their mean, which says what somebody cares about for whom it is the best. For
a panel the weightings are those of all its people together, each having as many: where they
disagree the cloud spreads, and is not averaged away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rules.scoring.rankings import Priorities, RankingCount, averaged, count_rankings
from rules.scoring.weightings import SAMPLES

FloatArray: TypeAlias = NDArray[np.float64]

DRAWS = 10_000
SEED = 20010303
LEAST_DRAWS = 20  # for each person of a panel, where acceptability is sampled


@dataclass(frozen=True)
class WeightSample:
    """What ``draws`` weightings came to, by alternative.

    ``acceptability``: the share that it wins, in [0, 1], ties shared equally; they sum to 1.
    ``standard_error``: of that, sqrt(b (1 - b) / draws), which for a panel is at most too large.
    ``central``: criterion -> mean weight where it wins, summing to 1; one that never wins has
    none.
    """

    acceptability: Mapping[str, float]
    standard_error: Mapping[str, float]
    central: Mapping[str, Mapping[str, float]]
    draws: int


def weightings(
    criteria: Sequence[str], priorities: Priorities, draws: int, seed: int
) -> FloatArray:
    """Weightings that respect the ranking: float (draws, criteria), each row summing to 1.

    They are uniform over all that do; a panel's people have as many each, give or take one, in an
    order that hangs on their rankings alone. The same seed draws the same everywhere.
    """
    return _drawn(count_rankings(criteria, priorities), draws, seed)


def explore(
    scores: Mapping[str, Mapping[str, float]],
    priorities: Priorities = (),
    draws: int = DRAWS,
    seed: int = SEED,
) -> WeightSample:
    """What wins where, in that many weightings.

    ``scores`` is alternative -> criterion -> score, the same criteria for each. Raises ValueError
    for less than one draw.
    """
    if draws < 1:
        raise ValueError("exploring takes at least one draw")
    criteria = tuple(next(iter(scores.values()), ()))
    drawn = weightings(criteria, priorities, draws, seed)
    rows = np.array([[by[name] for name in criteria] for by in scores.values()])
    won = _won(rows.reshape(len(scores), len(criteria)), drawn)
    wins = won.sum(axis=1)
    means = [_mean(drawn, weight, wins_of) for weight, wins_of in zip(won, wins, strict=True)]
    shares = {name: float(count) / draws for name, count in zip(scores, wins, strict=True)}
    return WeightSample(
        acceptability=shares,
        standard_error={name: sqrt(b * max(0.0, 1.0 - b) / draws) for name, b in shares.items()},
        central={
            name: dict(zip(criteria, map(float, mean), strict=True))
            for name, mean in zip(scores, means, strict=True)
            if shares[name] > 0.0
        },
        draws=draws,
    )


def _mean(drawn: FloatArray, weight: FloatArray, total: float) -> FloatArray:
    """The weighted mean of the draws, (criteria,), or 0s where the whole weight is 0."""
    added = np.add.reduce(weight[:, None] * drawn, axis=0)  # in one order on every machine
    return added / total if total else added


def panel_shares(rows: FloatArray, rankings: Sequence[RankingCount]) -> list[float]:
    """The acceptability of each row, (alternatives, criteria), to the people of a panel.

    The mean over them of what each one's own weightings come to, all drawn with a fixed seed.
    """
    people = sum(ranking.count for ranking in rankings)
    draws = max(SAMPLES, LEAST_DRAWS * people)
    wins = _won(rows, _panel_drawn(tuple(rankings), draws))
    ends = np.cumsum(_allotted(rankings, draws))
    shares = [part.mean(axis=1) for part in np.split(wins, ends[:-1], axis=1)]
    return [float(share) for share in averaged(shares, [ranking.count for ranking in rankings])]


@lru_cache(maxsize=8)  # a megabyte or two each
def _panel_drawn(rankings: tuple[RankingCount, ...], draws: int) -> FloatArray:
    return _drawn(rankings, draws, SEED)


def _won(rows: FloatArray, drawn: FloatArray) -> FloatArray:
    """What each row wins of each weighting, those that are level sharing it: (alternatives, n)."""
    totals = np.zeros((len(rows), len(drawn)))
    for weight, scores in zip(drawn.T, rows.T, strict=True):
        totals += weight * scores[:, None]  # not as a product of matrices: equal rows stay level
    best = totals == totals.max(axis=0, initial=-np.inf)
    return best / np.maximum(best.sum(axis=0), 1)


def _allotted(rankings: Sequence[RankingCount], draws: int) -> list[int]:
    """How many draws each ranking gets: as many for each person who holds it, give or take one."""
    people = list(accumulate(ranking.count for ranking in rankings))
    ends = [draws * count // people[-1] for count in people]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _drawn(rankings: Sequence[RankingCount], draws: int, seed: int) -> FloatArray:
    """Uniform weightings that respect the rankings, one ranking after another: (draws, criteria).

    The gaps between uniform cuts of [0, 1] are a flat draw, summing to 1 exactly; sorted, the
    largest goes to the criterion in the first place. Equals are put in a random order.
    """
    count = len(rankings[0].order)
    if not count:
        return np.zeros((draws, 0))
    uniform = _uniform(draws * (2 * count - 1), seed)
    cuts = np.sort(uniform[: draws * (count - 1)].reshape(draws, count - 1), axis=1)
    weights = np.sort(np.diff(cuts, axis=1, prepend=0.0, append=1.0), axis=1)[:, ::-1]
    ranks = np.repeat(_ranks(rankings), _allotted(rankings, draws), axis=0)
    keys = ranks + uniform[draws * (count - 1) :].reshape(draws, count)
    drawn = np.empty((draws, count))
    np.put_along_axis(drawn, np.argsort(keys, axis=1), weights, axis=1)
    return drawn


def _ranks(rankings: Sequence[RankingCount]) -> FloatArray:
    """The number of the place in which each criterion stands: (rankings, criteria)."""
    ranks = np.empty((len(rankings), len(rankings[0].order)))
    for row, ranking in zip(ranks, rankings, strict=True):
        row[list(ranking.order)] = np.repeat(np.arange(len(ranking.sizes)), ranking.sizes)
    return ranks


def _uniform(count: int, seed: int) -> FloatArray:
    """Numbers in [0, 1), in steps of 2^-53, the same with every version of NumPy."""
    return (np.random.PCG64(seed).random_raw(count) >> np.uint64(11)) * 2.0**-53
