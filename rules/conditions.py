"""The condition language: its trees and their three-valued evaluation.

``when:`` is data: ``{all: [...]}``, ``{any: [...]}``, ``{not: ...}``, ``{question: option}`` (for a
multiple choice: contains) and ``{concept: name}``. Values follow Kleene's strong logic: an atom
nobody has answered is unknown, and a rule fires only where its condition is known to be true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

RESERVED_KEYS = frozenset({"all", "any", "not", "concept"})


class Chosen(NamedTuple):  # named tuples are looked up some times faster than dataclasses
    """The answer to ``question`` is, or for a multiple choice contains, ``option``."""

    question: str
    option: str

    def __str__(self) -> str:
        return f"{self.question}={self.option}"


class Concluded(NamedTuple):
    """Some rule concluded ``concept``."""

    concept: str

    def __str__(self) -> str:
        return self.concept


Atom: TypeAlias = Chosen | Concluded


@dataclass(frozen=True)
class Not:
    """``part`` is known to be false."""

    part: Condition


@dataclass(frozen=True)
class All:
    """Every part is known to be true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any:
    """Some part is known to be true."""

    parts: tuple[Condition, ...]


Condition: TypeAlias = Chosen | Concluded | Not | All | Any


def atoms(condition: Condition) -> Iterator[Atom]:
    """Every atom of the tree, left to right, repeats included."""
    match condition:
        case Not(part):
            yield from atoms(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from atoms(part)
        case Chosen() | Concluded():
            yield condition


def evaluate(condition: Condition, value: Callable[[Atom], bool | None]) -> bool | None:
    """Kleene's value of ``condition``: True, False, or None for unknown."""
    match condition:
        case Not(part):
            inner = evaluate(part, value)
            return None if inner is None else not inner
        case All(parts):
            values = [evaluate(part, value) for part in parts]
            return False if False in values else None if None in values else True
        case Any(parts):
            values = [evaluate(part, value) for part in parts]
            return True if True in values else None if None in values else False
        case Chosen() | Concluded():
            return value(condition)
