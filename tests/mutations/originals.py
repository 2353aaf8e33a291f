"""The files that are damaged, and the commands that read each kind of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from advisor.records.writing import write_record
from advisor.report.session_file import finished_text
from advisor.workshop.fact_checks import conclude
from advisor.workshop.store import Workshop, create

from ..advisor.recommendations import EXAMPLES, KB, TODAY, as_expected, example
from ..advisor.workshops import BALLOTS, EXAMPLE, a_plan
from .mutators import mutate_database, mutated_bundle, mutated_text

SMALL_KNOWLEDGE = Path(__file__).parents[1] / "rules" / "small"

FOREIGN = """\
---
status: "superseded by [ADR-0002](0002-b.md)"
date: 2026-01-05
decision-makers: [Ada, Ben]
---

# Use a queue

## Context and Problem Statement

Orders get lost between the [shop](https://shop.example) and the warehouse.

## Considered Options

* A queue
* `Polling`

## Decision Outcome

Chosen option: "A queue", because it keeps what nobody has read.

### Consequences

* Good, because nothing is lost
* Bad, because somebody has to run it

## Pros and Cons of the Options

### A queue

* Good, because it waits

### Polling

* Bad, because it asks all day

## More Information

| when | what |
|------|------|
| 2027-01-05 | look at it again |
"""
NYGARD = """\
# 2. Poll after all

Date: 2026-02-01

## Status

Accepted

Supersedes [1. Use a queue](0001-a.md)

## Context

The queue fell over.

## Decision

We poll.

## Consequences

More traffic.
"""


@dataclass(frozen=True)
class Kind:
    """Files of one kind: ``damage`` changes one of those ``originals`` in a folder that holds them,
    and each of ``commands`` reads it there.
    """

    name: str
    originals: Sequence[str]
    damage: Callable[[Path, Random], None]
    commands: Sequence[str]


def _damaging(
    pattern: str, mutated: Callable[[bytes, Random], bytes]
) -> Callable[[Path, Random], None]:
    """Changes one of the files in the folder that are named so."""

    def damage(folder: Path, random: Random) -> None:
        path = random.choice(sorted(folder.rglob(pattern)))
        path.write_bytes(mutated(path.read_bytes(), random))

    return damage


def _damage_workshop(folder: Path, random: Random) -> None:
    mutate_database(random.choice(sorted(folder.glob("*.workshop"))), random)


READING = (  # what reads whatever holds answers
    "explain {} --format json",
    "explain {} --why int8",
    "explain {} --why-not pytorch",
    "explain {}",
    "report {} --format html",
    "report {}",
    "whatif {} --set target=ios",
    "whatif {} --set target=ios --format json",
    "flips {} --changes 1 --format json",
    "flips {} --changes 1",
    "ask --answers {} --no-probes",
    "ask --answers {} --no-probes --format json",
    "ask --answers {} --no-probes --format html",
)
RECORDS = (
    "record lint decisions",
    "record lint decisions --format json",
    "record lint decisions --format sarif",
    "record list --dir decisions",
    "record list --dir decisions --format json",
    "record due --dir decisions --on 2027-01-01",
    "record due --dir decisions --on 2027-01-01 --format json",
    "record export --as nygard --to exported --dir decisions",
    "record export --as log4brains --to exported --dir decisions",
    "record accept 1 --dir decisions",
    "record supersede 1 --by 2 --dir decisions",
    "record verify decisions",
)
PROVING = ("record verify {}", "record verify {}", "record verify {} --format json")
WORKSHOP = (
    "workshop show {}",
    "workshop show {} --format json",
    "workshop audit {}",
    "workshop try {} --list",
    "workshop reveal {} --now --no-probes",
    "workshop next {}",
    "workshop record {} --no-probes --dir decisions",
    "workshop merge {} ben.yaml",
)


def _each(commands: Sequence[str], *files: str) -> tuple[str, ...]:
    return tuple(command.format(file) for file in files for command in commands)


RECORD = "decisions/0001-framework-for-the-plant-recognition-app.md"
TEAM_RECORD = "decisions/0002-framework-for-the-plant-recognition-app.md"
EVIDENCE = tuple(name.replace(".md", ".evidence.zip") for name in (RECORD, TEAM_RECORD))
WORKSHOPS = ("open.workshop", "revealed.workshop")
KINDS = (
    Kind(
        "answers",
        ("answers.yaml",),
        _damaging("answers.yaml", mutated_text),
        (
            *_each(READING, "answers.yaml"),
            "ask --answers answers.yaml --no-probes --record decisions",
            "ask --answers answers.yaml --no-probes --session new.yaml",
            "record new answers.yaml --dir decisions",
            "workshop new other.workshop --title t --approver Zoe --answers answers.yaml",
        ),
    ),
    Kind(
        "session",
        ("session.yaml",),
        _damaging("session.yaml", mutated_text),
        (
            *_each(READING, "session.yaml"),
            "record new session.yaml --dir decisions",
            "ask --resume session.yaml --no-probes",
        ),
    ),
    Kind(
        "record",
        ("decisions",),
        _damaging("*.md", mutated_text),
        (
            *_each(PROVING, RECORD, TEAM_RECORD),
            *RECORDS,
            *_each(("explain {}", "workshop audit {}"), RECORD, TEAM_RECORD),
        ),
    ),
    Kind(
        "evidence",
        ("decisions",),
        _damaging("*.zip", mutated_bundle),
        (
            *_each(PROVING, RECORD, TEAM_RECORD),
            *_each(READING, *EVIDENCE),
            *_each(("workshop audit {}", "record new {} --dir new"), *EVIDENCE),
            "record due --dir decisions --on 2027-01-01",
            "record lint decisions",
            "record verify decisions",
        ),
    ),
    Kind("foreign record", ("foreign",), _damaging("*.md", mutated_text), RECORDS),
    Kind(
        "ballot",
        ("ana.yaml", "open.workshop"),
        _damaging("ana.yaml", mutated_text),
        (
            "workshop merge open.workshop ana.yaml",
            "ask --answers ana.yaml --no-probes",
            "explain ana.yaml",
        ),
    ),
    Kind(
        "workshop",
        (*WORKSHOPS, "ben.yaml"),
        _damage_workshop,
        (
            *_each(READING, "revealed.workshop"),
            *_each(WORKSHOP, *WORKSHOPS),
            "record new revealed.workshop --dir decisions",
        ),
    ),
    Kind(
        "knowledge",
        ("knowledge",),
        _damaging("*.yaml", mutated_text),
        (
            "kb check --kb knowledge",
            "kb check --kb knowledge --format json",
            "kb check --kb knowledge --format sarif",
            "kb test --kb knowledge",
            "kb coverage --kb knowledge --format json",
            "kb questions --kb knowledge",
            "ask --kb knowledge --no-probes --set target=ios --format json",
        ),
    ),
)


def write_originals(folder: Path) -> None:
    """Write what the kinds are made of, undamaged."""
    android = example("android-app")
    shutil.copyfile(EXAMPLES / "android-app.yaml", folder / "answers.yaml")
    (folder / "session.yaml").write_text(finished_text(android), "utf-8")
    for name in ("ana", "ben"):
        shutil.copyfile(EXAMPLE / f"{name}.yaml", folder / f"{name}.yaml")
    with create(folder / "open.workshop", a_plan()) as workshop:
        _answer(workshop)
    with create(folder / "revealed.workshop", a_plan()) as workshop:
        _answer(workshop)
        workshop.reveal()
        conclusion = conclude(workshop, KB, as_expected, dict)
    for recommendation in (android, conclusion):
        write_record(recommendation, folder / "decisions", today=TODAY)
    foreign = folder / "foreign" / "decisions"
    foreign.mkdir(parents=True)
    (foreign / "0001-a.md").write_text(FOREIGN, "utf-8")
    (foreign / "0002-b.md").write_text(NYGARD, "utf-8")
    shutil.copytree(SMALL_KNOWLEDGE, folder / "knowledge")


def _answer(workshop: Workshop) -> None:
    for name, ballot in BALLOTS.items():
        workshop.submit(workshop.people.include(name).id, ballot)
