"""What goes into a record's evidence bundle: all it takes to question and to repeat a decision.

The same consultation gives the same bytes, under whatever number and on whatever day it is filed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import WeighedClaim
from advisor.records.decision import Decision
from advisor.records.evidence.bom import bill_of_materials
from advisor.records.madr.document_text import body
from advisor.report.session_file import finished_text
from probes.runtime.registry import load_probes
from rules.conditions import All, Atom, Chosen, Concluded, Condition, Not, atoms
from rules.conditions import Any as AnyOf
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.layers import knowledge_files
from rules.loading.yaml_nodes import MAX_BYTES
from rules.model import Advise, Conclude, KnowledgeBase, Prefer, Rule, RuleOut

SESSION = "session.yaml"
RECORD = "record.md"
RULES = "rules.json"
DECISION = "decision.json"
KNOWLEDGE = "knowledge"
SCHEMA = 1

WORKSHOP = "workshop.json"
_ABOUT = """\
The evidence behind a decision record, as framework-advisor wrote it.

record.md           what the record says by this evidence; people may add to theirs
session.yaml        the answers, what was found, what came of it
{workshop}answers.json        the same answers with the questions' wording
decision.json       what was decided, and what was advised
rules.json          every rule: whether it fired, and what it compared
claims.json         every claim that a rule rests on, with what became of it
probes/*/           what each probe found, and its source at that time
environment.json    where the findings were made
knowledge/          the knowledge base, to reason with it again
bom.cdx.json        the same as a CycloneDX 1.6 bill of materials with declarations
manifest.json       the SHA-256 of each

To prove it again: advisor record verify RECORD.md --rerun
"""


_ABOUT_WORKSHOP = """\
workshop.json       the ballots, round by round, with their receipts and what the group saw
"""


def contents(r: Recommendation, decision: Decision, knowledge: Path | None) -> Mapping[str, bytes]:
    """The entries of the bundle; ``knowledge`` is the folder the knowledge base was read from.

    Raises InputError where that holds something else by now.
    """
    entries = {**derived(r, decision), **dict(_sources(r))}
    for name, data in _knowledge(r.kb, knowledge).items():
        entries[f"{KNOWLEDGE}/{name}"] = data
    if len(entries[SESSION]) > MAX_BYTES:
        message = f"would take {len(entries[SESSION]):,} bytes of evidence, {MAX_BYTES:,} at most"
        raise InputError([Problem(SourceLocation("the session"), message)])
    return entries


def derived(r: Recommendation, decision: Decision) -> dict[str, bytes]:
    """What follows from the consultation and the decision alone."""
    r = replace(r, sheet=replace(r.sheet, people={}))  # people stand in the record, if anywhere
    return {
        "about.txt": _about(r).encode(),
        RECORD: body(r, decision).encode(),
        SESSION: finished_text(r).encode(),
        "answers.json": _json(_answers(r)),
        DECISION: _json(_decision(r, decision)),
        RULES: _json(rules_as_data(r)),
        "claims.json": _json(_claims(r)),
        "environment.json": _json({"schema": SCHEMA, **r.machine}),
        "bom.cdx.json": _json(bill_of_materials(r)),
        **{f"probes/{name}/finding.json": _json(f.to_json()) for name, f in r.findings.items()},
        **_workshop(r),
    }


def _about(r: Recommendation) -> str:
    return _ABOUT.format(workshop="" if r.sheet.workshop is None else _ABOUT_WORKSHOP)


def _workshop(r: Recommendation) -> dict[str, bytes]:
    """The minutes of the team that decided, where one did."""
    if r.sheet.workshop is None:
        return {}
    from advisor.records.madr.team_data import workshop_as_data

    data = workshop_as_data(r.kb, r.sheet.workshop, r.findings, r.sheet)
    return {WORKSHOP: _json(data)}


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _knowledge(kb: KnowledgeBase, folder: Path | None) -> Mapping[str, bytes]:
    from rules.loading.loader import load

    if load(folder).digest != kb.digest:
        place = SourceLocation(str(folder) if folder else "the shipped knowledge")
        raise InputError([Problem(place, "has changed meanwhile: expected what was reasoned with")])
    return knowledge_files(folder)


def _sources(r: Recommendation) -> Iterator[tuple[str, bytes]]:
    """The source of each probe where that is still what it was."""
    known = load_probes()
    for name, finding in r.findings.items():
        if name in known and known[name].source_hash == finding.source:
            yield f"probes/{name}/probe.py", known[name].source.read_bytes()


def _answers(r: Recommendation) -> dict[str, Any]:
    questions = [
        {
            "question": name,
            "ask": question.ask,
            "help": question.help,
            "several": question.multiple,
            "options": [{"id": o.id, "label": o.label} for o in question.options],
            "applies": name not in r.facts.not_applicable,
            "answer": list(r.sheet.answers[name]) if name in r.sheet.answers else None,
        }
        for name, question in r.kb.questions.items()
    ]
    ranking = [
        {"criterion": name, "title": r.kb.criteria[name].title, "asks": r.kb.criteria[name].asks}
        for name in r.sheet.priorities
    ]
    told = {"schema": SCHEMA, "title": r.sheet.title, "questions": questions, "ranking": ranking}
    return {**told, "points": dict(r.sheet.points)} if r.sheet.points else told


def _decision(r: Recommendation, decision: Decision) -> dict[str, Any]:
    told = {"choice": decision.choice, "because": decision.because or None, "advised": r.choice}
    return {"schema": SCHEMA, **told}


def _claims(r: Recommendation) -> dict[str, Any]:
    return {"schema": SCHEMA, "claims": [_claim(r, weighed) for weighed in r.claims.values()]}


def _claim(r: Recommendation, weighed: WeighedClaim) -> dict[str, Any]:
    claim = weighed.claim
    source = r.kb.sources[claim.source]
    return {
        "id": claim.id,
        "says": claim.says,
        "verdict": weighed.status.value,
        "why": weighed.why,
        "deprecated": weighed.deprecated,
        "probe": claim.probe,
        "expects": claim.expect if claim.probe else None,
        "source": {"title": source.title, "date": source.date, "url": source.url},
        "as_of": claim.as_of,
    }


# Rules


def rules_as_data(r: Recommendation) -> dict[str, Any]:
    """Every rule with its state: ``fired``, ``withdrawn``, ``silent`` (known not to hold) or
    ``open`` (not known), and the value of each atom that its condition compares.
    """
    value = r.situation.value
    fallen = {withdrawal.rule: withdrawal.claims for withdrawal in r.withdrawn}
    fired = {rule.id for rule in r.fired}

    def told(rule: Rule) -> dict[str, Any]:
        holds = value(rule.when)
        state = "silent" if holds is False else "open"
        if rule.id in fallen or rule.id in fired:
            state = "withdrawn" if rule.id in fallen else "fired"
        data = {
            "id": rule.id,
            "state": state,
            "because": rule.because,
            **_action_as_data(rule),
            "when": condition_as_data(rule.when),
            "compared": [
                _compared(r, atom, value(atom)) for atom in dict.fromkeys(atoms(rule.when))
            ],
            "claims": list(rule.claims),
            "source": rule.source,
            "as_of": rule.as_of,
        }
        return {**data, "fell_with": list(fallen[rule.id])} if rule.id in fallen else data

    thresholds = {
        "clear": vars(r.kb.clear),
        "leaning": vars(r.kb.leaning),
        "strengths": dict(r.kb.strengths),
    }
    return {
        "schema": SCHEMA,
        "tool": f"framework-advisor {__version__}",
        "knowledge_base": r.kb.digest,
        "thresholds": thresholds,
        "rules": [told(rule) for rule in r.kb.rules.values()],
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
            told = {"alternative": alternative, "under": criterion, "factor": factor}
            return {"prefer": told}
        case RuleOut(alternative):
            return {"rule_out": alternative}
        case Conclude(concept):
            return {"conclude": concept}
        case Advise(text, topic, alternative):
            return {"advise": {"text": text, "topic": topic, "for": alternative}}


def _compared(r: Recommendation, atom: Atom, value: bool | None) -> dict[str, Any]:
    """What was asked for, what was answered, and whether that holds (null: not known)."""
    told: dict[str, Any] = {**condition_as_data(atom), "holds": value}
    if isinstance(atom, Chosen):
        given = r.sheet.answers.get(atom.question)
        told["answered"] = list(given) if given else None
    return told
