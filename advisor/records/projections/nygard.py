"""Michael Nygard's format, as adr-tools writes it: status, context, decision, consequences.

adr-tools takes the first line for the title, and every line under ``## Status`` that ends in a link
for a relation, whatever its words are; it writes "Superceded by" itself. adr-viewer knows a
superseded record only by the words "Superseded by", so these stand here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.records import parsed_record
from advisor.records.madr.escaping import escape
from advisor.records.projections.outline import (
    OutlinePart,
    heading,
    joined,
    rendered,
    rendered_under,
)
from advisor.records.projections.source import (
    ProjectedRecords,
    Projection,
    ProjectionSource,
    bullets,
    listed,
)

SUPERSEDED, SUPERSEDES = "Superseded by", "Supersedes"
_NOTHING = "The record says nothing of it."


def project(record: ProjectionSource, among: ProjectedRecords) -> Projection:
    """The record in Nygard's format; ``among`` are all records of its folder."""
    roles = [(role, listed(names)) for role, names in record.people().items()]
    date = escape(record.document.date)
    text = joined(
        heading(1, record.numbered(record.outline.heading)),
        f"Date: {date}" if date else "",
        bullets([*roles, *record.other_fields().items()]),
        heading(2, "Status"),
        *_status(record, among),
        *_sections(record.outline),
    )
    return Projection(text, tuple(_notes(record, among)))


def _status(record: ProjectionSource, among: ProjectedRecords) -> Iterator[str]:
    successors = [_link(other) for other in among.superseders(record)]
    for successor in successors:
        yield f"{SUPERSEDED} {successor}"
    if not successors:
        stated = " ".join(record.document.status.split()) or "proposed"
        yield escape(stated[:1].upper() + stated[1:])
    for other in among.superseded(record):
        yield f"{SUPERSEDES} {_link(other)}"
    if (more := _named(record.outline.parts, "Status")) is not None:
        yield from _content(more)


def _link(other: ProjectionSource) -> str:
    return other.linked(other.numbered(other.outline.name))


def _notes(record: ProjectionSource, among: ProjectedRecords) -> Iterator[str]:
    if not record.status:
        yield f"{record.label} has no status; its projection says Proposed"
    elif record.is_superseded and not among.superseders(record):
        outside = among.elsewhere(record)
        by = f"{outside[0]}, which is not exported" if outside else "no record of the folder"
        yield f"{record.label} is superseded by {by}; nothing is linked"


def _sections(outline: OutlinePart) -> Iterator[str]:
    """Nygard's three, and every other section below one of them: those before the decision and the
    arguments below the context, the rest below the consequences.
    """
    parts = outline.parts
    context = _named(parts, parsed_record.CONTEXT, "Context")
    outcome = _named(parts, parsed_record.OUTCOME, "Decision")
    inner = outcome.parts if outcome else ()
    consequences = _named((*inner, *parts), parsed_record.CONSEQUENCES)
    end = parts.index(outcome) if outcome else len(parts)
    taken = (context, outcome, consequences, _named(parts, "Status"))
    others = [part for part in parts if part not in taken]
    before = [p for p in others if parts.index(p) < end or p.is_named(parsed_record.ARGUMENTS)]
    after = [part for part in others if part not in before]
    decision = outcome.text if outcome else ""
    confirmed = (part for part in inner if part is not consequences)
    yield _section("Context", outline.text, *_content(context), *(rendered(p, 3) for p in before))
    yield _section("Decision", decision, *(rendered(part, 3) for part in confirmed))
    yield _section("Consequences", *_content(consequences), *(rendered(p, 3) for p in after))


def _section(title: str, *pieces: str) -> str:
    return joined(heading(2, title), joined(*pieces) or _NOTHING)


def _content(part: OutlinePart | None) -> Iterator[str]:
    """What is under a section that one of Nygard's replaces."""
    if part is not None:
        yield part.text
        yield from rendered_under(part, 2)


def _named(parts: Sequence[OutlinePart], *names: str) -> OutlinePart | None:
    """The first part of the first of these names that there is one of."""
    return next((part for name in names for part in parts if part.is_named(name)), None)
