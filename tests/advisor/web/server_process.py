"""The server as a process of its own, and a client that speaks to it over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from advisor.answers.ballot import Ballot
from advisor.web.security import form_token

DEADLINE = 60.0  # seconds that a test waits for what must come


@dataclass(frozen=True)
class Served:
    """A server that runs. ``lead`` is the facilitator's key."""

    process: subprocess.Popen[str]
    port: int
    code: str
    lead: str
    told: str

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def kill(self) -> None:
        """As a power cut would: nothing is told, nothing is tidied up."""
        self.process.kill()
        self.process.wait(DEADLINE)

    def end(self) -> tuple[int, str]:
        """Ctrl-C; its exit code and all that it printed on stderr."""
        self.process.send_signal(signal.SIGINT)
        _, complaints = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, complaints


@contextlib.contextmanager
def served(
    path: Path, environment: Mapping[str, str], *options: str, probes: bool = False
) -> Iterator[Served]:
    """Serve a workshop file on a free port of the loopback; it is gone afterwards."""
    command = [sys.executable, "-m", "advisor.cli.main", "workshop", "serve", str(path)]
    command += ["--port", "0", *([] if probes else ["--no-probes"]), *options]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        cwd=path.parent,
    )
    try:
        yield _started(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _started(process: subprocess.Popen[str]) -> Served:
    assert process.stdout is not None
    told = ""
    while "Ctrl-C" not in told:
        line = process.stdout.readline()
        if not line:
            assert process.stderr is not None
            raise AssertionError(f"the server did not start: {process.stderr.read()}")
        told += line
    code = re.search(r"code ([A-Z0-9-]+)", told)
    lead = re.search(r"http://127\.0\.0\.1:(\d+)/lead\?key=(\S+)", told)
    assert code is not None
    assert lead is not None
    return Served(process, int(lead[1]), code[1], lead[2], told)


@dataclass(frozen=True)
class Reply:
    """An answer, and how many seconds it took."""

    status: int
    headers: Mapping[str, str]
    body: str
    seconds: float


@dataclass
class Guest:
    """A participant over real sockets: a connection that is kept open, and a cookie."""

    port: int
    name: str
    cookie: str = ""
    replies: list[Reply] = field(default_factory=list)
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> Reply:
        return await self._ask("GET", path, "")

    async def post(self, path: str, fields: Iterable[tuple[str, str]]) -> Reply:
        token = form_token(self.cookie.partition("=")[2])
        return await self._ask("POST", path, urlencode([*fields, ("token", token)]))

    async def join(self, code: str) -> Reply:
        reply = await self.post("/", [("name", self.name), ("code", code)])
        assert reply.status == 200, reply.body
        self.cookie = reply.headers["set-cookie"].partition(";")[0]
        return reply

    async def answer(self, ballot: Ballot, number: int = 1) -> str:
        """Send a ballot; returns the receipt that the page shows."""
        reply = await self.post("/seat/answers", ballot_fields(ballot, number))
        assert reply.status == 303, reply.body
        return receipt_on((await self.get("/seat")).body)

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        self._reader = self._writer = None

    async def _ask(self, method: str, path: str, body: str) -> Reply:
        began = time.perf_counter()
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        host = f"127.0.0.1:{self.port}"
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Cookie: {self.cookie}"]
        if method == "POST":
            lines += [f"Origin: http://{host}", f"Content-Length: {len(body)}"]
            lines += ["Content-Type: application/x-www-form-urlencoded"]
        self._writer.write(("\r\n".join(lines) + f"\r\n\r\n{body}").encode())
        status, headers, text = await _reply(self._reader)
        if headers.get("connection") == "close":
            await self.close()
        reply = Reply(status, headers, text, time.perf_counter() - began)
        self.replies.append(reply)
        return reply


async def _reply(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return int(head[0].split()[1]), headers, body.decode()


def ballot_fields(ballot: Ballot, number: int = 1) -> list[tuple[str, str]]:
    """A ballot as its form sends it."""
    fields = [("round", str(number))]
    fields += [(f"answer.{name}", one) for name, given in ballot.answers.items() for one in given]
    fields += [(f"points.{name}", str(points)) for name, points in ballot.points.items()]
    fields += [(f"reason.{name}", why) for name, why in ballot.reasons.items()]
    return [*fields, ("named", "yes")] if ballot.named else fields


def receipt_on(page: str) -> str:
    """The receipt that a page shows; empty where it shows none."""
    found = re.search(r'class="receipt"><code>([0-9a-f]{64})<', page)
    return found[1] if found else ""
