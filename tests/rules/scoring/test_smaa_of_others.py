"""Acceptability by another implementation: pysensmcda, which cuts polytopes and draws by itself.

Its exact acceptability is a volume of the weights under which an alternative wins, divided by that
of all weights allowed, and its sampler of a region is a random walk: nothing in common with the
recursion and the sorted draws of ours.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from pysensmcda.sampling import hit_and_run, ordered_simplex
from pysensmcda.smaa import exact_acceptability, smaa2

from rules.scoring.acceptability import acceptability
from rules.scoring.rankings import GroupRanking, Ranking, places, ranked_by
from rules.scoring.sampling import WeightSample, explore

CRITERIA = ("a", "b", "c", "d", "e")
Scores = Mapping[str, Mapping[str, float]]

DRAWS = 20_000
NEAR = 0.018  # five standard deviations of a share of that many draws


@pytest.fixture(autouse=True)
def _their_warnings() -> Iterator[None]:
    """Theirs warns where criteria are certain, as they are here, and may be of what it uses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def drawn_scores(seed: int, alternatives: int = 2) -> Scores:
    generator = random.Random(seed)
    return {
        name: {criterion: generator.uniform(-1, 1) for criterion in CRITERIA}
        for name in "xyz"[:alternatives]
    }


def matrix(scores: Scores) -> np.ndarray:
    return np.array([[by[criterion] for criterion in CRITERIA] for by in scores.values()])


def constraints(ranking: Ranking) -> tuple[np.ndarray, np.ndarray] | None:
    """``A w <= 0`` for every criterion and every one in the next place."""
    groups = places(CRITERIA, ranking)
    rows = []
    for group, following in pairwise(groups):
        for more in group:
            for less in following:
                row = [0.0] * len(CRITERIA)
                row[CRITERIA.index(more)], row[CRITERIA.index(less)] = -1.0, 1.0
                rows.append(row)
    return (np.array(rows), np.zeros(len(rows))) if rows else None


def theirs(scores: Scores, ranking: Ranking) -> np.ndarray:
    """The exact acceptability of each alternative."""
    found = exact_acceptability(
        matrix(scores),
        np.ones(len(CRITERIA)),
        constraints=constraints(ranking),
        scaling="none",
        weight_bounds=False,
    )
    return found.acceptability


RANKINGS: list[Ranking] = [
    (),
    ("c",),
    ("b", "e"),
    ("e", "c", "a", "b", "d"),
    (("a", "c"), "b"),
    ("d", ("a", "b", "c", "e")),
    (("a", "b"), ("c", "d"), "e"),
    (("a", "b", "c", "d", "e"),),
]


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("seed", range(4))
def test_exact_share_of_two_is_the_volume_that_they_measure(ranking: Ranking, seed: int) -> None:
    scores = drawn_scores(seed)
    ours = acceptability(scores, ranking)
    assert list(ours.values()) == pytest.approx(theirs(scores, ranking), abs=1e-8)


def test_five_mixed_differences_come_to_the_share_that_is_known() -> None:
    differences = (0.6, -0.35, 0.2, -0.5, 0.05)
    scores = {
        "x": dict(zip(CRITERIA, differences, strict=True)),
        "y": dict.fromkeys(CRITERIA, 0.0),
    }
    assert theirs(scores, ())[0] == pytest.approx(0.49480364, abs=5e-9)
    assert acceptability(scores)["x"] == pytest.approx(0.49480364, abs=5e-9)


@pytest.mark.parametrize("seed", range(3))
def test_exact_share_to_a_panel_is_the_mean_of_the_volumes(seed: int) -> None:
    generator, scores = random.Random(seed), drawn_scores(seed)
    panel = GroupRanking(
        tuple(ranked_by({c: generator.randint(0, 3) for c in CRITERIA}) for _ in range(5))
    )
    mean = np.mean([theirs(scores, ranking) for ranking in panel.rankings], axis=0)
    assert list(acceptability(scores, panel).values()) == pytest.approx(mean, abs=1e-8)


@pytest.mark.parametrize("ranking", [(), ("b", "e"), (("a", "c"), "b")])
def test_sampled_shares_of_three_are_near_the_volumes(ranking: Ranking) -> None:
    scores = drawn_scores(7, 3)
    ours = acceptability(scores, ranking)
    assert list(ours.values()) == pytest.approx(theirs(scores, ranking), abs=NEAR)


def test_share_under_another_ranking_is_not_that_volume() -> None:
    """What the comparisons above would show, were the two of different things."""
    scores = drawn_scores(1)
    ours = acceptability(scores, ("a", ("b", "c")))["x"]
    assert abs(theirs(scores, (("a", "b"), "c"))[0] - ours) > 0.01
    assert abs(theirs({**scores, "x": scores["y"], "y": scores["x"]}, ())[0] - ours) > 0.01


# Drawn weightings


def sampled(scores: Scores, weights: np.ndarray | None) -> tuple[Mapping[str, float], WeightSample]:
    """Their shares of all draws, and their central weights as a cloud of ours would have them."""
    found = smaa2(
        lambda matrix, weights, _types: matrix @ weights,
        matrix(scores),
        np.ones(len(CRITERIA)),
        weights=weights,
        num_samples=DRAWS,
        reverse_ranking=True,
        seed=3,
    )
    # of two alternatives one is second wherever the other is first
    seconds = dict(zip(scores, found.rank_acceptability[:, 1], strict=True))
    return seconds, WeightSample(
        dict(zip(scores, map(float, found.acceptability), strict=True)),
        dict(zip(scores, map(float, found.rank_acceptability_error[:, 0]), strict=True)),
        {
            name: dict(zip(CRITERIA, map(float, row), strict=True))
            for name, row in zip(scores, found.central_weights, strict=True)
            if not np.isnan(row).any()
        },
        DRAWS,
    )


def walked(ranking: Ranking) -> np.ndarray | None:
    """Their draws from the region that a ranking leaves; None is the whole simplex."""
    region = constraints(ranking)
    if region is None:
        return None
    return hit_and_run(len(CRITERIA), DRAWS, constraints=region, thin=4, seed=1)


@pytest.mark.parametrize("ranking", [(), (("a", "b"), ("c", "d"))])
def test_cloud_is_near_the_one_that_they_draw(ranking: Ranking) -> None:
    scores = drawn_scores(2)
    seconds, cloud = sampled(scores, walked(ranking))
    ours = explore(scores, ranking, draws=DRAWS)
    assert_near(ours, cloud)
    assert [1 - share for share in ours.acceptability.values()] == pytest.approx(
        list(seconds.values()), abs=NEAR
    )


def test_cloud_of_a_panel_is_near_the_one_of_all_their_draws() -> None:
    scores = drawn_scores(6, 3)  # under which each wins for some of them
    rankings = [("a", "b", "c", "d", "e"), ("e", "a", "d", "b", "c"), ("c", "b", "e", "d", "a")]
    draws = [_ordered(ranking, DRAWS // 3) for ranking in rankings]
    _, cloud = sampled(scores, np.concatenate(draws))
    assert_near(explore(scores, GroupRanking(tuple(rankings)), draws=DRAWS), cloud)


def test_cloud_of_another_ranking_is_not_near_theirs() -> None:
    _, cloud = sampled(drawn_scores(2), None)
    with pytest.raises(AssertionError):
        assert_near(explore(drawn_scores(2), ("a", "b"), draws=DRAWS), cloud)


def _ordered(ranking: Sequence[str], draws: int) -> np.ndarray:
    order = np.array([CRITERIA.index(name) for name in ranking])
    return ordered_simplex(len(CRITERIA), draws, order=order, seed=4)


def assert_near(ours: WeightSample, others: WeightSample) -> None:
    assert ours.acceptability == pytest.approx(others.acceptability, abs=NEAR)
    assert ours.standard_error == pytest.approx(others.standard_error, abs=2e-4)
    assert ours.central.keys() == others.central.keys()
    for name, weights in ours.central.items():
        assert weights == pytest.approx(others.central[name], abs=0.02)
