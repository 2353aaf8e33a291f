"""The result of the round that was revealed last, worked out once for all who look at it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from advisor.answers.rounds import Doubt
from advisor.consultation.evidence import WeighedClaim, no_probes
from advisor.web.updates import digest
from advisor.wording import recommendation as words
from advisor.workshop.fact_checks import claims_at_stake, recommended, weighed_claims
from advisor.workshop.item_results import (
    CriterionResult,
    QuestionResult,
    criterion_results,
    question_results,
)
from advisor.workshop.round_result import RoundResult, round_result
from advisor.workshop.store import Workshop
from probes.api import Finding
from rules.model import KnowledgeBase


@dataclass(frozen=True)
class EarlierRound:
    """How the items spread in a round before the last."""

    number: int
    questions: tuple[QuestionResult, ...]
    criteria: tuple[CriterionResult, ...]


@dataclass(frozen=True, eq=False)
class RoundView:
    """What all are shown. Two are the same only if they are one: pages are kept for each.

    ``resting`` are the claims the outcome rests on or that were doubted, ``others`` those it
    could come to rest on; ``doubts`` is claim -> by how many it is doubted. ``version`` is another
    for whatever else is shown, ``drawn`` only for what does not hang on doubts.
    """

    version: str
    drawn: str
    result: RoundResult
    title: str
    proof: str
    resting: tuple[WeighedClaim, ...]
    others: tuple[WeighedClaim, ...]
    doubts: Mapping[str, int]
    earlier: tuple[EarlierRound, ...]


@dataclass(frozen=True)
class _Source:
    """What the result follows from; rounds that were revealed never change."""

    rounds: int
    doubts: tuple[Doubt, ...]
    findings: Mapping[str, Finding]


class ResultCache:
    """``watching`` is a connection of its own to the file, whose version says that it changed."""

    def __init__(self, workshop: Workshop, kb: KnowledgeBase, watching: Workshop) -> None:
        self._workshop = workshop
        self._kb = kb
        self._watching = watching
        self._lock = threading.Lock()
        self._version: int | None = None
        self._source: _Source | None = None
        self._view: RoundView | None = None

    def current(self) -> RoundView | None:
        """What to show; None before the first reveal."""
        with self._lock:
            version = self._watching.version()
            if version != self._version:
                source = self._read_source()
                if source != self._source:
                    self._view = self._make_view(source)
                    self._source = source
                self._version = version
            return self._view

    def _read_source(self) -> _Source:
        current = self._workshop.round_state()
        rounds = current.number if current.revealed else current.number - 1
        return _Source(rounds, self._workshop.doubts(), self._workshop.findings())

    def _make_view(self, source: _Source) -> RoundView | None:
        if not source.rounds:
            return None
        workshop, kb = self._workshop, self._kb
        history = workshop.history()
        recommendation = recommended(workshop, kb, no_probes, dict)
        at_stake = [claim.id for claim in claims_at_stake(kb, history)]
        weighed = weighed_claims(workshop, kb, at_stake)
        doubts = {doubt.claim: doubt.people for doubt in source.doubts}
        first = {*doubts, *recommendation.claims}
        return RoundView(
            version=digest(source),
            drawn=digest(source.rounds, source.findings),
            result=self._result(source),
            title=workshop.plan.title,
            proof=words.proof(recommendation),
            resting=tuple(item for item in weighed if item.claim.id in first),
            others=tuple(item for item in weighed if item.claim.id not in first),
            doubts=doubts,
            earlier=tuple(
                EarlierRound(
                    revealed.number,
                    question_results(kb, history, index),
                    criterion_results(history, index),
                )
                for index, revealed in enumerate(history.rounds[:-1])
            ),
        )

    def _result(self, source: _Source) -> RoundResult:
        """The same one as long as only what is doubted changed."""
        view, before = self._view, self._source
        if view and before and replace(before, doubts=source.doubts) == source:
            return view.result
        return round_result(self._kb, self._workshop.history(), source.findings)
