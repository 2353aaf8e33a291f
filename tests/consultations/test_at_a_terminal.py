"""A person at a terminal, from the first question to a recommendation and a record."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals that pexpect can drive", allow_module_level=True)

import pexpect
import pyte

DOWN, ENTER, SPACE, ESCAPE = "\x1b[B", "\r", " ", "\x1b"
COLUMNS, ROWS = 100, 200  # tall, so that the whole report stays on the screen
PATIENCE = 600  # seconds; a first import of both frameworks from a cold disk takes minutes


class Person:
    """Types at a pseudo-terminal and reads the screen."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "advisor.cli.main", *arguments],
            cwd=str(folder),
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


@pytest.fixture
def people(tmp_path: Path) -> Iterator[list[Person]]:
    """Everybody who came; whoever is still there afterwards is shown out."""
    came: list[Person] = []
    yield came
    for person in came:
        person.child.close(force=True)


def test_from_the_first_question_to_a_recommendation_and_a_record(
    tmp_path: Path, people: list[Person]
) -> None:
    person = Person(tmp_path, "--record", "decisions")
    people.append(person)
    person.reads("What kind of models is this about?")
    person.types(DOWN, SPACE, ENTER)
    person.reads("What will you do with the model?")
    person.types(DOWN, DOWN, ENTER)
    person.reads("Where do your models and ideas come from?")
    person.types("u")
    person.reads("Does the computation change with the data?")
    person.types("?")
    person.reads("Why do we ask: Does the computation change with the data?")
    person.types(ENTER)
    person.reads("How do you want to write training?")
    person.types(DOWN, ENTER)
    person.reads("Will people step through the model with a debugger")
    person.types("e")
    person.reads("Which of these matters most to you?")
    person.types(ENTER)
    person.reads("What shall this decision be called?")
    person.types("Which one for the lab", ENTER)
    review = person.reads("Get the recommendation")
    assert "Yes, from input to input" in review
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


def test_who_stops_is_told_how_to_go_on_and_goes_on_there(
    tmp_path: Path, people: list[Person]
) -> None:
    first = Person(tmp_path)
    people.append(first)
    first.reads("What kind of models is this about?")
    first.types(SPACE, ENTER)
    first.reads("What will you do with the model?")
    first.types(ESCAPE)
    assert first.leaves() == 130
    told = first.text().replace("\n", "")  # the sentence may be wrapped
    assert "go on with: advisor --resume advisor-session.yaml" in told
    second = Person(tmp_path, "--resume")
    people.append(second)
    assert "What kind of models" not in second.reads("What will you do with the model?")


def test_a_program_asked_to_end_keeps_the_answers(tmp_path: Path, people: list[Person]) -> None:
    person = Person(tmp_path)
    people.append(person)
    person.reads("What kind of models is this about?")
    person.types(SPACE, ENTER)
    person.reads("What will you do with the model?")
    person.child.kill(signal.SIGTERM)
    assert person.leaves() == 130
    assert "task: language" in (tmp_path / "advisor-session.yaml").read_text(encoding="utf-8")


def test_who_stops_before_the_first_answer_leaves_nothing_behind(
    tmp_path: Path, people: list[Person]
) -> None:
    person = Person(tmp_path)
    people.append(person)
    person.reads("What kind of models is this about?")
    person.types(ESCAPE)
    assert person.leaves() == 130
    assert list(tmp_path.iterdir()) == []
