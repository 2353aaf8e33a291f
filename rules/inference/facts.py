"""From answers to facts: which atoms are known to hold, which are known to fail.

A single choice that is answered settles all its options; so does a multiple choice. A question
that is unanswered, or answered ``unknown``, settles none. A question that cannot apply, because
earlier answers make its ``applies_when`` false, settles all its options: none of them holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.answers import Answers, is_known
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
        chosen = answers.get(question.id, (UNKNOWN,))
        if applies(question, earlier) is False:
            not_applicable.add(question.id)
            chosen = ()
        elif chosen == (UNKNOWN,):
            continue
        for atom in question.atoms:
            values[atom] = atom.option in chosen
    return Facts(values, frozenset(not_applicable))


def applies(question: Question, earlier: Facts) -> bool | None:
    """Whether ``question`` is known to apply or not to, given the facts of those before it."""
    return question.applies_when is None or evaluate(question.applies_when, earlier.value)


def unanswered(kb: KnowledgeBase, answers: Answers, facts: Facts) -> tuple[str, ...]:
    """The questions that apply and have no answer, or ``unknown``, in the order they are asked."""
    return tuple(
        name
        for name in kb.questions
        if name not in facts.not_applicable and not is_known(answers, name)
    )


def open_questions(kb: KnowledgeBase, answers: Answers) -> tuple[str, ...]:
    """The unanswered questions that are known to apply: those that can be asked now.

    A question that may turn out not to apply waits for the answers that settle it.
    """
    facts = establish(kb, answers)
    names = unanswered(kb, answers, facts)
    return tuple(name for name in names if applies(kb.questions[name], facts))


@dataclass(frozen=True)
class Inference:
    """What follows from facts.

    ``fired`` holds the rules known to fire, in the knowledge base's order; ``concepts`` every
    concept that is settled (True: concluded; False: no rule can conclude it any more).
    """

    fired: tuple[str, ...]
    concepts: Mapping[str, bool]
