"""A ballot: what one person says in one round, and the salted hash that seals it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rules.answers import Answers
from rules.model import UNKNOWN

MAX_REASON = 500  # characters
LEAST_POINTS, MOST_POINTS = 1, 9  # for how much a criterion matters
SCALE = range(LEAST_POINTS, MOST_POINTS + 1)
MEANINGS = {LEAST_POINTS: "does not matter", 5: "matters", MOST_POINTS: "decides"}


@dataclass(frozen=True)
class Ballot:
    """Answers to questions, points (1 to 9) for criteria, and why: question or criterion -> text.

    ``named``: this person's name may stand beside it in the record.
    """

    answers: Answers = field(default_factory=dict)
    points: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    named: bool = False

    @property
    def says_something(self) -> bool:
        """Whether it holds more than "I don't know"."""
        return bool(self.points) or any(options != (UNKNOWN,) for options in self.answers.values())

    def as_data(self) -> dict[str, Any]:
        return {
            "answers": {name: list(options) for name, options in self.answers.items()},
            "points": dict(self.points),
            "reasons": dict(self.reasons),
            "named": self.named,
        }


def ballot_from_data(data: Mapping[str, Any]) -> Ballot:
    """The ballot that ``as_data`` gave; numbers and booleans may be texts, as YAML is read here.

    Raises ValueError where ``data`` is something else.
    """
    try:
        return Ballot(
            answers={str(name): tuple(map(str, o)) for name, o in data["answers"].items()},
            points={str(name): int(points) for name, points in data["points"].items()},
            reasons={str(name): str(why) for name, why in data["reasons"].items()},
            named={True: True, False: False, "true": True, "false": False}[data["named"]],
        )
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise ValueError(f"expected a ballot ({error})") from None


def without_stale_reasons(ballot: Ballot, before: Ballot | None) -> Ballot:
    """The ballot without reasons that were given, word for word, for another answer before."""
    if before is None:
        return ballot

    def is_stale(item: str) -> bool:
        same = before.reasons.get(item) == ballot.reasons[item]
        changed = (before.answers.get(item), before.points.get(item)) != (
            ballot.answers.get(item),
            ballot.points.get(item),
        )
        return same and changed

    reasons = {item: why for item, why in ballot.reasons.items() if not is_stale(item)}
    return replace(ballot, reasons=reasons)


def receipt(ballot: Ballot, salt: str, workshop: str, number: int) -> str:
    """SHA-256, in hex, of the salt and the ballot in round ``number`` of the workshop.

    The text that is hashed is the salt, a line end, and JSON with sorted keys and no spaces, so
    that whoever holds salt and ballot can work it out with other tools.
    """
    import json  # not before the first question

    data = {"workshop": workshop, "round": number, **ballot.as_data()}
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def points_in(text: str) -> int | str:
    """The points that a text is, or the text itself where it is something else.

    >>> points_in("9"), points_in("10")
    (9, '10')
    """
    return {str(points): points for points in SCALE}.get(text, text)
