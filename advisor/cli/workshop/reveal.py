"""``advisor workshop reveal`` and ``next``: end a round, and begin another."""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, Commands
from advisor.cli.options import add_probing
from advisor.cli.workshop.options import add_workshop, workshop
from advisor.cli.workshop.show import try_and_show
from advisor.errors import WorkshopError
from rules.diagnostics import printable

if TYPE_CHECKING:
    from advisor.workshop.store import Workshop

FEW = 3  # ballots, below which everybody knows whose the others are

REVEAL = """\
End the open round: all ballots are shown at once, without names, and the salts of their
receipts with them. What the group's outcome rests on is tried then.
"""


def add_parsers(actions: Commands) -> None:
    reveal = actions.add_parser(
        "reveal", help="end the round: all answers at once, without names", description=REVEAL
    )
    add_workshop(reveal)
    add_probing(reveal)
    reveal.add_argument(
        "--now", action="store_true", help="also where somebody has not answered yet"
    )
    reveal.add_argument("--no-probes", action="store_true", help="try nothing now")
    reveal.set_defaults(run=run_reveal)
    following = actions.add_parser(
        "next",
        help="begin the next round",
        description="Begin the next round: everybody answers again.",
    )
    add_workshop(following)
    following.set_defaults(run=run_next)


def run_reveal(options: argparse.Namespace) -> int:
    with workshop(options) as (opened, kb):
        silent = ", ".join(person.name for person in opened.not_answered())
        if silent and opened.answered() and not opened.round_state().revealed and not options.now:
            raise WorkshopError(f"Not yet answered: {silent}. To reveal all the same: --now")
        opened.reveal()
        if silent:
            print(f"without {printable(silent)}", file=sys.stderr)
        if len(opened.history().last.ballots) < FEW:
            print("so few ballots are anonymous to nobody", file=sys.stderr)
        code = try_and_show(opened, kb, options)
        print(f"next: {_what_next(opened)}", file=sys.stderr)
        return code


def _what_next(opened: Workshop) -> str:
    """What a facilitator does after a reveal."""
    file = shlex.quote(str(opened.path))
    record = f"advisor workshop record {file}"
    if opened.round_state().number >= opened.plan.stop.rounds:
        return f"{record}, as advised or with --choose and --because"
    return f"talk, then advisor workshop next {file}, or {record}"


def run_next(options: argparse.Namespace) -> int:
    with workshop(options) as (opened, _):
        number = opened.open_round()
        print(f"round {number} of at most {opened.plan.stop.rounds} is open")
    return DONE
