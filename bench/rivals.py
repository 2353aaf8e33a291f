"""The same rules, written for experta alone, for CLIPS and for GoRules' zen-engine.

Each rival is built once from a knowledge base, is given a sheet's facts and names the rules that
fire. All are exact: three-valued, with concepts that hold and concepts that fail. What fails is a
fact, so no pattern is negated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Protocol

from rules.conditions import Atom, Chosen, Concluded
from rules.inference.engine import _import_experta
from rules.inference.evaluator import concepts_in_order, conclusions
from rules.inference.facts import Facts
from rules.model import Conclude, KnowledgeBase, Rule
from rules.normal_form import Conjunction, Disjunction, Literal, NormalForm, normal_form


class Rival(Protocol):
    def fired(self, facts: Facts) -> set[str]: ...


def failing(rules: Sequence[Rule]) -> NormalForm:
    """When none of the rules can fire any more."""
    return Conjunction(tuple(normal_form(rule.when, holds=False) for rule in rules))


def is_answer(form: NormalForm) -> bool:
    return isinstance(form, Literal) and isinstance(form.atom, Chosen)


class PlainExperta:
    """As experta's manual has it: a fact for each option, AND and OR of patterns, one rule each."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.experta = _import_experta()
        self.answer: Any = type("Answer", (self.experta.Fact,), {})
        self.concept: Any = type("Concept", (self.experta.Fact,), {})
        members: dict[str, Any] = {"names": set()}
        for rule in kb.rules.values():
            members[rule.id] = self._rule(rule.id, normal_form(rule.when), self._action(rule))
        for concept, rules in conclusions(kb).items():
            name = f"not {concept}"
            settle = self._settle(concept, holds=False)
            members[name] = self._rule(name, failing(rules), lambda engine, do=settle: do(engine))
        self.engine = type("Rules", (self.experta.KnowledgeEngine,), members)()

    def fired(self, facts: Facts) -> set[str]:
        self.engine.names = set()
        self.engine.reset()
        self.engine.declare(*self._facts(facts))
        self.engine.run()
        return self.engine.names

    def _facts(self, facts: Facts) -> Iterator[Any]:
        for atom, holds in facts.values.items():
            yield self._literal(atom, holds)

    def _action(self, rule: Rule) -> Any:
        concludes = isinstance(rule.action, Conclude)
        settle = self._settle(rule.action.concept, holds=True) if concludes else None

        def act(engine: Any) -> None:
            engine.names.add(rule.id)
            if settle:
                settle(engine)

        return act

    def _settle(self, concept: str, *, holds: bool) -> Any:
        return lambda engine: engine.declare(self.concept(name=concept, holds=holds))

    def _rule(self, name: str, form: NormalForm, action: Any) -> Any:
        def act(engine: Any) -> None:
            action(engine)

        act.__name__ = name
        patterns = self._patterns(form)
        return self.experta.Rule(*patterns)(act)

    def _patterns(self, form: NormalForm) -> list[Any]:
        if isinstance(form, Conjunction):
            return [pattern for part in form.parts for pattern in self._patterns(part)]
        if isinstance(form, Disjunction):
            branches = [self.experta.AND(*self._patterns(part)) for part in form.parts]
            return [self.experta.OR(*branches)]
        return [self._literal(form.atom, form.holds)]

    def _literal(self, atom: Atom, holds: bool) -> Any:
        if isinstance(atom, Concluded):
            return self.concept(name=atom.concept, holds=holds)
        return self.answer(question=atom.question, option=atom.option, holds=holds)


class SheetExperta(PlainExperta):
    """All answers in one fact with a field for each option: the quickest form that was found.

    Not for a condition that asks for an option and for its opposite: a field has one value.
    """

    def _facts(self, facts: Facts) -> Iterator[Any]:
        yield self.answer(**{str(atom): holds for atom, holds in facts.values.items()})

    def _patterns(self, form: NormalForm) -> list[Any]:
        if not isinstance(form, Conjunction):
            return super()._patterns(form)
        fields = {str(part.atom): part.holds for part in form.parts if is_answer(part)}
        rest = [p for part in form.parts if not is_answer(part) for p in self._patterns(part)]
        return [self.answer(**fields), *rest] if fields else rest

    def _literal(self, atom: Atom, holds: bool) -> Any:
        if isinstance(atom, Concluded):
            return super()._literal(atom, holds)
        return self.answer(**{str(atom): holds})


class Clips:
    """CLIPS 6.4 by clipspy: one fact with a slot for each option that some rule asks for."""

    def __init__(self, kb: KnowledgeBase) -> None:
        import clips

        self.word = {True: clips.Symbol("yes"), False: clips.Symbol("no")}
        self.environment = environment = clips.Environment()
        self.rules = list(kb.rules)
        forms = [normal_form(rule.when) for rule in kb.rules.values()]
        self.slots = {atom: slot(atom) for form in forms for atom in answers_in(form)}
        slots = "".join(f"(slot {name})" for name in self.slots.values())
        environment.build(f"(deftemplate answers {slots})")
        environment.build("(defglobal ?*fired* = (create$))")
        for number, (rule, form) in enumerate(zip(kb.rules.values(), forms, strict=True)):
            act = f"(bind ?*fired* (create$ ?*fired* {number}))"
            if isinstance(rule.action, Conclude):
                act += f"(assert (settled {rule.action.concept} yes))"
            environment.build(f"(defrule {rule.id} {self._patterns(form)} => {act})")
        for concept, rules in conclusions(kb).items():
            act = f"(assert (settled {concept} no))"
            environment.build(f"(defrule not--{concept} {self._patterns(failing(rules))} => {act})")
        self.template = environment.find_template("answers")

    def fired(self, facts: Facts) -> set[str]:
        known = facts.values
        given = {name: self.word[known[a]] for a, name in self.slots.items() if a in known}
        self.environment.reset()
        self.template.assert_fact(**given)
        self.environment.run()
        return {self.rules[i] for i in self.environment.find_global("fired").value}

    def _patterns(self, form: NormalForm) -> str:
        if isinstance(form, Disjunction):
            branches = " ".join(f"(and {self._patterns(part)})" for part in form.parts)
            return f"(or {branches})"
        parts = form.parts if isinstance(form, Conjunction) else (form,)
        words: dict[str, dict[str, None]] = {}  # a slot stands once in a pattern
        for part in filter(is_answer, parts):
            words.setdefault(slot(part.atom), {})[yes_or_no(part)] = None
        asked = "".join(f"({name} {'&'.join(given)})" for name, given in words.items())
        rest = " ".join(self._beside_answers(part) for part in parts if not is_answer(part))
        return f"(answers {asked}) {rest}" if asked else rest

    def _beside_answers(self, form: NormalForm) -> str:
        if isinstance(form, Literal):
            return f"(settled {form.atom} {yes_or_no(form)})"
        return self._patterns(form)


def answers_in(form: NormalForm) -> Iterator[Chosen]:
    if isinstance(form, Literal):
        if isinstance(form.atom, Chosen):
            yield form.atom
    else:
        for part in form.parts:
            yield from answers_in(part)


def slot(atom: Chosen) -> str:
    return f"{atom.question}--{atom.option}"


def yes_or_no(literal: Literal) -> str:
    return "yes" if literal.holds else "no"


class Zen:
    """A decision graph of zen-engine's: one node of expressions for the concepts, in an order in
    which each finds what it needs, and one with an expression a rule.
    """

    def __init__(self, kb: KnowledgeBase) -> None:
        import zen

        concepts = []
        for concept in concepts_in_order(kb):
            rules = conclusions(kb)[concept]
            holds = Disjunction(tuple(normal_form(rule.when) for rule in rules))
            for key, form in (("holds", holds), ("fails", failing(rules))):
                concepts.append((f"{concept}__{key}", expression(form, "$.")))
        fires = [(rule.id, expression(normal_form(rule.when))) for rule in kb.rules.values()]
        nodes = [
            node("answers", "inputNode"),
            node("concepts", "expressionNode", expressions(concepts), passThrough=True),
            node("rules", "expressionNode", expressions(fires)),
            node("fired", "outputNode"),
        ]
        graph = {"contentType": "application/vnd.gorules.decision", "nodes": nodes}
        graph["edges"] = [
            {"id": a["id"], "type": "edge", "sourceId": a["id"], "targetId": b["id"]}
            for a, b in pairwise(nodes)
        ]
        self.engine = zen.ZenEngine({"loader": {"type": "static", "content": {"kb": graph}}})
        self.fields = {
            atom: field(atom)
            for rule in kb.rules.values()
            for atom in answers_in(normal_form(rule.when))
        }

    def fired(self, facts: Facts) -> set[str]:
        return self.fired_of_many([facts])[0]

    def fired_of_many(self, sheets: Sequence[Facts]) -> list[set[str]]:
        """Many sheets in one call, which is quicker than one after another."""
        contexts = (
            {name: facts.values[atom] for atom, name in self.fields.items() if atom in facts.values}
            for facts in sheets
        )
        found = self.engine.evaluate_batch([{"key": "kb", "context": one} for one in contexts])
        return [{rule for rule, fires in one["data"]["result"].items() if fires} for one in found]


def node(name: str, kind: str, content: Any = None, **settings: Any) -> dict[str, Any]:
    made = {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}
    return made if content is None else {**made, "content": {**content, **settings}}


def expressions(named: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {"expressions": [{"id": key, "key": key, "value": value} for key, value in named]}


def expression(form: NormalForm, before: str = "") -> str:
    """In zen's language; ``before`` stands before a concept, ``$.`` within the concepts' node."""
    if isinstance(form, Literal):
        if isinstance(form.atom, Concluded):
            return f"{before}{form.atom.concept}__{'holds' if form.holds else 'fails'}"
        return f"{field(form.atom)} == {'true' if form.holds else 'false'}"
    word, empty = (" and ", "true") if isinstance(form, Conjunction) else (" or ", "false")
    return f"({word.join(expression(part, before) for part in form.parts) or empty})"


def field(atom: Chosen) -> str:
    return f"{atom.question}__{atom.option}"
