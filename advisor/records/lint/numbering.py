"""Names and numbers: those of each file, those of a folder, and whether a record and the one that
takes its place both say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from advisor.records.folder import WIDTH, name_of
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import plain, quoted
from advisor.records.parsed_record import Document

_NAME = re.compile(rf"(?P<digits>[0-9]{{{WIDTH},}})-[^\s_-][^\s]*")
_NUMBER_IN_TITLE = re.compile(r"(?:ADR[-_ #]*(?P<named>\d{1,6})\b|(?P<bare>\d{1,6})[.:)]\s)", re.I)
_SUPERSEDES = re.compile(r"\bsupersedes\b[:\s]*(?P<whom>[^.;]*)", re.I)
_IN_PART = re.compile(r"\b(?:part(?:s|ly|ial|ially)?|sections?|only)\b", re.I)
_NUMBER = re.compile(r"\bADR[-_ #]*0*(?P<named>\d{1,6})\b|\b(?P<file>\d{3,6})-[a-z]", re.I)


def _number_of(document: Document) -> int | None:
    """The number in the file's name; None where it has none."""
    name = name_of(Path(document.file))
    return name.number if name else None


def _by_number(folder: Sequence[Document]) -> Mapping[int, Sequence[Document]]:
    by_number: dict[int, list[Document]] = {}
    for document in folder:
        if (number := _number_of(document)) is not None:
            by_number.setdefault(number, []).append(document)
    return by_number


def file_name(document: Document) -> Iterator[LintRemark]:
    path = Path(document.file)
    if _NAME.fullmatch(path.stem) and ("-" in path.stem[WIDTH + 1 :] or "_" not in path.stem):
        return
    message = f"the file is named {quoted(path.name)}, expected NNNN-title-with-dashes.md"
    yield LintKind.FILE_NAME.at(document, 0, path.name, message)


def number_in_title(document: Document) -> Iterator[LintRemark]:
    match = _NUMBER_IN_TITLE.match(document.title)
    number = _number_of(document)
    if match is None or number is None or int(match["named"] or match["bare"]) == number:
        return
    beginning = f"the title begins with {quoted(match[0].strip())}"
    message = f"{beginning}, expected the file's number, {number}"
    yield LintKind.NUMBER_DIFFERS.at(document, _title_line(document), "title", message)


def _title_line(document: Document) -> int:
    return next(section.line for section in document.sections if section.level == 1)


def repeated_numbers(folder: Sequence[Document]) -> Iterator[LintRemark]:
    for number, documents in _by_number(folder).items():
        first, *others = sorted(documents, key=lambda document: document.file)
        for other in others:
            name = Path(first.file).name
            message = f"{name} has the number {number} already, expected each number once"
            yield LintKind.NUMBER_TWICE.at(other, 0, str(number), message)


def gaps(folder: Sequence[Document]) -> Iterator[LintRemark]:
    """One remark a gap, at the record after it."""
    by_number = _by_number(folder)
    for before, after in pairwise(sorted(by_number)):
        if after - before > 1:
            first, last = before + 1, after - 1
            missing = f"{first:04d}" if first == last else f"{first:04d} to {last:04d}"
            which = "the number" if first == last else "a number from"
            message = f"no record here has {which} {missing}, expected numbers without gaps"
            yield LintKind.NUMBER_GAP.at(by_number[after][0], 0, missing, message)


def repeated_titles(folder: Sequence[Document]) -> Iterator[LintRemark]:
    """Of records that are in force: one that takes another's place may well take its title."""
    first: dict[str, Document] = {}
    for document in folder:
        name = plain(document.title) if document.in_force else ""
        earlier = first.setdefault(name, document) if name else document
        if earlier is not document:
            message = f"{Path(earlier.file).name} has the same title, expected one of its own"
            line = _title_line(document)
            yield LintKind.TITLE_REPEATED.at(document, line, document.title, message)


def successor_unnamed(document: Document) -> Iterator[LintRemark]:
    """Superseded, but by nothing that the status names."""
    if re.fullmatch(r"superseded(?:\s+by)?\W*", document.status, re.I):
        message = "the record is superseded, expected by which: 'superseded by ADR-NNNN'"
        line = document.field_line("status")
        yield LintKind.SUPERSEDER_UNSAID.at(document, line, "status", message)


def chains(folder: Sequence[Document]) -> Iterator[LintRemark]:
    """Superseders that are not there, that do not know of it, or that are superseded in turn by
    what they superseded.
    """
    by_number = _by_number(folder)
    for document in folder:
        by = document.superseded_by
        if by is None:
            continue
        if by not in by_number:
            kind = LintKind.SUPERSEDER_MISSING
            message = f"the record is superseded by {by:04d}, which is not in this folder"
        elif circle := _circle(document, by_number):
            kind = LintKind.SUPERSEDED_IN_CIRCLE
            shown = " -> ".join(f"{number:04d}" for number in circle)
            message = f"the records supersede one another in a circle: {shown}"
        elif not _is_named_in(document, by_number[by]):
            kind = LintKind.SUPERSEDED_ONE_WAY
            name = Path(by_number[by][0].file).name
            message = f"the record is superseded by {name}, which does not name it as superseded"
        else:
            continue
        yield kind.at(document, document.field_line("status"), "status", message)


def claims(folder: Sequence[Document]) -> Iterator[LintRemark]:
    """Records that say they supersede one which knows nothing of it."""
    by_number = _by_number(folder)
    for document in folder:
        own = _number_of(document)
        for number, line in _superseded_in(document).items():
            others = by_number.get(number, ())
            if own is None or not others or document in others:
                continue
            if not any(_leads_to(d, own, by_number) or own in _numbers(d.text) for d in others):
                name = Path(others[0].file).name
                message = f"the record supersedes {name}, whose status does not say so"
                yield LintKind.SUPERSEDED_ONE_WAY.at(document, line, f"{number:04d}", message)


def _circle(start: Document, by_number: Mapping[int, Sequence[Document]]) -> Sequence[int]:
    """The numbers from the record back to itself; empty where its successors end elsewhere."""
    own, chain = _number_of(start), [_number_of(start) or 0]
    number = start.superseded_by
    while own is not None and number is not None and number in by_number:
        chain.append(number)
        if number == own:
            return chain
        if number in chain[1:-1]:  # a circle further on, reported at its own records
            return ()
        number = by_number[number][0].superseded_by
    return ()


def _leads_to(document: Document, number: int, by_number: Mapping[int, Sequence[Document]]) -> bool:
    """Whether the record is superseded by that number, at once or by way of others."""
    seen: set[int] = set()
    after = document.superseded_by
    while after is not None and after != number and after not in seen:
        seen.add(after)
        after = by_number[after][0].superseded_by if after in by_number else None
    return after == number


def _is_named_in(document: Document, others: Sequence[Document]) -> bool:
    """Whether any of them names the record; one without a number can only be named by its file."""
    name, number = Path(document.file).name, _number_of(document)
    return any(name in other.text or number in {*_numbers(other.text)} for other in others)


def _numbers(text: str) -> Iterator[int]:
    return (int(match["named"] or match["file"]) for match in _NUMBER.finditer(text))


def _superseded_in(document: Document) -> Mapping[int, int]:
    """Each number it says it supersedes, wholly -> the first line that says so."""
    lines: dict[int, int] = {}
    for block in document.blocks:
        for match in _SUPERSEDES.finditer(block.text) if block.is_text else ():
            if not _IN_PART.search(match["whom"]):
                for number in _numbers(match["whom"]):
                    lines.setdefault(number, block.line)
    return lines
