"""Every check on every record, and what they remark in the order of the files."""

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
from advisor.records.parsed_record import Document, read_document
from rules.diagnostics import InputError

DocumentCheck: TypeAlias = Callable[[Document], Iterator[LintRemark]]
FolderCheck: TypeAlias = Callable[[Sequence[Document]], Iterator[LintRemark]]

# What can be asked of any file, and what of a MADR alone.
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
    succession.unsaid,
    outline.title,
    outline.missing,
    outline.empty,
    outline.twice,
    outline.order,
    outline.levels,
    outline.foreign,
    unfinished.placeholders,
    unfinished.template_comments,
    unfinished.promises,
    decision.lists,
    decision.number_of_options,
    decision.repeated_options,
    decision.choice,
    arguments.form,
    arguments.one_sided,
    arguments.options_argued,
    links.broken,
    evidence.sealed,
    evidence.reasons,
    evidence.revisit,
    numbering.number_in_title,
)
# What each record has to do with its neighbours; gaps are nobody's own.
OF_NEIGHBOURS: tuple[FolderCheck, ...] = (
    numbering.repeated_numbers,
    numbering.repeated_titles,
    succession.chains,
    succession.claims,
)
OF_A_FOLDER: tuple[FolderCheck, ...] = (*OF_NEIGHBOURS, numbering.gaps)


def lint(paths: Iterable[Path], *, today: date | None = None) -> Sequence[LintRemark]:
    """What is to be remarked on the records that ``paths`` mean, by file and line.

    Raises InputError for a path that cannot be read and for a folder without records; a file in
    which there is no text is remarked on.
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
        yield LintRemark(
            LintKind.EMPTY, "file", "the file is empty, expected a record", document.place(0)
        )
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
    body = _without_misplaced_front_matter(document)
    for check in OF_A_RECORD:
        yield from check(body)
    yield from front_matter.day(body, today=today)


def _without_misplaced_front_matter(document: Document) -> Document:
    """What is said of it as front matter need not be said of it as a section."""
    section = front_matter.misplaced_section(document)
    if section is None:
        return document
    return replace(document, sections=tuple(one for one in document.sections if one != section))


def _no_madr(document: Document) -> LintRemark:
    wanted = [f"'{name}'" for name, form in outline.SECTIONS.items() if form.mandatory]
    message = f"no section of a MADR stands here, expected {', '.join(wanted)}"
    return LintRemark(LintKind.NO_MADR, "file", message, document.place(document.body_line))


def _read(files: Iterable[Path]) -> tuple[Mapping[Path, Document], list[LintRemark]]:
    """The files that hold text, and a remark on each of the others."""
    documents, remarks = {}, []
    for path in files:
        try:
            documents[path] = read_document(path)
        except InputError as error:
            for problem in error.problems:
                remarks.append(
                    LintRemark(LintKind.UNREADABLE, "file", problem.message, problem.location)
                )
    return documents, remarks


def _on_folders(selection: Selection, documents: Mapping[Path, Document]) -> Iterator[LintRemark]:
    for records in _by_folder(selection.found, documents).values():
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
    """What the files beside it show of this one. They are not themselves looked at."""
    beside = [
        one
        for one in sorted(path.parent.glob("*.md"))
        if is_record(one) and one.resolve() != path.resolve()
    ]
    neighbours, _ = _read(beside)
    whole = sorted((document, *neighbours.values()), key=lambda one: one.file)
    for check in OF_NEIGHBOURS:
        yield from (remark for remark in check(whole) if remark.location.file == document.file)


def _order(remark: LintRemark) -> tuple[object, ...]:
    kinds = list(LintKind)
    return (remark.location, kinds.index(remark.kind), remark.subject, remark.message)
