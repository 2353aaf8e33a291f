"""A person at a terminal, from the first question to a recommendation and a record."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Container, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals that pexpect can drive", allow_module_level=True)

import pexpect
import pyte

DOWN, ENTER, SPACE, ESCAPE = "\x1b[B", "\r", " ", "\x1b"
COLUMNS, ROWS = 100, 200  # tall, so that the whole report stays on the screen
FIRST = "Has your organisation settled on one framework?"
PATIENCE = 600  # seconds; a first import of both frameworks from a cold disk takes minutes


VARIES = "Does the computation change with the data?"
LOOP = "How do you want to write training?"
KEYS = {
    FIRST: (DOWN, DOWN, DOWN, DOWN, ENTER),
    "What kind of models is this about?": (DOWN, SPACE, ENTER),
    "What will you do with the model?": (DOWN, DOWN, ENTER),
    VARIES: (ENTER,),
    LOOP: (DOWN, ENTER),
}


class Person:
    """Types at a pseudo-terminal and reads the screen."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *arguments: str) -> None:
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "advisor.cli.main", *arguments],
            cwd=str(folder),
            env=dict(environment),
            dimensions=(ROWS, COLUMNS),
            timeout=PATIENCE,
        )
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)

    def reads(self, words: str) -> str:
        """The screen, once ``words`` stand on it."""
        while words not in self.text():
            self.stream.feed(self.child.read_nonblocking(65536, timeout=PATIENCE))
        return self.text()

    def is_asked(self, but: Container[str] = ()) -> str:
        """The question that waits for an answer, once it is none of those in ``but``."""
        while True:
            marked = [line[2:] for line in self.text().splitlines() if line.startswith("? ")]
            if marked and marked[-1].endswith("?") and marked[-1] not in but:
                return marked[-1]
            self.stream.feed(self.child.read_nonblocking(65536, timeout=PATIENCE))

    def types(self, *keys: str) -> None:
        self.child.send("".join(keys))

    def leaves(self) -> int:
        """The exit code, once the program has ended."""
        while True:
            try:
                self.stream.feed(self.child.read_nonblocking(65536, timeout=PATIENCE))
            except pexpect.EOF:
                break
        self.child.close()
        assert self.child.exitstatus is not None
        return int(self.child.exitstatus)

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)


Arrive: TypeAlias = Callable[..., Person]


@pytest.fixture(scope="module")
def surroundings(
    environment: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, str]:
    """The environment with a cache of its own: what these people wait for is really tried."""
    return {**environment, "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}


@pytest.fixture
def arrive(tmp_path: Path, surroundings: Mapping[str, str]) -> Iterator[Arrive]:
    """Lets somebody start the program; whoever is still there afterwards is shown out."""
    came: list[Person] = []

    def start(*arguments: str) -> Person:
        came.append(Person(tmp_path, surroundings, *arguments))
        return came[-1]

    yield start
    for person in came:
        person.child.close(force=True)


def test_from_the_first_question_to_a_recommendation_and_a_record(
    tmp_path: Path, arrive: Arrive
) -> None:
    person = arrive("--record", "decisions")
    asked: list[str] = []
    while not {VARIES, LOOP} <= set(asked):  # the order is the program's own
        asked.append(person.is_asked(but=asked))
        if asked[-1] == VARIES:
            person.types("?")
            person.reads(f"Why do we ask: {VARIES}")
            person.reads("Go on with the question")
            person.types(DOWN, ENTER)
            person.reads("because")
            person.types(ENTER)
            person.reads("u don't know")
        person.types(*KEYS.get(asked[-1], "u"))
    person.is_asked(but=asked)
    person.types("e")
    person.reads("Which of these matters most to you?")
    person.types(ENTER)
    person.reads("What shall this decision be called?")
    person.types("Which one for the lab", ENTER)
    review = person.reads("Get the recommendation")
    assert "Yes, from input to input" in review
    person.types(ENTER)
    person.reads("Anything you want to question?")
    person.types(DOWN, ENTER)
    person.reads("Leaning to PyTorch, because under")
    person.types(ENTER)
    code = person.leaves()
    report = person.text()
    assert code == 0
    assert "Leaning to PyTorch" in report
    assert "verified here, on torch" in report
    assert "confirmed: In PyTorch the graph may differ from one input to the next" in report
    assert "session: advisor-session.yaml" in report
    (record,) = (tmp_path / "decisions").glob("*.md")
    assert record.name == "0001-which-one-for-the-lab.md"
    assert 'Chosen option: "PyTorch", because' in record.read_text(encoding="utf-8")


def test_who_stops_is_told_how_to_go_on_and_goes_on_there(tmp_path: Path, arrive: Arrive) -> None:
    first = arrive()
    first.reads(FIRST)
    first.types(ENTER)
    next_one = first.is_asked(but=[FIRST])
    first.types(ESCAPE)
    assert first.leaves() == 130
    told = first.text().replace("\n", "")  # the sentence may be wrapped
    assert "go on with: advisor --resume advisor-session.yaml" in told
    second = arrive("--resume")
    assert second.is_asked() == next_one
    assert FIRST not in second.text()


def test_going_on_asks_for_all_that_was_asked_for_and_names_the_session(
    tmp_path: Path, arrive: Arrive
) -> None:
    (tmp_path / "advisor-session.yaml").write_text(
        "schema: 1\ntitle: t\nanswers: {task: vision}\ntool: framework-advisor 1.0.0\n"
        "knowledge_base: sha256:0123\n",
        encoding="utf-8",
    )
    given = ("--no-probes", "--strict", "--record", "our decisions", "--python", sys.executable)
    person = arrive("--resume", *given)
    told = person.reads("esc stop")
    assert "going on with advisor-session.yaml" in told
    assert "advisor-session.yaml was made with other knowledge" in told
    person.types(ESCAPE)
    assert person.leaves() == 130
    told = "".join(person.text().split())  # lines may end anywhere
    assert f"advisor--resumeadvisor-session.yaml--python{sys.executable}--no-probes" in told
    assert "--strict--record'ourdecisions'" in told


def test_a_program_asked_to_end_keeps_the_answers(tmp_path: Path, arrive: Arrive) -> None:
    person = arrive()
    person.reads(FIRST)
    person.types(ENTER)
    person.is_asked(but=[FIRST])
    person.child.kill(signal.SIGTERM)
    assert person.leaves() == 130
    assert "standard: tensorflow_preferred" in (tmp_path / "advisor-session.yaml").read_text(
        encoding="utf-8"
    )


def test_who_stops_before_the_first_answer_leaves_nothing_behind(
    tmp_path: Path, arrive: Arrive
) -> None:
    person = arrive()
    person.reads(FIRST)
    person.types(ESCAPE)
    assert person.leaves() == 130
    assert list(tmp_path.iterdir()) == []


def test_who_leaves_the_menu_after_the_report_ends_as_usual(tmp_path: Path, arrive: Arrive) -> None:
    (tmp_path / "answers.yaml").write_text("title: t\nanswers: {task: vision}\n", encoding="utf-8")
    person = arrive("ask", "--resume", "answers.yaml", "--no-probes")
    person.reads("esc stop")
    person.types("e")
    person.reads("Which of these matters most to you?")
    person.types(ENTER)
    person.reads("Get the recommendation")
    person.types(ENTER)
    person.reads("Anything you want to question?")
    person.types(ESCAPE)
    assert person.leaves() == 0
    assert "stopped" not in person.text()
