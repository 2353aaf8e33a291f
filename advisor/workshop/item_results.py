"""How a round's answers and points spread, item by item, and what the group says by majority."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from advisor.answers.rounds import RevealedRound, StopRule, WorkshopHistory
from advisor.workshop.agreement import Quartiles, RandUcla, quartiles, rand_ucla
from rules.answers import Answers
from rules.model import UNKNOWN, KnowledgeBase, Question

ChosenOptions: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class ItemReason:
    """A reason that somebody gave: ``said`` is the answer or the points it goes with."""

    said: ChosenOptions | int
    reason: str
    name: str = ""


@dataclass(frozen=True)
class QuestionResult:
    """The answers to one question, ``answers`` without those who said nothing or don't know.

    ``group`` is what more than half of those who answered say, option by option where several
    may be chosen; ``("unknown",)`` where there is no such thing. ``agreement`` is the share in
    [0, 1] that answered alike, of the option they are most apart on where several may be chosen;
    None where nobody answered. ``stable`` is None in the first round.
    """

    question: Question
    answers: tuple[ChosenOptions, ...]
    silent: int
    group: ChosenOptions
    agreement: float | None
    agreed: bool
    stable: bool | None
    edges: tuple[ItemReason, ...]
    others: tuple[ItemReason, ...]

    @property
    def id(self) -> str:
        return self.question.id

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Option -> how many chose it."""
        chosen = Counter(option for answer in self.answers for option in answer)
        return {option.id: chosen[option.id] for option in self.question.options}

    @property
    def disputed(self) -> bool:
        """Whether somebody answered otherwise than the group."""
        return any(answer != self.group for answer in self.answers)


@dataclass(frozen=True)
class CriterionResult:
    """The points for one criterion, ``points`` in rising order; the rest is None without any.

    ``moved`` is by how much the median moved since the round before, None where one had none.
    """

    criterion: str
    points: tuple[int, ...]
    silent: int
    quartiles: Quartiles | None
    rand: RandUcla | None
    agreed: bool
    moved: float | None
    stable: bool | None
    edges: tuple[ItemReason, ...]
    others: tuple[ItemReason, ...]

    @property
    def id(self) -> str:
        return self.criterion

    @property
    def disputed(self) -> bool:
        """Whether the points differ at all."""
        return len(set(self.points)) > 1


def question_results(
    kb: KnowledgeBase, minutes: WorkshopHistory, at: int
) -> tuple[QuestionResult, ...]:
    """Of the round at place ``at`` among those held."""
    held, before = minutes.rounds[at], minutes.rounds[at - 1] if at else None
    return tuple(
        _question_spread(kb.questions[n], held, before, minutes) for n in minutes.questions
    )


def criterion_results(minutes: WorkshopHistory, at: int) -> tuple[CriterionResult, ...]:
    """Of the round at place ``at`` among those held."""
    held, before = minutes.rounds[at], minutes.rounds[at - 1] if at else None
    return tuple(_scale_spread(name, held, before, minutes.stop) for name in minutes.criteria)


def group_answers(
    kb: KnowledgeBase, minutes: WorkshopHistory, at: int = -1
) -> dict[str, ChosenOptions]:
    """What was known, and what the group said by majority in a round, in the questions' order."""
    held = minutes.rounds[at]
    voted = {name: majority(kb.questions[name], _answers(name, held)) for name in minutes.questions}
    every = {**minutes.known, **voted}
    return {name: every[name] for name in kb.questions if name in every}


def majority(question: Question, answers: Sequence[ChosenOptions]) -> ChosenOptions:
    """What more than half of these say; ``("unknown",)`` where nothing is said by so many."""
    chosen = Counter(option for answer in answers for option in answer)
    agreed = (o.id for o in question.options if 2 * chosen[o.id] > len(answers))
    return tuple(agreed) or (UNKNOWN,)


def own_answers(minutes: WorkshopHistory, answers: Answers) -> Answers:
    """One person's answers with what was known beforehand."""
    return {**minutes.known, **answers}


def _answers(name: str, held: RevealedRound) -> tuple[ChosenOptions, ...]:
    given = (voice.ballot.answers.get(name, (UNKNOWN,)) for voice in held.ballots)
    return tuple(answer for answer in given if answer != (UNKNOWN,))


def _question_spread(
    question: Question, held: RevealedRound, before: RevealedRound | None, minutes: WorkshopHistory
) -> QuestionResult:
    answers = _answers(question.id, held)
    group = majority(question, answers)
    agreement = _agreement(question, answers)
    stable = None if before is None else majority(question, _answers(question.id, before)) == group
    remarks = list(_remarks(question.id, held))
    return QuestionResult(
        question=question,
        answers=answers,
        silent=len(held.ballots) - len(answers),
        group=group,
        agreement=agreement,
        agreed=agreement is None or agreement >= minutes.stop.share,
        stable=stable,
        edges=tuple(remark for remark in remarks if remark.said != group),
        others=tuple(remark for remark in remarks if remark.said == group),
    )


def _agreement(question: Question, answers: Sequence[ChosenOptions]) -> float | None:
    if not answers:
        return None
    chosen = Counter(option for answer in answers for option in answer)
    if not question.multiple:
        return max(chosen.values()) / len(answers)
    shares = [chosen[option.id] / len(answers) for option in question.options]
    return min(max(share, 1.0 - share) for share in shares)


def _scale_spread(
    criterion: str, held: RevealedRound, before: RevealedRound | None, stop: StopRule
) -> CriterionResult:
    points = _points(criterion, held)
    earlier = _points(criterion, before) if before else ()
    spread = quartiles(points) if points else None
    moved = None
    if spread and earlier:
        moved = abs(spread.median - quartiles(earlier).median)
    remarks = list(_remarks(criterion, held))
    extremes = {points[0], points[-1]} if len(set(points)) > 1 else set[int]()
    return CriterionResult(
        criterion=criterion,
        points=points,
        silent=len(held.ballots) - len(points),
        quartiles=spread,
        rand=rand_ucla(points) if points else None,
        agreed=spread is None or spread.spread <= stop.spread,
        moved=moved,
        stable=None if before is None else moved is None or moved <= stop.shift,
        edges=tuple(remark for remark in remarks if remark.said in extremes),
        others=tuple(remark for remark in remarks if remark.said not in extremes),
    )


def _points(criterion: str, held: RevealedRound) -> tuple[int, ...]:
    given = (voice.ballot.points.get(criterion) for voice in held.ballots)
    return tuple(sorted(points for points in given if points is not None))


def _remarks(item: str, held: RevealedRound) -> Iterable[ItemReason]:
    for voice in held.ballots:
        why = voice.ballot.reasons.get(item)
        if why:
            said = voice.ballot.points.get(item) or voice.ballot.answers.get(item, (UNKNOWN,))
            yield ItemReason(said, why, voice.name)
