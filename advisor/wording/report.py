"""What a report says, in the order in which it says it: plain texts and numbers, built once.

``build_report`` makes it of a recommendation. Terminal, page and record draw it: they choose
layout and markup, and read neither rules nor findings. Shares and weights lie in [0, 1], scores in
[-1, 1]; an empty text or tuple means that there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from advisor.wording.findings import Evidence
from rules.scoring.tipping_points import Tipping

MARKS = {"confirmed": "✓", "refuted": "✗", "unverified": "?"}  # status of a claim -> its mark

Item = TypeVar("Item", covariant=True)


@dataclass(frozen=True)
class Section(Generic[Item]):
    """A heading over items. One without items is left out. ``id`` names it within a page."""

    id: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class AlternativeLabel:
    """``number`` is its place in the knowledge base, from 0."""

    id: str
    title: str
    number: int


@dataclass(frozen=True)
class WinningShare:
    """The share of all weightings under which an alternative wins; of a group also the
    ``weights`` under which it does so, on average.
    """

    alternative: AlternativeLabel
    share: float
    weights: str = ""


@dataclass(frozen=True)
class CriterionScores:
    """A criterion with its weight, and the score of each alternative of the report under it.

    Of the totals ``weight`` is None, and so is the score of an alternative that is ruled out.
    """

    id: str
    title: str
    asks: str
    weight: float | None
    scores: tuple[float | None, ...]


@dataclass(frozen=True)
class Scores(Section[CriterionScores]):
    """A row of scores a criterion, the weightiest first, and the totals."""

    totals: CriterionScores


@dataclass(frozen=True)
class RuleReason:
    """A rule: ``id``, ``because``, its ``effect`` and the claims it rests on.

    ``verified`` where each of them was confirmed by a run, of the ``probes``. Of a withdrawn rule
    ``claims`` are those it fell with, and ``number`` says as how-manieth it fell.
    """

    id: str
    because: str
    effect: str
    claims: tuple[Evidence, ...]
    verified: bool
    probes: tuple[str, ...]
    number: int = 0


@dataclass(frozen=True)
class Withdrawn(Section[RuleReason]):
    """The rules that fell, with the outcome before and after; what decided stands first."""

    before: str
    after: str


@dataclass(frozen=True)
class Arguments:
    """The deciding rules for and against an alternative, the weightiest first."""

    alternative: AlternativeLabel
    reasons_for: Section[RuleReason]
    reasons_against: Section[RuleReason]

    @property
    def sides(self) -> tuple[Section[RuleReason], Section[RuleReason]]:
        return self.reasons_for, self.reasons_against


@dataclass(frozen=True)
class Advice:
    """Advice on a topic; ``whom`` it is for, where two alternatives may be chosen."""

    topic: str
    whom: str
    text: str
    claims: tuple[Evidence, ...]

    @property
    def heading(self) -> str:
        return f"{self.topic} ({self.whom})" if self.whom else self.topic


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question as it was answered; or another answer to it, with the ``outcome`` of that.

    ``known`` unless the answer says nothing, or the question did not apply.
    """

    id: str
    ask: str
    answer: str
    known: bool = True
    outcome: str = ""


@dataclass(frozen=True)
class OpenQuestion:
    """An open question with the answers that would change the outcome."""

    id: str
    ask: str
    moves: tuple[AnsweredQuestion, ...]


@dataclass(frozen=True)
class ShortList(Generic[Item]):
    """All there are of a kind, called ``noun``; how many of them are shown before the others."""

    noun: str
    items: tuple[Item, ...]
    shown: int
    shown_in_record: int

    @property
    def first(self) -> tuple[Item, ...]:
        return self.items[: self.shown]

    @property
    def first_in_record(self) -> tuple[Item, ...]:
        return self.items[: self.shown_in_record]

    @property
    def rest(self) -> tuple[Item, ...]:
        return self.items[self.shown :]


@dataclass(frozen=True)
class Changes:
    """What would change the outcome. ``claims``: each with the outcome if it were false."""

    id: str
    title: str
    questions: ShortList[OpenQuestion]
    answers: ShortList[AnsweredQuestion]
    claims: ShortList[tuple[Evidence, str]]


@dataclass(frozen=True)
class MatrixRow:
    """A claim and, for each alternative, how it bears on it in words, or None where it does not.

    ``bearing`` is empty for a claim that is about no alternative rather than another.
    """

    claim: Evidence
    bearing: tuple[tuple[str, ...] | None, ...]


@dataclass(frozen=True)
class Foot:
    """What the report was made with. ``frameworks`` answered; ``versions`` holds all libraries."""

    tool: str
    knowledge_base: str
    tally: str
    frameworks: str
    versions: str


@dataclass(frozen=True)
class Head:
    """The outcome in sentences. ``verdict`` is a :class:`rules.scoring.judgement.Verdict`;
    ``turn`` says what the evidence changed.
    """

    title: str
    headline: str
    verdict: str
    sureness: str
    proof: str
    unproven: bool
    open_ends: str
    turn: str
    overturned: bool

    @property
    def sure(self) -> bool:
        return self.verdict in ("clear", "leaning")


@dataclass(frozen=True)
class Choice:
    """What is chosen and why, as a decision record argues it.

    ``id`` is an alternative's, ``either`` or None. ``grounds`` speak for it or against its
    rivals, the weightiest first; ``exclusions`` rule others out, all of them if ``only_one_left``.
    ``balance`` says which weight is nearest to changing what leads. ``verified`` of ``deciding``
    rules were, by what was found of the claims in ``proof``.
    """

    id: str | None
    grounds: tuple[RuleReason, ...]
    exclusions: tuple[RuleReason, ...]
    only_one_left: bool
    balance: str
    deciding: int
    verified: int
    proof: tuple[Evidence, ...]


@dataclass(frozen=True)
class Report:
    """One recommendation. ``alternatives`` are listed as the knowledge base lists them, their
    ``arguments`` by total, the best first. ``evidence`` holds claims by id.
    """

    head: Head
    conflict: Section[AnsweredQuestion]
    shares: Section[WinningShare]
    scores: Scores
    alternatives: tuple[AlternativeLabel, ...]
    arguments: tuple[Arguments, ...]
    withdrawn: Withdrawn
    stack: Section[Advice]
    changes: Changes
    tipping_points: tuple[Section[Tipping], ...]  # a rival each; titles in place of ids
    deprecated: Section[Evidence]
    outdated: Section[Evidence]
    untried: Section[tuple[str, str]]  # probe, and why it gave no answer
    matrix: Section[MatrixRow]
    answers: Section[AnsweredQuestion]
    ranking: Section[str]
    points: Section[tuple[str, str]]  # criterion, and the points for it
    open_questions: tuple[str, ...]
    evidence: Mapping[str, Evidence]
    choice: Choice
    foot: Foot

    @property
    def tried(self) -> tuple[Evidence, ...]:
        """The claims that were put to the installed frameworks."""
        return tuple(claim for claim in self.evidence.values() if claim.run is not None)

    @property
    def unverified(self) -> tuple[Evidence, ...]:
        return tuple(claim for claim in self.evidence.values() if claim.status == "unverified")
