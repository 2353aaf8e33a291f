"""What outside readers are given to read, what they must find in it, and how they are run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml

from advisor.records.writing import write_record
from advisor.workshop.fact_checks import conclude
from advisor.workshop.store import create

from ...conftest import Program
from ..recorded_workshops import HOSTILE as WORKSHOP_WORDS
from ..recorded_workshops import round_of, saying
from ..workshops import KB, a_plan

EXAMPLES = Path(__file__).parents[3] / "examples"
WITHOUT_OUTCOME = ("nothing-known", "ruled-out")
CLIENTS = Path(sys.prefix) / "clients"
# One of them would tell its makers what it builds; one reads in the locale, one in the time zone.
SETTINGS = {"NEXT_TELEMETRY_DISABLED": "1", "PYTHONUTF8": "1", "TZ": "UTC", "NO_COLOR": "1"}

HOSTILE = {
    "title": "Quotes \"a\" 'b': *bold* [link](0001-x.md) `code` <script>alert(1)</script> "
    "<!-- no --> # | ~~gone~~ &lt;b&gt; $x_1$ 🦀👩‍🔬 right to left אבג أحمد",
    "people": {
        "decision_makers": [
            'Quote "Q" O\'Neil: # no',
            "*Ada* <b>L</b> [x](y.md)",
            "null",
            "- é 🦀",
        ],
        "consulted": ["---", "أحمد", "a" * 300],
        "informed": ["{everybody}", "& | ~ % @"],
    },
}
TEAM = "A *team* decides <b>this</b>"
WORDS = f"{WORKSHOP_WORDS} ~~gone~~ &lt;b&gt; 🦀👩‍🔬 1. - + > | [x]: y"[:500]
LONG = {"title": "a title of three hundred characters " * 8 + "and a few mo"}


@dataclass(frozen=True)
class Expected:
    """What a reader must find in a record: what went into it, which nobody has read out of it."""

    title: str
    status: str
    decision_makers: Sequence[str]
    consulted: Sequence[str]
    informed: Sequence[str]


@dataclass(frozen=True)
class Records:
    """A folder of records, and by the names of their files what is in them."""

    folder: Path
    expected: Mapping[str, Expected]

    @property
    def superseded(self) -> str:
        return next(name for name in self.expected if name.startswith("0001-"))

    @property
    def successor(self) -> str:
        return next(name for name in self.expected if name.startswith("0002-"))


def make_records(run_program: Program, folder: Path) -> Records:
    """A record of each example that has an outcome, two with hostile texts, and a team's.

    The first is superseded by the second, which is accepted; the others are proposed.
    """
    sheets = [
        yaml.safe_load(path.read_text("utf-8"))
        for path in sorted(EXAMPLES.glob("*.yaml"))
        if path.stem not in WITHOUT_OUTCOME
    ]
    sheets += [{**sheets[0], **texts} for texts in (HOSTILE, LONG)]
    expected: dict[str, Expected] = {}
    for number, sheet in enumerate(sheets, 1):
        (folder / "answers.yaml").write_text(yaml.safe_dump(sheet, allow_unicode=True), "utf-8")
        options = ("--answers", "answers.yaml", "--no-probes", "--record", "decisions")
        run = run_program("ask", *options, folder=folder)
        assert not run.complaints, run.err
        (path,) = (folder / "decisions").glob(f"{number:04d}-*.md")
        status = {1: "superseded", 2: "accepted"}.get(number, "proposed")
        expected[path.name] = _expected(sheet, status)
    path, people = _of_a_team(folder)
    expected[path.name] = _expected({"title": TEAM, "people": people}, "proposed")
    for change in (("accept", "2"), ("supersede", "1", "--by", "2")):
        run = run_program("record", *change, "--dir", "decisions", folder=folder)
        assert run.code == 0, run.err
    return Records(folder / "decisions", expected)


def _of_a_team(folder: Path) -> tuple[Path, Mapping[str, Sequence[str]]]:
    """The record of a workshop full of hostile words, and the people whom it names."""
    roles = {"Zoe": "driver", "Yan *b*": "approver", "{Ivo}": "informed"}
    plan = a_plan(title=TEAM, people=roles)
    named = {f"{name} <i> # x": one for name, one in saying(edge=WORDS, team=WORDS).items()}
    with create(folder / "team.workshop", plan) as workshop:
        round_of(workshop, named)
        recommendation = conclude(workshop, KB, lambda _: {}, dict)
        path = write_record(recommendation, folder / "decisions")
    people = {
        "decision_makers": ["Yan *b*"],
        "consulted": ["Zoe", *named],
        "informed": ["{Ivo}"],
    }
    return path, people


def _expected(sheet: Mapping[str, Any], status: str) -> Expected:
    people = sheet.get("people", {})
    roles = (people.get(role, []) for role in ("decision_makers", "consulted", "informed"))
    return Expected(sheet["title"], status, *roles)


def export(run_program: Program, records: Records, form: str, to: Path) -> Path:
    """The folder of the records' projections."""
    options = ("--as", form, "--to", to, "--dir", records.folder)
    run = run_program("record", "export", *options, folder=records.folder.parent)
    assert run.code == 0, run.err
    return to


def clients_in(folder: Path) -> Path:
    """The folder, where what its package.json names is installed; else the test cannot run."""
    if shutil.which("node") is None:
        lacking("there is no node here")
    if not (folder / ".done").is_file():
        lacking(f"not installed in {folder}: make does that where npm and a network are")
    return folder


def lacking(reason: str) -> NoReturn:
    """Skip the test; fail it where make says that the clients should be there."""
    if os.environ.get("CLIENTS_EXPECTED"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def run_client(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of somebody else's, whatever it says by its exit code."""
    return subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, **SETTINGS},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
    )
