"""Remarks about a knowledge base as people and programs read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console

from advisor.report.toolkit.json_data import SCHEMA, dumped
from advisor.report.toolkit.sarif import SarifResult, sarif_log
from advisor.report.toolkit.wrapping import print_folded
from advisor.wording.quantities import count
from advisor.wording.recommendation import answer_in_words
from rules.answers import Answers
from rules.diagnostics import Level, SourceLocation
from rules.model import KnowledgeBase
from rules.verification import remarks as knowledge
from rules.verification.remarks import KnowledgeRemark, KnowledgeRemarkKind

MOST_LOCATIONS = 5  # related ones that a remark names
STYLES = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTE: "bold"}


def as_json(kb: KnowledgeBase, remarks: Iterable[KnowledgeRemark]) -> str:
    """One JSON object, as the ``--format json`` of ``advisor kb check`` prints it.

    ``knowledge_base`` is its digest and ``size`` how much of each it holds. Each of ``remarks`` has
    ``kind``, ``level``, ``subject`` (the id of what it is about), ``message``, ``file``, ``line``
    (null for the file as a whole), ``witness`` (question -> options, or null) and ``related``
    (other locations, each with ``file`` and ``line``). ``kinds`` says what each kind means.
    """
    remarks = list(remarks)
    data = {
        "schema": SCHEMA,
        "knowledge_base": kb.digest,
        "size": size(kb),
        "remarks": [_remark_as_data(remark) for remark in remarks],
        "kinds": {
            kind.id: kind.definition for kind in dict.fromkeys(remark.kind for remark in remarks)
        },
    }
    return dumped(data)


def size(kb: KnowledgeBase) -> dict[str, int]:
    """How many there are of each kind of entry, by its name in the plural."""
    return {
        "questions": len(kb.questions),
        "criteria": len(kb.criteria),
        "concepts": len(kb.concepts),
        "claims": len(kb.claims),
        "rules": len(kb.rules),
    }


def witness_as_data(witness: Answers) -> dict[str, list[str]]:
    return {question: list(options) for question, options in witness.items()}


def answers_in_short(answers: Answers) -> str:
    """As answers files name them: ``target=android, task=[vision, speech]``."""
    if not answers:
        return "no answer at all"
    return ", ".join(
        f"{name}={options[0] if len(options) == 1 else '[' + ', '.join(options) + ']'}"
        for name, options in answers.items()
    )


def print_remarks(console: Console, kb: KnowledgeBase, remarks: Sequence[KnowledgeRemark]) -> None:
    """How many there are, then each kind with what it means and the remarks of that kind."""
    numbers = Counter(remark.level for remark in remarks)
    counted = [count(numbers[level], level.value) for level in Level if numbers[level]]
    print_folded(console, ", ".join(counted) if counted else "Nothing to remark on.")
    for kind, group in groupby(remarks, key=lambda remark: remark.kind):
        _print_kind(console, kb, kind, list(group))


def _print_kind(
    console: Console,
    kb: KnowledgeBase,
    kind: KnowledgeRemarkKind,
    remarks: Sequence[KnowledgeRemark],
) -> None:
    print_folded(console, f"\n{kind.level.value}: {kind.id}", STYLES[kind.level])
    print_folded(console, kind.definition, "dim")
    for remark in remarks:
        print_folded(console, f"{remark.location}: {remark.message}", indent=2)
        if remark.related:
            print_folded(console, f"see {_locations(remark.related)}", "dim", indent=4)
        if remark.witness is not None:
            print_folded(console, f"with {answers_in_short(remark.witness)}", indent=4)
            for name, options in remark.witness.items():
                line = f"{kb.questions[name].ask} {answer_in_words(kb, name, options)}"
                print_folded(console, line, "dim", indent=6)


def _locations(locations: Sequence[SourceLocation]) -> str:
    named = ", ".join(str(location) for location in locations[:MOST_LOCATIONS])
    more = len(locations) - MOST_LOCATIONS
    return f"{named} and {more} more" if more > 0 else named


def _remark_as_data(remark: KnowledgeRemark) -> dict[str, object]:
    witness = remark.witness
    return {
        "kind": remark.kind.id,
        "level": remark.level.value,
        "subject": remark.subject,
        "message": remark.message,
        **_location_as_data(remark.location),
        "witness": None if witness is None else witness_as_data(witness),
        "related": [_location_as_data(location) for location in remark.related],
    }


def _location_as_data(location: SourceLocation) -> dict[str, object]:
    return {"file": location.file, "line": location.line or None}


def as_sarif(remarks: Iterable[knowledge.KnowledgeRemark]) -> str:
    """What ``advisor kb check`` remarks.

    The ``properties`` of a result hold its ``subject`` and, where answers show it, a ``witness``.
    """
    return sarif_log("advisor kb check", knowledge.KnowledgeRemarkKind, map(_on_knowledge, remarks))


def _on_knowledge(remark: knowledge.KnowledgeRemark) -> SarifResult:
    text, properties = remark.message, {}
    if remark.witness is not None:
        properties["witness"] = witness_as_data(remark.witness)
        text = f"{text} (with {answers_in_short(remark.witness)})"
    return SarifResult(
        remark.kind, remark.subject, text, remark.location, remark.related, properties
    )
