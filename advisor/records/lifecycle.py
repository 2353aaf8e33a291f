"""A record's status: accepted, or superseded by another one.

It is written where the record has it: in front matter, in a section, in a list or a table below the
title. Only the lines that change are rewritten; everything else stays as people wrote it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

from advisor.files import write_whole
from advisor.records.folder import read_records
from advisor.records.madr.document_text import supersedes
from advisor.records.metadata import DATE, STATUS, FieldStatement, Place, replaced_by
from advisor.records.names import RecordName
from advisor.records.parsed_record import MORE, Document
from advisor.records.parsing import read_valid
from advisor.records.references import link_between
from advisor.records.supersession import RecordIndex, superseded_in
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.input_file import read_bytes

ACCEPTED = "accepted"
_ALONE = re.compile(
    r"\W*(?:draft|proposed|accepted|approved|rejected|deprecated|pending|decided|rfc|on hold"
    r"|in (?:review|progress|discussion)|review|superseded|super[sc]eded by .*)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class StatusChange:
    """A record whose status changed, from what it was; ``status`` is the new one. ``date`` is the
    day of the last update that was written beside it, ``sentence`` what was added to the text;
    empty where nothing was.
    """

    path: Path
    before: str
    status: str
    date: str = ""
    sentence: str = ""


def accept(name: RecordName, today: date) -> tuple[StatusChange, ...]:
    """Make the record accepted, as of today, and what it says it supersedes superseded by it.

    The record comes first. It is written first, too: interrupted, the same command goes on. What
    another record has superseded already stays so. Raises InputError where it may not be, before
    anything is written, and OSError.
    """
    document = read_valid(name.path)
    if document.superseders:
        message = f"is {_superseded_status(document)}: expected a record that stands"
        raise InputError.at(document.file, message)
    texts: dict[Path, str] = {}
    is_accepted = re.match(rf"\W*{ACCEPTED}\b", document.status, re.IGNORECASE)
    changes = [_change(document, document.status if is_accepted else ACCEPTED, today, texts)]
    for old in _superseded_by(document):
        changes.append(_change(old, _superseded(old, name), today, texts))
    for path, text in texts.items():
        write_whole(path, text)
    return tuple(changes)


def _change(document: Document, status: str, today: date, texts: dict[Path, str]) -> StatusChange:
    """The change to this status; its text goes into ``texts``, unless it is the same already."""
    path = Path(document.file)
    if status == document.status:
        return StatusChange(path, status, status)
    fields = {STATUS: status, **({DATE: str(today)} if _says_when_updated(document) else {})}
    texts[path] = _restated(document, fields)
    return StatusChange(path, document.status, status, fields.get(DATE, ""))


def _says_when_updated(document: Document) -> bool:
    """Whether its date is that of the last update, as ``date`` in the front matter of MADR is.
    Elsewhere, and under another name, it is that of the decision.
    """
    stated = document.metadata.get(DATE)
    if stated is None:
        return not _is_elsewhere(document)
    return stated.place is Place.FRONT and stated.spelt.casefold() == DATE


def _superseded_by(document: Document) -> Iterator[Document]:
    """The records that this one plainly says it supersedes and that no other one has superseded."""
    claimed = superseded_in(document, plainly=True)
    index = _index(document) if claimed else RecordIndex(())
    for reference in claimed:
        named = index.named(reference, document)
        if len(named) == 1 and named[0].file != document.file and not named[0].superseders:
            yield read_valid(Path(named[0].file))


def supersede(old: RecordName, new: RecordName, today: date) -> tuple[StatusChange, ...]:
    """Make ``old`` superseded by ``new``, which says so too; the old record's change comes first.

    The new record is written first: interrupted between the two, the same command goes on.
    Raises InputError where that cannot be, before anything is written, and OSError.
    """
    before, after = read_valid(old.path), read_valid(new.path)
    if os.path.realpath(old.path) == os.path.realpath(new.path):
        message = "cannot be superseded by itself, expected the number of another record"
        raise InputError.at(before.file, message)
    if after.superseders:
        message = (
            f"is {_superseded_status(after)}, expected a record that stands to supersede another"
        )
        raise InputError.at(after.file, message)
    _check_current(before, unless_by=after)
    texts: dict[Path, str] = {}
    link = link_between(new.path, old.path)
    changes = []
    if f"]({link})" not in after.text:
        sentence = supersedes(link)
        texts[new.path] = _in_more_information(after, _raw(new.path), sentence)
        changes = [StatusChange(new.path, after.status, after.status, sentence=sentence)]
    changes.insert(0, _change(before, _superseded(before, new), today, texts))
    for path, text in texts.items():
        write_whole(path, text)
    return tuple(changes)


def check_supersedable(old: RecordName) -> None:
    """Raise InputError where the record cannot be superseded by a new one."""
    document = read_valid(old.path)
    _check_current(document)
    _restated(document, {STATUS: ACCEPTED})  # that its status can be written


def _check_current(document: Document, *, unless_by: Document | None = None) -> None:
    if not document.superseders:
        return
    by = {os.path.realpath(record.file) for record in _index(document).superseders(document)}
    if unless_by is None or os.path.realpath(unless_by.file) not in by:
        message = f"is {_superseded_status(document)} already, expected one that still stands"
        raise InputError.at(document.file, message)


def _superseded_status(document: Document) -> str:
    """How a record says that it is superseded, by its status or by a field of its own."""
    by = document.superseders[0]
    return document.status if replaced_by(document.status) else f"superseded by {by.text}"


def _index(document: Document) -> RecordIndex:
    """The records beside it; what it links to elsewhere is found as well."""
    beside = read_records(Path(document.file).parent, below=False)
    return RecordIndex(record.document for record in beside.records)


def _superseded(old: Document, new: RecordName) -> str:
    """The status, as MADR 4 has it in front matter: by number. Elsewhere, and for another folder,
    it links to the record.
    """
    number = f"ADR-{new.label}" if new.number is not None else new.label
    stated = old.metadata.get(STATUS)
    link = link_between(Path(old.file), new.path)
    in_front = stated is None or stated.place is Place.FRONT
    if in_front and new.number is not None and "/" not in link:
        return f"superseded by {number}"
    return f"superseded by [{number}]({quote(link)})"


def _restated(document: Document, fields: Mapping[str, str]) -> str:
    """The file's text with this status where it has one, and the other fields in its front matter;
    every other line as it is.
    """
    if document.misplaced is not None:
        place = document.place(document.misplaced.first_line)
        raise InputError([Problem(place, "the front matter is expected to begin on line 1")])
    raw = _raw(Path(document.file))
    in_front = dict(fields)
    if _is_elsewhere(document):
        raw = _with_status(document, raw, document.metadata[STATUS], in_front.pop(STATUS))
    return _with_front_matter(document, raw, in_front) if in_front else raw


def _is_elsewhere(document: Document) -> bool:
    status = document.metadata.get(STATUS)
    return status is not None and status.place is not Place.FRONT


def _with_status(document: Document, raw: str, statement: FieldStatement, value: str) -> str:
    """The text with another status, which does not stand in front matter."""
    lines = _lines(raw)
    line, old = lines[statement.line - 1], statement.source
    if line.count(old) != 1 or not _ALONE.fullmatch(statement.text):
        message = f"{statement.text!r} is more than a status, expected a word or two; edit it"
        raise InputError([Problem(document.place(statement.line), message)])
    if statement.text.isupper():
        value = value.upper()
    elif statement.text[:1].isupper():
        value = value[:1].upper() + value[1:]
    new = old.replace(statement.text, value) if statement.text in old else value
    lines[statement.line - 1] = line.replace(old, new)
    return "".join(lines)


def _with_front_matter(document: Document, raw: str, fields: Mapping[str, str]) -> str:
    """The text with these fields in its front matter."""
    end = "\r\n" if "\r\n" in raw else "\n"
    if document.front is None:
        lines = [f"{key}: {value}" for key, value in fields.items()]
        mark, text = ("\ufeff", raw[1:]) if raw.startswith("\ufeff") else ("", raw)
        return mark + end.join(["---", *lines, "---", text])
    lines = raw.splitlines(keepends=True)
    present = {
        field: (statement.spelt, document.front.keys[statement.spelt])
        for field, statement in document.metadata.items()
        if statement.place is Place.FRONT
    }
    # A field without a value states nothing, and is there all the same.
    present |= {k.casefold(): (k, place) for k, place in document.front.keys.items()}
    for field, value in fields.items():
        if field in present:
            key, place = present[field]
            lines[place.line - 1] = _with_value(lines[place.line - 1 :], key, value, place)
    added = [f"{key}: {value}{end}" for key, value in fields.items() if key not in present]
    lines[1:1] = added
    return "".join(lines)


def _with_value(lines: list[str], key: str, value: str, place: SourceLocation) -> str:
    """The first of these lines, which holds the field, with another value."""
    plain_value = rf"\s*[\"']?{re.escape(key)}[\"']?\s*:(?!\s*[|>&*!\[{{])"
    is_one_line = lines and re.match(plain_value, lines[0], re.IGNORECASE)
    if not is_one_line or (len(lines) > 1 and re.match(r"[ \t]+\S|- ", lines[1])):
        message = f"'{key}' takes more than its line, expected a word or two"
        raise InputError([Problem(place, message)])
    line = lines[0].rstrip("\r\n\x85\u2028\u2029")
    comment = re.search(r"\s+#.*$", line)
    return f"{key}: {value}{comment[0] if comment else ''}{lines[0][len(line) :]}"


def _in_more_information(document: Document, raw: str, sentence: str) -> str:
    """The text with the sentence as a paragraph of its own under More Information."""
    end = "\r\n" if "\r\n" in raw else "\n"
    section = document.section(MORE)
    if section is None:
        return f"{raw.rstrip()}{end}{end}## {MORE}{end}{end}{sentence}{end}"
    lines = _lines(raw)
    lines.insert(section.line, f"{end}{sentence}{end}")
    return "".join(lines)


def _lines(raw: str) -> list[str]:
    """The lines with their ends, as Markdown counts them."""
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", raw)


def _raw(path: Path) -> str:
    return read_bytes(path, expected="a Markdown file").decode("utf-8")
