"""What only the folder shows of names: numbers twice or left out, titles written again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from advisor.records.folder import WIDTH, name_of
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import plain, quoted
from advisor.records.parsed_record import Document

_NAME = re.compile(rf"(?P<digits>[0-9]{{{WIDTH},}})-[^\s_-][^\s]*")
_NOT_IN_FORCE = re.compile(r"superseded|deprecated|rejected", re.I)
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
    found = _NUMBER_IN_TITLE.match(document.title)
    number = number_of(document)
    if found is None or number is None or int(found["named"] or found["bare"]) == number:
        return
    line = next(one.line for one in document.sections if one.level == 1)
    message = (
        f"the title begins with {quoted(found[0].strip())}, expected the file's number, {number}"
    )
    yield LintRemark(LintKind.NUMBER_DIFFERS, "title", message, document.place(line))


def repeated_numbers(folder: Sequence[Document]) -> Iterator[LintRemark]:
    numbered = sorted(_numbered(folder), key=lambda pair: (pair[0], pair[1].file))
    for number, group in groupby(numbered, key=lambda pair: pair[0]):
        first, *others = (document for _, document in group)
        for other in others:
            name = Path(first.file).name
            message = f"{name} has the number {number} already, expected each number once"
            yield LintRemark(LintKind.NUMBER_TWICE, str(number), message, other.place(0))


def gaps(folder: Sequence[Document]) -> Iterator[LintRemark]:
    """Once a gap, at the record behind it."""
    by_number = dict(reversed(_numbered(folder)))
    for before, after in pairwise(sorted(by_number)):
        if after - before > 1:
            first, last = before + 1, after - 1
            lacking = f"{first:04d}" if first == last else f"{first:04d} to {last:04d}"
            which = "the number" if first == last else "a number from"
            message = f"no record here has {which} {lacking}, expected numbers without gaps"
            yield LintRemark(LintKind.NUMBER_GAP, lacking, message, by_number[after].place(0))


def repeated_titles(folder: Sequence[Document]) -> Iterator[LintRemark]:
    """Of records that are in force: one that takes another's place may well take its title."""
    first: dict[str, Document] = {}
    for document in folder:
        if _NOT_IN_FORCE.match(document.status):
            continue
        name = plain(document.title)
        earlier = first.setdefault(name, document) if name else document
        if earlier is not document:
            line = next(one.line for one in document.sections if one.level == 1)
            message = f"{Path(earlier.file).name} has the same title, expected one of its own"
            yield LintRemark(LintKind.TITLE_REPEATED, document.title, message, document.place(line))


def _numbered(folder: Sequence[Document]) -> Sequence[tuple[int, Document]]:
    return [(number, one) for one in folder if (number := number_of(one)) is not None]
