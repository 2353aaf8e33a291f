"""``advisor``: choose a command, run it, turn what goes wrong into a sentence and an exit code.

Exit codes: 0 done, 1 found something wrong, 2 usage, 3 bad input, 4 unproven, 70 crashed, 130
interrupted; ``record verify --rerun`` also uses 5 and 6.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import io
import os
import signal
import string
import sys
from collections.abc import Sequence

from advisor import __version__, encoding
from advisor.cache_folder import prepare_cache
from advisor.cli.command import (
    BAD_INPUT,
    COMMANDS,
    CRASHED,
    INTERRUPTED,
    USAGE,
    WRONG,
    CommandParser,
    complain,
    complain_of,
    in_order,
)
from advisor.errors import AdvisorError, CommandError
from probes.programs import drop_relative_entries
from rules.diagnostics import InputError, printable

# New objects after which Python looks for garbage. Importing makes tens of thousands that all stay:
# looking through them again and again was a tenth of the time to the first question.
SELDOM = 100_000

DESCRIPTION = """\
Choose PyTorch or TensorFlow. Answers feed written rules, and each claim a rule
rests on is tried on the frameworks installed here before anything is
recommended. 'advisor' alone asks the questions in this terminal, and takes the
options that 'advisor ask --help' lists. --kb, --python and --format may stand
before a command or behind it.
"""

EPILOG = """\
examples:
  advisor                                    ask, try, recommend
  advisor --resume                           go on where you stopped
  advisor ask --answers team.yaml            the same from a file
  advisor ask --answers team.yaml --record docs/decisions
  advisor report advisor-session.yaml --format html > report.html
  advisor record new advisor-session.yaml    write it down, with its evidence
  advisor record verify docs/decisions --rerun
                                             prove it again, a year later
  advisor explain advisor-session.yaml       why so, and why not otherwise
  advisor whatif advisor-session.yaml --set target=ios
  advisor flips advisor-session.yaml         the smallest changes that change it
  advisor workshop new team.workshop         decide as a team, unseen by one another
  advisor probe --list                       what can be tried
  advisor doctor                             what is installed, what conflicts

exit codes: 0 done, 1 found something wrong, 2 usage, 3 bad input,
4 nothing could be verified, 70 an error in the program itself, 130 interrupted;
record verify also uses 5 and 6
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] not in (["-h"], ["--help"], ["--version"]):
        given = in_order(given)
    gc.set_threshold(SELDOM)
    drop_relative_entries(os.environ)
    for asked in _ENDINGS:
        if signal.getsignal(asked) is not signal.SIG_IGN:  # whoever started this wants it so
            signal.signal(asked, _end)
    try:
        _replace_what_cannot_be_shown()
        options = _parser(given[0]).parse_args(given)
        if note := prepare_cache():
            complain(printable(note))
        code: int = options.run(options)
        sys.stdout.flush()
    except InputError as error:
        complain_of(error)
        return BAD_INPUT
    except AdvisorError as error:
        complain(printable(str(error)))
        return error.exit_code
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # the reader, a pager or head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        complain(printable(f"{where}{error.strerror or error}"))
        return WRONG
    except Exception as error:
        from advisor.cli.crash import report_crash

        complain(report_crash(error, given))
        return CRASHED
    return code


# What asks a program to end. Windows has no SIGHUP.
_ENDINGS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def _end(number: int, frame: object) -> None:
    """End as by Ctrl-C: workers are ended too, and what is half written goes away.

    Once: ``timeout`` and impatient people ask twice, and the second time must not stop that.
    """
    for asked in _ENDINGS:
        signal.signal(asked, signal.SIG_IGN)
    raise KeyboardInterrupt


def _replace_what_cannot_be_shown() -> None:
    """Print what is nearest for a character that the encoding of the output lacks. Raises
    CommandError for an encoding that lacks ASCII: data says of itself that it is UTF-8.

    A stream that whoever started this has closed is replaced by one that goes nowhere: Python
    would print to the other one instead, and data would no longer stand alone.
    """
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=encoding.PLAIN)
    for name in (stream.encoding or "utf-8" for stream in (sys.stdout, sys.stderr)):
        if not _has_ascii(name):
            message = f"the output would be in {name}: expected an encoding that has ASCII in it"
            _make_readable(message)
            raise CommandError(f"{message}, such as utf-8 (see PYTHONIOENCODING)", USAGE)


def _has_ascii(name: str) -> bool:
    text = string.printable
    return encoding.can_encode(text, name) and text.encode(name) == text.encode("ascii")


def _make_readable(message: str) -> None:
    """Print in UTF-8 where the encoding takes no sentence: undefined, idna."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not encoding.can_encode(
            message, stream.encoding
        ):
            stream.reconfigure(encoding="utf-8")


def _parser(first: str) -> argparse.ArgumentParser:
    """The parser of the command that comes first; of all, where that is none of them.

    The first question should not wait for what other commands import.
    """
    parser = CommandParser(
        prog="advisor",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"framework-advisor {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in (first,) if first in COMMANDS else COMMANDS:
        importlib.import_module(f"advisor.cli.{COMMANDS[name]}").add_parser(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
