"""The server over real sockets: who it listens to, slow clients, streams, its end."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from advisor.web.form_data import MOST_BYTES
from advisor.web.server import own_addresses
from advisor.workshop.store import Workshop, create

from ...conftest import Program
from ..workshops import BALLOTS, a_plan
from .server_process import DEADLINE, Guest, served
from .server_thread import serving

ANA = BALLOTS["Ana"]
SOON = 0.2  # seconds of patience, where a test waits for its end


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "team.workshop"
    create(made, a_plan()).close()
    return made


@dataclass
class Line:
    """Connections to the server, all of which are closed at the end."""

    port: int
    guests: list[Guest] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def guest(self, name: str) -> Guest:
        self.guests.append(Guest(self.port, name))
        return self.guests[-1]

    async def joined(self, name: str, code: str = "ABCD2345") -> Guest:
        guest = self.guest(name)
        await guest.join(code)
        return guest

    async def leading(self, key: str) -> Guest:
        lead = self.guest("lead")
        lead.cookie = (await lead.get(f"/lead?key={key}")).headers["set-cookie"].partition(";")[0]
        return lead

    async def send(self, data: bytes) -> asyncio.StreamReader:
        """A connection on which this was sent, with the server's own address for HOST."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        writer.write(data.replace(b"HOST", b"127.0.0.1:%d" % self.port))
        return reader

    async def follow(self, guest: Guest, path: str = "/events") -> asyncio.StreamReader:
        """A stream of events, past its headers."""
        reader = await self.send(asking_events(guest, path))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        assert b"text/event-stream" in head
        return reader

    async def close(self) -> None:
        for guest in self.guests:
            await guest.close()
        for writer in self.writers:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def asking_events(guest: Guest, path: str = "/events") -> bytes:
    """The request for a stream."""
    return f"GET {path} HTTP/1.1\r\nHost: HOST\r\nCookie: {guest.cookie}\r\n\r\n".encode()


def run(port: int, talk: Callable[[Line], Awaitable[None]]) -> None:
    """Talk to the server, and not for ever."""

    async def limited() -> None:
        line = Line(port)
        try:
            await asyncio.wait_for(talk(line), DEADLINE)
        finally:
            await line.close()

    asyncio.run(limited())


async def ended(reader: asyncio.StreamReader) -> None:
    """Wait until the other side ends the connection."""
    with suppress(ConnectionError):
        while await reader.read(65536):
            pass


async def over(reader: asyncio.StreamReader) -> None:
    """Wait for the last chunk of a stream."""
    while await reader.readline() not in (b"0\r\n", b""):
        pass


async def event(reader: asyncio.StreamReader) -> str:
    """The data of the next event."""
    while True:
        line = (await reader.readline()).decode()
        assert line, "the stream has ended"
        if line.startswith("data:"):
            return line.removeprefix("data:").strip()


def is_answered(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=DEADLINE).close()
    except OSError:
        return False
    return True


# Who it listens to


def test_only_this_machine_is_answered(path: Path, environment: Mapping[str, str]) -> None:
    with served(path, environment) as running:
        assert is_answered("127.0.0.1", running.port)
        for other in ["127.0.0.2", *own_addresses()]:
            assert not is_answered(other, running.port)


def test_the_local_network_is_answered_where_that_was_asked_for(
    path: Path, environment: Mapping[str, str]
) -> None:
    with served(path, environment, "--lan") as running:
        for address in own_addresses():
            assert is_answered(address, running.port)
            assert f"http://{address}:{running.port}" in running.told

        async def talk(line: Line) -> None:
            guest = await line.joined("Ana", running.code)
            assert (await guest.get("/seat")).status == 200

        run(running.port, talk)


def test_a_port_that_is_taken_is_told_in_a_sentence(path: Path, program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = program("workshop", "serve", path, "--port", str(port))
    assert done.code == 2
    assert done.complaints == [
        f"port {port} is taken, by another workshop perhaps; choose another with --port"
    ]


def test_a_port_that_is_none_is_refused(path: Path, program: Program) -> None:
    done = program("workshop", "serve", path, "--port", "70000")
    assert (done.code, "expected a port from 0 to 65535" in done.err) == (2, True)


def test_a_folder_that_cannot_take_a_record_is_refused_first(path: Path, program: Program) -> None:
    done = program("workshop", "serve", path, "--record", path)
    assert (done.code, "expected a folder" in done.err) == (3, True)


# Slow clients


SLOW = {
    "says nothing": b"",
    "stops in a header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-",
    "stops in the body": (
        b"POST / HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nContent-Length: 500\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname="
    ),
    "stops in a body that is refused": (
        b"POST /lead HTTP/1.1\r\nHost: HOST\r\nContent-Length: 500\r\n\r\nname="
    ),
}


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_who_stops_sending_is_dropped_and_others_are_served(
    workshop: Workshop, sent: bytes
) -> None:
    with serving(workshop, patience=SOON) as running:

        async def talk(line: Line) -> None:
            reader = await line.send(sent)
            guest = await line.joined("Ana")
            assert (await guest.get("/seat")).status == 200
            await ended(reader)
            assert (await guest.get("/seat")).status == 200

        run(running.port, talk)


def test_who_sends_a_byte_now_and_then_is_dropped_too(workshop: Workshop) -> None:
    with serving(workshop, patience=SOON) as running:

        async def talk(line: Line) -> None:
            end = asyncio.create_task(ended(await line.send(b"GET / HTTP/1.1\r\n")))
            while not end.done():
                line.writers[-1].write(b"X-A: b\r\n")
                await asyncio.wait([end], timeout=SOON / 10)

        run(running.port, talk)


def test_who_stops_in_a_later_request_is_dropped_too(workshop: Workshop) -> None:
    with serving(workshop, patience=SOON) as running:

        async def talk(line: Line) -> None:
            reader = await line.send(b"HEAD / HTTP/1.1\r\nHost: HOST\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            line.writers[-1].write(b"HEAD / HTTP/1.1\r\nX-")
            await ended(reader)

        run(running.port, talk)


def test_who_takes_no_answer_is_dropped(workshop: Workshop) -> None:
    """Answers to a hundred requests at once, none of which is read."""
    with serving(workshop, patience=SOON) as running:
        request = b"GET /static/style.css HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % running.port

        async def talk(line: Line) -> None:
            loop = asyncio.get_running_loop()
            with socket.socket() as deaf, suppress(ConnectionError):
                deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
                deaf.connect(("127.0.0.1", running.port))
                deaf.setblocking(False)
                while True:  # until the connection is cut
                    await loop.sock_sendall(deaf, request * 500)

        run(running.port, talk)


def test_who_takes_their_time_between_requests_is_not_dropped(workshop: Workshop) -> None:
    with serving(workshop, patience=SOON) as running:

        async def talk(line: Line) -> None:
            guest = await line.joined("Ana")
            reader = await line.follow(guest)
            assert json.loads(await event(reader))["answered"] == "0 of 2 have answered"
            slow = asyncio.create_task(event(reader))
            await asyncio.wait([slow], timeout=2 * SOON)
            assert not slow.done()  # the stream is open, though longer than the patience
            await guest.answer(ANA)
            assert json.loads(await slow)["answered"] == "1 of 2 have answered"

        run(running.port, talk)


def test_a_body_that_is_too_long_is_refused_before_it_is_sent(workshop: Workshop) -> None:
    with serving(workshop) as running:

        async def talk(line: Line) -> None:
            head = ["POST / HTTP/1.1", "Host: HOST", "Origin: http://HOST"]
            head += ["Content-Type: application/x-www-form-urlencoded"]
            head += [f"Content-Length: {MOST_BYTES + 1}"]
            reader = await line.send(("\r\n".join(head) + "\r\n\r\n").encode())
            assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
            await ended(reader)

        run(running.port, talk)


def test_what_is_no_request_is_refused(workshop: Workshop) -> None:
    with serving(workshop) as running:

        async def talk(line: Line) -> None:
            for nonsense in (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n"):
                reader = await line.send(nonsense)
                assert (await reader.readline()).startswith(b"HTTP/1.1 400 ")
                await ended(reader)

        run(running.port, talk)


# Streams


def test_a_stream_tells_participants_a_count_and_no_more(workshop: Workshop) -> None:
    with serving(workshop) as running:

        async def talk(line: Line) -> None:
            ana, ben = await line.joined("Ana"), await line.joined("Ben")
            reader = await line.follow(ana)
            first = json.loads(await event(reader))
            receipt = await ben.answer(BALLOTS["Ben"])
            second = await event(reader)
            assert set(first) == {"state", "answered", "trying"}
            assert json.loads(second) == {**first, "answered": "1 of 3 have answered"}
            assert receipt not in second

        run(running.port, talk)


def test_a_stream_tells_that_a_round_was_revealed(workshop: Workshop) -> None:
    key = workshop.people.new_facilitator_token()
    with serving(workshop) as running:

        async def talk(line: Line) -> None:
            ana, lead = await line.joined("Ana"), await line.leading(key)
            await ana.answer(ANA)
            reader = await line.follow(ana)
            before = json.loads(await event(reader))
            await lead.post("/lead/reveal", [("round", "1")])
            after = json.loads(await event(reader))
            assert before["state"] != after["state"]
            assert f'data-state="{after["state"]}"' in (await ana.get("/seat")).body

        run(running.port, talk)


def test_what_other_programs_write_into_the_file_is_told_too(workshop: Workshop) -> None:
    """Somebody answers at the terminal, which is another process."""
    with serving(workshop) as running:

        async def talk(line: Line) -> None:
            ana = await line.joined("Ana")
            reader = await line.follow(ana)
            await event(reader)
            workshop.submit(workshop.people.include("Zoe").id, ANA)
            assert json.loads(await event(reader))["answered"] == "1 of 3 have answered"

        run(running.port, talk)


def test_the_facilitators_stream_tells_that_somebody_came(workshop: Workshop) -> None:
    key = workshop.people.new_facilitator_token()
    with serving(workshop) as running:

        async def talk(line: Line) -> None:
            lead = await line.leading(key)
            reader = await line.follow(lead, "/lead/events")
            before = json.loads(await event(reader))
            await line.joined("Ana")
            after = json.loads(await event(reader))
            assert before["state"] != after["state"]
            assert f'data-state="{after["state"]}"' in (await lead.get("/lead")).body

        run(running.port, talk)


def test_a_stream_ends_for_who_leaves_and_is_nobodys_after(workshop: Workshop) -> None:
    with serving(workshop) as running:

        async def talk(line: Line) -> None:
            ana = await line.joined("Ana")
            reader = await line.follow(ana)
            await event(reader)
            await ana.post("/leave", [])
            await over(reader)
            assert (await ana.get("/events")).status == 403

        run(running.port, talk)


def test_one_person_has_so_many_streams_and_no_more(workshop: Workshop) -> None:
    with serving(workshop) as running:

        async def talk(line: Line) -> None:
            ana = await line.joined("Ana")
            streams = [await line.follow(ana) for _ in range(6)]
            for reader in streams:
                await event(reader)
            assert (await ana.get("/events")).status == 429
            line.writers[0].close()  # one that ends makes room for another
            while b" 429 " in await (await line.send(asking_events(ana))).readline():
                pass

        run(running.port, talk)


def test_streams_that_are_asked_for_at_once_are_counted_too(workshop: Workshop) -> None:
    with serving(workshop) as running:

        async def talk(line: Line) -> None:
            ana = await line.joined("Ana")
            readers = [await line.send(asking_events(ana)) for _ in range(12)]
            lines = await asyncio.gather(*(reader.readline() for reader in readers))
            assert sum(line.startswith(b"HTTP/1.1 200 ") for line in lines) == 6

        run(running.port, talk)


# Many connections


def test_connections_that_ask_nothing_keep_nobody_out(workshop: Workshop) -> None:
    key = workshop.people.new_facilitator_token()
    with serving(workshop, most=5) as running:

        async def talk(line: Line) -> None:
            ana, lead = await line.joined("Ana"), await line.leading(key)
            await line.follow(ana)
            await ana.close()
            await lead.close()  # as a browser's are after a while
            idle = [await line.send(b"GET / HTTP/1.1\r\n") for _ in range(20)]
            assert (await lead.get("/lead")).status == 200
            assert (await line.joined("Ben")).cookie
            await asyncio.gather(*map(ended, idle[:15]))
            await ana.answer(ANA)

        run(running.port, talk)


# Its end


def test_streams_end_before_the_server_does(workshop: Workshop) -> None:
    with serving(workshop) as running:

        async def talk(line: Line) -> None:
            reader = await line.follow(await line.joined("Ana"))
            await event(reader)
            running.close()
            await over(reader)
            assert (await line.guest("Ben").get("/")).status == 200

        run(running.port, talk)


def test_ctrl_c_ends_it_with_streams_open_and_nothing_was_told_but_how_to_join(
    path: Path, environment: Mapping[str, str]
) -> None:
    with served(path, environment) as running:

        async def talk(line: Line) -> None:
            ana, lead = await line.joined("Ana", running.code), await line.leading(running.lead)
            await ana.answer(ANA)
            await lead.get("/lead?key=wrong")
            await ana.post("/seat/answers", [("round", "x")])
            streams = [await line.follow(ana), await line.follow(lead, "/lead/events")]
            for reader in streams:
                await event(reader)
            code, complaints = await asyncio.to_thread(running.end)
            assert (code, complaints) == (0, "")
            for reader in streams:
                await ended(reader)

        run(running.port, talk)
    assert len(running.told.splitlines()) == 4
    assert running.told.count(running.lead) == 1


def test_ctrl_c_ends_it_while_claims_are_tried(
    path: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    """The workers are ended too; on nothing kept, so that something is tried."""
    fresh = {**environment, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    with served(path, fresh, probes=True) as running:

        async def talk(line: Line) -> None:
            ana, lead = await line.joined("Ana", running.code), await line.leading(running.lead)
            await ana.answer(ANA)
            reader = await line.follow(lead, "/lead/events")
            await lead.post("/lead/reveal", [("round", "1")])
            while not json.loads(await event(reader))["trying"].startswith("Trying "):
                pass
            assert await asyncio.to_thread(running.end) == (0, "")

        run(running.port, talk)


def test_it_goes_on_where_it_was_when_it_is_started_again(
    path: Path, environment: Mapping[str, str]
) -> None:
    ana = Guest(0, "Ana")

    async def before(port: int, code: str) -> str:
        ana.port = port
        await ana.join(code)
        receipt = await ana.answer(ANA)
        await ana.close()
        return receipt

    async def after(port: int, receipt: str) -> None:
        ana.port = port
        assert receipt in (await ana.get("/seat")).body
        await ana.close()

    with served(path, environment) as running:
        receipt = asyncio.run(before(running.port, running.code))
    with served(path, environment) as running:
        asyncio.run(after(running.port, receipt))
