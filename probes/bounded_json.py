"""JSON as others wrote it: what it holds, as far as that is within bounds."""

from __future__ import annotations

import json
import math
from typing import Any

DEEPEST = 32  # lists and objects within one another
LONGEST_NUMBER = 40  # digits; a float has some 17


def parse_json(text: str | bytes) -> Any:
    """What the JSON text holds.

    Raises ValueError for anything else: also for NaN and Infinity, which JSON lacks, for numbers
    that no computation gives, and for what is nested deeper than any reader of it would go.
    """
    try:
        value = json.loads(
            text, parse_constant=_refuse, parse_int=_whole_number, parse_float=_finite_number
        )
    except RecursionError:
        raise ValueError(f"nested deeper than {DEEPEST}") from None
    _require_shallow(value)
    return value


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


def _require_shallow(value: Any) -> None:
    """Raise ValueError for what is nested deeper than DEEPEST; goes down level by level."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            item
            for container in level
            if isinstance(container, (list, dict))
            for item in (container.values() if isinstance(container, dict) else container)
        ]
    if any(isinstance(item, (list, dict)) for item in level):
        raise ValueError(f"nested deeper than {DEEPEST}")
