"""Many people's writes in one commit: a commit waits for the disk, and two hundred would queue."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from advisor.errors import StorageError, WorkshopError
from advisor.workshop.store import Workshop

T = TypeVar("T")


@dataclass
class _PendingWrite:
    """A write that waits, and what became of it."""

    write: Callable[[], Any]
    done: bool = False
    result: Any = None
    error: Exception | None = None


class BatchedWrites:
    """Writes for all who wait; each gets its result after the commit, when it is on the disk."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._lock = threading.Lock()
        self._queue: deque[_PendingWrite] = deque()

    def run(self, write: Callable[[], T]) -> T:
        """What ``write`` returns. Where it raises WorkshopError, it must have written nothing.

        Raises WorkshopError, and whatever else kept the write, or one beside it, from being made.
        """
        pending = _PendingWrite(write)
        self._queue.append(pending)
        with self._lock:  # whoever is next writes for all who came meanwhile
            if not pending.done:
                self._write_all()
        if pending.error is not None:
            raise pending.error
        result: T = pending.result
        return result

    def _write_all(self) -> None:
        batch = [self._queue.popleft() for _ in range(len(self._queue))]
        try:
            with self._workshop.transaction():
                for pending in batch:
                    try:
                        pending.result = pending.write()
                    except StorageError:  # of what was written before it as well
                        raise
                    except WorkshopError as error:
                        pending.error = error
        except Exception as error:
            for pending in batch:
                pending.error = error
        finally:
            for pending in batch:
                pending.done = True
