"""``advisor workshop audit``: that every ballot is the one that was sealed."""

from __future__ import annotations

import argparse
from pathlib import Path

from advisor.cli.command import DONE, WRONG, Commands, add_command
from advisor.cli.options import add_knowledge, knowledge

DESCRIPTION = """\
Hold every ballot that was revealed against the receipt that sealed it, and each round
against its seal. Whoever kept a receipt sees the ballot that it was given for, and so
that it was counted as they gave it. Of a round that is open nothing is shown.
"""

EPILOG = """\
examples:
  advisor workshop audit team.workshop
  advisor workshop audit team.workshop --receipt 3f9a1c0b77d2
  advisor workshop audit docs/decisions/0004-framework.md --receipt "3f9a 1c0b 77d2 90aa"

exit codes: 0 all is true, 1 something is not, 3 no workshop
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "audit",
        run,
        help="nothing was changed since it was sealed, and receipts lead to their ballots",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="the workshop file, or the record or the evidence of one",
    )
    parser.add_argument(
        "--receipt",
        metavar="RECEIPT",
        type=_receipt,
        action="append",
        default=[],
        help="show the ballot behind it; 12 digits of it are enough; may be repeated",
    )
    add_knowledge(parser)


def run(options: argparse.Namespace) -> int:
    from advisor.records.workshop_audit import audit_file
    from advisor.report.toolkit.wrapping import standard_output
    from advisor.report.workshop.audit import render

    audited = audit_file(options.file, knowledge(options), options.receipt)
    name = str(options.file)
    render(audited.audit, standard_output(), audited.kb, name=name, opened=audited.opened)
    return DONE if audited.audit.is_true else WRONG


def _receipt(text: str) -> str:
    from advisor.workshop.audit import tidy_receipt

    try:
        return tidy_receipt(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
