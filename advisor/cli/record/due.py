"""``advisor record due``: which decisions are to be looked at again."""

from __future__ import annotations

import argparse
from datetime import date

from advisor.cli.command import DONE, WRONG, Commands, add_command
from advisor.cli.options import add_folder, add_knowledge, day, interpreter, knowledge
from rules.diagnostics import InputError, Problem

DESCRIPTION = """\
Say which decisions are to be looked at again: the day they name has come, the
evidence of their claims is too old, or one of their frameworks has moved to
another major version in the interpreter. Nothing is run. Exits with 1 where one
is due.
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "due",
        run,
        help="say which decisions are to be looked at again",
        description=DESCRIPTION,
    )
    add_folder(parser)
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
    from advisor.records.folder import records_in
    from advisor.records.report.listing import due_as_json, print_due
    from advisor.report.toolkit.wrapping import standard_output

    kb = knowledge(options)
    packages = Probing(python=options.python).packages()
    reviews, problems = [], list[Problem]()
    for name in records_in(options.folder):
        try:
            result = review(name, options.on or date.today(), packages, kb)
        except InputError as error:  # the others are printed all the same
            problems += error.problems
            continue
        reviews += [result] if result is not None else []
    if options.format == "json":
        print(due_as_json(reviews), end="")
    else:
        print_due(standard_output(), reviews)
    if problems:
        raise InputError(problems)
    return WRONG if any(result.reminders for result in reviews) else DONE
