"""Every check on every record, and their remarks in the order of the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeAlias

from advisor.records.lint import (
    arguments,
    decision,
    evidence,
    front_matter,
    links,
    numbering,
    outline,
    succession,
    unfinished,
)
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.selection import Selection, is_record, select
from advisor.records.parsed_record import Document
from advisor.records.parsing import read_document
from rules.diagnostics import InputError

DocumentCheck: TypeAlias = Callable[[Document], Iterator[LintRemark]]
FolderCheck: TypeAlias = Callable[[Sequence[Document]], Iterator[LintRemark]]

# Checks of any file, and those of a MADR alone.
OF_ANY_FILE: tuple[DocumentCheck, ...] = (
    numbering.file_name,
    unfinished.merge_conflicts,
    front_matter.unreadable,
    front_matter.misplaced,
)
OF_A_RECORD: tuple[DocumentCheck, ...] = (
    front_matter.fields,
    front_matter.status,
    front_matter.in_body,
    succession.successor_unnamed,
    outline.title,
    outline.missing,
    outline.empty,
    outline.repeated,
    outline.order,
    outline.levels,
    outline.unknown,
    unfinished.placeholders,
    unfinished.template_comments,
    unfinished.promises,
    decision.lists,
    decision.number_of_options,
    decision.repeated_options,
    decision.choice,
    arguments.argument_form,
    arguments.one_sided,
    arguments.options_argued,
    links.broken,
    evidence.sealed,
    evidence.reasons,
    evidence.revisit,
    numbering.number_in_title,
)
# Checks of a record against its neighbours; gaps belong to no single record.
OF_NEIGHBOURS: tuple[FolderCheck, ...] = (
    numbering.repeated_numbers,
    numbering.repeated_titles,
    succession.chains,
    succession.claims,
)
OF_A_FOLDER: tuple[FolderCheck, ...] = (*OF_NEIGHBOURS, numbering.gaps)


def lint(paths: Iterable[Path], *, today: date | None = None) -> Sequence[LintRemark]:
    """The remarks on the records in ``paths``, by file and line.

    Raises InputError for a path that cannot be read and for a folder without records; a file
    without text gets a remark.
    """
    return lint_selection(select(paths), today=today)


def lint_selection(selection: Selection, *, today: date | None = None) -> Sequence[LintRemark]:
    """The same for files that were selected before."""
    documents, remarks = _read(selection.files)
    day = today or date.today()
    for document in documents.values():
        remarks += lint_document(document, today=day)
    remarks += _on_folders(selection, documents)
    return sorted(set(remarks), key=_order)


def lint_document(document: Document, *, today: date) -> Iterator[LintRemark]:
    """What the record itself shows, its neighbours left aside."""
    if not document.text.strip():
        message = "the file is empty, expected a record"
        yield LintRemark(LintKind.EMPTY, "file", message, document.place(0))
        return
    if "\0" in document.text:
        line = document.text.count("\n", 0, document.text.index("\0")) + 1
        message = "the file holds the character NUL, expected text"
        yield LintRemark(LintKind.UNREADABLE, "file", message, document.place(line))
        return
    for check in OF_ANY_FILE:
        yield from check(document)
    if not outline.is_madr(document):
        yield _no_madr(document)
        return
    document = _without_misplaced_front_matter(document)
    for check in OF_A_RECORD:
        yield from check(document)
    yield from front_matter.day(document, today=today)


def _without_misplaced_front_matter(document: Document) -> Document:
    """What has a remark as front matter needs none as a section."""
    section = front_matter.misplaced_section(document)
    if section is None:
        return document
    return replace(document, sections=tuple(s for s in document.sections if s != section))


def _no_madr(document: Document) -> LintRemark:
    expected = ", ".join(f"'{name}'" for name in outline.MANDATORY)
    message = f"no section of a MADR stands here, expected {expected}"
    return LintRemark(LintKind.NO_MADR, "file", message, document.place(document.body_line))


def _read(files: Iterable[Path]) -> tuple[Mapping[Path, Document], list[LintRemark]]:
    """The files that hold text, and a remark on each of the others."""
    documents, remarks = {}, []
    for path in files:
        try:
            documents[path] = read_document(path)
        except InputError as error:
            remarks += [
                LintRemark(LintKind.UNREADABLE, "file", problem.message, problem.location)
                for problem in error.problems
            ]
    return documents, remarks


def _on_folders(selection: Selection, documents: Mapping[Path, Document]) -> Iterator[LintRemark]:
    for records in _by_folder(selection.in_folders, documents).values():
        for check in OF_A_FOLDER:
            yield from check(records)
    for path in selection.named:
        if path in documents:
            yield from _on_neighbourhood(path, documents[path])


def _by_folder(
    files: Iterable[Path], documents: Mapping[Path, Document]
) -> Mapping[Path, Sequence[Document]]:
    folders: dict[Path, list[Document]] = {}
    for path in files:
        if path in documents:
            folders.setdefault(path.parent.resolve(), []).append(documents[path])
    return folders


def _on_neighbourhood(path: Path, document: Document) -> Iterator[LintRemark]:
    """What the files beside it show of this one. They get no remarks of their own."""
    paths = [
        neighbour
        for neighbour in sorted(path.parent.glob("*.md"))
        if is_record(neighbour) and neighbour.resolve() != path.resolve()
    ]
    neighbours, _ = _read(paths)
    folder = sorted((document, *neighbours.values()), key=lambda neighbour: neighbour.file)
    for check in OF_NEIGHBOURS:
        yield from (remark for remark in check(folder) if remark.location.file == document.file)


def _order(remark: LintRemark) -> tuple[object, ...]:
    kinds = list(LintKind)
    return (remark.location, kinds.index(remark.kind), remark.subject, remark.message)
