"""``advisor workshop merge``: collect the answer files that people returned."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from advisor.cli.command import DONE, Commands, add_command
from advisor.cli.workshop.options import add_workshop, workshop
from rules.diagnostics import printable

DESCRIPTION = """\
Take the answer files that people returned into the open round, each sealed. A file
is an answers file that may say besides: 'name:' (else the file's own), 'points:' from
1 to 9 a criterion, 'reasons:', 'named: true' and 'doubts:'. All of them or none.
"""

EPILOG = """\
examples:
  advisor workshop merge team.workshop returned/*.yaml
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "merge",
        run,
        help="collect the answer files that people returned",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    add_workshop(parser)
    parser.add_argument("files", metavar="ANSWERS", nargs="+", type=Path, help="answer files")


def run(options: argparse.Namespace) -> int:
    from advisor.workshop.ballot_file import merge, read_ballot_files

    with workshop(options, own_knowledge=True) as (opened, kb):
        files = read_ballot_files(options.files, opened.plan, kb)
        merged = merge(opened, files)
    for name, receipt in merged:  # now that they are on the disk
        print(f"{printable(name)}  {receipt}")
    for file in files:
        if file.passed_over:
            items = ", ".join(file.passed_over)
            print(f"{printable(str(file.path))}: nobody asked for {items}", file=sys.stderr)
    return DONE
