"""``advisor record accept`` and ``advisor record supersede``: what became of a decision."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, Commands
from advisor.cli.record_options import add_folder, named_record, record
from rules.diagnostics import printable

if TYPE_CHECKING:
    from advisor.records.lifecycle import StatusChange


def add_parsers(actions: Commands) -> None:
    accepting = actions.add_parser(
        "accept",
        help="make a record accepted",
        description="Make a record accepted, and superseded by it those that it says it "
        "supersedes. The status is written where the record has it, and today as the date of the "
        "front matter, which is that of the last update; a date elsewhere is that of the decision "
        "and stays. No other line changes, and what was written is printed.",
    )
    superseding = actions.add_parser(
        "supersede",
        help="make a record superseded by another one, which says so too",
        description="Make a record superseded by another one, with status and date as 'accept' "
        "writes them. The other one says under More Information that it supersedes it.",
    )
    for parser in (accepting, superseding):
        parser.add_argument("record", metavar="RECORD", type=record, help="its number, or its file")
    superseding.add_argument(
        "--by", metavar="RECORD", type=record, required=True, help="the one that stands"
    )
    for parser in (accepting, superseding):
        add_folder(parser)
        parser.set_defaults(run=run, by=None)


def run(options: argparse.Namespace) -> int:
    from advisor.records.lifecycle import accept, supersede

    record = named_record(options.record, options.folder)
    if options.by is None:
        changes = accept(record, date.today())
    else:
        changes = supersede(record, named_record(options.by, options.folder), date.today())
    for change in changes:
        print(f"{printable(str(change.path))}: {_told(change)}")
    return DONE


def _told(change: StatusChange) -> str:
    """What was written into the record."""
    if change.sentence:
        return f"says {change.sentence}"
    if change.before == change.status:
        return f"is {change.status} already"
    before = f"{change.status} (before: {change.before or 'no status'})"
    return f"{before}, date {change.date}" if change.date else before
