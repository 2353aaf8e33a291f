"""Everything that the pages of one workshop share."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from starlette.responses import Response

from advisor.errors import WorkshopError
from advisor.web.batched_writes import BatchedWrites
from advisor.web.fact_checks import FactChecks
from advisor.web.form_data import Fields
from advisor.web.result_cache import ResultCache
from advisor.web.security import Guesses, form_token
from advisor.web.updates import WorkshopStatus, digest
from advisor.workshop.people import Admission, Person
from advisor.workshop.store import Workshop
from rules.diagnostics import InputError
from rules.model import KnowledgeBase

REMEMBERED = 500  # admissions
SECOND_CLICK = 30.0  # seconds after which a form that is sent again lets nobody in

Write = Callable[[], Path]  # writes the record and returns where it is


class Admissions:
    """Who was let in by which form, so that a form sent twice lets in once.

    A second click on "join" ends the first answer, and with it the cookie in it. Later it is no
    second click: whoever sends the form again then, found it in a browser that others use.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._admitted: OrderedDict[tuple[str, str], tuple[float, Future[Admission]]] = (
            OrderedDict()
        )
        self._lock = threading.Lock()

    def once(self, form_id: str, text: str, admit: Callable[[], Admission]) -> Admission:
        """What ``admit`` returned for this form with this text in it. A failure is not kept."""
        key, now = (form_id, text), self._clock()
        own: Future[Admission] = Future()
        with self._lock:
            while self._admitted and self._is_old(next(iter(self._admitted.values()))[0], now):
                self._admitted.popitem(last=False)
            _, first = self._admitted.setdefault(key, (now, own))
        if first is own:
            try:
                own.set_result(admit())
            except Exception as error:
                with self._lock:
                    self._admitted.pop(key, None)
                own.set_exception(error)
        return first.result()

    def _is_old(self, moment: float, now: float) -> bool:
        return moment <= now - SECOND_CLICK or len(self._admitted) >= REMEMBERED


class RecordButton:
    """``write`` writes the record and says where; None where the program was told of none."""

    def __init__(self, write: Write | None) -> None:
        self.offers = write is not None
        self.written: Path | None = None
        self._write = write
        self._about: object = None
        self._lock = threading.Lock()

    def record(self, about: object) -> Path:
        """Where the record is. ``about`` is what it would tell; the same is written once.

        Raises WorkshopError, with the sentence to say, where it cannot be written.
        """
        if self._write is None:
            raise WorkshopError(
                "No record can be written here: the program was started without a folder."
            )
        with self._lock:
            if self.written is None or self._about != about:
                try:
                    self.written, self._about = self._write(), about
                except InputError as error:
                    raise WorkshopError(f"No record was written: {error.problems[0]}.") from None
                except OSError as error:
                    why = (error.strerror or str(error)).lower()
                    raise WorkshopError(f"No record was written: {why}.") from None
            return self.written


@dataclass(frozen=True)
class WebState:
    """``address`` is where people find it: ``http://192.168.1.20:8765``.

    Wrong guesses of each secret count apart.
    """

    workshop: Workshop
    kb: KnowledgeBase
    address: str
    fact_checks: FactChecks
    results: ResultCache
    writes: BatchedWrites
    record_button: RecordButton
    join_guesses: Guesses = field(default_factory=Guesses)
    rejoin_guesses: Guesses = field(default_factory=Guesses)
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
            answered=f"{len(answered)} of {expected} {'has' if expected == 1 else 'have'} answered",
            trying=progress.says,
            gone=frozenset(person.id for person in people if not person.present),
        )


@dataclass(frozen=True)
class PageRequest:
    """A request, once it is known who asks. ``cookie`` is the one by which they are known."""

    fields: Fields
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
