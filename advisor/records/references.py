"""How one record names another: by its number, by a link to its file, or by its file's name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from advisor.records.names import SUFFIXES, name_of

LONGEST = 1000  # characters of a sentence that are looked at
_LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\(\s*<?(?P<target>[^)<>\s]*)>?(?:\s[^)]*)?\)")
_ANYWHERE = re.compile(
    r"\b(?:M?ADR|AD|DR|RFC)[-_ #]*0*(?P<named>\d{1,6})\b|\b(?P<file>\d{3,6})-[a-z]", re.IGNORECASE
)
_FILE = re.compile(r"[\w./-]*\d[\w.-]*-[\w.-]*\w")
_AT_ONCE = re.compile(
    r"\W*(?:(?:decision|record|no|nr)[-_ #.]*)*(?P<number>\d{1,6})(?![\w-])", re.I
)
_SENTENCE_ENDS = re.compile(r";|[.!]\s|<br")


@dataclass(frozen=True)
class RecordReference:
    """Another record as it is named: the words, the number in them, and the target of the link.

    What is not there is None or empty.
    """

    text: str
    number: int | None = None
    link: str = ""


def references(source: str) -> tuple[RecordReference, ...]:
    """The records that the first sentence of a piece of Markdown names: all that it links to, or
    where it holds no link those before any bracket, as ``ADR-3``, ``0003-use-x``, ``3``.
    """
    source = source[:LONGEST]
    links: list[RecordReference | None] = []
    begin = 0
    for match in _LINK.finditer(source):
        if _SENTENCE_ENDS.search(source, begin, match.start()):
            break
        links.append(_linked(match["text"], match["target"]))
        begin = match.end()
    if any(links):
        return tuple(filter(None, links))
    sentence = _SENTENCE_ENDS.split(source, maxsplit=1)[0]
    plain = sentence.partition("(")[0].strip(" \t*_`'\"[]<>")
    if named := tuple(RecordReference(plain, number) for number in numbers(plain)):
        return named
    if file := _FILE.match(plain):
        name = name_of(Path(f"{Path(file[0]).stem}.md"))
        return (RecordReference(file[0], name.number if name else None),)
    if number := _AT_ONCE.match(plain):
        return (RecordReference(plain, int(number["number"])),)
    return ()


def numbers(text: str) -> Iterator[int]:
    """The numbers of records that a text names anywhere: ``ADR-3``, ``0003-use-x``."""
    return (int(match["named"] or match["file"]) for match in _ANYWHERE.finditer(text))


def _linked(text: str, target: str) -> RecordReference | None:
    """The record that a link leads to; None where it leads to something else."""
    name = name_of(Path(unquote(target.partition("#")[0])))
    number = name.number if name else None
    if number is None and name is None:
        match = _AT_ONCE.match(text)
        number = next(numbers(text), int(match["number"]) if match else None)
    if number is None and Path(path_of(target)).suffix.lower() not in SUFFIXES:
        return None
    return RecordReference(text, number, target)


def path_of(link: str) -> str:
    """The path that a relative link to a file gives; empty for any other link."""
    try:
        parts = urlsplit(link)
    except ValueError:  # such as an unfinished address of IPv6
        return ""
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or path.startswith(("/", "{", "~", "<")) or "\0" in path:
        return ""
    return path


def link_between(source: Path, target: Path) -> str:
    """The relative link from one file to another."""
    return os.path.relpath(os.path.realpath(target), os.path.realpath(source.parent)).replace(
        os.sep, "/"
    )
