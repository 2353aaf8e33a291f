"""What is said of an environment: what is in conflict, what is set, what was not looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Conflict:
    """Something that breaks: what it is, what it does, and what would mend it."""

    what: str
    effect: str
    cure: str


@dataclass(frozen=True)
class Setting:
    """A setting of the person's, and what it does. That is no conflict by itself."""

    name: str
    value: str
    effect: str


@dataclass(frozen=True)
class Unchecked:
    """What was not looked at, and why: it may be well or not."""

    what: str
    why: str


def listed(words: Sequence[str]) -> str:
    """``a, b and c``"""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def major(version: str) -> int | None:
    """The first number of a version; None where it has none that versions have."""
    first = version.split(".")[0]
    return int(first) if first.isdecimal() and len(first) < 10 else None
