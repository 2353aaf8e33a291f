"""A knowledge base as what JSON holds, and back.

An object is written as a list: the name of its class, then its fields. Only the classes named here
are ever made, and making one runs nothing but its constructor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from rules import conditions, model
from rules.diagnostics import SourceLocation

_TUPLE = ""
_CLASSES: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        SourceLocation,
        *(conditions.Chosen, conditions.Concluded),
        *(conditions.Not, conditions.All, conditions.Any),
        *(model.Source, model.Alternative, model.Criterion, model.Option, model.QuestionSection),
        *(model.Question, model.Concept, model.Scope, model.History, model.Claim),
        *(model.Statement, model.Conclude, model.Prefer, model.RuleOut, model.Advise, model.Rule),
        *(model.Threshold, model.KnowledgeBase),
    )
}


def to_plain(value: Any) -> Any:
    """``value`` as lists, dictionaries, texts and numbers."""
    if isinstance(value, Enum):
        return [type(value).__name__, value.value]
    if is_dataclass(value):
        parts = [getattr(value, field.name) for field in fields(value)]
        return [type(value).__name__, *map(to_plain, parts)]
    if isinstance(value, tuple):  # a named one has a class of its own
        name = type(value).__name__ if hasattr(value, "_fields") else _TUPLE
        return [name, *map(to_plain, value)]
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    return value


def from_plain(plain: Any) -> Any:
    """What :func:`to_plain` was given.

    Raises KeyError, TypeError, ValueError, IndexError or RecursionError for anything else.
    """
    if isinstance(plain, list):
        parts = [from_plain(item) for item in plain[1:]]
        return tuple(parts) if plain[0] == _TUPLE else _CLASSES[plain[0]](*parts)
    if isinstance(plain, dict):
        return {key: from_plain(item) for key, item in plain.items()}
    return plain
