"""A workshop on disk: its plan, its people, its rounds and what was tried.

Nothing in here hands out a ballot of a round that was not revealed, but to its own owner.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from advisor.answers.ballot import Ballot, ballot_from_data, receipt
from advisor.answers.mistakes import not_asked
from advisor.answers.rounds import Doubt, RevealedBallot, RevealedRound, WorkshopHistory
from advisor.errors import WorkshopError
from advisor.workshop.database import Database, new_database, open_database
from advisor.workshop.people import People, Person
from advisor.workshop.plan import (
    CONTRIBUTOR,
    INFORMED,
    Plan,
    name_key,
    people_of_record,
    plan_from_json,
)
from probes.api import Finding, Json
from rules.diagnostics import InputError, Problem, SourceLocation


@dataclass(frozen=True)
class RoundState:
    """How far the workshop is: ``revealed`` says whether the last round was."""

    number: int
    revealed: bool


@dataclass(frozen=True)
class OwnBallot:
    """A ballot as its owner sees it. ``entered`` says by which way it came."""

    number: int
    ballot: Ballot
    receipt: str
    entered: str


def create(path: Path, plan: Plan) -> Workshop:
    """A new workshop file with its first round open. Raises InputError where there is a file."""
    database = new_database(path)
    people = People(database)
    try:
        with database.transaction():
            database.run("INSERT INTO plan VALUES (?)", plan.to_json())
            for name, role in plan.people.items():
                people.add(name, role)
            database.run("INSERT INTO round VALUES (1, ?, NULL)", _now())
    except BaseException:  # whatever it was, nothing half made stays
        database.discard()
        raise
    return Workshop(database)


def open_workshop(path: Path) -> Workshop:
    """The workshop in ``path``. Raises InputError for what is none, or was made by a newer tool."""
    return Workshop(open_database(path))


class Workshop:
    """One workshop. Any thread may call it; each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.path = database.path
        self.people = People(database)
        self.plan = _plan(database)

    def close(self) -> None:
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """What is called inside happens as a whole or not at all."""
        return self._db.transaction()

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Rounds

    def round_state(self) -> RoundState:
        number = self._db.fetch_number("SELECT max(number) FROM round")
        row = self._db.fetch_one("SELECT revealed FROM round WHERE number = ?", number)
        return RoundState(number, revealed=bool(row and row[0]))

    def submit(self, person: int, ballot: Ballot, *, entered: str = "self") -> OwnBallot:
        """Seal a ballot in the open round; one that the person gave before is replaced by it.

        The same ballot again is the same receipt. Raises WorkshopError where no round is open, or
        what is answered is not voted on.
        """
        for sentence in not_asked(ballot, {*self.plan.questions, *self.plan.criteria}):
            raise WorkshopError(sentence)
        with self._db.transaction():
            state = self.round_state()
            if state.revealed:
                sentence = f"Round {state.number} was revealed; answers wait for the next round."
                raise WorkshopError(sentence)
            before = self.own_ballot(person)
            if before and before.number == state.number and before.ballot == ballot:
                return before
            self.people.mark_contributor(person)
            count = "SELECT count(*) FROM ballot WHERE person = ? AND round = ?"
            version = 1 + self._db.fetch_number(count, person, state.number)
            salt = secrets.token_hex(16)
            own_receipt = receipt(ballot, salt, self.plan.id, state.number)
            text = json.dumps(ballot.as_data(), ensure_ascii=False)
            self._db.run(
                "INSERT INTO ballot (person, round, version, text, salt, receipt, entered) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(person, state.number, version, text, salt, own_receipt, entered),
            )
            return OwnBallot(state.number, ballot, own_receipt, entered)

    def own_ballot(self, person: int, number: int | None = None) -> OwnBallot | None:
        """What this person said last, or in that round, for their own eyes; nothing from before
        they were given a new code.
        """
        row = self._db.fetch_one(
            "SELECT round, text, receipt, entered FROM ballot JOIN person ON person.id = person "
            "WHERE person = ? AND round = ifnull(?, round) AND ballot.id > since "
            "ORDER BY round DESC, version DESC LIMIT 1",
            *(person, number),
        )
        return OwnBallot(row[0], _read(row[1]), row[2], row[3]) if row else None

    def how_entered(self, person: int) -> str | None:
        """By which way this person's ballot of the last round came; None where there is none."""
        row = self._db.fetch_one(
            "SELECT entered FROM ballot WHERE person = ? "
            "AND round = (SELECT max(number) FROM round) ORDER BY version DESC LIMIT 1",
            person,
        )
        return str(row[0]) if row else None

    def answered(self) -> frozenset[int]:
        """Who has given a ballot in the last round."""
        rows = self._db.fetch_all(
            "SELECT DISTINCT person FROM ballot WHERE round = (SELECT max(number) FROM round)"
        )
        return frozenset(person for (person,) in rows)

    def not_answered(self) -> tuple[Person, ...]:
        """Who is expected to answer in the last round and has not."""
        answered = self.answered()
        return tuple(p for p in self.people.all() if p.is_expected and p.id not in answered)

    def reveal(self) -> int:
        """End the open round. Raises WorkshopError where none is open or nobody has answered."""
        with self._db.transaction():
            state = self.round_state()
            if state.revealed:
                raise WorkshopError(f"Round {state.number} was revealed already.")
            if not self.answered():
                raise WorkshopError("Nobody has answered yet: there is nothing to reveal.")
            self._db.run("UPDATE round SET revealed = ? WHERE number = ?", _now(), state.number)
            return state.number

    def open_round(self) -> int:
        """Begin the next round. Raises WorkshopError while one is open, and after the last."""
        with self._db.transaction():
            state = self.round_state()
            if not state.revealed:
                raise WorkshopError(f"Round {state.number} is open already.")
            if state.number >= self.plan.stop.rounds:
                sentence = f"Round {state.number} was the last: no more were agreed beforehand."
                raise WorkshopError(sentence)
            self._db.run("INSERT INTO round VALUES (?, ?, NULL)", state.number + 1, _now())
            return state.number + 1

    def history(self) -> WorkshopHistory:
        """What was revealed so far."""
        statement = "SELECT number FROM round WHERE revealed IS NOT NULL ORDER BY 1"
        rounds = self._db.fetch_all(statement)
        return WorkshopHistory(
            workshop=self.plan.id,
            known=self.plan.known,
            questions=self.plan.questions,
            criteria=self.plan.criteria,
            stop=self.plan.stop,
            rounds=tuple(self._revealed_round(number) for (number,) in rounds),
            doubts=self.doubts() if rounds else (),  # they came with ballots that are sealed
        )

    def _revealed_round(self, number: int) -> RevealedRound:
        rows = self._db.fetch_all(
            "SELECT person, name, text, salt, receipt FROM ballot JOIN person "
            "ON person.id = ballot.person WHERE round = ? ORDER BY version DESC",
            number,
        )
        latest: dict[int, RevealedBallot] = {}
        replaced = []
        for person, name, text, salt, own_receipt in rows:
            if person in latest:
                replaced.append(own_receipt)
                continue
            ballot = _read(text)
            latest[person] = RevealedBallot(ballot, salt, own_receipt, name if ballot.named else "")
        ordered = sorted(latest.values(), key=lambda revealed: revealed.receipt)
        return RevealedRound(number, tuple(ordered), tuple(sorted(replaced)))

    # Facts

    def doubt(self, person: int, claim: str) -> None:
        """Somebody wants this claim to be tried."""
        with self._db.transaction():
            self._db.run("INSERT OR IGNORE INTO doubt VALUES (?, ?)", person, claim)

    def doubts(self) -> tuple[Doubt, ...]:
        """What was doubted, by how many."""
        statement = "SELECT claim, count(*) FROM doubt GROUP BY claim ORDER BY min(rowid)"
        rows = self._db.fetch_all(statement)
        return tuple(Doubt(claim, people) for claim, people in rows)

    def save_findings(self, findings: Iterable[Finding], machine: Mapping[str, Json]) -> None:
        """Keep what probes found and where; the newest finding of each probe counts."""
        with self._db.transaction():
            for finding in findings:
                self._db.run("INSERT INTO finding (text) VALUES (?)", json.dumps(finding.to_json()))
            if machine:
                text = json.dumps(machine)
                self._db.run("INSERT INTO surroundings (text) VALUES (?)", text)

    def findings(self) -> dict[str, Finding]:
        """Probe -> its newest finding."""
        rows = self._db.fetch_all("SELECT text FROM finding ORDER BY id")
        read = (Finding.from_json(json.loads(text)) for (text,) in rows)
        return {finding.probe: finding for finding in read}

    def machine(self) -> Mapping[str, Json]:
        """Where the newest findings were made."""
        row = self._db.fetch_one("SELECT text FROM surroundings ORDER BY id DESC LIMIT 1")
        return dict(json.loads(row[0])) if row else {}

    def version(self) -> int:
        """A number that is another once somebody else has written to the file."""
        return self._db.fetch_number("PRAGMA data_version")

    def people_of_record(self) -> Mapping[str, tuple[str, ...]]:
        """The people as a record names them: who was named beforehand, and whoever answered.

        Who was to contribute and never answered was not consulted, but is to be informed.
        """
        rows = self._db.fetch_all("SELECT DISTINCT person FROM ballot")
        answered = {number for (number,) in rows}
        named = [name_key(name) for name in self.plan.people]
        people = []
        for person in self.people.all():
            if person.role != CONTRIBUTOR or person.id in answered:
                people.append((person.name, person.role))
            elif name_key(person.name) in named:
                people.append((person.name, INFORMED))
        return people_of_record(people)


def _plan(database: Database) -> Plan:
    try:
        row = database.fetch_one("SELECT text FROM plan")
        return plan_from_json(row[0] if row else "")
    except (sqlite3.DatabaseError, ValueError, KeyError, TypeError) as error:
        message = f"is damaged, expected a workshop ({error})"
        raise InputError([Problem(SourceLocation(str(database.path)), message)]) from None


def _read(text: str) -> Ballot:
    """Raises WorkshopError, without what stands there: it may be sealed."""
    try:
        return ballot_from_data(json.loads(text))
    except (ValueError, TypeError, RecursionError):
        raise WorkshopError("The file is damaged: a ballot in it cannot be read.") from None


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
