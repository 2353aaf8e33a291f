"""Answers as given: question -> the options chosen, or ``("unknown",)`` for "I don't know"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rules.diagnostics import hint, quoted
from rules.model import UNKNOWN, Option, Question

Answers: TypeAlias = Mapping[str, tuple[str, ...]]


def is_known(answers: Answers, question: str) -> bool:
    """Whether ``question`` has an answer other than ``unknown``."""
    return answers.get(question, (UNKNOWN,)) != (UNKNOWN,)


def known_answers(answers: Answers) -> dict[str, tuple[str, ...]]:
    """The answers other than ``unknown``."""
    return {name: chosen for name, chosen in answers.items() if chosen != (UNKNOWN,)}


MOST_WRONG = 5  # names in one answer of which each gets a sentence


@dataclass(frozen=True)
class AnswerOptions:
    """What may be answered to a question, known before the question itself is read."""

    id: str
    multiple: bool
    options: tuple[Option, ...]


def answer_mistakes(question: Question | AnswerOptions, words: tuple[str, ...]) -> Iterator[str]:
    """Why ``words`` cannot be the answer to ``question``; nothing when they can."""
    return (f"'{question.id}' {says}" for says in answer_faults(question, words))


def answer_faults(
    question: Question | AnswerOptions, words: tuple[str, ...], label: Callable[[str], str] = quoted
) -> Iterator[str]:
    """The same as what is said of the question: "takes one answer, and 2 are given".

    ``label`` is how an option, or "unknown", is shown.
    """
    options = {option.id for option in question.options}
    if not words or words == ("",):
        yield f"has no answer; expected an option, or {label(UNKNOWN)}"
        return
    wrong = [word for word in dict.fromkeys(words) if word != UNKNOWN and word not in options]
    for word in wrong[:MOST_WRONG]:
        yield f"has no option {quoted(word)}{hint(word, options | {UNKNOWN})}"
    if more := len(wrong[MOST_WRONG:]):
        yield f"has no option of {more:,} more names either"
    if len(set(words)) < len(words):
        yield "names an option twice"
    elif len(words) > 1 and UNKNOWN in words:
        yield f"cannot be {label(UNKNOWN)} and something else"
    elif len(words) > 1 and not question.multiple:
        yield f"takes one answer, and {len(words)} are given"
    elif len(words) > 1:
        for option in question.options:
            if option.alone and option.id in words:
                yield f"cannot be {label(option.id)} and something else"
