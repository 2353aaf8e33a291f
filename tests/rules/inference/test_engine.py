"""The engine infers what the rules say: the same as two plain evaluators, whatever the order."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any as Whatever

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rules
from rules.conditions import All, Any, Chosen, Concluded, Condition, Not, evaluate
from rules.inference.engine import Engine
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import Facts, Inference, establish
from rules.model import Action, Conclude, KnowledgeBase, Prefer

ROOT = Path(rules.__file__).parents[1]
HASH_SEEDS = ("0", "1", "2", "31337")
SHEETS = 1000

Answers = Mapping[str, tuple[str, ...]]
DrawAnswers = Callable[[KnowledgeBase, random.Random], dict[str, tuple[str, ...]]]
MakeKnowledge = Callable[..., KnowledgeBase]

SPEAK = Prefer("red", "speed", 0.4, "moderate")


def naive(kb: KnowledgeBase, facts: Facts) -> Inference:
    """What follows by definition: conditions evaluated by recursion, concepts by completion."""

    def value(atom: Chosen | Concluded) -> bool | None:
        return concept(atom.concept) if isinstance(atom, Concluded) else facts.value(atom)

    def concept(name: str) -> bool | None:
        whens = [rule.when for rule in kb.rules.values() if rule.action == Conclude(name)]
        return evaluate(Any(tuple(whens)), value)

    settled = {name: concept(name) for name in kb.concepts}
    fired = (rule.id for rule in kb.rules.values() if evaluate(rule.when, value) is True)
    known = {name: holds for name, holds in settled.items() if holds is not None}
    return Inference(tuple(fired), known)


@pytest.fixture(scope="module")
def sheets(shipped_kb: KnowledgeBase, draw_answers: DrawAnswers) -> list[dict[str, Whatever]]:
    generator = random.Random(20261122)
    return [draw_answers(shipped_kb, generator) for _ in range(SHEETS)]


@pytest.fixture(scope="module")
def shipped(shipped_kb: KnowledgeBase, sheets: list[Answers]) -> SimpleNamespace:
    """What three evaluators infer from every sheet."""
    engine, reference = Engine(shipped_kb), RuleEvaluator(shipped_kb)
    facts = [establish(shipped_kb, sheet) for sheet in sheets]
    return SimpleNamespace(
        engine=[engine.infer(one) for one in facts],
        reference=[reference.infer(one) for one in facts],
        naive=[naive(shipped_kb, one) for one in facts],
    )


# On what is shipped


def test_engine_infers_what_the_reference_infers(shipped: SimpleNamespace) -> None:
    assert shipped.engine == shipped.reference


def test_engine_infers_what_the_definition_says(shipped: SimpleNamespace) -> None:
    assert shipped.engine == shipped.naive


def test_every_rule_fires_on_some_sheet(
    shipped: SimpleNamespace, shipped_kb: KnowledgeBase
) -> None:
    assert {name for one in shipped.engine for name in one.fired} == set(shipped_kb.rules)


def test_every_concept_holds_on_some_sheet_and_fails_on_another(
    shipped: SimpleNamespace, shipped_kb: KnowledgeBase
) -> None:
    seen = {item for one in shipped.engine for item in one.concepts.items()}
    assert seen == {(name, holds) for name in shipped_kb.concepts for holds in (True, False)}


def test_fired_rules_stand_in_the_order_of_the_knowledge(
    shipped: SimpleNamespace, shipped_kb: KnowledgeBase
) -> None:
    position = {name: i for i, name in enumerate(shipped_kb.rules)}
    assert all(list(one.fired) == sorted(one.fired, key=position.get) for one in shipped.engine)


INFER = """
import json, sys
from rules.inference.engine import Engine
from rules.inference.facts import establish
from rules.loading.loader import load

kb = load()
engine = Engine(kb)
fired = []
for sheet in json.load(sys.stdin):
    answers = {question: tuple(options) for question, options in sheet.items()}
    fired.append(engine.infer(establish(kb, answers)).fired)
json.dump(fired, sys.stdout)
"""


def python(program: str, *, stdin: str = "", hash_seed: str = "random") -> str:
    """What ``program`` prints in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        input=stdin,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


@pytest.fixture(scope="module")
def fired_by_seed(sheets: list[Answers]) -> dict[str, list[list[str]]]:
    """Hash seed -> the rules fired on each of the first sheets."""
    first = json.dumps(sheets[: SHEETS // len(HASH_SEEDS)])
    with ThreadPoolExecutor() as pool:
        printed = pool.map(lambda seed: python(INFER, stdin=first, hash_seed=seed), HASH_SEEDS)
        return {seed: json.loads(line) for seed, line in zip(HASH_SEEDS, printed, strict=True)}


@pytest.mark.parametrize("seed", HASH_SEEDS)
def test_hash_seed_changes_no_fired_rule(
    fired_by_seed: dict[str, list[list[str]]], shipped: SimpleNamespace, seed: str
) -> None:
    fired = fired_by_seed[seed]
    assert fired == [list(one.fired) for one in shipped.reference[: len(fired)]]


@pytest.mark.parametrize("order", ["reversed", "shuffled"])
def test_order_of_declaration_changes_no_conclusion(
    shipped_kb: KnowledgeBase, sheets: list[Answers], shipped: SimpleNamespace, order: str
) -> None:
    items = list(shipped_kb.rules.items())[::-1]
    if order == "shuffled":
        random.Random(5).shuffle(items)
    engine = Engine(replace(shipped_kb, rules=dict(items)))
    found = [engine.infer(establish(shipped_kb, sheet)) for sheet in sheets[:100]]
    assert [as_sets(one) for one in found] == [as_sets(one) for one in shipped.engine[:100]]


def as_sets(inference: Inference) -> tuple[set[str], dict[str, bool]]:
    return set(inference.fired), dict(inference.concepts)


def test_same_facts_give_the_same_again(shipped_kb: KnowledgeBase, sheets: list[Answers]) -> None:
    engine = Engine(shipped_kb)
    one, other = (establish(shipped_kb, sheet) for sheet in sheets[:2])
    first = engine.infer(one)
    engine.infer(other)
    assert engine.infer(one) == first


# On random knowledge

QUESTIONS = {"q0": ("a", "b"), "q1": ("a", "b", "c")}
CHOICES = [Chosen(question, option) for question in QUESTIONS for option in QUESTIONS[question]]
CONCEPTS = [Concluded(f"c{i}") for i in range(5)]


def conditions(*, over: list[Chosen | Concluded]) -> st.SearchStrategy[Condition]:
    return st.recursive(
        st.sampled_from(over),
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, max_size=4).map(lambda parts: All(tuple(parts))),
            st.lists(inner, max_size=4).map(lambda parts: Any(tuple(parts))),
        ),
        max_leaves=10,
    )


# A concept follows from those before it alone: no cycles. Some are concluded by several rules, some
# by none.
CONCLUDING = st.integers(0, len(CONCEPTS) - 1).flatmap(
    lambda i: st.tuples(
        conditions(over=[*CHOICES, *CONCEPTS[:i]]), st.just(Conclude(CONCEPTS[i].concept))
    )
)
SPEAKING = st.tuples(conditions(over=[*CHOICES, *CONCEPTS]), st.just(SPEAK))
RULES = st.lists(st.one_of(CONCLUDING, SPEAKING), max_size=10)
VALUES = st.dictionaries(st.sampled_from(CHOICES), st.booleans())


@settings(deadline=None, derandomize=True, max_examples=200)
@given(rules=RULES, values=st.lists(VALUES, min_size=1, max_size=4))
def test_three_evaluators_agree_on_any_knowledge(
    make_kb: MakeKnowledge,
    rules: list[tuple[Condition, Action]],
    values: list[dict[Chosen, bool]],
) -> None:
    kb = make_kb(QUESTIONS, rules, concepts=[atom.concept for atom in CONCEPTS])
    engine, reference = Engine(kb), RuleEvaluator(kb)
    for known in values:
        facts = Facts(known, frozenset())
        assert engine.infer(facts) == reference.infer(facts) == naive(kb, facts)


# Concepts and withdrawn rules


def test_concept_that_no_rule_concludes_fails(make_kb: MakeKnowledge) -> None:
    kb = make_kb({"q": ("yes", "no")}, concepts=["orphan"])
    assert Engine(kb).infer(establish(kb, {})).concepts == {"orphan": False}


def test_concept_fails_only_once_each_of_its_rules_is_known_to_be_false(
    make_kb: MakeKnowledge,
) -> None:
    kb = make_kb(
        {"q": ("yes", "no"), "p": ("yes", "no")},
        [
            (Chosen("q", "yes"), Conclude("c")),
            (Chosen("p", "yes"), Conclude("c")),
            (Not(Concluded("c")), SPEAK),
        ],
    )
    engine = Engine(kb)
    sheets: list[Answers] = [{"q": ("no",)}, {"q": ("no",), "p": ("no",)}]
    assert [engine.infer(establish(kb, sheet)).fired for sheet in sheets] == [(), ("r2",)]


def test_concept_falls_with_the_only_rule_that_concludes_it(small_kb: KnowledgeBase) -> None:
    without = small_kb.without(frozenset({"phones_are_targets"}))
    inference = Engine(without).infer(establish(without, {"target": ("android",)}))
    assert inference.concepts["on_phones"] is False


def test_rules_that_rest_on_a_fallen_concept_fire_no_more(small_kb: KnowledgeBase) -> None:
    without = small_kb.without(frozenset({"phones_are_targets"}))
    inference = Engine(without).infer(establish(without, {"target": ("android",)}))
    assert inference.fired == ()


def test_concept_stands_while_another_rule_concludes_it(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        {"q": ("yes", "no")},
        [(Chosen("q", "yes"), Conclude("c")), (Not(Chosen("q", "no")), Conclude("c"))],
    ).without(frozenset({"r0"}))
    assert Engine(kb).infer(establish(kb, {"q": ("yes",)})).concepts == {"c": True}


def test_withdrawing_a_rule_leaves_the_knowledge_it_was_taken_from(
    small_kb: KnowledgeBase,
) -> None:
    small_kb.without(frozenset({"phones_are_targets"}))
    assert "phones_are_targets" in small_kb.rules


def test_engine_without_a_rule_infers_what_the_knowledge_without_it_says(
    shipped_kb: KnowledgeBase, sheets: list[Answers]
) -> None:
    engine = Engine(shipped_kb)
    for name in shipped_kb.rules:
        without = shipped_kb.without(frozenset({name}))
        facts = [establish(without, sheet) for sheet in sheets[:3]]
        found = engine.without(frozenset({name}))
        assert [found.infer(one) for one in facts] == [naive(without, one) for one in facts]


def test_engine_without_a_rule_leaves_the_engine_it_was_taken_from(
    small_kb: KnowledgeBase,
) -> None:
    engine = Engine(small_kb)
    facts = establish(small_kb, {"target": ("android",)})
    engine.without(frozenset({"phones_are_targets"})).infer(facts)
    assert engine.infer(facts) == naive(small_kb, facts)


def test_only_a_rule_that_concludes_makes_a_network_anew(small_kb: KnowledgeBase) -> None:
    engine = Engine(small_kb)
    speaking, concluding = frozenset({"phones_want_blue"}), frozenset({"phones_are_targets"})
    assert engine.without(speaking)._network is engine._network
    assert engine.without(concluding)._network is not engine._network


# Deep and wide conditions


def nested(depth: int) -> Condition:
    """An any of alls of anys ..., every level with two atoms of its own."""
    condition: Condition = Chosen("q0", "a")
    for level in range(depth):
        parts = (condition, Chosen(f"q{level}", "a"), Chosen(f"q{level}", "b"))
        condition = Any(parts) if level % 2 else All(parts)
    return condition


def wide(width: int) -> Condition:
    """All of ``width`` anys of three: written out as an any of alls, 3 ** width branches."""
    return All(tuple(Any(tuple(Chosen(f"q{i}", option) for option in "abc")) for i in range(width)))


def size_of_network(engine: Engine) -> int:
    """The nodes that experta built to match the rules."""
    waiting: list[Whatever] = [engine._network._instance.matcher.root_node]
    seen: dict[int, Whatever] = {}
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen[id(node)] = node
            waiting += [child.node for child in node.children]
    return len(seen)


@pytest.mark.parametrize("shape", [nested, wide])
@pytest.mark.parametrize("negated", [False, True])
def test_network_grows_no_faster_than_the_condition(
    make_kb: MakeKnowledge, shape: Callable[[int], Condition], negated: bool
) -> None:
    def size(extent: int) -> int:
        condition = Not(shape(extent)) if negated else shape(extent)
        questions = {f"q{i}": ("a", "b", "c") for i in range(extent)}
        return size_of_network(Engine(make_kb(questions, [(condition, SPEAK)])))

    assert size(30) - size(20) == size(20) - size(10)


@pytest.mark.parametrize("shape", [nested, wide])
def test_conditions_twenty_deep_or_wide_are_evaluated_right(
    make_kb: MakeKnowledge, shape: Callable[[int], Condition]
) -> None:
    questions = {f"q{i}": ("a", "b", "c") for i in range(20)}
    kb = make_kb(questions, [(shape(20), SPEAK), (Not(shape(20)), SPEAK)])
    generator = random.Random(3)
    all_facts = [
        establish(kb, {name: (generator.choice("ab"),) for name in questions}) for _ in range(20)
    ]
    engine = Engine(kb)
    assert [engine.infer(facts) for facts in all_facts] == [naive(kb, facts) for facts in all_facts]


# What experta would leave behind


@pytest.fixture(scope="module")
def left_behind() -> dict[str, Whatever]:
    """The interpreter's state before and after an engine was built, the logging set up or not."""
    program = """
import collections, json, logging

def state():
    root = logging.getLogger()
    handlers = [type(handler).__name__ for handler in root.handlers]
    return [handlers, root.level, hasattr(collections, "Mapping")]

{setup}
before = state()
from rules.inference.engine import Engine
from rules.loading.loader import load
Engine(load())
print(json.dumps([before, state()]))
"""
    setups = {"bare": "", "set up": "logging.basicConfig(level=logging.ERROR)"}
    return {
        name: json.loads(python(program.replace("{setup}", setup)))
        for name, setup in setups.items()
    }


@pytest.mark.parametrize("logging", ["bare", "set up"])
def test_building_an_engine_leaves_logging_and_collections_as_they_were(
    left_behind: dict[str, Whatever], logging: str
) -> None:
    before, after = left_behind[logging]
    assert after == before


def test_importing_the_adapter_does_not_import_experta() -> None:
    program = "import sys, rules.inference.engine; print('experta' in sys.modules)"
    assert python(program) == "False\n"


def test_exception_inside_a_rule_is_passed_on(
    small_kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(small_kb)
    break_rules(engine, monkeypatch)
    with pytest.raises(ZeroDivisionError):
        engine.infer(establish(small_kb, {"target": ("android",)}))


def test_exception_inside_a_rule_does_not_spoil_the_next_evaluation(
    small_kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(small_kb)
    with monkeypatch.context() as broken:
        break_rules(engine, broken)
        with pytest.raises(ZeroDivisionError):
            engine.infer(establish(small_kb, {"target": ("android",)}))
    facts = establish(small_kb, {"target": ("server",)})
    assert engine.infer(facts) == naive(small_kb, facts)


def break_rules(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every rule that declares a fact fail."""
    instance = engine._network._instance
    declare = instance.declare
    monkeypatch.setattr(
        instance, "declare", lambda *facts: 1 / 0 if instance.running else declare(*facts)
    )
