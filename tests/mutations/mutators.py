"""Files damaged at random, each by a seed: as bytes, as lines of text, as JSON, as a database."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

# Words that mean something to one of the readers, or to a terminal.
TEXTS = (
    "",
    " ",
    "null",
    "~",
    "- ",
    ": ",
    "---",
    "...",
    "# ",
    "## Decision Outcome",
    'Chosen option: "TensorFlow", because',
    "<!-- ",
    "-->",
    "<div hidden>",
    "&#xD800;",
    "[x](../../../../etc/passwd)",
    "[" * 3000,
    "`" * 2001,
    "| a " * 700,
    "{justification}",
    "superseded by ADR-9999999999",
    "2026-13-45",
    "0001-01-01T00:00:00Z",
    "*a",
    "&a",
    "!!python/object/apply:os.system [id]",
    "{a: [b, {c: d}]}",
    "\x00",
    "\x07\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b2J",
    "\u202ereversed\u202c",
    "\u2066isolated\u2069",
    "line\u2028separated\u2029paragraph",
    "\ufeff",
    "\u200b\u2060\U000e0041",
    "\ud800",
    "\U0001f980\U0001f469\u200d\U0001f52c",
    "\u0623\u062d\u0645\u062f",
    "a" * 5000,
    "framework-advisor 99.0.0",
    "../../x",
    "/dev/zero",
    "%s%n{0}",
    "$(id)",
)
NUMBERS = ("-1", "0", "1e999", "-1e999", "nan", "9" * 30, "9" * 5000, "0x10", "1_0", ".5", "01")
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    3.5,
    10**40,
    float("inf"),
    float("nan"),
    [],
    {},
    [[]],
    {"": ""},
    *TEXTS,
)
DEEP = 2000


def mutated_bytes(data: bytes, random: Random) -> bytes:
    """``data`` with a few bytes changed, removed, repeated or cut off."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5))):
        place = random.randrange(len(changed) + 1)
        length = random.choice((1, 1, 8, 100, 1000))
        match random.randrange(5):
            case 0:
                changed[place : place + length] = random.randbytes(min(length, 8))
            case 1:
                del changed[place : place + length]
            case 2:
                changed[place:place] = changed[place : place + length]
            case 3:
                del changed[place:]
            case _:
                changed[place:place] = random.choice(TEXTS).encode("utf-8", "surrogatepass")
    return bytes(changed)


def mutated_text(data: bytes, random: Random) -> bytes:
    """``data``, lines of text, with a few of them changed by what means something in YAML or in
    Markdown; at times as bytes.
    """
    if random.random() < 0.15:
        return mutated_bytes(data, random)
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if random.random() < 0.05:
        _swell(lines, random.randrange(len(lines)), random)
    for _ in range(random.choice((1, 1, 1, 2, 4, 12))):
        change = random.choice(_LINE_CHANGES)
        change(lines, random.randrange(len(lines)), random)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _swell(lines: list[str], place: int, random: Random) -> None:
    """Nearly as much as is read: lines that repeat, or differ by a number."""
    line, number = lines[place], random.choice((200, 5000, 40_000))
    numbered = random.random() < 0.5
    many = [f"{line[:20]}{i}{line[20:60]}" if numbered else line[:60] for i in range(number)]
    lines[place:place] = random.choice((many, [", ".join(many)], ["[" + ", ".join(many) + "]"]))


def _replace_value(lines: list[str], place: int, random: Random) -> None:
    key, colon, value = lines[place].partition(": ")
    new = random.choice(TEXTS + NUMBERS)
    if random.random() < 0.3:
        new = json.dumps(new)
    lines[place] = f"{key}{colon}{new}" if colon and value else new


def _insert(lines: list[str], place: int, random: Random) -> None:
    indent = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
    lines.insert(place, indent + random.choice(TEXTS))


def _insert_within(lines: list[str], place: int, random: Random) -> None:
    at = random.randrange(len(lines[place]) + 1)
    lines[place] = lines[place][:at] + random.choice(TEXTS + NUMBERS) + lines[place][at:]


def _change_number(lines: list[str], place: int, random: Random) -> None:
    digits = [i for i, c in enumerate(lines[place]) if c.isdecimal()]
    if digits:
        at = random.choice(digits)
        lines[place] = lines[place][:at] + random.choice(NUMBERS) + lines[place][at + 1 :]


def _remove(lines: list[str], place: int, random: Random) -> None:
    del lines[place : place + random.choice((1, 1, 3, 20))]
    if not lines:
        lines.append("")


def _repeat(lines: list[str], place: int, random: Random) -> None:
    lines[place:place] = lines[place : place + random.choice((1, 3))] * random.choice((1, 2, 300))


def _swap(lines: list[str], place: int, random: Random) -> None:
    other = random.randrange(len(lines))
    lines[place], lines[other] = lines[other], lines[place]


def _indent(lines: list[str], place: int, random: Random) -> None:
    lines[place] = random.choice((" ", "  ", "\t", "> ", "    ")) + lines[place]


def _nest(lines: list[str], place: int, random: Random) -> None:
    opening, closing = random.choice((("[", "]"), ('{"a": ', "}"), ("(", ")"), ("> ", "")))
    lines[place] += opening * DEEP + closing * DEEP


_LINE_CHANGES: tuple[Callable[[list[str], int, Random], None], ...] = (
    _replace_value,
    _replace_value,
    _replace_value,
    _insert,
    _insert_within,
    _change_number,
    _remove,
    _repeat,
    _swap,
    _indent,
    _nest,
)


def mutated_json(data: bytes, random: Random) -> bytes:
    """``data``, a JSON document, with one of its values another; at times as text."""
    if random.random() < 0.2:
        return mutated_text(data, random)
    document = json.loads(data)
    path = _some_path(document, random)
    if not path:
        return json.dumps(random.choice(VALUES)).encode()
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    match random.randrange(4):
        case 0 if isinstance(parent, dict):
            parent[random.choice(TEXTS)] = parent.pop(path[-1])
        case 1:
            del parent[path[-1]]
        case _:
            parent[path[-1]] = random.choice(VALUES)
    if random.random() < 0.05:
        text = json.dumps(document)
        return text.replace("null", "[" * DEEP + "]" * DEEP, 1).encode()
    return json.dumps(document).encode()


def _some_path(value: Any, random: Random) -> list[Any]:
    """The way to some value in ``value``, near the top as often as deep."""
    path: list[Any] = []
    while isinstance(value, (dict, list)) and value and random.random() < 0.85:
        step = (
            random.choice(list(value)) if isinstance(value, dict) else random.randrange(len(value))
        )
        path.append(step)
        value = value[step]
    return path


def mutated_bundle(data: bytes, random: Random) -> bytes:
    """``data``, the evidence of a record, with one of its files changed, most often with its
    manifest made true again; at times as bytes.
    """
    if random.random() < 0.15:
        return mutated_bytes(data, random)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(sorted(entries))
    match random.randrange(8):
        case 0:
            del entries[name]
        case 1:
            entries[f"{name}{random.choice('.x/')}x"] = entries[name]
        case _ if name.endswith(".json"):
            entries[name] = mutated_json(entries[name], random)
        case _:
            entries[name] = mutated_text(entries[name], random)
    if random.random() < 0.8 and "manifest.json" in entries and name != "manifest.json":
        manifest = json.loads(entries["manifest.json"])
        manifest["sha256"] = {
            entry: hashlib.sha256(content).hexdigest()
            for entry, content in sorted(entries.items())
            if entry != "manifest.json"
        }
        entries["manifest.json"] = json.dumps(manifest, indent=2).encode() + b"\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for entry, content in sorted(entries.items()):
            archive.writestr(zipfile.ZipInfo(entry), content)
    return buffer.getvalue()


def mutate_database(path: Path, random: Random) -> None:
    """Change a value, rows or the schema of the SQLite database in ``path``; at times its bytes."""
    if random.random() < 0.15:
        path.write_bytes(mutated_bytes(path.read_bytes(), random))
        return
    with closing(sqlite3.connect(path)) as database, database:
        for _ in range(random.choice((1, 1, 2))):
            _change_database(database, random)


def _change_database(database: sqlite3.Connection, random: Random) -> None:
    query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL ORDER BY name"
    table = random.choice([name for (name,) in database.execute(query)])
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    column = random.choice(columns)
    rows = [rowid for (rowid,) in database.execute(f"SELECT rowid FROM {table}")]
    where = f"WHERE rowid = {random.choice(rows)}" if rows and random.random() < 0.7 else ""
    try:
        match random.randrange(10):
            case 0:
                database.execute(f"DELETE FROM {table} {where}")
            case 1:
                database.execute(f"INSERT INTO {table} SELECT * FROM {table} {where}")
            case 2:
                database.execute(f"DROP TABLE {table}")
            case 3:
                database.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO x")
            case 4:
                database.execute(f"ALTER TABLE {table} RENAME TO other")
                database.execute(f"CREATE VIEW {table} AS SELECT * FROM other")
            case 5:
                database.execute(f"PRAGMA user_version = {random.choice((0, 7, -1, 2**31 - 1))}")
            case _:
                value = _database_value(database, table, column, random)
                database.execute(f"UPDATE {table} SET {column} = ? {where}", (value,))
    except sqlite3.Error:
        pass  # the database refuses this one: it stays as it was


def _database_value(
    database: sqlite3.Connection, table: str, column: str, random: Random
) -> object:
    """Something else for the column: of another type, or other JSON where it holds JSON."""
    row = database.execute(f"SELECT {column} FROM {table}").fetchone()
    if row is not None and isinstance(row[0], str) and row[0][:1] in ("{", "["):
        return mutated_json(row[0].encode(), random).decode("utf-8", "replace")
    value = random.choice((*VALUES, b"\xff\x00", "[" * DEEP + "]" * DEEP, 2**62))
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int):
        return min(value, 2**62)
    return value if value is None or isinstance(value, (float, bytes)) else json.dumps(value)
