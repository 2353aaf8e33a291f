"""The rules compiled to one plain Python function, without an engine.

It infers what the engine must infer, in microseconds, for whatever asks "and if?" thousands of
times. Each condition becomes a boolean expression over literals: an atom is known
to hold, or known to fail. Concepts are computed in an order in which each comes after the
concepts it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import compress
from typing import Any, TypeAlias

from rules.conditions import Atom, Chosen, Concluded, atoms
from rules.inference.facts import Facts, Inference
from rules.model import Conclude, KnowledgeBase, Rule
from rules.normal_form import Conjunction, Disjunction, Literal, NormalForm, normal_form

TruthValues: TypeAlias = Sequence[Any]  # true or false as Python's "if" takes it
Compiled: TypeAlias = Callable[[Iterable[Any]], tuple[TruthValues, TruthValues, TruthValues]]


class RuleEvaluator:
    """Infers over one knowledge base: compile once, call :meth:`infer` for each set of facts."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._rules = tuple(kb.rules)
        self._concepts = concepts_in_order(kb)
        chosen = {atom for rule in kb.rules.values() for atom in atoms(rule.when)}
        self._chosen = tuple(sorted((a for a in chosen if isinstance(a, Chosen)), key=str))
        self._known = self._compiled("x{0}", "x{0} is False", "x{0}")
        self._without: dict[frozenset[str], RuleEvaluator] = {}

    def infer(self, facts: Facts) -> Inference:
        fired, hold, fail = self._known(map(facts.values.get, self._chosen))
        settled = {
            concept: bool(holds)
            for concept, holds, fails in zip(self._concepts, hold, fail, strict=True)
            if holds or fails
        }
        return Inference(tuple(compress(self._rules, fired)), settled)

    def without(self, rule_ids: frozenset[str]) -> RuleEvaluator:
        """The evaluator of the same knowledge with these rules withdrawn, compiled once."""
        if rule_ids not in self._without:
            self._without[rule_ids] = RuleEvaluator(self._kb.without(rule_ids))
        return self._without[rule_ids]

    def may_fire(self, facts: Facts, may_hold: Set[Atom], may_fail: Set[Atom]) -> tuple[str, ...]:
        """The rules that could fire at most, once atoms without a value have got one.

        Rules are monotone in what is known to hold and what is known to fail, so letting each
        open atom do all it may at once, both even, reaches every rule that any completion of the
        facts reaches.
        """
        pairs = [(atom, facts.values.get(atom)) for atom in self._chosen]
        fired, _, _ = self._open(
            (
                v is True or (v is None and a in may_hold),
                v is False or (v is None and a in may_fail),
            )
            for a, v in pairs
        )
        return tuple(compress(self._rules, fired))

    @cached_property
    def _open(self) -> Compiled:
        """Takes a pair an atom, (holds, fails), which may both be true."""
        return self._compiled("h{0}", "f{0}", "(h{0}, f{0})")

    def _compiled(self, holds: str, fails: str, unpacked: str) -> Compiled:
        """The rules as a function of all atoms in order, each unpacked by the third expression and
        read by the other two. Returns what fired, which concepts hold and which fail.
        """
        literals: dict[Literal, str] = {}
        for number, atom in enumerate(self._chosen):
            literals[Literal(atom, True)] = holds.format(number)
            literals[Literal(atom, False)] = fails.format(number)
        inputs = ", ".join(unpacked.format(number) for number in range(len(self._chosen)))
        lines = ["def infer(atoms):", f"    {f'[{inputs}] = ' if inputs else ''}atoms"]
        rules = conclusions(self._kb)
        for number, concept in enumerate(self._concepts):
            concluded = Concluded(concept)
            literals[Literal(concluded, True)] = f"c{number}"
            literals[Literal(concluded, False)] = f"d{number}"
            # It holds once one of its rules is known true, and fails once all are known false.
            true = Disjunction(tuple(normal_form(rule.when) for rule in rules[concept]))
            false = Conjunction(tuple(normal_form(r.when, holds=False) for r in rules[concept]))
            lines.append(f"    c{number} = {_expression(true, literals)}")
            lines.append(f"    d{number} = {_expression(false, literals)}")
        fired = (_expression(normal_form(rule.when), literals) for rule in self._kb.rules.values())
        hold = ", ".join(f"c{number}" for number in range(len(self._concepts)))
        fail = ", ".join(f"d{number}" for number in range(len(self._concepts)))
        lines.append(f"    return [{', '.join(fired)}], [{hold}], [{fail}]")
        source = compile("\n".join(lines), "<reference evaluator>", "exec")
        namespace: dict[str, Compiled] = {}
        exec(source, namespace)  # the source above: numbers only, nothing of the file's
        return namespace["infer"]


def concluding(kb: KnowledgeBase, concept: str) -> Iterator[Rule]:
    """The rules whose action concludes ``concept``."""
    for rule in kb.rules.values():
        if isinstance(rule.action, Conclude) and rule.action.concept == concept:
            yield rule


def conclusions(kb: KnowledgeBase) -> dict[str, list[Rule]]:
    """Every concept with the rules that conclude it, in the knowledge base's order."""
    rules: dict[str, list[Rule]] = {concept: [] for concept in kb.concepts}
    for rule in kb.rules.values():
        if isinstance(rule.action, Conclude):
            rules[rule.action.concept].append(rule)
    return rules


def concepts_in_order(kb: KnowledgeBase) -> tuple[str, ...]:
    """Every concept after those its rules need. The loader has refused cycles."""
    needs = {
        concept: [
            atom.concept
            for rule in rules
            for atom in atoms(rule.when)
            if isinstance(atom, Concluded)
        ]
        for concept, rules in conclusions(kb).items()
    }
    ordered: dict[str, None] = {}
    for first in needs:
        waiting = [first]  # in place of recursion: a chain may be longer than the stack
        while waiting:
            missing = next((need for need in needs[waiting[-1]] if need not in ordered), None)
            if missing is None:
                ordered[waiting.pop()] = None
            else:
                waiting.append(missing)
    return tuple(ordered)


def _expression(form: NormalForm, literals: Mapping[Literal, str]) -> str:
    match form:
        case Literal():
            return literals[form]
        case Conjunction(parts):
            return f"({' and '.join(_expression(part, literals) for part in parts) or 'True'})"
        case Disjunction(parts):
            return f"({' or '.join(_expression(part, literals) for part in parts) or 'False'})"
