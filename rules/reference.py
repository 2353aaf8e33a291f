"""The reference evaluator: the same rules compiled to one plain Python function, no engine.

It says what the engine must say, and does so in microseconds, for whatever asks "and if?"
thousands of times. Each condition becomes a boolean expression over two variables an atom:
``h3`` (known to hold) and ``f3`` (known to fail). Concepts are computed in an order in which
each comes after the concepts it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from types import CodeType

from rules.conditions import (
    Atom,
    Chosen,
    Concluded,
    Conjunction,
    Disjunction,
    Literal,
    NormalForm,
    atoms,
    normal_form,
)
from rules.facts import Facts, Inference
from rules.model import Conclude, KnowledgeBase, Rule


class ReferenceEvaluator:
    """Infers over one knowledge base: compile once, call :meth:`infer` for each set of facts."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._rules = tuple(kb.rules)
        self._concepts = concepts_in_order(kb)
        chosen = {atom for rule in kb.rules.values() for atom in atoms(rule.when)}
        self._chosen = tuple(sorted((a for a in chosen if isinstance(a, Chosen)), key=str))
        namespace: dict[str, Callable[..., tuple[list[bool], list[bool], list[bool]]]] = {}
        exec(self._compile(kb), namespace)  # the source below: indices only, nothing of the file's
        self._function = namespace["infer"]

    def infer(self, facts: Facts) -> Inference:
        values = [facts.values.get(atom) for atom in self._chosen]
        fired, hold, fail = self._function(
            [value is True for value in values], [value is False for value in values]
        )
        settled = {
            concept: holds
            for concept, holds, fails in zip(self._concepts, hold, fail, strict=True)
            if holds or fails
        }
        names = tuple(name for name, fires in zip(self._rules, fired, strict=True) if fires)
        return Inference(names, settled)

    def may_fire(self, facts: Facts, may_hold: Set[Atom], may_fail: Set[Atom]) -> tuple[str, ...]:
        """The rules that could fire at most, once atoms without a value have got one.

        Rules are monotone in what is known to hold and what is known to fail, so letting each
        open atom do all it may at once, both even, reaches every rule that any completion of the
        facts reaches.
        """
        pairs = [(atom, facts.values.get(atom)) for atom in self._chosen]
        fired, _, _ = self._function(
            [v is True or (v is None and atom in may_hold) for atom, v in pairs],
            [v is False or (v is None and atom in may_fail) for atom, v in pairs],
        )
        return tuple(name for name, fires in zip(self._rules, fired, strict=True) if fires)

    def _compile(self, kb: KnowledgeBase) -> CodeType:
        numbers: dict[Atom, int] = {atom: i for i, atom in enumerate(self._chosen)}
        lines = ["def infer(holds, fails):"]
        for i in range(len(self._chosen)):
            lines.append(f"    h{i} = holds[{i}]; f{i} = fails[{i}]")
        for concept in self._concepts:
            number = numbers[Concluded(concept)] = len(numbers)
            lines += _concept_lines(number, list(concluding(kb, concept)), numbers)
        fired = (_expression(normal_form(rule.when), numbers) for rule in kb.rules.values())
        concepts = [numbers[Concluded(concept)] for concept in self._concepts]
        hold = ", ".join(f"h{number}" for number in concepts)
        fail = ", ".join(f"f{number}" for number in concepts)
        lines.append(f"    return [{', '.join(fired)}], [{hold}], [{fail}]")
        return compile("\n".join(lines), "<reference evaluator>", "exec")


def concluding(kb: KnowledgeBase, concept: str) -> Iterator[Rule]:
    """The rules whose action concludes ``concept``."""
    for rule in kb.rules.values():
        if isinstance(rule.action, Conclude) and rule.action.concept == concept:
            yield rule


def concepts_in_order(kb: KnowledgeBase) -> tuple[str, ...]:
    """Every concept after those its rules need. The loader has refused cycles."""
    ordered: dict[str, None] = {}

    def visit(concept: str) -> None:
        if concept in ordered:
            return
        for rule in concluding(kb, concept):
            for atom in atoms(rule.when):
                if isinstance(atom, Concluded):
                    visit(atom.concept)
        ordered[concept] = None

    for concept in kb.concepts:
        visit(concept)
    return tuple(ordered)


def _concept_lines(number: int, rules: list[Rule], numbers: dict[Atom, int]) -> list[str]:
    """A concept holds once one of its rules is known true, fails once all are known false."""
    true = Disjunction(tuple(normal_form(rule.when) for rule in rules))
    false = Conjunction(tuple(normal_form(rule.when, holds=False) for rule in rules))
    return [
        f"    h{number} = {_expression(true, numbers)}",
        f"    f{number} = {_expression(false, numbers)}",
    ]


def _expression(form: NormalForm, numbers: dict[Atom, int]) -> str:
    match form:
        case Literal(atom, holds):
            return f"{'h' if holds else 'f'}{numbers[atom]}"
        case Conjunction(parts):
            return f"({' and '.join(_expression(part, numbers) for part in parts) or 'True'})"
        case Disjunction(parts):
            return f"({' or '.join(_expression(part, numbers) for part in parts) or 'False'})"
