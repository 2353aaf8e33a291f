"""The workshop file as a database: SQLite, whose rounds and ballots are append-only.

The file may be anybody's. Before a row of it is read it must hold the tables that advisor makes
and nothing else, so that no SQL but what stands here is ever run.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

from advisor.errors import StorageError
from advisor.workshop.journals import check_journal, write_ahead_log
from advisor.workshop.schema import MARK, SCHEMA, VERSION, VERSIONS, schema, statements
from rules.diagnostics import InputError, quoted
from rules.loading.input_file import is_folder, is_regular

WAITS = 30.0  # seconds for another process that is writing
SLICE = 0.2  # seconds that SQLite waits at a time: signals are heeded in between
LARGEST = 64 * 2**20  # bytes of a file, and of what SQLite keeps beside it
LONGEST = 2**20  # bytes of a row
PAGE = 4096  # bytes
STEPS, MOST_STEPS = 100_000, 100_000_000  # of SQLite's machine, of which a statement takes few

DatabaseRow: TypeAlias = tuple[Any, ...]
T = TypeVar("T")


_SETTINGS = (
    "trusted_schema = OFF",
    "cell_size_check = ON",
    f"max_page_count = {LARGEST // PAGE}",  # what may be read back is all that is written
    "synchronous = FULL",  # what was acknowledged outlives a power cut
    "foreign_keys = ON",
)
# What SQLite says where the file is whole, and cannot be written or read just now.
_PASSING = ("locked", "readonly", "is full", "disk I/O", "unable to open", "locking protocol")
_AS_IT_LIES = "mode=ro&immutable=1"
_LOCKED = "another program is writing to it"


@dataclass(frozen=True)
class StoredTable(Generic[T]):
    """``decode`` makes a row of the columns, and raises ValueError, with what was expected, where
    they hold something else. ``says`` is what a row is to people.
    """

    name: str
    says: str
    columns: tuple[str, ...]
    decode: Callable[..., T]


class Database:
    """A workshop file, open. Any thread may use it.

    What is read does not wait for who is writing, here or in another process; writers wait for one
    another, ``waits`` seconds at most.
    """

    def __init__(self, path: Path, *, mode: str = "mode=rw") -> None:
        self.path = path
        self.waits = WAITS
        self._mode = mode
        self._locks = threading.RLock(), threading.RLock()  # of the reader, of the writer
        self._writing: int | None = None  # the thread that is in a transaction
        self._writer: sqlite3.Connection | None = None  # from the first write on
        self._reader = self._connected()

    def _connected(self) -> sqlite3.Connection:
        check_journal(self.path)
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{self._mode}",
            uri=True,
            timeout=SLICE,
            isolation_level=None,
            check_same_thread=False,
        )
        if sys.version_info >= (3, 11):
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
        try:
            for setting in _SETTINGS:
                connection.execute(f"PRAGMA {setting}")
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        reading, writing = self._locks
        with writing, reading:
            self._reader.close()
            if self._writer is not None:
                self._writer.close()

    def discard(self) -> None:
        """Close it and remove its files, of which nobody knows yet."""
        self.close()
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(f"{self.path.name}{ending}").unlink(missing_ok=True)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing, and nobody else writes meanwhile. May be nested.

        Raises StorageError where the file cannot be written, or not now.
        """
        with self._locks[1]:
            if self._writing is not None:
                yield
                return
            if self._writer is None:
                self._writer = self._connected()
            writer = self._writer
            self._execute(writer, "BEGIN IMMEDIATE")
            self._writing = threading.get_ident()
            try:
                self._upgrade()
                yield
                self._execute(writer, "COMMIT")
            except BaseException:
                if writer.in_transaction:
                    writer.execute("ROLLBACK")
                raise
            finally:
                self._writing = None

    def run(self, statement: str, *values: object) -> int:
        """Within a transaction. Returns the number of the row that was inserted, if one was."""
        assert self._writer is not None
        return self._execute(self._writer, statement, *values)[1]

    def fetch_all(self, statement: str, *values: object) -> list[DatabaseRow]:
        """Every row; within a transaction, with what was written in it."""
        if self._writing == threading.get_ident() and self._writer is not None:
            return self._execute(self._writer, statement, *values)[0]
        with self._locks[0]:
            return self._execute(self._reader, statement, *values)[0]

    def fetch_number(self, statement: str, *values: object) -> int:
        """The whole number that the statement selects; 0 where it is nothing."""
        rows = self.fetch_all(statement, *values)
        return int(rows[0][0] or 0) if rows else 0

    def select(self, table: StoredTable[T], where: str = "", *values: object) -> list[T]:
        """The rows of a table, each checked and decoded. Raises InputError for what is none."""
        columns = ", ".join(f"{table.name}.{column}" for column in table.columns)
        rows = self.fetch_all(f"SELECT {columns} FROM {table.name} {where}", *values)
        try:
            return [table.decode(*row) for row in rows]
        except ValueError as error:
            raise self.damaged(f"{table.says}: {error}") from None

    def damaged(self, what: str) -> InputError:
        """The error that says what is wrong with the file."""
        return InputError.at(self.path, f"is damaged: {what}")

    def _execute(
        self, connection: sqlite3.Connection, statement: str, *values: object
    ) -> tuple[list[DatabaseRow], int]:
        """The rows, and the number of the one that was inserted.

        Others are waited for in slices, and what takes long is looked at now and then, so that
        signals are heeded.
        """
        until = time.monotonic() + self.waits
        steps = 0

        def watch() -> bool:
            nonlocal steps
            steps += STEPS
            return steps > MOST_STEPS

        connection.set_progress_handler(watch, STEPS)
        while True:
            try:
                with closing(connection.cursor()) as cursor:  # or it would outlive the connection
                    rows = cursor.execute(statement, values).fetchall()
                    return rows, cursor.lastrowid or 0
            except sqlite3.OperationalError as error:
                if str(error) == "interrupted" and steps <= MOST_STEPS:  # by a signal's handler
                    raise KeyboardInterrupt from None
                if "locked" not in str(error) or time.monotonic() > until:
                    raise self._explained(error) from None
            except (sqlite3.Error, UnicodeError) as error:
                raise self._explained(error) from None

    def _explained(self, error: Exception) -> InputError | StorageError:
        """The error in a sentence; not in SQLite's words, which may repeat what is sealed."""
        said = str(error)
        if isinstance(error, sqlite3.OperationalError) and any(sign in said for sign in _PASSING):
            return StorageError(f"The workshop's file cannot be written or read now: {_why(said)}.")
        return self.damaged(f"it cannot be read ({type(error).__name__}), expected a workshop")

    def make_tables(self) -> None:
        self._reader.execute("PRAGMA journal_mode = WAL")
        with self.transaction():
            self.run(f"PRAGMA application_id = {MARK}")
            self.run(f"PRAGMA user_version = {VERSION}")
            for statement in statements(VERSION):
                self.run(statement)

    def version(self) -> int:
        return self.fetch_number("PRAGMA user_version")

    def read_while_written(self) -> None:
        """Keep the file so that who reads never waits for who writes, as a new one is kept."""
        with self._locks[0]:
            self._execute(self._reader, "PRAGMA journal_mode = WAL")

    def _upgrade(self) -> None:
        """What an earlier version wrote becomes today's, with the first that is written to it."""
        version = self.version()
        if version and version < VERSION:
            for statement in statements(VERSION)[len(statements(version)) :]:
                self.run(statement)
            self.run(f"PRAGMA user_version = {VERSION}")


def check_schema(database: Database) -> None:
    """Raises InputError unless it holds the tables of a workshop, whole, and nothing else."""
    mark, version = database.fetch_number("PRAGMA application_id"), database.version()
    if mark != MARK:
        raise InputError.at(database.path, "is no workshop file, expected one of advisor's")
    if version not in VERSIONS:
        message = f"is of version {version}, expected {VERSION} or an earlier one"
        if version > VERSION:
            message = f"was written by a newer advisor ({message}): upgrade framework-advisor"
        raise InputError.at(database.path, message)
    there, expected = set(database.fetch_all(SCHEMA)), schema(version)
    for kind, name, *_ in sorted(expected - there, key=repr):
        if kind != "trigger":  # it keeps programs from mistakes; who changes a file drops it
            raise database.damaged(f"expected the {kind} {quoted(str(name))} as advisor makes it")
    for kind, name, *_ in sorted(there - expected, key=repr):
        found = f"it holds the {quoted(str(kind))[1:-1]} {quoted(str(name))}"
        raise database.damaged(f"{found}, expected the tables of a workshop alone")
    if database.fetch_all("PRAGMA integrity_check(1)") != [("ok",)]:
        raise database.damaged("its tables contradict themselves, expected them as SQLite keeps")


def new_database(path: Path) -> Database:
    """A new file with empty tables. Raises InputError where there is one already."""
    try:
        path.touch(exist_ok=False, mode=0o600)  # the answers of a team lie in it
    except FileExistsError:
        raise InputError.at(path, "is there already, expected a new file") from None
    except OSError as error:
        message = f"cannot be made: {(error.strerror or str(error)).lower()}"
        raise InputError.at(path, message) from None
    try:
        database = Database(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    try:
        database.make_tables()
    except BaseException as error:
        database.discard()
        if isinstance(error, sqlite3.Error):
            raise InputError.at(path, f"cannot be made: {error}") from None
        raise
    return database


def open_database(path: Path) -> Database:
    """The database in ``path``. Raises InputError for what is none, or was made by a newer tool."""
    if not os.path.lexists(path):
        raise InputError.at(path, "there is no such workshop file; advisor workshop new makes one")
    if not is_regular(path):
        kind = "a folder" if is_folder(path) else "not a regular file"
        raise InputError.at(path, f"is {kind}, expected a workshop file")
    for file in (path, write_ahead_log(path)):
        if file.exists() and file.stat().st_size > LARGEST:
            most = f"expected at most {LARGEST // 2**20} MiB"
            raise InputError.at(path, f"is no workshop file, or {file.name} is too large: {most}")
    try:
        return _opened(path)
    except sqlite3.OperationalError as error:  # no right to read it, locked
        raise InputError.at(path, f"cannot be used: {_why(str(error))}") from None
    except sqlite3.DatabaseError as error:
        raise InputError.at(path, f"is no workshop file ({error})") from None
    except UnicodeDecodeError:  # SQLite repeats what stands there in its words
        raise InputError.at(path, "is no workshop file, expected one of advisor's") from None


def _opened(path: Path) -> Database:
    """As it may be: to write to, or where nothing can be written beside it, to read from.

    Raises sqlite3.Error, and InputError for what is damaged.
    """
    modes, beside = ["mode=rw", "mode=ro"], write_ahead_log(path)
    if not beside.exists():  # as it lies, so that nothing is left beside a file that is none
        with closing(Database(path, mode=_AS_IT_LIES)) as database:
            check_schema(database)
    if not (beside.exists() and beside.stat().st_size):  # else what came last would be left out
        modes.append(_AS_IT_LIES)
    for mode in modes:
        try:
            database = Database(path, mode=mode)
        except sqlite3.OperationalError:
            if mode == modes[-1]:
                raise
            continue
        try:
            check_schema(database)
            return database
        except StorageError as error:
            database.close()
            if mode == modes[-1] or _LOCKED in str(error):
                raise InputError.at(path, str(error)) from None
        except BaseException:
            database.close()
            raise
    raise AssertionError("one of them is the last")


def _why(said: str) -> str:
    """What keeps SQLite from a file, in other words than its own."""
    if "locked" in said:
        return _LOCKED
    if "full" in said:
        return "there is no room left for it"
    return "it cannot be written, or read, where it lies"
