"""Asked to end, once or twice: the workers end with the program, and nothing is left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ..conftest import Lifeline

# Whoever starts the tests in the background, or under nohup, may have them ignore these.
START = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "signal.signal(signal.SIGHUP, signal.SIG_DFL); "
    "from advisor.cli.main import main; sys.exit(main(sys.argv[1:]))"
)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("asked", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("times", [1, 2])
def test_nothing_is_left_of_a_run_that_is_asked_to_end(
    environment: Mapping[str, str],
    fake_python: Callable[[dict[str, str]], Path],
    lifeline: Lifeline,
    tmp_path: Path,
    asked: str,
    times: int,
) -> None:
    hangs = f"{lifeline.hold_and_say}import threading; threading.Event().wait()\n"
    python = fake_python({"torch": hangs})
    work = tmp_path / "work"
    work.mkdir()
    command = [sys.executable, "-c", START, "probe", "pytorch.runs_eagerly", "--python"]
    program = subprocess.Popen(
        [*command, str(python)],
        env={**environment, "TMPDIR": str(work)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    lifeline.wait_for_word()
    for _ in range(times):
        program.send_signal(getattr(signal, asked))
    out, err = program.communicate()
    assert (program.returncode, out, err) == (130, b"", b"advisor: interrupted\n")
    assert list(work.iterdir()) == []
    lifeline.assert_nobody_holds_on()
