"""Acceptability: the share of all weightings under which an alternative wins."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import permutations
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.acceptability import acceptability, share_positive

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
    generator = random.Random(11)
    wins = dict.fromkeys(rows, 0)
    count = len(next(iter(rows.values())))
    for _ in range(draws):
        drawn = [generator.expovariate(1.0) for _ in range(count)]
        largest = sorted(range(count), key=drawn.__getitem__, reverse=True)[:ranked]
        weights = [drawn[i] for i in largest]
        weights += [weight for i, weight in enumerate(drawn) if i not in largest]
        totals = {
            name: sum(w * x for w, x in zip(weights, row, strict=True))
            for name, row in rows.items()
        }
        wins[max(totals, key=totals.__getitem__)] += 1
    return {name: count / draws for name, count in wins.items()}


def shares(rows: Mapping[str, Sequence[float]], ranked: int = 0) -> dict[str, float]:
    """Acceptability of alternatives scored under c0, c1, ..., the first of which are ranked."""
    criteria = [f"c{i}" for i in range(len(next(iter(rows.values()))))]
    scores = {name: dict(zip(criteria, row, strict=True)) for name, row in rows.items()}
    return acceptability(scores, criteria[:ranked], criteria[ranked:])


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


def test_many_unranked_criteria_are_averaged_over_a_fixed_draw_of_orders() -> None:
    row = (-0.3, 0.6, -0.4, 0.2, 0.36, -0.6, 0.1, -0.2)
    rows = {"a": row, "b": (0.0,) * 8}
    assert shares(rows, ranked=1) == pytest.approx(monte_carlo(rows, 1), abs=0.02)


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
    assert acceptability({}, [], []) == {}


def test_only_alternative_has_every_share() -> None:
    assert shares({"a": (-0.4,)}) == {"a": 1.0}


def test_alternatives_come_in_their_order() -> None:
    rows = {name: (score,) for name, score in zip("dacb", (0.1, 0.1, 0.9, 0.1), strict=True)}
    assert list(shares(rows)) == ["d", "a", "c", "b"]


def test_alternatives_that_nothing_speaks_for_share_equally() -> None:
    third = pytest.approx(1 / 3)
    assert acceptability({"a": {}, "b": {}, "c": {}}, [], []) == {
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
