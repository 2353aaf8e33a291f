"""How a command's parser is made, and the exit codes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import takewhile
from typing import Any, NoReturn, TypeAlias

from rules.diagnostics import LONGEST_PATH, InputError, cut, hint, printable, quoted

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

# Command -> the module beside this that has its parser.
COMMANDS = {
    "ask": "ask",
    "report": "report",
    "explain": "explain",
    "whatif": "whatif",
    "flips": "flips",
    "workshop": "workshop.group",
    "record": "record.group",
    "probe": "probe",
    "doctor": "doctor",
    "kb": "kb",
}

GROUPS = ("workshop", "record", "kb")  # commands of several actions

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
            same = (action.option_strings for action in parser._actions if action.dest == self.dest)
            option = next(filter(None, same))[0]  # what an argument without a name is short for
            parser.error(f"{option} is given as {before} and as {values}: expected one of them")
        setattr(namespace, self.dest, values)


class CommandParser(argparse.ArgumentParser):
    """A parser whose complaints are safe to print, no longer than a path may be, and name what may
    have been meant. Options are written out, and none may be given two values that contradict one
    another.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_abbrev=False)
        for name in (None, "store"):  # the action of an option that names none
            self.register("action", name, _Once)

    def error(self, message: str) -> NoReturn:
        super().error(cut(printable(message), LONGEST_PATH))

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str], namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse all of them: each parser complains itself of what it does not know, first."""
        self._check_options(args)
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(self._unexpected(unknown, args))
        return parsed, unknown

    def _check_options(self, args: Sequence[str]) -> None:
        """Refuse the first option that there is not. A group sees to those before its action."""
        inner = self._subparsers is not None
        own = takewhile(_is_option, args) if inner else takewhile(lambda arg: arg != "--", args)
        known = self._option_string_actions
        name = self.prog.removeprefix("advisor ")
        for arg in filter(_is_option, own):
            option = arg.partition("=")[0]
            if option not in known and inner:
                self.error(f"put {option} behind the action: {name} itself has no such option")
            if option not in known:
                near = hint(option, [long for long in known if long.startswith("--")])
                self.error(f"{name} has no {option}{near}")

    def _unexpected(self, unknown: Sequence[str], args: Sequence[str]) -> str:
        word = unknown[0]
        if self.prog != "advisor ask":
            return f"unexpected arguments: {' '.join(unknown)}"
        if word not in COMMANDS:
            return f"there is no command {quoted(word)}{hint(word, COMMANDS)}"
        options = " ".join(filter(_is_option, takewhile(lambda arg: arg != word, args)))
        return f"the command comes first: put {options} behind {word}"

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            near = hint(str(value), map(str, action.choices))
            raise argparse.ArgumentError(action, f"invalid choice: {quoted(str(value))}{near}")


def _is_option(argument: str) -> bool:
    """As argparse has it: neither a sentence nor a negative number."""
    return argument[1:2] not in ("", *".0123456789") and argument[0] == "-" and " " not in argument


def in_order(given: Sequence[str]) -> list[str]:
    """The arguments with the command first and, in a group of commands, its action second; common
    options that stood before either come next. 'advisor' alone asks, and takes ask's options.
    """
    common, rest = _common_first(given)
    if not rest or rest[0] not in COMMANDS:
        return ["ask", *given] if not rest or rest[0].startswith("-") else [*rest, *common]
    words, rest = rest[:1], rest[1:]
    if words[0] in GROUPS:
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


def complain(*lines: str) -> None:
    """Say what is wrong, where that can be said: the exit code tells it in any case."""
    with suppress(OSError):
        for line in lines:
            print(f"advisor: {line}", file=sys.stderr)


def complain_of(error: InputError) -> None:
    """Say what is wrong with a file, while what is right with others is still told."""
    complain(*str(error).split("\n"))


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
