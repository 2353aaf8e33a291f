"""How far a team agrees: on one question, on an order of criteria, on the weights of criteria.

Tables are people x criteria, a row for each person; a row of another length than the first is a
ValueError. Nothing depends on the order of the people, nor on the Python, to the last bit of a
sum: what is added up is exact or added by ``fsum``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, fsum, log
from typing import Literal, TypeAlias

MeasurementLevel: TypeAlias = Literal["nominal", "ordinal"]  # what a distance may rest on
Distance: TypeAlias = Callable[[float, float], float]  # of two ranks

SQUARED: Mapping[MeasurementLevel, Distance] = {
    "nominal": lambda rank, other: float(rank != other),
    "ordinal": lambda rank, other: (rank - other) ** 2,
}

SCALE = range(1, 10)  # the points of the RAND/UCLA method
SYMMETRIC_LIMIT = Fraction("2.35")  # the spread above which symmetric points disagree
ASYMMETRY = Fraction("1.5")  # what a point of asymmetry adds to that limit

LARGEST_RATIO = 9  # of two weights, on the scale of the analytic hierarchy process
WORDS = ((0.5, "very low"), (0.625, "low"), (0.75, "moderate"), (0.875, "high"))


@dataclass(frozen=True)
class Quartiles:
    """The 25th, 50th and 75th percentile of values, in their unit."""

    low: float
    median: float
    high: float

    @property
    def spread(self) -> float:
        """The interquartile range."""
        return self.high - self.low


@dataclass(frozen=True)
class RandUcla:
    """Whether points from 1 to 9 are in disagreement, and the two numbers compared, in points.

    ``ipr`` is the range between the 30th and the 70th percentile; ``ipras`` what it may be, which
    is more the further the points lie from the middle of the scale. Both are rounded, the
    comparison is not.
    """

    ipr: float
    ipras: float
    disagreement: bool


def quartiles(values: Sequence[float]) -> Quartiles:
    """The quartiles of one or more finite values in any order, linearly interpolated.

    Type 7 of Hyndman & Fan, "Sample Quantiles in Statistical Packages", The American Statistician
    50(4), 1996; the default of NumPy. ValueError where there are no values.
    """
    low, median, high = (float(_percentile(values, percent)) for percent in (25, 50, 75))
    return Quartiles(low, median, high)


def rand_ucla(points: Sequence[int]) -> RandUcla:
    """The disagreement among one or more people's points, each from 1 to 9.

    IPR = p70 - p30 and IPRAS = 2.35 + 1.5 |5 - (p30 + p70)/2|; they disagree iff IPR > IPRAS
    (Fitch et al., "The RAND/UCLA Appropriateness Method User's Manual", 2001). ValueError where
    there are no points, or one is not on the scale.
    """
    if not all(point in SCALE for point in points):
        raise ValueError(f"points are whole, from {SCALE[0]} to {SCALE[-1]}: {list(points)}")
    low, high = _percentile(points, 30), _percentile(points, 70)
    spread = high - low
    limit = SYMMETRIC_LIMIT + ASYMMETRY * abs(5 - (low + high) / 2)
    return RandUcla(float(spread), float(limit), spread > limit)


def _percentile(values: Sequence[float], percent: int) -> Fraction:
    """Exact, because the range of points can be exactly what it may be: 2.8 of 2.8."""
    if not values:
        raise ValueError("no values have no percentiles")
    ordered = sorted(values)
    index, rest = divmod((len(ordered) - 1) * percent, 100)
    below = Fraction(ordered[index])
    above = Fraction(ordered[min(index + 1, len(ordered) - 1)])
    return below + (above - below) * Fraction(rest, 100)


def kendalls_w(scores: Sequence[Sequence[float]]) -> float | None:
    """How far people order the criteria alike, in [0, 1]: 0 not at all, 1 all in one order.

    ``scores`` are people x criteria; of a person's scores only the order and the ties matter.
    With m people, n criteria, S the sum of squared deviations of the criteria's rank sums from
    their mean, and T a person's sum of t^3 - t over groups of t tied criteria:
    W = 12 S / (m^2 (n^3 - n) - m sum(T)) (Kendall & Babington Smith, "The Problem of m Rankings",
    Annals of Mathematical Statistics 10(3), 1939; ties: Kendall, "Rank Correlation Methods").
    None for fewer than two people or criteria, and where everybody ties everything.
    """
    ranks = [_average_ranks(person) for person in scores]
    columns = list(zip(*scores, strict=True))
    people, criteria = len(scores), len(columns)
    ties = sum(tied**3 - tied for person in scores for tied in Counter(person).values())
    most = people**2 * (criteria**3 - criteria) - people * ties  # 0 with one criterion, or all tied
    if people < 2 or most == 0:
        return None
    sums = [sum(rank[score] for rank, score in zip(ranks, c, strict=True)) for c in columns]
    mean = people * (criteria + 1) / 2
    return 12 * sum((total - mean) ** 2 for total in sums) / most


def _average_ranks(values: Sequence[float]) -> Mapping[float, float]:
    """Value -> the mean of its ranks, the lowest being 1; a multiple of 1/2, so exact."""
    ranks: dict[float, float] = {}
    below = 0
    for value, equal in sorted(Counter(values).items()):
        ranks[value] = below + (equal + 1) / 2
        below += equal
    return ranks


def krippendorffs_alpha(
    points: Sequence[Sequence[float | None]], level: MeasurementLevel
) -> float | None:
    """How far people's points for each unit agree beyond chance: 1 wholly, 0 as by chance.

    ``points`` are people x units, None where a person said nothing; below 0 there is less
    agreement than by chance. alpha = 1 - observed/expected disagreement, the mean squared distance
    of points within units over that of points anywhere, where a unit with fewer than two points
    counts for neither (Krippendorff, "Content Analysis: An Introduction to Its Methodology").
    Distances are 0 or 1 at the nominal level. At the ordinal level they are how many points lie
    between two points, counting half of those equal to either, which is the difference of average
    ranks among all. None where no unit has two points, or all points that count are the same.
    """
    given = ([point for point in unit if point is not None] for unit in zip(*points, strict=True))
    units = [unit for unit in given if len(unit) > 1]
    ranks = _average_ranks([point for unit in units for point in unit])
    ranked = [[ranks[point] for point in unit] for unit in units]
    squared = SQUARED[level]
    expected = _disagreement([rank for unit in ranked for rank in unit], squared)
    if expected == 0:
        return None
    return 1.0 - fsum(_disagreement(unit, squared) for unit in ranked) / expected


def _disagreement(ranks: Sequence[float], squared: Distance) -> float:
    """The squared distances of all ordered pairs, by how many others each rank is paired with."""
    counts = Counter(ranks).items()
    total = sum(n * m * squared(rank, other) for rank, n in counts for other, m in counts)
    return total / max(1, len(ranks) - 1)


def ahp_consensus(weights: Sequence[Sequence[float]]) -> float | None:
    """How far people weigh the criteria alike, in [0, 1]: 0 not at all, 1 all the same.

    ``weights`` are people x criteria, each person's on a scale of its own. With Shannon entropies
    in nats, H_alpha the mean of the people's, H_gamma that of their mean weights and
    H_beta = H_gamma - H_alpha: S = (e^-H_beta - r)/(1 - r) with r = e^H_alpha_min / n (Goepel,
    "Implementing the Analytic Hierarchy Process as a Standard Method for Multi-Criteria Decision
    Making in Corporate Enterprises", ISAHP 2013, as simplified in AHP-OS, where H_gamma may be as
    high as ln n). H_alpha_min is the entropy of one criterion being weighed 9 times each other,
    as 9/(n+8) to 1/(n+8). People more lopsided than that can get S below 0, which counts as 0.

    None for fewer than two people or criteria. ValueError where a weight is negative, or all of a
    person's are 0.
    """
    shares = [_normalised(person) for person in weights]
    columns = list(zip(*shares, strict=True))
    people, criteria = len(shares), len(columns)
    if people < 2 or criteria < 2:
        return None
    alpha = fsum(map(_entropy, shares)) / people
    gamma = _entropy([fsum(column) / people for column in columns])
    lopsided = _normalised([LARGEST_RATIO] + [1] * (criteria - 1))
    least = exp(_entropy(lopsided)) / criteria
    return min(1.0, max(0.0, (exp(alpha - gamma) - least) / (1 - least)))


def _entropy(shares: Sequence[float]) -> float:
    return -fsum(share * log(share) for share in shares if share > 0)


def _normalised(weights: Sequence[float]) -> list[float]:
    total = fsum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError(f"weights are 0 or more, and not all of them 0: {list(weights)}")
    return [weight / total for weight in weights]


def consensus_word(consensus: float) -> str:
    """Goepel's word for an AHP consensus in [0, 1], from "very low" to "very high" (bpmsg.com)."""
    return next((word for limit, word in WORDS if consensus < limit), "very high")


def geometric_mean(weights: Sequence[Sequence[float]]) -> list[float]:
    """The team's weight of each criterion, in [0, 1] and summing to 1.

    ``weights`` are people x criteria, each person's on a scale of its own; the criteria's geometric
    means over the people, normalised. That aggregates individual priorities, and with priorities
    that are row geometric means it is the same as aggregating the judgments (Forman & Peniwati,
    "Aggregating Individual Judgments and Priorities with the Analytic Hierarchy Process", European
    Journal of Operational Research 108(1), 1998). What weighs 0 for one person weighs 0 for the
    team. ValueError where that leaves no criterion, a weight is negative, or all of a person's
    are 0.
    """
    shares = [_normalised(person) for person in weights]
    columns = zip(*shares, strict=True)
    means = [exp(fsum(map(log, own)) / len(own)) if all(own) else 0.0 for own in columns]
    if not any(means):
        raise ValueError("no criterion weighs more than 0 for everybody")
    return _normalised(means)
