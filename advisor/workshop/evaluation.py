"""What the rules make of each person's answers and points, and of the group's, after the evidence.

The same rules, withdrawals and judgement as in a consultation, without its what-ifs, so that some
hundred people are judged at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from advisor.consultation.evidence import WeighedClaim, weigh_claim, withdrawals
from probes.api import Finding
from rules.answers import Answers
from rules.batch.each import judge_each
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import establish, valuation
from rules.model import KnowledgeBase
from rules.scoring.judgement import Judgement
from rules.scoring.rankings import Priorities


@dataclass(frozen=True)
class BallotEvaluator:
    """Judges by one knowledge base and what was found. Rules that fell are remembered."""

    kb: KnowledgeBase
    findings: Mapping[str, Finding]
    _evaluators: dict[frozenset[str], tuple[KnowledgeBase, RuleEvaluator]] = field(
        default_factory=dict, repr=False
    )

    def judge(self, answers: Answers, priorities: Priorities) -> Judgement:
        return self.judge_all([(answers, priorities)])[0]

    def judge_all(self, people: Sequence[tuple[Answers, Priorities]]) -> list[Judgement]:
        """The judgement on each pair of answers and ranking."""
        by_knowledge: dict[frozenset[str], list[int]] = {}
        for number, (answers, _) in enumerate(people):
            by_knowledge.setdefault(self.fallen(answers), []).append(number)
        judged: dict[int, Judgement] = {}
        for fallen, numbers in by_knowledge.items():
            kb, _ = self._evaluator(fallen)
            found = judge_each(kb, [people[number] for number in numbers])
            judged.update(zip(numbers, found, strict=True))
        return [judged[number] for number in range(len(people))]

    def fallen(self, answers: Answers) -> frozenset[str]:
        """The rules that the evidence withdraws for these answers; see ``consult`` for why in
        rounds.
        """
        facts, fallen = establish(self.kb, answers), frozenset[str]()
        while True:
            _, evaluator = self._evaluator(fallen)
            inference = evaluator.infer(facts)
            value = valuation(facts, inference.concepts)
            rules = [self.kb.rules[name] for name in inference.fired]
            claims: dict[str, WeighedClaim] = {}
            for name in {name for rule in rules for name in rule.claims}:
                claims[name] = weigh_claim(self.kb.claims[name], self.findings, value)
            newly = withdrawals(rules, claims, strict=False)
            if not newly:
                return fallen
            fallen |= {withdrawal.rule for withdrawal in newly}

    def standing(self, answers: Answers) -> KnowledgeBase:
        """The knowledge without the rules that fall for these answers."""
        return self._evaluator(self.fallen(answers))[0]

    def _evaluator(self, fallen: frozenset[str]) -> tuple[KnowledgeBase, RuleEvaluator]:
        if fallen not in self._evaluators:
            kb = self.kb.without(fallen)
            self._evaluators[fallen] = kb, RuleEvaluator(kb)
        return self._evaluators[fallen]
