"""What other programs write is read within bounds of bytes, depth and time."""

from __future__ import annotations

import io
import os
import queue
import sys
import threading
from pathlib import Path

import pytest

from probes.bounded_json import DEEPEST, parse_json
from probes.runtime import foreign_output
from probes.runtime.foreign_output import Ran, marked, parse_answer, pass_lines, run_bounded

from ..conftest import Lifeline


def run(source: str, timeout: float = 60.0, stop: threading.Event | None = None) -> Ran:
    return run_bounded(
        [sys.executable, "-c", source],
        folder=Path(os.sep),
        variables=os.environ,
        timeout=timeout,
        stop=stop,
    )


def test_what_a_program_prints_comes_back_with_its_exit_code() -> None:
    ran = run("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert (ran.code, ran.out.strip(), ran.err.strip()) == (3, b"out", b"err")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_program_that_prints_without_end_is_ended(
    monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    monkeypatch.setattr(foreign_output, "MOST_PRINTED", 100_000)
    ran = run(f"import sys\nwhile True: sys.{stream}.write('x' * 4096)")
    assert ran.code is None
    assert ran.broken_off.startswith("printed more than")
    assert len(ran.out + ran.err) < 200_000


def test_program_that_takes_too_long_is_ended(lifeline: Lifeline) -> None:
    ran = run(f"{lifeline.hold}import time; time.sleep(600)", timeout=0.5)
    assert (ran.code, ran.broken_off) == (None, "was not done within 0.5 s")
    lifeline.assert_nobody_holds_on()


def test_child_that_keeps_the_pipe_is_not_waited_for(lifeline: Lifeline) -> None:
    child = f"{lifeline.hold}import time; time.sleep(600)"
    ran = run(
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]); print(1)"
    )
    assert (ran.code, ran.out.strip()) == (0, b"1")
    lifeline.assert_nobody_holds_on()


def test_program_is_ended_when_all_is_to_stop() -> None:
    stop = threading.Event()
    stop.set()
    assert run("import time; time.sleep(600)", stop=stop).broken_off == "was interrupted"


def test_program_that_does_not_start_is_an_error() -> None:
    with pytest.raises(OSError, match="No such file"):
        run_bounded(["/nowhere"], folder=Path(os.sep), variables={}, timeout=1.0)


def test_answer_is_found_among_what_else_is_printed() -> None:
    assert marked(b"hello\nmark:[1, 2]\nbye", "mark:") == [1, 2]
    with pytest.raises(ValueError, match="no answer"):
        marked(b"hello mark:[1]", "mark:")


@pytest.mark.parametrize(
    "text",
    [
        "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
        '{"a":' * 400 + "1" + "}" * 400,
        "[" * 100_000,
        "9" * 4000,
        "-1e999",
        "NaN",
        "1 2",
    ],
    ids=["too deep", "objects too deep", "without a bottom", "digits", "huge", "nan", "no JSON"],
)
def test_answer_beyond_bounds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_answer(text.encode())


def test_answer_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_output, "LONGEST_ANSWER", 10)
    with pytest.raises(ValueError, match="longer than"):
        parse_answer(b'"' + b"x" * 10 + b'"')


def test_answer_within_bounds_is_read() -> None:
    deep = "[" * DEEPEST + "]" * DEEPEST
    assert parse_json(deep) is not None
    assert parse_json('{"a": [1, -2.5e300, "x", null, true]}') == {
        "a": [1, -2.5e300, "x", None, True]
    }


def test_lines_that_nobody_asked_for_end_the_channel() -> None:
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    channel = io.BytesIO(b"noise\n" * 10_000)
    pass_lines(channel, lines)
    assert channel.closed
    assert lines.qsize() == foreign_output.MOST_WAITING + 1


def test_line_longer_than_any_answer_ends_the_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_output, "LONGEST_ANSWER", 100)
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    channel = io.BytesIO(b"\0" * 1000 + b"\n{}\n")
    pass_lines(channel, lines)
    assert channel.closed
    assert (lines.get(), lines.get()) == (b"\0" * 101, None)
