"""Points from 1 to 9 for how much a criterion matters."""

from __future__ import annotations

LEAST_POINTS, MOST_POINTS = 1, 9
MEANINGS = {LEAST_POINTS: "does not matter", 5: "matters", MOST_POINTS: "decides"}


def points_in(text: str) -> int | str:
    """The points that a text is, or the text itself where it is something else.

    >>> points_in("9"), points_in("10")
    (9, '10')
    """
    allowed = {str(points): points for points in range(LEAST_POINTS, MOST_POINTS + 1)}
    return allowed.get(text, text)


def are_points(value: object) -> bool:
    """Whether ``value`` is a number of points that may be given."""
    return type(value) is int and LEAST_POINTS <= value <= MOST_POINTS
