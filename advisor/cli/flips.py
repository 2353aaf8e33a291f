"""``advisor flips``: the smallest changes that would change the outcome of a consultation."""

from __future__ import annotations

import argparse
import sys

from advisor.cli.command import DONE, Commands, add_command
from advisor.cli.options import add_session, revisited, whole_number

CHANGES = 3
MOST_CHANGES = 9
WORTH_SAYING = 500_000  # answer sheets, which take a second or two

EPILOG = """\
examples:
  advisor flips team.session.yaml
  advisor flips team.session.yaml --changes 1
"""


def add_parser(commands: Commands) -> None:
    parser = add_command(
        commands,
        "flips",
        run,
        help="the smallest changes of answers, claims and weights that change the outcome",
        description="Look for what the outcome of a session hangs on: answers, claims, weights.\n"
        "Nothing is run.",
        epilog=EPILOG,
    )
    add_session(parser)
    parser.add_argument(
        "--changes",
        metavar="N",
        type=whole_number("a number of changes", 1, MOST_CHANGES),
        default=CHANGES,
        help=f"how many changes to try together at most (default: {CHANGES})",
    )


def run(options: argparse.Namespace) -> int:
    from advisor.consultation.comparison import knowledge_after_findings
    from advisor.report import flips as report
    from advisor.report.toolkit.wrapping import standard_output
    from rules.analysis.flips import flips, radius_within, sheets_within

    session = revisited(options)
    recommendation, sheet = session.recommendation, session.recommendation.sheet
    tried_kb = knowledge_after_findings(session)
    radius = radius_within(tried_kb, sheet.answers, options.changes)
    count = sheets_within(tried_kb, sheet.answers, radius)
    if count > WORTH_SAYING:
        print(f"trying up to {count:,} answer sheets", file=sys.stderr)
    changes = flips(tried_kb, sheet.answers, sheet.ranking, radius)
    if radius < options.changes:
        message = f"only up to {radius} changes were tried together: more would be too many sheets"
        print(message, file=sys.stderr)
    hinges = report.Hinges(
        recommendation, changes, options.changes, session.tried, session.other_knowledge
    )
    if options.format == "json":
        print(report.as_json(hinges), end="")
    else:
        report.render(hinges, standard_output())
    return DONE
