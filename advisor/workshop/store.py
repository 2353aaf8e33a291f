"""A workshop on disk: its plan, its people, its rounds and what was tried.

Nothing in here hands out a ballot of a round that was not revealed, but to its own owner.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from advisor.answers.ballot import Ballot, receipt
from advisor.answers.mistakes import ballot_mistakes, not_asked
from advisor.answers.rounds import Doubt, RevealedBallot, RevealedRound, WorkshopHistory
from advisor.errors import WorkshopError
from advisor.workshop import rows
from advisor.workshop.contents import check_contents, read_plan
from advisor.workshop.database import Database, new_database, open_database
from advisor.workshop.people import People, Person
from advisor.workshop.plan import Plan, check_own_knowledge, plan_from_json
from advisor.workshop.rows import StoredBallot
from advisor.workshop.sealing import new_nonce, salt_of
from probes.api import Finding, Json
from rules.model import KnowledgeBase


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
    """A new workshop file with its first round open. Raises InputError where there is a file, and
    WorkshopError for a plan that could not be read again.
    """
    try:
        plan_from_json(plan.to_json())
    except ValueError as error:
        raise WorkshopError(f"That cannot be planned: {error}.") from None
    database = new_database(path)
    people = People(database, plan)
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


def open_workshop(path: Path, *, altered: bool = False) -> Workshop:
    """The workshop in ``path``, once all that stands in it was read and held together.

    Raises InputError for what is none, is damaged, or was made by a newer tool; and for ballots
    that were changed after they were sealed, unless ``altered`` ones are what is looked for.
    """
    database = open_database(path)
    try:
        check_contents(database, read_plan(database))
        workshop = Workshop(database, altered=altered)
        workshop.check_seals()
    except BaseException:
        database.close()
        raise
    return workshop


class Workshop:
    """One workshop. Any thread may call it; each call is a transaction of its own.

    Whatever reads the file raises InputError where it was damaged meanwhile, and StorageError where
    it cannot be read or written now.
    """

    def __init__(self, database: Database, *, altered: bool = False) -> None:
        self._db = database
        self._altered = altered
        self.path = database.path
        self.plan = read_plan(database)
        self.people = People(database, self.plan)

    def close(self) -> None:
        self._db.close()

    def wait_at_most(self, seconds: float) -> None:
        """Wait no longer for another program that writes, and never for it to read."""
        self._db.waits = seconds
        self._db.read_while_written()

    def transaction(self) -> AbstractContextManager[None]:
        """What is called inside happens as a whole or not at all."""
        return self._db.transaction()

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Rounds

    def round_state(self) -> RoundState:
        for round in self._db.select(rows.ROUNDS, "ORDER BY number DESC LIMIT 1"):
            return RoundState(round.number, revealed=round.revealed is not None)
        raise self._db.damaged("expected a round in it")

    def submit(self, person: int, ballot: Ballot, *, entered: str = "self") -> OwnBallot:
        """Seal a ballot in the open round; one that the person gave before is replaced by it.

        The same ballot again is the same receipt. Raises WorkshopError where no round is open, or
        what is answered is not voted on.
        """
        for sentence in not_asked(ballot, {*self.plan.questions, *self.plan.criteria}):
            raise WorkshopError(sentence)
        text = json.dumps(ballot.as_data(), ensure_ascii=False)
        try:
            rows.ballot_from_json(text)
        except ValueError as error:
            raise WorkshopError(f"That cannot be sealed: {error}.") from None
        with self._db.transaction():
            state = self.round_state()
            if state.revealed:
                sentence = f"Round {state.number} was revealed; answers wait for the next round."
                raise WorkshopError(sentence)
            before = self.own_ballot(person)
            if before and before.number == state.number and before.ballot == ballot:
                return before
            self.people.mark_contributor(person)
            nonce = new_nonce()
            newest = "SELECT max(version) FROM ballot WHERE person = ? AND round = ?"
            version = 1 + self._db.fetch_number(newest, person, state.number)
            sealed = StoredBallot(0, person, state.number, version, ballot, nonce, "", entered)
            own_receipt = receipt(ballot, self._salt(sealed), self.plan.id, state.number)
            self._db.run(
                "INSERT INTO ballot (person, round, version, text, salt, receipt, entered) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(person, state.number, version, text, nonce, own_receipt, entered),
            )
            return OwnBallot(state.number, ballot, own_receipt, entered)

    def own_ballot(self, person: int, number: int | None = None) -> OwnBallot | None:
        """What this person said last, or in that round, for their own eyes; nothing from before
        they were given a new code.
        """
        found = self._ballots(
            "WHERE person = ? AND round = ifnull(?, round) AND id > ? "
            "ORDER BY round DESC, version DESC LIMIT 1",
            *(person, number, self.people.shown_since(person)),
        )
        for row in found:
            return OwnBallot(row.round, row.ballot, row.receipt, row.entered)
        return None

    def how_entered(self, person: int) -> str | None:
        """By which way this person's ballot of the last round came; None where there is none."""
        where = "WHERE person = ? AND round = ? ORDER BY version DESC LIMIT 1"
        for row in self._db.select(rows.BALLOTS, where, person, self.round_state().number):
            return row.entered
        return None

    def _ballots(self, where: str, *values: object) -> list[StoredBallot]:
        """Ballots as they were sealed. Raises InputError where one was changed since."""
        found = self._db.select(rows.BALLOTS, where, *values)
        for row in () if self._altered else found:
            if row.receipt != receipt(row.ballot, self._salt(row), self.plan.id, row.round):
                whose = f"{self.people.by_id(row.person).name}'s ballot of round {row.round}"
                raise self._db.damaged(f"{whose} was changed after it was sealed")
        return found

    def _salt(self, row: StoredBallot) -> str:
        """The salt of a ballot; another one where it was moved since it was sealed."""
        return salt_of(
            row.nonce,
            workshop=self.plan.id,
            number=row.round,
            person=self.people.by_id(row.person).name,
            version=row.version,
            entered=row.entered,
        )

    def check_seals(self) -> None:
        """Hold every ballot against its receipt. Raises InputError."""
        self._ballots("ORDER BY id")

    def sealed_receipts(self) -> frozenset[str]:
        """The receipts of the round that is open: that they are there is all that may be told."""
        state = self.round_state()
        if state.revealed:
            return frozenset()
        found = self._db.select(rows.BALLOTS, "WHERE round = ?", state.number)
        return frozenset(row.receipt for row in found)

    def answered(self) -> frozenset[int]:
        """Who has given a ballot in the last round."""
        statement = "SELECT person FROM ballot WHERE round = (SELECT max(number) FROM round)"
        return frozenset(person for (person,) in self._db.fetch_all(statement))

    def not_answered(self) -> tuple[Person, ...]:
        """Who is expected to answer in the last round and has not."""
        answered = self.answered()
        return tuple(p for p in self.people.all() if p.is_expected and p.id not in answered)

    def who_answers_otherwise(self, kb: KnowledgeBase) -> tuple[str, ...]:
        """Whose ballot of the last round is none over the workshop's own knowledge, such as one
        that an earlier advisor sealed with other. Raises WorkshopError for other knowledge: who
        could try it on sealed ballots would learn what is in them.
        """
        check_own_knowledge(self.plan, kb)
        latest = rows.latest(self._ballots("WHERE round = ?", self.round_state().number))
        otherwise = [row for row in latest if next(ballot_mistakes(row.ballot, kb), None)]
        return tuple(self.people.by_id(row.person).name for row in otherwise)

    def reveal(self, kb: KnowledgeBase | None = None) -> int:
        """End the open round. Raises WorkshopError where none is open, nobody has answered, or the
        knowledge ``kb`` that it is to be shown with is other than the workshop's.
        """
        with self._db.transaction():
            state = self.round_state()
            if state.revealed:
                sentence = f"Round {state.number} was revealed already: workshop show shows it."
                raise WorkshopError(sentence)
            if not self.answered():
                raise WorkshopError("Nobody has answered yet: there is nothing to reveal.")
            names = self.who_answers_otherwise(kb) if kb else ()
            if names:
                raise WorkshopError(
                    f"Nothing was revealed: what {', '.join(names)} sealed does not go with the "
                    "knowledge of this workshop. Let them answer again."
                )
            moved = "SELECT person, claim FROM sealed_doubt WHERE round = ?"
            self._db.run(f"INSERT OR IGNORE INTO doubt {moved} ORDER BY rowid", state.number)
            self._db.run("DELETE FROM sealed_doubt WHERE round = ?", state.number)
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
        revealed = self._db.select(rows.ROUNDS, "WHERE revealed NOT NULL ORDER BY number")
        return WorkshopHistory(
            workshop=self.plan.id,
            known=self.plan.known,
            questions=self.plan.questions,
            criteria=self.plan.criteria,
            stop=self.plan.stop,
            rounds=tuple(self._revealed_round(round.number) for round in revealed),
            doubts=self.doubts() if revealed else (),  # they came with ballots that are sealed
            majority=self.plan.majority,
        )

    def _revealed_round(self, number: int) -> RevealedRound:
        every = self._ballots("WHERE round = ? ORDER BY version DESC", number)
        latest = rows.latest(every)
        replaced = {row.receipt for row in every} - {row.receipt for row in latest}
        ordered = sorted(map(self._revealed, latest), key=lambda revealed: revealed.receipt)
        return RevealedRound(number, tuple(ordered), tuple(sorted(replaced)))

    def _revealed(self, row: StoredBallot) -> RevealedBallot:
        name = self.people.by_id(row.person).name if row.ballot.named else ""
        return RevealedBallot(row.ballot, self._salt(row), row.receipt, name)

    # Facts

    def doubt(self, person: int, claim: str) -> None:
        """Somebody wants this claim to be tried, and all may see it at once."""
        with self._db.transaction():
            self._db.run("INSERT OR IGNORE INTO doubt VALUES (?, ?)", person, claim)

    def seal_doubts(self, person: int, claims: Iterable[str]) -> None:
        """Doubts that came with a ballot, in place of those that came with an earlier one: they
        are told with it.
        """
        with self._db.transaction():
            number = self.round_state().number
            self._db.run("DELETE FROM sealed_doubt WHERE person = ? AND round = ?", person, number)
            for claim in claims:
                self._db.run("INSERT INTO sealed_doubt VALUES (?, ?, ?)", person, claim, number)

    def doubts(self) -> tuple[Doubt, ...]:
        """What was doubted, by how many; nothing that came with a ballot not revealed yet."""
        people = Counter(doubt.claim for doubt in self._db.select(rows.DOUBTS, "ORDER BY rowid"))
        return tuple(Doubt(claim, number) for claim, number in people.items())

    def save_findings(self, findings: Iterable[Finding], machine: Mapping[str, Json]) -> None:
        """Keep what probes found and where; the newest finding of each probe counts."""
        with self._db.transaction():
            for finding in findings:
                self._db.run("INSERT INTO finding (text) VALUES (?)", rows.kept_finding(finding))
            if machine:
                text = json.dumps(machine)
                self._db.run("INSERT INTO surroundings (text) VALUES (?)", text)

    def findings(self) -> dict[str, Finding]:
        """Probe -> its newest finding."""
        found = self._db.select(rows.FINDINGS, "ORDER BY id")
        return {finding.probe: finding for finding in found}

    def machine(self) -> Mapping[str, Json]:
        """Where the newest findings were made."""
        found = self._db.select(rows.SURROUNDINGS, "ORDER BY id DESC LIMIT 1")
        return found[0] if found else {}

    def version(self) -> int:
        """A number that is another once somebody else has written to the file."""
        return self._db.fetch_number("PRAGMA data_version")

    def people_of_record(self) -> Mapping[str, tuple[str, ...]]:
        """The people as a record names them: who was named beforehand, and whoever answered.

        Who was to contribute and never answered was not consulted, but is to be informed.
        """
        answered = self._db.fetch_all("SELECT DISTINCT person FROM ballot")
        return self.people.of_record({number for (number,) in answered})


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
