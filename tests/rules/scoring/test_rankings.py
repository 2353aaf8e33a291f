"""Rankings with equals, panels of several, and what of them speaks to some criteria."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.scoring.rankings import (
    GroupRanking,
    Places,
    Ranking,
    averaged,
    count_rankings,
    places,
    ranked_by,
    ranking_counts,
)

CRITERIA = ("a", "b", "c", "d", "e")

examples = settings(deadline=None, derandomize=True, max_examples=60)

POINTS = st.dictionaries(st.sampled_from([*CRITERIA, "unheard"]), st.integers(0, 3))
RANKINGS = POINTS.map(ranked_by)
PANELS = st.lists(RANKINGS, min_size=1, max_size=5).map(
    lambda rankings: GroupRanking(tuple(rankings))
)


# One ranking


@pytest.mark.parametrize(
    ("ranking", "groups"),
    [
        ((), (("a", "b", "c", "d", "e"),)),
        (("c", "a"), (("c",), ("a",), ("b", "d", "e"))),
        (("e", "d", "c", "b", "a"), (("e",), ("d",), ("c",), ("b",), ("a",))),
        ((("d", "b"), "a"), (("b", "d"), ("a",), ("c", "e"))),
        (("a", ("c", "b"), ("e", "d")), (("a",), ("b", "c"), ("d", "e"))),
        ((("a", "b", "c", "d", "e"),), (("a", "b", "c", "d", "e"),)),
        ((("b",), "a"), (("b",), ("a",), ("c", "d", "e"))),
        (("unheard", ("a", "unheard"), ()), (("a",), ("b", "c", "d", "e"))),
        (("a", ("b", "a"), "b"), (("a",), ("b",), ("c", "d", "e"))),
    ],
)
def test_places_are_groups_of_equals(ranking: Ranking, groups: Places) -> None:
    assert places(CRITERIA, ranking) == groups


def test_no_criteria_have_no_places() -> None:
    assert places((), ("a", ("b", "c"))) == ()


@examples
@given(RANKINGS)
def test_every_criterion_has_one_place(ranking: Ranking) -> None:
    assert sorted(name for group in places(CRITERIA, ranking) for name in group) == list(CRITERIA)


@examples
@given(RANKINGS, st.sets(st.sampled_from(CRITERIA)))
def test_leaving_criteria_out_leaves_the_others_where_they_are(
    ranking: Ranking, kept: set[str]
) -> None:
    some = [name for name in CRITERIA if name in kept]
    left = (tuple(name for name in group if name in kept) for group in places(CRITERIA, ranking))
    assert places(some, ranking) == tuple(group for group in left if group)


@examples
@given(RANKINGS)
def test_places_are_a_ranking_with_these_places(ranking: Ranking) -> None:
    groups = places(CRITERIA, ranking)
    assert places(CRITERIA, groups) == groups


# By points


def test_most_points_come_first_and_equal_ones_stand_together() -> None:
    assert ranked_by({"a": 1, "b": 4, "c": 1.0, "d": 2.5}) == ("b", "d", ("a", "c"))


def test_no_points_rank_nothing() -> None:
    assert ranked_by({}) == ()


@examples
@given(st.dictionaries(st.sampled_from(CRITERIA), st.integers(-2, 2), min_size=5))
def test_points_order_criteria_as_their_places_do(points: dict[str, int]) -> None:
    groups = places(CRITERIA, ranked_by(points))
    number = {name: place for place, group in enumerate(groups) for name in group}
    for one in CRITERIA:
        for other in CRITERIA:
            assert (points[one] > points[other]) == (number[one] < number[other])


# Several people


def test_panel_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one ranking"):
        GroupRanking(())


def test_panels_compare_by_their_rankings_however_these_are_kept() -> None:
    assert GroupRanking((["a", ("b", "c")], [])) == GroupRanking((("a", ("b", "c")), ()))
    assert len({GroupRanking((["a"],)), GroupRanking((("a",),))}) == 1


def test_voices_count_who_ranks_these_criteria_alike() -> None:
    panel = GroupRanking((("a", "b"), ("b", "a"), ("c", "a", "b"), ("a",)))
    assert ranking_counts(("a", "b"), panel) == {(("a",), ("b",)): 3, (("b",), ("a",)): 1}


def test_one_ranking_is_one_voice() -> None:
    assert ranking_counts(("a", "b"), ("b",)) == {(("b",), ("a",)): 1}


@examples
@given(PANELS, st.randoms(use_true_random=False))
def test_voices_stand_in_an_order_of_their_own(
    panel: GroupRanking, generator: random.Random
) -> None:
    shuffled = GroupRanking(tuple(generator.sample(panel.rankings, len(panel.rankings))))
    assert list(ranking_counts(CRITERIA, panel).items()) == list(
        ranking_counts(CRITERIA, shuffled).items()
    )


@examples
@given(PANELS)
def test_every_person_has_a_voice(panel: GroupRanking) -> None:
    heard = ranking_counts(CRITERIA, panel)
    assert sum(heard.values()) == len(panel.rankings)
    for ranking in panel.rankings:
        assert places(CRITERIA, ranking) in heard


@examples
@given(PANELS)
def test_rankings_by_number_are_the_voices(panel: GroupRanking) -> None:
    found = []
    for held in count_rankings(CRITERIA, panel):
        left = list(held.order)
        groups = tuple(tuple(CRITERIA[left.pop(0)] for _ in range(size)) for size in held.sizes)
        found.append((groups, held.count))
    assert found == list(ranking_counts(CRITERIA, panel).items())


# Means


@pytest.mark.parametrize("counts", [(1, 2, 3), (2, 4, 6), (10, 20, 30)])
def test_only_the_proportion_of_the_counts_matters(counts: Sequence[int]) -> None:
    values = (0.1, 0.7, 0.3)
    assert averaged(values, counts) == (0.1 + 0.7 * 2 + 0.3 * 3) / 6


@pytest.mark.parametrize("count", [1, 3, 7, 500])
def test_mean_of_equals_is_what_they_are(count: int) -> None:
    assert averaged([0.1], [count]) == 0.1
