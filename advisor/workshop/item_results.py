"""The results of a round, item by item: how answers and points lie, the group's majority, and
whether the workshop goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TypeAlias

from advisor.answers.rounds import Majority, RevealedRound, StopRule, WorkshopHistory
from advisor.workshop.agreement import Quartiles, RandUcla, quartiles, rand_ucla
from rules.model import UNKNOWN, KnowledgeBase, Question

ChosenOptions: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class ItemReason:
    """A reason that somebody gave: ``vote`` is the answer or the points it goes with."""

    vote: ChosenOptions | int
    reason: str
    name: str = ""


@dataclass(frozen=True)
class QuestionResult:
    """The answers to one question, ``answers`` without those who said nothing or don't know.

    ``group`` is what more than half of the group say, option by option where several may be chosen;
    ``("unknown",)`` where there is no such thing. ``agreement`` is the share in [0, 1] of those who
    answered that answered alike, of the option they are most apart on where several may be chosen;
    None where nobody answered. It is ``agreed`` where that is the share that was fixed beforehand
    and the group has an answer: the few who know do not agree for all. ``stable`` is None in the
    first round. ``unmentioned``: nobody said even that they don't know. More than half of ``whole``
    make an answer the group's.
    """

    question: Question
    answers: tuple[ChosenOptions, ...]
    silent: int
    unmentioned: bool
    whole: int
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

    id: str
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
    def disputed(self) -> bool:
        """Whether the points differ at all."""
        return len(set(self.points)) > 1


def question_results(
    kb: KnowledgeBase, history: WorkshopHistory, index: int
) -> tuple[QuestionResult, ...]:
    """Of the revealed round at ``index``."""
    return tuple(_question_result(kb.questions[name], history, index) for name in history.questions)


def criterion_results(history: WorkshopHistory, index: int) -> tuple[CriterionResult, ...]:
    """Of the revealed round at ``index``."""
    return tuple(_criterion_result(name, history, index) for name in history.criteria)


def group_answers(
    kb: KnowledgeBase, history: WorkshopHistory, index: int = -1
) -> dict[str, ChosenOptions]:
    """What was known, and what the group said by majority in a round, in the questions' order."""
    current = history.rounds[index]
    answers = dict(history.known)
    for name in history.questions:
        answers[name] = _group_answer(kb.questions[name], history, current)
    return {name: answers[name] for name in kb.questions if name in answers}


def majority(
    question: Question, answers: Sequence[ChosenOptions], people: int | None = None
) -> ChosenOptions:
    """What more than half of ``people`` say, or of those who gave ``answers``; ``("unknown",)``
    where nothing is said by so many.
    """
    chosen = Counter(option for answer in answers for option in answer)
    whole = len(answers) if people is None else people
    return tuple(o.id for o in question.options if 2 * chosen[o.id] > whole) or (UNKNOWN,)


def _group_answer(
    question: Question, history: WorkshopHistory, current: RevealedRound
) -> ChosenOptions:
    answers = _answers(question.id, current)
    return majority(question, answers, _whole(history, current, answers))


def _whole(
    history: WorkshopHistory, current: RevealedRound, answers: Sequence[ChosenOptions]
) -> int:
    """Of how many more than half decide, as was fixed beforehand."""
    return len(current.ballots if history.majority is Majority.OF_ALL else answers)


def _answers(name: str, current: RevealedRound) -> tuple[ChosenOptions, ...]:
    given = (revealed.ballot.answers.get(name, (UNKNOWN,)) for revealed in current.ballots)
    return tuple(answer for answer in given if answer != (UNKNOWN,))


def _question_result(question: Question, history: WorkshopHistory, index: int) -> QuestionResult:
    current, before = history.rounds[index], history.rounds[index - 1] if index else None
    answers = _answers(question.id, current)
    group = _group_answer(question, history, current)
    agreement = _agreement(question, answers)
    stable = None if before is None else _group_answer(question, history, before) == group
    decided = history.majority is Majority.OF_ANSWERS or group != (UNKNOWN,)
    reasons = list(_reasons(question.id, current))
    return QuestionResult(
        question=question,
        answers=answers,
        silent=len(current.ballots) - len(answers),
        unmentioned=all(question.id not in each.ballot.answers for each in current.ballots),
        whole=_whole(history, current, answers),
        group=group,
        agreement=agreement,
        agreed=agreement is None or (decided and agreement >= history.stop.share),
        stable=stable,
        edges=tuple(reason for reason in reasons if reason.vote != group),
        others=tuple(reason for reason in reasons if reason.vote == group),
    )


def _agreement(question: Question, answers: Sequence[ChosenOptions]) -> float | None:
    if not answers:
        return None
    chosen = Counter(option for answer in answers for option in answer)
    if not question.multiple:
        return max(chosen.values()) / len(answers)
    shares = [chosen[option.id] / len(answers) for option in question.options]
    return min(max(share, 1.0 - share) for share in shares)


def _criterion_result(criterion: str, history: WorkshopHistory, index: int) -> CriterionResult:
    current, before = history.rounds[index], history.rounds[index - 1] if index else None
    points = _points(criterion, current)
    earlier = _points(criterion, before) if before else ()
    middle = quartiles(points) if points else None
    moved = abs(middle.median - quartiles(earlier).median) if middle and earlier else None
    reasons = list(_reasons(criterion, current))
    extremes = {points[0], points[-1]} if len(set(points)) > 1 else set[int]()
    return CriterionResult(
        id=criterion,
        points=points,
        silent=len(current.ballots) - len(points),
        quartiles=middle,
        rand=rand_ucla(points) if points else None,
        agreed=middle is None or middle.spread <= history.stop.spread,
        moved=moved,
        stable=None if before is None else moved is None or moved <= history.stop.shift,
        edges=tuple(reason for reason in reasons if reason.vote in extremes),
        others=tuple(reason for reason in reasons if reason.vote not in extremes),
    )


def _points(criterion: str, current: RevealedRound) -> tuple[int, ...]:
    given = (revealed.ballot.points.get(criterion) for revealed in current.ballots)
    return tuple(sorted(points for points in given if points is not None))


def _reasons(item: str, current: RevealedRound) -> Iterable[ItemReason]:
    for revealed in current.ballots:
        why = revealed.ballot.reasons.get(item)
        if why:
            vote = revealed.ballot.points.get(item) or revealed.ballot.answers.get(item, (UNKNOWN,))
            yield ItemReason(vote, why, revealed.name)


class Stage(str, Enum):
    """What the rule that was fixed beforehand makes of the rounds so far."""

    GO_ON = "go on"
    CONSENSUS = "consensus"
    NO_CONSENSUS = "no consensus"


@dataclass(frozen=True)
class Stop:
    """``apart`` are the items not agreed, ``moving`` those agreed that moved since the last round.

    After the first round nothing can be told to be stable, so everything is still moving.
    """

    stage: Stage
    items: int
    apart: tuple[str, ...]
    moving: tuple[str, ...]


def stop(
    rule: StopRule,
    number: int,
    questions: Sequence[QuestionResult],
    criteria: Sequence[CriterionResult],
) -> Stop:
    """Where the workshop stands after round ``number``."""
    items: list[QuestionResult | CriterionResult] = [*questions, *criteria]
    apart = tuple(item.id for item in items if not item.agreed)
    moving = tuple(item.id for item in items if item.agreed and not item.stable)
    stage = Stage.GO_ON
    if not apart and not moving:
        stage = Stage.CONSENSUS
    elif number >= rule.rounds:
        stage = Stage.NO_CONSENSUS
    return Stop(stage, len(items), apart, moving)
