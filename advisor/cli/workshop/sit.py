"""``advisor workshop sit``: one terminal, and the keyboard goes round."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, INTERRUPTED, USAGE, WRONG, Commands, add_command
from advisor.cli.options import can_ask, same_knowledge
from advisor.cli.workshop.options import add_workshop, workshop
from advisor.errors import CommandError
from rules.diagnostics import printable

if TYPE_CHECKING:
    from advisor.workshop.store import Workshop

DESCRIPTION = """\
Take ballots at this terminal, one person after another: each answers alone, sees the
receipt of what they sealed, and passes the keyboard on. The screen is cleared between
people, with all that could be scrolled back to.
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "sit",
        run,
        help="answer one after another at this terminal",
        description=DESCRIPTION,
    )
    add_workshop(parser)


def run(options: argparse.Namespace) -> int:
    _check_terminal(options)
    with workshop(options, own_knowledge=True) as (opened, kb):
        current = opened.round_state()
        if current.revealed:
            begin = _command("next", options)
            message = f"round {current.number} was revealed; begin the next one with: {begin}"
            raise CommandError(message, WRONG)
        from prompt_toolkit.output import create_output

        from advisor.interview.shared_keyboard import share_keyboard
        from advisor.interview.terminal import AlternateScreen, TerminalAsker

        output = create_output(always_prefer_tty=True)
        try:
            with AlternateScreen(output) as screen:
                share_keyboard(opened, kb, TerminalAsker(output=output), screen, ending=_ending)
        except KeyboardInterrupt:
            raise CommandError(f"stopped. {_progress(opened, options)}", INTERRUPTED) from None
        print(_progress(opened, options), file=sys.stderr)
    return DONE


def _check_terminal(options: argparse.Namespace) -> None:
    instead = f"collect answer files with {_command('merge', options)} ANSWERS instead"
    if not can_ask():
        raise CommandError(f"passing the keyboard round needs a terminal; {instead}", USAGE)
    from prompt_toolkit.utils import is_dumb_terminal

    if is_dumb_terminal():
        raise CommandError(f"this terminal cannot be cleared between people; {instead}", USAGE)


def _ending() -> bool:
    """Whether a signal has asked the program to end: further ones are ignored from then on."""
    return signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def _progress(opened: Workshop, options: argparse.Namespace) -> str:
    """Who has answered and who is waited for, and how to go on."""
    answered, silent = len(opened.answered()), opened.not_answered()
    number = opened.round_state().number
    message = f"{answered} of {answered + len(silent)} have answered in round {number}"
    if silent:
        names = printable(", ".join(person.name for person in silent))
        return f"{message}, without {names}; go on with: {_command('sit', options)}"
    return f"{message}; reveal it with: {_command('reveal', options)}"


def _command(action: str, options: argparse.Namespace) -> str:
    file = shlex.quote(str(options.workshop))
    return f"advisor workshop {action} {file}{same_knowledge(options)}"
