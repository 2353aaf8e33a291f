"""One answer sheet under one knowledge base, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rules.answers import Answers
from rules.conditions import Condition, evaluate
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import Facts, establish, valuation
from rules.model import UNKNOWN, KnowledgeBase


@dataclass(frozen=True)
class Situation:
    """One answer sheet under one knowledge base, and what follows from it."""

    kb: KnowledgeBase
    answers: Answers
    evaluator: RuleEvaluator

    @classmethod
    def of(cls, kb: KnowledgeBase, answers: Answers) -> Situation:
        return cls(kb, answers, RuleEvaluator(kb))

    def supposing(self, answers: Answers) -> Situation:
        """The same knowledge with other answers."""
        return Situation(self.kb, answers, self.evaluator)

    @cached_property
    def facts(self) -> Facts:
        return establish(self.kb, self.answers)

    @cached_property
    def concepts(self) -> Mapping[str, bool]:
        """Every concept that is settled, and how."""
        return self.evaluator.infer(self.facts).concepts

    def value(self, condition: Condition) -> bool | None:
        return evaluate(condition, valuation(self.facts, self.concepts))

    def given(self, question: str) -> tuple[str, ...]:
        """The options chosen; none where there is no answer, or ``unknown``."""
        answer = self.answers.get(question, ())
        return () if answer == (UNKNOWN,) else answer
