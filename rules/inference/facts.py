"""From answers to facts: which atoms are known to hold, which are known to fail.

A single choice that is answered settles all its options; so does a multiple choice. A question
that is unanswered, or answered ``unknown``, settles none. A question that cannot apply, because
earlier answers make its ``applies_when`` false, settles all its options: none of them holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.answers import Answers
from rules.conditions import Atom, Chosen, evaluate
from rules.model import UNKNOWN, KnowledgeBase, Question


@dataclass(frozen=True)
class Facts:
    """``values`` holds the settled atoms alone, ``not_applicable`` the questions to leave out."""

    values: Mapping[Chosen, bool]
    not_applicable: frozenset[str]

    def value(self, atom: Atom) -> bool | None:
        return self.values.get(atom) if isinstance(atom, Chosen) else None


def establish(kb: KnowledgeBase, answers: Answers) -> Facts:
    """The facts that ``answers`` give. Answers to questions that cannot apply are set aside."""
    values: dict[Chosen, bool] = {}
    not_applicable: set[str] = set()
    earlier = Facts(values, frozenset())
    for question in kb.questions.values():
        if not applies(question, earlier):
            not_applicable.add(question.id)
            chosen: tuple[str, ...] = ()
        elif answers.get(question.id, (UNKNOWN,)) == (UNKNOWN,):
            continue
        else:
            chosen = answers[question.id]
        for atom in question.atoms:
            values[atom] = atom.option in chosen
    return Facts(values, frozenset(not_applicable))


def applies(question: Question, earlier: Facts) -> bool:
    """Whether ``question`` may still matter, given the facts of the questions before it."""
    if question.applies_when is None:
        return True
    return evaluate(question.applies_when, earlier.value) is not False


def certainly_applies(question: Question, facts: Facts) -> bool:
    """Whether ``question`` is known to apply, whatever is answered next."""
    return question.applies_when is None or evaluate(question.applies_when, facts.value) is True


def unanswered(kb: KnowledgeBase, answers: Answers, facts: Facts) -> tuple[str, ...]:
    """The questions that apply and have no answer, or ``unknown``, in the order they are asked."""
    return tuple(
        name
        for name in kb.questions
        if name not in facts.not_applicable and answers.get(name, (UNKNOWN,)) == (UNKNOWN,)
    )


def valuation(facts: Facts, concepts: Mapping[str, bool]) -> Callable[[Atom], bool | None]:
    """The value of any atom, given the facts and the concepts settled by them."""

    def value(atom: Atom) -> bool | None:
        return facts.values.get(atom) if isinstance(atom, Chosen) else concepts.get(atom.concept)

    return value


@dataclass(frozen=True)
class Inference:
    """What follows from facts.

    ``fired`` holds the rules known to fire, in the knowledge base's order; ``concepts`` every
    concept that is settled (True: concluded; False: no rule can conclude it any more).
    """

    fired: tuple[str, ...]
    concepts: Mapping[str, bool]
