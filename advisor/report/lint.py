"""Remarks on decision records as people and programs read them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from advisor.records.lint.kinds import Kind, Remark
from advisor.report.remarks import STYLES
from advisor.report.sarif import Result, sarif_log
from advisor.report.words import count
from rules.problems import Level

SCHEMA = 1
INDENT = 4  # columns by which what does not fit on a remark's line is indented
NARROWEST = 20


def as_json(records: Iterable[str], remarks: Iterable[Remark]) -> str:
    """One JSON object, as the ``--format json`` of ``advisor record lint`` prints it.

    ``records`` are the files that were looked at. Each of ``remarks`` has ``kind``, ``level``,
    ``subject`` (the field, heading, option or the like it is about), ``message``, ``file`` and
    ``line`` (null for the file as a whole). ``kinds`` says what each kind means.
    """
    told = list(remarks)
    data = {
        "schema": SCHEMA,
        "records": list(records),
        "remarks": [_as_data(remark) for remark in told],
        "kinds": {kind.id: kind.definition for kind in Kind if kind in {one.kind for one in told}},
    }
    return json.dumps(data, indent=2) + "\n"


def as_sarif(remarks: Iterable[Remark]) -> str:
    results = (Result(one.kind, one.subject, one.message, one.place) for one in remarks)
    return sarif_log("advisor record lint", Kind, results)


def print_remarks(console: Console, records: int, remarks: Sequence[Remark]) -> None:
    """The remarks of each file, one under the other, and last how many there are."""
    for number, (_, group) in enumerate(groupby(remarks, key=lambda one: one.place.file)):
        if number:
            console.print()
        _print_file(console, list(group))
    if remarks:
        console.print()
    console.print(Text(_total(records, remarks)), soft_wrap=True)


def print_kinds(console: Console) -> None:
    """Every kind with its level and what it means."""
    for kind in Kind:
        head = f"{kind.level.value:<7}  {kind.id:<{max(len(one.id) for one in Kind)}}"
        _print_hanging(console, head, kind.level, kind.definition)


def _print_file(console: Console, remarks: Sequence[Remark]) -> None:
    places = max(len(str(remark.place)) for remark in remarks)
    levels = max(len(remark.level.value) for remark in remarks)
    kinds = max(len(remark.kind.id) for remark in remarks)
    for remark in remarks:
        head = (
            f"{remark.place!s:<{places}}  {remark.level.value:<{levels}}  {remark.kind.id:<{kinds}}"
        )
        _print_hanging(console, head, remark.level, remark.message)


def _print_hanging(console: Console, head: str, level: Level, message: str) -> None:
    """The columns and behind them the message, or what of it does not fit on lines below."""
    line = Text(f"{head}  {message}")
    line.highlight_words([level.value], STYLES[level])
    folded = line.wrap(console, max(NARROWEST, console.width - INDENT))
    for number, part in enumerate(folded):
        part.rstrip()
        if number:
            part.pad_left(INDENT)
    console.print(Text("\n").join(folded), soft_wrap=True)


def _total(records: int, remarks: Sequence[Remark]) -> str:
    if not remarks:
        return f"Nothing to remark on in {count(records, 'record')}."
    numbers = Counter(remark.level for remark in remarks)
    counted = [count(numbers[level], level.value) for level in Level if numbers[level]]
    files = len({remark.place.file for remark in remarks})
    return f"{', '.join(counted)} in {files} of {count(records, 'record')}"


def _as_data(remark: Remark) -> dict[str, object]:
    return {
        "kind": remark.kind.id,
        "level": remark.level.value,
        "subject": remark.subject,
        "message": remark.message,
        "file": remark.place.file,
        "line": remark.place.line or None,
    }
