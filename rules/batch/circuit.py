"""Conditions over many answer sheets at once: each distinct part of them is computed once.

A condition's negation normal form says by ANDs and ORs when it is known to hold, or known to
fail. Here each AND and OR is a gate over rows of booleans, one boolean a sheet. A gate's inputs
have lower numbers than the gate, so running a circuit is one pass over a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rules.batch.sheets import SheetBatch, SheetLayout
from rules.conditions import Atom, Chosen, Concluded
from rules.inference.evaluator import concepts_in_order, conclusions
from rules.model import KnowledgeBase
from rules.normal_form import Conjunction, Disjunction, Literal, NormalForm, normal_form

BoolArray: TypeAlias = NDArray[np.bool_]  # (n,)


class Operation(Enum):
    AND = np.bitwise_and
    OR = np.bitwise_or
    WITHOUT = np.greater  # the first and not the second: booleans are ordered


@dataclass(frozen=True)
class Gate:
    """``operation`` over the rows ``inputs``; AND of none is true, OR of none is false."""

    operation: Operation
    inputs: tuple[int, ...]


class Circuit:
    """What one knowledge base's rules make of sheets.

    Rows are numbered: the answered questions, the chosen options, then one row a gate.
    ``fires`` is rule -> row; ``holds`` and ``fails`` are concept -> row; ``not_applicable`` is
    question -> row, for the questions that may turn out not to apply.
    """

    def __init__(self, kb: KnowledgeBase, layout: SheetLayout) -> None:
        self._layout = layout
        self._inputs = len(layout.questions) + layout.total
        self._gates: list[Gate] = []
        self._numbers: dict[Gate, int] = {}
        self.not_applicable: dict[str, int] = {}
        self.holds: dict[str, int] = {}
        self.fails: dict[str, int] = {}
        for number, question in enumerate(layout.questions):
            if question.applies_when is not None:
                form = normal_form(question.applies_when, holds=False)
                self.not_applicable[question.id] = self._form(form, earlier_than=number)
        rules_of = conclusions(kb)
        for concept in concepts_in_order(kb):
            true = (normal_form(rule.when) for rule in rules_of[concept])
            false = (normal_form(rule.when, holds=False) for rule in rules_of[concept])
            self.holds[concept] = self._form(Disjunction(tuple(true)))
            self.fails[concept] = self._form(Conjunction(tuple(false)))
        self.fires = {rule.id: self._form(normal_form(rule.when)) for rule in kb.rules.values()}

    def needed(self, rows: Iterable[int]) -> Sequence[int]:
        """The gates' rows that these rows are computed from, themselves included, in order."""
        needed: set[int] = set()
        pending = [row for row in rows if row >= self._inputs]
        while pending:
            row = pending.pop()
            if row not in needed:
                needed.add(row)
                inputs = self._gates[row - self._inputs].inputs
                pending.extend(source for source in inputs if source >= self._inputs)
        return sorted(needed)

    def run(self, sheets: SheetBatch, needed: Iterable[int]) -> Mapping[int, BoolArray]:
        """Number -> row, for the inputs and the rows that are ``needed``."""
        rows: dict[int, BoolArray] = dict(enumerate((*sheets.answered, *sheets.chosen)))
        for number in needed:
            gate = self._gates[number - self._inputs]
            operation = gate.operation.value
            if not gate.inputs:
                rows[number] = np.full(len(sheets), gate.operation is Operation.AND)
                continue
            row = rows[gate.inputs[0]]
            for other in gate.inputs[1:]:
                row = operation(row, rows[other])
            rows[number] = row
        return rows

    def _form(self, form: NormalForm, earlier_than: int | None = None) -> int:
        """The row of ``form``. ``earlier_than``: the atoms of this question, of later ones and
        of concepts are not settled yet when it is looked at.
        """
        match form:
            case Conjunction(parts):
                return self._gate(Operation.AND, *(self._form(p, earlier_than) for p in parts))
            case Disjunction(parts):
                return self._gate(Operation.OR, *(self._form(p, earlier_than) for p in parts))
            case Literal(atom, holds):
                if earlier_than is not None and not self._is_earlier(atom, earlier_than):
                    return self._gate(Operation.OR)
                if isinstance(atom, Concluded):
                    return (self.holds if holds else self.fails)[atom.concept]
                return self._chosen(atom, holds=holds)

    def _is_earlier(self, atom: Atom, number: int) -> bool:
        return isinstance(atom, Chosen) and self._layout.rows[atom.question] < number

    def _chosen(self, atom: Chosen, *, holds: bool) -> int:
        answered = self._layout.rows[atom.question]
        chosen = len(self._layout.questions) + self._layout.options[atom.question][atom.option]
        without = self.not_applicable.get(atom.question)
        if holds:
            return chosen if without is None else self._gate(Operation.WITHOUT, chosen, without)
        refused = self._gate(Operation.WITHOUT, answered, chosen)
        return refused if without is None else self._gate(Operation.OR, refused, without)

    def _gate(self, operation: Operation, *inputs: int) -> int:
        if operation is not Operation.WITHOUT:
            inputs = tuple(dict.fromkeys(sorted(inputs)))
            if len(inputs) == 1:
                return inputs[0]
        gate = Gate(operation, inputs)
        if gate not in self._numbers:
            self._numbers[gate] = self._inputs + len(self._gates)
            self._gates.append(gate)
        return self._numbers[gate]
