"""Arguments that several commands take, and their types."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from advisor.cli.command import BAD_INPUT
from advisor.errors import CommandError
from advisor.kb.cache import knowledge_base
from probes.programs import find_program
from rules.diagnostics import hint, one_line, printable, quoted
from rules.model import KnowledgeBase

if TYPE_CHECKING:  # the first question waits for no consultation
    from advisor.consultation.consultation import ReplayedConsultation

MAX_TEXT = 500  # characters of a reason


def add_probing(parser: argparse.ArgumentParser) -> None:
    """Where and how claims are tried."""
    add_running(parser).add_argument(
        "--fresh",
        action="store_true",
        help="run again what an earlier run found on the same versions",
    )


def add_running(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """The same for what is run again in any case."""
    group = parser.add_argument_group("trying the claims")
    group.add_argument(
        "--python",
        metavar="PATH",
        type=interpreter,
        help="the interpreter whose frameworks are tried (default: the one advisor runs on)",
    )
    group.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=seconds,
        help="for each probe, instead of its own; importing a framework has 300 besides",
    )
    group.add_argument(
        "--provision",
        action="store_true",
        help="build, after asking, environments for what cannot be tried otherwise",
    )
    group.add_argument("--yes", action="store_true", help="agree to what --provision would build")
    return group


def add_knowledge(parser: argparse._ActionsContainer, *, alone: bool = False) -> None:
    """Whose knowledge is meant; with ``alone`` the folder may stand without ``--kb``."""
    if alone:
        parser.add_argument(
            "kb",
            metavar="DIR",
            nargs="?",
            type=Path,
            help="the same as --kb DIR",
        )
    parser.add_argument(
        "--kb",
        metavar="DIR",
        type=Path,
        help="reason from the knowledge in this folder instead of the shipped one",
    )


def check_names(
    names: Iterable[str], kind: str, known: Collection[str], *, option: str = ""
) -> None:
    """Raises CommandError at the first of ``names`` that there is no ``kind`` of, with a hint."""
    for name in names:
        if name not in known:
            message = f"{option}there is no {kind} {quoted(name)}{hint(name, known)}"
            raise CommandError(message, BAD_INPUT)


def knowledge(options: argparse.Namespace) -> KnowledgeBase:
    """The knowledge base that was asked for. Raises InputError."""
    return knowledge_base(options.kb)


def add_session(parser: argparse.ArgumentParser, formats: Sequence[str] = ("text", "json")) -> None:
    """What is questioned, with which knowledge, and how the answer is printed."""
    parser.add_argument(
        "session",
        metavar="SESSION",
        type=Path,
        help="a session, an answers file, a decision record or a workshop",
    )
    add_knowledge(parser)
    parser.add_argument("--format", choices=formats, default="text")


def add_settings(parser: argparse._ActionsContainer, *, required: bool = False) -> None:
    """Answers on the command line, as :func:`advisor.answers.sheet.apply_settings` takes them."""
    parser.add_argument(
        "--set",
        metavar="QUESTION=OPTION",
        action="append",
        type=setting,
        default=[],
        required=required,
        help="give or replace one answer; several options with commas; may be repeated",
    )


def revisited(options: argparse.Namespace) -> ReplayedConsultation:
    """The session that was named, reasoned once more; says where other knowledge made it.

    Raises InputError.
    """
    from advisor.records.names import is_markdown
    from advisor.sources import open_source

    kb = knowledge(options)
    replayed = open_source(options.session, kb)
    if is_markdown(options.session):
        from advisor.records.verification.verify import verify

        if verify(options.session, kb).failed:
            file = printable(str(options.session))
            message = f"what follows is its evidence's; see advisor record verify {file}"
            print(f"{file} is not as it was written: {message}", file=sys.stderr)
    if replayed.other_knowledge:
        message = "was made with other knowledge; this is what today's rules make of it"
        print(f"{printable(str(options.session))} {message}", file=sys.stderr)
    return replayed


def add_remarks(parser: argparse.ArgumentParser) -> None:
    """How remarks on files are printed, and which."""
    parser.add_argument(
        "--format",
        choices=("text", "json", "sarif"),
        default="text",
        help="sarif is what code hosts show beside the files (default: text)",
    )
    parser.add_argument(
        "--level",
        choices=("note", "warning", "error"),
        default="note",
        help="report this and what is worse (default: note)",
    )


def is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()  # None: closed by whoever started this


def can_ask() -> bool:
    """Whether somebody can be asked: keys come from a terminal, and one shows the questions."""
    return is_terminal(sys.stdin) and (is_terminal(sys.stdout) or is_terminal(sys.stderr))


def same_knowledge(options: argparse.Namespace) -> str:
    """What a command told to somebody must add to reason from the same knowledge."""
    return f" --kb {shlex.quote(str(options.kb))}" if options.kb else ""


# What was asked of an interview beside its answers, and in which file they are.
_LASTING = (
    *("kb", "python", "timeout", "fresh", "provision", "yes"),
    *("no_probes", "strict", "format", "record", "supersedes"),
)


def same_request(options: argparse.Namespace) -> str:
    """What the command to go on must add to ask for the same that these options do."""
    words = []
    for name in _LASTING:
        value, option = getattr(options, name), f"--{name.replace('_', '-')}"
        if value is True:
            words.append(option)
        elif value not in (None, False, "text"):
            words += [option, shlex.quote(str(value))]
    return "".join(f" {word}" for word in words)


# Where virtual environments keep theirs.
_INTERPRETERS = (Path("bin", "python"), Path("Scripts", "python.exe"))


def interpreter(text: str) -> Path:
    """The path of an interpreter; a name without a folder is that of a program on the PATH."""
    is_path = os.path.dirname(text)  # noqa: PTH120 - for a path object './python' has none
    name = text if is_path else find_program(text) or (text if Path(text).is_dir() else "")
    try:
        path = Path(name).expanduser()
    except RuntimeError:  # the home of somebody who has none
        path = Path(name)
    if path.is_file() and not os.access(path, os.X_OK):
        raise argparse.ArgumentTypeError(f"'{text}' may not be executed")
    if path.is_file():
        return path.absolute()  # not resolved: a virtual environment's link must stay its own
    if name and path.is_dir():
        inside = [path / place for place in _INTERPRETERS if (path / place).is_file()]
        expected = f"expected {inside[0]}" if inside else "expected an interpreter"
        raise argparse.ArgumentTypeError(f"'{text}' is a folder: {expected}")
    where = "" if is_path or not Path(text).is_file() else f" on the PATH; did you mean ./{text}?"
    raise argparse.ArgumentTypeError(f"no interpreter at '{text}'{where}")


def requirement(text: str) -> str:
    """What pip takes for a requirement; not an option, which could do anything."""
    if not text.strip() or text.startswith("-") or printable(text) != text:
        raise argparse.ArgumentTypeError(
            f"expected a requirement, such as 'six==1.17.0', not {text!r}"
        )
    return text.strip()


def day(text: str) -> date:
    """A day of the calendar."""
    from advisor.records.expiry import day as read_day

    stated = read_day(text)
    if stated is None:
        raise argparse.ArgumentTypeError(f"expected a day as 2026-01-31, not '{text}'")
    return stated


def day_to_come(text: str) -> date:
    """A day that is not over."""
    stated = day(text)
    if stated < date.today():
        raise argparse.ArgumentTypeError(f"expected a day to come, not '{text}'")
    return stated


def reason(text: str) -> str:
    """A sentence, on one line."""
    sentence = one_line(text)
    if any("\ud800" <= character <= "\udfff" for character in text):  # bytes that are no text
        raise argparse.ArgumentTypeError("expected a sentence in UTF-8")
    if not sentence or len(sentence) > MAX_TEXT:
        raise argparse.ArgumentTypeError(f"expected a sentence of at most {MAX_TEXT} characters")
    return sentence


def setting(text: str) -> str:
    """An answer, as ``--set`` takes it: ``question=option``."""
    if "=" not in text:
        expected = "question=option, or question=option,option"
        raise argparse.ArgumentTypeError(f"expected {expected}, not {quoted(text)}")
    return text


def whole_number(what: str, least: int, most: int) -> Callable[[str], int]:
    """The type of a whole number between two, of at most nine digits; ``what`` says what for."""

    def read(text: str) -> int:
        if text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"expected {what} from {least} to {most}, not '{text}'")

    return read


def seconds(text: str) -> float:
    """A positive number of seconds."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"expected a number of seconds, not '{text}'")
    return value
