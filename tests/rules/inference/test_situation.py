"""One answer sheet under one knowledge base, by whichever evaluator, with rules or without."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from rules.answers import Answers
from rules.conditions import Chosen, Concluded, Not
from rules.inference.engine import Engine
from rules.inference.evaluator import RuleEvaluator
from rules.inference.situation import Evaluator, Situation
from rules.model import KnowledgeBase

DrawAnswers = Callable[[KnowledgeBase, random.Random], Answers]
ANDROID = {"target": ("android",), "own_machine": ("unknown",)}


@pytest.mark.parametrize("evaluator", [Engine, RuleEvaluator])
def test_it_is_the_same_by_either_evaluator(
    small_kb: KnowledgeBase, evaluator: Callable[[KnowledgeBase], Evaluator]
) -> None:
    situation = Situation(small_kb, ANDROID, evaluator(small_kb))
    expected = Situation.of(small_kb, ANDROID)
    assert situation.fired == expected.fired != ()
    assert situation.concepts == expected.concepts == {"on_phones": True}
    assert situation.judge() == expected.judge()
    fewer = situation.without_rules(frozenset({"phones_are_targets"}))
    assert fewer.answers == ANDROID
    assert "phones_are_targets" not in fewer.fired
    assert fewer.concepts == {"on_phones": False, "tight_memory": False}


def test_conditions_have_a_value_where_the_answers_settle_them(small_kb: KnowledgeBase) -> None:
    situation = Situation.of(small_kb, ANDROID)
    assert situation.value(Concluded("on_phones")) is True
    assert situation.value(Not(Chosen("target", "android"))) is False
    assert situation.value(Chosen("own_machine", "yes")) is None
    assert (situation.given("target"), situation.given("own_machine")) == (("android",), ())
    assert situation.with_answers({}).value(Concluded("on_phones")) is None


def test_an_evaluator_without_rules_is_compiled_once(small_kb: KnowledgeBase) -> None:
    evaluator, rules = RuleEvaluator(small_kb), frozenset({"phones_are_targets"})
    assert evaluator.without(rules) is evaluator.without(rules)


def test_withdrawing_one_by_one_is_withdrawing_at_once(
    shipped_kb: KnowledgeBase, draw_answers: DrawAnswers
) -> None:
    generator = random.Random(11)
    for _ in range(20):
        situation = Situation.of(shipped_kb, draw_answers(shipped_kb, generator))
        first, *others = situation.fired or ("",)
        step_by_step = situation.without_rules(frozenset({first})).without_rules(frozenset(others))
        at_once = situation.without_rules(frozenset({first, *others}))
        assert step_by_step.fired == at_once.fired
        assert step_by_step.concepts == at_once.concepts
