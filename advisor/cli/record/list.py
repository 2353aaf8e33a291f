"""``advisor record list``: the records of a folder."""

from __future__ import annotations

import argparse

from advisor.cli.command import DONE, Commands
from advisor.cli.options import add_folder
from rules.diagnostics import printable


def add_parser(actions: Commands) -> None:
    parser = actions.add_parser(
        "list",
        help="list the records of a folder with what became of them",
        description="List the records of a folder: number, status, date, what was chosen, title.",
    )
    add_folder(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from advisor.records.folder import read_records
    from advisor.records.report.listing import list_as_json, print_list
    from advisor.report.toolkit.wrapping import standard_output

    records = read_records(options.folder)
    if options.format == "json":
        print(list_as_json(records), end="")
    elif records:
        print_list(standard_output(), records)
    else:
        print(f"{printable(str(options.folder))} has no records")
    return DONE
