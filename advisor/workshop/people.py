"""Who takes part in a workshop, and how they are recognised: cookies and codes, as hashes."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from advisor.errors import WorkshopError
from advisor.workshop.database import Database
from advisor.workshop.plan import APPROVER, CONTRIBUTOR, INFORMED, MOST_PEOPLE, name_key, new_code


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

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> tuple[Person, ...]:
        """Everybody who was named or joined, in the order they came."""
        rows = self._db.fetch_all("SELECT id, name, role, here FROM person ORDER BY id")
        return tuple(Person(row[0], row[1], row[2], bool(row[3])) for row in rows)

    def by_id(self, number: int) -> Person:
        """Raises WorkshopError where there is nobody."""
        row = self._db.fetch_one("SELECT id, name, role, here FROM person WHERE id = ?", number)
        if row is None:
            raise WorkshopError("There is nobody of that number.")
        return Person(row[0], row[1], row[2], bool(row[3]))

    def find(self, name: str) -> Person | None:
        """The person of that name, if there is one."""
        return self._find_by("key", name_key(name))

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
            if self._db.fetch_one(taken, name_key(name)):
                raise WorkshopError(
                    f"{name} is here already. Is that you? Then come back with your own code; "
                    "the facilitator can give you a new one. Otherwise add a letter to your name."
                )
            return self._admit(self.include(name).id)

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
            person = self._find_by("code", _hash(tidy_code(code)))
            return self._admit(person.id) if person else None

    def by_token(self, token: str) -> Person | None:
        """Whose token it is."""
        return self._find_by("token", _hash(token))

    def _find_by(self, column: str, value: str) -> Person | None:
        number = self._db.fetch_number(f"SELECT id FROM person WHERE {column} = ?", value)
        return self.by_id(number) if number else None

    def leave(self, number: int) -> None:
        """They take no part from now on; what they gave stays. Their token is worth nothing."""
        with self._db.transaction():
            self._db.run("UPDATE person SET here = 0, token = NULL WHERE id = ?", number)

    def new_facilitator_token(self) -> str:
        """A new token for the facilitator's screen."""
        token = secrets.token_urlsafe(32)
        with self._db.transaction():
            self._db.run("INSERT INTO lead VALUES (?)", _hash(token))
        return token

    def is_facilitator_token(self, token: str) -> bool:
        """Whether it is a token of the facilitator's."""
        return self._db.fetch_one("SELECT 1 FROM lead WHERE token = ?", _hash(token)) is not None

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


def tidy_code(text: str) -> str:
    """A code as it is compared, however it was typed: ``abcd-2345`` is ABCD2345."""
    return "".join(c for c in text.upper() if c.isalnum())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
