"""Answers into a workshop file by processes that are killed, one after the other, without warning.

Run by itself: ``python killed_writers.py FILE KILLS``. Prints every receipt that was acknowledged,
and ends with 1 once the file is damaged. It forks, which a program with threads, like pytest,
cannot.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import threading
from itertools import count
from pathlib import Path
from typing import NoReturn

from advisor.answers.ballot import Ballot
from advisor.web.batched_writes import BatchedWrites
from advisor.workshop.store import Workshop, open_workshop

PEOPLE = 4  # who answer at the same time
MOST_WAITED_FOR = 30  # receipts before a kill


def main(path: Path, kills: int) -> int:
    chance = random.Random(20260309)
    for number in range(kills):
        for receipt in killed(path, number, wanted=chance.randint(0, MOST_WAITED_FOR)):
            print(receipt)
        if not is_sound(path):
            return 1
    return 0


def killed(path: Path, number: int, wanted: int) -> list[str]:
    """What a process acknowledged before it was killed, once it had acknowledged ``wanted``."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        answer_for_ever(path, number, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        lines = [told.readline() for _ in range(wanted)]
        os.kill(child, signal.SIGKILL)
        lines += told.read().splitlines(keepends=True)
    os.waitpid(child, 0)
    return [line.decode().strip() for line in lines if line.endswith(b"\n")]


def answer_for_ever(path: Path, number: int, told: int) -> NoReturn:
    """Acknowledge a receipt as a page does: once the ballot is written."""
    workshop = open_workshop(path)
    writing = BatchedWrites(workshop)
    for place in range(PEOPLE):
        work = (workshop, writing, f"P{place}", number, told)
        threading.Thread(target=keep_answering, args=work).start()
    while True:
        signal.pause()


def keep_answering(
    workshop: Workshop, writing: BatchedWrites, name: str, number: int, told: int
) -> None:
    person = writing.run(lambda: workshop.people.include(name)).id
    for turn in count():
        ballot = Ballot({}, {"edge": 1 + turn % 9}, {"edge": f"{number} {turn} {name}"})
        sealed = writing.run(lambda given=ballot: workshop.submit(person, given))
        os.write(told, f"{sealed.receipt}\n".encode())


def is_sound(path: Path) -> bool:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
