"""Which disagreements matter: those that alone would change what wins, the weightiest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from advisor.workshop.evaluation import BallotEvaluator
from advisor.workshop.item_results import ChosenOptions, CriterionResult, QuestionResult
from rules.answers import Answers
from rules.scoring.judgement import Judgement, differs
from rules.scoring.rankings import GroupRanking
from rules.scoring.tipping_points import tippings


@dataclass(frozen=True)
class Dispute:
    """A disagreement that would change what wins, or who is ahead where nothing does, if the group
    went with ``people`` of it.

    Of a question: they answered ``answer``, which would come to ``judgement``. Of a criterion:
    they weigh it beyond ``at``, where ``rival`` takes the lead.
    """

    item: str
    people: int
    answer: ChosenOptions = ()
    judgement: Judgement | None = None
    at: float | None = None
    rival: str = ""
    more: bool = False  # they weigh it more than ``at``, not less


def disputes(
    evaluator: BallotEvaluator,
    answers: Answers,
    group: GroupRanking,
    now: Judgement,
    questions: Sequence[QuestionResult],
    criteria: Sequence[CriterionResult],
    weights: Sequence[Mapping[str, float]],
) -> tuple[Dispute, ...]:
    """Those that change what wins, the one with the most people behind it first.

    ``weights`` are each person's over the criteria that the group's judgement speaks to.
    """
    found = [*_of_questions(evaluator, answers, group, now, questions)]
    found += _of_criteria(now, criteria, weights)
    return tuple(sorted(found, key=lambda dispute: -dispute.people))


def leader(judgement: Judgement) -> str | None:
    """Who is ahead, be it by too little to choose by; None where nobody is, or several are."""
    totals = judgement.totals
    best = [name for name in totals if totals[name] == max(totals.values())]
    return best[0] if len(best) == 1 else None


def _of_questions(
    evaluator: BallotEvaluator,
    answers: Answers,
    group: GroupRanking,
    now: Judgement,
    questions: Sequence[QuestionResult],
) -> Iterator[Dispute]:
    others: list[tuple[str, ChosenOptions, int]] = []
    for question in questions:
        counts = Counter(answer for answer in question.answers if answer != question.group)
        others += [(question.id, answer, people) for answer, people in counts.items()]
    judged = evaluator.judge_all([({**answers, name: other}, group) for name, other, _ in others])
    for (name, other, people), judgement in zip(others, judged, strict=True):
        if differs(judgement, now) or leader(judgement) != leader(now):
            yield Dispute(name, people, other, judgement)


def _of_criteria(
    now: Judgement, criteria: Sequence[CriterionResult], weights: Sequence[Mapping[str, float]]
) -> Iterator[Dispute]:
    disputed = {criterion.id for criterion in criteria if criterion.disputed}
    for tipping in tippings(now):
        if tipping.at is None or tipping.criterion not in disputed:
            continue
        more = tipping.at > tipping.weight
        people = sum(
            (own[tipping.criterion] > tipping.at) if more else (own[tipping.criterion] < tipping.at)
            for own in weights
        )
        if people:
            yield Dispute(tipping.criterion, people, at=tipping.at, rival=tipping.rival, more=more)
