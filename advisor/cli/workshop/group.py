"""``advisor workshop``: a team decides, unseen by one another first and round by round."""

from __future__ import annotations

import argparse

from advisor.cli.command import Commands
from advisor.cli.workshop import audit, merge, new, record, rounds, serve, sit, try_claims

DESCRIPTION = """\
A workshop in which a team chooses. Everybody answers unseen; the reveal shows where
the team disagrees and whether that matters; what is a fact is tried on the installed
frameworks, what is a value is voted on again; the record keeps the dissent.
"""

EPILOG = """\
examples:
  advisor workshop new team.workshop --title "Framework for the app" --approver Zoe
  advisor workshop serve team.workshop             a page for everybody's phone or laptop
  advisor workshop sit team.workshop               or pass the keyboard round
  advisor workshop merge team.workshop *.yaml      or collect answer files
  advisor workshop reveal team.workshop            all answers at once, nobody's name
  advisor workshop try team.workshop               what is doubted is tried, not voted on
  advisor workshop next team.workshop              answer again
  advisor workshop record team.workshop            write it down, with the dissent
  advisor workshop audit team.workshop             nothing was changed since it was sealed
"""


def add_parser(commands: Commands) -> None:
    parser = commands.add_parser(
        "workshop",
        help="decide as a team: sealed answers, rounds, facts tried, dissent on record",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for module in (new, serve, sit, merge, rounds, try_claims, record, audit):
        module.add_parser(actions)
