"""The picture of the round that was revealed last, worked out once for all who look at it."""

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
    QuestionSpread,
    ScaleSpread,
    question_spreads,
    scale_spreads,
)
from advisor.workshop.round_result import Picture, picture
from advisor.workshop.store import Workshop
from probes.api import Finding
from rules.model import KnowledgeBase


@dataclass(frozen=True)
class Earlier:
    """How the items spread in a round before the last."""

    number: int
    questions: tuple[QuestionSpread, ...]
    scales: tuple[ScaleSpread, ...]


@dataclass(frozen=True, eq=False)
class Shown:
    """What all are shown. Two are the same only if they are one: pages are kept for each.

    ``resting`` are the claims the outcome rests on or that were doubted, ``others`` those it
    could come to rest on; ``doubts`` is claim -> by how many it is doubted. ``version`` is another
    for whatever else is shown, ``drawn`` only for what does not hang on doubts.
    """

    version: str
    drawn: str
    picture: Picture
    title: str
    proof: str
    resting: tuple[WeighedClaim, ...]
    others: tuple[WeighedClaim, ...]
    doubts: Mapping[str, int]
    earlier: tuple[Earlier, ...]


@dataclass(frozen=True)
class _Source:
    """What the picture follows from; rounds that were revealed never change."""

    rounds: int
    doubts: tuple[Doubt, ...]
    findings: Mapping[str, Finding]


class Gallery:
    """``watching`` is a connection of its own to the file, whose version says that it changed."""

    def __init__(self, workshop: Workshop, kb: KnowledgeBase, watching: Workshop) -> None:
        self._workshop = workshop
        self._kb = kb
        self._watching = watching
        self._lock = threading.Lock()
        self._version: int | None = None
        self._source: _Source | None = None
        self._shown: Shown | None = None

    def now(self) -> Shown | None:
        """What to show; None before the first reveal."""
        with self._lock:
            version = self._watching.version()
            if version != self._version:
                source = self._look()
                if source != self._source:
                    self._shown = self._drawn(source)
                    self._source = source
                self._version = version
            return self._shown

    def _look(self) -> _Source:
        standing = self._workshop.standing()
        rounds = standing.number if standing.revealed else standing.number - 1
        return _Source(rounds, self._workshop.doubts(), self._workshop.findings())

    def _drawn(self, source: _Source) -> Shown | None:
        if not source.rounds:
            return None
        workshop, kb = self._workshop, self._kb
        minutes = workshop.minutes()
        recommendation = recommended(workshop, kb, no_probes, dict)
        found = self._picture(source)
        at_stake = [claim.id for claim in claims_at_stake(kb, minutes)]
        weighed = weighed_claims(workshop, kb, at_stake)
        doubts = {doubt.claim: doubt.people for doubt in source.doubts}
        first = {*doubts, *recommendation.claims}
        return Shown(
            version=digest(source),
            drawn=digest(source.rounds, source.findings),
            picture=found,
            title=workshop.plan.title,
            proof=words.proof(recommendation),
            resting=tuple(one for one in weighed if one.claim.id in first),
            others=tuple(one for one in weighed if one.claim.id not in first),
            doubts=doubts,
            earlier=tuple(
                Earlier(held.number, question_spreads(kb, minutes, at), scale_spreads(minutes, at))
                for at, held in enumerate(minutes.rounds[:-1])
            ),
        )

    def _picture(self, source: _Source) -> Picture:
        """The same one as long as only what is doubted changed."""
        shown, before = self._shown, self._source
        if shown and before and replace(before, doubts=source.doubts) == source:
            return shown.picture
        return picture(self._kb, self._workshop.minutes(), source.findings)
