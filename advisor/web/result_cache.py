"""The round that was revealed last, worked out once for all who look at it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from advisor.answers.rounds import Doubt
from advisor.consultation.evidence import no_probes
from advisor.web.updates import digest
from advisor.wording import recommendation as words
from advisor.wording.build_round_report import build_round_report
from advisor.wording.round_report import RoundReport
from advisor.workshop.fact_checks import claims_at_stake, recommended, weighed_claims
from advisor.workshop.round_result import RoundResult, round_result
from advisor.workshop.store import Workshop
from probes.api import Finding
from rules.model import KnowledgeBase


@dataclass(frozen=True)
class RoundView:
    """What all are shown. ``version`` is another for whatever else is shown, ``key`` only for what
    does not depend on doubts.
    """

    version: str
    key: str
    title: str
    report: RoundReport


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
        self._result: RoundResult | None = None
        self._view: RoundView | None = None

    def current(self) -> RoundView | None:
        """What to show; None before the first reveal."""
        with self._lock:
            version = self._watching.version()
            if version != self._version:
                state = self._workshop.round_state()
                rounds = state.number if state.revealed else state.number - 1
                source = _Source(rounds, self._workshop.doubts(), self._workshop.findings())
                if source != self._source:
                    self._update(source)
                self._version = version
            return self._view

    def _update(self, source: _Source) -> None:
        """Make the view of the source. The result stays while only what is doubted changed."""
        before, history = self._source, self._workshop.history()
        if source.rounds:
            if before is None or replace(before, doubts=source.doubts) != source:
                self._result = round_result(self._kb, history, source.findings)
            assert self._result is not None  # of the rounds before
            self._view = RoundView(
                version=digest(source),
                key=digest(source.rounds, source.findings),
                title=self._workshop.plan.title,
                report=self._report(replace(self._result, history=history)),
            )
        self._source = source

    def _report(self, result: RoundResult) -> RoundReport:
        recommendation = recommended(self._workshop, self._kb, no_probes, dict)
        at_stake = [claim.id for claim in claims_at_stake(self._kb, result.history)]
        claims = weighed_claims(self._workshop, self._kb, at_stake)
        first = {*(doubt.claim for doubt in result.history.doubts), *recommendation.claims}
        return build_round_report(
            result,
            facts=[claim for claim in claims if claim.claim.id in first],
            other_facts=[claim for claim in claims if claim.claim.id not in first],
            proof=words.proof(recommendation),
        )
