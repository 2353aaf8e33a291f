"""What is shown of a round of a workshop, made once for the terminal, the page and the record.

``build_round_report`` makes it. Plain texts and numbers; renderers draw them, look nothing up and
decide nothing. Texts are empty where there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from advisor.consultation.evidence import ClaimStatus
from advisor.wording.findings import Evidence
from advisor.wording.report import WinningShare
from advisor.workshop.item_results import Stage
from rules.scoring.judgement import Verdict

# Distances from the median, in points: beyond these a terminal marks points, once or twice; from
# these on a page shades them, light to dark.
MARKED, SHADED = (1, 3), (0.5, 2.0, 4.0)


@dataclass(frozen=True)
class ReasonReport:
    """A reason with its vote. ``dissenting``: it is among the reasons of a dissent as well."""

    text: str
    dissenting: bool


@dataclass(frozen=True)
class ItemReport:
    """An item that was voted on. ``group`` is the group's vote in words, ``by_round`` that of each
    round so far; ``edges`` are the reasons for voting otherwise, ``others`` those for it.
    """

    id: str
    title: str
    group: str
    moved: str
    agreed: bool
    edges: tuple[ReasonReport, ...]
    others: tuple[ReasonReport, ...]
    by_round: tuple[str, ...]

    @property
    def line(self) -> str:
        """The group's vote, and what moved."""
        return "; ".join(filter(None, (self.group, self.moved)))


@dataclass(frozen=True)
class PointsReport:
    """Points, and how many ``people`` gave them; ``marks`` and ``shade`` are steps away from the
    median, negative below it. None where a person gave none.
    """

    points: int | None
    people: int = 1
    marks: int = 0
    shade: int = 0


@dataclass(frozen=True)
class CriterionReport(ItemReport):
    """``cells`` are each participant's points, ``counts`` those of each number of points;
    ``boxed`` says that they disagree by the RAND/UCLA method.
    """

    weight: str
    median: str
    spread: str
    boxed: bool
    cells: tuple[PointsReport, ...]
    counts: tuple[PointsReport, ...]


@dataclass(frozen=True)
class OptionReport:
    """An option that ``people`` chose; ``chosen`` by the group as well."""

    id: str
    label: str
    people: int
    chosen: bool


@dataclass(frozen=True)
class QuestionReport(ItemReport):
    """``disputed``: somebody answered otherwise than the group; ``by_round`` is empty where nobody
    ever did.
    """

    answered: int
    silent: int
    disputed: bool
    options: tuple[OptionReport, ...]


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


def titled(title: str, text: str) -> str:
    """A text under the title of its item: ``Longevity: ten years``, ``Which board? All of them``"""
    return f"{title} {text}" if title.endswith("?") else f"{title}: {text}"


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
