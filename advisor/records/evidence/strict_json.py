"""JSON of which no two readers read different things."""

from __future__ import annotations

import re
from typing import Any

from probes.bounded_json import parse_json

DEEPEST = 100  # levels; a condition of a rule has at most 50
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # how JSON writes half of a surrogate pair


def strict_json(data: bytes) -> Any:
    """What the JSON in ``data`` holds.

    Raises ValueError, with what is wrong, for what is no UTF-8 and for all that
    :func:`probes.bounded_json.parse_json` refuses; also for halves of surrogate pairs.
    """
    try:
        value = parse_json(data.decode("utf-8"), deepest=DEEPEST)
    except UnicodeDecodeError:
        raise ValueError("it is no text in UTF-8") from None
    if _HALF.search(data) and not _all_texts(value):
        raise ValueError("a text holds half of a surrogate pair")
    return value


def _all_texts(value: Any) -> bool:
    """Whether every text in it can be written in UTF-8."""
    match value:
        case str():
            return not any("\ud800" <= character <= "\udfff" for character in value)
        case list():
            return all(map(_all_texts, value))
        case dict():
            return all(map(_all_texts, value)) and all(map(_all_texts, value.values()))
    return True
