"""What every projection reads of a record: its people, its status, and which record replaced it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from advisor.records import metadata
from advisor.records.madr.escaping import escape
from advisor.records.metadata import Place
from advisor.records.names import RecordName
from advisor.records.parsed_record import Document
from advisor.records.projections.naming import without_number
from advisor.records.projections.outline import OutlinePart, outline
from advisor.records.references import link_between
from advisor.records.supersession import RecordIndex
from rules.loading.yaml_nodes import Node

DECIDERS = "Decision-makers"
_ROLES = {
    DECIDERS: metadata.DECISION_MAKERS,
    "Consulted": metadata.CONSULTED,
    "Informed": metadata.INFORMED,
}
_SHOWN = frozenset({metadata.STATUS, metadata.DATE, *_ROLES.values()})


@dataclass(frozen=True)
class ProjectionSource:
    """A record to be projected.

    ``file`` is the name of its projection in the folder of all projections; ``body`` the Markdown
    of its body with links as they must be there, by default as they are.
    """

    name: RecordName
    document: Document
    file: str
    body: str | None = None

    @property
    def label(self) -> str:
        """What the record's own file or folder is called."""
        return self.name.bearer.name

    def numbered(self, title: str) -> str:
        """A title behind the number of the projection, instead of behind the record's own."""
        number = int(self.file.partition("-")[0])
        return f"{number}. {without_number(title, self.name.number)}"

    @cached_property
    def outline(self) -> OutlinePart:
        body = without_metadata(self.document) if self.body is None else self.body
        tree = outline(body, titled=self.document.title_section is not None)
        if tree.name or not self.document.title:
            return tree
        title = self.document.title  # of the front matter
        return replace(tree, name=title, heading=escape(title))

    @property
    def status(self) -> str:
        """The status in one line, in small letters; empty where there is none."""
        return " ".join(self.document.status.split()).casefold()

    @property
    def is_superseded(self) -> bool:
        return self.status.startswith("supersed") or bool(self.document.superseders)

    def people(self) -> dict[str, tuple[str, ...]]:
        """Who decided, was consulted and was informed, as Markdown that shows each name as it is.

        A role that nobody has is left out.
        """
        by_role = {role: self.document.people(field) for role, field in _ROLES.items()}
        return {role: tuple(map(escape, names)) for role, names in by_role.items() if names}

    def other_fields(self) -> Mapping[str, str]:
        """What else the front matter says: MADR has no more fields, other people's records do."""
        if (front := self.document.front or self.document.misplaced) is None:
            return {}
        shown = {
            statement.spelt
            for field, statement in self.document.metadata.items()
            if field in _SHOWN and statement.place is Place.FRONT
        }
        if self.document.title_section is None:
            shown.add("title")
        texts = {name: _text(node) for name, node in front.fields.items() if name not in shown}
        return {escape(name): escape(text) for name, text in texts.items() if text}

    def linked(self, text: str) -> str:
        """A link to its projection from another one."""
        return f"[{escape(text)}]({quote(self.file, errors='surrogateescape')})"


class ProjectedRecords:
    """The records that are projected together, and which of them replaced which."""

    def __init__(self, records: Iterable[ProjectionSource]) -> None:
        self.records = tuple(records)
        self._index = RecordIndex(record.document for record in self.records)
        self._by_file = {record.document.file: record for record in self.records}

    def superseders(self, record: ProjectionSource) -> Sequence[ProjectionSource]:
        """The records that replaced it, by its status, as far as each is one record among these."""
        return [
            self._by_file[named[0].file]
            for reference in record.document.superseders
            if len(named := self._index.named(reference, record.document)) == 1
            and named[0].file in self._by_file
            and named[0] is not record.document
        ]

    def superseded(self, record: ProjectionSource) -> Iterator[ProjectionSource]:
        """The records that it replaced, as their own status says."""
        return (other for other in self.records if record in self.superseders(other))

    def elsewhere(self, record: ProjectionSource) -> Sequence[str]:
        """The paths of the records that replaced it and are not among these, from its own file."""
        return [
            link_between(Path(record.document.file), Path(named[0].file))
            for reference in record.document.superseders
            if (named := self._index.named(reference, record.document))
            and named[0].file not in self._by_file
        ]


def without_metadata(document: Document) -> str:
    """The body without what a projection says elsewhere: status, date and people where they are
    lines below the title or in a section.
    """
    said = {
        statement.line - document.body_line
        for field, statement in document.metadata.items()
        if field in _SHOWN and statement.place in (Place.LINE, Place.SECTION)
    }
    lines = enumerate(document.body.split("\n"))
    return "\n".join(line for number, line in lines if number not in said)


@dataclass(frozen=True)
class Projection:
    """What is written for one record, and what the person who exports it should know."""

    text: str
    notes: tuple[str, ...] = ()


def _text(node: Node) -> str:
    if isinstance(node.value, str):
        return node.value
    if isinstance(node.value, Mapping):
        return "; ".join(f"{name}: {_text(inner)}" for name, inner in node.value.items())
    return ", ".join(map(_text, node.value))


def bullets(fields: Iterable[tuple[str, str]]) -> str:
    """A list of fields without a blank line, as those readers expect it."""
    return "\n".join(f"* {name}: {text}" for name, text in fields)


def listed(names: Sequence[str]) -> str:
    """Names in one line, separated so that commas in names do no harm."""
    return ("; " if any("," in name for name in names) else ", ").join(names)
