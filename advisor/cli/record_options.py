"""Arguments that name records and their folder, and what is said of them beside the output."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.cli.command import USAGE
from advisor.cli.options import check_names, day_to_come, reason
from advisor.errors import CommandError
from rules.diagnostics import printable

if TYPE_CHECKING:  # the first question waits for no consultation
    from advisor.consultation.consultation import Recommendation
    from advisor.records.decision import Decision
    from advisor.records.folder import RecordFolder
    from advisor.records.names import RecordName


def add_folder(parser: argparse.ArgumentParser, *, positional: bool = False) -> None:
    """The folder that records are kept in, which may be named without the option as well."""
    help = "the folder of the records (default: docs/decisions)"
    default = Path("docs", "decisions")  # where MADR keeps them
    parser.add_argument(
        "--dir", dest="folder", metavar="DIR", type=Path, default=default, help=help
    )
    if positional:
        parser.add_argument(
            "folder", metavar="DIR", nargs="?", type=_path, default=argparse.SUPPRESS, help=help
        )


def _path(text: str) -> Path | str:
    """A path; argparse asks for the type of its own mark for "not given", too."""
    return text if text is argparse.SUPPRESS else Path(text)


def tell_rest(found: RecordFolder) -> None:
    """Name what is in a folder beside the records that were read.

    Raises InputError for files that cannot be read, after the others were printed.
    """
    from rules.diagnostics import InputError

    if found.not_looked_at:
        print(f"note: {found.not_looked_at}", file=sys.stderr)
    if found.problems:
        raise InputError(found.problems)


def add_filing(parser: argparse._ActionsContainer) -> None:
    """What was decided, where that is not as advised, and what a record says beside it."""
    parser.add_argument(
        "--choose",
        metavar="ALTERNATIVE",
        help="what was decided, where that is not what is advised; needs --because",
    )
    parser.add_argument("--because", metavar="REASON", type=reason, help="why, in one sentence")
    add_supersedes(parser)
    parser.add_argument(
        "--revisit",
        metavar="DATE",
        type=day_to_come,
        help="the day by which to look at it again (default: when its evidence is half a year old)",
    )


def decision(options: argparse.Namespace, recommendation: Recommendation) -> Decision:
    """What was decided: as advised, unless the options say otherwise and why."""
    from advisor.records.decision import Decision

    advised = str(recommendation.choice)
    choice = options.choose or advised
    check_names([choice], "alternative", (*recommendation.kb.alternatives, "either"))
    if choice != advised and not options.because:
        what = f"--choose {choice} is not what is advised ({advised})"
        raise CommandError(f"{what}: say why with --because", USAGE)
    return Decision(choice, options.because or "")


def add_supersedes(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--supersedes",
        metavar="RECORD",
        type=record,
        help="the record takes the place of this one, by its number or file, once it is accepted",
    )


def superseded(options: argparse.Namespace, folder: Path) -> RecordName | None:
    """The record in ``folder`` that is to be superseded, if one is. Raises InputError where there
    is none, or it cannot be.
    """
    if options.supersedes is None:
        return None
    from advisor.records.lifecycle import check_supersedable

    old = named_record(options.supersedes, folder)
    check_supersedable(old)
    return old


def tell_pending(old: RecordName, new: Path) -> None:
    """Say that the record ``old`` is superseded once the ``new`` one is accepted, and how."""
    accepting = f"advisor record accept {shlex.quote(printable(str(new)))}"
    stays = "stays as it is until the new one is accepted"
    print(f"{printable(str(old.path))} {stays}: {accepting}", file=sys.stderr)


def number(text: str) -> int:
    """The number of a record: ``3``, ``0003`` or ``ADR-0003``."""
    if not _is_number(text):
        raise argparse.ArgumentTypeError(f"expected a record's number or file, not '{text}'")
    return int(text.upper().removeprefix("ADR-"))


def _is_number(text: str) -> bool:
    return re.fullmatch(r"(?:ADR-)?[0-9]{1,9}", text, re.IGNORECASE) is not None


def record(text: str) -> int | Path:
    """A record, by its number or its file."""
    if not _is_number(text) and (os.sep in text or "." in text or os.path.lexists(text)):
        return Path(text)
    return number(text)


def record_or_folder(text: str) -> int | Path:
    """A record, by its number or its file, or a folder of records."""
    return number(text) if _is_number(text) and not os.path.lexists(text) else Path(text)


def named_record(wanted: int | Path, folder: Path) -> RecordName:
    """The record of that number in ``folder``, or in that file. Raises InputError."""
    from advisor.records.folder import record_numbered
    from advisor.records.names import RecordName, name_of

    if isinstance(wanted, int):
        return record_numbered(folder, wanted)
    return name_of(wanted) or RecordName(wanted, None)


def named_paths(wanted: Iterable[int | Path], folder: Path) -> Sequence[Path]:
    """The files of the records of those numbers in ``folder``, and the paths. Raises InputError."""
    return [w if isinstance(w, Path) else named_record(w, folder).path for w in wanted]
