"""Which question to ask next: the one whose answer spreads the outcome most.

All questions without an answer are answered at random, many times; what an answer to one of them
explains of the variance of the outcome is its first-order effect (Sobol, "Sensitivity estimates
for nonlinear mathematical models", 1993). So a question counts also for what it does together
with others, which trying its answers alone would miss.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rules.answers import Answers
from rules.batch.evaluator import BatchEvaluator
from rules.batch.sheets import SheetBatch
from rules.inference.facts import open_questions
from rules.model import KnowledgeBase
from rules.scoring.acceptability_arrays import FloatArray
from rules.scoring.rankings import Priorities

DRAWN = 4096  # completions; more changes no order that matters
SEED = 1993
NOISE = 3.0  # times the effect that chance alone would show


@dataclass(frozen=True)
class QuestionSpread:
    """A question that can be asked now, and how far its answers spread the outcome.

    ``spread`` is a standard deviation, in units of a total: that which its answer explains of how
    far some alternative's total lies from the mean of all, where nothing is ruled out, or of
    whether it is ruled out; the largest there is, and 0 where chance alone would show as much.
    """

    question: str
    spread: float


class QuestionOrder:
    """Puts the open questions of one knowledge base in order, under one set of priorities."""

    def __init__(self, kb: KnowledgeBase, priorities: Priorities = ()) -> None:
        self._kb = kb
        self._evaluator = BatchEvaluator(kb, priorities)

    def open_questions(self, answers: Answers) -> tuple[QuestionSpread, ...]:
        """The questions that can be asked now, those that spread the outcome most first.

        Questions of equal spread stand in the order of the knowledge base.
        """
        names = open_questions(self._kb, answers)
        if not names:
            return ()
        sheets = self._evaluator.layout.completions(answers, DRAWN, SEED)
        totals = self._evaluator.totals(sheets)
        complete = ~totals.ruled_out.any(axis=0)
        remaining = sheets[np.flatnonzero(complete)]
        leads = totals.totals[:, complete]
        leads -= leads.mean(axis=0)
        ruled_out = totals.ruled_out.astype(np.float64)
        spreads = [
            max(self._spread(name, sheets, ruled_out), self._spread(name, remaining, leads))
            for name in names
        ]
        questions = map(QuestionSpread, names, spreads)
        return tuple(sorted(questions, key=lambda question: -question.spread))

    def _spread(self, name: str, sheets: SheetBatch, outcomes: FloatArray) -> float:
        """The largest standard deviation of ``outcomes``, (alternatives, n), explained."""
        if not len(sheets):
            return 0.0
        question = self._kb.questions[name]
        rows = sheets.chosen[list(self._evaluator.layout.options[name].values())].astype(np.float64)
        effects = _explained(rows, outcomes)
        if not question.multiple:  # its options exclude each other: their effects are parts of one
            effects *= 1.0 - rows.mean(axis=1)
        effect = effects.sum(axis=1)
        chance = outcomes.var(axis=1) * (len(rows) - 1) / len(sheets)
        return float(np.sqrt(np.where(effect > NOISE * chance, effect, 0.0).max()))


def _explained(rows: FloatArray, outcomes: FloatArray) -> FloatArray:
    """The variance of ``outcomes``, (alternatives, n), that each option, chosen or not, explains.

    ``rows``: (options, n) of 0 and 1. Returns (alternatives, options): p (1 - p) times the squared
    difference of the means with and without the option, p being its share.
    """
    share = rows.mean(axis=1)
    between = share * (1.0 - share)
    centred = outcomes - outcomes.mean(axis=1, keepdims=True)
    covariance = centred @ rows.T / outcomes.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(between > 0.0, covariance**2 / between, 0.0)
