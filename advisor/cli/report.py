"""``advisor report``: the report of a session, shown again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, UNPROVEN, Commands, add_command
from advisor.cli.options import add_session, revisited

if TYPE_CHECKING:  # imported when needed: the first question should not wait for it
    from advisor.consultation.consultation import Recommendation

EPILOG = """\
examples:
  advisor report team.session.yaml
  advisor report docs/decisions/0001-framework.md --format html > report.html
"""


def add_parser(commands: Commands) -> None:
    parser = add_command(
        commands,
        "report",
        run,
        help="show the report of a session again, as text or as one HTML page",
        description="Show the report of a session or a decision record, from the findings it\n"
        "holds. Nothing is run.",
        epilog=EPILOG,
    )
    add_session(parser, formats=("text", "html"))


def run(options: argparse.Namespace) -> int:
    recommendation = revisited(options).recommendation
    print_recommendation(recommendation, options.format)
    return UNPROVEN if recommendation.unproven else DONE


def print_recommendation(recommendation: Recommendation, form: str) -> None:
    """Print it as ``text``, ``json`` or ``html``; each imports what it is made with alone."""
    match form:
        case "json":
            from advisor.report import data

            print(data.render(recommendation), end="")
        case "html":
            from advisor.report.recommendation.html import page

            print(page.render(recommendation), end="")
        case _:
            from advisor.report.recommendation import text
            from advisor.report.toolkit.wrapping import standard_output

            text.render(recommendation, standard_output())
