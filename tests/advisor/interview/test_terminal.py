"""The same interview at a terminal: the keys, and what stands on the screen."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from prompt_toolkit.application import application
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from advisor.interview.prompts import (
    Aside,
    Heading,
    Offer,
    Picked,
    Prompt,
    Reply,
    TextPrompt,
    Typed,
)
from advisor.interview.terminal import TerminalAsker

pyte = pytest.importorskip("pyte")

DOWN, LEFT, ENTER, SPACE, ESCAPE, SHIFT_TAB = "\x1b[B", "\x1b[D", "\r", " ", "\x1b", "\x1b[Z"
CTRL_C, CTRL_D, END = "\x03", "\x04", "\x05"
EVERY_ASIDE = frozenset({Aside.UNKNOWN, Aside.WHY, Aside.BACK})

FRUIT = Prompt(
    ask="Which fruit is it?",
    help="Look at the bowl.",
    section="The kitchen",
    progress="2 of about 9",
    offers=(
        Offer("apple", "Apple", "round"),
        Heading("From the south"),
        Offer("orange", "Orange"),
        Offer("fig", "Fig"),
    ),
    asides=EVERY_ASIDE,
)
NAME = TextPrompt("What is it called?", fallback="Bowl", asides=frozenset({Aside.BACK}))


class _Written(io.StringIO):
    """What a terminal would be sent."""

    encoding = "utf-8"


@dataclass
class Terminal:
    """Types ``keys`` at an asker, and keeps what it wrote."""

    columns: int = 80
    rows: int = 24
    encoding: str = "utf-8"

    def __post_init__(self) -> None:
        self.written = _Written()
        self.written.encoding = self.encoding  # type: ignore[misc]

    def ask(self, keys: str, ask: Callable[[TerminalAsker], Reply | None]) -> Reply | None:
        size = Size(rows=self.rows, columns=self.columns)
        with create_pipe_input() as pipe:
            pipe.send_text(keys)
            output = Vt100_Output(self.written, lambda: size, term="xterm-256color")
            return ask(TerminalAsker(input=pipe, output=output))

    @property
    def screen(self) -> list[str]:
        """The lines that stand on the screen at the end."""
        return _screen(self.written.getvalue(), self.columns, self.rows)

    @property
    def frames(self) -> str:
        """Everything that ever was written, without what moves the cursor or colours it."""
        return "\n".join(
            line
            for part in self.written.getvalue().split("\x1b[J")
            for line in _screen(part, self.columns, 200)
        )


def _screen(written: str, columns: int, rows: int) -> list[str]:
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed(written)
    return [line.rstrip() for line in screen.display if line.strip()]


def one(keys: str, prompt: Prompt = FRUIT) -> Reply | None:
    return Terminal().ask(keys, lambda asker: asker.choose_one(prompt))


def many(keys: str, prompt: Prompt = FRUIT) -> Reply | None:
    return Terminal().ask(keys, lambda asker: asker.choose_many(prompt))


def text(keys: str, prompt: TextPrompt = NAME) -> Reply | None:
    return Terminal().ask(keys, lambda asker: asker.write(prompt))


# What a terminal cannot show


MARKED = replace(FRUIT, before=("fig",))


@pytest.mark.parametrize(
    ("encoding", "pointer"), [("ascii", ">"), ("latin-1", "»"), ("cp437", "»")]
)
def test_what_is_marked_and_pointed_at_shows_in_any_encoding(encoding: str, pointer: str) -> None:
    terminal = Terminal(encoding=encoding)
    terminal.ask(CTRL_C, lambda asker: asker.choose_many(MARKED))
    shown = {f" {pointer} [ ] Apple", "   [ ] Orange", "   [x] Fig"}
    assert shown <= set(terminal.frames.splitlines())


def test_marks_are_those_of_questionary_where_they_show() -> None:
    terminal = Terminal()
    terminal.ask(CTRL_C, lambda asker: asker.choose_many(MARKED))
    assert {" » ○ Apple", "   ● Fig"} <= set(terminal.frames.splitlines())


@pytest.mark.parametrize("choose", ["choose_one", "choose_many"])
def test_nothing_is_a_question_mark_where_only_ascii_shows(choose: str) -> None:
    terminal = Terminal(encoding="ascii")
    terminal.ask(CTRL_C, lambda asker: getattr(asker, choose)(replace(FRUIT, asides=EVERY_ASIDE)))
    assert terminal.written.getvalue().isascii()
    assert "?" not in terminal.frames.replace("? Which fruit is it?", "").replace("? why", "")


# Keys


@pytest.mark.parametrize(
    ("keys", "reply"),
    [
        (ENTER, Picked(("apple",))),
        (DOWN + ENTER, Picked(("orange",))),  # the heading is passed over
        (DOWN * 3 + ENTER, Aside.UNKNOWN),  # listed last, under a blank line
        ("u", Aside.UNKNOWN),
        ("?", Aside.WHY),
        (LEFT, Aside.BACK),
        ("b", Aside.BACK),
        (SHIFT_TAB, Aside.BACK),
        (CTRL_C, Aside.STOP),
        (CTRL_D, Aside.STOP),
        (ESCAPE, Aside.STOP),
        ("x" + ENTER, Picked(("apple",))),  # other letters mean nothing
    ],
)
def test_keys_of_a_single_choice(keys: str, reply: Reply) -> None:
    assert one(keys) == reply


@pytest.mark.parametrize(
    ("keys", "reply"),
    [
        ("9" + ENTER, Picked(("9",))),
        ("3" + ENTER, Picked(("3",))),
        ("39" + DOWN + ENTER, Picked(("8",))),  # it points, and the arrows go on from there
        ("0" + ENTER, Picked(("5",))),  # nothing on this scale
    ],
)
def test_a_digit_goes_to_that_point_of_a_scale(keys: str, reply: Reply) -> None:
    scale = Prompt("How much?", tuple(Offer(n, f"{n} points") for n in "987654321"), before=("5",))
    assert one(keys, scale) == reply


@pytest.mark.parametrize(
    ("keys", "reply"),
    [
        (SPACE + ENTER, Picked(("apple",))),
        (SPACE + DOWN + SPACE + ENTER, Picked(("apple", "orange"))),
        (ENTER + SPACE + ENTER, Picked(("apple",))),  # nothing marked: not an answer yet
        (ENTER + "u", Aside.UNKNOWN),
        ("?", Aside.WHY),
        (LEFT, Aside.BACK),
        (CTRL_C, Aside.STOP),
        (CTRL_D, Aside.STOP),
    ],
)
def test_keys_of_a_multiple_choice(keys: str, reply: Reply) -> None:
    assert many(keys) == reply


@pytest.mark.parametrize(
    ("keys", "reply"),
    [
        (ENTER, Typed("")),
        ("u?b" + ENTER, Typed("u?b")),  # here they are letters
        (SHIFT_TAB, Aside.BACK),
        (CTRL_C, Aside.STOP),
        (CTRL_D, Aside.STOP),
    ],
)
def test_keys_of_a_text(keys: str, reply: Reply) -> None:
    assert text(keys) == reply


def test_a_text_can_be_edited() -> None:
    assert text("s" + ENTER, replace(NAME, initial="Bowl")) == Typed("Bowls")


@pytest.mark.parametrize("ask", [one, many])
def test_what_a_prompt_does_not_offer_has_no_key(
    ask: Callable[[str, Prompt], Reply | None],
) -> None:
    prompt = replace(FRUIT, asides=frozenset())
    assert ask("u?b" + LEFT + SPACE + ENTER, prompt) == Picked(("apple",))


def test_the_answer_before_is_pointed_at() -> None:
    assert one(ENTER, replace(FRUIT, before=("orange",))) == Picked(("orange",))
    assert one(ENTER, replace(FRUIT, before=("unknown",))) is Aside.UNKNOWN


def test_the_answers_before_are_marked() -> None:
    before = replace(FRUIT, before=("apple", "fig"))
    assert many(ENTER, before) == Picked(("apple", "fig"))
    assert many(SPACE + ENTER, before) == Picked(("fig",))


def test_asking_why_leaves_the_place_in_a_list_as_it_was() -> None:
    reply = Terminal().ask(
        DOWN + "?" + ENTER, lambda asker: (asker.choose_one(FRUIT), asker.choose_one(FRUIT))[1]
    )
    assert reply == Picked(("orange",))


def test_asking_why_leaves_the_marks_as_they_were() -> None:
    reply = Terminal().ask(
        SPACE + DOWN + DOWN + "?" + SPACE + ENTER,
        lambda asker: (asker.choose_many(FRUIT), asker.choose_many(FRUIT))[1],
    )
    assert reply == Picked(("apple", "fig"))


def test_another_question_starts_at_its_own_answer() -> None:
    other = replace(FRUIT, ask="And which else?", before=("fig",))
    reply = Terminal().ask(
        DOWN + "?" + ENTER, lambda asker: (asker.choose_one(FRUIT), asker.choose_one(other))[1]
    )
    assert reply == Picked(("fig",))


def test_input_that_ends_stops() -> None:
    with create_pipe_input() as pipe:
        output = Vt100_Output(_Written(), lambda: Size(24, 80), term="xterm")
        pipe.close()
        assert TerminalAsker(input=pipe, output=output).choose_one(FRUIT) is Aside.STOP


# The screen


def test_a_question_shows_where_it_stands_its_help_and_its_keys() -> None:
    terminal = Terminal()
    terminal.ask(CTRL_C, lambda asker: asker.choose_one(FRUIT))
    assert terminal.frames.splitlines()[:10] == [
        "The kitchen · 2 of about 9",
        "? Which fruit is it?",
        "  Look at the bowl.",
        " » Apple",
        "   ── From the south",
        "   Orange",
        "   Fig",
        "   I don't know",
        "   round",
        "  ↑↓ move · enter choose · u don't know · ? why · ← back · esc stop",
    ]


def test_one_line_stays_when_a_question_is_answered() -> None:
    terminal = Terminal()
    terminal.ask(
        SPACE + DOWN + SPACE + ENTER + "u",
        lambda asker: (asker.choose_many(FRUIT), asker.choose_one(FRUIT))[1],
    )
    assert terminal.screen == [
        "The kitchen",
        "? Which fruit is it?  Apple, Orange",
        "? Which fruit is it?  I don't know",
    ]


@pytest.mark.parametrize("keys", [LEFT, "?", CTRL_C])
def test_nothing_stays_when_it_is_not(keys: str) -> None:
    terminal = Terminal()
    terminal.ask(keys, lambda asker: asker.choose_one(FRUIT))
    assert terminal.screen == []


def test_what_is_said_is_wrapped() -> None:
    terminal = Terminal(columns=30)
    terminal.ask("", lambda asker: asker.say("Why", ["One two three four five six seven"]))
    assert terminal.screen == ["Why", "  - One two three four five", "    six seven"]


LONG = Offer("long", " ".join(["word"] * 30), " ".join(["help"] * 30))
ROWS = tuple(
    Offer(str(i), f"Question {i} is asked at some length?", value="v" * i) for i in range(40)
)


@pytest.mark.parametrize("columns", [12, 40, 80, 200])
@pytest.mark.parametrize("rows", [6, 15, 24])
@pytest.mark.parametrize("offers", [(LONG, Offer("b", "B")), ROWS], ids=["long", "table"])
def test_any_size_of_terminal_can_be_asked(
    columns: int, rows: int, offers: tuple[Offer, ...]
) -> None:
    terminal = Terminal(columns, rows)
    prompt = replace(FRUIT, offers=offers)
    reply = terminal.ask(DOWN + ENTER, lambda asker: asker.choose_one(prompt))
    assert reply == Picked((offers[1].id,))


def test_a_list_longer_than_the_screen_scrolls_to_what_is_pointed_at() -> None:
    terminal = Terminal(80, 15)
    prompt = replace(FRUIT, offers=ROWS, before=("30",))
    terminal.ask(CTRL_C, lambda asker: asker.choose_one(prompt))
    assert " » Question 30 is asked at some length?" in terminal.frames
    assert "   Question 0 " not in terminal.frames


def test_no_colour_is_sent_under_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    colourful, plain = Terminal(), Terminal()
    monkeypatch.delenv("NO_COLOR", raising=False)
    colourful.ask(ENTER, lambda asker: asker.choose_one(FRUIT))
    monkeypatch.setenv("NO_COLOR", "1")
    plain.ask(ENTER, lambda asker: asker.choose_one(FRUIT))
    assert "38;5;" in colourful.written.getvalue()
    assert "38;5;" not in plain.written.getvalue()


# In a pseudo-terminal

SCRIPT = """
import json, sys
from pathlib import Path
from advisor.interview.interview import interview
from advisor.answers.sheet import Sheet, sheet_as_data
from advisor.interview.terminal import TerminalAsker
from rules.loading.loader import load

kb = load(Path(sys.argv[1]))
saved = []
try:
    interview(kb, Sheet(), TerminalAsker(), saved.append)
    end = "finished"
except KeyboardInterrupt:
    end = "stopped"
Path(sys.argv[2]).write_text(json.dumps([end, sheet_as_data(saved[-1])]))
"""


class Session:
    """A process at a pseudo-terminal of 80 x 24, and what its screen shows."""

    def __init__(self, command: str, *arguments: str) -> None:
        pexpect = pytest.importorskip("pexpect")
        self.ended: type[Exception] = pexpect.EOF
        root = Path(__file__).parents[3]
        self.child = pexpect.spawn(
            command,
            list(arguments),
            env={**os.environ, "PYTHONPATH": str(root), "PROMPT_TOOLKIT_NO_CPR": "1"},
            dimensions=(24, 80),
            encoding="utf-8",
            timeout=60,
        )
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.Stream(self.screen)

    def until(self, *words: str) -> list[str]:
        """The screen, as soon as all ``words`` stand on it."""
        while not all(word in "\n".join(self.screen.display) for word in words):
            self.stream.feed(self.child.read_nonblocking(4096, timeout=60))
        return [line.rstrip() for line in self.screen.display if line.strip()]

    def type(self, keys: str) -> None:
        self.child.send(keys)

    def end(self) -> list[str]:
        try:
            while True:
                self.stream.feed(self.child.read_nonblocking(4096, timeout=60))
        except self.ended:
            self.child.close()
        return [line.rstrip() for line in self.screen.display if line.strip()]


def arguments(tmp_path: Path) -> tuple[str, ...]:
    knowledge = Path(__file__).parent / "knowledge"
    return sys.executable, "-c", SCRIPT, str(knowledge), str(tmp_path / "end.json")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(*arguments(tmp_path))


needs_pseudo_terminal = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo-terminals that pexpect can drive"
)


@needs_pseudo_terminal
def test_a_whole_interview(session: Session, tmp_path: Path) -> None:
    session.until("How large is it?")
    session.type(ENTER)
    session.until("What grows there?")
    session.type("?")
    session.until("Go on with the question", "esc stop")
    session.type(DOWN + ENTER)
    assert "How does it stand so far?" in session.until("Cannot tell yet, because", "esc stop")
    session.type(ENTER)
    assert "What grows there?" in "\n".join(session.until("space mark"))
    session.type(ENTER)
    session.until("Nothing is marked yet: space marks, u says “I don't know”.")
    session.type(DOWN + SPACE + ENTER)
    session.until("Who works in it?")
    session.type("u")
    session.until("Is this the shed")
    session.type(ENTER)
    session.until("Which of these matters most")
    session.type(ENTER)
    session.until("What shall this decision be called?")
    session.type(ENTER)
    review = session.until("Get the recommendation", "esc stop")
    column = len("Is this the shed the tools will hang in?")  # the longest question's width
    assert f"   {'What grows there?':{column}}  Flowers" in review
    assert f"   {'Who works in it?':{column}}  I don't know" in review
    session.type(ENTER)
    session.end()
    end, sheet = json.loads((tmp_path / "end.json").read_text())
    assert end == "finished"
    assert sheet["title"] == "Choose Spade or Rake"
    assert sheet["answers"] == {
        "size": "small",
        "crops": "flowers",
        "age": "unknown",
        "same_shed": "here",
    }


@needs_pseudo_terminal
@pytest.mark.parametrize("key", [ESCAPE, CTRL_C, CTRL_D])
def test_stopping_leaves_a_clean_screen_and_the_answers(
    session: Session, tmp_path: Path, key: str
) -> None:
    session.until("How large is it?")
    session.type(ENTER)
    session.until("What grows there?")
    session.type(key)
    assert session.end() == ["The garden", "? How large is it?  Small"]
    end, sheet = json.loads((tmp_path / "end.json").read_text())
    assert (end, sheet["answers"]) == ("stopped", {"size": "small"})


@needs_pseudo_terminal
def test_an_interrupt_from_elsewhere_stops_too(session: Session, tmp_path: Path) -> None:
    session.until("How large is it?")
    session.type(ENTER)
    session.until("What grows there?", "esc stop")
    session.child.kill(signal.SIGINT)
    session.end()
    end, sheet = json.loads((tmp_path / "end.json").read_text())
    assert (end, sheet["answers"]) == ("stopped", {"size": "small"})


@needs_pseudo_terminal
def test_a_redirected_standard_output_stays_free_for_data(tmp_path: Path) -> None:
    out = tmp_path / "out"
    redirected = f'exec "$@" > "{out}"'
    session = Session("/bin/sh", "-c", redirected, "sh", *arguments(tmp_path))
    session.until("How large is it?", "esc stop")
    session.type("u")
    session.until("What grows there?", "esc stop")
    session.type(CTRL_C)
    session.end()
    assert out.read_text() == ""


def test_the_applications_of_a_list_share_their_keys() -> None:
    """A private part of prompt_toolkit: each application calls it by this name."""
    load = vars(application)["load_key_bindings"]
    assert load() is load()
    assert "load_key_bindings" in application.Application.__init__.__code__.co_names
