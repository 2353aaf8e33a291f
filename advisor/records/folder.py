"""A folder of decision records: which there are, their numbers, and how a new one comes in."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from advisor.files import create_whole
from rules.diagnostics import InputError, Problem, SourceLocation

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
    """The file's name taken apart; None where it is none of a record."""
    found = _NUMBERED.fullmatch(path.stem)
    if found is None or path.suffix != ".md":
        return None
    return RecordName(path, int(found["number"]), len(found["number"]))


def records_in(folder: Path) -> tuple[RecordName, ...]:
    """The records in ``folder`` by their numbers. Raises InputError where it is no folder."""
    try:
        names = [name_of(path) for path in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(
            [Problem(SourceLocation(str(folder)), "there is no such folder")]
        ) from None
    return tuple(sorted((n for n in names if n), key=lambda name: (name.number, name.path)))


def record_numbered(folder: Path, number: int) -> RecordName:
    """The one record of that number. Raises InputError where there is none, or more than one."""
    found = [name for name in records_in(folder) if name.number == number]
    if len(found) == 1:
        return found[0]
    if found:
        files = " and ".join(name.path.name for name in found)
        message = f"{files} have the number {number}, expected one record of it"
    else:
        there = [str(name.number) for name in records_in(folder)]
        message = f"has no record {number}, only {', '.join(there)}" if there else "has no records"
    raise InputError([Problem(SourceLocation(str(folder)), message)])


def create(
    folder: Path,
    title: str,
    written: Callable[[str], Mapping[str, str | bytes]],
    then: Callable[[Path], object] = lambda _: None,
) -> tuple[Path, ...]:
    """Write a new record under the folder's next number; returns the paths of its files.

    ``written`` gives for the stem (``0003-use-x``) what to write, by suffix, the record itself
    last: without it the others are no record; ``then`` is called with its path. All is done, or
    nothing is left. Raises OSError, and what the two raise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(folder):
        stem = f"{_next_number(folder)}-{slug(title)}"
        made: list[Path] = []
        try:
            for suffix, content in written(stem).items():
                path = folder / f"{stem}{suffix}"
                create_whole(path, content)
                made.append(path)
            then(made[-1])
        except BaseException:
            for path in made:
                path.unlink()
            raise
    return tuple(made)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Until the end nobody else takes a number in ``folder``, but for other programs.

    The lock is on the folder itself and goes with the process, however that ends. Where there is
    no such thing (Windows, some network folders) two that start at once may take one number.
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
    found = [match for path in folder.iterdir() if (match := _NUMBERED.match(path.name))]
    width = max((len(match["number"]) for match in found), default=WIDTH)
    numbers = [int(match["number"]) for match in found if len(match["number"]) >= min(width, WIDTH)]
    number = max(numbers, default=0) + 1
    if number > LAST:
        message = f"has a record {number - 1}, after which there is no number left"
        raise InputError([Problem(SourceLocation(str(folder)), message)])
    return f"{number:0{min(width, WIDTH)}d}"


def slug(title: str) -> str:
    """The title as a part of a file's name: small letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
    return found or "choose-a-framework"
