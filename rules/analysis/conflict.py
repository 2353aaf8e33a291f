"""When every alternative is ruled out: the smallest set of answers that does it."""

from __future__ import annotations

from itertools import combinations

from rules.answers import Answers
from rules.inference.situation import Situation
from rules.model import KnowledgeBase
from rules.scoring.judgement import Verdict

MAX_EXACT = 3  # answers in a set found by trying all; a larger one is found by leaving answers out


def conflict(kb: KnowledgeBase, answers: Answers) -> tuple[str, ...]:
    """The questions whose answers together rule every alternative out, in the order asked.

    Empty when they do not. No smaller set does it up to three answers; beyond that none of the
    set can be left out. Answers that are set aside are no part of it, though they would count
    if the answers that set them aside were left out.
    """
    situation = Situation.of(kb, answers)
    counted = answers.keys() - situation.facts.not_applicable
    everything = tuple(name for name in kb.questions if name in counted)

    def impossible(names: tuple[str, ...]) -> bool:
        some = situation.with_answers({name: answers[name] for name in names})
        return some.judge().verdict is Verdict.IMPOSSIBLE

    if not impossible(everything):
        return ()
    for size in range(1, MAX_EXACT + 1):
        for names in combinations(everything, size):
            if impossible(names):
                return names
    smallest = everything
    for name in everything:
        fewer = tuple(other for other in smallest if other != name)
        if impossible(fewer):
            smallest = fewer
    return smallest
