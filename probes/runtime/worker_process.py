"""One worker process, seen from the tool: its start, its messages, its end.

The end of the channel is not waited for, because whatever a probe forked may hold it open; the
worker's own end is watched beside it.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from probes import process
from probes.runtime.errors import StartError, Stopped, WorkerError, WorkerTimeoutError
from probes.runtime.foreign_output import MOST_PRINTED, MOST_WAITING, parse_answer, pass_lines
from probes.runtime.redaction import private_names, redact
from probes.runtime.worker_variables import worker_variables
from probes.temporary import TemporaryFolder

START_TIMEOUT = 120.0  # seconds for an interpreter to say that it is there; no framework yet
LONGEST_OUTPUT = 2000  # characters of what was printed
_POLL = 0.05  # seconds between looks at whether the worker has ended
_DRAIN = 2.0  # seconds for what a worker wrote before its end to come through

WORKER = Path(__file__).with_name("worker.py")

Message = dict[str, Any]


class WorkerProcess:
    """A worker of ``python``, to be closed.

    ``variables`` are the environment variables of its probes; ``stop`` ends every wait early with
    Stopped. ``names`` are those that nothing from it may hold, with their stand-ins.
    """

    def __init__(self, python: Path, variables: Mapping[str, str], stop: threading.Event) -> None:
        self._temporary = _work_folder()
        self.folder = self._temporary.path
        self._usable = True
        self.versions: Mapping[str, str] = {}
        self._stop = stop
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.names = private_names(self.folder)
        self._log = self.folder / "output.log"
        try:
            self._process = self._start(python, variables)
        except BaseException:
            self._temporary.close()
            raise
        try:
            self._greet(python)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the worker with all it started, and remove its folder."""
        self._usable = False
        process.kill(self._process)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # a request that was never read
            self._process.stdin.close()
        self._temporary.close()

    def _start(self, python: Path, variables: Mapping[str, str]) -> process.Process:
        command = [str(python), str(WORKER.absolute())]
        variables = worker_variables(python, variables, self.folder)
        # Appending: the log is cut before each probe while the worker has it open.
        with self._log.open("ab") as log:
            try:
                started = process.start(
                    command, folder=self.folder, variables=variables, log=log, piped=True
                )
            except OSError as error:
                reason = self.redact(f"{python} does not start: {error.strerror or error}")
                raise StartError(reason) from error
        threading.Thread(target=pass_lines, args=(started.stdout, self._lines), daemon=True).start()
        return started

    def _greet(self, python: Path) -> None:
        try:
            greeting = self._greeting()
        except WorkerError as error:
            printed = self.output().strip().splitlines()
            detail = f": {printed[-1]}" if printed else ""
            reason = f"{python} is not a Python that runs probes: it {error}{detail}"
            raise StartError(self.redact(reason)) from error
        libraries, version = greeting.get("libraries"), greeting.get("python")
        if not isinstance(libraries, list) or not isinstance(version, str):
            raise StartError(self.redact(f"{python} does not greet as a Python that runs probes"))
        self.names = private_names(self.folder, [str(library) for library in libraries])
        self.versions = {"python": version}

    def _greeting(self) -> Message:
        """The worker's first message. What a ``sitecustomize`` prints before it is passed over."""
        deadline = time.monotonic() + START_TIMEOUT
        printed = b""  # the first line that is none of ours
        for _ in range(MOST_WAITING):
            line = self._next_line(deadline, START_TIMEOUT)
            if line is None or line[:1] in (b"{", b"["):
                return self._message(printed or None if line is None else line, ("ready",))
            printed = printed or line.strip()
        return self._message(printed, ("ready",))

    def send(self, request: Mapping[str, object]) -> None:
        """Send a request. That the worker has ended shows when its answer is received."""
        with contextlib.suppress(OSError):  # nothing was printed yet
            self._log.write_bytes(b"")
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def receive(self, *events: str, timeout: float) -> Message:
        """The next message, which must be one of ``events``.

        Raises WorkerTimeoutError after ``timeout`` seconds, WorkerError when the worker ends or
        sends something else, and Stopped when the run was stopped.
        """
        deadline = time.monotonic() + timeout
        return self._message(self._next_line(deadline, timeout), events)

    def _next_line(self, deadline: float, timeout: float) -> bytes | None:
        """The next line, None at the end. Raises as :meth:`receive` does."""
        while not self._stop.is_set():
            remaining = deadline - time.monotonic()
            try:
                return self._lines.get(timeout=max(0.0, min(_POLL, remaining)))
            except queue.Empty:
                if self._process.poll() is not None:
                    return self._last_line()
                if remaining <= 0:
                    raise WorkerTimeoutError(f"did not answer within {timeout:g} s") from None
                if self._printed_bytes() > MOST_PRINTED:
                    size = f"{MOST_PRINTED // 1_000_000} MB"
                    raise WorkerError(f"printed more than {size}") from None
        raise Stopped

    def _last_line(self) -> bytes | None:
        """What the ended worker wrote last, if it is still on its way."""
        process.kill(self._process)  # whatever it forked and left holds the channel open
        try:
            return self._lines.get(timeout=_DRAIN)
        except queue.Empty:
            return None

    def _message(self, line: bytes | None, events: tuple[str, ...]) -> Message:
        if line is None:
            end = "closed the channel"
            with contextlib.suppress(subprocess.TimeoutExpired):
                end = process.describe_exit(self._process.wait(_DRAIN))
            raise WorkerError(end)
        try:
            message, flaw = parse_answer(line), ""
        except json.JSONDecodeError:
            message, flaw = None, ""
        except ValueError as error:  # JSON beyond the bounds
            message, flaw = None, f" ({error})"
        if not isinstance(message, dict) or message.get("event") not in events:
            # Names are taken out before the cut, which could leave half of one.
            excerpt = self.redact(line[:LONGEST_OUTPUT].decode("utf-8", "backslashreplace"))[:60]
            raise WorkerError(f"wrote something that is not an answer{flaw}: {excerpt!r}")
        return message

    def is_sound(self) -> bool:
        """Whether the worker lives, has its folder, and sent nothing it was not asked for."""
        return (
            self._usable
            and self._process.poll() is None
            and self._log.exists()
            and self._lines.empty()
        )

    def end(self) -> None:
        """End the worker and everything it started, gently first."""
        self._usable = False
        process.end(self._process)

    def _printed_bytes(self) -> int:
        try:
            return self._log.stat().st_size
        except OSError:  # the probe deleted it
            return 0

    def output(self) -> str:
        """The end of what was printed since the last request."""
        try:
            with self._log.open("rb") as log:
                size = log.seek(0, 2)
                log.seek(max(0, size - 8 * LONGEST_OUTPUT))  # a character is up to 4 bytes
                # No further: whoever prints may print faster than this reads.
                printed = log.read(8 * LONGEST_OUTPUT).decode("utf-8", "replace")
        except OSError:  # the probe deleted it
            return ""
        return self.redact(printed)[-LONGEST_OUTPUT:]

    def redact(self, text: str) -> str:
        """``text`` without the names that it must not hold."""
        return redact(text, self.names)


def _work_folder() -> TemporaryFolder:
    try:
        return TemporaryFolder()
    except OSError as error:  # none that can be written to, or a full one
        reason = error.strerror or str(error)
        raise StartError(redact(f"there is no folder to work in: {reason} (set TMPDIR)")) from error
