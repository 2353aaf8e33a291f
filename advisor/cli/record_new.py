"""``advisor record new``: write a session down as a decision record, with its evidence."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from advisor.cli.arguments import add_folder, add_knowledge, day, number, revisited
from advisor.cli.exits import DONE, UNPROVEN, WRONG, Refusal

DESCRIPTION = """\
Write a session as a decision record in the format MADR 4.0.0, under the folder's
next number, and beside it the evidence to prove it again from. Nothing is run:
what was found is what the session holds.
"""

EPILOG = """\
examples:
  advisor record new advisor-session.yaml
  advisor record new team.session.yaml --supersedes 3
"""


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "new",
        help="write a session as a decision record, with its evidence",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("session", metavar="SESSION", type=Path, help="a session or answers file")
    add_folder(parser)
    add_knowledge(parser)
    parser.add_argument(
        "--supersedes",
        metavar="N",
        type=number,
        help="the record takes the place of this one, which says so from then on",
    )
    parser.add_argument(
        "--revisit",
        metavar="DATE",
        type=day,
        help="the day by which to look at it again (default: when its evidence is half a year old)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from advisor.files import check_folder
    from advisor.records.folder import name_of, record_numbered
    from advisor.records.lifecycle import supersede
    from advisor.records.writing import write_record

    session = revisited(options)
    recommendation = session.recommendation
    if recommendation.choice is None:
        raise Refusal("no record was written: there is no outcome to record yet", WRONG)
    check_folder(options.folder)
    replaced = options.supersedes
    old = None if replaced is None else record_numbered(options.folder, replaced)
    today = date.today()
    path = write_record(
        recommendation,
        options.folder,
        knowledge=options.kb,
        today=today,
        revisit=options.revisit,
        supersedes=old.path.name if old else "",
    )
    new = name_of(path)
    if old is not None and new is not None:
        changed = supersede(old, new, today)
        print(f"{changed.path}: {changed.status}", file=sys.stderr)
    print(path)
    if not session.tried:
        print(
            "from written knowledge only: nothing was tried for these answers. "
            f"advisor ask --answers {options.session} --record {options.folder} tries first",
            file=sys.stderr,
        )
    return UNPROVEN if recommendation.unproven else DONE
