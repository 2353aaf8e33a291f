"""The rule engine: experta behind one adapter. Nothing else imports experta.

Conditions reach the engine as negation normal forms over positive facts that are only ever
added: ``Holds(atom)`` and ``Fails(atom)``. So no pattern is negated, no fact is retracted, and
neither the order of declaration nor the hash seed can change which rules fire. A compound part of
a condition is a fact of its own (``Reached``), because experta expands an OR inside an AND
into every combination of branches.
"""

from __future__ import annotations

import collections
import collections.abc
import logging
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from rules.conditions import (
    Concluded,
    Conjunction,
    Disjunction,
    Literal,
    NormalForm,
    normal_form,
)
from rules.facts import Facts, Inference
from rules.model import Conclude, KnowledgeBase
from rules.reference import concluding


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

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._network = _Network(kb)

    def infer(self, facts: Facts) -> Inference:
        """The rules known to fire and the concepts settled by ``facts``."""
        declared = [(str(atom), holds) for atom, holds in facts.values.items()]
        fired, settled = self._network.run(declared)
        return Inference(
            tuple(name for name in self._kb.rules if name in fired),
            {name: settled[name] for name in self._kb.concepts if name in settled},
        )


class _Network:
    """The knowledge base as an experta engine class, and one instance of it."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._experta = experta = _import_experta()
        self._holds = type("Holds", (experta.Fact,), {})
        self._fails = type("Fails", (experta.Fact,), {})
        self._reached = type("Reached", (experta.Fact,), {})
        self._members: dict[str, Any] = {}
        self._nodes: dict[NormalForm, str] = {}
        self._fired: set[str] = set()
        self._settled: dict[str, bool] = {}
        for rule in kb.rules.values():
            self._add_rule(f"rule:{rule.id}", normal_form(rule.when), self._on_fire(rule.id))
            if isinstance(rule.action, Conclude):
                concept = Concluded(rule.action.concept)
                done = self._on_settled(concept, holds=True)
                self._add_rule(f"hold:{rule.id}", normal_form(rule.when), done)
        for name in kb.concepts:
            false = Conjunction(
                tuple(normal_form(rule.when, holds=False) for rule in concluding(kb, name))
            )
            self._add_rule(f"fail:{name}", false, self._on_settled(Concluded(name), holds=False))
        self._class = type("Rules", (experta.KnowledgeEngine,), self._members)
        self._instance = self._class()

    def run(self, atoms: Iterable[tuple[str, bool]]) -> tuple[set[str], dict[str, bool]]:
        """One consultation from a clean slate: reset, declare everything, run."""
        self._fired, self._settled = set(), {}
        self._instance.reset()
        for atom, holds in atoms:
            self._instance.declare((self._holds if holds else self._fails)(atom=atom))
        self._instance.run()
        return self._fired, self._settled

    def _on_fire(self, rule_id: str) -> Callable[[Any], None]:
        return lambda engine: self._fired.add(rule_id)

    def _on_settled(self, concept: Concluded, *, holds: bool) -> Callable[[Any], None]:
        fact = self._holds if holds else self._fails

        def declare(engine: Any) -> None:
            self._settled[concept.concept] = holds
            engine.declare(fact(atom=str(concept)))

        return declare

    def _add_rule(self, name: str, form: NormalForm, action: Callable[[Any], None]) -> None:
        parts = form.parts if isinstance(form, Conjunction) else (form,)
        patterns = [self._pattern(part) for part in parts]
        self._members[name] = self._experta.Rule(*patterns)(_named(name, action))

    def _pattern(self, form: NormalForm) -> Any:
        if isinstance(form, Literal):
            return (self._holds if form.holds else self._fails)(atom=str(form.atom))
        if form not in self._nodes:
            self._nodes[form] = node = f"node{len(self._nodes)}"
            branches = form.parts if isinstance(form, Disjunction) else (form,)
            for number, branch in enumerate(branches):
                self._add_rule(f"{node}:{number}", branch, self._on_reached(node))
        return self._reached(node=self._nodes[form])

    def _on_reached(self, node: str) -> Callable[[Any], None]:
        return lambda engine: engine.declare(self._reached(node=node))


def _named(name: str, action: Callable[[Any], None]) -> Callable[[Any], None]:
    """The action as a function of that name: experta takes a rule's name from its function."""

    def fire(engine: Any) -> None:
        action(engine)

    fire.__name__ = name
    return fire
