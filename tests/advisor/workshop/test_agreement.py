"""The measures of agreement, against other people's implementations and published numbers.

Each comparison with an oracle has a control beside it: a near miss of the formula that the same
comparison tells apart.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from math import isnan, nan, prod

import ahpy
import krippendorff
import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.workshop.agreement import (
    MeasurementLevel,
    Quartiles,
    ahp_consensus,
    consensus_word,
    geometric_mean,
    kendalls_w,
    krippendorffs_alpha,
    quartiles,
    rand_ucla,
)

few_examples = settings(deadline=None, derandomize=True, max_examples=60)

POINTS = st.integers(1, 9)


def tables(
    cells: st.SearchStrategy[float | None], people: int = 2, columns: int = 2
) -> st.SearchStrategy[list[list[float | None]]]:
    """Tables of at least so many people and columns, and at most seven."""
    return st.integers(columns, 7).flatmap(
        lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=people, max_size=7)
    )


# Quartiles


@few_examples
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20))
def test_quartiles_are_those_of_scipy_and_numpy(values: list[float]) -> None:
    ours = quartiles(values)
    assert ours.spread == pytest.approx(scipy.stats.iqr(values), abs=1e-9)
    theirs = np.percentile(values, [25, 50, 75])
    assert [ours.low, ours.median, ours.high] == pytest.approx(theirs, abs=1e-9)


def test_quartiles_are_not_those_of_another_interpolation() -> None:
    values = [1, 2, 4, 9]
    assert quartiles(values) == Quartiles(1.75, 3.0, 5.25)
    for other in ("lower", "hazen", "weibull", "midpoint"):
        assert quartiles(values).spread != scipy.stats.iqr(values, interpolation=other)


def test_one_value_is_all_its_quartiles() -> None:
    assert quartiles([7]) == Quartiles(7.0, 7.0, 7.0)
    assert quartiles([7]).spread == 0.0


def test_no_values_have_no_quartiles() -> None:
    with pytest.raises(ValueError, match="no values"):
        quartiles([])


# Disagreement on the 1..9 scale


def test_the_published_panel_of_fifteen() -> None:
    """BMJ Open 2012;2:e001431, table 1; which points the three below 7 gave plays no part."""
    panel = [4, 5, 6] + [7] * 5 + [8] * 5 + [9] * 2
    judged = rand_ucla(panel)
    assert (judged.ipr, judged.ipras, judged.disagreement) == (1.0, 6.1, False)
    misprinted = 2.5 + 1.5 * 2.5  # as that table's text has it
    assert judged.ipras != pytest.approx(misprinted, abs=0.1)


@few_examples
@given(st.lists(POINTS, min_size=1, max_size=15))
def test_the_two_ranges_are_those_of_numpys_percentiles(points: list[int]) -> None:
    low, high = np.percentile(points, [30, 70])
    judged = rand_ucla(points)
    assert judged.ipr == pytest.approx(high - low, abs=1e-9)
    assert judged.ipras == pytest.approx(2.35 + 1.5 * abs(5 - (low + high) / 2), abs=1e-9)


def test_two_camps_disagree() -> None:
    assert rand_ucla([1, 1, 1, 9, 9, 9]).disagreement
    assert not rand_ucla([5, 5, 5, 5, 5, 5]).disagreement
    assert not rand_ucla([4, 4, 4, 6, 6, 6]).disagreement


def test_a_range_that_is_just_what_it_may_be_is_no_disagreement() -> None:
    """Both are exactly 2.8; in floats, one panel would disagree and its mirror image would not."""
    panel = [3] * 4 + [6] * 4 + [7] * 4
    mirrored = [10 - point for point in panel]
    for points in (panel, mirrored):
        judged = rand_ucla(points)
        assert (judged.ipr, judged.ipras, judged.disagreement) == (2.8, 2.8, False)
    low, high = np.percentile(panel, [30, 70])
    assert high - low > 2.35 + 1.5 * abs(5 - (low + high) / 2)


@pytest.mark.parametrize("points", [[], [0, 5], [5, 10], [5.5]])
def test_points_off_the_scale_are_refused(points: list[int]) -> None:
    with pytest.raises(ValueError, match=r"points are whole|no values"):
        rand_ucla(points)


# Kendall's W


def w_by_friedman(scores: Sequence[Sequence[float]]) -> float:
    """W from the tie-corrected statistic of Friedman's test: chi^2 = m (n - 1) W."""
    columns = list(zip(*scores, strict=True))
    statistic = scipy.stats.friedmanchisquare(*columns).statistic
    return float(statistic) / (len(scores) * (len(columns) - 1))


def w_without_ties(scores: Sequence[Sequence[float]]) -> float:
    """The formula without its correction."""
    sums = np.sum([scipy.stats.rankdata(person) for person in scores], axis=0)
    people, criteria = len(scores), len(scores[0])
    return float(12 * np.sum((sums - sums.mean()) ** 2) / (people**2 * (criteria**3 - criteria)))


@few_examples
@given(tables(POINTS, columns=3))
def test_w_is_that_of_friedmans_test(scores: list[list[float]]) -> None:
    ours = kendalls_w(scores)
    if ours is None:
        assert all(len(set(person)) == 1 for person in scores)
    else:
        assert ours == pytest.approx(w_by_friedman(scores), abs=1e-12)


FOUR_BY_FOUR = [[1, 2, 3, 4], [1, 2, 3, 4], [2, 1, 3, 4], [1, 1, 3, 2]]


def test_w_by_hand() -> None:
    """Rank sums 5.5, 6.5, 13, 15 and one tied pair: 12 x 66.5 / (16 x 60 - 4 x 6) = .85256."""
    assert kendalls_w(FOUR_BY_FOUR) == pytest.approx(133 / 156, abs=1e-15)
    assert w_by_friedman(FOUR_BY_FOUR) == pytest.approx(133 / 156, abs=1e-12)
    assert w_without_ties(FOUR_BY_FOUR) != pytest.approx(133 / 156, abs=0.01)


def test_w_from_none_to_one() -> None:
    assert kendalls_w([[1, 2, 3], [3, 2, 1]]) == 0.0
    assert kendalls_w([[1, 2, 2], [4, 8, 8], [0, 9, 9]]) == 1.0
    assert kendalls_w([[1, 1], [1, 2]]) == pytest.approx(0.5)


@pytest.mark.parametrize("scores", [[], [[1, 2, 3]], [[1], [2]], [[], []], [[5, 5], [7, 7]]])
def test_w_is_undefined(scores: list[list[float]]) -> None:
    assert kendalls_w(scores) is None


# Krippendorff's alpha


def alpha_of_krippendorff(
    points: Sequence[Sequence[float | None]], level: MeasurementLevel | str
) -> float | None:
    """The package's alpha; where it refuses or divides 0 by 0, None."""
    table = [[nan if point is None else float(point) for point in person] for person in points]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            alpha = float(krippendorff.alpha(table, level_of_measurement=level))
        except ValueError as refused:
            if "There has to be" not in str(refused):
                raise
            return None
    return None if isnan(alpha) else alpha


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
@few_examples
@given(points=tables(st.none() | POINTS, people=1, columns=1))
def test_alpha_is_that_of_the_package(
    points: list[list[float | None]], level: MeasurementLevel
) -> None:
    theirs = alpha_of_krippendorff(points, level)
    ours = krippendorffs_alpha(points, level)
    assert (ours is None) == (theirs is None)
    if ours is not None:
        assert ours == pytest.approx(theirs, abs=1e-9)


_ = None
FOUR_CODERS = [  # Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]


def test_the_published_alphas_of_four_coders() -> None:
    assert krippendorffs_alpha(FOUR_CODERS, "nominal") == pytest.approx(0.743, abs=5e-4)
    assert krippendorffs_alpha(FOUR_CODERS, "ordinal") == pytest.approx(0.815, abs=5e-4)


def test_the_levels_are_told_apart() -> None:
    ordinal = krippendorffs_alpha(FOUR_CODERS, "ordinal")
    for other in ("nominal", "interval", "ratio"):
        assert alpha_of_krippendorff(FOUR_CODERS, other) != pytest.approx(ordinal, abs=1e-3)


def test_ordinal_alpha_heeds_only_the_order() -> None:
    stretched = [[None if p is None else 10.0**p for p in person] for person in FOUR_CODERS]
    for level in ("nominal", "ordinal"):
        assert krippendorffs_alpha(stretched, level) == krippendorffs_alpha(FOUR_CODERS, level)


def test_alpha_at_its_ends() -> None:
    assert krippendorffs_alpha([[1, 5, 9], [1, 5, 9]], "ordinal") == 1.0
    contrary = krippendorffs_alpha([[1, 9], [9, 1]], "ordinal")
    assert contrary is not None
    assert contrary < 0


@pytest.mark.parametrize(
    "points", [[], [[1, 2]], [[1, _], [_, 2]], [[4, 4], [4, 4]], [[4, 1], [4, _]], [[], []]]
)
@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_alpha_is_undefined(points: list[list[float | None]], level: MeasurementLevel) -> None:
    assert krippendorffs_alpha(points, level) is None


# The analytic hierarchy process: judgments that give all the numbers of a worked case. Of all
# pairs of 3 x 3 matrices on Saaty's scale with these consistency ratios, two give the team's
# weights, and of those only this one the consensus.

PAIRS = (("a", "b"), ("a", "c"), ("b", "c"))
J1 = dict(zip(PAIRS, (3, 5, 2), strict=True))
J2 = dict(zip(PAIRS, (1 / 2, 3, 4), strict=True))
TEAM = {pair: (J1[pair] * J2[pair]) ** 0.5 for pair in PAIRS}
SAATYS_RANDOM_INDEX, AHPYS_RANDOM_INDEX = 0.58, 0.52  # of 3 x 3; the worked case has the former


def compared(judgments: Mapping[tuple[str, str], float]) -> ahpy.Compare:
    return ahpy.Compare("all", judgments, precision=10, random_index="saaty")


def priorities(judgments: Mapping[tuple[str, str], float]) -> list[float]:
    weights = compared(judgments).local_weights
    return [float(weights[criterion]) for criterion in "abc"]


@pytest.mark.parametrize(("judgments", "ratio"), [(J1, 0.0032), (J2, 0.0158), (TEAM, 0.0012)])
def test_the_judgments_are_as_consistent_as_in_the_worked_case(
    judgments: Mapping[tuple[str, str], float], ratio: float
) -> None:
    theirs = float(compared(judgments).consistency_ratio)
    assert round(theirs * AHPYS_RANDOM_INDEX / SAATYS_RANDOM_INDEX, 4) == ratio


def test_the_teams_weights_are_those_of_its_judgments() -> None:
    each = [priorities(J1), priorities(J2)]
    team = geometric_mean(each)
    assert team == pytest.approx(priorities(TEAM), abs=1e-8)
    assert [round(weight, 4) for weight in team] == [0.4867, 0.3829, 0.1304]
    assert np.mean(each, axis=0) != pytest.approx(team, abs=1e-3)


def test_the_consensus_of_the_worked_case() -> None:
    consensus = ahp_consensus([priorities(J1), priorities(J2)])
    assert consensus == pytest.approx(0.842, abs=5e-4)
    assert consensus is not None
    assert consensus_word(consensus) == "high"


def consensus_by_scipy(
    weights: Sequence[Sequence[float]], ratio: float = 9, lowest: float = 0.0
) -> float:
    """H_beta as the mean divergence of the people from their mean: another way to the same."""
    shares = np.array([np.array(person) / np.sum(person) for person in weights])
    beta = np.mean([scipy.stats.entropy(person, shares.mean(axis=0)) for person in shares])
    criteria = shares.shape[1]
    least = np.exp(scipy.stats.entropy([ratio] + [1] * (criteria - 1))) / criteria
    return float(np.clip((np.exp(-beta) - least) / (1 - least), lowest, 1.0))


@few_examples
@given(tables(st.floats(0.1, 9)))
def test_consensus_is_that_of_scipys_divergence(weights: list[list[float]]) -> None:
    assert ahp_consensus(weights) == pytest.approx(consensus_by_scipy(weights), abs=1e-9)


def test_consensus_is_not_that_of_another_largest_ratio() -> None:
    each = [priorities(J1), priorities(J2)]
    for ratio in (7, 10, 1e9):
        assert consensus_by_scipy(each, ratio) != pytest.approx(ahp_consensus(each), abs=5e-3)


def test_consensus_of_the_like_minded_and_of_opposites() -> None:
    assert ahp_consensus([[1, 2, 5], [10, 20, 50]]) == pytest.approx(1.0, abs=1e-12)
    assert ahp_consensus([[9, 1], [1, 9]]) == pytest.approx(0.0, abs=1e-12)
    assert ahp_consensus([[9, 1, 1], [1, 9, 1], [1, 1, 9]]) == pytest.approx(0.0, abs=1e-12)


@few_examples
@given(st.lists(st.floats(0.1, 9), min_size=2, max_size=7), st.integers(2, 7))
def test_the_like_minded_do_not_agree_more_than_wholly(person: list[float], people: int) -> None:
    consensus = ahp_consensus([person] * people)
    assert consensus == pytest.approx(1.0, abs=1e-12)
    assert consensus is not None
    assert consensus <= 1.0


def test_consensus_below_nothing_is_nothing() -> None:
    opposites = [[1, 0], [0, 1]]
    assert ahp_consensus(opposites) == 0.0
    assert consensus_by_scipy(opposites, lowest=-1.0) == pytest.approx(-0.62, abs=0.01)


@pytest.mark.parametrize("weights", [[], [[1, 2]], [[1], [2]]])
def test_consensus_is_undefined(weights: list[list[float]]) -> None:
    assert ahp_consensus(weights) is None


@pytest.mark.parametrize(
    ("consensus", "word"),
    [
        (0.0, "very low"),
        (0.4999, "very low"),
        (0.5, "low"),
        (0.6249, "low"),
        (0.625, "moderate"),
        (0.7499, "moderate"),
        (0.75, "high"),
        (0.8749, "high"),
        (0.875, "very high"),
        (1.0, "very high"),
    ],
)
def test_the_words_of_the_consensus(consensus: float, word: str) -> None:
    assert consensus_word(consensus) == word


# The team's weights


@few_examples
@given(tables(st.floats(0.1, 9), people=1, columns=1))
def test_the_teams_weights_are_scipys_geometric_means(weights: list[list[float]]) -> None:
    theirs = scipy.stats.gmean(np.array(weights), axis=0)
    team = geometric_mean(weights)
    assert team == pytest.approx(theirs / theirs.sum(), abs=1e-9)
    assert sum(team) == pytest.approx(1.0)


@few_examples
@given(tables(st.floats(0.1, 9)))
def test_the_teams_ratios_are_the_means_of_each_persons(weights: list[list[float]]) -> None:
    """The team's judgment of two criteria is the mean of its people's."""
    team = geometric_mean(weights)
    for i, j in combinations(range(len(team)), 2):
        ratio = prod(person[i] / person[j] for person in weights) ** (1 / len(weights))
        assert team[i] / team[j] == pytest.approx(ratio)


def test_what_weighs_nothing_for_one_weighs_nothing_for_the_team() -> None:
    assert geometric_mean([[2, 1, 1], [0, 3, 1]]) == pytest.approx(
        [0.0, 3**0.5 / (3**0.5 + 1), 1 / (3**0.5 + 1)]
    )


@pytest.mark.parametrize("weights", [[], [[1, 0], [0, 1]]])
def test_a_team_without_a_common_criterion_has_no_weights(weights: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="no criterion weighs more than 0 for everybody"):
        geometric_mean(weights)


@pytest.mark.parametrize("measure", [geometric_mean, ahp_consensus])
@pytest.mark.parametrize("weights", [[[]], [[0, 0], [1, 1]], [[1, 1], [2, -1]]])
def test_what_are_no_weights_are_refused(
    measure: Callable[[list[list[float]]], object], weights: list[list[float]]
) -> None:
    with pytest.raises(ValueError, match="weights are 0 or more"):
        measure(weights)


# All of them


def measured(points: Sequence[Sequence[int]]) -> tuple[object, ...]:
    columns = list(zip(*points, strict=True))
    return (
        [quartiles(column) for column in columns],
        [rand_ucla(column) for column in columns],
        kendalls_w(points),
        krippendorffs_alpha(points, "nominal"),
        krippendorffs_alpha(points, "ordinal"),
        ahp_consensus(points),
        geometric_mean(points),
    )


@settings(few_examples, max_examples=300)
@given(tables(POINTS).flatmap(lambda table: st.tuples(st.just(table), st.permutations(table))))
def test_the_order_of_the_people_changes_nothing(
    orders: tuple[list[list[int]], list[list[int]]],
) -> None:
    """Not even the last bit: the same answers give the same record."""
    told, otherwise = orders
    assert measured(told) == measured(otherwise)


def test_a_row_of_another_length_is_refused() -> None:
    ragged = [[1, 2, 3], [1, 2]]
    for measure in (
        kendalls_w,
        ahp_consensus,
        geometric_mean,
        lambda table: krippendorffs_alpha(table, "ordinal"),
    ):
        with pytest.raises(ValueError, match="shorter"):
            measure(ragged)
