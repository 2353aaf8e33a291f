"""The weight of each criterion at which the lead changes hands, and how far its weight carries.

One weight is moved and the others are rescaled in proportion, so that they still sum to 1: the
one-way sensitivity analysis of multi-attribute value theory (Triantaphyllou & Sanchez, "A
sensitivity analysis approach for some deterministic multi-criteria decision-making methods",
Decision Sciences 28(1), 1997).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.scoring.judgement import Judgement
from rules.scoring.weightings import settle


@dataclass(frozen=True)
class Tipping:
    """How the lead of ``best`` over ``rival`` hangs on the weight of one criterion.

    ``weight`` is what it weighs now and ``lead`` the difference of the totals there. ``lead_at_0``
    and ``lead_at_1`` are the differences with the criterion at weight 0 and at weight 1; between
    them the lead is a straight line. ``at`` is the weight in [0, 1] at which it is 0, or None
    where no weight of this criterion alone makes it so.
    """

    criterion: str
    best: str
    rival: str
    weight: float
    lead: float
    lead_at_0: float
    lead_at_1: float
    at: float | None

    @property
    def swing(self) -> float:
        """How far the lead moves from weight 0 to weight 1, in [0, 4]."""
        return abs(self.lead_at_1 - self.lead_at_0)


def tippings(judgement: Judgement) -> tuple[Tipping, ...]:
    """For each rival of the leader and each criterion spoken to; see :class:`Tipping`.

    With d_j the leader's score less the rival's, D = sum of w_j d_j, and D_j = (D - w_j d_j) /
    (1 - w_j), the lead without criterion j, the lead at weight w is (1 - w) D_j + w d_j: it is 0
    at D_j / (D_j - d_j). Where j is all that is spoken to there is nothing to rescale, and it
    is left out. Rivals stand in the judgement's order. Empty where fewer than two are left.
    """
    if len(judgement.totals) < 2:
        return ()
    best = max(judgement.totals, key=lambda name: judgement.totals[name])
    rivals = [name for name in judgement.totals if name != best]
    return tuple(tipping for rival in rivals for tipping in _against(judgement, best, rival))


def tornado(judgement: Judgement) -> tuple[Tipping, ...]:
    """The same, the criterion whose weight moves the lead furthest first, rival by rival."""
    rivals = list(judgement.totals)
    unsorted = tippings(judgement)
    return tuple(
        sorted(unsorted, key=lambda tipping: (rivals.index(tipping.rival), -tipping.swing))
    )


def _against(judgement: Judgement, best: str, rival: str) -> Iterator[Tipping]:
    weights, ours, theirs = judgement.weights, judgement.scores[best], judgement.scores[rival]
    differences = {name: settle(ours[name] - theirs[name]) for name in weights}
    lead = sum(weights[name] * differences[name] for name in weights)
    for name, weight in weights.items():
        if weight == 1.0:
            continue
        at_1 = differences[name]
        at_0 = settle((lead - weight * at_1) / (1.0 - weight))
        crosses = at_0 != at_1 and at_0 * at_1 <= 0
        at = at_0 / (at_0 - at_1) if crosses else None
        yield Tipping(name, best, rival, weight, settle(lead), at_0, at_1, at)
