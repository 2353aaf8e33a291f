"""Start a worker so that it can be ended together with everything it starts.

On POSIX each worker leads a session, hence a process group, of its own: a signal to the group
reaches what the worker forked, unless that left the group by ``setsid``. Windows has no such
thing; there the worker alone is ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

GRACE = 2.0  # seconds between asking a process group to end and ending it

Process = subprocess.Popen[bytes]


def start(
    command: Sequence[str],
    *,
    folder: Path,
    variables: Mapping[str, str],
    log: IO[bytes] | int,
    piped: bool = False,
) -> Process:
    """Start ``command`` in a group of its own, with these environment variables.

    It has nothing to read, and all it prints goes into ``log``, which may be ``subprocess.PIPE``:
    its output and its errors are pipes then. When ``piped``, its input and output are pipes, and
    only its errors go into ``log``.
    """
    return subprocess.Popen(
        command,
        cwd=folder,
        env=dict(variables),
        stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
        stdout=subprocess.PIPE if piped else log,
        stderr=log,
        **_own_group(),
    )


def _own_group() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def end(process: Process, grace: float = GRACE) -> None:
    """Ask the process and its group to end, and after ``grace`` seconds end them."""
    _signal(process, kill=False)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(grace)
    kill(process)


def kill(process: Process) -> None:
    """End the process, if it has not ended, and whatever is left of its group."""
    _signal(process, kill=True)
    # A process stuck in the kernel cannot be waited for; it is gone as far as anyone can make it.
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)


def _signal(process: Process, *, kill: bool) -> None:
    if sys.platform == "win32":
        process.kill() if kill else process.terminate()
        return
    # No such group: all have ended. Not permitted: macOS says so of a group of zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)


def describe_exit(code: int) -> str:
    """How a process with this return code ended, in words."""
    if code >= 0:
        return f"exited with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
