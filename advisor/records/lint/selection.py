"""The files to check: those that were named, and the records of folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rules.diagnostics import InputError, Problem, SourceLocation

_NO_RECORD = re.compile(
    r"readme(?:\.\w+)?|_?index"
    r"|_?(?:\d+-)?(?:(?:m?adr|decision|decision-record)[-_])?templates?"
    r"(?:[-_](?:m?adr|bare|minimal|bare-minimal|full|short|long))*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Selection:
    """The files to check, each once: those that were ``named``, and those found ``in_folders``."""

    named: Sequence[Path]
    in_folders: Sequence[Path]

    @property
    def files(self) -> Sequence[Path]:
        return sorted({*self.named, *self.in_folders})


def select(paths: Iterable[Path]) -> Selection:
    """The records in ``paths``, which are files and folders. Raises InputError with every path that
    cannot be read and every folder that holds no record.
    """
    named: dict[str, Path] = {}  # by their real paths
    in_folders: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            if path.is_dir():
                records = list(_records_below(path))
                if not records:
                    message = "the folder holds no record, expected files such as 0001-use-madr.md"
                    problems.append(Problem(SourceLocation(str(path)), message))
                for record in records:
                    in_folders.setdefault(os.path.realpath(record), record)
            else:
                _check_readable(path)
                named.setdefault(os.path.realpath(path), path)
        except InputError as error:
            problems += error.problems
        except OSError as error:
            message = f"cannot be read: {(error.strerror or str(error)).lower()}"
            problems.append(Problem(SourceLocation(str(path)), message))
    if problems:
        raise InputError(problems)
    alone = [path for real, path in named.items() if real not in in_folders]
    return Selection(tuple(alone), tuple(in_folders.values()))


def _check_readable(path: Path) -> None:
    """Raises InputError where it is no file, and OSError where it cannot be read."""
    if path.is_file():
        with path.open("rb"):
            return
    what = "is neither a file nor a folder, expected a Markdown file"
    if not os.path.lexists(path):
        what = "there is no such file or folder"
    raise InputError.at(path, what)


def _records_below(folder: Path) -> Iterator[Path]:
    """Every ``*.md`` in the folder and those in it, but for hidden folders, overviews, templates.

    In folders below only what begins with a number is taken for a record.
    """
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():  # a link may lead back up
            yield from (record for record in _records_below(path) if record.name[0].isdigit())
        elif path.suffix.lower() == ".md" and is_record(path):
            yield path


def is_record(path: Path) -> bool:
    """Whether the name is none of an overview or a template."""
    return _NO_RECORD.fullmatch(path.stem) is None
