"""The format of log4brains 1.1: metadata as a list below the title, the headings of MADR 2.

It takes the first list before the first section for the metadata, and matches each item as one
line. A record without a status it calls accepted, and one with a status it does not know a draft;
a superseded record whose successor it cannot find makes it write no site at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from advisor.records import parsed_record
from advisor.records.madr.escaping import escape
from advisor.records.projections.outline import OutlinePart, heading, joined, list_items, rendered
from advisor.records.projections.source import (
    DECIDERS,
    ProjectedRecords,
    Projection,
    ProjectionSource,
    bullets,
    listed,
)

STATUSES = ("draft", "proposed", "rejected", "accepted", "deprecated")
LINKS = "Links"
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}")
_SIDES = {
    "Positive Consequences": re.compile(r"[*+-]\s+Good, because\b", re.IGNORECASE),
    "Negative Consequences": re.compile(r"[*+-]\s+Bad, because\b", re.IGNORECASE),
}


def project(record: ProjectionSource, among: ProjectedRecords) -> Projection:
    """The record as log4brains reads it; ``among`` are all records of its folder."""
    text = joined(
        heading(1, record.outline.heading),
        bullets(_metadata(record, among)),
        *(rendered(part, max(part.level, 2)) for part in _parts(record, among)),
    )
    return Projection(text, tuple(_notes(record, among)))


def _metadata(record: ProjectionSource, among: ProjectedRecords) -> Iterator[tuple[str, str]]:
    by_role = record.people()
    status = _status(record, among)
    yield "Status", status
    if deciders := by_role.pop(DECIDERS, ()):
        # A comma in a name would begin another one.
        yield "Deciders", ", ".join(n.replace(",", "\N{FULLWIDTH COMMA}") for n in deciders)
    if record.document.date:
        yield "Date", escape(record.document.date)
    if record.status and status in STATUSES and status != record.status:
        yield "Status in the record", escape(record.document.status)
    yield from ((role, listed(names)) for role, names in by_role.items())
    yield from record.other_fields().items()


def _status(record: ProjectionSource, among: ProjectedRecords) -> str:
    for successor in among.superseders(record):  # it knows one
        return f"superseded by {_link(successor)}"
    if record.is_superseded:
        return "deprecated"
    first = re.match(r"\W*(\w*)", record.status)  # as in "accepted, and in force since May"
    return first[1] if first and first[1] in STATUSES else "draft"


def _link(other: ProjectionSource) -> str:
    return other.linked(other.file.removesuffix(".md"))


def _notes(record: ProjectionSource, among: ProjectedRecords) -> Iterator[str]:
    status = _status(record, among)
    if not record.status:
        yield f"{record.label} has no status; its projection is a draft"
    elif status in STATUSES and record.is_superseded:
        outside = among.elsewhere(record)
        by = f"{outside[0]}, which is not exported" if outside else "no record of the folder"
        yield f"{record.label} is superseded by {by}; its projection is {status}"
    elif status in STATUSES and status != record.status:
        yield f"log4brains has no status '{record.status}' as {record.label} has; it is a {status}"
    if record.document.date and not _DATE.fullmatch(record.document.date):
        yield f"log4brains reads no date from '{record.document.date}' in {record.label}"


def _parts(record: ProjectionSource, among: ProjectedRecords) -> Sequence[OutlinePart]:
    """The sections by the names of MADR 2, and links to the records it replaced."""
    parts = [
        _with_sides(part)
        for part in record.outline.parts
        if not part.is_named("Status") or part.text or part.parts  # which stands above
    ]
    if lead := record.outline.text:  # below the title a list in it would be taken for metadata
        _add(parts, 0, parsed_record.CONTEXT, before=lead)
    if links := [f"* Supersedes {_link(old)}" for old in among.superseded(record)]:
        _add(parts, len(parts), LINKS, after="\n".join(links))
    return parts


def _add(
    parts: list[OutlinePart], default: int, name: str, *, before: str = "", after: str = ""
) -> None:
    """Put text into the section of that name, which is made at ``default`` where there is none."""
    index = next((i for i, part in enumerate(parts) if part.is_named(name)), None)
    if index is None:
        index = default
        parts.insert(index, OutlinePart(2, name, name, ""))
    parts[index] = replace(parts[index], text=joined(before, parts[index].text, after))


def _with_sides(part: OutlinePart) -> OutlinePart:
    """The outcome with its consequences under two headings, where each is good or bad."""
    if not part.is_named(parsed_record.OUTCOME):
        return part
    split = ([*_sides(p)] if p.is_named(parsed_record.CONSEQUENCES) else [p] for p in part.parts)
    return replace(part, parts=tuple(inner for parts in split for inner in parts))


def _sides(part: OutlinePart) -> Iterator[OutlinePart]:
    items = list_items(part.text)
    sides = {
        name: [item for item in items if begins.match(item)] for name, begins in _SIDES.items()
    }
    if not items or part.parts or sum(map(len, sides.values())) < len(items):
        yield part
        return
    for name, side in sides.items():
        if side:
            yield OutlinePart(part.level, name, name, "\n".join(side))
