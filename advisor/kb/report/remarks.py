"""Remarks about a knowledge base as people and programs read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from rich.console import Console

from advisor.report.toolkit.json_data import SCHEMA, dumped
from advisor.report.toolkit.sarif import SarifResult, sarif_log
from advisor.report.toolkit.wrapping import print_folded
from advisor.wording.quantities import count, first_few
from advisor.wording.recommendation import answer_in_words
from rules.answers import Answers
from rules.diagnostics import Level, SourceLocation
from rules.model import KnowledgeBase
from rules.verification.remarks import KnowledgeRemark, KnowledgeRemarkKind

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
        "kinds": {remark.kind.id: remark.kind.definition for remark in remarks},
    }
    return dumped(data)


def size(kb: KnowledgeBase) -> dict[str, int]:
    """How many there are of each kind of entry, by its name in the plural."""
    kinds = ("questions", "criteria", "concepts", "claims", "rules")
    return {kind: len(getattr(kb, kind)) for kind in kinds}


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
        print_folded(console, f"\n{kind.level.value}: {kind.id}", STYLES[kind.level])
        print_folded(console, kind.definition, "dim")
        for remark in group:
            _print_remark(console, kb, remark)


def _print_remark(console: Console, kb: KnowledgeBase, remark: KnowledgeRemark) -> None:
    print_folded(console, f"{remark.location}: {remark.message}", indent=2)
    if remark.related:
        print_folded(console, f"see {first_few(remark.related)}", "dim", indent=4)
    if remark.witness is not None:
        print_folded(console, f"with {answers_in_short(remark.witness)}", indent=4)
        for name, options in remark.witness.items():
            line = f"{kb.questions[name].ask} {answer_in_words(kb, name, options)}"
            print_folded(console, line, "dim", indent=6)


def _remark_as_data(remark: KnowledgeRemark) -> dict[str, object]:
    return {
        "kind": remark.kind.id,
        "level": remark.level.value,
        "subject": remark.subject,
        "message": remark.message,
        **_location_as_data(remark.location),
        "witness": None if remark.witness is None else dict(remark.witness),
        "related": [_location_as_data(location) for location in remark.related],
    }


def _location_as_data(location: SourceLocation) -> dict[str, object]:
    return {"file": location.file, "line": location.line or None}


def as_sarif(remarks: Iterable[KnowledgeRemark]) -> str:
    """What ``advisor kb check`` remarks.

    The ``properties`` of a result hold its ``subject`` and, where answers show it, a ``witness``.
    """
    return sarif_log("advisor kb check", KnowledgeRemarkKind, map(_sarif_result, remarks))


def _sarif_result(remark: KnowledgeRemark) -> SarifResult:
    result = SarifResult(
        remark.kind, remark.subject, remark.message, remark.location, remark.related
    )
    if remark.witness is None:
        return result
    text = f"{remark.message} (with {answers_in_short(remark.witness)})"
    return replace(result, text=text, properties={"witness": dict(remark.witness)})
