"""How a command's parser is made, and the exit codes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

DONE = 0
WRONG = 1
USAGE = 2
BAD_INPUT = 3
UNPROVEN = 4
REASON_CHANGED = 5  # a reason of a record came out otherwise; the advice is the same
ADVICE_CHANGED = 6
CRASHED = 70  # a mistake in this program: EX_SOFTWARE of sysexits.h
INTERRUPTED = 130


def add_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    help: str,
    description: str,
    epilog: str = "",
) -> argparse.ArgumentParser:
    """The parser of a command that ``run`` carries out, as an exit code.

    ``help`` is its line in the list of commands; ``description`` and ``epilog`` are printed with
    their own line breaks.
    """
    parser = commands.add_parser(
        name,
        help=help,
        description=description,
        epilog=epilog or None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser
