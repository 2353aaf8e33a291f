"""``advisor record new``: write a session down as a decision record, with its evidence."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, UNPROVEN, WRONG, Commands, add_command
from advisor.cli.options import add_knowledge, revisited, same_knowledge
from advisor.cli.record_options import (
    add_filing,
    add_folder,
    decision,
    superseded,
    tell_pending,
)
from advisor.errors import CommandError
from rules.diagnostics import printable

if TYPE_CHECKING:
    from advisor.consultation.consultation import Recommendation
    from advisor.records.names import RecordName

DESCRIPTION = """\
Write a session as a decision record in the format MADR 4.0.0, under the folder's
next number, and beside it the evidence to prove it again from. Nothing is run:
what was found is what the session holds.
"""

EPILOG = """\
examples:
  advisor record new advisor-session.yaml
  advisor record new team.session.yaml --supersedes 3
  advisor record new team.session.yaml --choose pytorch --because "the customer has it"
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "new",
        run,
        help="write a session as a decision record, with its evidence",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    parser.add_argument("session", metavar="SESSION", type=Path, help="a session or answers file")
    add_folder(parser)
    add_knowledge(parser)
    add_filing(parser)


def run(options: argparse.Namespace) -> int:
    from advisor.files import check_folder

    session = revisited(options)
    recommendation = session.recommendation
    if recommendation.choice is None:
        raise CommandError("no record was written: there is no outcome to record yet", WRONG)
    check_folder(options.folder)
    file_record(recommendation, options, superseded(options, options.folder))
    if not session.tried:
        print(
            "from written knowledge only: nothing was tried for these answers. "
            f"advisor ask --answers {printable(shlex.quote(str(options.session)))} "
            f"--record {printable(shlex.quote(str(options.folder)))}"
            f"{printable(same_knowledge(options))} tries first",
            file=sys.stderr,
        )
    return UNPROVEN if recommendation.unproven else DONE


def file_record(
    recommendation: Recommendation, options: argparse.Namespace, old: RecordName | None
) -> None:
    """Write the record into the folder that was named, in the place of ``old`` if there is one,
    and print its path. Raises InputError and OSError.
    """
    from advisor.records.writing import write_record

    path = write_record(
        recommendation,
        options.folder,
        decision=decision(options, recommendation),
        knowledge=options.kb,
        revisit=options.revisit,
        supersedes=old,
    )
    print(printable(str(path)))
    if old is not None:
        tell_pending(old, path)
