"""The steps of an interview: the names of those that are no questions, and what they share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from advisor.answers.sheet import Sheet
from advisor.interview.prompts import Aside, Asker, Offer, Picked, Prompt, Reply
from rules.answers import Answers
from rules.inference.facts import applies, establish
from rules.model import KnowledgeBase

# Steps that are no questions, and entries of menus. Names in a knowledge base hold no colon, so
# these cannot collide with the ids of questions and criteria.
SETTLED, RANKING, TITLE, REVIEW = ":settled", ":ranking", ":title", ":review"
RECOMMEND, STOP_HERE, ENOUGH = ":recommend", ":stop", ":enough"
SKIP, GO_ON = ":skip", ":go-on"
REASONS, NAME = ":reasons", ":name"  # of a ballot
NOT_ASKED = "not asked"

InterviewStep: TypeAlias = str  # a question's id, or SETTLED, RANKING, TITLE, REVIEW


def raise_if_stopped(reply: Reply) -> Reply:
    """The reply, unless it is to stop: raises KeyboardInterrupt then."""
    if reply is Aside.STOP:
        raise KeyboardInterrupt
    return reply


def choose(asker: Asker, prompt: Prompt) -> str | Aside:
    """The id of the offer that was chosen, or an aside that the prompt allows.

    Asks again after any other reply. Raises KeyboardInterrupt where the person stops.
    """
    known = {offer.id for offer in prompt.offers if isinstance(offer, Offer)}
    while True:
        match raise_if_stopped(asker.choose_one(prompt)):
            case Picked((entry,)) if entry in known:
                return entry
            case Aside() as aside if aside in prompt.asides:
                return aside


def progress(
    kb: KnowledgeBase, answers: Answers, questions: Iterable[str], *, place: int, total: int
) -> str:
    """Such as "3 of about 18": how many follow may hang on answers not given yet."""
    facts = establish(kb, answers)
    certain = all(applies(kb.questions[name], facts) for name in questions)
    return f"{place} of {'' if certain else 'about '}{total}"


def applicable(kb: KnowledgeBase, sheet: Sheet) -> list[str]:
    """The questions that may still matter, in the order of the knowledge base."""
    skipped = establish(kb, sheet.answers).not_applicable
    return [name for name in kb.questions if name not in skipped]
