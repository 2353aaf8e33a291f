"""What one more answer, or one different answer, would make of the outcome.

Looks one step ahead with the compiled evaluator: cheap enough to try every option of every
question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.answers import Answers, known_answers
from rules.conditions import Chosen, atoms
from rules.inference.facts import open_questions
from rules.inference.situation import Situation
from rules.model import KnowledgeBase, Question
from rules.scoring.judgement import Judgement, differs
from rules.scoring.rankings import Priorities


@dataclass(frozen=True)
class Influence:
    """What the answers to one open question would do.

    ``spread`` is how far they lie apart: the widest range of any alternative's total, in [0, 2].
    ``outcomes`` is option -> judgement, with that option as the only answer.
    """

    question: str
    spread: float
    outcomes: Mapping[str, Judgement]


@dataclass(frozen=True)
class Flip:
    """One changed answer that changes which alternative is recommended."""

    question: str
    answer: tuple[str, ...]
    judgement: Judgement


class WhatIf:
    """Tries other answers on one knowledge base under one set of priorities."""

    def __init__(self, kb: KnowledgeBase, priorities: Priorities = ()) -> None:
        self._kb = kb
        self._priorities = priorities
        self._blank = Situation.of(kb, {})

    def judge(self, answers: Answers) -> Judgement:
        return self._blank.with_answers(answers).judge(self._priorities)

    def influences(self, answers: Answers) -> tuple[Influence, ...]:
        """Every open question whose answer alone moves a total, the most influential first."""
        influences = []
        asked = set(_asked(self._kb))
        for name in open_questions(self._kb, answers):
            if name not in asked:
                continue  # it moves nothing, and there may be thousands of these
            options = self._kb.questions[name].options
            outcomes = {o.id: self.judge({**answers, name: (o.id,)}) for o in options}
            ranges = (  # a ruled-out alternative counts as the worst total there is
                [outcome.totals.get(alternative, -1.0) for outcome in outcomes.values()]
                for alternative in self._kb.alternatives
            )
            spread = max(max(totals) - min(totals) for totals in ranges)
            if spread > 0:
                influences.append(Influence(name, spread, outcomes))
        return tuple(sorted(influences, key=lambda influence: -influence.spread))

    def flips(self, answers: Answers) -> tuple[Flip, ...]:
        """Every single change of a given answer that changes the winner, or how there is none."""
        now = self.judge(answers)
        flips = []
        for name, chosen in known_answers(answers).items():
            for other in other_answers(self._kb.questions[name], chosen):
                judgement = self.judge({**answers, name: other})
                if differs(judgement, now):
                    flips.append(Flip(name, other, judgement))
        return tuple(flips)


def _asked(kb: KnowledgeBase) -> Iterator[str]:
    """The questions that some condition asks: of a rule, or of whether a question applies."""
    conditions = [rule.when for rule in kb.rules.values()]
    conditions += [q.applies_when for q in kb.questions.values() if q.applies_when is not None]
    for condition in conditions:
        yield from (atom.question for atom in atoms(condition) if isinstance(atom, Chosen))


def other_answers(question: Question, chosen: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Each other single choice; for a multiple choice, one option more, one fewer, or another in
    the place of the only one.

    An option that stands alone takes the place of all others, and any other takes its place.
    """
    stands_alone = not question.multiple or question.stands_alone(chosen)
    for option in question.options:
        if option.id in chosen:
            if len(chosen) > 1:
                yield tuple(other for other in chosen if other != option.id)
            continue
        if not (stands_alone or option.alone):
            yield (*chosen, option.id)
        if stands_alone or option.alone or len(chosen) == 1:
            yield (option.id,)
