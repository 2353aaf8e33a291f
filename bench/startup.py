"""How long until the first question stands on the screen, against a bare questionary prompt.

Both programs run in turn under a pseudo-terminal, each in a fresh interpreter; the clock stops
when the question's words arrive. Prints the ratio of the medians. Aim: at most 1.15.
"""

from __future__ import annotations

import os
import pty
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
ROOT = Path(__file__).resolve().parent.parent
FIRST = b"settled on one framework?"
BARE = (
    "import questionary; questionary.select('settled on one framework?', choices=list('abc')).ask()"
)
BARE_COMMAND = [sys.executable, "-c", BARE]
ADVISOR_COMMAND = [sys.executable, "-m", "advisor.cli.main"]


def main() -> None:
    times: dict[str, list[float]] = {"bare": [], "advisor": []}
    for round_number in range(ROUNDS + 1):
        for name, command in (("bare", BARE_COMMAND), ("advisor", ADVISOR_COMMAND)):
            with tempfile.TemporaryDirectory() as folder:
                seconds = first_question(command, folder)
            if round_number:  # the first round warms the disk and the bytecode
                times[name].append(seconds)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"bare questionary prompt   {medians['bare']:.3f} s   1.00")
    ratio = medians["advisor"] / medians["bare"]
    print(f"advisor, first question   {medians['advisor']:.3f} s   {ratio:.2f}")


def first_question(command: list[str], folder: str) -> float:
    """Seconds from the start of ``command`` until its first question stands on the screen."""
    started = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPATH"] = str(ROOT)
        os.execv(command[0], command)
    seen = b""
    while FIRST not in seen:
        seen += os.read(terminal, 65536)
    seconds = time.perf_counter() - started
    os.write(terminal, b"\x03")
    _drain(terminal)
    os.waitpid(pid, 0)
    return seconds


def _drain(terminal: int) -> None:
    """Read until the program closes its side, so that it is not held up by a full buffer."""
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:  # how Linux reports the end of a pseudo-terminal
        pass
    os.close(terminal)


if __name__ == "__main__":
    main()
