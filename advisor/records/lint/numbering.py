"""Names and numbers: those of each file, and numbers and titles that a folder has twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from advisor.records.folder import WIDTH, name_of
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import plain, quoted
from advisor.records.parsed_record import Document
from rules.diagnostics import SourceLocation

_NAME = re.compile(rf"(?P<digits>[0-9]{{{WIDTH},}})-[^\s_-][^\s]*")
_NUMBER_IN_TITLE = re.compile(r"(?:ADR[-_ #]*(?P<named>\d{1,6})\b|(?P<bare>\d{1,6})[.:)]\s)", re.I)


def number_of(document: Document) -> int | None:
    """The number in the file's name; None where it has none."""
    name = name_of(Path(document.file))
    return name.number if name else None


def file_name(document: Document) -> Iterator[LintRemark]:
    path = Path(document.file)
    if _NAME.fullmatch(path.stem) and ("-" in path.stem[WIDTH + 1 :] or "_" not in path.stem):
        return
    message = f"the file is named {quoted(path.name)}, expected NNNN-title-with-dashes.md"
    yield LintRemark(LintKind.FILE_NAME, path.name, message, document.place(0))


def number_in_title(document: Document) -> Iterator[LintRemark]:
    match = _NUMBER_IN_TITLE.match(document.title)
    number = number_of(document)
    if match is None or number is None or int(match["named"] or match["bare"]) == number:
        return
    beginning = f"the title begins with {quoted(match[0].strip())}"
    message = f"{beginning}, expected the file's number, {number}"
    yield LintRemark(LintKind.NUMBER_DIFFERS, "title", message, _place_of_title(document))


def _place_of_title(document: Document) -> SourceLocation:
    return document.place(next(s.line for s in document.sections if s.level == 1))


def repeated_numbers(folder: Sequence[Document]) -> Iterator[LintRemark]:
    numbered = sorted(_numbered(folder), key=lambda pair: (pair[0], pair[1].file))
    for number, group in groupby(numbered, key=lambda pair: pair[0]):
        first, *others = (document for _, document in group)
        for other in others:
            name = Path(first.file).name
            message = f"{name} has the number {number} already, expected each number once"
            yield LintRemark(LintKind.NUMBER_TWICE, str(number), message, other.place(0))


def gaps(folder: Sequence[Document]) -> Iterator[LintRemark]:
    """One remark a gap, at the record after it."""
    by_number = dict(reversed(_numbered(folder)))
    for before, after in pairwise(sorted(by_number)):
        if after - before > 1:
            first, last = before + 1, after - 1
            missing = f"{first:04d}" if first == last else f"{first:04d} to {last:04d}"
            which = "the number" if first == last else "a number from"
            message = f"no record here has {which} {missing}, expected numbers without gaps"
            yield LintRemark(LintKind.NUMBER_GAP, missing, message, by_number[after].place(0))


def repeated_titles(folder: Sequence[Document]) -> Iterator[LintRemark]:
    """Of records that are in force: one that takes another's place may well take its title."""
    first: dict[str, Document] = {}
    for document in folder:
        if not document.in_force:
            continue
        name = plain(document.title)
        earlier = first.setdefault(name, document) if name else document
        if earlier is not document:
            message = f"{Path(earlier.file).name} has the same title, expected one of its own"
            place = _place_of_title(document)
            yield LintRemark(LintKind.TITLE_REPEATED, document.title, message, place)


def _numbered(folder: Sequence[Document]) -> Sequence[tuple[int, Document]]:
    return [(n, document) for document in folder if (n := number_of(document)) is not None]
