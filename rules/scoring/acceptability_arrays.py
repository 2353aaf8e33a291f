"""Acceptability of many judgements at once: the same numbers as :mod:`rules.scoring.acceptability`.

Where two alternatives are left its recursion is run over arrays, operation for operation, so that
not a bit differs. Where three or more may win, its sampling is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby, product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rules.scoring.rankings import Priorities, RankingCount, averaged, count_rankings
from rules.scoring.sampling import panel_shares
from rules.scoring.weightings import GRAIN, drawn_by_place, orders

FloatArray: TypeAlias = NDArray[np.float64]
Bits: TypeAlias = NDArray[np.bool_]
Sizes: TypeAlias = tuple[int, ...]

BLOCK = 8192  # columns worked on at once: a row of them fits the cache beside a few others
COLUMNS = 65_536  # of sheets under one order each, gone through at once
NO_LOSS = 1e-300  # stands for no loss at all: a gain outlasts it with probability 1.0 exactly


def settled(values: FloatArray) -> FloatArray:
    """``scoring.settle`` of each value."""
    return np.rint(values * GRAIN) / GRAIN + 0.0  # + 0.0: no negative zeros


@dataclass(frozen=True)
class Weightings:
    """What the weightings have to respect: ``criteria``, the names of all, and the ranking."""

    criteria: tuple[str, ...]
    priorities: Priorities

    def rankings(self, spoken: Sequence[int]) -> tuple[RankingCount, ...]:
        """The rankings of just these criteria, which go by their places in ``spoken``."""
        return count_rankings([self.criteria[number] for number in spoken], self.priorities)


@dataclass(frozen=True, eq=False)
class Differences:
    """n columns of differences under one ranking: float (criteria, n), in the ranking's order.

    ``sizes``: how many criteria stand in each of its places.
    """

    differences: FloatArray
    sizes: Sizes


def shares_of_weightings(
    scores: FloatArray, spoken: Bits, left: Bits, weightings: Weightings
) -> FloatArray:
    """The acceptability of each alternative, settled: float (alternatives, n).

    ``scores`` is (alternatives, criteria, n), 0 where a criterion is not ``spoken`` to, which is
    (criteria, n); ``left`` (alternatives, n) are the alternatives not ruled out, whose shares
    sum to 1.
    """
    if len(scores) > 2:
        return settled(_among_several(scores, spoken, left, weightings))
    shares = left.astype(float)
    sheets = np.flatnonzero(left.sum(axis=0) == 2)
    if len(sheets):
        differences = scores[0][:, sheets] - scores[1][:, sheets]
        share = _first_of_two(differences, spoken[:, sheets], weightings)
        shares[:, sheets] = share, 1.0 - share
    return settled(shares)


def _among_several(
    scores: FloatArray, spoken: Bits, left: Bits, weightings: Weightings
) -> FloatArray:
    """The same for any number of alternatives, not settled.

    One that another is ahead of under every weighting cannot win, and those with the same scores
    count once and share what they win: few have to be told apart after that.
    """
    able, same = left.copy(), np.zeros((len(scores), *left.shape), bool)
    for one, other in product(range(len(scores)), repeat=2):
        both = left[one] & left[other]
        level = (scores[one] == scores[other]).all(axis=0)
        same[one, other] = both & level
        beaten = both & ~level & (scores[other] >= scores[one]).all(axis=0)
        able[one] &= ~beaten & ~(same[one, other] & (other < one))
    shares = _of_different(scores, spoken, able, weightings)
    equals = np.maximum(same.sum(axis=1), 1)
    return np.where(same, shares[None], 0.0).sum(axis=1) / equals


def _of_different(
    scores: FloatArray, spoken: Bits, able: Bits, weightings: Weightings
) -> FloatArray:
    """The shares of those that are ``able`` to win, no two of them with the same scores."""
    shares, count = np.zeros(able.shape), able.sum(axis=0)
    shares[:, count == 1] = able[:, count == 1]
    for one, other in combinations(range(len(able)), 2):
        sheets = np.flatnonzero((count == 2) & able[one] & able[other])
        if len(sheets):
            differences = scores[one][:, sheets] - scores[other][:, sheets]
            share = _first_of_two(differences, spoken[:, sheets], weightings)
            shares[one, sheets], shares[other, sheets] = share, 1.0 - share
    several = np.flatnonzero(count > 2)
    if len(several):
        shares[:, several] = _of_many(
            scores[..., several], spoken[:, several], able[:, several], weightings
        )
    return shares


def _first_of_two(differences: FloatArray, spoken: Bits, weightings: Weightings) -> FloatArray:
    """The share of weightings under which ``differences`` (criteria, n) weigh up positive."""
    if not weightings.priorities:
        return shares_positive(differences)  # a difference of 0 is neither a gain nor a loss
    ahead, behind = (differences > 0).any(axis=0), (differences < 0).any(axis=0)
    shares = np.where(ahead, 1.0, np.where(behind, 0.0, 0.5))
    mixed = np.flatnonzero(ahead & behind)
    # With a ranking each case takes up to 5,040 rounds: the same case is not worked out twice.
    keys = np.concatenate([differences[:, mixed], spoken[:, mixed]]).T
    firsts, inverse = _distinct(keys)
    cases = mixed[firsts]
    first = np.empty(len(cases))
    for criteria, members in _by_criteria(spoken[:, cases]):
        rows = differences[np.ix_(criteria, cases[members])]
        rankings = weightings.rankings(criteria)
        by_ranking = shares_over_orders(
            [Differences(rows[list(ranking.order)], ranking.sizes) for ranking in rankings]
        )
        first[members] = averaged(by_ranking, [ranking.count for ranking in rankings])
    shares[mixed] = first[inverse]
    return shares


def _distinct(keys: FloatArray) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first of each kind among the rows of ``keys``, and each row's kind."""
    rows = np.ascontiguousarray(keys + 0.0)
    whole = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).reshape(-1)
    _, firsts, inverse = np.unique(whole, return_index=True, return_inverse=True)
    return firsts, inverse.reshape(-1)


def _by_criteria(spoken: Bits) -> Iterator[tuple[list[int], NDArray[np.intp]]]:
    """Each set of criteria that is spoken to, with the columns in which it is just that set."""
    patterns, inverse = np.unique(spoken, axis=1, return_inverse=True)
    for number, pattern in enumerate(patterns.T):
        members = np.flatnonzero(inverse.reshape(-1) == number)
        yield [int(criterion) for criterion in np.flatnonzero(pattern)], members


def shares_of_one(differences: Sequence[float], rankings: Sequence[RankingCount]) -> list[float]:
    """The share of weightings under which ``differences`` weigh up positive, for each ranking."""
    column = np.array(differences)[:, None]
    shares = shares_over_orders(
        [Differences(column[list(ranking.order)], ranking.sizes) for ranking in rankings]
    )
    return [float(share[0]) for share in shares]


def shares_over_orders(cases: Sequence[Differences]) -> list[FloatArray]:
    """For each case the share of weightings under which each column weighs up positive: (n,).

    It is the mean over the orders of equals, as in ``acceptability``. The orders of all cases go
    through the recursion together: many small cases take hardly longer than a few large ones.
    """
    groups: dict[Sizes, list[int]] = {}
    for number, case in enumerate(cases):
        groups.setdefault(case.sizes, []).append(number)
    joined = {
        sizes: np.concatenate([cases[number].differences for number in numbers], axis=1)
        for sizes, numbers in groups.items()
    }
    by_sizes = {sizes: np.empty(differences.shape[1]) for sizes, differences in joined.items()}
    for batch in _batches(joined):
        vertices = [_vertices(joined[sizes][:, part], sizes) for sizes, part in batch]
        for (sizes, part), shares in zip(batch, _mean_shares(vertices), strict=True):
            by_sizes[sizes][part] = shares
    parts: dict[int, FloatArray] = {}
    for sizes, numbers in groups.items():
        ends = np.cumsum([cases[number].differences.shape[1] for number in numbers])
        parts.update(zip(numbers, np.split(by_sizes[sizes], ends[:-1]), strict=True))
    return [parts[number] for number in range(len(cases))]


def _mean_shares(vertices: Sequence[FloatArray]) -> Iterator[FloatArray]:
    """The mean over the orders of each: every (criteria, orders, n) -> (n,)."""
    flat = np.concatenate([one.reshape(len(one), -1) for one in vertices], axis=1)
    ends = np.cumsum([one[0].size for one in vertices])
    for one, shares in zip(vertices, np.split(shares_positive(flat), ends[:-1]), strict=True):
        by_order = shares.reshape(one.shape[1:])
        # accumulate adds one after another, where sum would add in pairs
        yield np.add.accumulate(by_order, axis=0)[-1] / len(by_order)


def _batches(joined: Mapping[Sizes, FloatArray]) -> Iterator[list[tuple[Sizes, slice]]]:
    """Parts of these columns, as many as are gone through at once, of as many criteria each."""
    for _, group in groupby(sorted(joined, key=sum), key=sum):
        batch: list[tuple[Sizes, slice]] = []
        room = COLUMNS
        for sizes in group:
            step = max(1, COLUMNS // len(orders(sizes)))
            for start in range(0, joined[sizes].shape[1], step):
                part = slice(start, min(start + step, joined[sizes].shape[1]))
                taken = (part.stop - part.start) * len(orders(sizes))
                if taken > room and batch:
                    yield batch
                    batch, room = [], COLUMNS
                batch.append((sizes, part))
                room -= taken
        if batch:
            yield batch


def _vertices(differences: FloatArray, sizes: Sizes) -> FloatArray:
    """Running means down the criteria in each order: (criteria, n) -> (criteria, orders, n).

    Where all criteria stand in one place, the differences themselves. See ``acceptability`` for
    why.
    """
    if len(sizes) == 1:
        return differences[:, None]
    placed = differences[np.array(orders(sizes)).T]
    means, total = np.empty_like(placed), np.zeros(placed.shape[1:])
    for index, difference in enumerate(placed):
        total = total + difference
        means[index] = total / (index + 1)
    return means


def shares_positive(differences: FloatArray) -> FloatArray:
    """``acceptability.share_positive`` of each column: (criteria, n) -> (n,)."""
    shares = np.empty(differences.shape[1])
    for start in range(0, len(shares), BLOCK):
        block = slice(start, start + BLOCK)
        shares[block] = _share_positive(np.ascontiguousarray(differences[:, block]))
    return shares


def _share_positive(differences: FloatArray) -> FloatArray:
    """The recursion over gains and losses, with a place for each criterion whether it is one.

    A criterion that is no gain hands on what reaches it; one that is no loss takes nothing. The
    additions and products that remain are those of the recursion over gains and losses alone.
    """
    gains = np.maximum(differences, 0.0)
    losses = np.where(differences < 0, -differences, NO_LOSS)
    gained = differences > 0
    reached = (gained & (np.cumsum(gained, axis=0) == 1)).astype(float)  # all at the first gain
    for loss, lost in zip(losses, differences < 0, strict=True):
        if not lost.any():
            continue
        moved = np.zeros(len(loss))
        for place, gain in enumerate(gains):
            here = reached[place] + moved
            outlasts = gain / (gain + loss)
            reached[place] = here * outlasts
            moved = here * (1.0 - outlasts)
    total = np.zeros(differences.shape[1])
    for row in reached:
        total = total + row
    level = ~(differences != 0).any(axis=0)
    return np.where(level, 0.5, np.minimum(1.0, total))


def _of_many(scores: FloatArray, spoken: Bits, able: Bits, weightings: Weightings) -> FloatArray:
    """Where three alternatives or more may win: each distinct case is sampled by itself."""
    alternatives, _, count = scores.shape
    keys = np.concatenate([scores.reshape(-1, count), spoken, able]).T
    firsts, inverse = _distinct(keys)
    shares = np.zeros((alternatives, len(firsts)))
    for case, sheet in enumerate(firsts):
        criteria = [int(criterion) for criterion in np.flatnonzero(spoken[:, sheet])]
        rankings = weightings.rankings(criteria)
        names = np.flatnonzero(able[:, sheet])
        rows = scores[names][:, criteria, sheet]
        if len(rankings) > 1:
            shares[names, case] = panel_shares(rows, rankings)
        else:
            drawn = drawn_by_place(rankings[0].sizes)
            shares[names, case] = _sampled(rows[:, list(rankings[0].order)], drawn)
    return shares[:, inverse]


def _sampled(rows: FloatArray, weights: FloatArray) -> FloatArray:
    """The share of the draws that each row wins, of those that are level the first.

    ``rows``: (alternatives, criteria); ``weights``: (criteria, draws).
    """
    totals = np.zeros((len(rows), weights.shape[1]))
    for weight, scores in zip(weights, rows.T, strict=True):
        totals += weight * scores[:, None]  # one after another, as acceptability adds them up
    return np.bincount(totals.argmax(axis=0), minlength=len(rows)) / weights.shape[1]
