"""Acceptability of many judgements at once: the same numbers as :mod:`rules.acceptability`.

Where two alternatives are left its recursion is run over arrays, operation for operation, so that
not a bit differs. Where three or more may win, its sampling is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rules.acceptability import drawn_by_criterion, orders
from rules.scoring import GRAIN

Numbers: TypeAlias = NDArray[np.float64]
Bits: TypeAlias = NDArray[np.bool_]

BLOCK = 8192  # columns worked on at once: a row of them fits the cache beside a few others
NO_LOSS = 1e-300  # stands for no loss at all: a gain outlasts it with probability 1.0 exactly


def settled(values: Numbers) -> Numbers:
    """``scoring.settle`` of each value."""
    return np.rint(values * GRAIN) / GRAIN + 0.0  # + 0.0: no negative zeros


def shares_of_weightings(
    scores: Numbers, spoken: Bits, left: Bits, ranking: Sequence[int]
) -> Numbers:
    """The acceptability of each alternative, settled: float (alternatives, n).

    ``scores`` is (alternatives, criteria, n), 0 where a criterion is not ``spoken`` to, which is
    (criteria, n); ``left`` (alternatives, n) are the alternatives not ruled out, whose shares
    sum to 1; ``ranking`` are the numbers of the ranked criteria, the most important first.
    """
    if len(scores) > 2:
        return settled(_among_several(scores, spoken, left, ranking))
    shares = left.astype(float)
    sheets = np.flatnonzero(left.sum(axis=0) == 2)
    if len(sheets):
        differences = scores[0][:, sheets] - scores[1][:, sheets]
        share = _first_of_two(differences, spoken[:, sheets], ranking)
        shares[:, sheets] = share, 1.0 - share
    return settled(shares)


def _among_several(scores: Numbers, spoken: Bits, left: Bits, ranking: Sequence[int]) -> Numbers:
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
    shares = _of_different(scores, spoken, able, ranking)
    equals = np.maximum(same.sum(axis=1), 1)
    return np.where(same, shares[None], 0.0).sum(axis=1) / equals


def _of_different(scores: Numbers, spoken: Bits, able: Bits, ranking: Sequence[int]) -> Numbers:
    """The shares of those that are ``able`` to win, no two of them with the same scores."""
    shares, count = np.zeros(able.shape), able.sum(axis=0)
    shares[:, count == 1] = able[:, count == 1]
    for one, other in combinations(range(len(able)), 2):
        sheets = np.flatnonzero((count == 2) & able[one] & able[other])
        if len(sheets):
            differences = scores[one][:, sheets] - scores[other][:, sheets]
            share = _first_of_two(differences, spoken[:, sheets], ranking)
            shares[one, sheets], shares[other, sheets] = share, 1.0 - share
    several = np.flatnonzero(count > 2)
    if len(several):
        shares[:, several] = _of_many(
            scores[..., several], spoken[:, several], able[:, several], ranking
        )
    return shares


def _first_of_two(differences: Numbers, spoken: Bits, ranking: Sequence[int]) -> Numbers:
    """The share of weightings under which ``differences`` (criteria, n) weigh up positive."""
    if not ranking:
        return shares_positive(differences)  # a difference of 0 is neither a gain nor a loss
    ahead, behind = (differences > 0).any(axis=0), (differences < 0).any(axis=0)
    shares = np.where(ahead, 1.0, np.where(behind, 0.0, 0.5))
    mixed = np.flatnonzero(ahead & behind)
    # With a ranking each case takes up to 240 rounds: the same case is not worked out twice.
    keys = np.concatenate([differences[:, mixed], spoken[:, mixed]]).T
    firsts, inverse = _distinct(keys)
    cases = mixed[firsts]
    found = np.empty(len(cases))
    for criteria, members in _by_criteria(spoken[:, cases]):
        ranked = [c for c in ranking if c in criteria]
        unranked = [c for c in criteria if c not in ranked]
        rows = differences[:, cases[members]]
        found[members] = _over_orders(rows, ranked, unranked)
    shares[mixed] = found[inverse]
    return shares


def _distinct(keys: Numbers) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
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


def _over_orders(differences: Numbers, ranked: Sequence[int], unranked: Sequence[int]) -> Numbers:
    """The mean over the orders of the unranked criteria; (criteria, n) -> (n,)."""
    if not ranked:
        return shares_positive(differences[list(unranked)])
    total, count = np.zeros(differences.shape[1]), 0
    for order in orders(tuple(unranked)):
        total += shares_positive(_vertices(differences[[*ranked, *order]]))
        count += 1
    return total / count


def _vertices(differences: Numbers) -> Numbers:
    """Running means down the criteria; see ``acceptability`` for why."""
    means, total = np.empty_like(differences), np.zeros(differences.shape[1])
    for place, difference in enumerate(differences):
        total = total + difference
        means[place] = total / (place + 1)
    return means


def shares_positive(differences: Numbers) -> Numbers:
    """``acceptability.share_positive`` of each column: (criteria, n) -> (n,)."""
    shares = np.empty(differences.shape[1])
    for start in range(0, len(shares), BLOCK):
        block = slice(start, start + BLOCK)
        shares[block] = _share_positive(np.ascontiguousarray(differences[:, block]))
    return shares


def _share_positive(differences: Numbers) -> Numbers:
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


def _of_many(scores: Numbers, spoken: Bits, able: Bits, ranking: Sequence[int]) -> Numbers:
    """Where three alternatives or more may win: each distinct case is sampled by itself."""
    alternatives, _, count = scores.shape
    keys = np.concatenate([scores.reshape(-1, count), spoken, able]).T
    firsts, inverse = _distinct(keys)
    found = np.zeros((alternatives, len(firsts)))
    for case, sheet in enumerate(firsts):
        told = [int(criterion) for criterion in np.flatnonzero(spoken[:, sheet])]
        ranked = [criterion for criterion in ranking if criterion in told]
        unranked = [criterion for criterion in told if criterion not in ranked]
        drawn = drawn_by_criterion(len(ranked), len(unranked))
        names = np.flatnonzero(able[:, sheet])
        found[names, case] = _sampled(scores[names][:, [*ranked, *unranked], sheet], drawn)
    return found[:, inverse]


def _sampled(rows: Numbers, weights: Numbers) -> Numbers:
    """The share of the draws that each row wins, of those that are level the first.

    ``rows``: (alternatives, criteria); ``weights``: (criteria, draws).
    """
    totals = np.zeros((len(rows), weights.shape[1]))
    for weight, scores in zip(weights, rows.T, strict=True):
        totals += weight * scores[:, None]  # one after another, as acceptability adds them up
    return np.bincount(totals.argmax(axis=0), minlength=len(rows)) / weights.shape[1]
