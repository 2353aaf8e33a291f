"""A folder of decision records: what is in it and below it, and how a new one is added."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from advisor.files import create_whole
from advisor.records.names import RecordName, is_aside, is_markdown, name_of
from advisor.records.parsed_record import Document
from advisor.records.parsing import read_document
from rules.diagnostics import InputError, Problem, SourceLocation, printable
from rules.loading.input_file import check_is_folder, is_folder

WIDTH = 4  # digits of a number, in a folder that has none yet
SHORTEST = 2  # digits that are rather something else, where there are longer ones
LAST = 9_999_999  # more digits are a date
LONGEST_SLUG = 60
NOT_OURS = frozenset({"node_modules"})  # folders of other people's files; hidden ones are as well
MOST_NAMED = 5  # files that a sentence names


@dataclass(frozen=True)
class RecordEntry:
    """A record where it is kept. ``folder`` is the one it was looked for in."""

    name: RecordName
    document: Document
    folder: Path

    @property
    def label(self) -> str:
        """Its number or name, behind the folder below ``folder`` that it is in."""
        bearer = self.name.bearer
        inner = bearer.parent.relative_to(self.folder).as_posix() if bearer != self.folder else "."
        return self.name.label if inner == "." else f"{inner}/{self.name.label}"


@dataclass(frozen=True)
class RecordFolder:
    """The records in ``folder`` and below, those of a folder by their numbers.

    ``others`` are the Markdown files that are no records; overviews, templates and what is hidden
    are not mentioned. ``problems`` say which files or folders cannot be read.
    """

    folder: Path
    records: tuple[RecordEntry, ...]
    others: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()

    def of_number(self, number: int) -> Sequence[RecordEntry]:
        return [record for record in self.records if record.name.number == number]

    @property
    def unreadable(self) -> tuple[Problem, ...]:
        """The ``problems``, and those of the records' front matter."""
        return (*self.problems, *(p for record in self.records for p in record.document.problems))

    @property
    def not_looked_at(self) -> str:
        """A sentence that names the ``others``; empty where there are none."""
        if not self.others:
            return ""
        names = [path.relative_to(self.folder).as_posix() for path in self.others]
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        what = "1 Markdown file has" if len(names) == 1 else f"{len(names)} Markdown files have"
        reason = "neither a record's name (NNNN-...) nor its headings"
        listed = printable(", ".join(names[:MOST_NAMED]))
        return f"{what} {reason}; not looked at: {listed}{more}"


def read_records(folder: Path, *, below: bool = True) -> RecordFolder:
    """What is in ``folder``, and unless ``below`` is false in those below. Raises InputError where
    it is no folder; files that cannot be read stop none of the others.
    """
    problems: list[Problem] = []
    records: list[RecordEntry] = []
    others: list[Path] = []
    seen: set[str] = set()
    check_is_folder(folder)
    for path in _markdown_in(folder, problems, below=below):
        real = os.path.realpath(path)
        if real in seen or is_aside(path):
            continue
        seen.add(real)
        try:
            document = read_document(path)
        except InputError as error:
            problems += error.problems
            continue
        if name := document.record_name:
            records.append(RecordEntry(name, document, folder))
        else:
            others.append(path)
    return RecordFolder(folder, tuple(sorted(records, key=_order)), tuple(others), tuple(problems))


def _order(record: RecordEntry) -> tuple[tuple[str, ...], float, str]:
    bearer, number = record.name.bearer, record.name.number
    return bearer.parent.parts, float("inf") if number is None else number, bearer.name


def _markdown_in(folder: Path, problems: list[Problem], *, below: bool) -> Iterator[Path]:
    """The Markdown files, each folder's own before those below it; adds what cannot be opened."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        why = f"cannot be read: {(error.strerror or str(error)).lower()}"
        problems.append(Problem(SourceLocation(str(folder)), why))
        return
    folders = []
    for path in paths:
        if path.name.startswith("."):
            continue
        if is_markdown(path):
            yield path
        elif is_folder(path) and not path.is_symlink():  # a link may lead back up
            folders.append(path)
    for inner in folders if below else ():
        if inner.name not in NOT_OURS:
            yield from _markdown_in(inner, problems, below=True)


def record_numbered(folder: Path, number: int) -> RecordName:
    """The one record of that number in ``folder`` and below. Raises InputError where there is none,
    or more than one.
    """
    found = read_records(folder)
    same = found.of_number(number)
    if len(same) == 1:
        return same[0].name
    if same:
        *most, last = (str(record.name.path.relative_to(folder)) for record in same)
        files = f"{', '.join(most)} and {last}"
        message = f"{files} have the number {number}, expected one record of it; name its file"
        raise InputError.at(folder, message)
    numbers = ", ".join(record.label for record in found.records if record.name.number is not None)
    known = f"has no record {number}, only {numbers}" if numbers else "has no records"
    raise InputError([Problem(SourceLocation(str(folder)), known), *found.problems])


def create(
    folder: Path,
    title: str,
    contents: Callable[[str], Mapping[str, str | bytes]],
) -> tuple[Path, ...]:
    """Write a new record under the folder's next number; returns the paths of its files.

    ``contents`` gives for the stem (``0003-use-x``) what to write, by suffix, the record itself
    last: without it the others are no record. If anything fails, no file is left. Raises OSError,
    and what ``contents`` raises.
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
    names = (name_of(Path(f"{path.name.partition('.')[0]}.md")) for path in folder.iterdir())
    digits = [
        f"{n.number:0{n.width}d}" for n in names if n and n.number is not None and n.width > 2
    ]
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
