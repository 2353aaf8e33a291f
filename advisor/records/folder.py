"""A folder of decision records: its records by number, and how a new one is added."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from advisor.files import create_whole
from advisor.records.parsed_record import Document
from advisor.records.parsing import read_document
from rules.diagnostics import InputError

WIDTH = 4  # digits of a number, in a folder that has none yet
LAST = 9_999_999  # more digits are a date
LONGEST_SLUG = 60
_NUMBERED = re.compile(r"(?P<number>[0-9]{3,7})-(?!\d\d-\d\d)(?P<slug>.+)")  # dates are none


@dataclass(frozen=True)
class RecordName:
    """The name of a record's file, ``0003-use-x.md``, and the number in it."""

    path: Path
    number: int
    width: int


def name_of(path: Path) -> RecordName | None:
    """The file's name taken apart; None where it is not named as records are."""
    match = _NUMBERED.fullmatch(path.stem)
    if match is None or path.suffix != ".md":
        return None
    return RecordName(path, int(match["number"]), len(match["number"]))


def records_in(folder: Path) -> tuple[RecordName, ...]:
    """The records in ``folder`` by their numbers. Raises InputError where it is no folder."""
    try:
        names = [name_of(path) for path in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        raise InputError.at(folder, "there is no such folder") from None
    except (OSError, ValueError) as error:  # links in a circle, a NUL in the name
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError.at(folder, f"cannot be read as a folder: {reason}") from None
    return tuple(sorted((n for n in names if n), key=lambda name: (name.number, name.path)))


def read_records(folder: Path) -> Sequence[tuple[RecordName, Document]]:
    """The records in ``folder`` and what is in them. Raises InputError at the first that cannot be
    read.
    """
    return [(name, read_document(name.path)) for name in records_in(folder)]


def record_numbered(folder: Path, number: int) -> RecordName:
    """The one record of that number. Raises InputError where there is none, or more than one."""
    names = records_in(folder)
    same = [name for name in names if name.number == number]
    if len(same) == 1:
        return same[0]
    if same:
        files = " and ".join(name.path.name for name in same)
        raise InputError.at(folder, f"{files} have the number {number}, expected one record of it")
    numbers = ", ".join(str(name.number) for name in names)
    raise InputError.at(
        folder, f"has no record {number}, only {numbers}" if names else "has no records"
    )


def create(
    folder: Path,
    title: str,
    contents: Callable[[str], Mapping[str, str | bytes]],
    then: Callable[[Path], object] = lambda _: None,
) -> tuple[Path, ...]:
    """Write a new record under the folder's next number; returns the paths of its files.

    ``contents`` gives for the stem (``0003-use-x``) what to write, by suffix, the record itself
    last: without it the others are no record; ``then`` is called with its path. If anything fails,
    no file is left. Raises OSError, and what the two raise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        stem = f"{_next_number(folder)}-{slug(title)}"
        created: list[Path] = []
        try:
            for suffix, content in contents(stem).items():
                path = folder / f"{stem}{suffix}"
                create_whole(path, content)
                created.append(path)
            then(created[-1])
        except BaseException:
            for path in created:
                path.unlink()
            raise
    return tuple(created)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Until the end no other advisor takes a number in ``folder``.

    The lock is on the folder itself and goes with the process, however that ends. Where there are
    no locks (Windows, some network folders) two that start at once may take one number.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _next_number(folder: Path) -> str:
    """The number after the highest, as wide as the widest there.

    Other files count too: an evidence bundle whose record is gone keeps its number.
    """
    matches = (_NUMBERED.match(path.name) for path in folder.iterdir())
    digits = [match["number"] for match in matches if match]
    width = max(map(len, digits), default=WIDTH)
    number = max((int(d) for d in digits if len(d) >= min(width, WIDTH)), default=0) + 1
    if number > LAST:
        raise InputError.at(
            folder, f"has a record {number - 1}, after which there is no number left"
        )
    return f"{number:0{min(width, WIDTH)}d}"


def slug(title: str) -> str:
    """The title as a part of a file's name: small letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    dashed = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
    return dashed or "choose-a-framework"
