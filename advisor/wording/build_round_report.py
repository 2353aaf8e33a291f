"""The report of a round of a workshop: how it came out, the votes, the disagreements, the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from advisor.answers.ballot import SCALE, Ballot
from advisor.consultation.evidence import WeighedClaim
from advisor.wording import recommendation, workshop
from advisor.wording import round_report as model
from advisor.wording.build_report import winning_shares
from advisor.wording.findings import evidence_of
from advisor.wording.quantities import count, percent
from advisor.wording.workshop import item_title
from advisor.workshop import item_results
from advisor.workshop.disputes import Dissent
from advisor.workshop.item_results import CriterionResult, ItemReason
from advisor.workshop.round_result import RoundResult
from rules.model import KnowledgeBase

Written: TypeAlias = set[tuple[str, str]]  # item and reason


def build_round_report(
    result: RoundResult,
    *,
    earlier: Sequence[RoundResult] = (),
    facts: Iterable[WeighedClaim] = (),
    other_facts: Iterable[WeighedClaim] = (),
    proof: str = "",
) -> model.RoundReport:
    """The report of a round. ``earlier`` are the rounds before it that are to have a row,
    ``proof`` says how far the facts were verified.
    """
    kb, judgement = result.kb, result.judgement
    dissenters = [person.revealed.ballot for d in result.dissents for person in d.people]
    written = {pair for ballot in dissenters for pair in ballot.reasons.items()}
    central = {name: workshop.weights(kb, w) for name, w in result.weight_sample.central.items()}
    disputed = {dispute.item for dispute in result.disputes}
    return model.RoundReport(
        number=result.number,
        headline=recommendation.outcome(kb, judgement),
        verdict=judgement.verdict,
        sureness=recommendation.surely(kb, judgement, people=len(result.participants)),
        proof=proof,
        tally=workshop.tally(result),
        averaging=workshop.averaging(result),
        agreement=workshop.agreement(result.agreement),
        stage=result.stop.stage,
        stopping=workshop.stopping(result),
        disputes=tuple(
            model.DisputeReport(d.item, item_title(kb, d.item), workshop.dispute(result, d))
            for d in result.disputes
        ),
        harmless=tuple(item_title(kb, item) for item in result.stop.apart if item not in disputed),
        all_agreed=not result.stop.apart,
        dissents=tuple(_dissent(result, dissent) for dissent in result.dissents),
        shares=winning_shares(kb, judgement, central),
        weights=tuple(
            (kb.criteria[name].title, judgement.weights[name])
            for name in judgement.criteria_by_weight
        ),
        participants=tuple(
            model.ParticipantReport(workshop.letter(number), p.revealed.name, p.revealed.receipt)
            for number, p in enumerate(result.participants)
        ),
        criteria=tuple(_criteria(result, written)),
        questions=tuple(_questions(result, written)),
        rounds_so_far=tuple(revealed.number for revealed in result.rounds),
        rounds=tuple(map(_row, (*earlier, result))),
        facts=tuple(_facts(result, facts)),
        other_facts=tuple(_facts(result, other_facts)),
    )


def _row(result: RoundResult) -> model.RoundRow:
    stop, concordance = result.stop, result.agreement.concordance
    return model.RoundRow(
        number=result.number,
        people=len(result.participants),
        agreed=f"{stop.items - len(stop.apart)} of {stop.items}",
        concordance="" if concordance is None else f"{concordance:.2f}",
        outcome=recommendation.outcome(result.kb, result.judgement),
    )


def _facts(result: RoundResult, claims: Iterable[WeighedClaim]) -> Iterator[model.FactReport]:
    doubts = {doubt.claim: doubt.people for doubt in result.history.doubts}
    for weighed in claims:
        yield model.FactReport(evidence_of(weighed), doubts.get(weighed.claim.id, 0))


def _dissent(result: RoundResult, dissent: Dissent) -> model.DissentReport:
    ballots = [participant.revealed for participant in result.participants]
    revealed = [person.revealed for person in dissent.people]
    return model.DissentReport(
        who=workshop.dissenters(result, dissent),
        right=workshop.right(result.kb, dissent),
        participants=tuple(sorted(map(ballots.index, revealed))),
        names=tuple(ballot.name for ballot in revealed if ballot.name),
        reasons=tuple(
            model.DissentReason(
                item_title(result.kb, item), one.name, _vote(result.kb, one.ballot, item), reason
            )
            for one in revealed
            for item, reason in one.ballot.reasons.items()
        ),
    )


def _vote(kb: KnowledgeBase, ballot: Ballot, item: str) -> str:
    if item in ballot.points:
        return count(ballot.points[item], "point")
    if item in ballot.answers:
        return f"“{recommendation.answer_in_words(kb, item, ballot.answers[item])}”"
    return ""


# The items that were voted on


def _reasons(
    result: RoundResult, item: str, reasons: Iterable[ItemReason], written: Written
) -> tuple[model.ReasonReport, ...]:
    return tuple(
        model.ReasonReport(workshop.remark(result.kb, item, why), (item, why.reason) in written)
        for why in reasons
    )


def _criteria(result: RoundResult, written: Written) -> Iterator[model.CriterionReport]:
    """``written`` are the items and reasons of dissenters."""
    before = [
        item_results.criterion_results(result.history, at) for at in range(len(result.rounds) - 1)
    ]
    for criterion, *rounds in zip(result.criteria, *before, result.criteria, strict=True):
        weight, q = result.judgement.weights.get(criterion.id), criterion.quartiles
        given = [p.revealed.ballot.points.get(criterion.id) for p in result.participants]
        yield model.CriterionReport(
            id=criterion.id,
            title=result.kb.criteria[criterion.id].title,
            group=workshop.scale(criterion),
            moved=f"median moved by {criterion.moved:g}" if criterion.moved else "",
            agreed=criterion.agreed,
            edges=_reasons(result, criterion.id, criterion.edges, written),
            others=_reasons(result, criterion.id, criterion.others, written),
            by_round=tuple(
                f"{q.median:g} ({q.low:g} to {q.high:g})" if q else "–"
                for q in (each.quartiles for each in rounds)
            ),
            weight="" if weight is None else percent(weight),
            median=f"{q.median:g}" if q else "",
            boxed=criterion.rand is not None and criterion.rand.disagreement,
            cells=tuple(_points(criterion, points) for points in given),
            counts=tuple(_points(criterion, p, criterion.points.count(p)) for p in SCALE),
            spread=f"{q.spread:g}" if q else "",
        )


def _points(criterion: CriterionResult, points: int | None, people: int = 1) -> model.PointsReport:
    if points is None or criterion.quartiles is None:
        return model.PointsReport(points, people)
    away = points - criterion.quartiles.median
    sign = 1 if away > 0 else -1
    marks = sum(abs(away) > limit for limit in model.MARKED)
    shade = sum(abs(away) >= limit for limit in model.SHADED)
    return model.PointsReport(points, people, sign * marks, sign * shade)


def _questions(result: RoundResult, written: Written) -> Iterator[model.QuestionReport]:
    kb, history = result.kb, result.history
    before = [
        item_results.question_results(kb, history, at) for at in range(len(result.rounds) - 1)
    ]
    for question, *rounds in zip(result.questions, *before, result.questions, strict=True):
        ever = any(each.disputed for each in rounds)
        yield model.QuestionReport(
            id=question.id,
            title=question.question.ask,
            group=workshop.group_answer(kb, question),
            moved="" if question.stable in (True, None) else "the group's answer changed",
            agreed=question.agreed,
            edges=_reasons(result, question.id, question.edges, written),
            others=_reasons(result, question.id, question.others, written),
            by_round=tuple(workshop.group_answer(kb, each) for each in rounds) if ever else (),
            answered=len(question.answers),
            silent=question.silent,
            disputed=question.disputed,
            options=tuple(
                model.OptionReport(option.id, option.label, people, option.id in question.group)
                for option in question.question.options
                if (people := question.counts[option.id])
            ),
        )
