"""Points from 1 to 9 for how much a criterion matters."""

from __future__ import annotations

LEAST_POINTS, MOST_POINTS = 1, 9
MEANINGS = {LEAST_POINTS: "does not matter", 5: "matters", MOST_POINTS: "decides"}


def are_points(value: object) -> bool:
    """Whether ``value`` is a number of points that may be given."""
    return type(value) is int and LEAST_POINTS <= value <= MOST_POINTS
