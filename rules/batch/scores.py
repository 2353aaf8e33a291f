"""The scores and weights of many sheets at once, to the last bit those of ``scoring.judgement``.

Few rules speak on one score, so the scores of all sets of them are worked out beforehand, and the
set that fired is a number to look one up by. So are the weights, by the criteria spoken to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.batch.circuit import BoolArray
from rules.scoring.acceptability_arrays import Bits, FloatArray, settled
from rules.scoring.judgement import weigh
from rules.scoring.rankings import Priorities

MOST_TABLED = 14  # things of which every set has a place in a table
POPULATION = np.array([bin(number).count("1") for number in range(2**MOST_TABLED)])


@dataclass(frozen=True, eq=False)
class Score:
    """The rules that speak on one alternative under one criterion.

    ``rows`` and ``factors`` go together, the weakest first. ``table`` holds the score for each
    set of them, by the number whose bits they are; None where they are too many.
    """

    alternative: int
    criterion: int
    rows: tuple[int, ...]
    factors: tuple[float, ...]
    table: FloatArray | None


def score_of(alternative: int, criterion: int, rules: Sequence[tuple[float, int]]) -> Score:
    """``rules``: the factor of each, and the row that says whether it fires."""
    weakest_first = sorted(rules, key=lambda rule: abs(rule[0]))  # as scoring.combine takes them
    factors = tuple(factor for factor, _ in weakest_first)
    rows = tuple(row for _, row in weakest_first)
    tabled = len(factors) <= MOST_TABLED
    table = (
        _combined(_sets(len(factors), np.arange(2 ** len(factors))), factors) if tabled else None
    )
    return Score(alternative, criterion, rows, factors, table)


def speak(score: Score, fired: Sequence[BoolArray]) -> tuple[FloatArray, Bits, NDArray[np.int64]]:
    """The score, whether any rule speaks, and how many do."""
    if score.table is None:
        reasons = np.sum(fired, axis=0)
        return _combined(fired, score.factors), reasons > 0, reasons
    numbers = _numbers_of(fired)
    return score.table.take(numbers), numbers > 0, POPULATION.take(numbers)


def _combined(fired: Sequence[BoolArray] | Bits, factors: Sequence[float]) -> FloatArray:
    """``scoring.combine`` of the factors that fired, weakest first: (factors, n) -> (n,)."""
    doubt_for, doubt_against = np.ones((2, np.shape(fired)[1]))
    for row, factor in zip(fired, factors, strict=True):
        doubt = doubt_for if factor >= 0 else doubt_against
        doubt *= np.where(row, 1.0 - abs(factor), 1.0)
    larger = np.maximum(doubt_for, doubt_against)
    larger[larger == 0.0] = np.inf  # certain on both sides: 0
    return settled((doubt_against - doubt_for) / larger)


def _sets(count: int, numbers: NDArray[np.intp]) -> Bits:
    """The sets of ``count`` things with these numbers, whose bits they are: (count, n)."""
    return (numbers >> np.arange(count)[:, None]) & 1 == 1


def _numbers_of(rows: Sequence[BoolArray] | Bits) -> NDArray[np.int64]:
    """The number whose bits the rows are, for each column."""
    number = np.zeros(np.shape(rows)[1], np.uint16)
    for bit, row in enumerate(rows):
        number += row * np.uint16(1 << bit)
    return number


class WeightTable:
    """Looks weights up by which criteria are spoken to; each set is weighed when it comes up."""

    def __init__(self, criteria: Sequence[str], priorities: Priorities) -> None:
        self._criteria = tuple(criteria)
        self._priorities = priorities
        sets = 2 ** len(self._criteria) if len(self._criteria) <= MOST_TABLED else 0
        self._known: Bits = np.zeros(sets, bool)
        self._table = np.zeros((len(self._criteria), sets))

    def of(self, spoken: Bits) -> FloatArray:
        """Weights of the criteria spoken to, 0 of the others: (criteria, n) -> (criteria, n)."""
        if not len(self._known):
            patterns, inverse = np.unique(spoken, axis=1, return_inverse=True)
            return self._weighed(patterns)[:, inverse.reshape(-1)]
        numbers = _numbers_of(spoken)
        met = np.bincount(numbers, minlength=len(self._known)) > 0
        new: NDArray[np.intp] = np.flatnonzero(met & ~self._known)
        if len(new):
            self._table[:, new] = self._weighed(_sets(len(spoken), new))
            self._known[new] = True
        return np.array([weights.take(numbers) for weights in self._table])

    def _weighed(self, patterns: Bits) -> FloatArray:
        """``weigh`` for each column of ``patterns``: (criteria, n) -> (criteria, n)."""
        weights = np.zeros(patterns.shape)
        for number, pattern in enumerate(patterns.T):
            rows = [int(row) for row in np.flatnonzero(pattern)]
            criteria = [self._criteria[row] for row in rows]
            weights[rows, number] = list(weigh(criteria, self._priorities).values())
        return weights
