"""JSON of which no two readers read different things."""

from __future__ import annotations

from typing import Any

from probes.bounded_json import check_writable, parse_json

DEEPEST = 100  # levels; a condition of a rule has at most 50


def strict_json(data: bytes) -> Any:
    """What the JSON in ``data`` holds.

    Raises ValueError, with what is wrong, for what is no UTF-8 and for all that
    :func:`probes.bounded_json.parse_json` refuses; also for halves of surrogate pairs.
    """
    try:
        value = parse_json(data.decode("utf-8"), deepest=DEEPEST)
    except UnicodeDecodeError:
        raise ValueError("it is no text in UTF-8") from None
    check_writable(value)
    return value
