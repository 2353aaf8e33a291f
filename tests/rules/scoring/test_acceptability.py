"""Acceptability: the share of all weightings under which an alternative wins."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain, combinations, permutations, product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.scoring.acceptability import acceptability, share_positive
from rules.scoring.rankings import (
    GroupRanking,
    Ranking,
    averaged,
    places,
    ranked_by,
    ranking_counts,
)

exact_examples = settings(deadline=None, derandomize=True, max_examples=200)

DRAWS = 200_000
NEAR = 0.006  # five standard deviations of a share estimated from that many draws

TENTHS = st.integers(-9, 9).map(lambda n: n / 10)


def partial_fractions(differences: Sequence[Fraction]) -> float:
    """The textbook form, for differences that are all different. In floats it would cancel."""
    terms = (
        prod(d / (d - other) for j, other in enumerate(differences) if j != i)
        for i, d in enumerate(differences)
        if d > 0
    )
    return float(sum(terms))


def monte_carlo(
    rows: Mapping[str, Sequence[float]], ranked: int = 0, draws: int = DRAWS
) -> dict[str, float]:
    """Shares by drawing weightings; the first ``ranked`` criteria are ranked, the rest are not.

    Draws that do not respect the ranking are not thrown away but sorted: the largest weights go to
    the ranked criteria, in their order, and the others stand as they were drawn.
    """
    drawn = np.random.default_rng(11).standard_exponential((draws, len(next(iter(rows.values())))))
    largest = np.argsort(-drawn, axis=1)[:, :ranked]
    others = np.ones(drawn.shape, bool)
    np.put_along_axis(others, largest, False, axis=1)
    weights = np.hstack(
        [np.take_along_axis(drawn, largest, axis=1), drawn[others].reshape(draws, -1)]
    )
    totals = weights @ np.array([list(row) for row in rows.values()]).T
    wins = np.bincount(totals.argmax(axis=1), minlength=len(rows))
    return {name: int(count) / draws for name, count in zip(rows, wins, strict=True)}


def shares(rows: Mapping[str, Sequence[float]], ranked: int = 0) -> dict[str, float]:
    """Acceptability of alternatives scored under c0, c1, ..., the first of which are ranked."""
    criteria = [f"c{i}" for i in range(len(next(iter(rows.values()))))]
    scores = {name: dict(zip(criteria, row, strict=True)) for name, row in rows.items()}
    return acceptability(scores, criteria[:ranked])


# Two alternatives, nothing ranked: a closed form


def test_share_of_five_mixed_differences() -> None:
    assert share_positive([0.6, -0.35, 0.2, -0.5, 0.05]) == pytest.approx(0.49480364, abs=5e-9)


@exact_examples
@given(st.lists(TENTHS.filter(bool), min_size=1, max_size=6, unique=True))
def test_share_is_that_of_partial_fractions(differences: list[float]) -> None:
    exact = partial_fractions([Fraction(d) for d in differences])
    assert share_positive(differences) == pytest.approx(exact, abs=1e-12)


@exact_examples
@given(st.lists(TENTHS.filter(bool), min_size=1, max_size=6))
def test_equal_differences_are_the_limit_of_different_ones(differences: list[float]) -> None:
    apart = [Fraction(d) + Fraction(i, 10**9) for i, d in enumerate(differences, start=1)]
    assert share_positive(differences) == pytest.approx(partial_fractions(apart), abs=1e-6)


@exact_examples
@given(st.lists(TENTHS, min_size=1, max_size=6))
def test_swapped_alternatives_swap_their_shares(differences: list[float]) -> None:
    swapped = [-d for d in differences]
    assert share_positive(differences) + share_positive(swapped) == pytest.approx(1.0)


@exact_examples
@given(st.lists(TENTHS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_order_of_unranked_criteria_changes_no_share(
    differences: list[float], generator: random.Random
) -> None:
    other = generator.sample(differences, len(differences))
    assert share_positive(other) == pytest.approx(share_positive(differences))


def test_criterion_without_a_difference_changes_no_share() -> None:
    assert share_positive([0.5, 0.0, -0.3, 0.0]) == pytest.approx(share_positive([0.5, -0.3]))


@pytest.mark.parametrize(
    ("differences", "share"),
    [([], 0.5), ([0.0, 0.0], 0.5), ([0.2, 0.1], 1.0), ([-0.2, 0.0], 0.0), ([0.3, -0.3], 0.5)],
)
def test_share_where_it_is_plain_to_see(differences: list[float], share: float) -> None:
    assert share_positive(differences) == share


def test_one_gain_and_one_loss_divide_by_their_size() -> None:
    assert shares({"a": (1.0, 0.0), "b": (0.4, 1.0)}) == pytest.approx({"a": 0.375, "b": 0.625})


# Ranked criteria


def test_first_ranked_criterion_decides_over_an_equal_one() -> None:
    # a wins where w0 > w1, which the ranking asks for
    assert shares({"a": (1.0, 0.0), "b": (0.0, 1.0)}, ranked=2) == {"a": 1.0, "b": 0.0}


def test_ranked_criteria_by_hand() -> None:
    # with w1 = 1 - w0, a wins where 0.6 w0 > w1, so above w0 = 5/8, and w0 is uniform on [1/2, 1]
    assert shares({"a": (1.0, 0.0), "b": (0.4, 1.0)}, ranked=2)["a"] == pytest.approx(0.75)


@pytest.mark.parametrize("ranked", [1, 2, 3, 4, 5])
def test_ranked_shares_are_what_draws_come_to(ranked: int) -> None:
    rows = {"a": (0.2, 0.6, 0.0, 0.5, 0.36), "b": (0.4, 0.0, 0.55, 0.2, 0.1)}
    assert shares(rows, ranked) == pytest.approx(monte_carlo(rows, ranked), abs=NEAR)


def test_unranked_criteria_share_the_lowest_ranks_in_every_order() -> None:
    differences = (0.2, -0.5, 0.3, -0.1)
    first, *rest = differences
    orders = list(permutations(rest))
    each = [shares({"a": (first, *order), "b": (0.0,) * 4}, ranked=4)["a"] for order in orders]
    unranked = shares({"a": differences, "b": (0.0,) * 4}, ranked=1)["a"]
    assert unranked == pytest.approx(sum(each) / len(orders))


def share_with_one_ranked(first: float, rest: Sequence[float]) -> float:
    """P(sum of w_j d_j > 0) where the first criterion weighs at least as much as each other one.

    By inclusion and exclusion over the sets of others that weigh at least as much as the first:
    the weights where all of a set do are a simplex, and one in (1 + its size) of all weights. Its
    corners are the others alone, and the first together with the set.
    """
    total = 0.0
    for size in range(len(rest) + 1):
        for heavier in combinations(rest, size):
            corner = (first + sum(heavier)) / (1 + size)
            total += (-1) ** size / (1 + size) * share_positive([corner, *rest])
    return total * (1 + len(rest))


@settings(exact_examples, max_examples=15)
@given(st.lists(TENTHS, min_size=5, max_size=8))
def test_a_share_with_one_ranked_criterion_is_exact(row: list[float]) -> None:
    share = shares({"a": row, "b": [0.0] * len(row)}, ranked=1)["a"]
    assert share == pytest.approx(share_with_one_ranked(row[0], row[1:]), abs=1e-10)


def test_more_unranked_criteria_are_averaged_over_a_fixed_draw_of_orders() -> None:
    row = (-0.3, 0.6, -0.4, 0.2, 0.36, -0.6, 0.1, -0.2, 0.3)
    exact = share_with_one_ranked(row[0], row[1:])
    assert shares({"a": row, "b": (0.0,) * 9}, ranked=1)["a"] == pytest.approx(exact, abs=0.005)


@exact_examples
@given(st.lists(TENTHS, min_size=1, max_size=7), st.integers(0, 7))
def test_swapped_alternatives_swap_their_shares_under_a_ranking(
    row: list[float], ranked: int
) -> None:
    none = [0.0] * len(row)
    one, other = shares({"a": row, "b": none}, ranked), shares({"a": none, "b": row}, ranked)
    assert one["a"] == pytest.approx(other["b"])


# One alternative, none, three


def test_no_alternative_has_no_share() -> None:
    assert acceptability({}) == {}


def test_only_alternative_has_every_share() -> None:
    assert shares({"a": (-0.4,)}) == {"a": 1.0}


def test_alternatives_come_in_their_order() -> None:
    rows = {name: (score,) for name, score in zip("dacb", (0.1, 0.1, 0.9, 0.1), strict=True)}
    assert list(shares(rows)) == ["d", "a", "c", "b"]


def test_alternatives_that_nothing_speaks_for_share_equally() -> None:
    third = pytest.approx(1 / 3)
    assert acceptability({"a": {}, "b": {}, "c": {}}) == {
        "a": third,
        "b": third,
        "c": third,
    }


def test_equal_alternatives_share_what_one_of_them_would_have() -> None:
    rows = {"a": (1.0, 0.0), "b": (0.4, 1.0), "c": (0.4, 1.0)}
    assert shares(rows) == pytest.approx({"a": 0.375, "b": 0.3125, "c": 0.3125})


def test_alternative_that_is_nowhere_better_takes_no_share_from_the_others() -> None:
    rows = {"a": (1.0, 0.0), "b": (0.4, 1.0), "c": (0.4, 0.9)}
    assert shares(rows) == pytest.approx({"a": 0.375, "b": 0.625, "c": 0.0})


@pytest.mark.parametrize("ranked", [0, 1, 2, 3])
def test_shares_of_three_are_what_draws_come_to(ranked: int) -> None:
    rows = {"a": (0.6, 0.0, 0.2), "b": (0.2, 0.6, 0.1), "c": (0.0, 0.3, 0.76)}
    assert shares(rows, ranked) == pytest.approx(monte_carlo(rows, ranked), abs=0.02)


@pytest.mark.parametrize("ranked", [0, 2])
def test_shares_of_three_sum_to_one(ranked: int) -> None:
    rows = {"a": (0.6, 0.0, 0.2), "b": (0.2, 0.6, 0.1), "c": (0.0, 0.3, 0.76)}
    assert sum(shares(rows, ranked).values()) == pytest.approx(1.0)


def test_sampled_shares_are_the_same_each_time() -> None:
    rows = {"a": (0.6, 0.0, 0.2), "b": (0.2, 0.6, 0.1), "c": (0.0, 0.3, 0.76)}
    assert shares(rows) == shares(rows)


@exact_examples
@given(st.lists(st.tuples(TENTHS, TENTHS, TENTHS), min_size=2, max_size=2), st.integers(0, 3))
def test_third_alternative_that_two_leave_no_room_changes_nothing(
    pair: list[tuple[float, ...]], ranked: int
) -> None:
    a, b = pair
    worse = tuple(min(x, y) - 0.1 for x, y in zip(a, b, strict=True))
    both = shares({"a": a, "b": b}, ranked)
    assert shares({"a": a, "b": b, "c": worse}, ranked) == {**both, "c": 0.0}


# Equals and several people

CRITERIA = ("a", "b", "c", "d")
RANKINGS = st.dictionaries(st.sampled_from(CRITERIA), st.integers(0, 2)).map(ranked_by)
PANELS = st.lists(RANKINGS, min_size=1, max_size=4).map(
    lambda rankings: GroupRanking(tuple(rankings))
)
PAIRS = st.lists(TENTHS, min_size=4, max_size=4).map(
    lambda row: {"x": dict(zip(CRITERIA, row, strict=True)), "y": dict.fromkeys(CRITERIA, 0.0)}
)
THREE = {
    "x": {"a": 0.6, "b": 0.0, "c": 0.2, "d": 0.1},
    "y": {"a": 0.2, "b": 0.6, "c": 0.1, "d": 0.3},
    "z": {"a": 0.0, "b": 0.3, "c": 0.76, "d": 0.2},
}

few_examples = settings(exact_examples, max_examples=50)


def strict_orders(ranking: Ranking) -> list[tuple[str, ...]]:
    """Every order of the criteria that breaks the ties of this ranking."""
    parts = product(*(permutations(group) for group in places(CRITERIA, ranking)))
    return [tuple(chain(*part)) for part in parts]


def drawn_pair(generator: random.Random, count: int) -> dict[str, dict[str, float]]:
    criteria = [f"c{i}" for i in range(count)]
    return {name: {c: generator.uniform(-1, 1) for c in criteria} for name in "xy"}


def drawn_panel(generator: random.Random, people: int, count: int) -> GroupRanking:
    """People with rankings of all kinds: strict ones, with ties, and of a few criteria."""
    criteria = [f"c{i}" for i in range(count)]
    rankings = []
    for _ in range(people):
        ranked = generator.sample(criteria, generator.randint(0, count))
        rankings.append(ranked_by({name: generator.randint(0, count) for name in ranked}))
    return GroupRanking(tuple(rankings))


@few_examples
@given(PAIRS, RANKINGS)
def test_share_under_ties_is_the_mean_over_strict_orders(
    scores: dict[str, dict[str, float]], ranking: Ranking
) -> None:
    each = [acceptability(scores, order)["x"] for order in strict_orders(ranking)]
    assert acceptability(scores, ranking)["x"] == pytest.approx(sum(each) / len(each))


def test_ties_by_hand() -> None:
    # x wins where w_c < w_a + w_b, which holds wherever c weighs least
    scores = {"x": {"a": 0.5, "b": 0.5, "c": 0.0}, "y": {"a": 0.0, "b": 0.0, "c": 0.5}}
    assert acceptability(scores, [("a", "b"), "c"]) == {"x": 1.0, "y": 0.0}
    # with c first, where w_c < 1/2: 1/4 of the region w_c >= w_a, w_b
    assert acceptability(scores, ["c"])["x"] == pytest.approx(0.25)


def test_unranked_criteria_are_the_last_equals() -> None:
    scores = drawn_pair(random.Random(1), 6)
    ranked = ("c3", ("c0", "c5"))
    assert acceptability(scores, ranked) == acceptability(scores, (*ranked, ("c4", "c1", "c2")))


def test_criteria_all_equal_are_not_ranked() -> None:
    scores = drawn_pair(random.Random(2), 5)
    assert acceptability(scores, [tuple(scores["x"])]) == acceptability(scores)


def test_many_ties_are_averaged_over_a_fixed_draw_of_orders() -> None:
    generator = random.Random(3)
    scores = drawn_pair(generator, 8)
    equals = ("c0", "c1", "c2", "c3")
    exact = [
        acceptability(scores, (*first, *rest))["x"]
        for first in permutations(equals)
        for rest in permutations(("c4", "c5", "c6", "c7"))
    ]
    share = acceptability(scores, [equals])["x"]
    assert share == pytest.approx(sum(exact) / len(exact), abs=0.02)
    assert share == acceptability(scores, [equals])["x"]


@few_examples
@given(PAIRS, PANELS)
def test_share_to_a_panel_is_the_mean_of_its_people(
    scores: dict[str, dict[str, float]], panel: GroupRanking
) -> None:
    each = [acceptability(scores, ranking)["x"] for ranking in panel.rankings]
    assert acceptability(scores, panel)["x"] == pytest.approx(sum(each) / len(each))


@few_examples
@given(PAIRS, RANKINGS, st.integers(1, 9))
def test_panel_of_equals_is_any_of_them(
    scores: dict[str, dict[str, float]], ranking: Ranking, count: int
) -> None:
    assert acceptability(scores, GroupRanking((ranking,) * count)) == acceptability(scores, ranking)


@few_examples
@given(PAIRS, PANELS, st.integers(2, 5), st.randoms(use_true_random=False))
def test_neither_order_nor_size_of_a_panel_matters(
    scores: dict[str, dict[str, float]], panel: GroupRanking, times: int, generator: random.Random
) -> None:
    people = panel.rankings * times
    other = GroupRanking(tuple(generator.sample(people, len(people))))
    assert acceptability(scores, other) == acceptability(scores, panel)


@few_examples
@given(PAIRS, PANELS, RANKINGS)
def test_one_person_more_moves_the_share_towards_theirs(
    scores: dict[str, dict[str, float]], panel: GroupRanking, ranking: Ranking
) -> None:
    before, theirs = acceptability(scores, panel)["x"], acceptability(scores, ranking)["x"]
    after = acceptability(scores, GroupRanking((*panel.rankings, ranking)))["x"]
    moved = before + (theirs - before) / (len(panel.rankings) + 1)
    assert after == pytest.approx(moved)


def test_people_who_disagree_widen_the_cloud() -> None:
    # each of them is sure, of another one; the mean of their weights would say nothing for either
    scores = {"x": {"a": 0.5, "b": 0.0}, "y": {"a": 0.0, "b": 0.4}}
    divided = GroupRanking((("a", "b"), ("b", "a"), ("b", "a"), ("b", "a")))
    assert acceptability(scores, ("a", "b")) == {"x": 1.0, "y": 0.0}
    assert acceptability(scores, ("b", "a"))["x"] == pytest.approx(1 / 9)
    assert acceptability(scores, divided)["x"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("seed", range(6))
def test_many_orders_at_once_come_to_what_each_does_to_the_last_bit(seed: int) -> None:
    generator = random.Random(seed)
    scores, panel = drawn_pair(generator, 7), drawn_panel(generator, 60, 7)
    heard = ranking_counts(tuple(scores["x"]), panel)
    each = [acceptability(scores, groups)["x"] for groups in heard]  # too few orders for arrays
    assert acceptability(scores, panel)["x"] == averaged(each, list(heard.values()))


@pytest.mark.parametrize("ranking", [(("a", "b"), "c"), (("b", "d"), ("a", "c")), ("d",)])
def test_sampled_share_under_ties_is_near_the_mean_over_strict_orders(ranking: Ranking) -> None:
    each = [acceptability(THREE, order) for order in strict_orders(ranking)]
    mean = {name: sum(one[name] for one in each) / len(each) for name in THREE}
    assert acceptability(THREE, ranking) == pytest.approx(mean, abs=0.02)


def test_sampled_share_to_a_panel_is_near_the_mean_of_its_people() -> None:
    panel = GroupRanking((("a", "b"), ("c", "d", "a"), (("b", "d"),), (), ("a", "b")))
    each = [acceptability(THREE, ranking) for ranking in panel.rankings]
    mean = {name: sum(one[name] for one in each) / len(each) for name in THREE}
    shares = acceptability(THREE, panel)
    assert shares == pytest.approx(mean, abs=0.02)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares == acceptability(THREE, GroupRanking(panel.rankings[::-1] * 2))


def test_sampled_panel_of_equals_is_any_of_them() -> None:
    ranking = (("a", "b"), "c")
    assert acceptability(THREE, GroupRanking((ranking,) * 3)) == acceptability(THREE, ranking)


def test_every_person_of_a_large_panel_is_sampled() -> None:
    rankings = [*permutations(CRITERIA)] * 50 + [("c",)] * 300
    each = [acceptability(THREE, ranking) for ranking in rankings]
    mean = {name: sum(one[name] for one in each) / len(each) for name in THREE}
    assert acceptability(THREE, GroupRanking(tuple(rankings))) == pytest.approx(mean, abs=0.02)
