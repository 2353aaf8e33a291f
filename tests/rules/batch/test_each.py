"""Many people at once, each with answers and a ranking of their own, judged as ``judge`` does."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import pytest

from rules.batch.each import judge_each
from rules.conditions import Chosen
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import establish
from rules.model import KnowledgeBase, Prefer, RuleOut
from rules.scoring.judgement import Judgement, Verdict, judge
from rules.scoring.rankings import GroupRanking, Priorities, ranked_by

Answers = Mapping[str, tuple[str, ...]]
Person = tuple[Answers, Priorities]
MakeKnowledge = Callable[..., KnowledgeBase]
DrawAnswers = Callable[[KnowledgeBase, random.Random], dict[str, tuple[str, ...]]]


def drawn_priorities(kb: KnowledgeBase, generator: random.Random) -> Priorities:
    """Strict rankings and some with ties, of a few criteria or of all; now and then a panel."""
    names = list(kb.criteria)
    kind = generator.random()
    ranked = generator.sample(names, generator.randint(0, len(names)))
    if kind < 0.3:
        return ranked
    if kind < 0.9:
        return ranked_by({name: generator.randint(0, 3) for name in ranked})
    return GroupRanking(
        (tuple(ranked), ranked_by({name: generator.randint(0, 1) for name in names}))
    )


def drawn_people(
    kb: KnowledgeBase, draw: DrawAnswers, count: int, generator: random.Random
) -> list[Person]:
    return [(draw(kb, generator), drawn_priorities(kb, generator)) for _ in range(count)]


def one_by_one(kb: KnowledgeBase, people: Sequence[Person]) -> list[Judgement]:
    reference = RuleEvaluator(kb)
    return [
        judge(kb, reference.infer(establish(kb, answers)).fired, priorities)
        for answers, priorities in people
    ]


def test_everybody_is_judged_by_what_is_shipped_as_alone(
    shipped_kb: KnowledgeBase, draw_answers: DrawAnswers
) -> None:
    people = drawn_people(shipped_kb, draw_answers, 150, random.Random(1))
    assert list(map(repr, judge_each(shipped_kb, people))) == [
        repr(one) for one in one_by_one(shipped_kb, people)
    ]


@pytest.mark.parametrize("alternatives", [("red", "blue"), ("red", "blue", "green"), ("red",)])
def test_everybody_is_judged_as_alone_whatever_the_alternatives(
    make_kb: MakeKnowledge, draw_answers: DrawAnswers, alternatives: Sequence[str]
) -> None:
    generator = random.Random(2)
    questions = {f"q{i}": ("yes", "no", "maybe") for i in range(6)}
    rules = [
        (
            Chosen(generator.choice(list(questions)), generator.choice(("yes", "no", "maybe"))),
            Prefer(
                generator.choice(alternatives),
                generator.choice(("speed", "reach", "price")),
                generator.choice((0.2, 0.4, 0.6, -0.2, -0.4, 1 / 3)),
                "",
            ),
        )
        for _ in range(20)
    ]
    rules += [(Chosen(f"q{i}", "maybe"), RuleOut(name)) for i, name in enumerate(alternatives)]
    kb = make_kb(questions, rules, alternatives=alternatives)
    people = drawn_people(kb, draw_answers, 60, generator)
    expected = one_by_one(kb, people)
    assert list(map(repr, judge_each(kb, people))) == list(map(repr, expected))
    assert {one.verdict for one in expected} >= {Verdict.IMPOSSIBLE, Verdict.CLEAR}


def test_same_answers_are_judged_by_each_ones_own_ranking(make_kb: MakeKnowledge) -> None:
    rules = [
        (Chosen("road", "yes"), Prefer("red", "speed", 0.6, "")),
        (Chosen("road", "yes"), Prefer("blue", "reach", 0.6, "")),
    ]
    kb = make_kb({"road": ("yes", "no")}, rules)
    answers = {"road": ("yes",)}
    rankings: list[Priorities] = [("speed", "reach"), ("reach", "speed"), [("speed", "reach")]]
    found = judge_each(kb, [(answers, ranking) for ranking in rankings])
    assert [one.winner for one in found] == ["red", "blue", None]
    assert [one.acceptability["red"] for one in found] == [1.0, 0.0, 0.5]


def test_nobody_is_judged_at_once(shipped_kb: KnowledgeBase) -> None:
    assert judge_each(shipped_kb, []) == []


def test_person_without_answers_is_undecided(shipped_kb: KnowledgeBase) -> None:
    (found,) = judge_each(shipped_kb, [({}, ())])
    assert found.verdict is Verdict.UNDECIDED
    assert found.weights == {}
