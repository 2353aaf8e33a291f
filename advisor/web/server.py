"""The server: uvicorn, with an end to slow clients, and silent about what it serves."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from advisor.web.security import IS_LATE

PATIENCE = 20.0  # seconds for a request to arrive whole, and for an answer to be taken
CONNECTIONS = 900  # below the usual limit of open files
RESERVED = 60  # more, for this machine alone
GRACE = 1  # seconds that answers may take while the server ends


class Limit:
    """A time after which the connection is cut, while it is on."""

    def __init__(self, seconds: float, transport: asyncio.Transport) -> None:
        self._seconds = seconds
        self._transport = transport
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """What has begun already is not given more time."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._seconds, self._transport.abort)

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class PatientProtocol(H11Protocol):
    """HTTP, as long as the client is not too slow: what it sends and takes has a time limit."""

    patience = PATIENCE
    most = CONNECTIONS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._since = self.loop.time()
        self._arriving = Limit(self.patience, transport)
        self._leaving = Limit(self.patience, transport)
        super().connection_made(transport)
        self._arriving.begin()
        self._make_room()

    def _make_room(self) -> None:
        """Where they are too many, end one that nothing is asked of: the oldest of the address with
        the most.

        Where all are at work, this one ends, unless it is from this machine, as the facilitator's.
        """
        if len(self.connections) <= self.most:
            return
        others = [
            other
            for other in self.connections
            if isinstance(other, PatientProtocol) and not other.transport.is_closing()
        ]
        if len(others) <= self.most:
            return
        counts = Counter(other.address for other in others)
        idle = [other for other in others if other.is_idle and other is not self]
        if idle:
            order = {o: (o.is_local, -counts[o.address], o._since) for o in idle}
            min(idle, key=order.__getitem__).transport.abort()
        elif not self.is_local or len(others) > self.most + RESERVED:
            self.transport.abort()

    @property
    def address(self) -> str:
        return self.client[0] if self.client else ""

    @property
    def is_local(self) -> bool:
        """Whether it comes from this machine."""
        return self.address.startswith("127.") or self.address == "::1"

    @property
    def is_idle(self) -> bool:
        """Whether nothing was asked, all is answered, or the answer is one that is held back."""
        if self.cycle is None or self.cycle.response_complete:
            return True
        return bool(self.scope["state"].get(IS_LATE))

    def connection_lost(self, exc: Exception | None) -> None:
        self._arriving.end()
        self._leaving.end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._arriving.begin()
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):  # the request is there, whole
            self._arriving.end()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._leaving.begin()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._leaving.end()


class Server(uvicorn.Server):
    """Ends at the first signal, open streams or not."""

    def __init__(self, config: uvicorn.Config, on_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_end = on_end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._on_end()
        super().handle_exit(sig, frame)


def listen(host: str, port: int) -> socket.socket:
    """A socket on which nobody is answered yet; port 0 takes any. Raises OSError."""
    return socket.create_server((host, port), backlog=512)


def server(app: Starlette, *, patience: float = PATIENCE, most: int = CONNECTIONS) -> Server:
    """What serves the pages, on the sockets that its ``run`` is given, to ``most`` at once."""
    settings: dict[str, Any] = {
        "http": type("Protocol", (PatientProtocol,), {"patience": patience, "most": most}),
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "log_level": "critical",  # an error's message might hold an answer; see SecurityMiddleware
        "access_log": False,  # addresses hold codes and keys
        "proxy_headers": False,  # they would say who asks, and anybody can write them
        "server_header": False,
        "timeout_graceful_shutdown": GRACE,
    }
    return Server(uvicorn.Config(app, **settings), app.state.close)


# One address of each private network, and one outside: the way to each says which of this machine's
# own addresses would be used. Nothing is sent there.
FAR = ("10.255.255.254", "172.31.255.254", "192.168.255.254", "192.0.2.1")


def own_addresses() -> list[str]:
    """The IPv4 addresses of this machine but for the loopback, the likeliest first."""
    found: dict[str, None] = {}
    for far in FAR:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.connect((far, 9))
            found[way.getsockname()[0]] = None
    with contextlib.suppress(OSError):
        for address in socket.gethostbyname_ex(socket.gethostname())[2]:
            found[address] = None
    return [address for address in found if not address.startswith(("127.", "0."))]
