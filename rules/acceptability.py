"""Acceptability: the share of all weightings under which an alternative wins.

The confidence measure of stochastic multicriteria acceptability analysis (SMAA; Lahdelma &
Salminen, "SMAA-2", Operations Research 49(3), 2001). It is not a probability that a choice is
right; it says how much the outcome depends on which criteria matter most.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from itertools import permutations
from math import factorial
from operator import add, ge, mul, sub
from typing import Any, TypeAlias, TypeVar

SAMPLES = 20_000  # of weightings, where three alternatives or more may win
ORDERS = 240  # of unranked criteria; up to five of them (120 orders) are gone through exactly
SEED = 20010301

T = TypeVar("T")
Row: TypeAlias = tuple[float, ...]  # one alternative's scores, by the ranked criteria first


def acceptability(
    scores: Mapping[str, Mapping[str, float]], ranked: Sequence[str], unranked: Sequence[str]
) -> dict[str, float]:
    """Alternative -> share in [0, 1] of the weightings under which its total is the highest.

    ``scores`` is alternative -> criterion -> score. The weightings are uniform over all weights
    that sum to 1 and respect the ranking: each ranked criterion weighs at least as much as the
    next, and the last of them at least as much as any unranked one. Ties share equally. Exact
    where no more than two different rows of scores can win (with a ranking that leaves out more
    than five criteria: averaged over 240 of their orders); else sampled, with a fixed seed.
    """
    rows = {name: tuple(by[c] for c in (*ranked, *unranked)) for name, by in scores.items()}
    equals = Counter(rows.values())
    able = [row for row in equals if not any(_beats(other, row) for other in equals)]
    shares = dict(zip(able, _shares(able, len(ranked)), strict=True))
    return {name: shares.get(row, 0.0) / equals[row] for name, row in rows.items()}


def _beats(row: Row, other: Row) -> bool:
    """Whether ``row`` is ahead under every weighting: nowhere lower, and not the same."""
    return row != other and all(map(ge, row, other))


def _shares(rows: Sequence[Row], ranked: int) -> list[float]:
    """The share of each of these rows, which all differ and none of which beats another."""
    if len(rows) > 2:
        return _sampled(rows, ranked)
    if len(rows) < 2:
        return [1.0] * len(rows)
    share = _share_over_orders(tuple(map(sub, *rows)), ranked)
    return [share, 1.0 - share]


def _share_over_orders(differences: Row, ranked: int) -> float:
    if not ranked:
        return share_positive(differences)
    first, rest = differences[:ranked], differences[ranked:]
    shares = [share_positive(_vertices((*first, *order))) for order in orders(rest)]
    return float(_added(shares)) / len(shares)


def _added(values: Iterable[Any]) -> Any:
    """Their sum, one after another; what ``sum`` does to the last bit differs among Pythons."""
    return reduce(add, values, 0.0)


def orders(unranked: Sequence[T]) -> Iterator[Sequence[T]]:
    """All orders of ``unranked``, or a fixed draw of them; each order is as large a region."""
    if factorial(len(unranked)) <= ORDERS:
        yield from permutations(unranked)
        return
    generator = random.Random(SEED)
    for _ in range(ORDERS // 2):
        order = generator.sample(unranked, len(unranked))
        yield order
        yield order[::-1]  # a mirrored pair: what one puts first the other puts last


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


def _sampled(rows: Sequence[Row], ranked: int) -> list[float]:
    import numpy as np  # two alternatives need no arrays

    columns = drawn_by_criterion(ranked, len(rows[0]) - ranked)
    totals = [_added(map(mul, columns, row)) for row in rows]
    wins = np.bincount(np.argmax(totals, axis=0), minlength=len(rows))
    return [int(count) / SAMPLES for count in wins]


@lru_cache(maxsize=16)  # a megabyte each, and a tenth of a second to draw
def drawn_by_criterion(ranked: int, unranked: int) -> Any:
    """The weightings that are sampled, as an array: float (criteria, SAMPLES)."""
    import numpy as np

    return np.ascontiguousarray(np.array(_weightings(ranked, unranked)).T)


def _weightings(ranked: int, unranked: int) -> Sequence[Row]:
    """Uniform weightings that respect the ranking: sort a flat draw, largest to the ranked.

    They are not divided by their sum, which changes no comparison.
    """
    generator = random.Random(SEED)
    drawn = []
    for _ in range(SAMPLES):
        draws = [generator.expovariate(1.0) for _ in range(ranked + unranked)]
        draws.sort(reverse=True)
        rest = draws[ranked:]
        generator.shuffle(rest)
        drawn.append((*draws[:ranked], *rest))
    return drawn
