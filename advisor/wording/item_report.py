"""What is shown of each item that was voted on: the group's vote, everybody's, the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from advisor.answers.ballot import LEAST_POINTS, MOST_POINTS
from advisor.wording import workshop
from advisor.wording.quantities import percent
from advisor.workshop.item_results import (
    CriterionResult,
    ItemReason,
    QuestionResult,
    criterion_results,
    question_results,
)
from advisor.workshop.round_result import RoundResult

SCALE = range(LEAST_POINTS, MOST_POINTS + 1)
# Distances from the median, in points: beyond these a terminal marks points, once or twice; from
# these on a page shades them, light to dark.
MARKED, SHADED = (1, 3), (0.5, 2.0, 4.0)

Written: TypeAlias = set[tuple[str, str]]  # item and reason


@dataclass(frozen=True)
class ReasonReport:
    """A reason with its vote. ``dissenting``: it is among the reasons of a dissent as well."""

    text: str
    dissenting: bool


@dataclass(frozen=True)
class PointsReport:
    """Points, and how many ``people`` gave them; ``marks`` and ``shade`` are steps away from the
    median, negative below it. None where a person gave none.
    """

    points: int | None
    people: int = 1
    marks: int = 0
    shade: int = 0


@dataclass(frozen=True)
class ItemReport:
    """An item that was voted on. ``group`` is the group's vote in words, ``by_round`` that of each
    round so far; ``edges`` are the reasons for voting otherwise, ``others`` those for it.
    """

    id: str
    title: str
    group: str
    moved: str
    agreed: bool
    edges: tuple[ReasonReport, ...]
    others: tuple[ReasonReport, ...]
    by_round: tuple[str, ...]

    @property
    def line(self) -> str:
        """The group's vote, and what moved."""
        return "; ".join(filter(None, (self.group, self.moved)))


@dataclass(frozen=True)
class CriterionReport(ItemReport):
    """``cells`` are each participant's points, ``counts`` those of each number of points;
    ``boxed`` says that they disagree by the RAND/UCLA method. Texts are empty where undefined.
    """

    weight: str
    median: str
    spread: str
    boxed: bool
    cells: tuple[PointsReport, ...]
    counts: tuple[PointsReport, ...]


@dataclass(frozen=True)
class OptionReport:
    """An option that ``people`` chose; ``chosen`` by the group as well."""

    id: str
    label: str
    people: int
    chosen: bool


@dataclass(frozen=True)
class QuestionReport(ItemReport):
    """``disputed``: somebody answered otherwise than the group; ``by_round`` is empty where nobody
    ever did.
    """

    answered: int
    silent: int
    disputed: bool
    options: tuple[OptionReport, ...]


def _remarks(
    result: RoundResult, item: str, reasons: Iterable[ItemReason], written: Written
) -> tuple[ReasonReport, ...]:
    return tuple(
        ReasonReport(workshop.remark(result.kb, item, why), (item, why.reason) in written)
        for why in reasons
    )


def criterion_reports(result: RoundResult, written: Written) -> Iterator[CriterionReport]:
    """``written`` are the items and reasons of dissenters."""
    before = [criterion_results(result.history, at) for at in range(len(result.rounds) - 1)]
    for criterion, *rounds in zip(result.criteria, *before, result.criteria, strict=True):
        weight, q = result.judgement.weights.get(criterion.id), criterion.quartiles
        given = [p.revealed.ballot.points.get(criterion.id) for p in result.participants]
        yield CriterionReport(
            id=criterion.id,
            title=result.kb.criteria[criterion.id].title,
            group=workshop.scale(criterion),
            moved=workshop.moved(criterion),
            agreed=criterion.agreed,
            edges=_remarks(result, criterion.id, criterion.edges, written),
            others=_remarks(result, criterion.id, criterion.others, written),
            by_round=tuple(map(_median, rounds)),
            weight="" if weight is None else percent(weight),
            median=f"{q.median:g}" if q else "",
            spread=f"{q.spread:g}" if q else "",
            boxed=criterion.rand is not None and criterion.rand.disagreement,
            cells=tuple(_points(criterion, points) for points in given),
            counts=tuple(_points(criterion, p, criterion.points.count(p)) for p in SCALE),
        )


def _median(criterion: CriterionResult) -> str:
    q = criterion.quartiles
    return f"{q.median:g} ({q.low:g} to {q.high:g})" if q else "–"


def _points(criterion: CriterionResult, points: int | None, people: int = 1) -> PointsReport:
    if points is None or criterion.quartiles is None:
        return PointsReport(points, people)
    away = points - criterion.quartiles.median
    sign = 1 if away > 0 else -1
    marks = sum(abs(away) > limit for limit in MARKED)
    shade = sum(abs(away) >= limit for limit in SHADED)
    return PointsReport(points, people, sign * marks, sign * shade)


def question_reports(result: RoundResult, written: Written) -> Iterator[QuestionReport]:
    """``written`` are the items and reasons of dissenters."""
    kb, history = result.kb, result.history
    before = [question_results(kb, history, at) for at in range(len(result.rounds) - 1)]
    for question, *rounds in zip(result.questions, *before, result.questions, strict=True):
        ever = any(each.disputed for each in rounds)
        yield QuestionReport(
            id=question.id,
            title=question.question.ask,
            group=workshop.group_answer(kb, question),
            moved=workshop.moved(question),
            agreed=question.agreed,
            edges=_remarks(result, question.id, question.edges, written),
            others=_remarks(result, question.id, question.others, written),
            by_round=tuple(workshop.group_answer(kb, each) for each in rounds) if ever else (),
            answered=len(question.answers),
            silent=question.silent,
            disputed=question.disputed,
            options=tuple(_options(question)),
        )


def _options(question: QuestionResult) -> Iterator[OptionReport]:
    for option in question.question.options:
        people = question.counts[option.id]
        if people:
            yield OptionReport(option.id, option.label, people, option.id in question.group)
