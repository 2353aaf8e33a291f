"""Workshops as the tests share them: the example's five people, on the shipped knowledge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from advisor.answers.ballot import Ballot
from advisor.answers.rounds import StopRule, WorkshopHistory
from advisor.answers.sheet import read_sheet
from advisor.workshop.ballot_file import read_ballot_file
from advisor.workshop.plan import Plan
from advisor.workshop.store import Workshop
from rules.loading.loader import load

KB = load()
EXAMPLE = Path(__file__).parents[2] / "examples" / "workshop"
NAMES = ("Ana", "Ben", "Chi", "Dora", "Emil")
QUESTIONS = (
    "model_source",
    "training_loop",
    "debugging",
    "static_graph",
    "team_knows",
    "lifetime",
)
KNOWN = read_sheet(EXAMPLE / "beforehand" / "known.yaml", KB)

NewWorkshop: TypeAlias = Callable[..., Workshop]


def a_plan(
    *,
    questions: Sequence[str] = QUESTIONS,
    criteria: Sequence[str] = tuple(KB.criteria),
    **rest: object,
) -> Plan:
    """The example's plan, with changes."""
    given: dict[str, object] = {
        "id": "0123456789abcdef",
        "code": "ABCD2345",
        "title": KNOWN.title,
        "people": {"Zoe": "driver", "Yan": "approver", "Ivo": "informed"},
        "known": {name: said for name, said in KNOWN.answers.items() if name not in questions},
        "questions": tuple(questions),
        "criteria": tuple(criteria),
        "knowledge": KB.digest,
        "stop": StopRule(),
        **rest,
    }
    return Plan(**given)  # type: ignore[arg-type]


def example_ballots() -> dict[str, Ballot]:
    """Name -> ballot of the five people of the example."""
    files = [EXAMPLE / f"{name.lower()}.yaml" for name in NAMES]
    return {one.name: one.ballot for one in (read_ballot_file(f, a_plan(), KB) for f in files)}


BALLOTS = example_ballots()


def voted(workshop: Workshop, ballots: dict[str, Ballot]) -> WorkshopHistory:
    """The minutes once these were submitted and revealed."""
    for name, ballot in ballots.items():
        workshop.submit(workshop.people.include(name).id, ballot)
    workshop.reveal()
    return workshop.history()
