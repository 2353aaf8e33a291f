"""Which record takes the place of which: as each says, and whether the other says so too."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from advisor.records.metadata import SUPERSEDES
from advisor.records.names import SUFFIXES, is_markdown, name_of
from advisor.records.parsed_record import Document
from advisor.records.parsing import read_record
from advisor.records.references import RecordReference, numbers, path_of, references
from rules.diagnostics import InputError

_SUPERSEDES = re.compile(r"\b(?:supersedes|supercedes)\b[:\s]*(?P<whom>[^;]*)", re.IGNORECASE)
_PLAINLY = re.compile(r"\W*(?:(?:this|it)(?: \w+)? )?super[sc]edes", re.IGNORECASE)
_ENDS = re.compile(r"\.(?:\s|$)")
_IN_PART = re.compile(r"\b(?:part(?:s|ly|ial|ially)?|sections?|only)\b", re.IGNORECASE)


def superseded_in(document: Document, *, plainly: bool = False) -> Mapping[RecordReference, int]:
    """Each record that this one says it supersedes, wholly -> the first line that says so.

    ``plainly`` takes only what is a field, or begins a paragraph or an item.
    """
    lines: dict[RecordReference, int] = {}
    field = document.metadata.get(SUPERSEDES)
    if field is not None:
        lines.update(dict.fromkeys(references(field.source), field.line))
    for block in document.blocks:
        if not block.is_text or (plainly and not _PLAINLY.match(block.source)):
            continue
        for match in _SUPERSEDES.finditer(block.source):
            if _IN_PART.search(_ENDS.split(match["whom"], maxsplit=1)[0]):
                continue
            for reference in references(match["whom"]):
                if reference.link or next(numbers(reference.text), None) is not None:
                    lines.setdefault(reference, block.line)
    return lines


class RecordIndex:
    """Finds the record that another one names: the file its link leads to, be it one of these
    records or any other, or the one of that number in the same folder, or else anywhere here.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._by_path: dict[str, Document | None] = {}
        self._by_number: dict[tuple[str, int], list[Document]] = {}
        self._by_stem: dict[str, list[Document]] = {}
        for document in documents:
            path = Path(document.file)
            self._by_path[os.path.realpath(path)] = document
            self._by_stem.setdefault(path.stem.casefold(), []).append(document)
            if (number := number_of(document)) is not None:
                for folder in (_folder(document), ""):
                    self._by_number.setdefault((folder, number), []).append(document)

    def named(self, reference: RecordReference, source: Document) -> Sequence[Document]:
        """The records that ``source`` may mean; several where they have the same number."""
        if (linked := self._linked(reference.link, source)) is not None:
            return [linked]
        if reference.number is None:
            return self._by_stem.get(Path(reference.text).stem.casefold(), ())
        for folder in (_folder(source), ""):
            if found := self._by_number.get((folder, reference.number)):
                return found
        return ()

    def superseders(self, document: Document) -> Iterator[Document]:
        """The records that take its place, as its status says."""
        for reference in document.superseders:
            yield from self.named(reference, document)

    def leads_to(self, document: Document, target: Document) -> bool:
        """Whether the record is superseded by ``target``, at once or by way of others."""
        seen: set[str] = set()
        ahead = [document]
        while ahead:
            for after in self.superseders(ahead.pop()):
                if after.file == target.file:
                    return True
                if after.file not in seen:
                    seen.add(after.file)
                    ahead.append(after)
        return False

    def circle(self, start: Document) -> Sequence[Document]:
        """The records from this one by way of its successors back to it; empty where there is no
        such way. A circle further on belongs to its own records.
        """
        way = [start]
        while following := next(self.superseders(way[-1]), None):
            if following.file == start.file:
                return [*way, start]
            if following in way:
                break
            way.append(following)
        return ()

    def _linked(self, link: str, source: Document) -> Document | None:
        path = path_of(link)
        if not path or Path(path).suffix.lower() not in (*SUFFIXES, "", ".html"):
            return None
        target = Path(os.path.normpath(Path(source.file).parent / path))
        for candidate in (target, target.with_suffix(".md")) if target.name else ():
            real = os.path.realpath(candidate)
            if real not in self._by_path:
                self._by_path[real] = _read(candidate)
            if (document := self._by_path[real]) is not None:
                return document
        return None


def _read(path: Path) -> Document | None:
    """A record outside of those that are looked at; None where there is none that can be read."""
    if not is_markdown(path):
        return None
    try:
        return read_record(path)
    except InputError:
        return None


def number_of(document: Document) -> int | None:
    """The number in the file's name; None where it has none."""
    name = name_of(Path(document.file))
    return name.number if name else None


def names_back(document: Document, others: Iterable[Document]) -> bool:
    """Whether any of the ``others`` names the record: its file, or in its folder its number."""
    name, number = Path(document.file).name, number_of(document)
    return any(
        name in other.text
        or (_folder(other) == _folder(document) and number in {*numbers(other.text)})
        or any(reference.number == number for reference in superseded_in(other))
        for other in others
    )


def _folder(document: Document) -> str:
    """The folder in which its number counts."""
    path = Path(document.file)
    name = name_of(path)
    return os.path.realpath((name.bearer if name else path).parent)
