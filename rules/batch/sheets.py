"""Many answer sheets at once, as rows of booleans: one row a question, one row an option.

What reads and makes them: :class:`SheetLayout`, which knows where a knowledge base's questions
and options stand.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.answers import Answers
from rules.model import UNKNOWN, KnowledgeBase, Question

MOST_DRAWN = 3  # options of a multiple choice in a sheet drawn at random


@dataclass(frozen=True, eq=False)
class SheetBatch:
    """n answer sheets, as given.

    ``answered``: bool (questions, n), False also for ``unknown``. ``chosen``: bool (options, n),
    the options of all questions in the knowledge base's order; none is chosen of a question that
    is not answered. Whether a question applies has not been looked at.
    """

    answered: NDArray[np.bool_]
    chosen: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.answered.shape[1])

    def __getitem__(self, which: slice | NDArray[np.intp]) -> SheetBatch:
        """The sheets of a slice, or those with these numbers."""
        return SheetBatch(self.answered[:, which], self.chosen[:, which])


class SheetLayout:
    """Where the questions and options of one knowledge base stand in :class:`SheetBatch`."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.questions = tuple(kb.questions.values())
        self.rows = {question.id: row for row, question in enumerate(self.questions)}
        self.options: dict[str, dict[str, int]] = {}  # question -> option -> row
        self.total = 0
        for question in self.questions:
            ids = [option.id for option in question.options]
            self.options[question.id] = {name: self.total + i for i, name in enumerate(ids)}
            self.total += len(ids)

    def blank(self, count: int) -> SheetBatch:
        """``count`` sheets without answers."""
        return SheetBatch(
            np.zeros((len(self.questions), count), bool), np.zeros((self.total, count), bool)
        )

    def encode(self, answers: Sequence[Answers]) -> SheetBatch:
        """Sheets with these answers; ``unknown`` is the same there as no answer."""
        sheets = self.blank(len(answers))
        for number, sheet in enumerate(answers):
            for name, chosen in sheet.items():
                if chosen != (UNKNOWN,):
                    sheets.answered[self.rows[name], number] = True
                    for option in chosen:
                        sheets.chosen[self.options[name][option], number] = True
        return sheets

    def decode(self, sheets: SheetBatch, number: int) -> dict[str, tuple[str, ...]]:
        """Question -> options in the knowledge base's order, for the questions answered."""
        return {
            name: tuple(o for o, row in self.options[name].items() if sheets.chosen[row, number])
            for name, row in self.rows.items()
            if sheets.answered[row, number]
        }

    def completions(self, answers: Answers, count: int, seed: int) -> SheetBatch:
        """``count`` sheets with ``answers`` and, where there is none or ``unknown``, random ones.

        Each option of a single choice is as likely; of a multiple choice one to three are chosen,
        and one that stands alone is chosen alone. The same seed draws the same for a question
        whatever else is answered, with every version of Python and NumPy.
        """
        sheets = self.blank(count)
        encoded = self.encode([answers])
        sheets.answered[:] = True
        sheets.chosen[:] = encoded.chosen
        for row, question in enumerate(self.questions):
            if not encoded.answered[row, 0]:
                first = next(iter(self.options[question.id].values()))
                rows = sheets.chosen[first : first + len(question.options)]
                # A generator for each question: one answer more leaves all other draws alone.
                _choose(question, rows, random.Random(f"{seed} {question.id}"))
        return sheets


def _choose(question: Question, rows: NDArray[np.bool_], generator: random.Random) -> None:
    """Mark options drawn at random in ``rows``, bool (options, n)."""
    options, count = rows.shape
    sheets = np.arange(count)
    if not question.multiple:
        rows[_below(options, count, generator), sheets] = True
        return
    most = min(MOST_DRAWN, options)
    wanted = _below(most, count, generator) + 1
    alone = np.array([option.alone for option in question.options])
    ends_alone = np.zeros(count, bool)  # sheets whose one option excludes all others
    drawn: list[NDArray[np.int64]] = []
    for index in range(most):
        choice = _below(options - index, count, generator)
        for earlier in np.sort(np.array(drawn).reshape(index, count), axis=0):
            choice += choice >= earlier  # count past what was drawn before
        drawn.append(choice)
        takes = (wanted > index) & ~ends_alone
        replaces = takes & alone[choice]
        rows[:, replaces] = False
        ends_alone |= replaces
        rows[choice[takes], sheets[takes]] = True


def _below(limit: int, count: int, generator: random.Random) -> NDArray[np.int64]:
    """``count`` whole numbers below ``limit``, the same with every version of NumPy."""
    drawn = np.frombuffer(generator.randbytes(4 * count), "<u4").astype(np.int64)
    return (drawn * limit) >> 32
