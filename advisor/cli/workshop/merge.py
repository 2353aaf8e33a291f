"""``advisor workshop merge``: collect the answer files that people returned."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.cli.exit_codes import DONE
from advisor.cli.parsers import Commands, add_command
from advisor.cli.workshop.options import add_workshop, workshop
from advisor.errors import WorkshopError
from rules.diagnostics import InputError, Problem, SourceLocation, printable
from rules.model import KnowledgeBase

if TYPE_CHECKING:
    from advisor.workshop.ballot_file import BallotFile
    from advisor.workshop.plan import Plan

ENTERED = "file"

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
    with workshop(options) as (opened, kb):
        returned = _read(options.files, opened.plan, kb)
        receipts = []
        with opened.transaction():
            for one in returned:
                person = opened.people.include(one.name)
                if opened.how_entered(person.id) not in (None, ENTERED):
                    raise WorkshopError(
                        f"{person.name} has answered already: only they can change it."
                    )
                sealed = opened.submit(person.id, one.ballot, entered=ENTERED)
                for claim in one.doubts:
                    opened.doubt(person.id, claim)
                receipts.append(f"{printable(person.name)}  {sealed.receipt}")
    for line in receipts:  # now that they are on the disk
        print(line)
    for one in returned:
        if one.passed_over:
            what = ", ".join(one.passed_over)
            print(f"{printable(str(one.path))}: nobody asked for {what}", file=sys.stderr)
    return DONE


def _read(files: list[Path], plan: Plan, kb: KnowledgeBase) -> list[BallotFile]:
    """Every file. Raises InputError with what is wrong with any."""
    from advisor.workshop.ballot_file import read_ballot_file

    problems: list[Problem] = []
    returned: list[BallotFile] = []
    for path in files:
        try:
            returned.append(read_ballot_file(path, plan, kb))
        except InputError as error:
            problems += error.problems
    problems += _unusable(returned)
    if problems:
        raise InputError(problems)
    return returned


def _unusable(returned: list[BallotFile]) -> list[Problem]:
    """Files that say nothing, and those of one person twice."""
    from advisor.workshop.plan import name_key

    problems, seen = [], dict[str, Path]()
    for one in returned:
        place = SourceLocation(str(one.path))
        if not one.ballot.says_something:
            problems.append(Problem(place, "answers nothing of what is voted on"))
        earlier = seen.setdefault(name_key(one.name), one.path)
        if earlier != one.path:
            message = f"is {one.name}'s, as {earlier} is: expected one file a person"
            problems.append(Problem(place, message))
    return problems
