"""Whether an outcome stays what it is, between the rules that certainly fire and those that may.

Every completion fires all of ``certain`` and some of ``possible``. The certainty factors of one
alternative under one criterion combine to no less than with all that may speak against it and to
no more than with all that may speak for it (:func:`rules.scoring.judgement.combine` is monotone). A
total also hangs on which criteria are spoken to at all, so each set of them that may come about is
looked at. Leads and acceptability grow with every score of the winner and fall with every score of
its rivals, so their bounds are had at the corners.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from rules.model import KnowledgeBase, Prefer, Rule, RuleOut
from rules.scoring.acceptability import acceptability
from rules.scoring.judgement import Judgement, Verdict, combine, weigh
from rules.scoring.rankings import Priorities

MOST_OPEN_CRITERIA = 10  # of which every subset is looked at
NOISE = 1e-9  # by which a bound must clear a threshold: it is computed in floats

Scores = Mapping[str, Mapping[str, float]]  # alternative -> criterion -> score


def stays(
    kb: KnowledgeBase,
    certain: Sequence[Rule],
    possible: Sequence[Rule],
    now: Judgement,
    priorities: Priorities = (),
) -> bool:
    """Whether every set of rules that holds ``certain``, and of ``possible`` any, comes to the
    same as ``now``: the same winner or, without one, the same verdict. False where that is
    not proven. Both are rules that decide: prefer, oppose or rule out.
    """
    ruled_out, may_be_ruled_out = _ruled_out(certain), _ruled_out(certain) | _ruled_out(possible)
    remaining = [name for name in kb.alternatives if name not in ruled_out]
    spoken, may_be_spoken = _criteria(kb, certain), _criteria(kb, [*certain, *possible])
    if now.verdict is Verdict.IMPOSSIBLE:
        return not remaining
    if now.verdict is Verdict.UNDECIDED:
        return not certain and not possible
    if now.winner is None and may_be_ruled_out != ruled_out:
        return False
    if now.winner is not None and (now.winner in may_be_ruled_out or now.winner not in remaining):
        return False
    if remaining == [now.winner]:
        return True
    open_criteria = [name for name in may_be_spoken if name not in spoken]
    if len(open_criteria) > MOST_OPEN_CRITERIA or not (spoken or ruled_out):
        return False
    reasons = sum(isinstance(rule.action, Prefer) for rule in certain)
    least, most = _scores(kb, certain, possible, -1), _scores(kb, certain, possible, +1)
    for extra in chain.from_iterable(
        combinations(open_criteria, n) for n in range(len(open_criteria) + 1)
    ):
        criteria = [name for name in kb.criteria if name in spoken or name in extra]
        case = _Case(kb, remaining, criteria, least, most, priorities)
        same = case.wins(now.winner, reasons) if now.winner is not None else case.is_close()
        if not same:
            return False
    return True


@dataclass(frozen=True)
class _Case:
    """The scores at least and at most, with just these criteria spoken to."""

    kb: KnowledgeBase
    left: Sequence[str]
    criteria: Sequence[str]
    least: Scores
    most: Scores
    priorities: Priorities

    def wins(self, winner: str, reasons: int) -> bool:
        """Whether ``winner`` is certain to be recommended, if only as a leaning."""
        threshold = self.kb.leaning
        rivals = [name for name in self.left if name != winner]
        if reasons < threshold.reasons:
            return False
        if any(self.lead(winner, rival) < threshold.margin + NOISE for rival in rivals):
            return False
        return self.share(winner, rivals) >= threshold.acceptability + NOISE

    def is_close(self) -> bool:
        """Whether no alternative can get far enough ahead of all others to be recommended."""
        margin = self.kb.leaning.margin - NOISE
        return all(
            any(-self.lead(rival, name) < margin for rival in self.left if rival != name)
            for name in self.left
        )

    def lead(self, name: str, rival: str) -> float:
        """By how much at least ``name`` is ahead of ``rival``."""
        weights = weigh(self.criteria, self.priorities)
        low, high = self.least[name], self.most[rival]
        return sum(weights[c] * (low[c] - high[c]) for c in self.criteria)

    def share(self, name: str, rivals: Iterable[str]) -> float:
        """The share of the weightings under which ``name`` is certain to win.

        Against several rivals acceptability is sampled or exact by turns, so both bounds count:
        against all at once, and the shares that each rival alone could take, subtracted.
        """
        rows = {rival: self.row(self.most[rival]) for rival in rivals}
        own = {name: self.row(self.least[name])}
        at_once = acceptability({**own, **rows}, self.priorities)[name]
        lost = sum(acceptability({**own, r: rows[r]}, self.priorities)[r] for r in rows)
        return min(at_once, 1.0 - lost)

    def row(self, scores: Mapping[str, float]) -> Mapping[str, float]:
        return {criterion: scores[criterion] for criterion in self.criteria}


def _ruled_out(rules: Iterable[Rule]) -> set[str]:
    return {rule.action.alternative for rule in rules if isinstance(rule.action, RuleOut)}


def _criteria(kb: KnowledgeBase, rules: Iterable[Rule]) -> list[str]:
    spoken = {rule.action.criterion for rule in rules if isinstance(rule.action, Prefer)}
    return [name for name in kb.criteria if name in spoken]


def _scores(
    kb: KnowledgeBase, certain: Sequence[Rule], possible: Sequence[Rule], sign: int
) -> Scores:
    """Every score if, of what is possible, all that speaks for (1) or against (-1) comes about."""

    def combined(key: tuple[str, str]) -> float:
        factors = (factor for factor in _factors(possible, key) if factor * sign > 0)
        return combine(chain(_factors(certain, key), factors))

    return {name: {c: combined((name, c)) for c in kb.criteria} for name in kb.alternatives}


def _factors(rules: Iterable[Rule], key: tuple[str, str]) -> Iterator[float]:
    for rule in rules:
        action = rule.action
        if isinstance(action, Prefer) and (action.alternative, action.criterion) == key:
            yield action.factor
