"""What every projection reads of a record: its people, its status, and which record replaced it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from advisor.records.folder import RecordName
from advisor.records.madr.escaping import escape
from advisor.records.parsed_record import Document
from advisor.records.projections.outline import OutlinePart, outline
from rules.loading.yaml_nodes import Node

DECIDERS = "Decision-makers"
_ROLES = {
    DECIDERS: ("decision-makers", "deciders"),  # the second is the name they had in MADR 3
    "Consulted": ("consulted",),
    "Informed": ("informed",),
}
_KNOWN = {"status", "date", *(field for fields in _ROLES.values() for field in fields)}


@dataclass(frozen=True)
class ProjectionSource:
    """One record of a folder, its links as they must be in the folder of the projection."""

    name: RecordName
    document: Document

    @property
    def file(self) -> str:
        return self.name.path.name

    @cached_property
    def outline(self) -> OutlinePart:
        return outline(self.document.body)

    @property
    def status(self) -> str:
        """The status in one line, in small letters; empty where there is none."""
        return " ".join(self.document.status.split()).casefold()

    @property
    def is_superseded(self) -> bool:
        return self.status.startswith("superseded")

    def superseder(self, among: Sequence[ProjectionSource]) -> ProjectionSource | None:
        """The one record that replaced it by its status; None where there is not just one."""
        number = self.document.superseded_by
        others = [other for other in among if other.name.number == number and other is not self]
        return others[0] if len(others) == 1 else None

    def superseded(self, among: Sequence[ProjectionSource]) -> Iterator[ProjectionSource]:
        """The records that it replaced, as their own status says."""
        return (other for other in among if other.superseder(among) is self)

    def people(self) -> dict[str, tuple[str, ...]]:
        """Who decided, was consulted and was informed, as Markdown that shows each name as it is.

        A role that nobody has is left out.
        """
        if (front := self.document.front) is None:
            return {}
        by_role = {
            role: next(filter(None, map(front.names, fields)), ())
            for role, fields in _ROLES.items()
        }
        return {role: tuple(map(escape, names)) for role, names in by_role.items() if names}

    def other_fields(self) -> Mapping[str, str]:
        """What else the front matter says: MADR has no more fields, other people's records do."""
        if (front := self.document.front) is None:
            return {}
        texts = {name: _text(node) for name, node in front.fields.items() if name not in _KNOWN}
        return {escape(name): escape(text) for name, text in texts.items() if text}

    def link(self, text: str) -> str:
        """A link to its projection, from one beside it."""
        return f"[{escape(text)}]({quote(self.file, errors='surrogateescape')})"


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
