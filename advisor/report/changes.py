"""A changed answer in words, as every report on "and if?" says it."""

from __future__ import annotations

from advisor.report import words
from rules.model import KnowledgeBase


def change_in_words(
    kb: KnowledgeBase, question: str, before: tuple[str, ...], after: tuple[str, ...]
) -> str:
    """``Android -> iOS or iPadOS``; of a multiple choice what comes and what goes: ``also iOS``.

    An empty answer was not given.
    """
    stays = [option for option in before if option in after]
    if not stays:
        return " -> ".join(
            words.answer_in_words(kb, question, given) if given else "not answered"
            for given in (before, after)
        )
    comes = tuple(option for option in after if option not in before)
    goes = tuple(option for option in before if option not in after)
    told = [
        f"{word} {words.answer_in_words(kb, question, options)}"
        for word, options in (("also", comes), ("no longer", goes))
        if options
    ]
    return ", ".join(told)
