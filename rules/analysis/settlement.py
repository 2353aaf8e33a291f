"""Whether questions without an answer can still change the outcome: a proof, or the lack of one.

The bound is sound and not complete. Rules that fire whatever is answered and rules that could
fire at most enclose every completion; combining certainty factors is monotone, so they enclose
every score, and with that the lead and the acceptability under each set of criteria that may come
to be spoken to. Where that is too wide to tell, one question is split into its cases and each is
bounded by itself (branch and bound), up to :data:`MOST_CASES`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from rules.answers import Answers, known_answers
from rules.conditions import Atom, Chosen, atoms
from rules.inference.evaluator import RuleEvaluator, concepts_in_order, concluding
from rules.inference.facts import Facts, applies
from rules.model import KnowledgeBase, Prefer, Question, Rule
from rules.scoring.bounds import stays
from rules.scoring.judgement import Judgement, differs, judge
from rules.scoring.rankings import Priorities

MOST_CASES = 300  # bounded before giving up; each takes about a millisecond


@dataclass(frozen=True)
class _OpenCase:
    """Some of the completions: those in which ``values`` hold and ``closed`` get no answer."""

    values: Mapping[Chosen, bool]
    closed: frozenset[str]

    def with_values(self, values: Mapping[Chosen, bool]) -> _OpenCase:
        return _OpenCase({**self.values, **values}, self.closed)


@dataclass(frozen=True)
class _CaseBounds:
    """What is certain in a case, and what the atoms that are open may still come to."""

    facts: Facts
    may_hold: Set[Atom]
    may_fail: Set[Atom]
    open: Set[str]  # questions with an open atom


class Settlement:
    """Proves outcomes settled over one knowledge base under one set of priorities."""

    def __init__(self, kb: KnowledgeBase, priorities: Priorities = ()) -> None:
        self._kb = kb
        self._priorities = priorities
        self._evaluator = RuleEvaluator(kb)
        self._reads = _questions_read(kb)
        self._read = _atoms_read(kb)

    def is_settled(self, answers: Answers, now: Judgement) -> bool:
        """Whether it is proven that no completion of ``answers`` comes to another winner.

        A completion gives any of the questions without an answer one, or leaves it without;
        what is answered stays as it is. ``now`` is the judgement of ``answers`` as they are.
        False means that it could change, or that the proof was not found.
        """
        known = known_answers(answers)
        cases = [_OpenCase({}, frozenset())]
        bounded = 0
        while cases:
            case = cases.pop()
            bounded += 1
            if bounded > MOST_CASES:
                return False
            bounds = self._bounds(known, case)
            certain = self._evaluator.infer(bounds.facts).fired
            possible = self._evaluator.may_fire(bounds.facts, bounds.may_hold, bounds.may_fail)
            undecided = [r for r in self._deciding(possible) if r.id not in set(certain)]
            if not undecided:
                if differs(judge(self._kb, certain, self._priorities), now):
                    return False
                continue
            if stays(self._kb, self._deciding(certain), undecided, now, self._priorities):
                continue
            question = self._most_read(undecided, bounds.open)
            if question is None:
                return False
            cases += self._split(question, case, bounds)
        return True

    def _deciding(self, names: Sequence[str]) -> list[Rule]:
        return [self._kb.rules[name] for name in names if self._kb.rules[name].decides]

    def _bounds(self, known: Answers, case: _OpenCase) -> _CaseBounds:
        """Goes through the questions as ``establish`` does, keeping what is open.

        An answered question that may turn out not to apply may yet lose its answer.
        """
        values: dict[Chosen, bool] = {}
        facts = Facts(values, frozenset())
        may_hold: set[Atom] = set()
        may_fail: set[Atom] = set()
        open_questions: set[str] = set()
        for question in self._kb.questions.values():
            applying = applies(question, facts)
            for atom in question.atoms:
                value, holds, fails = _atom_bounds(question, atom, applying, known, case)
                if value is not None:
                    values[atom] = value
                    continue
                if holds:
                    may_hold.add(atom)
                if fails:
                    may_fail.add(atom)
                if (holds or fails) and question.id not in case.closed and atom in self._read:
                    open_questions.add(question.id)
        return _CaseBounds(facts, may_hold, may_fail, open_questions)

    def _most_read(self, undecided: Sequence[Rule], open_questions: Set[str]) -> str | None:
        """The open question on which most of the undecided rules' weight hangs."""
        weights = dict.fromkeys(open_questions, 0.0)
        for rule in undecided:
            weight = abs(rule.action.factor) if isinstance(rule.action, Prefer) else 2.0
            for name in self._reads[rule.id] & open_questions:
                weights[name] += weight
        return max(weights, key=lambda name: (weights[name], name), default=None)

    def _split(self, name: str, case: _OpenCase, bounds: _CaseBounds) -> Iterator[_OpenCase]:
        """The cases of one question, which together hold every completion of ``case``."""
        question = self._kb.questions[name]
        every = question.atoms
        undecided = [a for a in every if a not in bounds.facts.values and a in self._read]
        none = dict.fromkeys(every, False)
        if question.multiple:
            atom = undecided[0]
            yield case.with_values({atom: True})
            yield case.with_values({atom: False})
        else:
            for atom in undecided:
                if atom in bounds.may_hold:
                    yield case.with_values({**none, atom: True})
            yield case.with_values(none)  # an option nobody asks for, or it does not apply
        if not any(atom in case.values for atom in every):
            yield _OpenCase(case.values, case.closed | {name})


def _atom_bounds(
    question: Question, atom: Chosen, applies: bool | None, known: Answers, case: _OpenCase
) -> tuple[bool | None, bool, bool]:
    """The atom's value where every completion of the case agrees on it; else whether it may
    come to hold, and whether it may come to fail. What may do neither stays unknown.
    """
    if applies is False:
        return False, False, True
    if atom in case.values:
        value = case.values[atom]
        return value, value, not value
    if question.id in known and question.id not in case.closed:
        if atom.option not in known[question.id]:
            return False, False, True
        return (True, True, False) if applies else (None, True, True)
    if question.id in case.closed:
        return None, False, applies is None
    return None, True, True


def _atoms_read(kb: KnowledgeBase) -> frozenset[Atom]:
    """The options that some condition asks for."""
    conditions = [rule.when for rule in kb.rules.values()]
    conditions += [q.applies_when for q in kb.questions.values() if q.applies_when is not None]
    return frozenset(atom for condition in conditions for atom in atoms(condition))


def _questions_read(kb: KnowledgeBase) -> dict[str, frozenset[str]]:
    """Rule -> the questions its condition hangs on, through concepts and what applies."""
    by_question: dict[str, frozenset[str]] = {}
    for question in kb.questions.values():
        gates = atoms(question.applies_when) if question.applies_when is not None else ()
        gated_by = (by_question[atom.question] for atom in gates if isinstance(atom, Chosen))
        by_question[question.id] = frozenset({question.id}).union(*gated_by)
    by_concept: dict[str, frozenset[str]] = {}

    def read(*rules: Rule) -> frozenset[str]:
        read_by_atom = (
            by_question[atom.question] if isinstance(atom, Chosen) else by_concept[atom.concept]
            for rule in rules
            for atom in atoms(rule.when)
        )
        return frozenset[str]().union(*read_by_atom)

    for concept in concepts_in_order(kb):
        by_concept[concept] = read(*concluding(kb, concept))
    return {rule.id: read(rule) for rule in kb.rules.values()}
