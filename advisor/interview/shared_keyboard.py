"""Pass the keyboard: a round of ballots at one terminal, of which nothing stays on its screen."""

from __future__ import annotations

import hmac
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from advisor.answers.ballot import Ballot
from advisor.errors import WorkshopError
from advisor.interview.ballot import take_ballot
from advisor.interview.prompts import Aside, Asker, Offer, Prompt, Reply, TextPrompt, Typed
from advisor.interview.steps import choose, raise_if_stopped
from advisor.workshop.audit import LEAST_DIGITS, tidy_receipt
from advisor.workshop.plan import MAX_NAME, tidy_name
from advisor.workshop.store import OwnBallot, Workshop
from rules.diagnostics import printable
from rules.model import KnowledgeBase

if TYPE_CHECKING:
    from advisor.wording.round_report import RoundReport

# Entries of menus; people are entered by their number.
NEW, NOBODY, READY, OTHER, NOTED = ":new", ":nobody", ":ready", ":other", ":noted"
ENTERED = "terminal"
GROUP = 4  # digits of a receipt at a time: what can be read aloud
TRIES = 3


class Screen(Protocol):
    def clear(self) -> None:
        """Leave nothing on it, nor in what can be scrolled back to."""


def share_keyboard(
    workshop: Workshop,
    kb: KnowledgeBase,
    asker: Asker,
    screen: Screen,
    *,
    ending: Callable[[], bool] = lambda: False,
) -> None:
    """Take ballots into the open round, one person after another, until nobody is left.

    ``ending`` says whether the program was asked to end. Raises WorkshopError where no round is
    open, and KeyboardInterrupt where somebody stops: what was sealed by then is kept. However it
    ends, the screen is cleared.
    """
    if workshop.round_state().revealed:
        raise WorkshopError(
            f"Round {workshop.round_state().number} was revealed; no round is open."
        )
    pages = _OnePageEach(asker, screen)
    session = _Session(workshop, kb, pages, _last_result(workshop, kb), ending)
    try:
        while session.next_person():
            pass
    finally:
        screen.clear()


def _last_result(workshop: Workshop, kb: KnowledgeBase) -> RoundReport | None:
    """The round before, None in the first."""
    history = workshop.history()
    if not history.rounds:
        return None
    from advisor.wording.build_round_report import build_round_report
    from advisor.workshop.round_result import round_result

    return build_round_report(round_result(kb, history, workshop.findings()))


@dataclass
class _OnePageEach:
    """An asker that puts each prompt on a page of its own, under what was said since the last.

    So nothing that was answered is still there to be scrolled back to, even where a terminal
    does not let go of what scrolled away.
    """

    asker: Asker
    screen: Screen
    said: bool = False  # something, since the last prompt

    def choose_one(self, prompt: Prompt) -> Reply:
        self._turn()
        return self.asker.choose_one(prompt)

    def choose_many(self, prompt: Prompt) -> Reply:
        self._turn()
        return self.asker.choose_many(prompt)

    def write(self, prompt: TextPrompt) -> Reply:
        self._turn()
        return self.asker.write(prompt)

    def say(self, heading: str, lines: Sequence[str]) -> None:
        self._turn()
        self.said = True
        self.asker.say(heading, lines)

    def _turn(self) -> None:
        if not self.said:
            self.screen.clear()
        self.said = False


@dataclass(frozen=True)
class _Session:
    """One round at one terminal."""

    workshop: Workshop
    kb: KnowledgeBase
    asker: Asker
    last: RoundReport | None
    ending: Callable[[], bool]

    def next_person(self) -> bool:
        """Take the ballot of whoever is next; False where nobody is."""
        name = self._who_is_next()
        if name is None:
            return False
        person = self.workshop.people.find(name)
        own = self.workshop.own_ballot(person.id) if person else None
        if self._takes_over(name):
            before = self._ballot_by_receipt(own) if own else None
            if before or own is None or own.number < self.workshop.round_state().number:
                self._take_ballot(name, before)
        return True

    def _take_ballot(self, name: str, before: Ballot | None) -> None:
        plan = self.workshop.plan
        ballot = take_ballot(self.kb, plan, self.asker, before, last=self.last, ending=self.ending)
        if ballot is not None:
            person = self.workshop.people.include(name)
            self._tell_receipt(name, self.workshop.submit(person.id, ballot, entered=ENTERED))

    # Who

    def _who_is_next(self) -> str | None:
        silent = {str(person.id): person.name for person in self.workshop.not_answered()}
        while True:
            entry = str(choose(self.asker, self._menu(silent)))
            if entry == NOBODY:
                return None
            name = self._new_name() if entry == NEW else silent[entry]
            if name is not None:
                return name

    def _menu(self, silent: dict[str, str]) -> Prompt:
        answered, number = len(self.workshop.answered()), self.workshop.round_state().number
        expected = answered + len(silent)
        offers = [Offer(entry, printable(name)) for entry, name in silent.items()]
        return Prompt(
            ask="Who is next?",
            help=f"{answered} of {expected} have answered in round {number}.",
            offers=(
                *offers,
                Offer(NEW, "Somebody else, by name"),
                Offer(NOBODY, "Nobody: that is all"),
            ),
            section=printable(self.workshop.plan.title),
            before=(offers[0].id if offers else NOBODY if answered else NEW,),
            passing=True,
        )

    def _new_name(self) -> str | None:
        prompt = TextPrompt(
            ask="By what name do the others know you?",
            fallback=f"a name of at most {MAX_NAME} characters",
            section=printable(self.workshop.plan.title),
            asides=frozenset({Aside.BACK}),
        )
        while True:
            match raise_if_stopped(self.asker.write(prompt)):
                case Typed(text):
                    try:
                        return tidy_name(text)
                    except ValueError as error:
                        self.asker.say("That is no name", [str(error)])
                case Aside.BACK:
                    return None

    # Passing the keyboard

    def _takes_over(self, name: str) -> bool:
        """Whether it is them, and alone."""
        name = printable(name)
        prompt = Prompt(
            ask=f"Pass the keyboard to {name}",
            help="Press enter when nobody else looks at the screen.",
            offers=(Offer(READY, f"I am {name}, and nobody else looks"), Offer(OTHER, "I am not")),
            before=(READY,),
            # No passing menu: an asker may remember what was pointed at last, for whoever asks
            # "why?" in between, and nobody is to see where the person before them stood.
            passing=False,
        )
        return choose(self.asker, prompt) == READY

    def _ballot_by_receipt(self, own: OwnBallot) -> Ballot | None:
        """The ballot, for whoever knows its receipt; at one terminal a name proves nothing."""
        prompt = _receipt_prompt(own, again=own.number == self.workshop.round_state().number)
        for _ in range(TRIES):
            reply = raise_if_stopped(self.asker.write(prompt))
            typed = reply.text.strip() if isinstance(reply, Typed) else ""
            if not typed:
                return None
            try:
                start = tidy_receipt(typed)
            except ValueError as error:
                self.asker.say("That is no receipt", [str(error)])
                continue
            if hmac.compare_digest(start, own.receipt[: len(start)]):
                return own.ballot
            self.asker.say("That is not how your receipt begins", [])
        return None

    def _tell_receipt(self, name: str, sealed: OwnBallot) -> None:
        name = printable(name)
        file, start = shlex.quote(str(self.workshop.path)), sealed.receipt[:LEAST_DIGITS]
        grouped = " ".join(start[place : place + GROUP] for place in range(0, LEAST_DIGITS, GROUP))
        self.asker.say(
            f"Sealed, {name}. Your receipt begins {grouped}",
            [
                "With these digits you come back to your ballot: to change it before it is "
                "revealed, and to start from it in the next round.",
                f"The whole receipt: {sealed.receipt}",
                "Once the round is revealed, this says whether your ballot was counted as you "
                f"gave it: advisor workshop audit {file} --receipt {start}",
            ],
        )
        prompt = Prompt(
            ask="Have you noted it?",
            help="The screen is cleared then.",
            offers=(Offer(NOTED, "Yes, the next one may come"),),
            before=(NOTED,),
            passing=True,
        )
        choose(self.asker, prompt)


def _receipt_prompt(own: OwnBallot, *, again: bool) -> TextPrompt:
    if again:
        help = "You have answered in this round already; your receipt lets you change it."
        fallback = "leave it as it is"
    else:
        help = "It lets you start from what you said then."
        fallback = "start afresh"
    return TextPrompt(
        ask=f"How does your receipt of round {own.number} begin?",
        help=f"{help} Its first {LEAST_DIGITS} digits will do.",
        fallback=fallback,
    )
