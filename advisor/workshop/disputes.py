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
    bench: BallotEvaluator,
    answers: Answers,
    panel: GroupRanking,
    now: Judgement,
    questions: Sequence[QuestionResult],
    scales: Sequence[CriterionResult],
    weights: Sequence[Mapping[str, float]],
) -> tuple[Dispute, ...]:
    """Those that change what wins, the one with the most people behind it first.

    ``weights`` are each person's over the criteria that the group's judgement speaks to.
    """
    found = [*_of_questions(bench, answers, panel, now, questions)]
    found += _of_criteria(now, scales, weights)
    return tuple(sorted(found, key=lambda dispute: -dispute.people))


def leader(judgement: Judgement) -> str | None:
    """Who is ahead, be it by too little to choose by; None where nobody is, or several are."""
    totals = judgement.totals
    best = [name for name in totals if totals[name] == max(totals.values())]
    return best[0] if len(best) == 1 else None


def _of_questions(
    bench: BallotEvaluator,
    answers: Answers,
    panel: GroupRanking,
    now: Judgement,
    questions: Sequence[QuestionResult],
) -> Iterator[Dispute]:
    others: list[tuple[str, ChosenOptions, int]] = []
    for spread in questions:
        given = Counter(answer for answer in spread.answers if answer != spread.group)
        others += [(spread.id, answer, people) for answer, people in given.items()]
    judged = bench.judge_all([({**answers, name: other}, panel) for name, other, _ in others])
    for (name, other, people), judgement in zip(others, judged, strict=True):
        if differs(judgement, now) or leader(judgement) != leader(now):
            yield Dispute(name, people, other, judgement)


def _of_criteria(
    now: Judgement, scales: Sequence[CriterionResult], weights: Sequence[Mapping[str, float]]
) -> Iterator[Dispute]:
    disputed = {scale.id for scale in scales if scale.disputed}
    for one in tippings(now):
        if one.at is None or one.criterion not in disputed:
            continue
        more = one.at > one.weight
        people = sum(
            (own[one.criterion] > one.at) if more else (own[one.criterion] < one.at)
            for own in weights
        )
        if people:
            yield Dispute(one.criterion, people, at=one.at, rival=one.rival, more=more)
