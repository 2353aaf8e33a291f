"""The tables of a workshop file, by the version of such files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from typing import Any

MARK = 0x41445657  # "ADVW": SQLite's application_id, which says whose file this is
VERSION = 3

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
# Doubts that came with a ballot, and are sealed as it is: files of version 1 lack them.
_SEALED_DOUBTS = """
CREATE TABLE sealed_doubt (
  person INTEGER NOT NULL REFERENCES person, claim TEXT NOT NULL,
  round INTEGER NOT NULL REFERENCES round, PRIMARY KEY (person, claim, round)
);
"""
# From version 3 on the column salt holds a nonce: see the module sealing.
VERSIONS = {1: _TABLES, 2: _TABLES + _SEALED_DOUBTS, 3: _TABLES + _SEALED_DOUBTS}
SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid LIMIT 100"


def statements(version: int) -> list[str]:
    """What makes the tables of that version. A later version's begin with an earlier one's."""
    return list(_split(VERSIONS[version]))


def _split(script: str) -> Iterator[str]:
    """The statements of a script: a trigger has semicolons of its own."""
    statement = ""
    for line in script.strip().splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""


@lru_cache(maxsize=len(VERSIONS))
def schema(version: int) -> frozenset[tuple[Any, ...]]:
    """What ``SCHEMA`` selects of such a file."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.executescript(VERSIONS[version])
        return frozenset(memory.execute(SCHEMA))
