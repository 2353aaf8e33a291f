"""What matters most: the ranking of one person, or those of several.

A ranking says of weightings which criteria weigh at least as much as which. Criteria that stand in
one place are not compared, so they may weigh either way; those that stand nowhere follow last and
are not compared either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import groupby
from math import gcd
from operator import add
from types import MappingProxyType
from typing import Any, TypeAlias

Ranking: TypeAlias = Sequence[str | tuple[str, ...]]  # the most important first; a tuple: equals
Places: TypeAlias = tuple[tuple[str, ...], ...]  # every criterion once, the most important first
RankingCounts: TypeAlias = Mapping[Places, int]


@dataclass(frozen=True)
class GroupRanking:
    """The rankings of several people, each of which counts as much as any other.

    Raises ValueError where there is none: nobody's ranking is no ranking of all as equals.
    """

    rankings: tuple[Ranking, ...]

    def __post_init__(self) -> None:
        if not self.rankings:
            raise ValueError("a panel takes at least one ranking")
        rankings = (
            tuple(entry if isinstance(entry, str) else tuple(entry) for entry in ranking)
            for ranking in self.rankings
        )
        object.__setattr__(self, "rankings", tuple(rankings))


Priorities: TypeAlias = Ranking | GroupRanking


@dataclass(frozen=True)
class RankingCount:
    """One ranking of some criteria, by their numbers, and how many people hold it.

    ``order`` has every criterion once, the most important first; ``sizes`` says how many of them
    stand in the first place, in the second and so on, equals in the order of their numbers.
    """

    order: tuple[int, ...]
    sizes: tuple[int, ...]
    count: int


def places(criteria: Sequence[str], ranking: Ranking) -> Places:
    """The ranking of just these criteria, as groups of equals, in the order of ``criteria`` each.

    Names that are none of them are passed over, and the groups that this leaves empty; of a name
    that stands in several places the first counts. Criteria not ranked are the last group.
    """
    unplaced = dict.fromkeys(criteria)
    groups: list[tuple[str, ...]] = []
    for entry in ranking:
        named = (entry,) if isinstance(entry, str) else entry
        group = tuple(name for name in unplaced if name in named)
        for name in group:
            del unplaced[name]
        if group:
            groups.append(group)
    if unplaced:
        groups.append(tuple(unplaced))
    return tuple(groups)


def ranking_counts(criteria: Sequence[str], priorities: Priorities) -> RankingCounts:
    """Every different ranking of just these criteria -> how many people hold it.

    They come in an order that hangs on the rankings alone, not on who gave which.
    """
    if isinstance(priorities, GroupRanking):
        return _group_counts(tuple(criteria), priorities)
    return {places(criteria, priorities): 1}


def count_rankings(criteria: Sequence[str], priorities: Priorities) -> tuple[RankingCount, ...]:
    """The same by numbers, in the same order."""
    if isinstance(priorities, GroupRanking):
        return _group_count_by_number(tuple(criteria), priorities)
    return _by_number(criteria, ranking_counts(criteria, priorities))


@lru_cache(maxsize=64)  # a few milliseconds each for hundreds of people, and asked for repeatedly
def _group_counts(criteria: tuple[str, ...], group: GroupRanking) -> RankingCounts:
    number = {name: index for index, name in enumerate(criteria)}
    counts = Counter(places(criteria, ranking) for ranking in group.rankings)

    def numbers(groups: Places) -> list[list[int]]:
        return [[number[name] for name in group] for group in groups]

    return MappingProxyType({groups: counts[groups] for groups in sorted(counts, key=numbers)})


@lru_cache(maxsize=64)
def _group_count_by_number(
    criteria: tuple[str, ...], group: GroupRanking
) -> tuple[RankingCount, ...]:
    return _by_number(criteria, _group_counts(criteria, group))


def _by_number(criteria: Sequence[str], counts: RankingCounts) -> tuple[RankingCount, ...]:
    number = {name: index for index, name in enumerate(criteria)}
    return tuple(
        RankingCount(
            tuple(number[name] for group in groups for name in group), tuple(map(len, groups)), n
        )
        for groups, n in counts.items()
    )


def averaged(values: Iterable[Any], counts: Sequence[int]) -> Any:
    """The mean of ``values``, floats or arrays, the first counted as often as the first count
    says, and so on; added one after another.

    What matters of the counts is their proportion, to the last bit: a panel of which everybody
    comes twice is the same panel, and one of equals is any of them.
    """
    common = gcd(*counts)
    parts = [count // common for count in counts]
    terms = (value * part for value, part in zip(values, parts, strict=True))
    return reduce(add, terms, 0.0) / sum(parts)


def ranked_by(points: Mapping[str, int | float]) -> Ranking:
    """The ranking by points: the most points first, equal points in one place.

    A criterion that has its place to itself stands there by its name, several as a tuple, in the
    order of ``points``.
    """
    falling = sorted(points, key=lambda name: -points[name])  # stable: equals keep their order
    groups = (tuple(group) for _, group in groupby(falling, key=points.__getitem__))
    return tuple(group[0] if len(group) == 1 else group for group in groups)
