"""Weightings drawn at random: that they are what the rankings allow, and what wins under them."""

from __future__ import annotations

import random
from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.scoring.acceptability import acceptability
from rules.scoring.judgement import weigh
from rules.scoring.rankings import GroupRanking, Priorities, Ranking, places, ranked_by
from rules.scoring.sampling import WeightSample, explore, weightings

CRITERIA = ("a", "b", "c", "d", "e")
DRAWS = 40_000

# two draws for a ranking of a and c before b, with seed 1
PINNED = [
    [0.5118216247002567, 0.0495363036740647, 0.4386420716256786],
    [0.14415961271963373, 0.05135055286275614, 0.8044898344176101],
]

examples = settings(deadline=None, derandomize=True, max_examples=30)

RANKINGS = st.dictionaries(st.sampled_from(CRITERIA), st.integers(0, 3)).map(ranked_by)
PANELS = st.lists(RANKINGS, min_size=1, max_size=5).map(
    lambda rankings: GroupRanking(tuple(rankings))
)

PRIORITIES: list[Priorities] = [
    (),
    ("b",),
    ("e", "d", "c", "b", "a"),
    (("a", "b"), ("c", "d")),
    ("c", ("a", "b", "d", "e")),
    GroupRanking((("a", "b"), ("b", "a"), (), (("c", "d"), "e"))),
]


def drawn_scores(seed: int, alternatives: int = 2) -> dict[str, dict[str, float]]:
    generator = random.Random(seed)
    return {
        name: {criterion: generator.uniform(-1, 1) for criterion in CRITERIA}
        for name in "xyzw"[:alternatives]
    }


# Weightings


@examples
@given(PANELS, st.integers(1, 40), st.integers(0, 5))
def test_weightings_sum_to_one(panel: GroupRanking, draws: int, seed: int) -> None:
    drawn = weightings(CRITERIA, panel, draws, seed)
    assert drawn.shape == (draws, len(CRITERIA))
    assert (drawn >= 0).all()
    assert (drawn.sum(axis=1) == 1.0).all()


@examples
@given(RANKINGS)
def test_weightings_respect_the_ranking(ranking: Ranking) -> None:
    drawn = weightings(CRITERIA, ranking, 50, 1)
    column = dict(zip(CRITERIA, drawn.T, strict=True))
    groups = places(CRITERIA, ranking)
    for group, after in pairwise(groups):
        for one in group:
            for other in after:
                assert (column[one] >= column[other]).all()


@pytest.mark.parametrize("priorities", PRIORITIES)
def test_centroid_of_the_weightings_is_the_weights(priorities: Priorities) -> None:
    drawn = weightings(CRITERIA, priorities, DRAWS, 2)
    means = dict(zip(CRITERIA, drawn.mean(axis=0), strict=True))
    assert means == pytest.approx(weigh(CRITERIA, priorities), abs=0.005)


def test_weightings_without_a_ranking_are_flat() -> None:
    # of n uniform weights each is above t with probability (1 - t)^(n - 1), whichever it is
    drawn = weightings(CRITERIA, (), DRAWS, 3)
    for above in (0.1, 0.3, 0.6):
        shares = (drawn > above).mean(axis=0)
        assert shares == pytest.approx([(1 - above) ** 4] * 5, abs=0.012)


def test_equals_fall_in_every_order_alike() -> None:
    drawn = weightings(("a", "b", "c", "d"), ["d"], DRAWS, 4)
    orders, counts = np.unique(np.argsort(drawn[:, :3], axis=1), axis=0, return_counts=True)
    assert len(orders) == 6
    assert counts / DRAWS == pytest.approx([1 / 6] * 6, abs=0.01)


def test_people_have_as_many_weightings_give_or_take_one() -> None:
    panel = GroupRanking((("a",), ("b",), ("c",), ("c",)))
    firsts = weightings(CRITERIA, panel, 1001, 5).argmax(axis=1)
    counts = np.bincount(firsts, minlength=5).tolist()
    assert sum(counts) == 1001
    assert counts == [250, 250, 501, 0, 0]


def test_fewer_draws_than_people_are_drawn_all_the_same() -> None:
    panel = GroupRanking(tuple((name,) for name in CRITERIA))
    assert len(weightings(CRITERIA, panel, 3, 6)) == 3


@examples
@given(PANELS, st.randoms(use_true_random=False))
def test_order_of_a_panel_changes_no_draw(panel: GroupRanking, generator: random.Random) -> None:
    shuffled = GroupRanking(tuple(generator.sample(panel.rankings, len(panel.rankings))))
    once, again = (weightings(CRITERIA, one, 40, 7) for one in (panel, shuffled))
    assert np.array_equal(once, again)


def test_weightings_are_the_same_everywhere() -> None:
    drawn = weightings(("a", "b", "c"), [("a", "c")], 2, 1)
    assert drawn.tolist() == PINNED


def test_other_seeds_draw_other_weightings() -> None:
    assert not np.array_equal(weightings(CRITERIA, (), 5, 1), weightings(CRITERIA, (), 5, 2))


def test_only_criterion_weighs_everything() -> None:
    assert weightings(("a",), ("a",), 3, 1).tolist() == [[1.0]] * 3


def test_no_criteria_weigh_nothing() -> None:
    assert weightings((), (), 3, 1).shape == (3, 0)


# What wins


def explored(scores: dict[str, dict[str, float]], priorities: Priorities = ()) -> WeightSample:
    return explore(scores, priorities, draws=DRAWS, seed=8)


def test_acceptability_and_central_weights_by_hand() -> None:
    # x wins where 0.6 w_a > w_b, so on w_a in (5/8, 1], whose middle is 13/16
    cloud = explored({"x": {"a": 1.0, "b": 0.0}, "y": {"a": 0.4, "b": 1.0}})
    assert cloud.acceptability == pytest.approx({"x": 0.375, "y": 0.625}, abs=0.01)
    assert cloud.central["x"] == pytest.approx({"a": 0.8125, "b": 0.1875}, abs=0.005)
    assert cloud.central["y"] == pytest.approx({"a": 0.3125, "b": 0.6875}, abs=0.005)
    assert cloud.draws == DRAWS


@pytest.mark.parametrize("priorities", PRIORITIES)
@pytest.mark.parametrize("alternatives", [2, 4])
def test_explored_shares_are_near_the_acceptability(
    priorities: Priorities, alternatives: int
) -> None:
    scores = drawn_scores(alternatives, alternatives)
    shares = acceptability(scores, priorities)
    assert explored(scores, priorities).acceptability == pytest.approx(shares, abs=0.02)


@examples
@given(PANELS, st.integers(0, 9))
def test_shares_sum_to_one_and_central_weights_to_the_centroid(
    panel: GroupRanking, seed: int
) -> None:
    cloud = explore(drawn_scores(seed, 3), panel, draws=200, seed=seed)
    assert sum(cloud.acceptability.values()) == pytest.approx(1.0)
    drawn = weightings(CRITERIA, panel, 200, seed).mean(axis=0)
    for criterion, mean in zip(CRITERIA, drawn, strict=True):
        parts = (cloud.acceptability[n] * of[criterion] for n, of in cloud.central.items())
        assert sum(parts) == pytest.approx(mean)


def test_error_is_that_of_a_share_of_draws() -> None:
    cloud = explored(drawn_scores(3))
    share = cloud.acceptability["x"]
    assert cloud.standard_error["x"] == pytest.approx(sqrt(share * (1 - share) / DRAWS))


def test_alternatives_with_the_same_scores_share_what_they_win() -> None:
    scores = drawn_scores(4)
    cloud = explored({**scores, "like y": scores["y"]})
    alone = explored(scores)
    half = alone.acceptability["y"] / 2
    assert cloud.acceptability["y"] == cloud.acceptability["like y"] == pytest.approx(half)
    assert cloud.central["y"] == pytest.approx(alone.central["y"])


def test_alternative_that_never_wins_has_no_central_weights() -> None:
    cloud = explored({"x": {"a": 0.5, "b": 0.2}, "y": {"a": 0.4, "b": 0.1}})
    assert cloud.acceptability == {"x": 1.0, "y": 0.0}
    assert cloud.standard_error == {"x": 0.0, "y": 0.0}
    assert cloud.central.keys() == {"x"}


def test_alternatives_that_nothing_speaks_for_share_equally() -> None:
    cloud = explore({"x": {}, "y": {}}, draws=10)
    assert cloud.acceptability == {"x": 0.5, "y": 0.5}
    assert cloud.central == {"x": {}, "y": {}}


def test_nothing_to_explore_has_no_shares() -> None:
    assert explore({}, draws=10) == WeightSample({}, {}, {}, 10)


def test_exploring_without_a_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one draw"):
        explore(drawn_scores(1), draws=0)


def test_the_same_seed_explores_the_same() -> None:
    assert explore(drawn_scores(5)) == explore(drawn_scores(5))
    assert explore(drawn_scores(5), seed=1) != explore(drawn_scores(5), seed=2)
