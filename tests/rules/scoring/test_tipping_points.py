"""The weights at which the lead changes hands."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from rules.scoring.judgement import Judgement, Verdict
from rules.scoring.tipping_points import tippings, tornado

Scores = Mapping[str, Mapping[str, float]]


def judged(scores: Scores, weights: Mapping[str, float]) -> Judgement:
    totals = {
        name: sum(weights[criterion] * by[criterion] for criterion in weights)
        for name, by in scores.items()
    }
    return Judgement("red", Verdict.LEANING, 0.1, scores, weights, totals, {}, ())


def drawn(generator: random.Random, alternatives: int) -> Judgement:
    criteria = [f"c{i}" for i in range(generator.randint(2, 6))]
    raw = [generator.random() for _ in criteria]
    weights = {name: weight / sum(raw) for name, weight in zip(criteria, raw, strict=True)}
    return judged(
        {
            f"a{i}": {name: round(generator.uniform(-1, 1), 2) for name in criteria}
            for i in range(alternatives)
        },
        weights,
    )


def lead_at(judgement: Judgement, best: str, rival: str, criterion: str, weight: float) -> float:
    """The lead with this weight on ``criterion`` and the others rescaled in proportion."""
    rest = 1.0 - judgement.weights[criterion]
    weights = {
        name: weight if name == criterion else now * (1.0 - weight) / rest
        for name, now in judgement.weights.items()
    }
    assert sum(weights.values()) == pytest.approx(1.0)
    scores = judgement.scores
    return sum(w * (scores[best][c] - scores[rival][c]) for c, w in weights.items())


@pytest.mark.parametrize("alternatives", [2, 3])
def test_lead_is_nil_at_the_tipping_point(alternatives: int) -> None:
    generator = random.Random(alternatives)
    tipped = 0
    for _ in range(200):
        judgement = drawn(generator, alternatives)
        for one in tippings(judgement):
            if one.at is not None:
                tipped += 1
                lead = lead_at(judgement, one.best, one.rival, one.criterion, one.at)
                assert lead == pytest.approx(0.0, abs=1e-9)
    assert tipped > 100


def test_lead_does_not_change_hands_where_there_is_no_tipping_point() -> None:
    generator = random.Random(9)
    for _ in range(100):
        judgement = drawn(generator, 2)
        for one in tippings(judgement):
            if one.at is None:
                for step in range(101):
                    lead = lead_at(judgement, one.best, one.rival, one.criterion, step / 100)
                    assert lead > 0


def test_leads_are_those_of_all_and_nothing_of_the_weight() -> None:
    generator = random.Random(4)
    for _ in range(50):
        judgement = drawn(generator, 3)
        for one in tippings(judgement):
            pair = (judgement, one.best, one.rival, one.criterion)
            assert one.lead == pytest.approx(lead_at(*pair, one.weight), abs=1e-9)
            assert one.lead_at_0 == pytest.approx(lead_at(*pair, 0.0), abs=1e-9)
            assert one.lead_at_1 == pytest.approx(lead_at(*pair, 1.0), abs=1e-9)


HALVES = {"speed": 0.5, "reach": 0.5}


def test_worked_example() -> None:
    # red leads by 0.6 on speed and trails by 0.2 on reach: level where w * 0.2 = (1 - w) * 0.6
    scores = {"red": {"speed": 0.6, "reach": 0.0}, "blue": {"speed": 0.0, "reach": 0.2}}
    speed, reach = tippings(judged(scores, HALVES))
    assert (speed.at, reach.at) == (pytest.approx(0.25), pytest.approx(0.75))
    assert (speed.best, speed.rival, speed.weight, speed.lead) == ("red", "blue", 0.5, 0.2)


def test_level_alternatives_tip_at_the_weight_they_have() -> None:
    scores = {"red": {"speed": 0.4, "reach": 0.0}, "blue": {"speed": 0.0, "reach": 0.4}}
    assert [one.at for one in tippings(judged(scores, HALVES))] == [0.5, 0.5]


def test_same_scores_everywhere_tip_nowhere() -> None:
    scores = {"red": {"speed": 0.4, "reach": 0.2}, "blue": {"speed": 0.4, "reach": 0.2}}
    assert [one.at for one in tippings(judged(scores, HALVES))] == [None, None]


def test_single_criterion_has_nothing_to_be_weighed_against() -> None:
    scores = {"red": {"speed": 0.4}, "blue": {"speed": 0.2}}
    assert tippings(judged(scores, {"speed": 1.0})) == ()


@pytest.mark.parametrize("left", [("red",), ()])
def test_nobody_left_to_lose_to_means_no_tipping(left: tuple[str, ...]) -> None:
    totals = dict.fromkeys(left, 0.5)
    judgement = Judgement(None, Verdict.IMPOSSIBLE, 0.0, {}, HALVES, totals, {}, ())
    assert tippings(judgement) == ()


def test_every_rival_is_looked_at() -> None:
    scores = {
        "red": {"speed": 0.6, "reach": 0.2},
        "blue": {"speed": 0.0, "reach": 0.4},
        "green": {"speed": 0.2, "reach": 0.0},
    }
    found = tippings(judged(scores, HALVES))
    assert [(one.rival, one.criterion) for one in found] == [
        ("blue", "speed"),
        ("blue", "reach"),
        ("green", "speed"),
        ("green", "reach"),
    ]


def test_tornado_puts_the_widest_swing_first() -> None:
    scores = {
        "red": {"speed": 0.4, "reach": 0.8, "price": 0.0},
        "blue": {"speed": 0.0, "reach": 0.0, "price": 0.6},
    }
    thirds = {"speed": 1 / 3, "reach": 1 / 3, "price": 1 / 3}
    found = tornado(judged(scores, thirds))
    assert [one.criterion for one in found] == ["price", "reach", "speed"]
    assert found[0].swing == pytest.approx(1.2)
