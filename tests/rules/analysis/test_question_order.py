"""Which question comes next: the one whose answer spreads the outcome most."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, pvariance

import pytest

import rules
from rules.analysis.question_order import QuestionOrder
from rules.analysis.whatif import WhatIf
from rules.conditions import All, Chosen, Not
from rules.model import KnowledgeBase, Prefer, RuleOut

MakeKnowledge = Callable[..., KnowledgeBase]

ROOT = Path(rules.__file__).parents[1]


def for_(alternative: str, factor: float, criterion: str = "speed") -> Prefer:
    return Prefer(alternative, criterion, factor, "")


@pytest.fixture(scope="module")
def road(make_kb: MakeKnowledge) -> KnowledgeBase:
    """The way decides most, then the load; fog and night matter together alone."""
    return make_kb(
        {
            "colour": ("green", "grey"),
            "load": ("heavy", "light"),
            "fog": ("yes", "no"),
            "night": ("yes", "no"),
            "way": ("hills", "plain"),
            "bridge": ("yes", "no"),
        },
        [
            (Chosen("way", "hills"), for_("red", 0.8)),
            (Chosen("way", "plain"), for_("blue", 0.8)),
            (Chosen("load", "heavy"), for_("red", 0.4, "reach")),
            (All((Chosen("fog", "yes"), Chosen("night", "yes"))), for_("blue", 0.4, "price")),
        ],
        applies_when={"bridge": Chosen("way", "hills")},
    )


def asked(kb: KnowledgeBase, answers: dict[str, tuple[str, ...]]) -> list[str]:
    return [one.question for one in QuestionOrder(kb).open_questions(answers)]


def test_what_spreads_the_outcome_most_comes_first(road: KnowledgeBase) -> None:
    assert asked(road, {})[:2] == ["way", "load"]


def test_questions_that_matter_together_alone_come_before_those_that_never_do(
    road: KnowledgeBase,
) -> None:
    order = asked(road, {})
    assert max(order.index("fog"), order.index("night")) < order.index("colour")


def test_one_step_ahead_would_not_have_seen_them(road: KnowledgeBase) -> None:
    alone = {influence.question for influence in WhatIf(road).influences({})}
    assert not {"fog", "night"} & alone


def test_question_that_changes_nothing_has_no_spread(road: KnowledgeBase) -> None:
    told = {one.question: one.spread for one in QuestionOrder(road).open_questions({})}
    assert told["colour"] == 0.0


def test_question_that_may_not_apply_waits(road: KnowledgeBase) -> None:
    assert "bridge" not in asked(road, {})
    assert "bridge" in asked(road, {"way": ("hills",)})
    assert "bridge" not in asked(road, {"way": ("plain",)})


def test_what_was_answered_is_not_asked_and_not_knowing_leaves_it_open(
    road: KnowledgeBase,
) -> None:
    assert "load" not in asked(road, {"load": ("light",)})
    assert "load" in asked(road, {"load": ("unknown",)})


def test_answers_change_what_matters_next(road: KnowledgeBase) -> None:
    by_day = asked(road, {"night": ("no",)})
    by_night = asked(road, {"night": ("yes",)})
    told = {
        one.question: one.spread for one in QuestionOrder(road).open_questions({"night": ("no",)})
    }
    assert by_night.index("fog") < by_day.index("fog")
    assert told["fog"] == 0.0


def test_what_rules_out_counts_beside_what_adds_up(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        {"taste": ("sweet", "sour"), "law": ("ban", "none")},
        [(Chosen("taste", "sweet"), for_("red", 0.2)), (Chosen("law", "ban"), RuleOut("red"))],
    )
    assert asked(kb, {}) == ["law", "taste"]


def test_raising_all_alternatives_alike_spreads_nothing(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        {"both": ("yes", "no"), "one": ("yes", "no")},
        [
            (Chosen("both", "yes"), for_("red", 0.8)),
            (Chosen("both", "yes"), for_("blue", 0.8)),
            (Not(Chosen("one", "no")), for_("red", 0.2, "reach")),
        ],
    )
    told = {one.question: one.spread for one in QuestionOrder(kb).open_questions({})}
    assert told["both"] < told["one"]


def test_spread_is_what_the_answer_explains_of_the_variance(make_kb: MakeKnowledge) -> None:
    """Against all completions gone through one by one."""
    kb = make_kb(
        {"a": ("x", "y", "z"), "b": ("x", "y")},
        [
            (Chosen("a", "x"), for_("red", 0.6)),
            (Chosen("a", "y"), for_("blue", 0.4)),
            (Chosen("b", "x"), for_("red", 0.4)),
        ],
        criteria=("speed",),
    )
    whatif = WhatIf(kb)

    def lead(a: str, b: str) -> float:
        totals = whatif.judge({"a": (a,), "b": (b,)}).totals
        return (totals["red"] - totals["blue"]) / 2  # from the mean of the two

    exact = {
        "a": pvariance([fmean(lead(a, b) for b in "xy") for a in "xyz"]) ** 0.5,
        "b": pvariance([fmean(lead(a, b) for a in "xyz") for b in "xy"]) ** 0.5,
    }
    told = {one.question: one.spread for one in QuestionOrder(kb).open_questions({})}
    assert told == pytest.approx(exact, abs=0.02)


def test_shipped_base_opens_with_its_most_telling_question(shipped_kb: KnowledgeBase) -> None:
    """An interview asks it without working anything out."""
    assert asked(shipped_kb, {})[0] == next(iter(shipped_kb.questions))


@pytest.mark.parametrize("seed", ["0", "1", "31337"])
def test_order_does_not_hang_on_the_hash_seed(shipped_kb: KnowledgeBase, seed: str) -> None:
    program = (
        "from rules.loading.loader import load;"
        "from rules.analysis.question_order import QuestionOrder;"
        "found = QuestionOrder(load()).open_questions({'target': ('android',)});"
        "print([one.question for one in found])"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == str(asked(shipped_kb, {"target": ("android",)}))
