"""``advisor whatif``: what other answers would make of a consultation."""

from __future__ import annotations

import argparse
import shlex
import sys

from advisor.cli.command import DONE, Commands, add_command
from advisor.cli.options import add_session, add_settings, revisited, same_knowledge
from rules.diagnostics import printable

EPILOG = """\
examples:
  advisor whatif team.session.yaml --set target=ios
  advisor whatif team.session.yaml --set target=ios,server --set tpu=used
  advisor whatif team.session.yaml --set serving=unknown
"""


def add_parser(commands: Commands) -> None:
    parser = add_command(
        commands,
        "whatif",
        run,
        help="what other answers would change: before and after, side by side",
        description="Reason a session once more with other answers, and show both.\n"
        "Nothing is run and nothing is written.",
        epilog=EPILOG,
    )
    add_session(parser)
    add_settings(parser, required=True)


def run(options: argparse.Namespace) -> int:
    from advisor.consultation.comparison import Comparison
    from advisor.report import whatif
    from advisor.report.toolkit.wrapping import standard_output
    from advisor.sources import with_settings

    before = revisited(options)
    comparison = Comparison(before.recommendation, with_settings(before, options.set))
    if options.format == "json":
        other = before.other_knowledge
        print(whatif.as_json(comparison, tried=before.tried, other_knowledge=other), end="")
        return DONE
    whatif.render(comparison, standard_output(), tried=before.tried)
    if comparison.missing:
        settings = " ".join(f"--set {shlex.quote(setting)}" for setting in options.set)
        session = f"{shlex.quote(str(options.session))}{same_knowledge(options)}"
        again = f"advisor ask --answers {session} {settings}"
        print(f"to try what was not: {printable(again)}", file=sys.stderr)
    return DONE
