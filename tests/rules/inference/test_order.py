"""No order changes an outcome: not of rules, of concepts, of questions, of answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

import pytest

from rules.analysis.whatif import WhatIf
from rules.conditions import Chosen, atoms
from rules.inference.engine import Engine
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import establish
from rules.model import KnowledgeBase, Question
from rules.scoring.judgement import Judgement, judge

T = TypeVar("T")
Answers = dict[str, tuple[str, ...]]
DrawAnswers = Callable[[KnowledgeBase, random.Random], Answers]
Outcome = tuple[frozenset[str], Mapping[str, bool], Judgement]

SHEETS = 60
SHUFFLES = range(3)


@pytest.fixture(scope="module")
def sheets(shipped_kb: KnowledgeBase, draw_answers: DrawAnswers) -> list[Answers]:
    generator = random.Random(20270117)
    return [draw_answers(shipped_kb, generator) for _ in range(SHEETS)]


@pytest.fixture(scope="module")
def expected(shipped_kb: KnowledgeBase, sheets: list[Answers]) -> list[Outcome]:
    """What follows from each sheet in the order in which everything is written."""
    return outcomes(RuleEvaluator(shipped_kb), shipped_kb, sheets)


def outcomes(
    evaluator: Engine | RuleEvaluator, kb: KnowledgeBase, sheets: list[Answers]
) -> list[Outcome]:
    """Rules fired, concepts settled and the judgement of each sheet."""
    found = []
    for sheet in sheets:
        inferred = evaluator.infer(establish(kb, sheet))
        judgement = judge(kb, inferred.fired, ranking(kb))
        found.append((frozenset(inferred.fired), inferred.concepts, judgement))
    return found


def ranking(kb: KnowledgeBase) -> tuple[str, ...]:
    return tuple(sorted(kb.criteria)[::2])


def shuffled(entries: Mapping[str, T], generator: random.Random) -> dict[str, T]:
    items = list(entries.items())
    generator.shuffle(items)
    return dict(items)


def in_another_order(
    questions: Mapping[str, Question], generator: random.Random
) -> Iterator[tuple[str, Question]]:
    """The questions in a random order in which each still comes after those it asks for."""
    left = dict(questions)
    while left:
        free = [one for one in left.values() if not needs(one) & left.keys()]
        chosen = generator.choice(free)
        yield chosen.id, left.pop(chosen.id)


def needs(question: Question) -> set[str]:
    if question.applies_when is None:
        return set()
    return {atom.question for atom in atoms(question.applies_when) if isinstance(atom, Chosen)}


@pytest.fixture(scope="module", params=SHUFFLES)
def another(shipped_kb: KnowledgeBase, request: pytest.FixtureRequest) -> KnowledgeBase:
    """The shipped knowledge with its rules, concepts, criteria and questions in another order."""
    generator = random.Random(request.param)
    return replace(
        shipped_kb,
        rules=shuffled(shipped_kb.rules, generator),
        concepts=shuffled(shipped_kb.concepts, generator),
        criteria=shuffled(shipped_kb.criteria, generator),
        questions=dict(in_another_order(shipped_kb.questions, generator)),
    )


def test_the_orders_tried_are_others(shipped_kb: KnowledgeBase, another: KnowledgeBase) -> None:
    assert all(
        list(getattr(another, table)) != list(getattr(shipped_kb, table))
        for table in ("rules", "concepts", "criteria", "questions")
    )


@pytest.mark.parametrize("evaluator", [Engine, RuleEvaluator])
def test_order_of_rules_and_questions_changes_no_outcome(
    evaluator: Callable[[KnowledgeBase], Engine | RuleEvaluator],
    another: KnowledgeBase,
    sheets: list[Answers],
    expected: list[Outcome],
) -> None:
    assert outcomes(evaluator(another), another, sheets) == expected


def test_order_of_answers_and_of_options_changes_no_outcome(
    shipped_kb: KnowledgeBase, sheets: list[Answers], expected: list[Outcome]
) -> None:
    generator = random.Random(11)
    other: list[Answers] = []
    for sheet in sheets:
        answers = shuffled(sheet, generator)
        other.append({name: tuple(generator.sample(o, len(o))) for name, o in answers.items()})
    assert outcomes(RuleEvaluator(shipped_kb), shipped_kb, other) == expected


def test_order_of_sheets_changes_no_outcome(
    shipped_kb: KnowledgeBase, sheets: list[Answers], expected: list[Outcome]
) -> None:
    found = outcomes(Engine(shipped_kb), shipped_kb, sheets[::-1])
    assert found[::-1] == expected


def test_order_changes_no_flip(
    shipped_kb: KnowledgeBase, another: KnowledgeBase, sheets: list[Answers]
) -> None:
    def flips(kb: KnowledgeBase, sheet: Answers) -> set[tuple[str, tuple[str, ...], str | None]]:
        found = WhatIf(kb, ranking(kb)).flips(sheet)
        return {(flip.question, flip.answer, flip.judgement.winner) for flip in found}

    assert [flips(another, s) for s in sheets[:5]] == [flips(shipped_kb, s) for s in sheets[:5]]
