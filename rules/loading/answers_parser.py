"""Answer sheets out of YAML, as the examples of a rule give them, with every mistake at its place.

A sheet is ``{question: option, question: [option, option]}``. What it leaves out is unanswered, so
``unknown`` is never written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from rules.answers import answer_mistakes
from rules.diagnostics import Problem, SourceLocation, quoted, unknown
from rules.loading.context import EntryLabel, LoadContext
from rules.loading.yaml_nodes import Node
from rules.model import UNKNOWN, KnowledgeBase

AnswerSheet: TypeAlias = Mapping[str, tuple[str, ...]]

EXPECTED = "expected {question: option, question: [option, option]}, or a list of these"


def parse(node: Node, label: EntryLabel, context: LoadContext) -> tuple[AnswerSheet, ...] | None:
    """The sheets in ``node``, or None where they have mistakes, added to ``context``."""
    mistakes_before = len(context.problems)
    nodes = [node] if isinstance(node.value, (str, Mapping)) else node.value
    if not nodes:
        context.refuse(node.location, label, f"is an empty list, {EXPECTED}")
    sheets = tuple(_sheet(item, label, context) for item in nodes)
    return sheets if len(context.problems) == mistakes_before else None


def _sheet(node: Node, label: EntryLabel, context: LoadContext) -> AnswerSheet:
    if not isinstance(node.value, Mapping) or not node.value:
        fault = "has no answers" if not node.value else "has a list or text for an answer sheet"
        context.refuse(node.location, label, f"{fault}, {EXPECTED}")
        return {}
    sheet = {}
    for question, answer in node.value.items():
        location = node.keys[question]
        if _is_question(question, location, label, context):
            sheet[question] = _options(question, answer, label, context)
    return sheet


def _is_question(
    word: str, location: SourceLocation, label: EntryLabel, context: LoadContext
) -> bool:
    questions = context.names["question"]
    if questions is None or word in questions:
        return True
    message = f"answers {quoted(word)}, which is no known question"
    if word in (context.names["concept"] or ()):
        message += " but a concept: expected the answers from which it follows"
    else:
        message += context.hint(word, questions)
    context.refuse(location, label, message)
    return False


def _options(question: str, node: Node, label: EntryLabel, context: LoadContext) -> tuple[str, ...]:
    nodes = [node] if isinstance(node.value, str) else node.value
    if isinstance(nodes, Mapping) or not nodes or any(not _is_word(item) for item in nodes):
        message = f"has no option for {question}, expected one of its options, or a list of them"
        context.refuse(node.location, label, message)
        return ()
    words = tuple(str(item.value) for item in nodes)
    choice = context.choices.get(question)
    if choice is None:
        return words
    mistakes_before = len(context.problems)
    options = [option.id for option in choice.options]
    for item, word in zip(nodes, words, strict=True):
        if word == UNKNOWN:
            message = f"answers {question} with unknown, expected one of its options"
            advice = "(leave the question out: nobody answered it then)"
            context.refuse(item.location, label, f"{message} {advice}")
        elif word not in options:
            message = f"answers {quoted(word)}, which is no option of {question}"
            context.refuse(item.location, label, message + context.hint(word, options))
    if len(context.problems) == mistakes_before:
        for mistake in answer_mistakes(choice, words):
            context.refuse(node.location, EntryLabel(f"{label.words}:"), mistake)
    return words


def _is_word(node: Node) -> bool:
    return isinstance(node.value, str) and bool(node.value)


def read_answers(node: Node, kb: KnowledgeBase) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """The answers under an ``answers:`` key, in the order of the questions, and what is wrong."""
    if node.value == "":
        return {}, []
    if not isinstance(node.value, Mapping):
        return {}, [Problem(node.location, "expected answers, one 'question: option' a line")]
    answers: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for name, value in node.value.items():
        question = kb.questions.get(name)
        if question is None:
            message = unknown("question", name, kb.questions, after=problems)
            problems.append(Problem(node.keys[name], message))
            continue
        chosen = [value] if isinstance(value.value, str) else value.value
        if isinstance(chosen, Mapping) or not all(isinstance(item.value, str) for item in chosen):
            problems.append(
                Problem(value.location, f"'{name}': expected an option or a list of them")
            )
            continue
        words = tuple(str(item.value) for item in chosen)
        mistakes = [
            Problem(value.location, message) for message in answer_mistakes(question, words)
        ]
        problems.extend(mistakes)
        if not mistakes:
            answers[name] = words
    ordered = {name: answers[name] for name in kb.questions if name in answers}
    return ordered, problems
