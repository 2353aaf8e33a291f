"""The smallest changes of given answers after which the outcome is another.

A change is what :mod:`rules.analysis.whatif` takes for one: another option in a single choice; in a
multiple choice one option more or fewer, or another in the place of the only one. All sets of one
change are tried, then those of two, and so on, many sheets at a time; a set that holds a smaller
one that is enough by itself is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, groupby, islice
from math import comb
from typing import TypeAlias

import numpy as np

from rules.analysis.whatif import other_answers
from rules.answers import Answers, is_known
from rules.batch.evaluator import BatchEvaluator, Outcomes
from rules.batch.sheets import SheetBatch
from rules.model import KnowledgeBase, Question, RuleOut
from rules.scoring.acceptability_arrays import Bits
from rules.scoring.judgement import Judgement
from rules.scoring.rankings import Priorities

RADIUS = 3
MOST_SHEETS = 5_000_000  # tried at most, which takes about half a minute
MOST_MOVES = 100_000  # other answers to single questions; all of them are kept in memory
CHUNK = 32_768  # sheets made at once

MoveNumbers: TypeAlias = tuple[int, ...]  # the numbers of moves, by the order of their questions


@dataclass(frozen=True)
class Change:
    """The answer to one question, before and after. In a multiple choice the options that stay
    come first.
    """

    question: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class ChangeSet:
    """Changes that together, and no fewer of them, change the outcome to ``judgement``.

    ``size`` counts changes: a multiple choice may hold several of them. ``by_ruling_out``: they
    do it only by ruling an alternative out, whatever else speaks for it.
    """

    changes: tuple[Change, ...]
    size: int
    judgement: Judgement
    by_ruling_out: bool


@dataclass(frozen=True)
class Flips:
    """Every minimal set of up to ``radius`` changes, those that rule nothing out and the smaller
    ones first.

    ``radius`` is less than what was asked for where that would have been too many sheets.
    """

    now: Judgement
    sets: tuple[ChangeSet, ...]
    radius: int


@dataclass(frozen=True)
class _Move:
    """Another answer to one question, some changes away from the one that was given.

    ``toggled`` are the options' rows that differ. ``path`` holds the numbers of all moves that
    lead there, this one included: what lies on some shortest way.
    """

    number: int
    question: str
    after: frozenset[str]
    size: int
    toggled: tuple[int, ...]
    path: frozenset[int]


def flips(
    kb: KnowledgeBase, answers: Answers, priorities: Priorities = (), radius: int = RADIUS
) -> Flips:
    """The minimal sets of up to ``radius`` changes of given answers that change the outcome."""
    return _Search(kb, answers, priorities).up_to(radius)


def sheets_within(kb: KnowledgeBase, answers: Answers, radius: int) -> int:
    """How many sheets lie at most ``radius`` changes from these answers; never too few."""
    sizes = [1] + [0] * radius  # sizes[k]: sheets exactly k changes away
    for name in _given(kb, answers):
        counts = _counts(kb.questions[name], radius)
        sizes = [
            sum(sizes[k - distance] * count for distance, count in enumerate(counts[: k + 1]))
            for k in range(radius + 1)
        ]
    return sum(sizes) - 1


def radius_within(kb: KnowledgeBase, answers: Answers, radius: int) -> int:
    """The largest radius up to this one that takes no more than MOST_SHEETS and MOST_MOVES; 0
    if none does.
    """

    def is_too_far(radius: int) -> bool:
        moves = sum(sum(_counts(kb.questions[name], radius)) for name in _given(kb, answers))
        return moves > MOST_MOVES or sheets_within(kb, answers, radius) > MOST_SHEETS

    while radius and is_too_far(radius):
        radius -= 1
    return radius


def _counts(question: Question, radius: int) -> list[int]:
    """At most how many answers to one question lie exactly 0, 1, ... changes from one."""
    count = len(question.options)
    if not question.multiple:
        return [1, count - 1]
    # k options toggled; or the only one gone and k others there, for another may take its place.
    return [1] + [comb(count, k) + comb(count - 1, k) for k in range(1, radius + 1)]


class _Search:
    def __init__(self, kb: KnowledgeBase, answers: Answers, priorities: Priorities) -> None:
        self._kb = kb
        self._answers = {name: answers[name] for name in _given(kb, answers)}
        self._evaluator = BatchEvaluator(kb, priorities)
        self._priorities = priorities
        self._layout = self._evaluator.layout
        self._base = self._layout.encode([self._answers])
        judgements = self._evaluator.judge(self._base)
        self._now = self._evaluator.judgement(judgements, 0)
        self._outcome_now = Outcomes(judgements.verdict, judgements.winner)

    def up_to(self, radius: int) -> Flips:
        radius = radius_within(self._kb, self._answers, radius)
        moves = self._moves(radius)
        sizes: dict[MoveNumbers, int] = {}
        for size in range(1, radius + 1):
            flipping: list[MoveNumbers] = []
            choices = _choices(moves, size, sizes.keys())
            while chunk := list(islice(choices, CHUNK)):
                flipping += self._flipping(self._evaluator, moves, chunk)
            sizes.update(dict.fromkeys(flipping, size))
        return Flips(self._now, self._change_sets(moves, sizes), radius)

    def _moves(self, radius: int) -> list[_Move]:
        """All other answers within ``radius``, question by question, the nearest first."""
        moves: list[_Move] = []
        for name, before in self._answers.items():
            rows = self._layout.options[name]
            known: dict[frozenset[str], frozenset[int]] = {frozenset(before): frozenset()}
            frontier = dict(known)
            question = self._kb.questions[name]
            for size in range(1, radius + 1):
                reached = _one_further(question, frontier)
                frontier = {}
                for after, path in reached.items():
                    if after in known:
                        continue
                    number = len(moves)
                    known[after] = path | {number}
                    toggled = tuple(rows[option] for option in after ^ set(before))
                    moves.append(_Move(number, name, after, size, toggled, known[after]))
                    if not question.stands_alone(after):  # it would be a short cut to others
                        frontier[after] = known[after]
        return moves

    def _flipping(
        self, evaluator: BatchEvaluator, moves: Sequence[_Move], choices: Sequence[MoveNumbers]
    ) -> list[MoveNumbers]:
        """Those after which the outcome differs from what it is now."""
        outcomes = evaluator.outcomes(self._sheets(moves, choices))
        return list(compress(choices, outcomes.differ_from(self._outcome_now).tolist()))

    def _sheets(self, moves: Sequence[_Move], choices: Sequence[MoveNumbers]) -> SheetBatch:
        """The answers after each of the ``choices``."""
        widest = max(map(len, choices))
        padded = np.array([(*choice, *[-1] * (widest - len(choice))) for choice in choices])
        used, columns = np.unique(padded, return_inverse=True)
        toggled: Bits = np.zeros((self._layout.total, len(used)), bool)
        for column, number in enumerate(used):
            if number >= 0:
                toggled[list(moves[number].toggled), column] = True
        chosen = np.repeat(self._base.chosen, len(choices), axis=1)
        for column in columns.reshape(padded.shape).T:
            chosen ^= toggled[:, column]
        return SheetBatch(np.repeat(self._base.answered, len(choices), axis=1), chosen)

    def _change_sets(
        self, moves: Sequence[_Move], sizes: Mapping[MoveNumbers, int]
    ) -> tuple[ChangeSet, ...]:
        if not sizes:
            return ()
        choices = list(sizes)
        levers = set(choices) - set(self._flipping(self._without_new_exclusions(), moves, choices))
        judgements = self._evaluator.judge(self._sheets(moves, choices))
        sets = [
            ChangeSet(
                tuple(self._change(moves[move]) for move in choice),
                sizes[choice],
                self._evaluator.judgement(judgements, number),
                choice in levers,
            )
            for number, choice in enumerate(choices)
        ]
        return tuple(
            sorted(sets, key=lambda change_set: (change_set.by_ruling_out, change_set.size))
        )

    def _without_new_exclusions(self) -> BatchEvaluator:
        """Reasons without the rules that rule out an alternative that is not ruled out now."""
        new = frozenset(
            rule.id
            for rule in self._kb.rules.values()
            if isinstance(rule.action, RuleOut)
            and rule.action.alternative not in self._now.ruled_out
        )
        return BatchEvaluator(self._kb.without(new), self._priorities)

    def _change(self, move: _Move) -> Change:
        before = self._answers[move.question]
        stays = [option for option in before if option in move.after]
        comes = [o for o in self._layout.options[move.question] if o in move.after - set(before)]
        return Change(move.question, before, (*stays, *comes))


def _given(kb: KnowledgeBase, answers: Answers) -> list[str]:
    return [name for name in kb.questions if is_known(answers, name)]


def _one_further(
    question: Question, frontier: Mapping[frozenset[str], frozenset[int]]
) -> dict[frozenset[str], frozenset[int]]:
    """The answers one change from those of ``frontier``, with the moves on all ways to them."""
    reached: dict[frozenset[str], frozenset[int]] = {}
    for after, path in frontier.items():
        chosen = tuple(option.id for option in question.options if option.id in after)
        for other in other_answers(question, chosen):
            reached[frozenset(other)] = reached.get(frozenset(other), frozenset()) | path
    return reached


def _choices(
    moves: Sequence[_Move], size: int, known: Collection[MoveNumbers]
) -> Iterator[MoveNumbers]:
    """All sets of moves that make ``size`` changes and hold nothing that is ``known``."""
    groups = [list(group) for _, group in groupby(moves, key=lambda move: move.question)]

    def extend(
        chosen: MoveNumbers, within: list[MoveNumbers], remaining: int, start: int
    ) -> Iterator[MoveNumbers]:
        # within: every set that goes no further than what is chosen, the empty one included
        for index in range(start, len(groups)):
            for move in groups[index]:
                if move.size > remaining:
                    break
                new = [(*part, step) for part in within for step in move.path]
                if any(part in known for part in new):
                    continue
                if move.size == remaining:
                    yield (*chosen, move.number)
                else:
                    longer = (*chosen, move.number)
                    yield from extend(longer, [*within, *new], remaining - move.size, index + 1)

    return extend((), [()], size, 0)
