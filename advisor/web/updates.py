"""What changed, told to every open page: one look at the file for all of them."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from advisor.errors import StorageError
from advisor.workshop.store import Workshop
from rules.diagnostics import InputError

PAUSE = 0.3  # seconds between looks
STREAMS = 6  # that one person may have open


@dataclass(frozen=True)
class WorkshopStatus:
    """How things stand, without what anybody answered. ``gone`` are those who have left.

    ``state`` is another once a participant's page would show something else, but for the count;
    ``people`` once the facilitator's would. ``answered`` is the count and ``trying`` what is being
    tried, in words.
    """

    state: str
    people: str
    answered: str
    trying: str
    gone: frozenset[int] = frozenset()

    def version(self, *, facilitator: bool) -> str:
        """What a page was made from; one that was made from another is out of date."""
        return self.state + self.people if facilitator else self.state

    def as_json(self, *, facilitator: bool) -> str:
        """As the script of a page reads it."""
        version = self.version(facilitator=facilitator)
        return json.dumps({"state": version, "answered": self.answered, "trying": self.trying})


class UpdateWatcher:
    """Looks only while somebody listens. ``look`` may take its time; it is called in a thread.

    ``watching`` is a connection of its own to the file, whose version says that it changed, and
    ``progress`` says the same of what no file holds.
    """

    def __init__(
        self, watching: Workshop, progress: Callable[[], object], look: Callable[[], WorkshopStatus]
    ) -> None:
        self._watching = watching
        self._progress = progress
        self._look = look
        self._listeners: dict[asyncio.Event, object] = {}
        self._new: set[asyncio.Event] = set()  # not informed yet
        self._task: asyncio.Task[None] | None = None
        self._status: WorkshopStatus | None = None
        self._closed = False

    def listen(self, who: object, most: int | None = STREAMS) -> asyncio.Event:
        """A place for a stream, to be given back by ``leave``, whatever becomes of the stream.

        Raises HTTPException where this person has too many.
        """
        if most is not None and Counter(self._listeners.values())[who] >= most:
            sentence = "This page is open too often; close it elsewhere."
            raise HTTPException(429, sentence, {"Retry-After": "5"})
        changed = asyncio.Event()
        self._listeners[changed] = who
        self._new.add(changed)
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
        return changed

    async def changes(self, changed: asyncio.Event) -> AsyncIterator[WorkshopStatus]:
        """How things stand, at the next look and whenever that changes, until the server ends."""
        while await changed.wait() and not self._closed:
            changed.clear()
            if self._status is not None:
                yield self._status

    def leave(self, changed: asyncio.Event) -> None:
        self._listeners.pop(changed, None)
        self._new.discard(changed)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    def close(self) -> None:
        """End every stream. For the handler of a signal, or the loop itself."""
        self._closed = True
        for changed in self._listeners:
            changed.set()

    async def _watch(self) -> None:
        seen: object = None
        while True:
            with contextlib.suppress(StorageError, InputError):  # looked for again after the pause
                new = set(self._new)
                version = await run_in_threadpool(self._watching.version), self._progress()
                if version != seen:
                    self._status = await run_in_threadpool(self._look)
                    new, seen = set(self._listeners), version
                self._new -= new
                for changed in new:
                    changed.set()
            await asyncio.sleep(PAUSE)


def digest(*parts: object) -> str:
    """A short name for how things are: another for other things."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
