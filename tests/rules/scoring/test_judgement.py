"""From fired rules to a judgement: certainty factors, weights, and the word for the outcome."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Chosen
from rules.model import Action, Advise, Conclude, KnowledgeBase, Prefer, RuleOut, Threshold
from rules.scoring.judgement import (
    Judgement,
    Verdict,
    combine,
    contenders,
    judge,
    rank_order_centroids,
    weigh,
)
from rules.scoring.rankings import GroupRanking, Priorities, Ranking, places, ranked_by

MakeKnowledge = Callable[..., KnowledgeBase]
Judge = Callable[..., Judgement]

STRENGTHS = {"slight": 0.2, "moderate": 0.4, "strong": 0.6, "decisive": 0.8}
FACTORS = st.lists(st.sampled_from([*STRENGTHS.values(), *(-f for f in STRENGTHS.values())]))

many_examples = settings(deadline=None, derandomize=True, max_examples=300)
few_examples = settings(many_examples, max_examples=50)


def speak(alternative: str, criterion: str, factor: float) -> Prefer:
    return Prefer(alternative, criterion, factor, "")


@pytest.fixture(scope="session")
def judged(make_kb: MakeKnowledge) -> Judge:
    """The judgement where rules with these actions, and no other, fire."""

    def judged(
        *actions: Action,
        priorities: Priorities = (),
        alternatives: Sequence[str] = ("red", "blue"),
    ) -> Judgement:
        rules = [(Chosen("q", "yes"), action) for action in actions]
        kb = make_kb({"q": ("yes", "no")}, rules, alternatives=alternatives)
        return judge(kb, kb.rules, priorities)

    return judged


# Certainty factors


@pytest.mark.parametrize(
    ("factors", "combined"),
    [
        ([], 0.0),
        ([0.4], 0.4),
        ([-0.4], -0.4),
        ([0.4, 0.6], 0.76),  # 0.4 + 0.6 - 0.24
        ([-0.4, -0.6], -0.76),
        ([0.6, -0.4], 1 / 3),  # (0.6 - 0.4) / (1 - 0.4)
        ([-0.6, 0.4], -1 / 3),
        ([0.8, -0.6], 0.5),
        ([0.6, -0.2], 0.5),
        ([0.2, 0.2, 0.2], 0.488),
        ([0.4, 0.6, -0.2], 0.7),  # (0.76 - 0.2) / (1 - 0.2)
        ([0.6, -0.6], 0.0),
        ([1.0, -1.0], 0.0),
        ([1.0, -0.4], 1.0),
    ],
)
def test_factors_combine_as_in_emycin(factors: list[float], combined: float) -> None:
    assert combine(factors) == pytest.approx(combined)


@many_examples
@given(st.lists(st.floats(-1.0, 1.0)))
def test_combined_factor_stays_within_bounds(factors: list[float]) -> None:
    assert -1.0 <= combine(factors) <= 1.0


@many_examples
@given(FACTORS, st.randoms(use_true_random=False))
def test_order_changes_no_combined_factor(factors: list[float], generator: random.Random) -> None:
    assert combine(generator.sample(factors, len(factors))) == combine(factors)


@many_examples
@given(FACTORS)
def test_opposite_factors_combine_to_the_opposite(factors: list[float]) -> None:
    assert combine(-factor for factor in factors) == -combine(factors)


@many_examples
@given(FACTORS, st.sampled_from(list(STRENGTHS.values())))
def test_another_reason_for_never_lowers_the_factor(factors: list[float], more: float) -> None:
    assert combine([*factors, more]) >= combine(factors)


@pytest.mark.parametrize("factor", STRENGTHS.values())
@pytest.mark.parametrize("balanced", STRENGTHS.values())
def test_reasons_that_cancel_out_leave_exactly_what_was_there(
    factor: float, balanced: float
) -> None:
    assert combine([factor, balanced, -balanced]) == factor


# Weights


@pytest.mark.parametrize(
    ("count", "weights"),
    [
        (1, [1.0]),
        (2, [0.75, 0.25]),
        (3, [0.6111, 0.2778, 0.1111]),
        (4, [0.5208, 0.2708, 0.1458, 0.0625]),
    ],
)
def test_rank_order_centroids_are_the_published_ones(count: int, weights: list[float]) -> None:
    assert rank_order_centroids(count) == pytest.approx(weights, abs=5e-5)


@pytest.mark.parametrize("count", range(1, 13))
def test_rank_order_centroids_sum_to_one(count: int) -> None:
    assert sum(rank_order_centroids(count)) == pytest.approx(1.0)


def test_criteria_weigh_the_same_where_none_is_ranked() -> None:
    third = pytest.approx(1 / 3)
    assert weigh(["a", "b", "c"], []) == {"a": third, "b": third, "c": third}


def test_ranked_criteria_weigh_by_their_rank() -> None:
    weights = weigh(["a", "b", "c"], ["c", "a", "b"])
    assert weights == pytest.approx({"c": 0.6111, "a": 0.2778, "b": 0.1111}, abs=5e-5)


def test_unranked_criteria_share_the_weight_of_the_lowest_ranks() -> None:
    weights = weigh(["a", "b", "c"], ["b"])
    assert weights == pytest.approx({"b": 0.6111, "a": 0.1944, "c": 0.1944}, abs=5e-5)


def test_ranked_criterion_that_nothing_speaks_to_leaves_its_rank_to_the_next() -> None:
    assert weigh(["a", "b"], ["silent", "b"]) == pytest.approx({"b": 0.75, "a": 0.25})


def test_weights_stand_in_the_order_of_the_criteria() -> None:
    assert list(weigh(["a", "b", "c"], ["c", "b"])) == ["a", "b", "c"]


@many_examples
@given(st.integers(1, 8), st.integers(0, 8))
def test_weights_sum_to_one_under_any_ranking(count: int, ranked: int) -> None:
    criteria = [f"c{i}" for i in range(count)]
    assert sum(weigh(criteria, criteria[:ranked]).values()) == pytest.approx(1.0)


# Equals and several people


def test_equals_share_the_weight_of_the_ranks_that_they_take_up() -> None:
    weights = weigh(["a", "b", "c", "d"], [("b", "d"), "a"])
    top = pytest.approx((0.5208 + 0.2708) / 2, abs=5e-5)
    assert weights == {
        "a": pytest.approx(0.1458, abs=5e-5),
        "b": top,
        "c": pytest.approx(0.0625),
        "d": top,
    }


def test_panel_weighs_by_the_mean_of_its_people() -> None:
    weights = weigh(["a", "b"], GroupRanking((("a", "b"), ("a", "b"), ("b", "a"), ())))
    assert weights == pytest.approx({"a": (0.75 + 0.75 + 0.25 + 0.5) / 4, "b": 1.75 / 4})


CRITERIA = ("a", "b", "c", "d")
RANKINGS = st.dictionaries(st.sampled_from(CRITERIA), st.integers(0, 2)).map(ranked_by)
PANELS = st.lists(RANKINGS, min_size=1, max_size=4).map(
    lambda rankings: GroupRanking(tuple(rankings))
)


def strict_orders(ranking: Ranking) -> list[tuple[str, ...]]:
    """Every order of the criteria that breaks the ties of this ranking."""
    parts = product(*(permutations(group) for group in places(CRITERIA, ranking)))
    return [tuple(chain(*part)) for part in parts]


@few_examples
@given(RANKINGS)
def test_weights_of_equals_are_the_mean_over_their_orders(ranking: Ranking) -> None:
    each = [weigh(CRITERIA, order) for order in strict_orders(ranking)]
    mean = {name: sum(one[name] for one in each) / len(each) for name in CRITERIA}
    assert weigh(CRITERIA, ranking) == pytest.approx(mean)


@few_examples
@given(PANELS)
def test_panel_weights_sum_to_one(panel: GroupRanking) -> None:
    assert sum(weigh(CRITERIA, panel).values()) == pytest.approx(1.0)


@few_examples
@given(RANKINGS, st.integers(1, 9))
def test_panel_of_equals_weighs_as_any_of_them(ranking: Ranking, count: int) -> None:
    assert weigh(CRITERIA, GroupRanking((ranking,) * count)) == weigh(CRITERIA, ranking)


@few_examples
@given(PANELS, st.integers(2, 5), st.randoms(use_true_random=False))
def test_neither_order_nor_size_of_a_panel_matters(
    panel: GroupRanking, times: int, generator: random.Random
) -> None:
    people = panel.rankings * times
    other = GroupRanking(tuple(generator.sample(people, len(people))))
    assert weigh(CRITERIA, other) == weigh(CRITERIA, panel)


@few_examples
@given(PANELS, RANKINGS)
def test_one_person_more_moves_weights_towards_theirs(
    panel: GroupRanking, ranking: Ranking
) -> None:
    before, theirs = weigh(CRITERIA, panel), weigh(CRITERIA, ranking)
    after = weigh(CRITERIA, GroupRanking((*panel.rankings, ranking)))
    part = 1 / (len(panel.rankings) + 1)
    moved = {name: before[name] + part * (theirs[name] - before[name]) for name in CRITERIA}
    assert after == pytest.approx(moved)


def test_panel_that_disagrees_is_judged_between_its_people(judged: Judge) -> None:
    actions = speak("red", "speed", 0.6), speak("blue", "reach", 0.6)
    judgement = judged(*actions, priorities=GroupRanking((("speed", "reach"), ("reach", "speed"))))
    assert judgement.acceptability == {"red": 0.5, "blue": 0.5}
    assert judgement.verdict is Verdict.EITHER


# Scores and totals


def test_factors_combine_for_one_alternative_under_one_criterion(judged: Judge) -> None:
    judgement = judged(speak("red", "speed", 0.4), speak("red", "speed", 0.6))
    assert judgement.scores["red"]["speed"] == pytest.approx(0.76)


def test_alternative_that_nothing_speaks_for_scores_zero(judged: Judge) -> None:
    assert judged(speak("red", "speed", 0.4)).scores["blue"] == {"speed": 0.0}


def test_criteria_that_nothing_speaks_to_are_left_out(judged: Judge) -> None:
    judgement = judged(speak("red", "speed", 0.4), speak("blue", "price", 0.2))
    assert list(judgement.weights) == ["speed", "price"]


def test_total_is_the_weighted_sum_of_the_scores(judged: Judge) -> None:
    actions = speak("red", "speed", 0.4), speak("red", "reach", -0.2), speak("blue", "reach", 0.6)
    totals = judged(*actions, priorities=["speed"]).totals
    assert totals == pytest.approx({"red": 0.75 * 0.4 - 0.25 * 0.2, "blue": 0.25 * 0.6})


def test_margin_is_what_the_best_is_ahead_of_the_second(judged: Judge) -> None:
    actions = speak("red", "speed", 0.8), speak("blue", "speed", 0.6), speak("green", "speed", 0.2)
    assert judged(*actions, alternatives=["red", "green", "blue"]).margin == pytest.approx(0.2)


def test_concepts_and_advice_speak_for_nobody(judged: Judge) -> None:
    judgement = judged(Conclude("c"), Advise("Take care.", "practice", "red"))
    assert judgement.totals == {"red": 0.0, "blue": 0.0}


def test_opposing_one_alternative_puts_the_other_ahead(judged: Judge) -> None:
    assert judged(speak("red", "speed", -0.4)).winner == "blue"


@pytest.mark.parametrize("cancelled", [0.4, 0.6, 0.8])
def test_equal_scores_that_were_computed_differently_tie(judged: Judge, cancelled: float) -> None:
    judgement = judged(
        speak("red", "speed", 0.2),
        speak("blue", "speed", 0.2),
        speak("blue", "speed", cancelled),
        speak("blue", "speed", -cancelled),
    )
    assert judgement.acceptability == {"red": 0.5, "blue": 0.5}


def test_totals_hold_no_float_noise(judged: Judge) -> None:
    # a third of 0.6 is in floats a little less than 0.2
    actions = speak("red", "speed", 0.6), speak("blue", "reach", 0.4), speak("blue", "price", 0.4)
    assert judged(*actions).totals["red"] == 0.2


def test_shares_hold_no_float_noise(judged: Judge) -> None:
    # 0.6 / (0.6 + 0.2) is in floats a little less than 0.75
    judgement = judged(speak("red", "speed", 0.6), speak("blue", "reach", 0.2))
    assert judgement.acceptability == {"red": 0.75, "blue": 0.25}


def test_margin_exactly_at_a_threshold_earns_the_word(judged: Judge) -> None:
    # a third of 0.36 is the 0.12 that a leaning takes, in floats a little less
    actions = [speak("red", "speed", 0.2), speak("red", "speed", 0.2)]
    actions += [speak(name, "reach", 0.2) for name in ("red", "blue")]
    actions += [speak(name, "price", 0.2) for name in ("red", "blue")]
    assert judged(*actions).verdict is Verdict.LEANING


def test_margin_computed_to_be_exactly_at_a_threshold_earns_the_word(
    make_kb: MakeKnowledge,
) -> None:
    # 0.36 - 0.2 is in floats a little less than 0.16
    actions = [speak("red", "speed", 0.2), speak("red", "speed", 0.2), speak("blue", "speed", 0.2)]
    kb = make_kb({"q": ("yes", "no")}, [(Chosen("q", "yes"), action) for action in actions])
    kb = replace(kb, clear=Threshold(0.85, 0.16))
    assert judge(kb, kb.rules).verdict is Verdict.CLEAR


# The word


@pytest.mark.parametrize("criterion", ["speed", "reach"])
@pytest.mark.parametrize("factor", [0.2, -0.2])
def test_one_slight_reason_alone_is_never_clear(
    judged: Judge, criterion: str, factor: float
) -> None:
    assert judged(speak("red", criterion, factor)).verdict is Verdict.LEANING


def test_one_slight_reason_alone_is_never_clear_by_the_shipped_thresholds(
    shipped_kb: KnowledgeBase,
) -> None:
    assert shipped_kb.clear.margin > shipped_kb.strengths["slight"]


def test_one_strong_reason_alone_is_clear(judged: Judge) -> None:
    assert judged(speak("red", "speed", 0.6)).verdict is Verdict.CLEAR


def test_reasons_that_offset_each_other_leave_it_open(judged: Judge) -> None:
    assert judged(speak("red", "speed", 0.6), speak("blue", "reach", 0.6)).verdict is Verdict.EITHER


def test_either_has_no_winner(judged: Judge) -> None:
    assert judged(speak("red", "speed", 0.6), speak("blue", "reach", 0.6)).winner is None


def test_lead_that_most_weightings_share_but_that_is_small_leaves_it_open(judged: Judge) -> None:
    actions = [speak("red", "speed", 0.2)]
    actions += [speak(name, "reach", 0.2) for name in ("red", "blue")]
    judgement = judged(*actions)
    assert (judgement.acceptability["red"], judgement.verdict) == (1.0, Verdict.EITHER)


def test_lead_that_hangs_on_the_weights_is_a_leaning(judged: Judge) -> None:
    judgement = judged(speak("red", "speed", 0.8), speak("blue", "reach", 0.2))
    assert (judgement.margin, judgement.verdict) == (pytest.approx(0.3), Verdict.LEANING)


def test_ranking_decides_where_criteria_disagree(judged: Judge) -> None:
    actions = speak("red", "speed", 0.6), speak("blue", "reach", 0.6)
    winners = [judged(*actions, priorities=[first]).winner for first in ("speed", "reach")]
    assert winners == ["red", "blue"]


def test_nothing_that_speaks_is_undecided(judged: Judge) -> None:
    assert judged(Conclude("c")).verdict is Verdict.UNDECIDED


def test_undecided_has_no_winner(judged: Judge) -> None:
    assert judged().winner is None


@pytest.mark.parametrize(
    ("share", "margin", "verdict"),
    [
        (0.8, 0.3, Verdict.CLEAR),
        (0.80001, 0.3, Verdict.LEANING),
        (0.8, 0.30001, Verdict.LEANING),
    ],
)
def test_thresholds_are_data(
    make_kb: MakeKnowledge, share: float, margin: float, verdict: Verdict
) -> None:
    # one gain of 0.8 beside one loss of 0.2: a share of 0.8, a margin of 0.3 under equal weights
    kb = make_kb(
        {"q": ("yes", "no")},
        [
            (Chosen("q", "yes"), speak("red", "speed", 0.8)),
            (Chosen("q", "yes"), speak("blue", "reach", 0.2)),
        ],
    )
    kb = replace(kb, clear=Threshold(share, margin))
    assert judge(kb, kb.rules).verdict is verdict


# Ruled out


@pytest.mark.parametrize("priorities", [[], ["speed"], ["reach", "price"]])
def test_ruling_out_wins_over_every_reason_and_weight(judged: Judge, priorities: list[str]) -> None:
    reasons = [speak("red", name, 0.8) for name in ("speed", "reach", "price")]
    assert judged(*reasons, RuleOut("red"), priorities=priorities).winner == "blue"


def test_one_alternative_left_is_clear(judged: Judge) -> None:
    assert judged(speak("blue", "speed", -0.8), RuleOut("red")).verdict is Verdict.CLEAR


def test_all_ruled_out_is_impossible(judged: Judge) -> None:
    assert judged(RuleOut("red"), RuleOut("blue")).verdict is Verdict.IMPOSSIBLE


def test_impossible_has_no_winner(judged: Judge) -> None:
    assert judged(RuleOut("red"), RuleOut("blue")).winner is None


def test_alternative_ruled_out_has_no_total_and_no_share(judged: Judge) -> None:
    judgement = judged(speak("red", "speed", 0.8), RuleOut("red"))
    assert (judgement.totals, judgement.acceptability) == ({"blue": 0.0}, {"blue": 1.0})


def test_alternatives_ruled_out_are_named_once_in_their_order(judged: Judge) -> None:
    actions = RuleOut("blue"), RuleOut("red"), RuleOut("blue")
    assert judged(*actions, alternatives=["red", "green", "blue"]).ruled_out == ("red", "blue")


def test_third_alternative_takes_part_without_code_of_its_own(judged: Judge) -> None:
    actions = speak("red", "speed", 0.4), speak("green", "speed", 0.8)
    assert judged(*actions, alternatives=["red", "green", "blue"]).winner == "green"


# Too close to call


def test_contenders_are_the_best_the_second_and_whoever_is_as_near(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        {"q": ("yes", "no")},
        [
            (Chosen("q", "yes"), Prefer("red", "speed", 0.6, "")),
            (Chosen("q", "yes"), Prefer("blue", "speed", 0.55, "")),
            (Chosen("q", "yes"), Prefer("green", "speed", 0.5, "")),
            (Chosen("q", "yes"), Prefer("grey", "speed", 0.2, "")),
        ],
        alternatives=("red", "blue", "green", "grey"),
    )
    assert contenders(kb, judge(kb, list(kb.rules))) == ("red", "blue", "green")


def test_second_best_contends_however_far_behind(make_kb: MakeKnowledge) -> None:
    kb = make_kb({"q": ("yes", "no")}, [(Chosen("q", "yes"), Prefer("red", "speed", 0.6, ""))])
    assert contenders(kb, judge(kb, list(kb.rules))) == ("red", "blue")
