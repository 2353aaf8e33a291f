"""Where two pieces of data part, a sentence each."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from advisor.records.verification.text import shortened
from rules.diagnostics import quoted

TOLERANCE = 1e-9  # of scores, which lie in [-1, 1]


def differences(where: str, then: Any, now: Any) -> Iterator[str]:
    """What was written otherwise than it comes out; ``where`` names the place in the sentences."""
    match then, now:
        case Mapping(), Mapping():
            for key in {**then, **now}:
                yield from differences(f"{where}: {key}", then.get(key), now.get(key))
        case list(), list() if len(then) == len(now):
            for number, (one, other) in enumerate(zip(then, now, strict=True), start=1):
                yield from differences(f"{where} {number}", one, other)
        case float() | int(), float() | int() if math.isclose(then, now, abs_tol=TOLERANCE):
            return
        case _ if then != now:
            yield f"{where}: is {_short(then)}, and comes out as {_short(now)}"


def _short(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else shortened(json.dumps(value, default=str))
