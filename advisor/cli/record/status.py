"""``advisor record accept`` and ``advisor record supersede``: what became of a decision."""

from __future__ import annotations

import argparse
from datetime import date

from advisor.cli.command import DONE, Commands
from advisor.cli.record_options import add_folder, named_record, record
from rules.diagnostics import printable


def add_parsers(actions: Commands) -> None:
    accepting = actions.add_parser(
        "accept",
        help="make a record accepted, as of today",
        description="Make a record accepted, as of today, and superseded by it those that it says "
        "it supersedes. The status is written where the record has it; no other line changes.",
    )
    superseding = actions.add_parser(
        "supersede",
        help="make a record superseded by another one, which says so too",
        description="Make a record superseded by another one, as of today; the other one says "
        "that it supersedes it.",
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
        changes = (supersede(record, named_record(options.by, options.folder), date.today()),)
    for change in changes:
        file = printable(str(change.path))
        if change.before.casefold() == change.status.casefold():
            print(f"{file}: is {change.status} already")
        else:
            print(f"{file}: {change.status} (before: {change.before or 'no status'})")
    return DONE
