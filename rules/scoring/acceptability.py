"""Acceptability: the share of all weightings under which an alternative wins.

The confidence measure of stochastic multicriteria acceptability analysis (SMAA; Lahdelma &
Salminen, "SMAA-2", Operations Research 49(3), 2001). It is not a probability that a choice is
right; it says how much the outcome depends on which criteria matter most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import ge, mul, sub

from rules.scoring.rankings import Priorities, RankingCount, averaged, count_rankings
from rules.scoring.weightings import SAMPLES, ScoreRow, _added, drawn_by_place, orders

MANY = 1000  # orders, for a panel; from there on arrays save more time than importing NumPy takes


def acceptability(
    scores: Mapping[str, Mapping[str, float]], priorities: Priorities = ()
) -> dict[str, float]:
    """Alternative -> share in [0, 1] of the weightings under which its total is the highest.

    ``scores`` is alternative -> criterion -> score, the same criteria for each. The weightings are
    uniform over all weights that sum to 1 and respect the ranking: each criterion weighs at least
    as much as any in a later place, those not ranked being the last. For a panel it is the mean
    over its people, which is the share of all their weightings together, each person having as
    many: where they disagree the weightings spread. Ties share equally.

    Exact where no more than two different rows of scores can win (with more than ORDERS ways to
    put equals in order: averaged over a fixed draw of that many); else sampled, with a fixed seed.
    """
    criteria = tuple(next(iter(scores.values()), ()))
    rows = {name: tuple(by[c] for c in criteria) for name, by in scores.items()}
    equals = Counter(rows.values())
    able = [row for row in equals if not any(_beats(other, row) for other in equals)]
    shares = dict(zip(able, _shares(able, criteria, priorities), strict=True))
    return {name: shares.get(row, 0.0) / equals[row] for name, row in rows.items()}


def _beats(row: ScoreRow, other: ScoreRow) -> bool:
    """Whether ``row`` is ahead under every weighting: nowhere lower, and not the same."""
    return row != other and all(map(ge, row, other))


def _shares(
    rows: Sequence[ScoreRow], criteria: Sequence[str], priorities: Priorities
) -> list[float]:
    """The share of each of these rows, which all differ and none of which beats another."""
    if len(rows) < 2:
        return [1.0] * len(rows)
    rankings = count_rankings(criteria, priorities)
    if len(rows) > 2:
        return _sampled(rows, rankings)
    share = _share_of_first(tuple(map(sub, *rows)), rankings)
    return [share, 1.0 - share]


def _share_of_first(differences: ScoreRow, rankings: Sequence[RankingCount]) -> float:
    if len(rankings) > 1 and sum(len(orders(ranking.sizes)) for ranking in rankings) > MANY:
        # A single ranking needs no arrays.
        from rules.scoring.acceptability_arrays import shares_of_one

        shares = shares_of_one(differences, rankings)
    else:
        shares = [_share_over_orders(differences, ranking) for ranking in rankings]
    return float(averaged(shares, [ranking.count for ranking in rankings]))


def _share_over_orders(differences: ScoreRow, ranking: RankingCount) -> float:
    placed = [differences[number] for number in ranking.order]
    if len(ranking.sizes) == 1:
        return share_positive(placed)
    all_orders = orders(ranking.sizes)
    shares = [share_positive(_vertices([placed[at] for at in order])) for order in all_orders]
    return float(_added(shares)) / len(all_orders)


def _vertices(differences: Sequence[float]) -> list[float]:
    """The weighted difference at the corners of the simplex w1 >= w2 >= ... >= wn >= 0.

    Its corners are (1,0,...), (1/2,1/2,0,...), ..., (1/n,...,1/n), and weights uniform over it
    are corners mixed uniformly, so the ordered case is the free case over these running means.
    """
    means, total = [], 0.0
    for count, difference in enumerate(differences, start=1):
        total += difference
        means.append(total / count)
    return means


def share_positive(differences: Sequence[float]) -> float:
    """P(sum of w_j d_j > 0) for w uniform over the simplex, plus half of P(= 0).

    Uniform weights are independent exponentials E_j, normalised, so the question is whether the
    gains sum(a_i E_i) exceed the losses sum(b_j E_j). Set the first gain against the first loss:
    by memorylessness the gain outlasts it with probability a/(a+b), and what is left of it is
    distributed as before. Repeating is an exact recursion without cancellation, and unlike the
    partial-fraction form sum over d_j>0 of prod d_j/(d_j-d_k) it needs no distinct differences.
    """
    gains = [d for d in differences if d > 0]
    losses = [-d for d in differences if d < 0]
    if not gains and not losses:
        return 0.5
    # reached[i]: probability that i gains are used up when the current loss comes to be faced
    reached = [1.0] + [0.0] * len(gains)
    for loss in losses:
        after = [0.0] * (len(gains) + 1)
        for i, gain in enumerate(gains):
            outlasts = gain / (gain + loss)
            after[i] += reached[i] * outlasts
            reached[i + 1] += reached[i] * (1.0 - outlasts)
        reached = after
    return min(1.0, float(_added(reached[:-1])))


def _sampled(rows: Sequence[ScoreRow], rankings: Sequence[RankingCount]) -> list[float]:
    import numpy as np  # two alternatives need no arrays

    if len(rankings) > 1:
        from rules.scoring.sampling import panel_shares

        return panel_shares(np.array(rows), rankings)
    columns = drawn_by_place(rankings[0].sizes)
    totals = [
        _added(map(mul, columns, (row[number] for number in rankings[0].order))) for row in rows
    ]
    wins = np.bincount(np.argmax(totals, axis=0), minlength=len(rows))
    return [int(count) / SAMPLES for count in wins]
