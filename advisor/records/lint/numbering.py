"""Names and numbers: those of each file, those of a folder, and whether a record and the one that
takes its place both say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from advisor.records.folder import WIDTH
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import plain, quoted
from advisor.records.metadata import STATUS
from advisor.records.names import name_of
from advisor.records.parsed_record import Document
from advisor.records.references import RecordReference
from advisor.records.supersession import RecordIndex, names_back, number_of, superseded_in

_NAME = re.compile(rf"(?P<digits>[0-9]{{{WIDTH},}})-[^\s_-][^\s]*")
_NUMBER_IN_TITLE = re.compile(r"(?:ADR[-_ #]*(?P<named>\d{1,6})\b|(?P<bare>\d{1,6})[.:)]\s)", re.I)


def _by_number(folder: Sequence[Document]) -> Mapping[int, Sequence[Document]]:
    by_number: dict[int, list[Document]] = {}
    for document in folder:
        if (number := number_of(document)) is not None:
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
    number = number_of(document)
    if document.title_section is None or match is None or number is None:
        return
    if int(match["named"] or match["bare"]) == number:
        return
    beginning = f"the title begins with {quoted(match[0].strip())}"
    message = f"{beginning}, expected the file's number, {number}"
    yield LintKind.NUMBER_DIFFERS.at(document, _title_line(document), "title", message)


def _title_line(document: Document) -> int:
    return document.title_section.line if document.title_section else document.body_line


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
    """Of records in force: one that takes or is to take another's place may well take its title."""
    first: dict[str, Document] = {}
    for document in folder:
        name = plain(document.title) if document.in_force else ""
        earlier = first.setdefault(name, document) if name else document
        numbers = {number_of(earlier), number_of(document)}
        claimed = {r.number for d in (earlier, document) for r in superseded_in(d)}
        if earlier is not document and not claimed & numbers:
            message = f"{Path(earlier.file).name} has the same title, expected one of its own"
            line = _title_line(document)
            yield LintKind.TITLE_REPEATED.at(document, line, document.title, message)


def successor_unnamed(document: Document) -> Iterator[LintRemark]:
    """Superseded, but by nothing that the status names."""
    unsaid = re.fullmatch(r"\W*super[sc]eded(?:\s+by)?\W*", document.status, re.IGNORECASE)
    if unsaid and not document.superseders:
        message = "the record is superseded, expected by which: 'superseded by ADR-NNNN'"
        line = document.field_line(STATUS)
        yield LintKind.SUPERSEDER_UNSAID.at(document, line, "status", message)


def chains(folder: Sequence[Document], index: RecordIndex) -> Iterator[LintRemark]:
    """Superseders that are not there, that do not know of it, or that are superseded in turn by
    what they superseded.
    """
    for document in folder:
        for reference in document.superseders:
            named = index.named(reference, document)
            if not named:
                kind = LintKind.SUPERSEDER_MISSING
                name = quoted(reference.text) if reference.number is None else _shown(reference)
                message = f"the record is superseded by {name}, which is not in this folder"
            elif circle := index.circle(document):
                kind = LintKind.SUPERSEDED_IN_CIRCLE
                shown = " -> ".join(map(_label, circle))
                message = f"the records supersede one another in a circle: {shown}"
            elif not names_back(document, named):
                kind = LintKind.SUPERSEDED_ONE_WAY
                name = Path(named[0].file).name
                message = (
                    f"the record is superseded by {name}, which does not name it as superseded"
                )
            else:
                continue
            yield kind.at(document, document.superseded_line, "status", message)
            break


def claims(folder: Sequence[Document], index: RecordIndex) -> Iterator[LintRemark]:
    """Records in force that say they supersede one which knows nothing of it. What is only
    proposed leaves the others in force.
    """
    for document in folder:
        if document.is_pending or not document.in_force:
            continue
        for reference, line in superseded_in(document).items():
            others = index.named(reference, document)
            if not others or any(other.file == document.file for other in others):
                continue
            if not any(index.leads_to(o, document) or names_back(document, [o]) for o in others):
                name = Path(others[0].file).name
                message = f"the record supersedes {name}, whose status does not say so"
                subject = _shown(reference) if reference.number is not None else name
                yield LintKind.SUPERSEDED_ONE_WAY.at(document, line, subject, message)


def _shown(reference: RecordReference) -> str:
    return f"{reference.number:0{WIDTH}d}"


def _label(document: Document) -> str:
    name = name_of(Path(document.file))
    return name.label if name else Path(document.file).stem
