"""The process that runs probes: started as a script by the interpreter that is being probed.

Requests come as JSON lines on standard input and are answered, as JSON lines, on what was
standard output when the process started. Before anything else runs, both are moved to private
descriptors: what a probe or a framework prints goes to the log that standard error already is,
and what it reads is empty.

The script's interpreter must see this package and nothing else of the tool's: not the folder the
script lies in, where folders called ``pytorch`` and ``tensorflow`` would shadow the frameworks,
and not the site-packages the tool is installed in.
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and not getattr(sys.flags, "safe_path", False):
    del sys.path[0]  # the folder this lies in: before any other import

import importlib.util
import json
import os
import platform
import queue
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def serve() -> None:
    """Answer requests until the parent closes the channel."""
    from probes.runtime.execution import execute
    from probes.runtime.worker_variables import library_folders

    requests, channel = private_streams()

    def send(event: str, **message: object) -> None:
        channel.write(json.dumps({"event": event, **message}).encode() + b"\n")
        channel.flush()

    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=listen, args=(requests, waiting.put), daemon=True).start()
    own_pid = os.getpid()
    work = Path.cwd()
    channel.write(b"\n")  # what was printed before this may have left its line open
    send("ready", python=platform.python_version(), libraries=library_folders())
    while True:
        request = json.loads(waiting.get())
        os.chdir(tempfile.mkdtemp(dir=work))  # no probe finds what another one wrote
        result = execute(
            request["id"],
            Path(request["source"]),
            control=request["control"],
            started=lambda versions: send("started", versions=dict(versions)),
        )
        if os.getpid() != own_pid:
            os._exit(0)  # a child that the probe forked and let return: its parent answers
        result["children"] = has_children()
        try:
            send("finished", **result)
        except (TypeError, ValueError, RecursionError) as error:
            reason = f"the evidence is not JSON: {error}"
            send("finished", **{**result, "outcome": "error", "reason": reason, "evidence": {}})


def private_streams() -> tuple[Any, Any]:
    """Move the channel's two ends out of the reach of what reads and prints here."""
    requests, channel = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        # Line by line, so that what was printed before a crash is in the log.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    return requests, channel


def listen(requests: Iterable[bytes], receive: Callable[[bytes], None]) -> None:
    """Pass requests on; when the parent is done or dead, end everything started here."""
    for line in requests:
        receive(line)
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)


def has_children() -> bool:
    """Whether a probe left processes behind. The parent then ends this worker with all of them."""
    if os.name != "posix":
        return False
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def register_package() -> None:
    """Make the folder above this one the package ``probes``, its parent not on ``sys.path``."""
    folder = Path(__file__).absolute().parents[1]
    spec = importlib.util.spec_from_file_location(
        "probes", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["probes"] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    if sys.version_info < (3, 9):  # noqa: UP036 - run by whatever interpreter was named
        sys.exit(f"Python 3.9 or newer is needed, this is {platform.python_version()}")
    register_package()
    serve()
