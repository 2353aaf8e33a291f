"""The result of a round: all that follows from the revealed ballots and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.answers.rounds import RevealedBallot, RevealedRound, WorkshopHistory, group_ranking
from advisor.workshop.agreement import (
    ahp_consensus,
    geometric_mean,
    kendalls_w,
    krippendorffs_alpha,
)
from advisor.workshop.disputes import BallotEvaluator, Dispute, Dissent, disputes, dissents
from advisor.workshop.item_results import (
    CriterionResult,
    QuestionResult,
    Stop,
    criterion_results,
    group_answers,
    question_results,
    stop,
)
from probes.api import Finding
from rules.answers import Answers
from rules.model import KnowledgeBase
from rules.scoring.judgement import Judgement, total, weigh
from rules.scoring.sampling import WeightSample, explore


@dataclass(frozen=True)
class ParticipantResult:
    """One person's ballot with what the rules make of it. ``weights`` are over all criteria."""

    revealed: RevealedBallot
    answers: Answers
    weights: Mapping[str, float]
    judgement: Judgement


@dataclass(frozen=True)
class Agreement:
    """How far people agree on what matters; each None where it is not defined.

    ``concordance`` is Kendall's W and ``consensus`` Goepel's AHP consensus, both in [0, 1];
    ``reliability`` is Krippendorff's alpha over the points, at most 1.
    """

    concordance: float | None
    consensus: float | None
    reliability: float | None


@dataclass(frozen=True)
class RoundResult:
    """The round that was revealed last.

    ``judgement`` is the group's: of the answers that more than half gave, over all people's
    weightings. ``weight_sample`` samples the same weightings, for the central weights.
    ``leader_by_geometric_mean`` is who would lead if people's weights were averaged geometrically
    (AIJ) and that is somebody else.
    """

    kb: KnowledgeBase
    history: WorkshopHistory
    number: int
    participants: tuple[ParticipantResult, ...]
    questions: tuple[QuestionResult, ...]
    criteria: tuple[CriterionResult, ...]
    agreement: Agreement
    answers: Answers
    judgement: Judgement
    weight_sample: WeightSample
    leader_by_geometric_mean: str | None
    disputes: tuple[Dispute, ...]
    dissents: tuple[Dissent, ...]
    stop: Stop

    @property
    def rounds(self) -> tuple[RevealedRound, ...]:
        """The rounds so far, this one last."""
        at = [revealed.number for revealed in self.history.rounds].index(self.number)
        return self.history.rounds[: at + 1]


def round_result(
    kb: KnowledgeBase, history: WorkshopHistory, findings: Mapping[str, Finding], at: int = -1
) -> RoundResult:
    """The result of the last round that was revealed, or of the one at index ``at``.

    Raises IndexError where none was.
    """
    index = range(len(history.rounds))[at]
    current = history.rounds[index]
    evaluator, group = BallotEvaluator(kb, findings), group_ranking(history, index)
    answers = group_answers(kb, history, index)
    own = [{**history.known, **revealed.ballot.answers} for revealed in current.ballots]
    *each, now = evaluator.judge_all([*zip(own, group.rankings, strict=True), (answers, group)])
    people = list(zip(current.ballots, own, group.rankings, each, strict=True))
    participants = tuple(
        ParticipantResult(revealed, theirs, weigh(tuple(kb.criteria), ranking), judgement)
        for revealed, theirs, ranking, judgement in people
    )
    questions, criteria = question_results(kb, history, index), criterion_results(history, index)
    weights = [weigh(tuple(now.weights), ranking) for ranking in group.rankings]
    return RoundResult(
        kb=kb,
        history=history,
        number=current.number,
        participants=participants,
        questions=questions,
        criteria=criteria,
        agreement=_agreement(history, participants),
        answers=answers,
        judgement=now,
        weight_sample=explore({name: now.scores[name] for name in now.totals}, group),
        leader_by_geometric_mean=_other_leader(now, weights),
        disputes=disputes(evaluator, answers, group, now, questions, criteria, weights),
        dissents=dissents(evaluator, now, answers, group, people),
        stop=stop(history.stop, current.number, questions, criteria),
    )


def round_results(
    kb: KnowledgeBase, history: WorkshopHistory, findings: Mapping[str, Finding], at: int = -1
) -> tuple[RoundResult, ...]:
    """The results of all rounds up to the one at index ``at``. Raises IndexError without any."""
    last = range(len(history.rounds))[at]
    return tuple(round_result(kb, history, findings, number) for number in range(last + 1))


def _agreement(history: WorkshopHistory, participants: tuple[ParticipantResult, ...]) -> Agreement:
    """Over the criteria that were voted on."""
    if not history.criteria:
        return Agreement(None, None, None)
    names = history.criteria
    weights = [[person.weights[name] for name in names] for person in participants]
    ballots = [person.revealed.ballot for person in participants]
    points = [[ballot.points.get(name) for name in names] for ballot in ballots]
    return Agreement(
        kendalls_w(weights), ahp_consensus(weights), krippendorffs_alpha(points, "ordinal")
    )


def _other_leader(now: Judgement, weights: list[dict[str, float]]) -> str | None:
    """Who leads by the geometric mean of the weights, where that is not who leads."""
    if len(now.totals) < 2 or not now.weights:
        return None
    means = geometric_mean([list(own.values()) for own in weights])
    by_name = dict(zip(now.weights, means, strict=True))
    totals = {name: total(now.scores[name], by_name) for name in now.totals}
    leader = max(now.totals, key=lambda name: now.totals[name])
    other = max(totals, key=lambda name: totals[name])
    return other if totals[other] > totals[leader] else None
