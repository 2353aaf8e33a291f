"""``advisor kb coverage``: what the cases of a knowledge base try of it, and what they do not."""

from __future__ import annotations

import argparse

from advisor.cli.command import DONE, Commands, add_command
from advisor.cli.options import add_knowledge, knowledge

DESCRIPTION = """\
Say which rules no case fires, which conditions no case decides (with the
opposite there, the rule would do the same) and which options no case chooses.
Cases are the answers files in the folder 'cases' of the knowledge base; the
examples that rules hold themselves are counted apart. Knowledge that lies over
the shipped one is tried by the shipped cases, too.
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "coverage",
        run,
        help="say what its cases do not try",
        description=DESCRIPTION,
    )
    add_knowledge(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    from advisor.kb.cases import read_cases
    from rules.verification.coverage import coverage, example_sheets

    kb = knowledge(options)
    cases = {f"case {name}": sheet.answers for name, sheet in read_cases(kb, options.kb).items()}
    by_cases = coverage(kb, cases)
    by_all = coverage(kb, {**cases, **example_sheets(kb)})
    if options.format == "json":
        from advisor.kb.report.coverage import as_json

        print(as_json(kb, by_cases, by_all), end="")
    else:
        from advisor.kb.report.coverage import print_coverage
        from advisor.report.toolkit.wrapping import standard_output

        print_coverage(standard_output(), kb, by_cases, by_all)
    return DONE
