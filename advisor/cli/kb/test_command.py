"""``advisor kb test``: try the examples of the rules, and the cases."""

from __future__ import annotations

import argparse
import sys

from advisor.cli.command import DONE, WRONG, Commands, add_command
from advisor.cli.options import add_knowledge, knowledge

DESCRIPTION = """\
Try a knowledge base by what is written in it. Each rule must fire on its examples
under 'fires' and stay silent on those under 'silent', and each case (an answer
sheet in the folder 'cases') must come out as its part 'expected' says. Exits with
1 where something does not.
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "test",
        run,
        help="try the examples of its rules, and its cases",
        description=DESCRIPTION,
    )
    add_knowledge(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--accept",
        action="store_true",
        help="first write into each case what comes out now, to be read in review",
    )


def run(options: argparse.Namespace) -> int:
    from advisor.kb.case_runner import accept, run_cases

    kb = knowledge(options)
    if options.accept:
        for shown in accept(kb, options.kb):
            print(f"accepted: {shown}", file=sys.stderr)
    case_run = run_cases(kb, options.kb)
    if options.format == "json":
        from advisor.kb.report.case_results import as_json

        print(as_json(case_run), end="")
    else:
        from advisor.kb.report.case_results import print_case_run
        from advisor.report.toolkit.wrapping import standard_output

        print_case_run(standard_output(), case_run)
    return DONE if case_run.passed else WRONG
