"""JSON as others wrote it: what it holds, as far as that is within bounds."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

DEEPEST = 32  # lists and objects within one another
LONGEST_NUMBER = 40  # digits; a float has some 17


def parse_json(text: str | bytes, *, deepest: int = DEEPEST) -> Any:
    """What the JSON text holds.

    Raises ValueError for anything else: also for NaN and Infinity, which JSON lacks, for numbers
    that no computation gives, for a key that stands twice in one object, and for what is nested
    deeper than any reader of it would go.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_each_once,
            parse_constant=_refuse,
            parse_int=_whole_number,
            parse_float=_finite_number,
        )
    except RecursionError:
        raise ValueError(f"nested deeper than {deepest}") from None
    _require_shallow(value, deepest)
    return value


def check_writable(value: Any) -> None:
    """Raise ValueError where a text in it is none: halves of surrogate pairs cannot be written."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("a text holds half of a surrogate pair") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        ((double, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"the key {double[:60]!a} stands there twice")
    return values


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _whole_number(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _finite_number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number beyond all numbers")
    return number


def _require_shallow(value: Any, deepest: int) -> None:
    """Raise ValueError for what is nested deeper than ``deepest``; goes down level by level."""
    level = [value]
    for _ in range(deepest):
        level = [
            item
            for container in level
            if isinstance(container, (list, dict))
            for item in (container.values() if isinstance(container, dict) else container)
        ]
    if any(isinstance(item, (list, dict)) for item in level):
        raise ValueError(f"nested deeper than {deepest}")
