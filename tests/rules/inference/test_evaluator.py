"""The reference evaluator: rules compiled to one plain function.

That it agrees with the engine is tested beside the engine.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rules.conditions import All, Any, Chosen, Concluded, Condition, Not
from rules.inference.evaluator import RuleEvaluator, concepts_in_order, concluding
from rules.inference.facts import Facts, establish
from rules.model import Conclude, KnowledgeBase, Prefer

MakeKnowledge = Callable[..., KnowledgeBase]

YES = Chosen("q", "yes")
SPEAK = Prefer("red", "speed", 0.4, "moderate")


def fired(kb: KnowledgeBase, **answers: tuple[str, ...]) -> tuple[str, ...]:
    return RuleEvaluator(kb).infer(establish(kb, answers)).fired


def test_rule_fires_once_its_condition_is_known_to_be_true(small_kb: KnowledgeBase) -> None:
    assert fired(small_kb, target=("android",)) == ("phones_are_targets", "phones_want_blue")


def test_rule_fires_on_what_is_known_to_fail(small_kb: KnowledgeBase) -> None:
    assert "little_is_tight" in fired(small_kb, target=("android",), memory=("little",))


def test_no_rule_fires_on_what_is_unknown(small_kb: KnowledgeBase) -> None:
    assert fired(small_kb) == ()


def test_concept_is_settled_false_once_no_rule_can_conclude_it(small_kb: KnowledgeBase) -> None:
    facts = establish(small_kb, {"target": ("server",)})
    inference = RuleEvaluator(small_kb).infer(facts)
    assert inference.concepts == {"on_phones": False, "tight_memory": False}


def test_concept_is_not_settled_while_a_rule_may_still_conclude_it(
    small_kb: KnowledgeBase,
) -> None:
    facts = establish(small_kb, {"target": ("android",)})
    assert RuleEvaluator(small_kb).infer(facts).concepts == {"on_phones": True}


def test_facts_that_no_rule_asks_for_are_passed_over(small_kb: KnowledgeBase) -> None:
    assert fired(small_kb, own_machine=("yes",)) == ()


def test_knowledge_without_rules_concludes_nothing(make_kb: MakeKnowledge) -> None:
    assert fired(make_kb({"q": ("yes", "no")}), q=("yes",)) == ()


@pytest.mark.parametrize(
    ("condition", "holds"),
    [(All(()), True), (Any(()), False), (Not(All(())), False), (Not(Any(())), True)],
)
def test_empty_all_is_true_and_empty_any_false(
    make_kb: MakeKnowledge, condition: Condition, holds: bool
) -> None:
    assert fired(make_kb({"q": ("yes", "no")}, [(condition, SPEAK)])) == (("r0",) if holds else ())


def test_names_in_the_knowledge_are_never_run_as_code(make_kb: MakeKnowledge) -> None:
    option = "'\"]; raise SystemExit #\n"
    kb = make_kb({option: (option, "no")}, [(Chosen(option, option), Conclude(option))])
    inference = RuleEvaluator(kb).infer(establish(kb, {option: (option,)}))
    assert inference.concepts == {option: True}


def test_evaluator_keeps_nothing_from_the_facts_before(small_kb: KnowledgeBase) -> None:
    evaluator = RuleEvaluator(small_kb)
    evaluator.infer(establish(small_kb, {"target": ("ios",)}))
    assert evaluator.infer(Facts({}, frozenset())).fired == ()


# The order of the concepts


def test_concepts_are_ordered_after_those_they_need(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        {"q": ("yes", "no")},
        [
            (All((Concluded("left"), Not(Concluded("right")))), Conclude("top")),
            (Concluded("base"), Conclude("left")),
            (Any((Concluded("base"), YES)), Conclude("right")),
            (YES, Conclude("base")),
        ],
    )
    assert concepts_in_order(kb) == ("base", "left", "right", "top")


def test_concept_that_no_rule_concludes_has_its_place_too(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        {"q": ("yes", "no")}, [(Concluded("orphan"), Conclude("top"))], concepts=["top", "orphan"]
    )
    assert concepts_in_order(kb) == ("orphan", "top")


def test_concluding_rules_are_those_of_that_concept_alone(small_kb: KnowledgeBase) -> None:
    assert [rule.id for rule in concluding(small_kb, "tight_memory")] == ["little_is_tight"]
