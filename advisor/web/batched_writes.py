"""Many people's writes in one commit: a commit waits for the disk, and two hundred would queue."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from advisor.errors import WorkshopError
from advisor.workshop.store import Workshop

T = TypeVar("T")


@dataclass
class _Wanted(Generic[T]):
    """A write that waits, and what became of it."""

    write: Callable[[], T]
    done: bool = False
    result: T | None = None
    error: Exception | None = None


class BatchedWrites:
    """Writes for all who wait; each gets its result after the commit, when it is on the disk."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._turn = threading.Lock()
        self._waiting: deque[_Wanted[object]] = deque()

    def do(self, write: Callable[[], T]) -> T:
        """What ``write`` returns. If it raises WorkshopError, it must do so before it writes.

        Raises WorkshopError, and whatever else kept the write, or one beside it, from being made.
        """
        wanted: _Wanted[T] = _Wanted(write)
        self._waiting.append(wanted)  # type: ignore[arg-type]  # only its own thread reads it
        with self._turn:  # whoever is next writes for all who came meanwhile
            if not wanted.done:
                self._write_all()
        if wanted.error is not None:
            raise wanted.error
        return wanted.result  # type: ignore[return-value]  # what its own write returned

    def _write_all(self) -> None:
        together = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            with self._workshop.at_once():
                for wanted in together:
                    _try(wanted)
        except Exception as error:
            for wanted in together:
                wanted.error = error
        finally:
            for wanted in together:
                wanted.done = True


def _try(wanted: _Wanted[object]) -> None:
    try:
        wanted.result = wanted.write()
    except WorkshopError as declined:
        wanted.error = declined
