"""The rules of a consultation as data: whether each one fired, and what it compared."""

from __future__ import annotations

from typing import Any

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from rules.conditions import All, Atom, Chosen, Concluded, Condition, Not, atoms
from rules.conditions import Any as AnyOf
from rules.model import Advise, Conclude, Prefer, Rule, RuleOut

SCHEMA = 1
RULES = "rules.json"


def rules_as_data(r: Recommendation) -> dict[str, Any]:
    """Every rule with its state: ``fired``, ``withdrawn``, ``silent`` (known not to hold) or
    ``open`` (not known), and the value of each atom that its condition compares.
    """
    value = r.situation.value
    withdrawn = {withdrawal.rule: withdrawal.claims for withdrawal in r.withdrawn}
    fired = {rule.id for rule in r.fired}

    def state(rule: Rule) -> str:
        if rule.id in withdrawn:
            return "withdrawn"
        if rule.id in fired:
            return "fired"
        return "silent" if value(rule.when) is False else "open"

    def as_data(rule: Rule) -> dict[str, Any]:
        compared = dict.fromkeys(atoms(rule.when))
        fell_with = {"fell_with": list(withdrawn[rule.id])} if rule.id in withdrawn else {}
        return {
            "id": rule.id,
            "state": state(rule),
            "because": rule.because,
            **_action_as_data(rule),
            "when": condition_as_data(rule.when),
            "compared": [_compared(r, atom, value(atom)) for atom in compared],
            "claims": list(rule.claims),
            "source": rule.source,
            "as_of": rule.as_of,
            **fell_with,
        }

    return {
        "schema": SCHEMA,
        "tool": f"framework-advisor {__version__}",
        "knowledge_base": r.kb.digest,
        "thresholds": {
            "clear": vars(r.kb.clear),
            "leaning": vars(r.kb.leaning),
            "strengths": dict(r.kb.strengths),
        },
        "rules": [as_data(rule) for rule in r.kb.rules.values()],
    }


def condition_as_data(condition: Condition) -> dict[str, Any]:
    """The condition as the knowledge base writes it."""
    match condition:
        case Not(part):
            return {"not": condition_as_data(part)}
        case All(parts):
            return {"all": [condition_as_data(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [condition_as_data(part) for part in parts]}
        case Chosen(question, option):
            return {question: option}
        case Concluded(concept):
            return {"concept": concept}


def _action_as_data(rule: Rule) -> dict[str, Any]:
    match rule.action:
        case Prefer(alternative, criterion, factor):
            return {"prefer": {"alternative": alternative, "under": criterion, "factor": factor}}
        case RuleOut(alternative):
            return {"rule_out": alternative}
        case Conclude(concept):
            return {"conclude": concept}
        case Advise(text, topic, alternative):
            return {"advise": {"text": text, "topic": topic, "for": alternative}}


def _compared(r: Recommendation, atom: Atom, value: bool | None) -> dict[str, Any]:
    """The atom, whether it holds (None: not known), and of a question the answer."""
    data: dict[str, Any] = {**condition_as_data(atom), "holds": value}
    if isinstance(atom, Chosen):
        answer = r.sheet.answers.get(atom.question)
        data["answered"] = list(answer) if answer else None
    return data
