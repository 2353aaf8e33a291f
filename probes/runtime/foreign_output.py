"""What other programs write, read within bounds.

An interpreter that is looked at may hold anything: a ``sitecustomize`` that prints without end, a
child that keeps the pipe open, numbers of thousands of digits. Whatever comes from a process that
is not ours is read here: bounded in bytes and in time; depth is bounded
where JSON is read.
"""

from __future__ import annotations

import contextlib
import queue
import secrets
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from probes import process
from probes.api import Json
from probes.bounded_json import parse_json

LONGEST_ANSWER = 1_000_000  # bytes of one answer
MOST_PRINTED = 16_000_000  # bytes that a process may print before it is ended
MOST_WAITING = 100  # lines that nobody has asked for yet
_POLL = 0.02  # seconds between looks at a process
_DRAIN = 2.0  # seconds for what was written before the end to come through


@dataclass(frozen=True)
class Ran:
    """How running a program went.

    ``code`` is its exit code, or None where it was ended here; ``broken_off`` then says why, with
    the program as subject. ``out`` and ``err`` are what it printed until then.
    """

    code: int | None
    out: bytes
    err: bytes
    broken_off: str = ""


def run_bounded(
    command: Sequence[str],
    *,
    folder: Path,
    variables: Mapping[str, str],
    timeout: float,
    stop: threading.Event | None = None,
) -> Ran:
    """Run a program that has nothing to read, and end it with all that it started.

    It is ended after ``timeout`` seconds, when ``stop`` is set, and when it prints more than
    MOST_PRINTED bytes. Raises OSError when it does not start.
    """
    started = process.start(command, folder=folder, variables=variables, log=subprocess.PIPE)
    assert started.stdout is not None
    assert started.stderr is not None
    out, err = _Collector(started.stdout), _Collector(started.stderr)
    try:
        broken_off = _wait(started, (out, err), timeout, stop)
    finally:
        process.kill(started)  # with whatever it started
    drained = time.monotonic() + _DRAIN
    printed = out.collected(drained), err.collected(drained)
    if out.is_full or err.is_full:
        broken_off = f"printed more than {MOST_PRINTED // 1_000_000} MB"
    return Ran(None if broken_off else started.returncode, *printed, broken_off)


def _wait(
    started: process.Process,
    collectors: Sequence[_Collector],
    timeout: float,
    stop: threading.Event | None,
) -> str:
    """Wait for the process to end by itself: empty where it did, else why it is to be ended."""
    deadline = time.monotonic() + timeout
    while not any(collector.is_full for collector in collectors):
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.wait(_POLL)
            return ""
        if stop is not None and stop.is_set():
            return "was interrupted"
        if time.monotonic() > deadline:
            return f"was not done within {timeout:g} s"
    return "printed too much"


class _Collector:
    """Collects what comes out of a pipe, on a thread of its own, up to MOST_PRINTED bytes.

    The pipe's end is not waited for long: whatever the process left behind may hold it open.
    """

    def __init__(self, pipe: IO[bytes]) -> None:
        self._chunks: list[bytes] = []
        self.is_full = False
        self._thread = threading.Thread(target=self._collect, args=(pipe,), daemon=True)
        self._thread.start()

    def _collect(self, pipe: IO[bytes]) -> None:
        left = MOST_PRINTED
        with pipe, contextlib.suppress(OSError):
            while chunk := pipe.read1(min(left, 65536)):  # type: ignore[attr-defined]
                self._chunks.append(chunk)
                left -= len(chunk)
                if left <= 0:
                    self.is_full = True
                    return

    def collected(self, deadline: float) -> bytes:
        """What has come by then (on the monotonic clock), once the process has ended."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return b"".join(list(self._chunks))


def new_mark() -> str:
    """What an answer begins with, so that nothing else that is printed can be taken for it."""
    return f"answer-{secrets.token_hex(8)}:"


def marked(printed: bytes, mark: str) -> Json:
    """The answer on the line that begins with ``mark``. Raises ValueError where there is none."""
    for line in printed.split(b"\n"):
        if line.startswith(mark.encode()):
            return parse_answer(line[len(mark) :])
    raise ValueError("it gave no answer")


def parse_answer(line: bytes) -> Json:
    """What an answer holds. Raises ValueError for what is no JSON, too long, or too deep."""
    if len(line) > LONGEST_ANSWER:
        raise ValueError(f"longer than {LONGEST_ANSWER // 1_000_000} MB")
    answer: Json = parse_json(line)
    return answer


def pass_lines(channel: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    """Pass on each line of the channel, and None at its end.

    A channel on which much comes that nobody asked for is closed, and so is one on which a line
    comes that is longer than any answer.
    """
    with channel, contextlib.suppress(OSError):
        while lines.qsize() < MOST_WAITING and (line := channel.readline(LONGEST_ANSWER + 1)):
            lines.put(line)
            if len(line) > LONGEST_ANSWER:
                break
    lines.put(None)
