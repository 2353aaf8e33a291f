"""Data that was written compared with the same data worked out once more."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from advisor.records.verification.wording import shortened
from rules.diagnostics import quoted

TOLERANCE = 1e-9  # of scores, which lie in [-1, 1]


def differences(where: str, then: Any, now: Any, *, known_alone: bool = False) -> Iterator[str]:
    """A sentence for each value that was written differently; ``where`` begins the sentences.

    With ``known_alone``, what only one side knows is passed over: keys are added by and by.
    """
    match then, now:
        case Mapping(), Mapping():
            for key in {**then, **now}:
                if not known_alone or (key in then and key in now):
                    below = f"{where}: {key}"
                    yield from differences(
                        below, then.get(key), now.get(key), known_alone=known_alone
                    )
        case list(), list() if len(then) == len(now):
            for number, (before, after) in enumerate(zip(then, now, strict=True), start=1):
                yield from differences(f"{where} {number}", before, after, known_alone=known_alone)
        case bool(), _ if then is not now:  # True == 1
            yield f"{where}: is {_short(then)}, and comes out as {_short(now)}"
        case float() | int(), float() | int() if math.isclose(then, now, abs_tol=TOLERANCE):
            return
        case _ if then != now:
            yield f"{where}: is {_short(then)}, and comes out as {_short(now)}"


def mappings(data: Any) -> Sequence[Mapping[str, Any]]:
    """The mappings in a list; none where the data is no list."""
    return [item for item in data if isinstance(item, Mapping)] if isinstance(data, list) else []


def _short(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else shortened(json.dumps(value, default=str))
