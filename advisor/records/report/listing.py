"""The records of a folder, and which of them are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from advisor.records.due import RecordReview
from advisor.records.folder import RecordEntry
from advisor.records.madr.document_text import ROLES
from advisor.records.metadata import without_links
from advisor.records.review_date import review_date
from advisor.report.toolkit.json_data import SCHEMA, dumped
from advisor.report.toolkit.wrapping import WIDEST, plain_table, print_folded, print_lines
from advisor.wording.quantities import count

LONGEST_CELL = 200  # characters
_STATUSES = {"accepted": "green", "proposed": "yellow"}


def print_list(console: Console, records: Iterable[RecordEntry]) -> None:
    """A row a record: number, status, date, what was chosen, title. Where numbers or the folders
    before them are too long for a column, each record has them on a line of its own.
    """
    rows = [(record.label, _cells(record)) for record in records]
    longest = max((len(label) for label, _ in rows), default=0)
    if longest > min(console.width, WIDEST) // 3:
        for label, cells in rows:
            print_folded(console, label)
            print_folded(console, "  ".join(cells), indent=2)
        return
    table = plain_table()
    table.add_column("", no_wrap=True, min_width=longest)
    for heading in ("status", "date", "chosen", "title"):
        table.add_column(heading, overflow="fold")
    for label, (status, *others) in rows:
        style = _STATUSES.get(status.casefold(), "dim")
        table.add_row(Text(label), Text(status, style=style), *map(Text, others))
    print_lines(console, [(0, table)])


def _cells(record: RecordEntry) -> tuple[str, str, str, str]:
    """Status, date, what was chosen, title."""
    document = record.document
    return (
        _cell(without_links(document.status)),
        _cell(document.date),
        _cell(document.chosen.option if document.chosen else ""),
        _cell(document.title or record.name.path.name),
    )


def _cell(text: str) -> str:
    return text if 0 < len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…" if text else "-"


def list_as_json(records: Iterable[RecordEntry]) -> str:
    """One JSON object, as ``advisor record list --format json`` prints it.

    Each of ``records`` has ``number``, ``file``, ``title``, ``status``, ``date``, ``chosen``,
    ``decision_makers``, ``consulted``, ``informed``, ``superseded_by`` (a number) and ``revisit``;
    what a record does not say is null or empty.
    """
    return dumped({"schema": SCHEMA, "records": [_as_data(record) for record in records]})


def _as_data(record: RecordEntry) -> dict[str, Any]:
    document = record.document
    return {
        "number": record.name.number,
        "file": str(record.name.path),
        "title": document.title or None,
        "status": document.status or None,
        "date": document.date or None,
        "chosen": document.chosen.option if document.chosen else None,
        **{role: list(document.people(field)) for role, field in ROLES.items()},
        "superseded_by": document.superseded_by,
        "revisit": review_date(document) or None,
    }


def print_due(console: Console, reviews: Sequence[RecordReview]) -> None:
    """The records that are due, each with its reminders, and when the next one will be."""
    due = [review for review in reviews if review.reminders]
    for review in due:
        title = review.record.document.title
        print_folded(console, f"{review.record.name.path}  {title}", "bold yellow")
        for reminder in review.reminders:
            print_folded(console, f"{reminder.trigger.value}: {reminder.message}", indent=2)
    for review in reviews:
        if why := review.unread:
            print_folded(console, f"{review.record.name.path}: its evidence cannot be read: {why}")
    silent = sum(not review.says_when for review in reviews)
    if not due and silent == len(reviews) > 0:
        print_folded(console, "No record in force here says when to look at it again.")
    elif not due:
        print_folded(console, "Nothing is due.", "bold green")
    else:
        again = "advisor record verify FILE --rerun says whether its reasons hold"
        renew = "advisor ask --answers FILE --record DIR --supersedes N decides anew by today's"
        print_folded(console, f"next: {again}; {renew}.", "dim")
    if 0 < silent < len(reviews):
        many = f"{silent} of {count(len(reviews), 'record')} in force"
        print_folded(console, f"No day to look at it again: {many}.", "dim")
    ahead = [(r.revisit, r.record.name.path.name) for r in reviews if r.revisit and not r.reminders]
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
            "file": str(r.record.name.path),
            "title": r.record.document.title,
            "revisit": str(r.revisit) if r.revisit else None,
            "reminders": [{"trigger": x.trigger.value, "says": x.message} for x in r.reminders],
            "unread": r.unread or None,
        }
        for r in reviews
    ]
    return dumped({"schema": SCHEMA, "records": records})
