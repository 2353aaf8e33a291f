"""Whether a workshop goes with the knowledge that it is looked at with."""

from __future__ import annotations

from advisor.answers.rounds import misfits
from advisor.workshop.plan import SHOWN
from advisor.workshop.store import Workshop
from rules.diagnostics import InputError
from rules.model import KnowledgeBase


def check_knowledge(workshop: Workshop, kb: KnowledgeBase) -> bool:
    """Whether it is the knowledge that the workshop was made with; another may do as well.

    Raises InputError where what was asked or answered is nothing in it.
    """
    plan, path = workshop.plan, workshop.path
    same = plan.knowledge == kb.digest
    then = f"{plan.knowledge[:SHOWN]}, and this is {kb.digest[:SHOWN]}"
    expected = f"expected the one it was made with (--kb): that was {then}"
    there = {*kb.questions, *kb.criteria}
    gone = [name for name in (*plan.questions, *plan.criteria) if name not in there]
    if gone and not same:
        message = f"votes on '{gone[0]}', which this knowledge lacks: {expected}"
        raise InputError.at(path, message)
    for misfit in misfits(workshop.history(), kb):
        if same:
            raise InputError.at(path, f"is damaged: {misfit}")
        raise InputError.at(path, f"does not go with this knowledge: {misfit}; {expected}")
    if same and workshop.who_answers_otherwise(kb):
        message = "is damaged: a sealed ballot in it answers what it cannot, expected it as sealed"
        raise InputError.at(path, message)
    return same
