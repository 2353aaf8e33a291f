"""Workshops that were recorded, as the tests of records and audits share them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from advisor.answers.ballot import Ballot
from advisor.cli.main import main
from advisor.consultation.consultation import Recommendation
from advisor.records.decision import Decision, as_advised
from advisor.records.madr.document_text import body
from advisor.records.writing import write_record
from advisor.workshop.fact_checks import conclude
from advisor.workshop.plan import Plan
from advisor.workshop.store import Workshop, create

from .recommendations import as_expected
from .workshops import BALLOTS, KB, a_plan

DOUBTED = "tensorflow_converts_to_tflite"  # by Ben, in the example
HOSTILE = (
    '# Heading *bold* _italic_ [link](0001-x.md) <b>html</b> `code` | {justification} "quoted" '
    "https://a.example www.b.example c@d.example <!-- no\n\n## Decision Outcome\n\n"
    'Chosen option: "TensorFlow", because\x07 \x1b[31mred\x1b[0m \u202eback\u202c. '
    f"SHA-256 {'0' * 64} again by 2020-01-01 \\"
)


@dataclass(frozen=True)
class Recorded:
    """A workshop and its record. ``receipts`` has everybody's last receipt of each round by name,
    ``replaced`` the receipts of ballots that their owners replaced.
    """

    record: Path
    workshop: Path
    receipts: tuple[Mapping[str, str], ...]
    replaced: tuple[str, ...]

    @property
    def bundle(self) -> Path:
        return self.record.with_suffix(".evidence.zip")


def round_of(workshop: Workshop, ballots: Mapping[str, Ballot]) -> dict[str, str]:
    """Submit and reveal; returns the receipts by name."""
    receipts = {
        name: workshop.submit(workshop.people.include(name).id, ballot).receipt
        for name, ballot in ballots.items()
    }
    workshop.reveal()
    return receipts


def with_points(**points: int) -> dict[str, Ballot]:
    """The example's ballots with these points of everybody."""
    return {n: replace(b, points={**b.points, **points}) for n, b in BALLOTS.items()}


def saying(**reasons: str) -> dict[str, Ballot]:
    """The example's ballots, everybody's with these reasons, and everybody by name."""
    return {n: replace(b, reasons=reasons, named=True) for n, b in BALLOTS.items()}


def recorded(folder: Path) -> Recorded:
    """The example in two rounds: Ana replaces a ballot in the first, in the second all give 6
    points to longevity, and Ben doubts a fact.
    """
    with create(folder / "team.workshop", a_plan()) as workshop:
        ana = workshop.people.include("Ana").id
        replaced = workshop.submit(ana, with_points(edge=1)["Ana"]).receipt
        first = round_of(workshop, BALLOTS)
        workshop.doubt(workshop.people.include("Ben").id, DOUBTED)
        workshop.open_round()
        second = round_of(workshop, with_points(longevity=6))
        recommendation = conclude(workshop, KB, as_expected, dict)
        record = write_record(recommendation, folder / "decisions")
        return Recorded(record, workshop.path, (first, second), (replaced,))


def consulted(
    folder: Path, *rounds: Mapping[str, Ballot], plan: Plan | None = None, doubt: str = ""
) -> Recommendation:
    """What is recorded of a new workshop of these rounds, in ``folder``; Ana doubts the claim."""
    with create(folder / "team.workshop", plan or a_plan()) as workshop:
        if doubt:
            workshop.doubt(workshop.people.include("Ana").id, doubt)
        for number, ballots in enumerate(rounds, start=1):
            if number > 1:
                workshop.open_round()
            round_of(workshop, ballots)
        return conclude(workshop, KB, as_expected, lambda: {})


def text_of(recommendation: Recommendation, decision: Decision | None = None) -> str:
    """The text that is sealed with the evidence."""
    return body(recommendation, decision or as_advised(recommendation))


def command(*arguments: str | Path) -> int:
    """Run ``advisor workshop`` with these arguments; returns the exit code."""
    return main(["workshop", *map(str, arguments)])
