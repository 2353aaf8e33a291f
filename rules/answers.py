"""Answers as given: question -> the options chosen, or ``("unknown",)`` for "I don't know"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rules.diagnostics import hint, quoted
from rules.model import UNKNOWN, Option, Question

Answers: TypeAlias = Mapping[str, tuple[str, ...]]


def answer_mistakes(question: Question | AnswerOptions, words: tuple[str, ...]) -> Iterator[str]:
    """Why ``words`` cannot be the answer to ``question``; nothing when they can."""
    options = {option.id for option in question.options}
    if not words or words == ("",):
        yield f"'{question.id}' has no answer; expected an option, or '{UNKNOWN}'"
        return
    for word in words:
        if word != UNKNOWN and word not in options:
            near = hint(word, options | {UNKNOWN})
            yield f"{quoted(word)} is not an option of '{question.id}'{near}"
    if len(set(words)) < len(words):
        yield f"'{question.id}' names an option twice"
    elif len(words) > 1 and UNKNOWN in words:
        yield f"'{question.id}' cannot be '{UNKNOWN}' and something else"
    elif len(words) > 1 and not question.multiple:
        yield f"'{question.id}' takes one answer, and {len(words)} are given"
    elif len(words) > 1:
        for option in question.options:
            if option.alone and option.id in words:
                yield f"'{question.id}' cannot be '{option.id}' and something else"


@dataclass(frozen=True)
class AnswerOptions:
    """What may be answered to a question, known before the question itself is read."""

    id: str
    multiple: bool
    options: tuple[Option, ...]
