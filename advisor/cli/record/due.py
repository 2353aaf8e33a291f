"""``advisor record due``: which decisions are to be looked at again."""

from __future__ import annotations

import argparse
from datetime import date

from advisor.cli.exit_codes import DONE, WRONG
from advisor.cli.options import add_folder, add_knowledge, day, interpreter, knowledge
from rules.diagnostics import InputError, Problem

DESCRIPTION = """\
Say which decisions are to be looked at again: the day they name has come, the
evidence of their claims is too old, or one of their frameworks has moved to
another major version in the interpreter. Nothing is run. Exits with 1 where one
is due.
"""


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "due",
        help="say which decisions are to be looked at again",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_folder(parser)
    parser.add_argument(
        "--on", metavar="DATE", type=day, default=None, help="as of this day (default: today)"
    )
    parser.add_argument(
        "--python",
        metavar="PATH",
        type=interpreter,
        help="the interpreter whose frameworks count (default: the one advisor runs on)",
    )
    add_knowledge(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from advisor.cli.probe_runs import Probing
    from advisor.records.due import look_at
    from advisor.records.folder import records_in
    from advisor.records.report.listing import due_as_json, print_due
    from advisor.report.toolkit.wrapping import standard_output

    kb = knowledge(options)
    packages = Probing(python=options.python).packages()
    dated, problems = [], list[Problem]()
    for name in records_in(options.folder):
        try:
            one = look_at(name, options.on or date.today(), packages, kb)
        except InputError as error:  # of the others all is said
            problems += error.problems
            continue
        dated += [one] if one is not None else []
    if options.format == "json":
        print(due_as_json(dated), end="")
    else:
        print_due(standard_output(), dated)
    if problems:
        raise InputError(problems)
    return WRONG if any(one.reminders for one in dated) else DONE
