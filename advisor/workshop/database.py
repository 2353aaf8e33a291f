"""The workshop file as a database: SQLite, whose rounds and ballots are append-only."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from rules.diagnostics import InputError, Problem, SourceLocation

MARK = 0x41445657  # "ADVW": SQLite's application_id, which says whose file this is
VERSION = 1
WAITS = 30.0  # seconds for another process that is writing

DatabaseRow: TypeAlias = tuple[Any, ...]

_TABLES = """
CREATE TABLE plan (text TEXT NOT NULL);
CREATE TABLE person (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
  token TEXT UNIQUE, code TEXT UNIQUE, here INTEGER NOT NULL DEFAULT 1,
  since INTEGER NOT NULL DEFAULT 0  -- the ballots up to here are not shown to who has the code
);
CREATE TABLE lead (token TEXT PRIMARY KEY);
CREATE TABLE round (number INTEGER PRIMARY KEY, opened TEXT NOT NULL, revealed TEXT);
CREATE TABLE ballot (
  id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, round INTEGER NOT NULL
  REFERENCES round, version INTEGER NOT NULL, text TEXT NOT NULL, salt TEXT NOT NULL,
  receipt TEXT NOT NULL UNIQUE, entered TEXT NOT NULL, UNIQUE (person, round, version)
);
CREATE TABLE doubt (
  person INTEGER NOT NULL REFERENCES person, claim TEXT NOT NULL, PRIMARY KEY (person, claim)
);
CREATE TABLE finding (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE surroundings (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TRIGGER no_change BEFORE UPDATE ON ballot BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER no_removal BEFORE DELETE ON ballot BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER no_round_removal BEFORE DELETE ON round
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER revealed_once BEFORE UPDATE ON round WHEN OLD.revealed IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER only_while_open BEFORE INSERT ON ballot
  WHEN (SELECT revealed FROM round WHERE number = NEW.round) IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""


class Database:
    """One connection. Any thread may use it, one at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        uri = f"{path.absolute().as_uri()}?mode=rw"
        self._connection = sqlite3.connect(
            uri, uri=True, timeout=WAITS, isolation_level=None, check_same_thread=False
        )
        self.run("PRAGMA synchronous = FULL")  # what was acknowledged outlives a power cut
        self.run("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def discard(self) -> None:
        """Close it and remove its files, of which nobody knows yet."""
        self.close()
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(f"{self.path.name}{ending}").unlink(missing_ok=True)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing, and nobody else writes meanwhile. May be nested."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self.run("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.run("ROLLBACK")
                raise
            self.run("COMMIT")

    def run(self, statement: str, *values: object) -> int:
        """Returns the number of the row that was inserted, if one was."""
        with self._lock:
            return self._connection.execute(statement, values).lastrowid or 0

    def fetch_one(self, statement: str, *values: object) -> DatabaseRow | None:
        with self._lock:
            row: DatabaseRow | None = self._connection.execute(statement, values).fetchone()
            return row

    def fetch_number(self, statement: str, *values: object) -> int:
        """The whole number that the statement selects; 0 where it is nothing."""
        row = self.fetch_one(statement, *values)
        return int(row[0] or 0) if row else 0

    def fetch_all(self, statement: str, *values: object) -> list[DatabaseRow]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def make_tables(self) -> None:
        self.run("PRAGMA journal_mode = WAL")
        self.run(f"PRAGMA application_id = {MARK}")
        self.run(f"PRAGMA user_version = {VERSION}")
        with self._lock:
            self._connection.executescript(f"BEGIN; {_TABLES} COMMIT;")


def new_database(path: Path) -> Database:
    """A new file with empty tables. Raises InputError where there is one already."""
    try:
        path.touch(exist_ok=False, mode=0o600)  # the answers of a team lie in it
    except FileExistsError:
        raise _refused(path, "is there already, expected a new file") from None
    except OSError as error:
        message = f"cannot be made: {(error.strerror or str(error)).lower()}"
        raise _refused(path, message) from None
    database = Database(path)
    try:
        database.make_tables()
    except BaseException as error:
        database.discard()
        if isinstance(error, sqlite3.Error):
            raise _refused(path, f"cannot be made: {error}") from None
        raise
    return database


def open_database(path: Path) -> Database:
    """The database in ``path``. Raises InputError for what is none, or was made by a newer tool."""
    if not path.is_file():
        raise _refused(path, "there is no such workshop file; advisor workshop new makes one")
    try:
        database = Database(path)
        mark = database.fetch_number("PRAGMA application_id")
        version = database.fetch_number("PRAGMA user_version")
        database.fetch_all("SELECT name FROM sqlite_master")
    except sqlite3.OperationalError as error:  # no right to write there, locked, a full disk
        raise _refused(path, f"cannot be used: {error}") from None
    except sqlite3.DatabaseError as error:
        raise _refused(path, f"is no workshop file ({error})") from None
    if mark != MARK:
        raise _refused(path, "is no workshop file, expected one of advisor's")
    if version > VERSION:
        message = f"was written by a newer advisor (version {version} of such files): upgrade it"
        raise _refused(path, message)
    return database


def _refused(path: Path, message: str) -> InputError:
    return InputError([Problem(SourceLocation(str(path)), message)])
