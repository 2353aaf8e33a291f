"""``advisor kb check``: read a knowledge base, and say what is wrong or doubtful in it."""

from __future__ import annotations

import argparse

from advisor.cli.command import DONE, WRONG, Commands, add_command
from advisor.cli.options import add_knowledge, add_remarks, knowledge
from rules.diagnostics import Level

DESCRIPTION = """\
Read the knowledge base, then look for what no file shows by itself: rules that
can never fire, that repeat or undo one another, that change nothing; concepts,
questions and claims that lie idle; answers that lead nowhere. Answers that show
it stand under each remark. Exits with 1 where it reports an error or a warning,
with 3 where a file cannot be read.
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "check",
        run,
        help="read it and report every mistake, and what its rules make of one another",
        description=DESCRIPTION,
    )
    add_knowledge(parser)
    add_remarks(parser)


def run(options: argparse.Namespace) -> int:
    kb = knowledge(options)
    if options.format == "text":
        from advisor.kb.report.remarks import size

        print(", ".join(f"{number} {name}" for name, number in size(kb).items()))
        print(kb.digest, flush=True)
    from rules.verification.verify import verify

    least = Level(options.level).severity
    remarks = [remark for remark in verify(kb) if remark.level.severity >= least]
    if options.format == "json":
        from advisor.kb.report.remarks import as_json

        print(as_json(kb, remarks), end="")
    elif options.format == "sarif":
        from advisor.kb.report.remarks import as_sarif

        print(as_sarif(remarks), end="")
    else:
        from advisor.kb.report.remarks import print_remarks
        from advisor.report.toolkit.wrapping import standard_output

        print_remarks(standard_output(), kb, remarks)
    return WRONG if any(remark.level is not Level.NOTE for remark in remarks) else DONE
