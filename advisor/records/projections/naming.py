"""The names of projections: ``0003-use-x.md`` in one folder, and each number once.

adr-tools takes a file for a record by such a name, directly in its folder; adr-viewer and
log4brains look into no folder below either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from advisor.records.folder import WIDTH, RecordEntry, slug

_SEPARATORS = re.compile(r"[\s_]+")
_BEFORE_NUMBER = r"(?i)(?:(?:M?ADR|AD|DR|RFC|decision|record)[-_ #]*)?"
_AFTER_NUMBER = r"\s*(?:\\?[.:)]|-|–|—)\s+(?=\S)"


def projection_names(records: Sequence[RecordEntry]) -> Mapping[Path, str]:
    """The name of each record's projection, by the record's path.

    A record keeps its number, the first of several that have it; the others, and those without
    one, get the numbers after the highest.
    """
    owners: dict[int, Path] = {}
    for record in records:
        if record.name.number is not None:
            owners.setdefault(record.name.number, record.name.path)
    numbers = {path: number for number, path in owners.items()}
    highest = max(owners, default=0)
    for record in records:
        if record.name.path not in numbers:
            highest += 1
            numbers[record.name.path] = highest
    return {
        record.name.path: f"{numbers[record.name.path]:0{WIDTH}d}-{_slug(record)}.md"
        for record in records
    }


def _slug(record: RecordEntry) -> str:
    name, title = record.name, record.document.title
    return _SEPARATORS.sub("-", name.slug) or slug(without_number(title, name.number))


def without_number(title: str, number: int | None) -> str:
    """A title without the record's number before it: ``ADR-0001: ``, ``1. ``."""
    if number is None:
        return title
    repeated = re.match(rf"{_BEFORE_NUMBER}0*{number}{_AFTER_NUMBER}", title)
    return title[repeated.end() :] if repeated else title
