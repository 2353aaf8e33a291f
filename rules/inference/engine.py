"""The rule engine: experta behind one adapter. Nothing else imports experta.

Conditions reach the engine as negation normal forms over positive facts that are only ever
added. So no pattern is negated, no fact is retracted, and neither the order of declaration nor
the hash seed can change which rules fire. There are two kinds of facts:

- ``Answers``, one fact with every answer in it: experta holds each fact of a kind against all
  patterns of that kind, which with a fact for each answer is most of its work;
- ``Reached``, a concept that is settled, or a compound part of a condition that is true. The latter
  because experta expands an OR inside an AND into every combination of branches, and follows a
  long AND by recursion. They are numbered, a kind of their own for each page of numbers.
"""

from __future__ import annotations

import collections
import collections.abc
import logging
from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature
from types import ModuleType
from typing import Any

from rules.conditions import Chosen, Concluded
from rules.inference.evaluator import conclusions
from rules.inference.facts import Facts, Inference
from rules.model import Conclude, KnowledgeBase, Rule
from rules.normal_form import Conjunction, Disjunction, Literal, NormalForm, normal_form

LONGEST_ROW = 8  # parts of one conjunction; more are reached in rows of this length
PAGE = 5  # Reached facts of one kind, so that no fact is held against too many patterns


def _import_experta() -> ModuleType:
    """The module experta 1.9.4, which needs two courtesies on a current Python.

    Its frozendict looks for ``collections.Mapping``, gone since Python 3.10; and importing it
    gives the root logger a handler, which is the application's business.
    """
    missing = not hasattr(collections, "Mapping")
    root = logging.getLogger()
    handlers = list(root.handlers)
    if missing:
        collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]
    try:
        import experta
    finally:
        if missing:
            del collections.Mapping  # type: ignore[attr-defined]
        root.handlers[:] = handlers
    module: ModuleType = experta
    return module


class Engine:
    """Infers over one knowledge base with experta: build once, :meth:`infer` for each facts."""

    def __init__(self, kb: KnowledgeBase, network: _Network | None = None) -> None:
        self._kb = kb
        self._network = network or _Network(kb)

    def infer(self, facts: Facts) -> Inference:
        """The rules known to fire and the concepts settled by ``facts``."""
        fired, settled = self._network.run(facts.values)
        return Inference(
            tuple(name for name in self._kb.rules if name in fired),
            {name: settled[name] for name in self._kb.concepts if name in settled},
        )

    def without(self, rule_ids: frozenset[str]) -> Engine:
        """The engine of the same knowledge with these rules withdrawn.

        Rules that conclude nothing are merely left out of what fired. Only where one that
        concludes a concept goes, so that the concept may now fail, is a network built anew.
        """
        kb = self._kb.without(rule_ids)
        gone = (rule for rule in self._kb.rules.values() if rule.id in rule_ids)
        if any(isinstance(rule.action, Conclude) for rule in gone):
            return Engine(kb)
        return Engine(kb, self._network)


class _Network:
    """The knowledge base as an experta engine class, and one instance of it."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._experta = experta = _import_experta()
        self._answers: Any = type("Answers", (experta.Fact,), {})
        self._pages: list[Any] = []  # the kinds of Reached facts
        self._fields: dict[Chosen, int] = {}  # where an answer stands in the Answers fact
        self._numbers: dict[NormalForm, int] = {}  # of the Reached facts that some rule asks for
        self._members: dict[str, Any] = {}
        self._fired: set[str] = set()
        self._settled: dict[str, bool] = {}
        for form, rules in _by_condition(kb).items():
            self._add_rule(f"rule:{rules[0].id}", form, self._on_fire(rules))
        for concept, rules in conclusions(kb).items():  # fails once all of its rules do
            parts = tuple(normal_form(rule.when, holds=False) for rule in rules)
            failed = self._on_settled(concept, holds=False)
            self._add_rule(f"fail:{concept}", _tidy(Conjunction(parts)), failed)
        self._members["__matcher__"] = _matcher()
        self._class = type("Rules", (experta.KnowledgeEngine,), self._members)
        self._instance = self._class()

    def run(self, values: Mapping[Chosen, bool]) -> tuple[set[str], dict[str, bool]]:
        """One consultation from a clean slate: reset, declare the answers, run."""
        self._fired, self._settled = set(), {}
        answers = {field: values[atom] for atom, field in self._fields.items() if atom in values}
        self._instance.reset()
        self._instance.declare(self._answers.from_iter(answers.items()))
        self._instance.run()
        return self._fired, self._settled

    def _on_fire(self, rules: Sequence[Rule]) -> Callable[[Any], None]:
        names = {rule.id for rule in rules}
        concepts = {rule.action.concept for rule in rules if isinstance(rule.action, Conclude)}
        settling = [self._on_settled(concept, holds=True) for concept in sorted(concepts)]

        def fire(engine: Any) -> None:
            self._fired |= names
            for settle in settling:
                settle(engine)

        return fire

    def _on_settled(self, concept: str, *, holds: bool) -> Callable[[Any], None]:
        leaf = Literal(Concluded(concept), holds)

        def settle(engine: Any) -> None:
            self._settled[concept] = holds
            if leaf in self._numbers:
                engine.declare(self._fact(leaf))

        return settle

    def _add_rule(self, name: str, form: NormalForm, action: Callable[[Any], None]) -> None:
        """A rule that acts once for each branch of ``form`` that is true."""
        branches = [self._patterns(branch) for branch in _parts(form, Disjunction)]
        if not branches:
            return  # never true
        patterns = branches[0]
        if len(branches) > 1:
            patterns = [self._experta.OR(*(self._experta.AND(*branch) for branch in branches))]
        self._members[name] = self._experta.Rule(*patterns)(_named(name, action))

    def _patterns(self, form: NormalForm) -> Sequence[Any]:
        """What has to match, all of it, for a conjunction or one part to be true."""
        fields: dict[int, bool] = {}
        patterns = []
        for part in _parts(form, Conjunction):
            if isinstance(part, Literal) and isinstance(part.atom, Chosen):
                fields[self._fields.setdefault(part.atom, len(self._fields))] = part.holds
            else:
                patterns.append(self._asked(part))
        if fields or not patterns:  # the condition that asks nothing matches any answers
            patterns.insert(0, self._answers.from_iter(fields.items()))
        return patterns

    def _asked(self, form: NormalForm) -> Any:
        """The fact that says that ``form`` is true, which some rule is now there to declare."""
        if form not in self._numbers:
            self._numbers[form] = number = len(self._numbers)
            if number % PAGE == 0:
                self._pages.append(type("Reached", (self._experta.Fact,), {}))
            if not isinstance(form, Literal):
                self._add_rule(f"part:{number}", form, lambda e: e.declare(self._fact(form)))
        return self._fact(form)

    def _fact(self, form: NormalForm) -> Any:
        number = self._numbers[form]  # experta hashes a fact by what it holds, not by its kind
        return self._pages[number // PAGE](number=number)


def _matcher() -> Any:
    """Experta's matcher, which goes through all rules after each one that fires, made to wait
    until every rule that is ready has fired, and to match what they declared all at once.

    Facts are only ever added, so what is ready stays ready, and the order makes no difference.
    """
    from experta.matchers import ReteMatcher
    from experta.matchers.rete.nodes import ConflictSetNode

    class Matcher(ReteMatcher):  # type: ignore[misc]
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self.firing: list[Any] = []

        def reset(self) -> None:
            super().reset()
            self.waiting: list[Any] = []

        def changes(self, adding: Sequence[Any] = (), deleting: Sequence[Any] = ()) -> Any:
            self.waiting += adding
            if not self.waiting or self.engine.agenda.activations:
                return [], []
            declared, self.waiting = self.waiting, []
            return super().changes(declared, deleting)

        def _get_conflict_set_nodes(self) -> Sequence[Any]:
            """What fires rules, each once, in experta's order: it looks for each in a list."""
            if not self.firing:
                seen, ahead = set(), [self.root_node]
                while ahead:
                    node = ahead.pop()
                    if node in seen:
                        continue
                    seen.add(node)
                    if isinstance(node, ConflictSetNode):
                        self.firing.append(node)
                    ahead += (child.node for child in reversed(node.children))
            return self.firing

    return Matcher


def _named(name: str, action: Callable[[Any], None]) -> Callable[[Any], None]:
    """The action as a function of that name: experta takes a rule's name from its function."""

    def fire(engine: Any) -> None:
        action(engine)

    fire.__name__ = name
    # experta asks for the signature nine times, which were a third of the time to build
    fire.__signature__ = Signature([Parameter("engine", Parameter.POSITIONAL_OR_KEYWORD)])  # type: ignore[attr-defined]
    return fire


def _by_condition(kb: KnowledgeBase) -> dict[NormalForm, list[Rule]]:
    """The rules, those that ask the same together: one rule of experta's serves them all."""
    rules: dict[NormalForm, list[Rule]] = {}
    for rule in kb.rules.values():
        rules.setdefault(_tidy(normal_form(rule.when)), []).append(rule)
    return rules


def _tidy(form: NormalForm) -> NormalForm:
    """An equal form: flat, nothing said twice, no contradiction, no conjunction that is long."""
    if isinstance(form, Literal):
        return form
    kind = type(form)
    parts = tuple(
        dict.fromkeys(inner for part in form.parts for inner in _parts(_tidy(part), kind))
    )
    if kind is Conjunction:
        literals = {part for part in parts if isinstance(part, Literal)}
        if any(Literal(literal.atom, not literal.holds) in literals for literal in literals):
            return Disjunction(())  # never true
        while len(parts) > LONGEST_ROW:
            rows = range(0, len(parts), LONGEST_ROW)
            parts = tuple(_all_of(parts[start : start + LONGEST_ROW]) for start in rows)
    return parts[0] if len(parts) == 1 else kind(parts)


def _all_of(parts: tuple[NormalForm, ...]) -> NormalForm:
    return parts[0] if len(parts) == 1 else Conjunction(parts)


def _parts(form: NormalForm, kind: type[Conjunction] | type[Disjunction]) -> tuple[NormalForm, ...]:
    """The parts of a form of this kind; any other is one part itself."""
    return form.parts if isinstance(form, kind) else (form,)
