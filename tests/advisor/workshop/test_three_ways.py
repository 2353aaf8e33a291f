"""Five people come to the same outcome whether on a page, at one keyboard, or by files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from advisor.answers.ballot import Ballot
from advisor.cli.main import main
from advisor.interview.prompts import Aside, Picked, Prompt, Reply, TextPrompt, Typed
from advisor.interview.shared_keyboard import share_keyboard
from advisor.report.workshop.data import result_as_data
from advisor.workshop.round_result import round_result
from advisor.workshop.store import Workshop, open_workshop

from ..web.visitors import site
from ..workshops import BALLOTS, EXAMPLE, KB, NewWorkshop, a_plan

FILES = [EXAMPLE / f"{name.lower()}.yaml" for name in BALLOTS]
TITLES = {f"{one.title}: how much does it matter?": one.id for one in KB.criteria.values()}
ASKS = {one.ask: one.id for one in KB.questions.values()}


class AtTheKeyboard:
    """Everybody in turn, each answering whatever is asked from their own ballot."""

    def __init__(self, ballots: dict[str, Ballot]) -> None:
        self._left = iter(ballots.items())
        self._replies: Iterator[tuple[str, Reply]] = iter(())
        self._name, self._ballot = "", Ballot()
        self._unsaid: list[str] = []

    def choose_one(self, prompt: Prompt) -> Reply:
        match prompt.ask:
            case "Who is next?":
                self._name, self._ballot = next(self._left, ("", Ballot()))
                self._unsaid = list(self._ballot.reasons)
                return Picked((":new" if self._name else ":nobody",))
            case "Say why, for any of them":
                return Picked((self._unsaid[0],) if self._unsaid else (":all",))
            case "May your name stand by your answers in the record?":
                return Picked(("yes" if self._ballot.named else "no",))
            case "Seal it?":
                return Picked((":seal",))
            case "Have you noted it?":
                return Picked((":noted",))
            case ask if ask.startswith("Pass the keyboard"):
                return Picked((":ready",))
            case ask if ask in TITLES:
                return Picked((str(self._ballot.points[TITLES[ask]]),))
        return self.choose_many(prompt)

    def choose_many(self, prompt: Prompt) -> Reply:
        given = self._ballot.answers[ASKS[prompt.ask]]
        return Aside.UNKNOWN if given == ("unknown",) else Picked(given)

    def write(self, prompt: TextPrompt) -> Reply:
        if prompt.ask.startswith("By what name"):
            return Typed(self._name)
        if prompt.ask.endswith("Why?"):
            return Typed(self._ballot.reasons[self._unsaid.pop(0)])
        return Typed("")

    def say(self, heading: str, lines: Sequence[str]) -> None:
        """Nobody reads."""

    def clear(self) -> None:
        """Nothing is on the screen."""


def by_files(workshop: Workshop) -> None:
    assert main(["workshop", "merge", str(workshop.path), *map(str, FILES)]) == 0


def at_one_keyboard(workshop: Workshop) -> None:
    asker = AtTheKeyboard(BALLOTS)
    share_keyboard(workshop, KB, asker, asker)


def on_a_page(workshop: Workshop) -> None:
    with site(workshop) as pages:
        pages.everybody()


def outcome(path: Path) -> object:
    """All that a group is shown, without receipts; voices in an order that is theirs."""
    with open_workshop(path) as workshop:
        workshop.reveal()
        minutes = workshop.history()
    voices = sorted(
        (replace(voice, salt="", receipt="") for voice in minutes.last.ballots),
        key=lambda voice: repr(voice.ballot.points),
    )
    held = replace(minutes.last, ballots=tuple(voices))
    shown = round_result(KB, replace(minutes, rounds=(held,)), {})
    return result_as_data(shown), [voice.ballot for voice in voices]


def test_all_three_ways_give_the_same_outcome(new_workshop: NewWorkshop) -> None:
    outcomes = []
    for way in (by_files, at_one_keyboard, on_a_page):
        workshop = new_workshop(a_plan(people={}), way.__name__)
        way(workshop)
        assert sorted(person.name for person in workshop.people.all()) == sorted(BALLOTS)
        outcomes.append(outcome(workshop.path))
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_the_ways_can_be_mixed(new_workshop: NewWorkshop) -> None:
    workshop = new_workshop(a_plan(people={}))
    names = list(BALLOTS)
    main(["workshop", "merge", str(workshop.path), str(FILES[0]), str(FILES[1])])
    asker = AtTheKeyboard({name: BALLOTS[name] for name in names[2:4]})
    share_keyboard(workshop, KB, asker, asker)
    with site(workshop) as pages:
        pages.seated(names[4]).answer(BALLOTS[names[4]])
    alone = new_workshop(a_plan(people={}), "files")
    by_files(alone)
    assert outcome(workshop.path) == outcome(alone.path)
