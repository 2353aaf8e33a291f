"""One answer sheet under one knowledge base, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from rules.answers import Answers
from rules.conditions import Atom, Chosen, Condition, evaluate
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import Facts, Inference, establish
from rules.model import UNKNOWN, KnowledgeBase

if TYPE_CHECKING:  # the first question waits for what fires, and not for the scores
    from rules.scoring.judgement import Judgement
    from rules.scoring.rankings import Priorities


YOU = "you"


class Evaluator(Protocol):
    """What infers over one knowledge base: experta's engine, or the compiled evaluator."""

    def infer(self, facts: Facts) -> Inference: ...

    def without(self, rule_ids: frozenset[str]) -> Evaluator: ...


@dataclass(frozen=True)
class Situation:
    """One answer sheet under one knowledge base, and what follows from it.

    ``evaluator`` is one over ``kb``, ``speaker`` who answered, as explanations name them.
    Everything is computed when it is first asked for.
    """

    kb: KnowledgeBase
    answers: Answers
    evaluator: Evaluator
    speaker: str = YOU

    @classmethod
    def of(cls, kb: KnowledgeBase, answers: Answers, speaker: str = YOU) -> Situation:
        """The situation by the compiled evaluator."""
        return cls(kb, answers, RuleEvaluator(kb), speaker)

    def with_answers(self, answers: Answers) -> Situation:
        """The same knowledge with other answers."""
        return Situation(self.kb, answers, self.evaluator, self.speaker)

    def without_rules(self, rule_ids: frozenset[str]) -> Situation:
        """The same answers with these rules withdrawn."""
        kb, evaluator = self.kb.without(rule_ids), self.evaluator.without(rule_ids)
        return Situation(kb, self.answers, evaluator, self.speaker)

    @cached_property
    def facts(self) -> Facts:
        return establish(self.kb, self.answers)

    @property
    def fired(self) -> tuple[str, ...]:
        """The rules that fire, in the order of the knowledge base."""
        return self._inference.fired

    @property
    def concepts(self) -> Mapping[str, bool]:
        """Every concept that is settled, and how."""
        return self._inference.concepts

    def value(self, condition: Condition) -> bool | None:
        """True or False where ``condition`` is known to be so, None where it is open."""
        return evaluate(condition, self._atom_value)

    def judge(self, priorities: Priorities = ()) -> Judgement:
        """What the rules that fire come to under this ranking."""
        from rules.scoring.judgement import judge

        return judge(self.kb, self.fired, priorities)

    def given(self, question: str) -> tuple[str, ...]:
        """The options chosen; none where there is no answer, or ``unknown``."""
        answer = self.answers.get(question, ())
        return () if answer == (UNKNOWN,) else answer

    def _atom_value(self, atom: Atom) -> bool | None:
        if isinstance(atom, Chosen):
            return self.facts.values.get(atom)
        return self._inference.concepts.get(atom.concept)

    @cached_property
    def _inference(self) -> Inference:
        return self.evaluator.infer(self.facts)
