"""What is shown of a round of a workshop, made once for the terminal, the page and the record.

Plain texts and numbers, decided here; renderers draw them and look nothing up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.wording import recommendation, workshop
from advisor.wording.evidence import Evidence, evidence_of
from advisor.wording.item_report import (
    CriterionReport,
    ItemReport,
    QuestionReport,
    criterion_reports,
    question_reports,
)
from advisor.wording.quantities import count
from advisor.wording.report import AlternativeLabel, WinningShare
from advisor.workshop.disputes import Dissent, Dissenter
from advisor.workshop.item_results import Stage
from advisor.workshop.round_result import RoundResult
from rules.scoring.judgement import Verdict


@dataclass(frozen=True)
class DisputeReport:
    """An item people disagree on, and the outcome if the group went with some of them."""

    item: str
    title: str
    outcome: str


@dataclass(frozen=True)
class DissentReason:
    """A dissenter's reason; ``vote`` is the answer or the points it goes with, ``name`` is empty
    unless its owner wants it shown.
    """

    title: str
    name: str
    vote: str
    reason: str

    @property
    def text(self) -> str:
        text = titled(self.title, self.reason)
        return f"{self.name}: {text}" if self.name else text


@dataclass(frozen=True)
class DissentReport:
    """People who reach another outcome. ``participants`` are their numbers from 0."""

    who: str
    right: str
    participants: tuple[int, ...]
    names: tuple[str, ...]
    reasons: tuple[DissentReason, ...]


@dataclass(frozen=True)
class ParticipantReport:
    letter: str
    name: str
    receipt: str


@dataclass(frozen=True)
class RoundRow:
    """One of the rounds so far. ``concordance`` is Kendall's W, empty where undefined."""

    number: int
    people: int
    agreed: str
    concordance: str
    outcome: str


@dataclass(frozen=True)
class FactReport:
    """A claim that so many people doubt."""

    claim: Evidence
    doubts: int

    @property
    def measured(self) -> str:
        """What was measured; why nothing was, where that is so."""
        return self.claim.run.measured if self.claim.run else self.claim.why

    @property
    def remarkable(self) -> bool:
        """Whether its evidence is of interest: it was doubted, or not confirmed."""
        return bool(self.doubts) or self.claim.status != ClaimStatus.CONFIRMED.value


@dataclass(frozen=True, eq=False)
class RoundReport:
    """All that is shown of a round. Two are the same only if they are one: drawings are cached.

    ``other_facts`` are claims that the outcome could come to rest on.
    """

    number: int
    headline: str
    verdict: Verdict
    sureness: str
    proof: str
    tally: str
    averaging: str
    agreement: str
    stage: Stage
    stopping: str
    disputes: tuple[DisputeReport, ...]
    harmless: tuple[str, ...]
    all_agreed: bool
    dissents: tuple[DissentReport, ...]
    shares: tuple[WinningShare, ...]
    weights: tuple[tuple[str, float], ...]  # title and mean weight, the weightiest first
    participants: tuple[ParticipantReport, ...]
    criteria: tuple[CriterionReport, ...]
    questions: tuple[QuestionReport, ...]
    rounds_so_far: tuple[int, ...]  # their numbers, this one last
    rounds: tuple[RoundRow, ...]
    facts: tuple[FactReport, ...]
    other_facts: tuple[FactReport, ...]

    def item(self, id: str) -> ItemReport | None:
        """What was said of an item; None where it was not voted on."""
        items: Iterable[ItemReport] = (*self.questions, *self.criteria)
        return next((item for item in items if item.id == id), None)


def round_report(
    result: RoundResult,
    *,
    earlier: Sequence[RoundResult] = (),
    facts: Iterable[WeighedClaim] = (),
    other_facts: Iterable[WeighedClaim] = (),
    proof: str = "",
) -> RoundReport:
    """The report of a round. ``earlier`` are the rounds before it that are to have a row,
    ``proof`` says how far the facts were verified.
    """
    written = {
        pair
        for dissent in result.dissents
        for person in dissent.people
        for pair in person.revealed.ballot.reasons.items()
    }
    doubts = {doubt.claim: doubt.people for doubt in result.history.doubts}
    return RoundReport(
        number=result.number,
        headline=workshop.headline(result),
        verdict=result.judgement.verdict,
        sureness=workshop.sureness(result),
        proof=proof,
        tally=workshop.tally(result),
        averaging=workshop.averaging(result),
        agreement=workshop.agreement(result.agreement),
        stage=result.stop.stage,
        stopping=workshop.stopping(result),
        disputes=tuple(
            DisputeReport(d.item, *workshop.dispute(result, d)) for d in result.disputes
        ),
        harmless=tuple(workshop.harmless(result)),
        all_agreed=not result.stop.apart,
        dissents=tuple(_dissent(result, dissent) for dissent in result.dissents),
        shares=tuple(_shares(result)),
        weights=tuple(_weights(result)),
        participants=tuple(
            ParticipantReport(workshop.letter(number), p.revealed.name, p.revealed.receipt)
            for number, p in enumerate(result.participants)
        ),
        criteria=tuple(criterion_reports(result, written)),
        questions=tuple(question_reports(result, written)),
        rounds_so_far=tuple(revealed.number for revealed in result.rounds),
        rounds=tuple(map(_row, (*earlier, result))),
        facts=_facts(facts, doubts),
        other_facts=_facts(other_facts, doubts),
    )


def titled(title: str, text: str) -> str:
    """A text under the title of its item: ``Longevity: ten years``, ``Which board? All of them``"""
    return f"{title} {text}" if title.endswith("?") else f"{title}: {text}"


def _facts(claims: Iterable[WeighedClaim], doubts: Mapping[str, int]) -> tuple[FactReport, ...]:
    return tuple(FactReport(evidence_of(w), doubts.get(w.claim.id, 0)) for w in claims)


def _dissent(result: RoundResult, dissent: Dissent) -> DissentReport:
    ballots = [participant.revealed for participant in result.participants]
    return DissentReport(
        *workshop.dissent(result, dissent),
        participants=tuple(sorted(ballots.index(person.revealed) for person in dissent.people)),
        names=tuple(person.revealed.name for person in dissent.people if person.revealed.name),
        reasons=tuple(why for person in dissent.people for why in _reasons(result, person)),
    )


def _reasons(result: RoundResult, person: Dissenter) -> Iterator[DissentReason]:
    ballot, kb = person.revealed.ballot, result.kb
    for item, reason in ballot.reasons.items():
        vote = ""
        if item in ballot.points:
            vote = count(ballot.points[item], "point")
        elif item in ballot.answers:
            vote = f"“{recommendation.answer_in_words(kb, item, ballot.answers[item])}”"
        yield DissentReason(workshop.item_title(kb, item), person.revealed.name, vote, reason)


def _shares(result: RoundResult) -> Iterator[WinningShare]:
    """The largest first; nothing where one alternative is left."""
    kb, shares = result.kb, result.judgement.acceptability
    numbers = {name: number for number, name in enumerate(kb.alternatives)}
    for name, share in sorted(shares.items(), key=lambda pair: -pair[1]) if len(shares) > 1 else ():
        central = workshop.weights(kb, result.weight_sample.central.get(name, {}))
        alternative = AlternativeLabel(name, kb.alternatives[name].title, numbers[name])
        yield WinningShare(alternative, share, central)


def _weights(result: RoundResult) -> Iterator[tuple[str, float]]:
    for name, weight in sorted(result.judgement.weights.items(), key=lambda pair: -pair[1]):
        yield result.kb.criteria[name].title, weight


def _row(result: RoundResult) -> RoundRow:
    stop, concordance = result.stop, result.agreement.concordance
    return RoundRow(
        number=result.number,
        people=len(result.participants),
        agreed=f"{stop.items - len(stop.apart)} of {stop.items}",
        concordance="" if concordance is None else f"{concordance:.2f}",
        outcome=workshop.headline(result),
    )
