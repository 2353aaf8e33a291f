"""The contents of an evidence bundle: all it takes to question and to repeat a decision.

The same consultation gives the same bytes, whatever the number and the day of the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import WeighedClaim
from advisor.records.decision import Decision
from advisor.records.evidence.bom import bill_of_materials
from advisor.records.evidence.bundle import LARGEST_ENTRY, LARGEST_TEXT, json_bytes
from advisor.records.evidence.rules_data import RULES, rules_as_data
from advisor.records.madr.document_text import body
from advisor.report.session_file import finished_text
from probes.runtime.registry import load_probes
from rules.diagnostics import InputError
from rules.loading.input_file import MAX_BYTES
from rules.loading.layers import knowledge_files
from rules.loading.loader import load

SESSION = "session.yaml"
RECORD = "record.md"
DECISION = "decision.json"
KNOWLEDGE = "knowledge"
WORKSHOP = "workshop.json"
LARGEST_KNOWLEDGE = 1_500_000  # bytes of all its files; what is shipped has a tenth of that
SCHEMA = 1

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
    if load(knowledge).digest != r.kb.digest:
        place = knowledge or "the shipped knowledge"
        raise InputError.at(place, "has changed meanwhile: expected what was reasoned with")
    for name, data in knowledge_files(knowledge).items():
        entries[f"{KNOWLEDGE}/{name}"] = data
    _check_sizes(entries)
    return entries


def _check_sizes(entries: Mapping[str, bytes]) -> None:
    """Refuse what could not be read again. Raises InputError."""
    limits = {SESSION: MAX_BYTES, RECORD: LARGEST_TEXT - LARGEST_TEXT // 10}
    for name, data in entries.items():
        if len(data) > (limit := limits.get(name, LARGEST_ENTRY)):
            message = f"would take {len(data):,} bytes of evidence in {name}, {limit:,} at most"
            raise InputError.at("the session", message)
    size = sum(len(data) for name, data in entries.items() if name.startswith(f"{KNOWLEDGE}/"))
    if size > LARGEST_KNOWLEDGE:
        message = f"would take {size:,} bytes of knowledge, {LARGEST_KNOWLEDGE:,} at most"
        raise InputError.at("the session", message)


def derived(r: Recommendation, decision: Decision) -> dict[str, bytes]:
    """What follows from the consultation and the decision alone."""
    r = replace(r, sheet=replace(r.sheet, people={}))  # people are named in the record only
    claims = [_claim(r, weighed) for weighed in r.claims.values()]
    return {
        "about.txt": _ABOUT.format(workshop=_ABOUT_WORKSHOP if r.sheet.workshop else "").encode(),
        RECORD: body(r, decision).encode(),
        SESSION: finished_text(r).encode(),
        "answers.json": json_bytes(_answers(r)),
        DECISION: json_bytes(
            {
                "schema": SCHEMA,
                "choice": decision.choice,
                "because": decision.because or None,
                "advised": r.choice,
            }
        ),
        RULES: json_bytes(rules_as_data(r)),
        "claims.json": json_bytes({"schema": SCHEMA, "claims": claims}),
        "environment.json": json_bytes({"schema": SCHEMA, **r.machine}),
        "bom.cdx.json": json_bytes(bill_of_materials(r)),
        **{f"probes/{n}/finding.json": json_bytes(f.to_json()) for n, f in r.findings.items()},
        **_workshop(r),
    }


def _workshop(r: Recommendation) -> dict[str, bytes]:
    """The history of the workshop, where a group decided."""
    if r.sheet.workshop is None:
        return {}
    from advisor.records.madr.team_data import workshop_as_data

    data = workshop_as_data(r.kb, r.sheet.workshop, r.findings, r.sheet)
    return {WORKSHOP: json_bytes(data)}


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
    data = {"schema": SCHEMA, "title": r.sheet.title, "questions": questions, "ranking": ranking}
    return {**data, "points": dict(r.sheet.points)} if r.sheet.points else data


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
