"""Remarks on decision records, as text, JSON and SARIF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from advisor.kb.report.remarks import STYLES
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.report.toolkit.json_data import SCHEMA, dumped
from advisor.report.toolkit.sarif import SarifResult, sarif_log
from advisor.report.toolkit.wrapping import print_folded
from advisor.wording.quantities import count
from rules.diagnostics import Level

INDENT = 4  # columns


def as_json(records: Iterable[str], remarks: Iterable[LintRemark]) -> str:
    """One JSON object, as the ``--format json`` of ``advisor record lint`` prints it.

    ``records`` are the files that were checked. Each of ``remarks`` has ``kind``, ``level``,
    ``subject`` (the field, heading, option or the like it is about), ``message``, ``file`` and
    ``line`` (null for the file as a whole). ``kinds`` says what each kind means.
    """
    listed = list(remarks)
    present = {remark.kind for remark in listed}
    data = [
        {
            "kind": remark.kind.id,
            "level": remark.level.value,
            "subject": remark.subject,
            "message": remark.message,
            "file": remark.location.file,
            "line": remark.location.line or None,
        }
        for remark in listed
    ]
    kinds = {kind.id: kind.definition for kind in LintKind if kind in present}
    return dumped({"schema": SCHEMA, "records": list(records), "remarks": data, "kinds": kinds})


def as_sarif(remarks: Iterable[LintRemark]) -> str:
    results = (SarifResult(r.kind, r.subject, r.message, r.location) for r in remarks)
    return sarif_log("advisor record lint", LintKind, results)


def print_remarks(console: Console, records: int, remarks: Sequence[LintRemark]) -> None:
    """Each remark under its place, file by file, and last how many there are."""
    for number, (_, group) in enumerate(groupby(remarks, key=lambda remark: remark.location.file)):
        if number:
            console.print()
        for remark in group:
            head = Text(f"{remark.location}  ")
            head.append(remark.level.value, style=STYLES[remark.level])
            console.print(head.append(f"  {remark.kind.id}"), soft_wrap=True)
            print_folded(console, remark.message, indent=INDENT)
    if remarks:
        console.print()
    console.print(Text(_total(records, remarks)), soft_wrap=True)


def print_kinds(console: Console) -> None:
    """Every kind with its level and what it means."""
    for kind in LintKind:
        head = Text(kind.level.value, style=STYLES[kind.level]).append(f"  {kind.id}")
        console.print(head, soft_wrap=True)
        print_folded(console, kind.definition, "dim", indent=INDENT)


def _total(records: int, remarks: Sequence[LintRemark]) -> str:
    if not remarks:
        return f"Nothing to remark on in {count(records, 'record')}."
    numbers = Counter(remark.level for remark in remarks)
    counted = [count(numbers[level], level.value) for level in Level if numbers[level]]
    files = len({remark.location.file for remark in remarks})
    return f"{', '.join(counted)} in {files} of {count(records, 'record')}"
