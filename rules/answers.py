"""Answers as given: question -> the options chosen, or ``("unknown",)`` for "I don't know"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from rules.model import UNKNOWN, KnowledgeBase, Question
from rules.problems import Problem
from rules.reading import Choice, hint, quoted

if TYPE_CHECKING:  # who has answers and no file needs no YAML
    from rules.yamlfile import Node

Answers: TypeAlias = Mapping[str, tuple[str, ...]]


def read_answers(node: Node, kb: KnowledgeBase) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """The answers under an ``answers:`` key, in the order of the questions, and what is wrong."""
    if node.value == "":
        return {}, []
    if not isinstance(node.value, Mapping):
        return {}, [Problem(node.place, "expected answers, one 'question: option' a line")]
    given: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for name, value in node.value.items():
        question = kb.questions.get(name)
        if question is None:
            message = f"unknown question {quoted(name)}{hint(name, kb.questions)}"
            problems.append(Problem(node.keys[name], message))
            continue
        chosen = [value] if isinstance(value.value, str) else value.value
        if isinstance(chosen, Mapping) or not all(isinstance(one.value, str) for one in chosen):
            problems.append(Problem(value.place, f"'{name}': expected an option or a list of them"))
            continue
        words = tuple(str(one.value) for one in chosen)
        found = [Problem(value.place, message) for message in answer_mistakes(question, words)]
        problems.extend(found)
        if not found:
            given[name] = words
    ordered = {name: given[name] for name in kb.questions if name in given}
    return ordered, problems


def answer_mistakes(question: Question | Choice, words: tuple[str, ...]) -> Iterator[str]:
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
