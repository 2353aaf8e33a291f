"""Why a condition is true, and what it lacks where it is not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pytest

from rules.analysis.missing_answers import MissingAnswer, MissingAnswers, missing_answers
from rules.analysis.traces import Step, because, missing, rule_step
from rules.answers import Answers, answer_mistakes
from rules.conditions import All, Any, Chosen, Concluded, Condition, Not
from rules.inference.situation import Situation
from rules.model import UNKNOWN, Advise, Conclude, KnowledgeBase

from ..conftest import DrawAnswers, MakeKnowledge

SHEETS = 25
ADVICE = Advise("do it", "practice", None)
A, B = Chosen("one", "a"), Chosen("one", "b")
X, Y = Chosen("many", "x"), Chosen("many", "y")
QUESTIONS = {"one": ["a", "b", "c"], "many": ["x", "y", "z", "nothing"], "later": ["yes", "no"]}
MULTIPLE, ALONE = ["many"], ["nothing"]
LATER = {"later": A}


@pytest.fixture(scope="module")
def kb(make_kb: MakeKnowledge) -> KnowledgeBase:
    """Two questions, one that applies only after an answer to the first, and two concepts."""
    return make_kb(
        QUESTIONS,
        [
            (Any((A, X)), Conclude("warm")),
            (All((Concluded("warm"), Not(Y))), Conclude("bright")),
            (Concluded("bright"), ADVICE),
        ],
        multiple=MULTIPLE,
        alone=ALONE,
        applies_when=LATER,
    )


def said(steps: tuple[Step, ...]) -> list[str]:
    return [step.says for step in steps]


def ids(steps: tuple[Step, ...]) -> list[str]:
    return [step.id for step in steps]


# Why it is true


def test_an_answer_is_told_with_its_question(kb: KnowledgeBase) -> None:
    (step,) = because(Situation.of(kb, {"one": ("a",)}), A)
    assert (step.kind, step.id, step.state) == ("answer", "one=a", "true")
    assert step.says == "one? You said “a”."


def test_of_alternatives_those_that_are_so_are_told(kb: KnowledgeBase) -> None:
    situation = Situation.of(kb, {"one": ("b",), "many": ("x", "y")})
    assert ids(because(situation, Any((A, X, Y)))) == ["many=x", "many=y"]


def test_an_answer_among_others_says_so(kb: KnowledgeBase) -> None:
    situation = Situation.of(kb, {"many": ("x", "y")})
    assert said(because(situation, X)) == ["many? You said “x”, among others."]


def test_what_was_not_said_is_told_beside_what_was(kb: KnowledgeBase) -> None:
    situation = Situation.of(kb, {"many": ("x", "y")})
    (step,) = because(situation, Not(Chosen("many", "z")))
    assert (step.says, step.state) == ("many? You said “x” and “y”, not “z”.", "false")


def test_a_concept_stands_over_the_rules_that_concluded_it(kb: KnowledgeBase) -> None:
    (bright,) = because(Situation.of(kb, {"one": ("a",), "many": ("z",)}), Concluded("bright"))
    (rule,) = bright.children
    assert (bright.kind, rule.kind, rule.id, rule.state) == ("concept", "rule", "r1", "fired")
    assert ids(rule.children) == ["warm", "many=y"]
    assert ids(rule.children[0].children[0].children) == ["one=a"]


def test_a_concept_that_fails_stands_over_the_rules_that_cannot_fire(kb: KnowledgeBase) -> None:
    situation = Situation.of(kb, {"one": ("b",), "many": ("z",)})
    (step,) = because(situation, Concluded("warm"), holds=False)
    assert step.says == "It does not follow that warm."
    assert [(rule.id, rule.state) for rule in step.children] == [("r0", "silent")]


def test_a_question_that_was_left_out_says_for_which_answer(kb: KnowledgeBase) -> None:
    situation = Situation.of(kb, {"one": ("b",)})
    (step,) = because(situation, Not(Chosen("later", "yes")))
    assert step.says == "later? It was left out, so it is not “yes”."
    assert said(step.children) == ["one? You said “b”, not “a”."]


def test_nothing_is_told_of_what_is_not_so(kb: KnowledgeBase) -> None:
    assert because(Situation.of(kb, {}), A) == ()


# What is lacking


def needs(kb: KnowledgeBase, condition: Condition, answers: Answers) -> list[str]:
    return said(missing(Situation.of(kb, answers), condition))


@pytest.mark.parametrize(
    ("condition", "answers", "told"),
    [
        (A, {}, "one? It would need “a”; there is no answer yet."),
        (A, {"one": ("unknown",)}, "one? It would need “a”; you said you don't know."),
        (A, {"one": ("b",)}, "one? It would need “a”; you said “b”."),
        (Any((A, B)), {"one": ("c",)}, "one? It would need “a” or “b”; you said “c”."),
        (X, {"many": ("y",)}, "many? It would need “x” as well; you said “y”."),
        (X, {"many": ("nothing",)}, "many? It would need “x”; you said “nothing”."),
        (Not(A), {"one": ("a",)}, "one? It would need another answer; you said “a”."),
        (Not(A), {}, "one? It would need an answer without “a”; there is no answer yet."),
        (
            Not(X),
            {"many": ("x", "y")},
            "many? It would need an answer without “x”; you said “x” and “y”.",
        ),
        (
            All((X, Not(Y))),
            {"many": ("y",)},
            "many? It would need “x”, and not “y”; you said “y”.",
        ),
    ],
)
def test_what_is_lacking_is_told_beside_what_was_said(
    kb: KnowledgeBase, condition: Condition, answers: Answers, told: str
) -> None:
    assert needs(kb, condition, answers) == [told]


def test_a_given_answer_stands_in_the_way_and_a_missing_one_is_unknown(kb: KnowledgeBase) -> None:
    steps = missing(Situation.of(kb, {"one": ("b",)}), All((A, X)))
    assert [(step.id, step.state) for step in steps] == [("one", "false"), ("many", "unknown")]


def test_the_smallest_part_is_told(kb: KnowledgeBase) -> None:
    assert ids(missing(Situation.of(kb, {}), Any((All((A, X)), Y)))) == ["many"]


def test_an_open_question_is_less_to_ask_for_than_another_answer(kb: KnowledgeBase) -> None:
    assert ids(missing(Situation.of(kb, {"one": ("b",)}), Any((A, X)))) == ["many"]


def test_concepts_are_opened_up_to_the_answers_they_lack(kb: KnowledgeBase) -> None:
    situation = Situation.of(kb, {"one": ("c",), "many": ("y",)})
    assert missing_answers(situation, Concluded("bright")) == MissingAnswers(
        (MissingAnswer("many", ("x",), True), MissingAnswer("many", ("y",), False)), enough=True
    )


def test_a_question_that_was_left_out_lacks_what_would_bring_it(kb: KnowledgeBase) -> None:
    situation = Situation.of(kb, {"one": ("b",)})
    assert ids(missing(situation, Chosen("later", "yes"))) == ["one", "later"]


def test_an_answer_that_was_set_aside_and_would_be_wrong_is_told_too(kb: KnowledgeBase) -> None:
    """Bringing the question back brings its old answer back."""
    condition = All((A, Not(Chosen("later", "yes"))))
    situation = Situation.of(kb, {"one": ("b",), "later": ("yes",)})
    assert ids(missing(situation, condition)) == ["one", "later"]


def test_nothing_is_lacking_where_it_is_true(kb: KnowledgeBase) -> None:
    assert missing_answers(Situation.of(kb, {"one": ("a",)}), A) == MissingAnswers((), enough=True)


def test_what_no_answers_can_bring_about_is_told_apart(kb: KnowledgeBase) -> None:
    assert missing_answers(Situation.of(kb, {}), All((A, B))) is None


def test_a_conflict_within_one_part_leaves_the_other(kb: KnowledgeBase) -> None:
    condition = All((Any((B, X)), A))
    assert sorted(ids(missing(Situation.of(kb, {}), condition))) == ["many", "one"]


# Whatever the knowledge and the answers


def atoms_told(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        if step.kind == "answer":
            yield step
        yield from atoms_told(step.children)


def rules_told(steps: tuple[Step, ...], state: str) -> Iterator[str]:
    for step in steps:
        if (step.kind, step.state) == ("rule", state):
            yield step.id
        yield from rules_told(step.children, state)


def test_what_is_told_of_a_fired_rule_is_so(
    shipped_kb: KnowledgeBase, draw_answers: DrawAnswers
) -> None:
    generator = random.Random(8)
    for _ in range(SHEETS):
        situation = Situation.of(shipped_kb, draw_answers(shipped_kb, generator))
        fired = set(situation.evaluator.infer(situation.facts).fired)
        for name in fired:
            tree = (rule_step(situation, shipped_kb.rules[name]),)
            assert tree[0].children
            assert set(rules_told(tree, "fired")) <= fired
            assert not set(rules_told(tree, "silent")) & fired
            for step in atoms_told(tree):
                question, _, option = step.id.partition("=")
                holds = situation.value(Chosen(question, option))
                assert (step.state == "true") is holds


def made_good(
    kb: KnowledgeBase, answers: Answers, lacks: tuple[MissingAnswer, ...]
) -> Iterator[Answers]:
    """The answers with each lack made good, in every way its sentence leaves open."""
    names = list(dict.fromkeys(lack.question for lack in lacks))
    ways = [
        list(answers_without(kb, answers, [lack for lack in lacks if lack.question == name]))
        for name in names
    ]
    for answer in product(*ways):
        yield {**answers, **dict(zip(names, answer, strict=True))}


def answers_without(
    kb: KnowledgeBase, answers: Answers, lacks: list[MissingAnswer]
) -> Iterator[tuple[str, ...]]:
    question = kb.questions[lacks[0].question]
    barred = {option for lack in lacks if not lack.wanted for option in lack.options}
    given = [] if answers.get(question.id) == (UNKNOWN,) else answers.get(question.id, ())
    kept = [option for option in given if option not in barred] if question.multiple else []
    wanted = [lack.options for lack in lacks if lack.wanted]
    if not wanted:
        left = [option.id for option in question.options if option.id not in barred]
        yield from [tuple(kept)] if kept else [(option,) for option in left]
    for chosen in product(*wanted) if wanted else ():
        both = tuple(dict.fromkeys((*kept, *chosen)))
        alone = [option for option in chosen if question.option(option).alone]
        beside = tuple(option for option in both if not question.option(option).alone)
        yield tuple(alone[:1]) or beside


def test_what_is_lacking_makes_the_rule_fire_once_it_is_given(
    shipped_kb: KnowledgeBase, draw_answers: DrawAnswers
) -> None:
    generator = random.Random(9)
    for _ in range(SHEETS):
        answers = draw_answers(shipped_kb, generator)
        situation = Situation.of(shipped_kb, answers)
        for rule in shipped_kb.rules.values():
            found = missing_answers(situation, rule.when)
            assert found is not None
            assert found.enough, (rule.id, answers)
            for given in made_good(shipped_kb, answers, found.items):
                assert all(
                    not list(answer_mistakes(shipped_kb.questions[name], words))
                    for name, words in given.items()
                )
                assert situation.with_answers(given).value(rule.when) is True, (rule.id, given)


def drawn(generator: random.Random, depth: int) -> Condition:
    kind = generator.random()
    if depth == 0 or kind < 0.3:
        name = generator.choice([*QUESTIONS, "warm", "bright"])
        if name not in QUESTIONS:
            return Concluded(name)
        return Chosen(name, generator.choice(QUESTIONS[name]))
    if kind < 0.5:
        return Not(drawn(generator, depth - 1))
    parts = tuple(drawn(generator, depth - 1) for _ in range(generator.randint(1, 3)))
    return All(parts) if kind < 0.75 else Any(parts)


def every_sheet(kb: KnowledgeBase) -> list[dict[str, tuple[str, ...]]]:
    one = [("unknown",), ("a",), ("b",), ("c",)]
    many = [("unknown",), ("nothing",)]
    many += [
        tuple(o for o, on in zip("xyz", bits, strict=True) if on) for bits in BITS if any(bits)
    ]
    later = [("unknown",), ("yes",), ("no",)]
    return [{"one": a, "many": m, "later": y} for a, m, y in product(one, many, later)]


BITS = list(product((False, True), repeat=3))


def test_what_is_called_impossible_is_so_and_what_is_enough_is_enough(kb: KnowledgeBase) -> None:
    """Against every answer sheet there is, for conditions drawn at random."""
    generator = random.Random(10)
    sheets = every_sheet(kb)
    situations = [Situation.of(kb, sheet) for sheet in sheets]
    enough = 0
    for _ in range(150):
        condition = drawn(generator, 3)
        situation = generator.choice(situations)
        possible = any(other.value(condition) is True for other in situations)
        found = missing_answers(situation, condition)
        if found is None:
            assert not possible, condition
        elif found.enough:
            enough += 1
            for given in made_good(kb, situation.answers, found.items):
                assert situation.with_answers(given).value(condition) is True, (condition, given)
    assert enough > 75


def test_no_part_of_what_is_lacking_can_be_left_out(
    shipped_kb: KnowledgeBase, draw_answers: DrawAnswers
) -> None:
    """Each lack is necessary: given all but one of them, the rule stays silent."""
    generator = random.Random(11)
    for _ in range(SHEETS):
        answers = draw_answers(shipped_kb, generator)
        situation = Situation.of(shipped_kb, answers)
        for rule in shipped_kb.rules.values():
            found = missing_answers(situation, rule.when)
            assert found is not None
            names = dict.fromkeys(lack.question for lack in found.items)
            for name in names:
                others = tuple(lack for lack in found.items if lack.question != name)
                given = next(made_good(shipped_kb, answers, others))
                assert situation.with_answers(given).value(rule.when) is not True, (rule.id, name)


def test_concepts_far_down_are_not_told_without_end(make_kb: MakeKnowledge) -> None:
    """Each concept rests twice on the one before: told in full, the tree would double 60 times."""
    rules: list[tuple[Condition, Conclude]] = [(Chosen("q", "yes"), Conclude("c0"))]
    for number in range(60):
        before = Concluded(f"c{number}")
        rules += [
            (before, Conclude(f"c{number + 1}")),
            (Any((before,)), Conclude(f"c{number + 1}")),
        ]
    kb = make_kb({"q": ("yes", "no")}, rules)
    (step,) = because(Situation.of(kb, {"q": ("yes",)}), Concluded("c60"))
    deep = 0
    while step.children:
        deep, step = deep + 1, step.children[0]
    assert 2 < deep < 20
