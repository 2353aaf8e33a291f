"""Two hundred people at once, and a server that is killed while people answer."""

from __future__ import annotations

import asyncio
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.answers.rounds import WorkshopHistory
from advisor.web import result_cache
from advisor.workshop.audit import audit
from advisor.workshop.store import Workshop, create, open_workshop

from ..workshops import BALLOTS, KB, a_plan
from .killed_writers import is_sound
from .server_process import DEADLINE, Guest, Served, served

PEOPLE = 200
KILLS, KILLS_OF_THE_SERVER = 45, 5
ANA = BALLOTS["Ana"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "team.workshop"
    create(made, a_plan(people={})).close()
    return made


def revealed(path: Path) -> WorkshopHistory:
    with open_workshop(path) as workshop:
        workshop.reveal()
        return workshop.history()


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1]


def test_two_hundred_people_join_and_answer_at_once_and_nothing_is_lost(
    path: Path, environment: Mapping[str, str], record_property: pytest.RecordProperty
) -> None:
    """Nobody waits longer than if all had been served one after the other, thrice."""
    ballots = list(BALLOTS.values())
    guests = [Guest(0, f"Person {number}") for number in range(PEOPLE)]

    async def takes_part(guest: Guest, code: str, start: asyncio.Event, number: int) -> str:
        await start.wait()
        await guest.get("/")
        await guest.join(code)
        await guest.get("/seat")
        receipt = await guest.answer(ballots[number % len(ballots)])
        await guest.close()
        return receipt

    async def alone(port: int, code: str) -> float:
        guest = Guest(port, "First")
        await guest.join(code)
        for _ in range(20):
            await guest.get("/seat")
        await guest.close()
        return percentile([reply.seconds for reply in guest.replies[1:]], 0.5)

    async def at_once(port: int, code: str) -> list[str]:
        start = asyncio.Event()
        for guest in guests:
            guest.port = port
        parts = [takes_part(guest, code, start, n) for n, guest in enumerate(guests)]
        everybody = asyncio.gather(*parts)
        start.set()
        return await asyncio.wait_for(everybody, DEADLINE)

    with served(path, environment) as running:
        one = asyncio.run(alone(running.port, running.code))
        receipts = asyncio.run(at_once(running.port, running.code))
        assert running.end() == (0, "")
    seconds = percentile([reply.seconds for guest in guests for reply in guest.replies], 0.99)
    record_property("p99 of a page, in seconds", seconds)
    assert seconds < 3 * PEOPLE * one

    minutes = revealed(path)
    assert audit(minutes, receipts).is_true
    assert sorted(voice.receipt for voice in minutes.last.ballots) == sorted(receipts)
    said = Counter(str(voice.ballot) for voice in minutes.last.ballots)
    assert said == Counter(str(ballots[n % len(ballots)]) for n in range(PEOPLE))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_what_was_acknowledged_is_there_however_often_it_is_killed(
    path: Path, environment: Mapping[str, str]
) -> None:
    command = [
        sys.executable,
        str(Path(__file__).with_name("killed_writers.py")),
        str(path),
        str(KILLS),
    ]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    receipts = done.stdout.split()
    assert len(receipts) > KILLS
    assert audit(revealed(path), receipts).is_true


def test_a_server_that_is_killed_has_what_it_acknowledged_and_goes_on(
    path: Path, environment: Mapping[str, str]
) -> None:
    people = [Guest(0, f"Person {number}") for number in range(4)]
    receipts: list[str] = []

    async def answers_until_it_ends(guest: Guest, enough: int) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):  # it is killed
            while len(receipts) < enough:
                why = f"{len(receipts)} {len(guest.replies)}"
                receipts.append(await guest.answer(replace(ANA, reasons={"edge": why})))

    for kill in range(1, KILLS_OF_THE_SERVER + 1):
        with served(path, environment) as running:

            async def until_killed(served: Served = running, enough: int = 13 * kill) -> None:
                for one in people:
                    one.port = served.port
                    if not one.cookie:
                        await one.join(served.code)
                parts = [answers_until_it_ends(one, enough) for one in people]
                tasks = [asyncio.create_task(part) for part in parts]
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                served.kill()
                await asyncio.wait_for(asyncio.gather(*tasks), DEADLINE)
                for one in people:
                    await one.close()

            asyncio.run(until_killed())
        assert is_sound(path)
    assert len(receipts) >= 13 * KILLS_OF_THE_SERVER
    assert all(receipts)
    minutes = revealed(path)
    assert audit(minutes, receipts).is_true
    assert len(minutes.last.ballots) == len(people)


def test_the_picture_of_two_hundred_people_is_worked_out_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[int] = []
    real = result_cache.round_result

    def counted(*arguments: object) -> object:
        worked_out.append(1)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(result_cache, "round_result", counted)
    with open_workshop(path) as workshop, open_workshop(path) as watching:
        _answer(workshop)
        pictures = result_cache.ResultCache(workshop, KB, watching)
        shown = [pictures.current() for _ in range(5)]
        assert len({id(one) for one in shown}) == 1
        workshop.doubt(1, "tensorflow_converts_to_tflite")
        doubted = pictures.current()
        assert doubted is not None
        assert shown[0] is not None
        assert doubted.report.facts != shown[0].report.facts
    assert len(worked_out) == 1


def _answer(workshop: Workshop) -> None:
    for name, ballot in BALLOTS.items():
        workshop.submit(workshop.people.include(name).id, ballot)
    workshop.reveal()
