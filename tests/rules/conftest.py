"""Knowledge to reason with: what is shipped, a small base in files, and bases made for one test."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from rules.conditions import Concluded, Condition, atoms
from rules.diagnostics import SourceLocation
from rules.loading.loader import load
from rules.model import (
    Action,
    Alternative,
    Concept,
    Conclude,
    Criterion,
    KnowledgeBase,
    Option,
    Question,
    Rule,
    Threshold,
)

NOWHERE = SourceLocation("made.yaml", 1)

MakeKnowledge = Callable[..., KnowledgeBase]
DrawAnswers = Callable[[KnowledgeBase, random.Random], dict[str, tuple[str, ...]]]


@pytest.fixture(scope="session")
def shipped_kb() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="session")
def small_kb() -> KnowledgeBase:
    return load(Path(__file__).parent / "small")


@pytest.fixture(scope="session")
def make_kb() -> MakeKnowledge:
    """Makes a base from questions (id -> option ids) and rules (condition, action).

    Rules are called r0, r1, ... in their order. Concepts are those the rules speak of, and those
    in ``concepts``; ``alone`` names options that are not chosen together with others.
    """

    def make(
        questions: Mapping[str, Sequence[str]],
        rules: Iterable[tuple[Condition, Action]] = (),
        *,
        multiple: Iterable[str] = (),
        alone: Iterable[str] = (),
        applies_when: Mapping[str, Condition] | None = None,
        concepts: Iterable[str] = (),
        alternatives: Iterable[str] = ("red", "blue"),
        criteria: Iterable[str] = ("speed", "reach", "price"),
    ) -> KnowledgeBase:
        made = {f"r{i}": _rule(f"r{i}", *rule) for i, rule in enumerate(rules)}
        named = dict.fromkeys([*concepts, *_concepts_of(made.values())])
        return KnowledgeBase(
            sources={},
            alternatives={name: Alternative(name, name, "", NOWHERE) for name in alternatives},
            criteria={name: Criterion(name, name, "", NOWHERE) for name in criteria},
            sections={},
            questions={
                name: Question(
                    id=name,
                    section="",
                    ask=f"{name}?",
                    help="",
                    multiple=name in multiple,
                    options=tuple(
                        Option(option, option, "", alone=option in alone) for option in options
                    ),
                    applies_when=(applies_when or {}).get(name),
                    source="",
                    as_of="",
                    location=NOWHERE,
                )
                for name, options in questions.items()
            },
            concepts={name: Concept(name, name, NOWHERE) for name in named},
            claims={},
            statements={},
            rules=made,
            strengths={},
            clear=Threshold(0.85, 0.25),
            leaning=Threshold(0.6, 0.12),
            digest="sha256:made",
        )

    return make


def _rule(name: str, when: Condition, action: Action) -> Rule:
    return Rule(name, when, action, "", (), "", "", NOWHERE)


def _concepts_of(rules: Iterable[Rule]) -> Iterable[str]:
    for rule in rules:
        if isinstance(rule.action, Conclude):
            yield rule.action.concept
        yield from (atom.concept for atom in atoms(rule.when) if isinstance(atom, Concluded))


@pytest.fixture(scope="session")
def draw_answers() -> DrawAnswers:
    """Draws an answer sheet: questions left out, unknown, and answered where they cannot apply."""

    def draw(kb: KnowledgeBase, generator: random.Random) -> dict[str, tuple[str, ...]]:
        answers = {}
        answered = generator.choice([0.2, 0.5, 0.9])
        for question in kb.questions.values():
            options = [option.id for option in question.options]
            kind = generator.random()
            if kind < answered:
                most = min(3, len(options)) if question.multiple else 1
                chosen = generator.sample(options, generator.randint(1, most))
                alone = [option.id for option in question.options if option.alone]
                answers[question.id] = next(((o,) for o in chosen if o in alone), tuple(chosen))
            elif kind < answered + 0.1:
                answers[question.id] = ("unknown",)
        return answers

    return draw
