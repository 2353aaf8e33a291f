"""A team's own files laid over the shipped ones, before any entry in them is read.

What has an id that the shipped files have takes its place, what has a new one comes after all, and
what ``without`` names in ``base.yaml`` goes. Each entry keeps the place where it was written, so
that whatever is said of the whole names the right file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.diagnostics import Problem, SourceLocation
from rules.loading.context import EntryLabel, LoadContext
from rules.loading.fields import Record
from rules.loading.file_schemas import BASE_FILE, FILES, FOLDERS, lying_over, tables
from rules.loading.layers import File
from rules.loading.yaml_nodes import Node


@dataclass(frozen=True)
class _Section:
    """All that both layers write under one top-level key, such as ``rules``: its entries by id."""

    location: SourceLocation
    entries: dict[str, Node]
    places: dict[str, SourceLocation]

    def add(self, entry_id: str, entry: Node, location: SourceLocation) -> None:
        """Put the entry where its id stands already, else at the end."""
        self.entries[entry_id] = entry
        self.places[entry_id] = location

    def leave_out(self, entry_id: str) -> None:
        self.entries.pop(entry_id, None)
        self.places.pop(entry_id, None)

    def root(self, key: str) -> Node:
        entries = Node(self.entries, self.location, self.places)
        return Node({key: entries}, self.location, {key: self.location})


def laid_over(
    shipped: Sequence[File], own: Sequence[File], problems: list[Problem]
) -> Sequence[File]:
    """The files of both layers as those of one knowledge base, one for each top-level key.

    Adds what is wrong with ``base.yaml`` to ``problems``. What is malformed, or written twice, lies
    over nothing: it stays in a file of its own, for its reader to refuse.
    """
    if any(file.root is None for file in shipped):
        return shipped  # nothing can be said of what lies over files that cannot be read
    sections = _sections(shipped)
    for key, ids in _left_out(own, sections, problems).items():
        for entry_id in ids:
            sections[key].leave_out(entry_id)
    laid: set[tuple[str, str]] = set()
    rest = [_overlaid(file, sections, laid) for file in own if file.name != BASE_FILE]
    shapes = (*FILES.values(), *FOLDERS.values())
    fields = {key: field for shape in shapes for key, field in shape.fields.items()}
    merged = [
        File(key, Record({key: fields[key]}), root=section.root(key))
        for key, section in sections.items()
    ]
    return [*merged, *(file for file in rest if file is not None)]


def _sections(files: Sequence[File]) -> Mapping[str, _Section]:
    sections: dict[str, _Section] = {}
    for file in files:
        for key, node in _entries(file.root).items():
            section = sections.setdefault(key, _Section(node.location, {}, {}))
            for entry_id, entry in _entries(node).items():
                section.add(entry_id, entry, node.keys[entry_id])
    return sections


def _left_out(
    own: Sequence[File], sections: Mapping[str, _Section], problems: list[Problem]
) -> Mapping[str, Sequence[str]]:
    """What ``base.yaml`` leaves out: ids by their top-level key."""
    base = next(file for file in own if file.name == BASE_FILE)
    if base.root is None:
        return {}
    names = {table.kind: list(sections[key].entries) for key, table in tables()}
    read = base.shape.read(base.root, EntryLabel("the file"), LoadContext(names, {}, problems))
    without: Mapping[str, Sequence[str] | None] = read.get("without") or {}
    return {key: ids for key, ids in without.items() if ids}


def _overlaid(
    file: File, sections: Mapping[str, _Section], laid: set[tuple[str, str]]
) -> File | None:
    """Lay the file's entries over the sections; what is left of it, if anything."""
    if file.root is None or not isinstance(file.root.value, Mapping):
        return file
    left: dict[str, Node] = {}
    for key, node in file.root.value.items():
        if key not in file.shape.fields or not isinstance(node.value, Mapping):
            left[key] = node
            continue
        again = {}
        for entry_id, entry in node.value.items():
            if (key, entry_id) in laid:
                again[entry_id] = entry
            else:
                laid.add((key, entry_id))
                sections[key].add(entry_id, entry, node.keys[entry_id])
        if again:
            left[key] = Node(again, node.location, node.keys)
    if not left:
        return None
    root = Node(left, file.root.location, file.root.keys)
    return File(file.name, lying_over(file.shape), root=root)


def _entries(node: Node | None) -> Mapping[str, Node]:
    return node.value if node and isinstance(node.value, Mapping) else {}
