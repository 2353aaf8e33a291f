"""The weightings of criteria that a ranking allows: in order, drawn, and rounded."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from itertools import accumulate, chain, permutations, product
from math import factorial, prod
from operator import add
from typing import Any, TypeAlias

GRAIN = 1e12  # steps in 1 to which scores are rounded; the rest is float noise, and breaks ties

SAMPLES = 20_000  # of weightings, where three alternatives or more may win
ORDERS = 5040  # within the places of a ranking; up to seven equals are exact
SEED = 20010301

ScoreRow: TypeAlias = tuple[float, ...]  # one alternative's scores, by the numbers of the criteria


def settle(value: float) -> float:
    """``value`` without its float noise. The batch evaluator computes the very same."""
    return round(value * GRAIN) / GRAIN


def _added(values: Iterable[Any]) -> Any:
    """Their sum, one after another; what ``sum`` does to the last bit differs among Pythons."""
    return reduce(add, values, 0.0)


@lru_cache(maxsize=256)  # some ten kilobytes each
def orders(sizes: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """All strict orders of criteria that stand in places of these sizes, or a fixed draw of them.

    The criteria are numbered from 0 through all places; each order is as large a region. Where
    there are more than ORDERS of them, so many are drawn, of all places jointly. Where there is
    but one place no order is asked for, and the one that is given stands for all weightings.
    """
    if len(sizes) == 1:
        return (tuple(range(*sizes)),)
    starts = accumulate(sizes, initial=0)
    places = [range(start, start + size) for start, size in zip(starts, sizes, strict=False)]
    if prod(map(factorial, sizes)) <= ORDERS:
        return tuple(tuple(chain(*parts)) for parts in product(*map(permutations, places)))
    generator = random.Random(SEED)
    drawn: list[tuple[int, ...]] = []
    for _ in range(ORDERS // 2):
        parts = [generator.sample(p, len(p)) if len(p) > 1 else list(p) for p in places]
        drawn.append(tuple(chain(*parts)))
        # a mirrored pair: what one puts first among equals the other puts last
        drawn.append(tuple(chain(*(part[::-1] for part in parts))))
    return tuple(drawn)


@lru_cache(maxsize=16)  # a megabyte each, and a tenth of a second to draw
def drawn_by_place(sizes: tuple[int, ...]) -> Any:
    """The weightings that are sampled for a ranking with places of these sizes, as an array:
    float (criteria, SAMPLES), the criteria in the order of the ranking.
    """
    import numpy as np

    return np.ascontiguousarray(np.array(_weightings(sizes)).T)


def _weightings(sizes: tuple[int, ...]) -> Sequence[ScoreRow]:
    """Uniform weightings that respect the ranking: sort a flat draw, largest to the first place.

    They are not divided by their sum, which changes no comparison.
    """
    generator = random.Random(SEED)
    starts = list(accumulate(sizes, initial=0))
    drawn = []
    for _ in range(SAMPLES):
        draws = [generator.expovariate(1.0) for _ in range(starts[-1])]
        draws.sort(reverse=True)
        for start, size in zip(starts, sizes, strict=False):
            equals = draws[start : start + size]
            generator.shuffle(equals)
            draws[start : start + size] = equals
        drawn.append(tuple(draws))
    return drawn
