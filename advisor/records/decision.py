"""What people decide: as they are advised, or otherwise and for a reason of their own."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.consultation.consultation import Recommendation


@dataclass(frozen=True)
class Decision:
    """``choice`` is an alternative's id, or ``either`` for leaving it open. ``because`` is the
    people's own reason; empty where the advice has it.
    """

    choice: str
    because: str = ""


def as_advised(r: Recommendation) -> Decision:
    """The decision that follows the advice. The consultation must have come to a choice."""
    if r.choice is None:
        raise ValueError("a consultation without an outcome advises nothing")
    return Decision(r.choice)
