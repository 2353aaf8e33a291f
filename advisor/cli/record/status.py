"""``advisor record accept`` and ``advisor record supersede``: what became of a decision."""

from __future__ import annotations

import argparse
from datetime import date

from advisor.cli.command import DONE, Commands
from advisor.cli.options import add_folder, named_record, record
from rules.diagnostics import printable


def add_parsers(actions: Commands) -> None:
    accepting = actions.add_parser(
        "accept",
        help="make a record accepted, as of today",
        description="Make a record accepted, as of today. No other line of it changes.",
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

    changing = named_record(options.record, options.folder)
    if options.by is None:
        changed = accept(changing, date.today())
    else:
        changed = supersede(changing, named_record(options.by, options.folder), date.today())
    file = printable(str(changed.path))
    if changed.before == changed.status:
        print(f"{file}: is {changed.status} already")
    else:
        print(f"{file}: {changed.status} (before: {changed.before or 'no status'})")
    return DONE
