"""``advisor workshop sit``: one terminal, and the keyboard goes round."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from typing import TYPE_CHECKING, TextIO

from advisor.cli.exit_codes import DONE, INTERRUPTED, USAGE, WRONG
from advisor.cli.options import same_knowledge
from advisor.cli.parsers import Commands, add_command
from advisor.cli.workshop.options import add_workshop, workshop
from advisor.errors import CommandError
from rules.diagnostics import printable

if TYPE_CHECKING:
    from prompt_toolkit.output import Output

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
    with workshop(options) as (opened, kb):
        standing = opened.round_state()
        if standing.revealed:
            begin = _command("next", options)
            told = f"round {standing.number} was revealed; begin the next one with: {begin}"
            raise CommandError(told, WRONG)
        from prompt_toolkit.output import create_output

        from advisor.interview.shared_keyboard import share_keyboard
        from advisor.interview.terminal import TerminalAsker

        output = create_output(always_prefer_tty=True)
        with _Screen(output) as screen:
            try:
                share_keyboard(opened, kb, TerminalAsker(output=output), screen, ending=_ending)
            except KeyboardInterrupt:
                stopped = True
            else:
                stopped = False
        told = _standing(opened, options)
        if stopped:
            raise CommandError(f"stopped. {told}", INTERRUPTED)
        print(told, file=sys.stderr)
    return DONE


class _Screen:
    """The terminal, on its alternate screen where it has one: what was there comes back after."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __enter__(self) -> _Screen:
        self._output.enter_alternate_screen()
        self._output.flush()
        return self

    def __exit__(self, *_: object) -> None:
        self._output.quit_alternate_screen()
        self._output.flush()

    def clear(self) -> None:
        self._output.erase_screen()
        # After the screen: some terminals keep what is erased from it for scrolling back.
        self._output.write_raw("\x1b[3J")
        self._output.cursor_goto()
        self._output.flush()


def _check_terminal(options: argparse.Namespace) -> None:
    instead = f"collect answer files with {_command('merge', options)} ANSWERS instead"
    if not _is_terminal(sys.stdin) or not (_is_terminal(sys.stdout) or _is_terminal(sys.stderr)):
        raise CommandError(f"passing the keyboard round needs a terminal; {instead}", USAGE)
    from prompt_toolkit.utils import is_dumb_terminal

    if is_dumb_terminal():
        raise CommandError(f"this terminal cannot be cleared between people; {instead}", USAGE)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()  # None: closed by whoever started this


def _ending() -> bool:
    """Whether a signal has asked the program to end: further ones are ignored from then on."""
    return signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def _standing(opened: Workshop, options: argparse.Namespace) -> str:
    """Who has answered and who is waited for, and how to go on."""
    answered, silent = len(opened.answered()), opened.not_answered()
    number = opened.round_state().number
    told = f"{answered} of {answered + len(silent)} have answered in round {number}"
    if silent:
        waited = printable(", ".join(person.name for person in silent))
        return f"{told}, without {waited}; go on with: {_command('sit', options)}"
    return f"{told}; reveal it with: {_command('reveal', options)}"


def _command(action: str, options: argparse.Namespace) -> str:
    file = shlex.quote(str(options.workshop))
    return f"advisor workshop {action} {file}{same_knowledge(options)}"
