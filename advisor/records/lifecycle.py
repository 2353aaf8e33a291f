"""A record's status: accepted, or superseded by another one.

Only the lines that change are rewritten; everything else stays as people wrote it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from advisor.files import write_whole
from advisor.records.folder import RecordName
from advisor.records.madr.document_text import supersedes
from advisor.records.parsed_record import MORE, Document
from advisor.records.parsing import read_valid
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.input_file import read_bytes


@dataclass(frozen=True)
class StatusChange:
    """A record whose status changed, from what it was; ``status`` is the new one."""

    path: Path
    before: str
    status: str


def accept(name: RecordName, today: date) -> StatusChange:
    """Make the record accepted, as of today. Raises InputError where it may not be, and OSError."""
    document = read_valid(name.path)
    if document.superseded_by is not None:
        message = f"is {document.status}: expected a record that stands"
        raise InputError.at(document.file, message)
    if document.status != "accepted":
        write_whole(name.path, _with_front_matter(document, "accepted", today))
    return StatusChange(name.path, document.status, "accepted")


def supersede(old: RecordName, new: RecordName, today: date) -> StatusChange:
    """Make ``old`` superseded by ``new``, which says so too.

    The new record is written first: interrupted between the two, the same command goes on.
    Raises InputError where that cannot be, before anything is written, and OSError.
    """
    before, after = read_valid(old.path), read_valid(new.path)
    if old.number == new.number:
        message = "cannot be superseded by itself, expected the number of another record"
        raise InputError.at(before.file, message)
    if after.superseded_by is not None:
        message = f"is {after.status}, expected a record that stands to supersede another"
        raise InputError.at(after.file, message)
    _check_current(before, unless_by=new.number)
    status = f"superseded by ADR-{new.number:0{new.width}d}"
    text = _with_front_matter(before, status, today)
    sentence = supersedes(old.path.name)
    if sentence not in after.text:
        write_whole(new.path, _in_more_information(after, _raw(new.path), sentence))
    write_whole(old.path, text)
    return StatusChange(old.path, before.status, status)


def check_supersedable(old: RecordName) -> None:
    """Raise InputError where the record cannot be superseded by a new one."""
    document = read_valid(old.path)
    _check_current(document)
    _with_front_matter(document, "accepted", date.min)  # that its status can be written


def _check_current(document: Document, *, unless_by: int | None = None) -> None:
    if document.superseded_by not in (None, unless_by):
        message = f"is {document.status} already, expected one that still stands"
        raise InputError.at(document.file, message)


def _with_front_matter(document: Document, status: str, today: date) -> str:
    """The file's text with another status and date; every other line as it is."""
    raw = _raw(Path(document.file))
    end = "\r\n" if "\r\n" in raw else "\n"
    fields = {"status": status, "date": str(today)}
    if document.front is None:
        lines = [f"{key}: {value}" for key, value in fields.items()]
        return end.join(["---", *lines, "---", raw])
    lines = raw.splitlines(keepends=True)
    present = {key.casefold(): place for key, place in document.front.keys.items()}
    for key, value in fields.items():
        if place := present.get(key):
            lines[place.line - 1] = _with_value(lines[place.line - 1 :], key, value, place)
    lines[1:1] = [f"{key}: {value}{end}" for key, value in fields.items() if key not in present]
    return "".join(lines)


def _with_value(lines: list[str], key: str, value: str, place: SourceLocation) -> str:
    """The first of these lines, which holds the field, with another value."""
    plain_value = rf"\s*[\"']?{key}[\"']?\s*:(?!\s*[|>&*!\[{{])"
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
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", raw)
    lines.insert(section.line, f"{end}{sentence}{end}")
    return "".join(lines)


def _raw(path: Path) -> str:
    return read_bytes(path, expected="a Markdown file").decode("utf-8")
