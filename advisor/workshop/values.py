"""Values out of a file that anybody may have written: each is what was expected, or a ValueError
that says what was.

The sentences repeat nothing of what stands there: it may be sealed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from probes.bounded_json import check_writable, parse_json


def json_object(text: object) -> dict[str, Any]:
    """The object that a JSON text is, made of finite numbers and of texts that can be written."""
    try:
        data = parse_json(text) if isinstance(text, str) else None
        check_writable(data)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise ValueError("expected a JSON object of texts, finite numbers, lists and objects")
    return data


def text(value: object, what: str, most: int, *, least: int = 1) -> str:
    """A text of ``least`` to ``most`` characters."""
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise ValueError(f"expected {what} of {least} to {most} characters")
    return value


def word(value: object, what: str, most: int) -> str:
    """Letters and digits, as codes and digests (``sha256:0a1b``) are made of."""
    if not isinstance(value, str) or not re.fullmatch(f"[0-9A-Za-z:]{{1,{most}}}", value):
        raise ValueError(f"expected {what} of letters and digits")
    return value


def digits(value: object, what: str, length: int) -> str:
    """So many hexadecimal digits."""
    if not isinstance(value, str) or not re.fullmatch(f"[0-9a-f]{{{length}}}", value):
        raise ValueError(f"expected {what} of {length} hexadecimal digits")
    return value


def whole(value: object, what: str, most: int, *, least: int = 1) -> int:
    """A whole number from ``least`` to ``most``."""
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"expected {what} from {least} to {most}")
    return value


def number(value: object, what: str, least: float, most: float) -> float:
    """A number from ``least`` to ``most``."""
    if type(value) not in (int, float) or not least <= value <= most:  # type: ignore[operator]
        raise ValueError(f"expected {what} from {least:g} to {most:g}")
    return float(value)  # type: ignore[arg-type]


def texts(value: object, what: str, most: int) -> tuple[str, ...]:
    """A list of texts, each of at most ``most`` characters and there once."""
    if not isinstance(value, list):
        raise ValueError(f"expected a list of {what}")
    found = tuple(text(item, what, most) for item in value)
    if len(set(found)) < len(found):
        raise ValueError(f"expected each of {what} once")
    return found


def mapping(value: object, what: str) -> Mapping[str, Any]:
    """An object whose keys are texts."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ValueError(f"expected {what}")
    return value
