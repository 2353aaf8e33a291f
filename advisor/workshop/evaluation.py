"""What the rules make of each person's answers and points, and of the group's, after the evidence.

The same rules, withdrawals and judgement as in a consultation, without its what-ifs, so that some
hundred people are judged at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from advisor.consultation.evidence import withdraw
from probes.api import Finding
from rules.answers import Answers
from rules.batch.each import judge_each
from rules.inference.situation import Situation
from rules.model import KnowledgeBase
from rules.scoring.judgement import Judgement
from rules.scoring.rankings import Priorities


@dataclass(frozen=True)
class BallotEvaluator:
    """Judges by one knowledge base and what was found."""

    kb: KnowledgeBase
    findings: Mapping[str, Finding]

    def judge(self, answers: Answers, priorities: Priorities) -> Judgement:
        return self.judge_all([(answers, priorities)])[0]

    def judge_all(self, people: Sequence[tuple[Answers, Priorities]]) -> list[Judgement]:
        """The judgement on each pair of answers and ranking."""
        by_withdrawn: dict[frozenset[str], list[int]] = {}
        for number, (answers, _) in enumerate(people):
            by_withdrawn.setdefault(self._withdrawn(answers), []).append(number)
        judged: dict[int, Judgement] = {}
        for withdrawn, numbers in by_withdrawn.items():
            judgements = judge_each(self.kb.without(withdrawn), [people[n] for n in numbers])
            judged.update(zip(numbers, judgements, strict=True))
        return [judged[number] for number in range(len(people))]

    def _withdrawn(self, answers: Answers) -> frozenset[str]:
        """The rules that the evidence withdraws for these answers."""
        situation = self._blank.with_answers(answers)
        _, withdrawals = withdraw(situation, lambda _: self.findings)
        return frozenset(withdrawal.rule for withdrawal in withdrawals)

    @cached_property
    def _blank(self) -> Situation:
        return Situation.of(self.kb, {})
