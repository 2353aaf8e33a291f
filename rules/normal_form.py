"""Conditions without negation: the positive facts under which one is known to be true or false."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rules.conditions import All, Any, Atom, Chosen, Concluded, Condition, Not


@dataclass(frozen=True)
class Literal:
    """A leaf of a negation normal form: the atom is known to hold, or known to fail."""

    atom: Atom
    holds: bool


@dataclass(frozen=True)
class Conjunction:
    """A node of a negation normal form: every part holds."""

    parts: tuple[NormalForm, ...]


@dataclass(frozen=True)
class Disjunction:
    """A node of a negation normal form: some part holds."""

    parts: tuple[NormalForm, ...]


NormalForm: TypeAlias = Literal | Conjunction | Disjunction


def normal_form(condition: Condition, *, holds: bool = True) -> NormalForm:
    """The positive facts under which ``condition`` is known to be true (``holds``) or known false.

    Negation is driven down to the atoms, so the result needs no NOT: a false conjunction is a
    disjunction of false parts, and the other way round (De Morgan holds in Kleene's logic).
    """
    match condition:
        case Not(part):
            return normal_form(part, holds=not holds)
        case All(parts) | Any(parts):
            children = tuple(normal_form(part, holds=holds) for part in parts)
            conjunctive = isinstance(condition, All) == holds
            return Conjunction(children) if conjunctive else Disjunction(children)
        case Chosen() | Concluded():
            return Literal(condition, holds)
