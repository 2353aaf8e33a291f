"""Facts tried in the background while the workshop goes on, one after the other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from advisor.workshop.fact_checks import recommended, try_claims
from advisor.workshop.store import Workshop
from probes.api import Finding, Json
from rules.model import KnowledgeBase

ENDING = 5.0  # seconds for what is running to end

Say = Callable[[str], None]


class ProbeTarget(Protocol):
    """An interpreter on which probes are run."""

    @property
    def label(self) -> str:
        """What the facilitator knows it by."""

    def run(self, probes: Sequence[str], say: Say, *, fresh: bool) -> Mapping[str, Finding]:
        """What the probes find; ``fresh`` also where it was found before. ``say`` is told what
        is being done.
        """

    def machine(self) -> Mapping[str, Json]: ...

    def stop(self) -> None:
        """End what is running. Any thread may call it."""


@dataclass(frozen=True)
class FactCheckProgress:
    """``tries`` are the claims being tried or waiting; empty with ``busy`` for all that matters.

    ``failed`` is a sentence on what could not be tried last.
    """

    busy: bool = False
    tries: tuple[str, ...] = ()
    says: str = ""
    failed: str = ""


@dataclass(frozen=True)
class _Job:
    target: ProbeTarget
    claims: tuple[str, ...] = ()  # none for whatever the outcome rests on


class FactChecks:
    """Tries what it is given, in one thread of its own. Any thread may ask."""

    def __init__(
        self, workshop: Workshop, kb: KnowledgeBase, targets: Sequence[ProbeTarget]
    ) -> None:
        self.targets = tuple(targets)
        self.progress = FactCheckProgress()
        self._workshop = workshop
        self._kb = kb
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._waiting: list[_Job] = []  # the one at work included
        self._thread: threading.Thread | None = None

    def check_all(self, target: int = 0) -> None:
        """Try what the group's outcome rests on and was not tried yet. Nothing without a target."""
        if self.targets:
            self._enqueue(_Job(self.targets[target]))

    def check(self, name: str, target: int = 0) -> None:
        """Try this claim, also where it was tried before."""
        self._enqueue(_Job(self.targets[target], (name,)))

    def stop(self) -> None:
        """End what is running, and begin nothing else; returns when it has ended, or hangs."""
        with self._lock:
            self._waiting.clear()
        for target in self.targets:
            target.stop()
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(ENDING)

    def _enqueue(self, job: _Job) -> None:
        with self._lock:
            if job in self._waiting:
                return
            self._waiting.append(job)
            self._jobs.put(job)
            self._show("Starting")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="trials", daemon=True)
                self._thread.start()

    def _show(self, says: str, failed: str = "") -> None:
        tries = tuple(claim for job in self._waiting for claim in job.claims)
        self.progress = FactCheckProgress(bool(self._waiting), tries, says, failed)

    def _say(self, says: str) -> None:
        with self._lock:
            self._show(says, self.progress.failed)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            failed = ""
            try:
                if job in self._waiting:
                    self._try(job)
            except Exception as error:  # one trial that breaks must not end all later ones
                failed = f"What was tried last broke off: {type(error).__name__}."
            with self._lock:
                self._waiting = [waiting for waiting in self._waiting if waiting is not job]
                self._show("", failed)

    def _try(self, job: _Job) -> None:
        def run(probes: Sequence[str]) -> Mapping[str, Finding]:
            return job.target.run(probes, self._say, fresh=bool(job.claims))

        if job.claims:
            try_claims(self._workshop, self._kb, job.claims, run, job.target.machine)
        else:
            recommended(self._workshop, self._kb, run, job.target.machine)
