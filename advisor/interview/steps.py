"""The steps of an interview: the names of those that are no questions, and what they share."""

from __future__ import annotations

from typing import TypeAlias

from advisor.answers.sheet import Sheet
from advisor.interview.prompts import Aside, Reply
from rules.inference.facts import establish
from rules.model import KnowledgeBase

# Steps that are no questions, and entries of menus. Names in a knowledge base hold no colon, so
# these cannot collide with the ids of questions and criteria.
SETTLED, RANKING, TITLE, REVIEW = ":settled", ":ranking", ":title", ":review"
RECOMMEND, STOP_HERE, ENOUGH = ":recommend", ":stop", ":enough"
SKIP, GO_ON = ":skip", ":go-on"
NOT_ASKED = "not asked"

InterviewStep: TypeAlias = str  # a question's id, or SETTLED, RANKING, TITLE, REVIEW


def heard(reply: Reply) -> Reply:
    """The reply, unless it is to stop: raises KeyboardInterrupt then."""
    if reply is Aside.STOP:
        raise KeyboardInterrupt
    return reply


def applicable(kb: KnowledgeBase, sheet: Sheet) -> list[str]:
    """The questions that may still matter, in the order of the knowledge base."""
    skipped = establish(kb, sheet.answers).not_applicable
    return [name for name in kb.questions if name not in skipped]
