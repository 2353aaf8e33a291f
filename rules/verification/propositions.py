"""The knowledge base as propositional clauses: what can be true on some answer sheet, and on none.

Every atom has two variables, known to hold and known to fail, so that a model is a whole answer
sheet with its unanswered questions, and a rule's variable is true on exactly the sheets on which
the rule fires. Conditions become clauses by Tseitin's transformation ("On the complexity of
derivation in propositional calculus", 1968), with one variable for all sub-conditions that are the
same. A SAT solver then decides over all sheets what trying could only sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from pysat.card import ITotalizer
from pysat.solvers import Solver

from rules.answers import Answers
from rules.conditions import Atom, Chosen, Concluded, Condition
from rules.inference.evaluator import concepts_in_order, concluding
from rules.model import KnowledgeBase, Question
from rules.normal_form import Conjunction, Disjunction, Literal, NormalForm, normal_form

TRUE = 1  # a variable that holds in every model; its negation is what cannot be
FALSE = -TRUE
SOLVER = "glucose4"
MOST_EXACT = 10  # answers in a sheet that is shown to be the smallest; larger ones nearly are

# Atom -> the literals "known to hold" and "known to fail".
Values = Mapping[Atom, tuple[int, int]]


class Propositions:
    """One knowledge base in clauses.

    ``clauses`` grow when :meth:`condition` and the like are asked about something new; each new
    variable is defined by them, so that no model is lost. ``answered`` is question -> literal "it
    applies and is answered"; ``settled`` also where it cannot apply; ``rules`` is rule -> literal
    "it fires"; ``values`` has each atom.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb
        self.clauses: list[list[int]] = [[TRUE]]
        self._variables = TRUE
        self._nodes: dict[frozenset[int], int] = {}
        self.values: dict[Atom, tuple[int, int]] = {}
        self.settled: dict[str, int] = {}
        self.answered: dict[str, int] = {}
        for question in kb.questions.values():
            self._add_question(question)
        for concept in concepts_in_order(kb):
            self.values[Concluded(concept)] = self.concept(concept)
        self.rules = {rule.id: self.condition(rule.when) for rule in kb.rules.values()}

    def condition(
        self, condition: Condition, *, holds: bool = True, values: Values | None = None
    ) -> int:
        """The literal of ``condition`` being known to be true (``holds``), or known to be false.

        ``values`` replaces the value of some atoms.
        """
        return self.form(normal_form(condition, holds=holds), values)

    def form(self, form: NormalForm, values: Values | None = None) -> int:
        match form:
            case Literal(atom, holds):
                known = (values or {}).get(atom) or self.values.get(atom, (FALSE, FALSE))
                return known[0 if holds else 1]
            case Conjunction(parts):
                return self.all_of(self.form(part, values) for part in parts)
            case Disjunction(parts):
                return self.any_of(self.form(part, values) for part in parts)

    def all_of(self, literals: Iterable[int]) -> int:
        """A literal that is true where all of these are."""
        parts = frozenset(literals) - {TRUE}
        if FALSE in parts or any(-part in parts for part in parts):
            return FALSE
        if len(parts) < 2:
            return next(iter(parts), TRUE)
        if parts not in self._nodes:
            self._nodes[parts] = node = self._new()
            self.clauses += [[-node, part] for part in sorted(parts)]
            self.clauses.append([node, *sorted(-part for part in parts)])
        return self._nodes[parts]

    def any_of(self, literals: Iterable[int]) -> int:
        """A literal that is true where one of these is."""
        return -self.all_of(-literal for literal in literals)

    def differ(self, first: int, second: int) -> int:
        """A literal that is true where just one of the two is."""
        return self.any_of([self.all_of([first, -second]), self.all_of([-first, second])])

    def concept(
        self, concept: str, *, without: str | None = None, values: Values | None = None
    ) -> tuple[int, int]:
        """The literals of a concept holding and failing, on the strength of all rules but one."""
        rules = [rule for rule in concluding(self.kb, concept) if rule.id != without]
        true = (self.condition(rule.when, values=values) for rule in rules)
        false = (self.condition(rule.when, holds=False, values=values) for rule in rules)
        return self.any_of(true), self.all_of(false)

    def count(self, literals: Sequence[int], most: int) -> Sequence[int]:
        """Literals of which number k (from 0) is true where more than k of ``literals`` are.

        They are enough to bound the number by ``most``.
        """
        if not literals:
            return ()
        with ITotalizer(lits=list(literals), ubound=most, top_id=self._variables) as totalizer:
            self.clauses += totalizer.cnf.clauses
            self._variables = max(self._variables, totalizer.top_id)
            return tuple(totalizer.rhs)

    def chosen(self, question: str) -> Iterator[tuple[str, int]]:
        """Each option of a question, with its literal."""
        for option in self.kb.questions[question].options:
            yield option.id, self.values[Chosen(question, option.id)][0]

    def answers(self, model: frozenset[int]) -> Answers:
        """The answer sheet of a model (its true variables): what is unanswered is left out."""
        return {
            question: tuple(option for option, literal in self.chosen(question) if literal in model)
            for question, answered in self.answered.items()
            if answered in model
        }

    def _new(self) -> int:
        self._variables += 1
        return self._variables

    def _add_question(self, question: Question) -> None:
        """Its variables, and what ``establish`` makes of an answer to it."""
        cannot_apply = FALSE
        if question.applies_when is not None:  # only earlier questions have values by now
            cannot_apply = self.condition(question.applies_when, holds=False)
        settled, given = self._new(), self._new()
        chosen = [self._new() for _ in question.options]
        self.settled[question.id] = settled
        self.answered[question.id] = given
        self.clauses += [[-given, -cannot_apply], [-given, *chosen]]
        self.clauses += [[-settled, cannot_apply, given], [-cannot_apply, settled]]
        self.clauses.append([-given, settled])
        self.clauses += [[-one, given] for one in chosen]
        for (first, one), (second, other) in combinations(
            zip(question.options, chosen, strict=True), 2
        ):
            if not question.multiple or first.alone or second.alone:
                self.clauses.append([-one, -other])
        for option, one in zip(question.options, chosen, strict=True):
            self.values[Chosen(question.id, option.id)] = (one, self.all_of([settled, -one]))


class Reasoner:
    """A SAT solver over the propositions of one knowledge base; to be closed after use.

    Literals are those of ``propositions``.
    """

    def __init__(self, propositions: Propositions) -> None:
        self.propositions = propositions
        self._more_than = propositions.count(list(propositions.answered.values()), MOST_EXACT)
        self._solver = Solver(name=SOLVER)
        self._told = 0
        # Unanswered, unless something else is needed: the sheets that are found are short.
        self._solver.set_phases([-one for one in propositions.answered.values()])

    def __enter__(self) -> Reasoner:
        return self

    def __exit__(self, *exception: object) -> None:
        self._solver.delete()

    def possible(self, *literals: int) -> bool:
        """Whether all of these are true on some answer sheet."""
        new = self.propositions.clauses[self._told :]
        if new:
            self._solver.append_formula(new)
            self._told += len(new)
        return bool(self._solver.solve(assumptions=list(literals)))

    def model(self, *literals: int) -> frozenset[int] | None:
        """The true variables of a model of all of these, or None where they exclude each other."""
        if not self.possible(*literals):
            return None
        return frozenset(literal for literal in self._solver.get_model() or () if literal > 0)

    def core(self, literals: Sequence[int]) -> tuple[int, ...]:
        """Of literals that exclude each other, some that do so of which none can be left out."""
        assert not self.possible(*literals)
        blamed = set(self._solver.get_core() or ())
        needed = [literal for literal in dict.fromkeys(literals) if literal in blamed]
        for literal in tuple(needed):
            fewer = [other for other in needed if other != literal]
            if not self.possible(*fewer):
                needed = fewer
        return tuple(needed)

    def witness(self, *literals: int) -> Answers | None:
        """An answer sheet on which all of these are true, with as few answers as can be.

        No smaller sheet does up to ``MOST_EXACT`` answers; beyond that, none of its answers can be
        left out. None where there is no such sheet.
        """
        model = self.model(*literals)
        if model is None:
            return None
        bound = self._fewest(literals, len(self.propositions.answers(model)))
        smaller = self.model(*literals, *bound)
        assert smaller is not None
        return self.propositions.answers(self._fewest_options([*literals, *bound], smaller))

    def fewest(self, literals: Sequence[int], unwanted: Sequence[int]) -> frozenset[int] | None:
        """A model of ``literals`` in which none of the ``unwanted`` ones that are true could be
        false with all the false ones staying so; or None where there is no model.
        """
        best = self.model(*literals)
        if best is None:
            return None
        needed: set[int] = set()
        for literal in unwanted:
            if literal not in best or literal in needed:
                continue
            false = [-one for one in unwanted if one not in best]
            fewer = self.model(*literals, *false, -literal)
            if fewer is None:
                needed.add(literal)
            else:
                best = fewer
        return best

    def _fewest(self, literals: Sequence[int], bound: int) -> list[int]:
        """What to assume so that few questions are answered; ``bound`` is how few can do."""
        for most, too_many in enumerate(self._more_than[: bound + 1]):
            if most == bound or self.possible(*literals, -too_many):
                return [-too_many]
        answered = list(self.propositions.answered.values())
        model = self.fewest(literals, answered)
        assert model is not None
        return [one if one in model else -one for one in answered]

    def _fewest_options(self, literals: Sequence[int], model: frozenset[int]) -> frozenset[int]:
        """A model that answers the same with no option too many."""
        several = [
            literal
            for question, given in self.propositions.answers(model).items()
            if len(given) > 1
            for _, literal in self.propositions.chosen(question)
        ]
        if not several:
            return model
        fixed = [one if one in model else -one for one in self.propositions.answered.values()]
        fewer = self.fewest([*literals, *fixed], several)
        assert fewer is not None
        return fewer
