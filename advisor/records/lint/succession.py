"""Records that take the place of others: whether both say so, and of one another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.numbering import number_of
from advisor.records.parsed_record import Block, Document

_SUPERSEDES = re.compile(r"\bsupersedes\b[:\s]*(?P<whom>[^.;]*)", re.I)
_IN_PART = re.compile(r"\b(?:part(?:s|ly|ial|ially)?|sections?|only)\b", re.I)
_NUMBER = re.compile(r"\bADR[-_ #]*0*(?P<named>\d{1,6})\b|\b(?P<file>\d{3,6})-[a-z]", re.I)


def successor_unnamed(document: Document) -> Iterator[LintRemark]:
    """Superseded, but by nothing that the status names."""
    if re.fullmatch(r"superseded(?:\s+by)?\W*", document.status, re.I):
        message = "the record is superseded, expected by which: 'superseded by ADR-NNNN'"
        place = document.place_of_field("status")
        yield LintRemark(LintKind.SUPERSEDER_UNSAID, "status", message, place)


def chains(folder: Sequence[Document]) -> Iterator[LintRemark]:
    """Superseders that are not there, that do not know of it, or that are superseded in turn by
    what they superseded.
    """
    by_number = _by_number(folder)
    for document in folder:
        by = document.superseded_by
        if by is None:
            continue
        place = document.place_of_field("status")
        if by not in by_number:
            message = f"the record is superseded by {by:04d}, which is not in this folder"
            yield LintRemark(LintKind.SUPERSEDER_MISSING, "status", message, place)
        elif circle := _circle(document, by_number):
            shown = " -> ".join(f"{number:04d}" for number in circle)
            message = f"the records supersede one another in a circle: {shown}"
            yield LintRemark(LintKind.SUPERSEDED_IN_CIRCLE, "status", message, place)
        elif not _is_named_in(document, by_number[by]):
            name = Path(by_number[by][0].file).name
            message = f"the record is superseded by {name}, which does not name it as superseded"
            yield LintRemark(LintKind.SUPERSEDED_ONE_WAY, "status", message, place)


def claims(folder: Sequence[Document]) -> Iterator[LintRemark]:
    """Records that say they supersede one which knows nothing of it."""
    by_number = _by_number(folder)
    for document in folder:
        own = number_of(document)
        for number, line in _superseded_in(document):
            others = by_number.get(number, ())
            if own is None or not others or document in others:
                continue
            if not any(_leads_to(d, own, by_number) or _names(d, own) for d in others):
                name = Path(others[0].file).name
                message = f"the record supersedes {name}, whose status does not say so"
                place = document.place(line)
                yield LintRemark(LintKind.SUPERSEDED_ONE_WAY, f"{number:04d}", message, place)


def _by_number(folder: Sequence[Document]) -> Mapping[int, Sequence[Document]]:
    by_number: dict[int, list[Document]] = {}
    for document in folder:
        if (number := number_of(document)) is not None:
            by_number.setdefault(number, []).append(document)
    return by_number


def _circle(start: Document, by_number: Mapping[int, Sequence[Document]]) -> Sequence[int]:
    """The numbers from the record back to itself; empty where its successors end elsewhere."""
    own, chain = number_of(start), [number_of(start) or 0]
    number = start.superseded_by
    while own is not None and number is not None and number in by_number:
        chain.append(number)
        if number == own:
            return chain
        if number in chain[1:-1]:  # a circle further on, reported at its own records
            return ()
        number = by_number[number][0].superseded_by
    return ()


def _leads_to(document: Document, number: int, by_number: Mapping[int, Sequence[Document]]) -> bool:
    """Whether the record is superseded by that number, at once or by way of others."""
    seen: set[int] = set()
    after = document.superseded_by
    while after is not None and after != number and after not in seen:
        seen.add(after)
        after = by_number[after][0].superseded_by if after in by_number else None
    return after == number


def _is_named_in(document: Document, others: Sequence[Document]) -> bool:
    """Whether any of them names the record; one without a number can only be named by its file."""
    name = Path(document.file).name
    number = number_of(document)
    return any(name in d.text or (number is not None and _names(d, number)) for d in others)


def _names(document: Document, number: int) -> bool:
    return number in _numbers(document.text)


def _numbers(text: str) -> Iterator[int]:
    return (int(match["named"] or match["file"]) for match in _NUMBER.finditer(text))


def _superseded_in(document: Document) -> Iterable[tuple[int, int]]:
    """Each number it says it supersedes, wholly, and the first line that says so."""
    lines: dict[int, int] = {}
    for block in document.blocks:
        for number in _superseded_by_block(block):
            lines.setdefault(number, block.line)
    return lines.items()


def _superseded_by_block(block: Block) -> Iterator[int]:
    if not block.is_text:
        return
    for match in _SUPERSEDES.finditer(block.text):
        if not _IN_PART.search(match["whom"]):
            yield from _numbers(match["whom"])
