"""The records of a folder, and which of them are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from advisor.records.due import RecordReview
from advisor.records.evidence.restore import revisit_date
from advisor.records.folder import RecordName
from advisor.records.madr.document_text import ROLES
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
    return dumped(
        {"schema": SCHEMA, "records": [_as_data(name, document) for name, document in records]}
    )


def _as_data(name: RecordName, document: Document) -> dict[str, Any]:
    names = document.front.names if document.front else lambda field: ()
    return {
        "number": name.number,
        "file": str(name.path),
        "title": document.title or None,
        "status": document.status or None,
        "date": document.date or None,
        "chosen": document.chosen.option if document.chosen else None,
        **{role: list(names(field)) for role, field in ROLES.items()},
        "superseded_by": document.superseded_by,
        "revisit": revisit_date(document) or None,
    }


def print_due(console: Console, reviews: Sequence[RecordReview]) -> None:
    """The records that are due, each with its reminders, and when the next one will be."""
    due = [review for review in reviews if review.reminders]
    for review in due:
        print_folded(console, f"{review.name.path}  {review.document.title}", "bold yellow")
        for reminder in review.reminders:
            print_folded(console, f"{reminder.trigger.value}: {reminder.message}", indent=2)
    for review in reviews:
        if why := review.unread:
            print_folded(console, f"{review.name.path}: its evidence cannot be read: {why}")
    if not due:
        print_folded(console, "Nothing is due.", "bold green")
    else:
        again = "advisor record verify FILE --rerun says whether its reasons hold"
        renew = "advisor ask --answers FILE --record DIR --supersedes N decides anew by today's"
        print_folded(console, f"next: {again}; {renew}.", "dim")
    ahead = [(r.revisit, r.name.path.name) for r in reviews if r.revisit and not r.reminders]
    if ahead:
        day, name = min(ahead, key=lambda pair: pair[0])
        print_folded(console, f"Next: {name}, by {day}.", "dim")


def due_as_json(reviews: Iterable[RecordReview]) -> str:
    """One JSON object, as ``advisor record due --format json`` prints it.

    Each of ``records`` in force has ``file``, ``title``, ``revisit`` (a day or null) and
    ``reminders``, each with its ``trigger`` (``date``, ``evidence``, ``version``) and ``says``;
    ``unread`` says why the evidence could not be read, or is null.
    """
    records = [
        {
            "file": str(r.name.path),
            "title": r.document.title,
            "revisit": str(r.revisit) if r.revisit else None,
            "reminders": [{"trigger": x.trigger.value, "says": x.message} for x in r.reminders],
            "unread": r.unread or None,
        }
        for r in reviews
    ]
    return dumped({"schema": SCHEMA, "records": records})
