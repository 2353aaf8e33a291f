"""``advisor record accept`` and ``advisor record supersede``: what became of a decision."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, Commands
from advisor.cli.options import add_folder, named_record, record
from rules.diagnostics import printable

if TYPE_CHECKING:
    from advisor.records.lifecycle import StatusChange

WHICH = "its number, or its file"


def add_parsers(actions: Commands) -> None:
    accepting = actions.add_parser(
        "accept",
        help="make a record accepted, as of today",
        description="Make a record accepted, as of today. No other line of it changes.",
    )
    accepting.add_argument("record", metavar="RECORD", type=record, help=WHICH)
    add_folder(accepting)
    accepting.set_defaults(run=run_accept)
    superseding = actions.add_parser(
        "supersede",
        help="make a record superseded by another one, which says so too",
        description="Make a record superseded by another one, as of today; the other one says "
        "that it supersedes it.",
    )
    superseding.add_argument("record", metavar="RECORD", type=record, help=WHICH)
    superseding.add_argument(
        "--by", metavar="RECORD", type=record, required=True, help="the one that stands"
    )
    add_folder(superseding)
    superseding.set_defaults(run=run_supersede)


def run_accept(options: argparse.Namespace) -> int:
    from advisor.records.lifecycle import accept

    _print(accept(named_record(options.record, options.folder), date.today()))
    return DONE


def run_supersede(options: argparse.Namespace) -> int:
    from advisor.records.lifecycle import supersede

    old = named_record(options.record, options.folder)
    new = named_record(options.by, options.folder)
    _print(supersede(old, new, date.today()))
    return DONE


def _print(changed: StatusChange) -> None:
    file = printable(str(changed.path))
    if changed.before == changed.status:
        print(f"{file}: is {changed.status} already")
    else:
        print(f"{file}: {changed.status} (before: {changed.before or 'no status'})")
