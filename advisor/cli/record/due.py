"""``advisor record due``: which decisions are to be looked at again."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date

from advisor.cli.command import BAD_INPUT, DONE, WRONG, Commands, add_command
from advisor.cli.options import add_knowledge, day, interpreter, knowledge
from advisor.cli.record_options import add_folder, tell_rest
from rules.diagnostics import InputError

DESCRIPTION = """\
Say which decisions are to be looked at again: the day they name has come, the
evidence of their claims is too old, or one of their frameworks has moved to
another major version in the interpreter. Nothing is run. Exits with 1 where one
is due, with 3 where a record or its evidence cannot be read, or there is none.
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "due",
        run,
        help="say which decisions are to be looked at again",
        description=DESCRIPTION,
    )
    add_folder(parser, positional=True)
    parser.add_argument("--on", metavar="DATE", type=day, help="as of this day (default: today)")
    parser.add_argument(
        "--python",
        metavar="PATH",
        type=interpreter,
        help="the interpreter whose frameworks count (default: the one advisor runs on)",
    )
    add_knowledge(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    from advisor.cli.probe_runs import Probing
    from advisor.records.due import review
    from advisor.records.folder import read_records
    from advisor.records.report.listing import due_as_json, print_due
    from advisor.report.toolkit.wrapping import standard_output

    found = read_records(options.folder)
    if not found.records and not found.problems:
        raise InputError.at(options.folder, "has no records, expected one that may be due")
    kb = knowledge(options)
    packages = Probing(python=options.python).packages()
    reviews, problems = [], [*found.problems]
    for record in found.records:
        try:
            result = review(record, options.on or date.today(), packages, kb)
        except InputError as error:  # the others are printed all the same
            problems += error.problems
            continue
        reviews += [result] if result is not None else []
    if options.format == "json":
        print(due_as_json(reviews), end="")
    else:
        print_due(standard_output(), reviews)
    tell_rest(replace(found, problems=tuple(problems)))
    if any(result.reminders for result in reviews):
        return WRONG
    return BAD_INPUT if any(result.unread for result in reviews) else DONE
