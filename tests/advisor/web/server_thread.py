"""The server in a thread of the test's own process, so that what it tries can be made up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from advisor.web.app import create_app
from advisor.web.server import listen, server
from advisor.workshop.store import Workshop

from ..workshops import KB
from .server_process import DEADLINE
from .visitors import FakeTester


@dataclass(frozen=True)
class Running:
    """A server that runs. ``close`` ends its streams, as a signal would."""

    port: int
    close: Callable[[], None]


@contextmanager
def serving(
    workshop: Workshop,
    *,
    patience: float = 20.0,
    most: int = 900,
    testers: Sequence[FakeTester] = (),
    write: Callable[[], Path] | None = None,
    names: Sequence[str] = (),
) -> Iterator[Running]:
    """Serve on a free port of the loopback, also under these names. That the program failed
    anywhere fails the test.
    """
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    complaints: list[str] = []
    app = create_app(
        workshop,
        KB,
        hosts=[f"{name}:{port}" for name in ("127.0.0.1", *names)],
        address=f"http://127.0.0.1:{port}",
        targets=testers,
        write=write,
        tell=complaints.append,
    )
    running = server(app, patience=patience, most=most)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield Running(port, app.state.close)
    finally:
        app.state.close()
        running.should_exit = True
        thread.join(DEADLINE)
    assert not thread.is_alive()
    assert complaints == []
