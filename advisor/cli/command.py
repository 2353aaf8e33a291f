"""How a command's parser is made, and the exit codes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Sequence
from typing import Any, NoReturn, TypeAlias

from rules.diagnostics import LONGEST_PATH, cut, printable

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

# Options that many commands have: they may also stand before the command, and before its action.
COMMON = ("--kb", "--python", "--format")


class _Once(argparse.Action):
    """Keeps the value of an option; refuses another one that contradicts it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if values is None:  # an argument that may be left out, and was
            return
        given = vars(namespace).setdefault("given_once", {})
        before = given.setdefault(self.dest, values)
        if before != values:
            option = f"--{self.dest}"
            parser.error(f"{option} is given as {before} and as {values}: expected one of them")
        setattr(namespace, self.dest, values)


class CommandParser(argparse.ArgumentParser):
    """A parser whose complaints are safe to print, and no longer than a path may be. No option may
    be given two values that contradict one another.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in (None, "store"):  # the action of an option that names none
            self.register("action", name, _Once)

    def error(self, message: str) -> NoReturn:
        super().error(cut(printable(message), LONGEST_PATH))


def in_order(given: Sequence[str], commands: Collection[str], groups: Collection[str]) -> list[str]:
    """The arguments with the command first and, in a group of commands, its action second; common
    options that stood before either come next. 'advisor' alone asks, and takes ask's options.
    """
    common, rest = _common_first(given)
    if not rest or rest[0] not in commands:
        return ["ask", *given] if not rest or rest[0].startswith("-") else [*rest, *common]
    words, rest = rest[:1], rest[1:]
    if words[0] in groups:
        more, rest = _common_first(rest)
        common += more
        if rest and not rest[0].startswith("-"):
            words, rest = [*words, rest[0]], rest[1:]
    return [*words, *common, *rest]


def _common_first(given: Sequence[str]) -> tuple[list[str], list[str]]:
    """The common options that these arguments begin with, and the others."""
    end = 0
    while end < len(given) and given[end].partition("=")[0] in COMMON:
        end += 1 if "=" in given[end] else 2
    return [*given[:end]], [*given[end:]]


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
