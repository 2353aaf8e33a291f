"""Whether a workshop goes on: agreement and stability, or the last round and no consensus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from advisor.answers.rounds import StopRule
from advisor.workshop.item_results import CriterionResult, QuestionResult


class Stage(str, Enum):
    """What the rule that was fixed beforehand makes of the rounds so far."""

    GO_ON = "go on"
    CONSENSUS = "consensus"
    NO_CONSENSUS = "no consensus"


@dataclass(frozen=True)
class Stop:
    """``apart`` are the items not agreed, ``moving`` those agreed that moved since the last round.

    After the first round nothing can be told to be stable, so everything is still moving.
    """

    stage: Stage
    items: int
    apart: tuple[str, ...]
    moving: tuple[str, ...]


def stop(
    rule: StopRule,
    number: int,
    questions: Sequence[QuestionResult],
    criteria: Sequence[CriterionResult],
) -> Stop:
    """Where the workshop stands after round ``number``."""
    items: list[QuestionResult | CriterionResult] = [*questions, *criteria]
    apart = tuple(item.id for item in items if not item.agreed)
    moving = tuple(item.id for item in items if item.agreed and not item.stable)
    stage = Stage.GO_ON
    if not apart and not moving:
        stage = Stage.CONSENSUS
    elif number >= rule.rounds:
        stage = Stage.NO_CONSENSUS
    return Stop(stage, len(items), apart, moving)
