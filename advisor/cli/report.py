"""``advisor report``: the report of a session, shown again."""

from __future__ import annotations

import argparse

from advisor.cli.arguments import add_session, revisited
from advisor.cli.exits import DONE, UNPROVEN
from advisor.cli.printing import print_recommendation

EPILOG = """\
examples:
  advisor report team.session.yaml
  advisor report docs/decisions/0001-framework.md --format html > report.html
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "report",
        help="show the report of a session again, as text or as one HTML page",
        description="Show the report of a session or a decision record, from the findings it\n"
        "holds. Nothing is run.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_session(parser, formats=("text", "html"))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    recommendation = revisited(options).recommendation
    print_recommendation(recommendation, options.format)
    return UNPROVEN if recommendation.unproven else DONE
