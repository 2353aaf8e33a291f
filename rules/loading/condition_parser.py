"""Conditions out of YAML, with every mistake in them reported where it stands.

The forms are those of :mod:`rules.conditions`, each a mapping of one key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules.conditions import RESERVED_KEYS, All, Any, Chosen, Concluded, Condition, Not
from rules.diagnostics import SourceLocation, cut, quoted
from rules.loading.context import EntryLabel, LoadContext
from rules.loading.yaml_nodes import Node
from rules.model import UNKNOWN

MAX_ATOMS = 500  # in one condition; real ones have a handful
MAX_DEPTH = 12
LONGEST_LIST = 500  # characters of names in a message

EXPECTED = "expected {question: option}, {concept: name}, {all: [...]}, {any: [...]} or {not: ...}"


def parse(
    node: Node, label: EntryLabel, context: LoadContext, *, earlier: bool = False
) -> Condition | None:
    """The condition in ``node``, or None where it has mistakes, which are added to ``context``.

    ``earlier`` holds it to questions that stand before the question ``label.entry``.
    """
    mistakes_before = len(context.problems)
    if _count_leaves(node) > MAX_ATOMS:
        context.refuse(node.location, label, f"asks more than {MAX_ATOMS} things, the most it may")
        return None
    condition = _Parser(label, context, earlier).condition(node, 1)
    return condition if len(context.problems) == mistakes_before else None


def _count_leaves(node: Node) -> int:
    if isinstance(node.value, str):
        return 1
    parts = node.value.values() if isinstance(node.value, Mapping) else node.value
    return sum(map(_count_leaves, parts))


class _Parser:
    def __init__(self, label: EntryLabel, context: LoadContext, earlier: bool) -> None:
        self._label = label
        self._context = context
        self._earlier = earlier

    def condition(self, node: Node, depth: int) -> Condition | None:
        if not isinstance(node.value, Mapping):
            fault = "is empty" if not node.value else "is a list or text, not a condition"
            return self._refuse(node.location, f"{fault}, {EXPECTED}")
        if len(node.value) != 1:
            keys = ", ".join(map(quoted, node.value)) or "no key"
            fault = f"has {keys} in one condition, expected one key"
            return self._refuse(node.location, f"{fault}; put several into a list under all or any")
        ((key, value),) = node.value.items()
        match key:
            case "all" | "any" | "not" if depth == MAX_DEPTH:  # once, not for each part
                return self._refuse(node.location, f"is nested deeper than {MAX_DEPTH}")
            case "all" | "any":
                parts = self._parts(key, value, depth)
                return All(parts) if key == "all" else Any(parts)
            case "not":
                part = self.condition(value, depth + 1)
                return part and Not(part)
            case "concept":
                return self._concluded(value)
            case question:
                return self._chosen(question, node.keys[question], value)

    def _parts(self, key: str, node: Node, depth: int) -> tuple[Condition, ...]:
        if isinstance(node.value, (str, Mapping)):
            self._refuse(node.location, f"has no list under {key}, expected [condition, ...]")
            return ()
        if not node.value:
            self._refuse(node.location, f"has an empty list under {key}, expected conditions")
        parts = (self.condition(part, depth + 1) for part in node.value)
        return tuple(part for part in parts if part is not None)

    def _concluded(self, node: Node) -> Condition | None:
        if self._earlier:
            return self._refuse(
                node.location,
                "asks for a concept, expected earlier questions alone (no rule ran yet)",
            )
        if not isinstance(node.value, str) or not node.value:
            return self._refuse(node.location, "has no name under concept, expected one concept")
        concepts = self._context.names["concept"]
        if concepts is not None and node.value not in concepts:
            message = f"asks for {quoted(node.value)}, which is no known concept"
            return self._refuse(node.location, message + self._context.hint(node.value, concepts))
        return Concluded(node.value)

    def _chosen(self, question: str, location: SourceLocation, node: Node) -> Condition | None:
        questions = self._context.names["question"]
        if questions is not None and question not in questions:
            return self._refuse(location, self._no_question(question, questions))
        if self._earlier and questions is not None:
            position = questions.index(self._label.entry)
            if questions.index(question) >= position:
                which = "itself" if question == self._label.entry else quoted(question)
                message = f"asks for {which}, expected a question that is asked earlier"
                before = cut(", ".join(questions[:position]), LONGEST_LIST)
                before = before or "none, as it is the first"
                return self._refuse(location, f"{message} (in the order of the file: {before})")
        return self._option(question, node, self._context.options.get(question))

    def _no_question(self, word: str, questions: Sequence[str]) -> str:
        if word in (self._context.names["concept"] or ()):
            return f"asks {quoted(word)} as a question, expected {{concept: {word}}}"
        known = self._context.hint(word, [*questions, *RESERVED_KEYS])
        return f"asks for {quoted(word)}, which is no known question{known}"

    def _option(self, question: str, node: Node, known: Sequence[str] | None) -> Condition | None:
        option = node.value
        if not isinstance(option, str) or not option:
            message = f"has no single option for {question}, expected one; for several write "
            return self._refuse(
                node.location, f"{message}{{any: [{{{question}: one}}, {{{question}: other}}]}}"
            )
        if option == UNKNOWN:
            message = f"asks whether {question} is unknown, expected one of its options"
            return self._refuse(
                node.location, f"{message} (unanswered, a condition is unknown itself)"
            )
        if known is not None and option not in known:
            message = f"asks for {quoted(option)}, which is no option of {question}"
            return self._refuse(node.location, message + self._context.hint(option, known))
        return Chosen(question, option)

    def _refuse(self, location: SourceLocation, message: str) -> Condition | None:
        """Nothing, for the caller to return."""
        self._context.refuse(location, self._label, message)
        return None
