"""Which disagreements matter, and who dissents: all judged by the rules, after the evidence.

The same rules, withdrawals and judgement as in a consultation, without its what-ifs, so that some
hundred people are judged at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from advisor.answers.rounds import RevealedBallot
from advisor.consultation.evidence import withdraw
from advisor.workshop.item_results import ChosenOptions, CriterionResult, QuestionResult
from probes.api import Finding
from rules.answers import Answers
from rules.batch.each import judge_each
from rules.inference.situation import Situation
from rules.model import KnowledgeBase
from rules.scoring.judgement import Judgement, differs
from rules.scoring.rankings import GroupRanking, Priorities, Ranking
from rules.scoring.sampling import explore
from rules.scoring.tipping_points import tippings


@dataclass(frozen=True)
class BallotEvaluator:
    """What the rules make of people's answers and points, by one knowledge base and what was
    found.
    """

    kb: KnowledgeBase
    findings: Mapping[str, Finding]

    def judge_all(self, people: Sequence[tuple[Answers, Priorities]]) -> list[Judgement]:
        """The judgement on each pair of answers and ranking."""
        by_withdrawn: dict[frozenset[str], list[int]] = {}
        for number, (answers, _) in enumerate(people):
            by_withdrawn.setdefault(self._withdrawn(answers), []).append(number)
        judged: dict[int, Judgement] = {}
        for withdrawn, numbers in by_withdrawn.items():
            judgements = judge_each(self.kb.without(withdrawn), [people[n] for n in numbers])
            judged.update(zip(numbers, judgements, strict=True))
        return [judged[number] for number in range(len(people))]

    def _withdrawn(self, answers: Answers) -> frozenset[str]:
        """The rules that the evidence withdraws for these answers."""
        situation = self._blank.with_answers(answers)
        _, withdrawals = withdraw(situation, lambda _: self.findings)
        return frozenset(withdrawal.rule for withdrawal in withdrawals)

    @cached_property
    def _blank(self) -> Situation:
        return Situation.of(self.kb, {})


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


class Ground(str, Enum):
    """What somebody's outcome differs over."""

    ANSWERS = "answers"  # with the group's weights they would still differ, with its answers not
    WEIGHTS = "weights"  # the other way round
    EITHER = "either"  # their answers alone would do, and so would their weights
    BOTH = "both"  # only both together make the difference


# By whether their answers alone, and whether their weights alone, make the difference.
GROUNDS = {
    (True, True): Ground.EITHER,
    (True, False): Ground.ANSWERS,
    (False, True): Ground.WEIGHTS,
    (False, False): Ground.BOTH,
}


@dataclass(frozen=True)
class Dissenter:
    """One person whose answers and points come to something else than the group's."""

    revealed: RevealedBallot
    judgement: Judgement
    ground: Ground


@dataclass(frozen=True)
class Dissent:
    """Those who come to the same other outcome.

    ``central`` are the weights, by criterion, at which that outcome would be the group's: the mean
    of all weightings under which it wins, with the group's answers (the central weights of
    SMAA-2). ``within`` says whether such weightings are among the group's own; else they were
    looked for among all. None where it wins under none, or where the outcome names no winner.
    """

    judgement: Judgement  # that of the first of them
    people: tuple[Dissenter, ...]
    central: Mapping[str, float] | None
    within: bool


def dissents(
    evaluator: BallotEvaluator,
    now: Judgement,
    answers: Answers,
    group: GroupRanking,
    people: Sequence[tuple[RevealedBallot, Answers, Ranking, Judgement]],
) -> tuple[Dissent, ...]:
    """The dissents, the one most people hold first."""
    dissenting = [person for person in people if differs(person[3], now)]
    with_their_answers = evaluator.judge_all([(theirs, group) for _, theirs, _, _ in dissenting])
    with_their_weights = evaluator.judge_all([(answers, rank) for _, _, rank, _ in dissenting])
    groups: dict[tuple[str | None, str], list[Dissenter]] = {}
    for (revealed, _, _, own), by_answers, by_weights in zip(
        dissenting, with_their_answers, with_their_weights, strict=True
    ):
        ground = GROUNDS[differs(by_answers, now), differs(by_weights, now)]
        key = own.winner, "" if own.winner else own.verdict.value
        groups.setdefault(key, []).append(Dissenter(revealed, own, ground))
    found = [_dissent(now, group, winner, tuple(same)) for (winner, _), same in groups.items()]
    return tuple(sorted(found, key=lambda dissent: -len(dissent.people)))


def _dissent(
    now: Judgement, group: GroupRanking, winner: str | None, people: tuple[Dissenter, ...]
) -> Dissent:
    left = {name: now.scores[name] for name in now.totals}
    if winner in left and now.weights:
        for within, priorities in ((True, group), (False, ())):
            central = explore(left, priorities).central.get(winner)
            if central is not None:
                return Dissent(people[0].judgement, people, central, within)
    return Dissent(people[0].judgement, people, None, within=False)
