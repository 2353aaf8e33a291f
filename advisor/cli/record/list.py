"""``advisor record list``: the records of a folder."""

from __future__ import annotations

import argparse
from dataclasses import replace

from advisor.cli.command import DONE, Commands
from advisor.cli.record_options import add_folder, tell_rest
from rules.diagnostics import printable


def add_parser(actions: Commands) -> None:
    parser = actions.add_parser(
        "list",
        help="list the records of a folder with what became of them",
        description="List the records of a folder and those below it: number, status, date, what "
        "was chosen, title. Exits with 3 where a file cannot be read.",
    )
    add_folder(parser, positional=True)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from advisor.records.folder import read_records
    from advisor.records.report.listing import list_as_json, print_list
    from advisor.report.toolkit.wrapping import standard_output

    found = read_records(options.folder)
    if options.format == "json":
        print(list_as_json(found.records), end="")
    elif found.records:
        print_list(standard_output(), found.records)
    elif not found.problems:
        print(f"{printable(str(options.folder))} has no records")
    tell_rest(replace(found, problems=found.unreadable))
    return DONE
