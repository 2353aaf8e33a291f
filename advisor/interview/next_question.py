"""What an interview asks next, and whether what is left to ask can still change the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.answers.sheet import Sheet
from rules.model import Advise, KnowledgeBase


@dataclass(frozen=True)
class Settled:
    """An outcome that no answer still missing can change. ``outcome`` says what wins;
    ``advice`` is how many pieces of advice the answers could still bring.
    """

    outcome: str
    advice: int


class InOrder:
    """Guides through the questions in the order of the knowledge base, to the end."""

    def choose(self, sheet: Sheet, unasked: Sequence[str]) -> str:
        """The question to ask next, of these, which are in the knowledge base's order."""
        return unasked[0]

    def settled(self, sheet: Sheet) -> Settled | None:
        """What the answers come to, where that is proven to stay; None otherwise."""
        return None


class MostInformative(InOrder):
    """Asks what spreads the outcome most, by written knowledge; proves when nothing does any more.

    The first question is the knowledge base's first: that costs no time, and a test of the shipped
    base holds that it is the most telling one.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb

    def choose(self, sheet: Sheet, unasked: Sequence[str]) -> str:
        if not sheet.answers:
            return unasked[0]
        from rules.analysis.question_order import QuestionOrder

        order = QuestionOrder(self._kb, sheet.ranking).open_questions(sheet.answers)
        ready = (item.question for item in order if item.question in unasked)
        return next(ready, unasked[0])  # none: all wait for one that was answered "unknown"

    def settled(self, sheet: Sheet) -> Settled | None:
        from advisor.wording.recommendation import lasting
        from rules.analysis.settlement import Settlement
        from rules.analysis.whatif import WhatIf
        from rules.inference.situation import Situation

        now = WhatIf(self._kb, sheet.ranking).judge(sheet.answers)
        if not Settlement(self._kb, sheet.ranking).is_settled(sheet.answers, now):
            return None
        situation = Situation.of(self._kb, sheet.answers)
        advice = (rule for rule in self._kb.rules.values() if isinstance(rule.action, Advise))
        advice_open = sum(situation.value(rule.when) is None for rule in advice)
        return Settled(lasting(self._kb, now), advice_open)
