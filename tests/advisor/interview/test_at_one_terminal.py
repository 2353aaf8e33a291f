"""Five people pass one keyboard round, at a real terminal; nothing of theirs stays on it."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals that pexpect can drive", allow_module_level=True)

import pexpect
import pyte

from advisor.answers.ballot import Ballot
from advisor.cli.command import USAGE, WRONG
from advisor.cli.workshop import sit
from advisor.errors import CommandError
from advisor.workshop.plan import Plan
from advisor.workshop.store import OwnBallot, Workshop, create, open_workshop
from rules.loading.loader import load

KNOWLEDGE = Path(__file__).parent / "knowledge"
KB = load(KNOWLEDGE)
UP, DOWN, ENTER, SPACE, ESCAPE, CTRL_C = "\x1b[A", "\x1b[B", "\r", " ", "\x1b", "\x03"
PATIENCE = 60  # seconds
PLAN = Plan(
    id="0123456789abcdef",
    code="ABCD2345",
    title="Spade or rake",
    people=dict.fromkeys(("Ana", "Ben", "Cyd", "Dot"), "contributor"),
    known={},
    questions=("size", "crops", "age"),
    criteria=("speed", "comfort", "price"),
    knowledge=KB.digest,
)


@dataclass(frozen=True)
class Voter:
    """Somebody with the keys they press on the way, prompt by prompt, and the ballot that makes."""

    name: str
    keys: tuple[str, str, str]  # at each question
    points: tuple[int, int, int]
    reason: str
    ballot: Ballot


def voter(name: str, keys: tuple[str, str, str], answers: tuple[str, ...], *points: int) -> Voter:
    given = dict(zip(PLAN.questions, ((one,) for one in answers), strict=True))
    reason = f"{name} has a reason" if points[0] == 9 else ""
    reasons = {"size": reason} if reason else {}
    ballot = Ballot(given, dict(zip(PLAN.criteria, points, strict=True)), reasons, name == "Cyd")
    return Voter(name, keys, (points[0], points[1], points[2]), reason, ballot)


ROOTS, FLOWERS, LAWN = f"{SPACE}{ENTER}", f"{DOWN}{SPACE}{ENTER}", f"{DOWN}{DOWN}{SPACE}{ENTER}"
FIRST, SECOND = ENTER, f"{DOWN}{ENTER}"
VOTERS = (
    voter("Ana", (FIRST, ROOTS, FIRST), ("small", "roots", "children"), 9, 1, 5),
    voter("Ben", (SECOND, FLOWERS, SECOND), ("large", "flowers", "adults"), 5, 5, 5),
    voter("Cyd", (FIRST, LAWN, "u"), ("small", "lawn", "unknown"), 4, 6, 9),
    voter("Dot", ("u", "u", FIRST), ("unknown", "unknown", "children"), 1, 9, 2),
    voter("Eve", (SECOND, ROOTS, SECOND), ("large", "roots", "adults"), 9, 9, 8),
)
# Whatever could tell of a ballot: questions, answers, criteria, points, reasons.
TELLING = (
    *(text for q in KB.questions.values() for text in (q.ask, *(o.label for o in q.options))),
    *(criterion.title for criterion in KB.criteria.values()),
    *("decides", "does not matter", "point", "has a reason", "I don't know", "receipt"),
)


class Table:
    """A terminal with its program, its screen, and all that can be scrolled back to."""

    def __init__(self, file: Path, columns: int = 80, rows: int = 24, stdout: str = "") -> None:
        program = [sys.executable, "-m", "advisor.cli.main", "workshop", "sit"]
        command = [*program, str(file), "--kb", str(KNOWLEDGE)]
        if stdout:
            command = ["/bin/sh", "-c", f'exec "$@" > "{stdout}"', "sh", *command]
        self.child = pexpect.spawn(
            command[0],
            command[1:],
            cwd=str(Path(sit.__file__).parents[3]),
            env={**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1"},
            dimensions=(rows, columns),
            timeout=PATIENCE,
        )
        self.screen = pyte.HistoryScreen(columns, rows, history=10_000)
        self.stream = pyte.ByteStream(self.screen)

    def reads(self, *words: str) -> str:
        """The screen, once all ``words`` stand on it."""
        while not all(word in self.text() for word in words):
            try:
                self.stream.feed(self.child.read_nonblocking(65536, timeout=PATIENCE))
            except pexpect.TIMEOUT:
                pytest.fail(f"waited for {words}, and there stands:\n{self.text()}")
        return self.text()

    def types(self, *keys: str) -> None:
        self.child.send("".join(keys))

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def everything(self) -> str:
        """The screen and what scrolled off it."""
        history = [*self.screen.history.top, *self.screen.history.bottom]
        lines = ("".join(line[x].data for x in range(self.screen.columns)) for line in history)
        return "\n".join([*lines, self.text()])

    def leaves(self) -> int:
        """The exit code, once the program has ended."""
        try:
            while True:
                self.stream.feed(self.child.read_nonblocking(65536, timeout=PATIENCE))
        except pexpect.EOF:
            self.child.close()
        assert self.child.exitstatus is not None
        return int(self.child.exitstatus)

    # What people do

    def sits_down(self, one: Voter) -> None:
        """Gets the keyboard, as the first of the list, or by name where they are not in it."""
        menu = self.reads("Who is next?", "esc stop")
        if f"» {one.name}" not in menu:
            self.types(UP, ENTER)  # from "nobody", once all who were named have answered
            self.reads("By what name do the others know you?", "esc stop")
            self.types(one.name, ENTER)
        else:
            self.types(ENTER)
        self.reads(f"Pass the keyboard to {one.name}", "esc stop")
        self.types(ENTER)

    def answers(self, one: Voter) -> None:
        for question, keys in zip(PLAN.questions, one.keys, strict=True):
            self.reads(KB.questions[question].ask, "esc stop")
            self.types(keys)
        for criterion, points in zip(PLAN.criteria, one.points, strict=True):
            self.reads(f"{KB.criteria[criterion].title}: how much does it matter?", "esc stop")
            self.types(*[UP if points > 5 else DOWN] * abs(points - 5), ENTER)
        self.reads("Say why, for any of them", "esc stop")
        if one.reason:
            self.types(DOWN, ENTER)
            self.reads(f"{KB.questions['size'].ask} ", "Why?", "shift-tab back")
            self.types(one.reason, ENTER)
            self.reads("with a reason", "esc stop")
            self.types(UP)
        self.types(ENTER)
        self.reads("May your name stand by your answers in the record?", "esc stop")
        self.types(SECOND if one.ballot.named else FIRST)

    def seals(self) -> str:
        """The receipt that is shown."""
        self.reads("Seal it?", "esc stop")
        self.types(ENTER)
        told = self.reads("Your receipt begins", "Have you noted it?", "esc stop")
        (receipt,) = re.findall(r"\b[0-9a-f]{64}\b", told)
        assert f"begins {receipt[:4]} {receipt[4:8]} {receipt[8:12]}" in told
        self.types(ENTER)
        return str(receipt)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    create(tmp_path / "team.workshop", PLAN).close()
    return tmp_path / "team.workshop"


@pytest.fixture
def tables() -> Iterator[list[Table]]:
    """Every terminal; whatever still runs in one afterwards is ended."""
    made: list[Table] = []
    yield made
    for table in made:
        table.child.close(force=True)


def sealed(file: Path) -> dict[str, OwnBallot]:
    """Name -> ballot of who has sealed one."""
    with open_workshop(file) as workshop:
        own = {one.name: workshop.own_ballot(one.id) for one in workshop.people.all()}
    return {name: found for name, found in own.items() if found is not None}


def tells(shown: str) -> list[str]:
    return [text for text in TELLING if text in shown]


def test_five_people_answer_and_nothing_of_theirs_stays(file: Path, tables: list[Table]) -> None:
    table = Table(file)
    tables.append(table)
    receipts: dict[str, str] = {}
    for place, one in enumerate(VOTERS):
        table.sits_down(one)
        if place == 1:  # a long answer, so that much scrolls away
            table.reads(KB.questions["size"].ask, "? why", "esc stop")
            table.types("?")
            table.reads("Why do we ask", "? why", "esc stop")
            assert tells(table.everything()) != []
        table.answers(one)
        receipts[one.name] = table.seals()
        table.reads("Who is next?", f"{place + 1} of {max(4, place + 1)} have answered", "esc stop")
        shown = table.everything()
        assert tells(shown) == []
        assert receipts[one.name][:4] not in shown
    table.types(ENTER)  # nobody: that is all
    assert table.leaves() == 0
    shown = table.everything()
    assert tells(shown) == []
    assert "5 of 5 have answered in round 1; reveal it with: advisor workshop reveal" in shown
    found = sealed(file)
    assert {name: own.receipt for name, own in found.items()} == receipts
    assert {name: own.ballot for name, own in found.items()} == {v.name: v.ballot for v in VOTERS}


@pytest.mark.parametrize("how", ["keys", "signal"])
def test_who_stops_leaves_a_clean_screen_and_what_others_sealed(
    file: Path, tables: list[Table], how: str
) -> None:
    table = Table(file)
    tables.append(table)
    ana, ben, *_ = VOTERS
    table.sits_down(ana)
    table.answers(ana)
    table.seals()
    table.sits_down(ben)
    table.reads(KB.questions["size"].ask, "esc stop")
    table.types(ENTER)
    table.reads(KB.questions["crops"].ask, "esc stop")
    if how == "keys":
        table.types(CTRL_C)
        table.reads("Stop here?", "esc stop")
        table.types(CTRL_C)
    else:
        table.child.kill(signal.SIGTERM)
    assert table.leaves() == 130
    told = table.everything()
    assert tells(told) == []
    assert "stopped. 1 of 4 have answered in round 1, without Ben, Cyd, Dot;" in told
    assert f"advisor workshop sit {file}" in told.replace("\n", "")
    assert {name: own.ballot for name, own in sealed(file).items()} == {"Ana": ana.ballot}


def test_a_low_and_narrow_terminal_will_do_and_stdout_stays_empty(
    file: Path, tables: list[Table], tmp_path: Path
) -> None:
    table = Table(file, columns=44, rows=12, stdout=str(tmp_path / "out"))
    tables.append(table)
    table.sits_down(VOTERS[0])
    for question, keys in zip(PLAN.questions, VOTERS[0].keys, strict=True):
        table.reads(KB.questions[question].ask, "esc stop")
        table.types(keys)
    table.reads("Speed: how much does it matter?", "esc stop")
    table.types("e")
    table.reads("Seal it?", "esc stop")
    table.types(ENTER)
    table.reads("Have you noted it?", "esc stop")
    table.types(ENTER)
    table.reads("Who is next?", "esc stop")
    assert tells(table.everything()) == []
    table.types(ESCAPE)
    assert table.leaves() == 130
    assert (tmp_path / "out").read_text() == ""
    assert sealed(file)["Ana"].ballot == Ballot(VOTERS[0].ballot.answers)


# Where nobody can sit down


def options(file: Path) -> argparse.Namespace:
    return argparse.Namespace(workshop=file, kb=KNOWLEDGE)


class _Terminal:
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("missing", ["stdin", "stdout"])
def test_without_a_terminal_another_way_is_named(
    file: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(sys, "stdin", None if missing == "stdin" else _Terminal())
    with pytest.raises(
        CommandError, match=r"needs a terminal; collect .* advisor workshop merge "
    ) as no:
        sit.run(options(file))
    assert no.value.exit_code == USAGE


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr(sit, "can_ask", lambda: True)


@pytest.mark.usefixtures("at_a_terminal")
def test_a_terminal_that_cannot_be_cleared_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(CommandError, match=r"cannot be cleared between people; collect .* merge "):
        sit.run(options(file))


@pytest.mark.usefixtures("at_a_terminal")
def test_once_a_round_is_revealed_the_next_one_is_named(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with open_workshop(file) as workshop:
        reveal(workshop)
    with pytest.raises(
        CommandError, match=r"round 1 was revealed; .* advisor workshop next "
    ) as refusal:
        sit.run(options(file))
    assert refusal.value.exit_code == WRONG


def reveal(workshop: Workshop) -> None:
    workshop.submit(workshop.people.include("Ana").id, VOTERS[0].ballot)
    workshop.reveal()
