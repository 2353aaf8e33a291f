"""Models of the clauses are answer sheets, and all answer sheets are models."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import chain, combinations, product

import pytest

from rules.answers import Answers
from rules.conditions import All, Any, Chosen, Concluded, Condition, Not
from rules.inference.engine import Engine
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import establish
from rules.model import Conclude, KnowledgeBase, Prefer, Question
from rules.verification.propositions import Propositions, Reasoner

MakeKnowledge = Callable[..., KnowledgeBase]
DrawAnswers = Callable[[KnowledgeBase, random.Random], dict[str, tuple[str, ...]]]

SEEDS = range(12)
A, B, C = (Chosen("q", option) for option in ("a", "b", "c"))


def any_condition(generator: random.Random, over: list[Condition], depth: int = 0) -> Condition:
    if depth == 2 or generator.random() < 0.3:
        leaf = generator.choice(over)
        return Not(leaf) if generator.random() < 0.3 else leaf
    kind = generator.choice((All, Any, Not))
    if kind is Not:
        return Not(any_condition(generator, over, depth + 1))
    count = generator.choice((1, 2, 3))
    return kind(tuple(any_condition(generator, over, depth + 1) for _ in range(count)))


def any_knowledge(make_kb: MakeKnowledge, seed: int) -> KnowledgeBase:
    """Four questions that depend on one another, three concepts in a chain, and rules over all."""
    generator = random.Random(seed)
    questions = {"q": "abc", "many": ("x", "y", "none"), "third": "de", "last": "fg"}
    leaves = [Chosen(name, option) for name, options in questions.items() for option in options]
    rules = []
    over: list[Condition] = list(leaves)
    for concept in ("one", "two", "three"):
        rules += [(any_condition(generator, over), Conclude(concept)) for _ in range(2)]
        over.append(Concluded(concept))
    for _ in range(6):
        rules.append((any_condition(generator, over), Prefer("red", "speed", 0.4, "moderate")))
    return make_kb(
        questions,
        rules,
        multiple=["many"],
        alone=["none"],
        applies_when={
            "third": any_condition(generator, list(leaves[:6])),
            "last": any_condition(generator, list(leaves[:8])),
        },
    )


def answers_to(question: Question) -> Iterator[tuple[str, ...] | None]:
    """Every answer there is to a question, and none."""
    yield None
    for option in question.options:
        yield (option.id,)
    several = [option.id for option in question.options if not option.alone]
    if question.multiple:
        for size in range(2, len(several) + 1):
            yield from combinations(several, size)


def all_sheets(kb: KnowledgeBase) -> Iterator[dict[str, tuple[str, ...]]]:
    for given in product(*(answers_to(question) for question in kb.questions.values())):
        pairs = zip(kb.questions, given, strict=True)
        yield {name: chosen for name, chosen in pairs if chosen is not None}


def said(propositions: Propositions, model: frozenset[int]) -> tuple[object, ...]:
    """What a model says of the rules and concepts, as an inference says it."""
    fired = tuple(name for name, literal in propositions.rules.items() if true(literal, model))
    settled = {}
    for concept in propositions.kb.concepts:
        holds, fails = propositions.values[Concluded(concept)]
        if true(holds, model) or true(fails, model):
            settled[concept] = true(holds, model)
    return fired, settled


def true(literal: int, model: frozenset[int]) -> bool:
    return literal in model if literal > 0 else -literal not in model


def models(reasoner: Reasoner, seed: int, count: int) -> Iterator[frozenset[int]]:
    """Models under random demands on the atoms."""
    generator = random.Random(seed)
    literals = list(chain.from_iterable(reasoner.propositions.values.values()))
    for _ in range(count):
        demands = generator.sample(literals, generator.randint(0, min(8, len(literals))))
        model = reasoner.model(*(generator.choice((1, -1)) * one for one in demands))
        if model is not None:
            yield model


@pytest.fixture(scope="module", params=["shipped", *SEEDS])
def knowledge(
    request: pytest.FixtureRequest, shipped_kb: KnowledgeBase, make_kb: MakeKnowledge
) -> KnowledgeBase:
    if request.param == "shipped":
        return shipped_kb
    return any_knowledge(make_kb, request.param)


def test_a_model_read_as_answers_fires_what_the_model_says(knowledge: KnowledgeBase) -> None:
    reference, engine = RuleEvaluator(knowledge), Engine(knowledge)
    seen = 0
    with Reasoner(Propositions(knowledge)) as reasoner:
        for model in models(reasoner, seed=3, count=40):
            facts = establish(knowledge, reasoner.propositions.answers(model))
            inference = reference.infer(facts)
            concepts = dict(sorted(inference.concepts.items()))
            fired, settled = said(reasoner.propositions, model)
            assert isinstance(settled, dict)
            assert (inference.fired, concepts) == (fired, dict(sorted(settled.items())))
            assert engine.infer(facts).fired == fired
            seen += 1
    assert seen > 5


def test_every_answer_sheet_is_a_model(knowledge: KnowledgeBase, draw_answers: DrawAnswers) -> None:
    generator, reference = random.Random(4), RuleEvaluator(knowledge)
    with Reasoner(Propositions(knowledge)) as reasoner:
        for _ in range(60):
            facts = establish(knowledge, draw_answers(knowledge, generator))
            demands = []
            for atom, (holds, fails) in reasoner.propositions.values.items():
                if isinstance(atom, Chosen):
                    value = facts.value(atom)
                    demands += [holds if value is True else -holds]
                    demands += [fails if value is False else -fails]
            model = reasoner.model(*demands)
            assert model is not None
            fired, _ = said(reasoner.propositions, model)
            assert fired == reference.infer(facts).fired


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_possible_is_what_some_sheet_shows(make_kb: MakeKnowledge, seed: int) -> None:
    kb = any_knowledge(make_kb, seed)
    reference = RuleEvaluator(kb)
    fired = [set(reference.infer(establish(kb, sheet)).fired) for sheet in all_sheets(kb)]
    with Reasoner(Propositions(kb)) as reasoner:
        literals = reasoner.propositions.rules
        for one, other in product(kb.rules, repeat=2):
            shown = any(one in names and other not in names for names in fired)
            assert reasoner.possible(literals[one], -literals[other]) == shown


@pytest.mark.parametrize("seed", SEEDS)
def test_no_sheet_with_fewer_answers_fires_the_rule(make_kb: MakeKnowledge, seed: int) -> None:
    kb = any_knowledge(make_kb, seed)
    reference = RuleEvaluator(kb)
    sheets = [(len(one), reference.infer(establish(kb, one)).fired) for one in all_sheets(kb)]
    with Reasoner(Propositions(kb)) as reasoner:
        for rule, literal in reasoner.propositions.rules.items():
            sizes = [size for size, fired in sheets if rule in fired]
            witness = reasoner.witness(literal)
            assert (None if witness is None else len(witness)) == min(sizes, default=None)


def test_witness_of_many_answers_holds_none_that_can_be_left_out(make_kb: MakeKnowledge) -> None:
    names = [f"q{number}" for number in range(15)]
    when = All(tuple(Chosen(name, "a") for name in names[:13]))
    kb = make_kb(dict.fromkeys(names, "ab"), [(when, Conclude("done"))])
    with Reasoner(Propositions(kb)) as reasoner:
        witness = reasoner.witness(reasoner.propositions.rules["r0"])
    assert witness == dict.fromkeys(names[:13], ("a",))


def test_witness_names_no_option_too_many(make_kb: MakeKnowledge) -> None:
    kb = make_kb({"q": "abcde"}, [(Any((All((A, B)), C)), Conclude("done"))], multiple=["q"])
    with Reasoner(Propositions(kb)) as reasoner:
        witness = reasoner.witness(reasoner.propositions.rules["r0"])
    assert witness in ({"q": ("a", "b")}, {"q": ("c",)})


def test_core_holds_only_what_excludes_each_other(make_kb: MakeKnowledge) -> None:
    kb = make_kb({"q": "abc", "other": "xy"})
    with Reasoner(Propositions(kb)) as reasoner:
        values = reasoner.propositions.values
        x = values[Chosen("other", "x")][0]
        assert set(reasoner.core([values[A][0], x, values[C][0]])) == {values[A][0], values[C][0]}


def test_conditions_that_are_the_same_share_their_variables(make_kb: MakeKnowledge) -> None:
    propositions = Propositions(make_kb({"q": "abc"}))
    one = propositions.condition(Any((A, All((B, C)))))
    size = len(propositions.clauses)
    assert propositions.condition(Any((All((C, B)), A))) == one
    assert len(propositions.clauses) == size


def test_knowledge_without_questions_has_models(make_kb: MakeKnowledge) -> None:
    with Reasoner(Propositions(make_kb({}))) as reasoner:
        witness: Answers | None = reasoner.witness()
    assert witness == {}
