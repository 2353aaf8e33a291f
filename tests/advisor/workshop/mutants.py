"""Workshop files as somebody might have changed them: values, rows, tables and bytes, by a seed."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.answers.ballot import ballot_from_data, receipt
from advisor.workshop.sealing import salt_of

TABLES = ("plan", "person", "lead", "round", "ballot", "doubt", "finding", "surroundings")
JSON_TABLES = ("plan", "ballot", "finding", "surroundings")
STEERING = "\x1b[31mred\x07 \u202eback \u2028 \u2066x"
ODD_JSON: tuple[Any, ...] = (
    *(None, True, -1, 0, 5, 1.5, 10**400, float("nan"), float("inf"), 2**63),
    *("", "x", STEERING, "\ud800", "y" * 5000, "unknown", "target", "2020-01-01"),
    *([], {}, [[]], ["x", "x"], {"x": {}}, {"": ""}, [None]),
)
DEEP = "[" * 100 + "]" * 100
ODD: tuple[Any, ...] = (
    *(None, -1, 0, 1, 7, 2**62, 1.5, float("inf"), b"\xff\x00", b"", b"x" * 1000),
    *("", "x", "5", "{", "{}", "[]", "null", '"x"', "NaN", "1e999", DEEP, f'{{"x": {DEEP}}}'),
    *(STEERING, "a\0b", "y" * 20_000, "0" * 64, "0" * 32, "approver", "self"),
)
SCHEMES = (
    "DROP TABLE {table}",
    "ALTER TABLE {table} RENAME TO other",
    "ALTER TABLE {table} ADD COLUMN more TEXT",
    "ALTER TABLE {table} ADD COLUMN more TEXT AS (hex(zeroblob(450000000)))",
    "CREATE VIEW more AS SELECT * FROM {table}",
    "CREATE INDEX more ON {table} (rowid)",
    "CREATE TABLE more (x)",
    "CREATE VIRTUAL TABLE more USING fts5(x)",
    "CREATE TRIGGER more AFTER INSERT ON {table} BEGIN SELECT hex(zeroblob(450000000)); END",
    "CREATE TABLE copy AS SELECT * FROM {table}; DROP TABLE {table}; "
    "ALTER TABLE copy RENAME TO {table}",
    "DROP TABLE {table}; CREATE VIEW {table} AS WITH RECURSIVE n(i) AS "
    "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS text, i AS number, i AS id FROM n",
    "PRAGMA user_version = 0",
    "PRAGMA user_version = 99",
    "PRAGMA user_version = 1",
    "PRAGMA application_id = 0",
    "PRAGMA journal_mode = DELETE",
    "DELETE FROM {table}",
    "VACUUM",
)


@dataclass(frozen=True)
class Mutant:
    """``what`` was done, and the whole file after it."""

    what: str
    content: bytes


def workshop_mutants(seed: int, base: Path, folder: Path) -> Iterator[Mutant]:
    """Files that were ``base``, without end, by the seed. ``folder`` is for drafts."""
    chance, draft = random.Random(seed), folder / "draft"
    kinds: tuple[Callable[[random.Random, Path], str], ...] = (
        _value,
        _inside,
        _inside,
        _rows,
        _scheme,
    )
    while True:
        draft.write_bytes(base.read_bytes())
        if chance.random() < 0.2:
            what = _bytes(chance, draft)
        else:
            try:
                what = chance.choice(kinds)(chance, draft)
            except (sqlite3.Error, IndexError):  # the file would not have it, or has no such row
                continue
        yield Mutant(what, draft.read_bytes())


def _opened(path: Path, *, lax: bool = True) -> sqlite3.Connection:
    """The file as somebody opens it who does not care for its rules."""
    connection = sqlite3.connect(path, isolation_level=None)
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    for name, _ in connection.execute(triggers).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    if lax:  # no column refuses anything, until the tables are said to be as they were
        connection.executescript(
            "PRAGMA writable_schema = ON; "
            "UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '        ')"
        )
        connection.close()
        connection = sqlite3.connect(path, isolation_level=None)
    return connection


def _tightened(connection: sqlite3.Connection) -> None:
    """The tables as they were said to be."""
    connection.executescript(
        "PRAGMA writable_schema = ON; "
        "UPDATE sqlite_master SET sql = replace(sql, '        ', 'NOT NULL')"
    )


def _pick(chance: random.Random, connection: sqlite3.Connection, table: str) -> int:
    rows = [row for (row,) in connection.execute(f"SELECT rowid FROM {table}")]
    return chance.choice(rows)


def _value(chance: random.Random, path: Path) -> str:
    """Another value in one column of one row."""
    table, value = chance.choice(TABLES), chance.choice(ODD)
    with closing(_opened(path)) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        column, row = chance.choice(columns), _pick(chance, connection, table)
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, row))
        _tightened(connection)
    return f"{table}.{column} = {value!r:.60}"


def _inside(chance: random.Random, path: Path) -> str:
    """Another value somewhere in the JSON of one row; a ballot is often sealed again."""
    table, value = chance.choice(JSON_TABLES), chance.choice(ODD_JSON)
    with closing(_opened(path)) as connection:
        row = _pick(chance, connection, table)
        statement = f"SELECT text FROM {table} WHERE rowid = ?"
        data = json.loads(connection.execute(statement, (row,)).fetchone()[0])
        place = _put(chance, data, value)
        update = f"UPDATE {table} SET text = ? WHERE rowid = ?"
        connection.execute(update, (json.dumps(data), row))
        if table == "ballot" and chance.random() < 0.7:
            _sealed_again(connection, row, data)
        _tightened(connection)
    return f"{table}: {place} = {value!r:.60}"


def _put(chance: random.Random, data: Any, value: Any) -> str:
    """Put it somewhere in there, take something away, or add to it; returns where."""
    where = ""
    while True:
        keys = list(data) if isinstance(data, dict) else list(range(len(data)))
        if not keys:
            return f"{where} nowhere"
        key = chance.choice(keys)
        where = f"{where}/{key}"
        inside = data[key]
        if isinstance(inside, (dict, list)) and inside and chance.random() < 0.7:
            data = inside
            continue
        if chance.random() < 0.15:
            del data[key]
        elif isinstance(data, dict) and chance.random() < 0.15:
            data[chance.choice(["target", "", STEERING, "edge", "x"])] = value
        else:
            data[key] = value
        return where


def _sealed_again(connection: sqlite3.Connection, row: int, data: Any) -> None:
    """As somebody does who knows how ballots are sealed."""
    plan = json.loads(connection.execute("SELECT text FROM plan").fetchone()[0])
    found = connection.execute(
        "SELECT salt, round, name, version, entered FROM ballot, person "
        "WHERE ballot.rowid = ? AND person.id = person",
        (row,),
    ).fetchone()
    kept, number, person, version, entered = found
    salt = salt_of(
        kept, workshop=plan["id"], number=number, person=person, version=version, entered=entered
    )
    try:
        sealed = receipt(ballot_from_data(data), salt, plan["id"], number)
    except ValueError:
        return
    connection.execute("UPDATE ballot SET receipt = ? WHERE rowid = ?", (sealed, row))


def _rows(chance: random.Random, path: Path) -> str:
    """A row that is gone, or there once more."""
    table = chance.choice(TABLES)
    with closing(_opened(path, lax=False)) as connection:
        row = _pick(chance, connection, table)
        if chance.random() < 0.5:
            connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
            return f"{table}: row {row} is gone"
        connection.execute(
            f"CREATE TEMP TABLE again AS SELECT * FROM {table} WHERE rowid = ?", (row,)
        )
        columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
        for column in columns:
            if column in ("id", "number", "key", "token", "receipt", "version"):
                changed = chance.choice([90, 91, None, "a" * 64, "b" * 64])
                connection.execute(f"UPDATE again SET {column} = ?", (changed,))
        connection.execute(f"INSERT INTO {table} SELECT * FROM again")
        return f"{table}: row {row} once more"


def _scheme(chance: random.Random, path: Path) -> str:
    """Other tables than there were."""
    statement = chance.choice(SCHEMES).format(table=chance.choice(TABLES))
    with closing(_opened(path, lax=False)) as connection:
        connection.executescript(statement)
    return statement


def _bytes(chance: random.Random, path: Path) -> str:
    """Bytes that are others, or not there."""
    content = bytearray(path.read_bytes())
    if chance.random() < 0.2:
        length = chance.randrange(len(content))
        path.write_bytes(content[:length])
        return f"cut to {length} bytes"
    places = [chance.randrange(len(content)) for _ in range(chance.choice([1, 2, 20, 200]))]
    for place in places:
        content[place] = chance.randrange(256)
    path.write_bytes(content)
    return f"other bytes at {places[:5]}"
