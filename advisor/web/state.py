"""Everything that the pages of one workshop share."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from starlette.responses import Response

from advisor.web.batched_writes import BatchedWrites
from advisor.web.fact_checks import FactChecks
from advisor.web.form_data import Fields
from advisor.web.limits import Guesses
from advisor.web.record_button import RecordButton
from advisor.web.result_cache import ResultCache
from advisor.web.security import form_token
from advisor.web.updates import WorkshopStatus, digest
from advisor.workshop.people import Admission, Person
from advisor.workshop.store import Workshop
from rules.model import KnowledgeBase

REMEMBERED = 500  # admissions


class Admissions:
    """Who was let in by which form, so that a form sent twice lets in once.

    A second click on "join" ends the first answer, and with it the cookie in it.
    """

    def __init__(self) -> None:
        self._admitted: OrderedDict[tuple[str, str], Future[Admission]] = OrderedDict()
        self._lock = threading.Lock()

    def once(self, form_id: str, text: str, admit: Callable[[], Admission]) -> Admission:
        """What ``admit`` returned for this form with this text in it. A failure is not kept."""
        key, own = (form_id, text), Future[Admission]()
        with self._lock:
            first = self._admitted.setdefault(key, own)
            while len(self._admitted) > REMEMBERED:
                self._admitted.popitem(last=False)
        if first is own:
            try:
                own.set_result(admit())
            except Exception as error:
                with self._lock:
                    self._admitted.pop(key, None)
                own.set_exception(error)
        return first.result()


@dataclass(frozen=True)
class Secrets:
    """Wrong guesses, apart: those of one secret do not keep others from theirs."""

    codes: Guesses = field(default_factory=Guesses)
    returns: Guesses = field(default_factory=Guesses)
    keys: Guesses = field(default_factory=Guesses)


@dataclass(frozen=True)
class WebState:
    """``address`` is where people find it: ``http://192.168.1.20:8765``."""

    workshop: Workshop
    kb: KnowledgeBase
    address: str
    fact_checks: FactChecks
    results: ResultCache
    writes: BatchedWrites
    record_button: RecordButton
    secrets: Secrets = field(default_factory=Secrets)
    admissions: Admissions = field(default_factory=Admissions)

    @property
    def participant_cookie(self) -> str:
        return f"seat-{digest(self.workshop.plan.id)}"

    @property
    def facilitator_cookie(self) -> str:
        return f"lead-{digest(self.workshop.plan.id)}"

    def progress(self) -> object:
        """Changes where something changed that the file does not hold."""
        return self.fact_checks.progress, self.record_button.written

    def status(self) -> WorkshopStatus:
        """How things stand."""
        round_state = self.workshop.round_state()
        people, answered = self.workshop.people.all(), self.workshop.answered()
        result, progress = self.results.current(), self.fact_checks.progress
        version = result.version if result else ""
        expected = sum(person.is_expected or person.id in answered for person in people)
        return WorkshopStatus(
            state=digest(round_state, version, progress.busy, progress.tries, progress.failed),
            people=digest(people, answered, self.record_button.written),
            answered=answered_in_words(len(answered), expected),
            trying=progress.says,
            gone=frozenset(person.id for person in people if not person.present),
        )


def answered_in_words(answered: int, expected: int) -> str:
    """``3 of 5 have answered``"""
    return f"{answered} of {expected} {'has' if expected == 1 else 'have'} answered"


@dataclass(frozen=True)
class PageRequest:
    """A request, once it is known who asks. ``cookie`` is the one by which they are known."""

    fields: Fields
    address: str = ""
    person: Person | None = None
    cookie: str = ""

    @property
    def token(self) -> str:
        """For the forms of the page that answers."""
        return form_token(self.cookie)

    @property
    def participant(self) -> Person:
        """The person; there is one on every page for participants."""
        assert self.person is not None
        return self.person


Handler = Callable[[WebState, PageRequest], Response]
