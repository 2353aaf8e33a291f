"""The records of a folder, and which of them are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from advisor.records.due import DueRecord
from advisor.records.evidence.restore import revisit_date
from advisor.records.folder import RecordName
from advisor.records.parsed_record import Document
from advisor.report.toolkit.json_data import SCHEMA, dumped
from advisor.report.toolkit.wrapping import plain_table, print_folded, print_lines

_STATUSES = {"accepted": "green", "proposed": "yellow"}


def print_list(console: Console, records: Iterable[tuple[RecordName, Document]]) -> None:
    """A row a record: number, status, date, what was chosen, title."""
    table = plain_table()
    table.add_column("", justify="right", no_wrap=True)
    for heading in ("status", "date", "chosen", "title"):
        table.add_column(heading, overflow="fold")
    for name, document in records:
        status = document.status or "-"
        chosen = document.chosen.option if document.chosen else "-"
        table.add_row(
            f"{name.number:0{name.width}d}",
            Text(status, style=_STATUSES.get(status, "dim")),
            Text(document.date or "-"),
            Text(chosen),
            Text(document.title or name.path.name),
        )
    print_lines(console, [(0, table)])


def list_as_json(records: Iterable[tuple[RecordName, Document]]) -> str:
    """One JSON object, as ``advisor record list --format json`` prints it.

    Each of ``records`` has ``number``, ``file``, ``title``, ``status``, ``date``, ``chosen``,
    ``decision_makers``, ``consulted``, ``informed``, ``superseded_by`` (a number) and ``revisit``;
    what a record does not say is null or empty.
    """
    return dumped({"schema": SCHEMA, "records": [_as_data(*one) for one in records]})


def _as_data(name: RecordName, document: Document) -> dict[str, Any]:
    front = document.front
    return {
        "number": name.number,
        "file": str(name.path),
        "title": document.title or None,
        "status": document.status or None,
        "date": document.date or None,
        "chosen": document.chosen.option if document.chosen else None,
        "decision_makers": list(front.names("decision-makers")) if front else [],
        "consulted": list(front.names("consulted")) if front else [],
        "informed": list(front.names("informed")) if front else [],
        "superseded_by": document.superseded_by,
        "revisit": revisit_date(document) or None,
    }


def print_due(console: Console, dated: Sequence[DueRecord]) -> None:
    """Those that are due with why, then when the next one will be."""
    due = [one for one in dated if one.reminders]
    for one in due:
        print_folded(console, f"{one.name.path}  {one.document.title}", "bold yellow")
        for reminder in one.reminders:
            print_folded(console, f"{reminder.trigger.value}: {reminder.says}", indent=2)
    for one in dated:
        if one.unread:
            print_folded(console, f"{one.name.path}: its evidence cannot be read: {one.unread}")
    ahead = [one for one in dated if not one.reminders and one.revisit is not None]
    if not due:
        print_folded(console, "Nothing is due.", "bold green")
    else:
        again = "advisor record verify FILE --rerun says whether its reasons hold"
        renew = "advisor ask --answers FILE --record DIR --supersedes N decides anew by today's"
        print_folded(console, f"next: {again}; {renew}.", "dim")
    if ahead:
        soonest = min(ahead, key=lambda one: str(one.revisit))
        print_folded(console, f"Next: {soonest.name.path.name}, by {soonest.revisit}.", "dim")


def due_as_json(dated: Iterable[DueRecord]) -> str:
    """One JSON object, as ``advisor record due --format json`` prints it.

    Each of ``records`` that stand has ``file``, ``title``, ``revisit`` (a day or null) and
    ``reminders``, each with its ``trigger`` (``date``, ``evidence``, ``version``) and ``says``;
    ``unread`` says why the evidence could not be looked at, or is null.
    """
    records = [
        {
            "file": str(one.name.path),
            "title": one.document.title,
            "revisit": str(one.revisit) if one.revisit else None,
            "reminders": [{"trigger": r.trigger.value, "says": r.says} for r in one.reminders],
            "unread": one.unread or None,
        }
        for one in dated
    ]
    return dumped({"schema": SCHEMA, "records": records})
