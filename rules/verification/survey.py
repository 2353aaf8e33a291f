"""What is known of a knowledge base's rules before they are compared: which can fire, and where."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from rules.answers import Answers
from rules.inference.situation import Situation
from rules.model import KnowledgeBase, Rule, RuleOut
from rules.verification.propositions import Reasoner


class Survey:
    """One knowledge base with the shortest answer sheet on which each of its rules fires.

    ``witnesses`` holds those sheets, for the rules that can fire (``able``) alone; ``positions``
    the place of each rule in the order of the knowledge base.
    """

    def __init__(self, kb: KnowledgeBase, reasoner: Reasoner) -> None:
        self.kb = kb
        self.reasoner = reasoner
        self.positions = {name: position for position, name in enumerate(kb.rules)}
        self._blank = Situation.of(kb, {})
        self.witnesses: dict[str, Answers] = {}
        for name, literal in reasoner.propositions.rules.items():
            witness = reasoner.witness(literal)
            if witness is not None:
                self.witnesses[name] = witness
        self.able = frozenset(self.witnesses)
        self._beside = {name: self.fired(witness) for name, witness in self.witnesses.items()}

    @cached_property
    def ruled_out(self) -> dict[str, int]:
        """Alternative -> the literal of its being ruled out."""
        propositions = self.reasoner.propositions
        return {
            name: propositions.any_of(propositions.rules[rule.id] for rule in self.ruling_out(name))
            for name in self.kb.alternatives
        }

    def ruling_out(self, alternative: str) -> Iterator[Rule]:
        """The rules that rule out ``alternative``."""
        for rule in self.kb.rules.values():
            if rule.action == RuleOut(alternative):
                yield rule

    def fired(self, answers: Answers) -> frozenset[str]:
        """The rules that fire on these answers."""
        return frozenset(self._blank.with_answers(answers).fired)

    def implies(self, rule: Rule, other: Rule) -> bool:
        """Whether ``other`` fires wherever ``rule``, which can fire, does."""
        if other.id not in self._beside[rule.id]:
            return False  # seen without: no need to ask
        literals = self.reasoner.propositions.rules
        return not self.reasoner.possible(literals[rule.id], -literals[other.id])
