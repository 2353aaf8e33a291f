"""Who takes part in a workshop, and how they are recognised: cookies and codes, as hashes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from advisor.errors import WorkshopError
from advisor.lookalikes import looks_alike
from advisor.workshop.database import Database
from advisor.workshop.plan import (
    APPROVER,
    CONTRIBUTOR,
    INFORMED,
    MOST_PEOPLE,
    Plan,
    name_key,
    new_code,
    people_of_record,
)
from advisor.workshop.rows import LEADS, PEOPLE, StoredPerson


@dataclass(frozen=True)
class Person:
    """Somebody who takes part. ``present`` is False once they have left."""

    id: int
    name: str
    role: str
    present: bool

    @property
    def is_expected(self) -> bool:
        """Whether an answer is expected of them. Who drives may answer; nobody waits for it."""
        return self.present and self.role in (APPROVER, CONTRIBUTOR)


@dataclass(frozen=True)
class Admission:
    """``token`` is for their cookie, ``code`` for coming back; either is told once and kept as a
    hash.
    """

    person: Person
    token: str
    code: str


class People:
    """The people of one workshop file."""

    def __init__(self, database: Database, plan: Plan) -> None:
        self._db = database
        self._plan = plan

    def all(self) -> tuple[Person, ...]:
        """Everybody who was named or joined, in the order they came."""
        return tuple(map(_person, self._db.select(PEOPLE, "ORDER BY id")))

    def by_id(self, number: int) -> Person:
        """Raises WorkshopError where there is nobody."""
        found = self._one("id", number)
        if found is None:
            raise WorkshopError("There is nobody of that number.")
        return found

    def _one(self, column: str, value: object) -> Person | None:
        found = self._db.select(PEOPLE, f"WHERE {column} = ?", value)
        return _person(found[0]) if found else None

    def shown_since(self, number: int) -> int:
        """The number of the last ballot that is not shown to who has this person's code."""
        return max(
            (row.since for row in self._db.select(PEOPLE, "WHERE id = ?", number)), default=0
        )

    def find(self, name: str) -> Person | None:
        """The person of that name, if there is one."""
        return self._one("key", name_key(name))

    def include(self, name: str) -> Person:
        """The person of that name, who takes part from now on if they did not yet."""
        with self._db.transaction():
            person = self.find(name)
            if person is not None:
                self._db.run("UPDATE person SET here = 1 WHERE id = ?", person.id)
            return self.by_id(person.id if person else self._insert(name))

    def add(self, name: str, role: str) -> Person:
        """Somebody new. Raises WorkshopError where one of that name is known."""
        with self._db.transaction():
            if self.find(name) is not None:
                raise WorkshopError(f"{name} is named twice.")
            return self.by_id(self._insert(name, role))

    def join(self, name: str) -> Admission:
        """Raises WorkshopError where somebody joined by that name, or has answered: a name is no
        proof, and with it would come their ballot.
        """
        taken = (
            "SELECT 1 FROM person WHERE key = ? AND (code NOT NULL OR "
            "EXISTS (SELECT 1 FROM ballot WHERE ballot.person = person.id))"
        )
        with self._db.transaction():
            if self._db.fetch_all(taken, name_key(name)):
                raise WorkshopError(
                    f"{name} is here already. Is that you? Then come back with your own code; "
                    "the facilitator can give you a new one. Otherwise add a letter to your name."
                )
            self.check_look(name)
            if self.find(name) is None and self.seats_taken() >= self._plan.seats:
                raise WorkshopError(
                    f"All {self._plan.seats:,} seats are taken. Tell the facilitator, who can "
                    "remove who is not here."
                )
            return self._admit(self.include(name).id)

    def check_look(self, name: str) -> None:
        """Raise WorkshopError where it looks like the name of another who takes part, and is
        spelled with other letters: nobody could tell whose ballot is whose.
        """
        if self.find(name) is not None:
            return
        for other in self.all():
            if looks_alike(name, other.name):
                raise WorkshopError(
                    f"{name} looks like {other.name}, who takes part, and is spelled with other "
                    "letters. Is that you? Then use the same letters. Otherwise add one to your "
                    "name."
                )

    def seats_taken(self) -> int:
        """By how many who are here and were not named beforehand: those have seats of their own."""
        named = {name_key(name) for name in self._plan.people}
        return sum(p.present and name_key(p.name) not in named for p in self.all())

    def new_code(self, number: int) -> str:
        """A code for coming back, for who has lost theirs; token and code until now are worth
        nothing after.

        Who hands it on could use it: so nothing that was answered until now is shown for it.
        """
        code = new_code()
        with self._db.transaction():
            newest = self._db.fetch_number("SELECT max(id) FROM ballot")
            statement = "UPDATE person SET token = NULL, code = ?, here = 1, since = ? WHERE id = ?"
            self._db.run(statement, _hash(code), newest, number)
        return code

    def rejoin(self, code: str) -> Admission | None:
        """For who comes back: their token and their code until now are worth nothing after."""
        with self._db.transaction():
            person = self.by_code(code)
            return self._admit(person.id) if person else None

    def by_code(self, code: str) -> Person | None:
        """Whose own code it is."""
        return self._one("code", _hash(tidy_code(code)))

    def by_token(self, token: str) -> Person | None:
        """Whose token it is."""
        return self._one("token", _hash(token))

    def leave(self, number: int) -> None:
        """They take no part from now on; what they gave stays. Their token is worth nothing."""
        with self._db.transaction():
            self._db.run("UPDATE person SET here = 0, token = NULL WHERE id = ?", number)

    def new_facilitator_token(self) -> str:
        """A new token for the facilitator's screen; one until now is worth nothing after."""
        token = secrets.token_urlsafe(32)
        with self._db.transaction():
            self._db.run("DELETE FROM lead")
            self._db.run("INSERT INTO lead VALUES (?)", _hash(token))
        return token

    def is_facilitator_token(self, token: str) -> bool:
        """Whether it is a token of the facilitator's."""
        return bool(self._db.select(LEADS, "WHERE token = ?", _hash(token)))

    def of_record(self, answered: Collection[int]) -> Mapping[str, tuple[str, ...]]:
        """The people as a record names them, once those of these numbers have answered."""
        named = [name_key(name) for name in self._plan.people]
        people = []
        for person in self.all():
            if person.role != CONTRIBUTOR or person.id in answered:
                people.append((person.name, person.role))
            elif name_key(person.name) in named:
                people.append((person.name, INFORMED))
        return people_of_record(people)

    def _insert(self, name: str, role: str = CONTRIBUTOR) -> int:
        if self._db.fetch_number("SELECT count(*) FROM person") >= MOST_PEOPLE:
            raise WorkshopError(
                f"There are {MOST_PEOPLE:,} people here already, the most there can be."
            )
        statement = "INSERT INTO person (name, key, role) VALUES (?, ?, ?)"
        return self._db.run(statement, name, name_key(name), role)

    def mark_contributor(self, number: int) -> None:
        """Who answers was consulted, though they were only to be informed."""
        statement = "UPDATE person SET role = ? WHERE id = ? AND role = ?"
        self._db.run(statement, CONTRIBUTOR, number, INFORMED)

    def _admit(self, number: int) -> Admission:
        token, code = secrets.token_urlsafe(32), new_code()
        statement = "UPDATE person SET token = ?, code = ?, here = 1 WHERE id = ?"
        self._db.run(statement, _hash(token), _hash(code), number)
        return Admission(self.by_id(number), token, code)


def _person(row: StoredPerson) -> Person:
    return Person(row.id, row.name, row.role, row.here)


def tidy_code(text: str) -> str:
    """A code as it is compared, however it was typed: ``abcd-2345`` is ABCD2345."""
    return "".join(c for c in text.upper() if c.isalnum())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
