"""The weights of many sheets at once: ``scoring.weigh`` for the criteria that each speaks to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rules.batch.scores import MOST_TABLED, numbers_of
from rules.scoring.acceptability_arrays import Bits, FloatArray
from rules.scoring.judgement import weigh
from rules.scoring.rankings import Priorities


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
        numbers = numbers_of(spoken)
        met = np.bincount(numbers, minlength=len(self._known)) > 0
        new: NDArray[np.intp] = np.flatnonzero(met & ~self._known)
        if len(new):
            self._table[:, new] = self._weighed((new >> np.arange(len(spoken))[:, None]) & 1 == 1)
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
