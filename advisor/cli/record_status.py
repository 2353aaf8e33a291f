"""``advisor record accept`` and ``advisor record supersede``: what became of a decision."""

from __future__ import annotations

import argparse
from datetime import date

from advisor.cli.arguments import add_folder, number
from advisor.cli.exits import DONE


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    accepting = actions.add_parser(
        "accept",
        help="make a record accepted, as of today",
        description="Make a record accepted, as of today. No other line of it changes.",
    )
    accepting.add_argument("number", metavar="N", type=number, help="the record's number")
    add_folder(accepting)
    accepting.set_defaults(run=run_accept)
    superseding = actions.add_parser(
        "supersede",
        help="make a record superseded by another one, which says so too",
        description="Make a record superseded by another one, as of today; the other one says "
        "that it supersedes it.",
    )
    superseding.add_argument("number", metavar="N", type=number, help="the record's number")
    superseding.add_argument(
        "--by", metavar="N", type=number, required=True, help="the number of the one that stands"
    )
    add_folder(superseding)
    superseding.set_defaults(run=run_supersede)


def run_accept(options: argparse.Namespace) -> int:
    from advisor.records.folder import record_numbered
    from advisor.records.lifecycle import accept

    changed = accept(record_numbered(options.folder, options.number), date.today())
    print(f"{changed.path}: {changed.status} (before: {changed.before or 'no status'})")
    return DONE


def run_supersede(options: argparse.Namespace) -> int:
    from advisor.records.folder import record_numbered
    from advisor.records.lifecycle import supersede

    old = record_numbered(options.folder, options.number)
    new = record_numbered(options.folder, options.by)
    changed = supersede(old, new, date.today())
    print(f"{changed.path}: {changed.status} (before: {changed.before or 'no status'})")
    return DONE
