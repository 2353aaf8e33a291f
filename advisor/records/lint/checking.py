"""Every check on every record, and their remarks in the order of the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeAlias

from advisor.records.lint import decision, front_matter, numbering, outline, references, unfinished
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.selection import Selection, is_record
from advisor.records.parsed_record import Document
from advisor.records.parsing import read_document
from rules.diagnostics import InputError

DocumentCheck: TypeAlias = Callable[[Document], Iterator[LintRemark]]
FolderCheck: TypeAlias = Callable[[Sequence[Document]], Iterator[LintRemark]]

# Checks of any file, and those of a MADR alone.
OF_ANY_FILE: tuple[DocumentCheck, ...] = (
    *(numbering.file_name, unfinished.merge_conflicts),
    *(front_matter.unreadable, front_matter.misplaced),
)
OF_A_RECORD: tuple[DocumentCheck, ...] = (
    *(front_matter.fields, front_matter.status, front_matter.in_body),
    *(outline.title, outline.missing, outline.empty, outline.repeated, outline.order),
    *(outline.levels, outline.unknown),
    *(unfinished.placeholders, unfinished.template_comments, unfinished.promises),
    *(decision.lists, decision.number_of_options, decision.repeated_options, decision.choice),
    *(decision.argument_form, decision.one_sided, decision.options_argued),
    *(references.broken, references.sealed, references.reasons, references.revisit),
    *(numbering.number_in_title, numbering.successor_unnamed),
)
# Checks of a record against its neighbours; gaps belong to no single record.
OF_NEIGHBOURS: tuple[FolderCheck, ...] = (
    *(numbering.repeated_numbers, numbering.repeated_titles),
    *(numbering.chains, numbering.claims),
)
OF_A_FOLDER: tuple[FolderCheck, ...] = (*OF_NEIGHBOURS, numbering.gaps)


def lint(selection: Selection, *, today: date | None = None) -> Sequence[LintRemark]:
    """The remarks on the selected records, by file and line. A file without text gets one too."""
    documents, remarks = _read(selection.files)
    day = today or date.today()
    in_folders = frozenset(selection.in_folders)
    folders: dict[Path, list[Document]] = {}
    for path, document in documents.items():
        remarks += lint_document(document, today=day)
        if path in in_folders:
            folders.setdefault(path.parent.resolve(), []).append(document)
        else:
            remarks += _on_neighbourhood(path, document)
    remarks += (r for records in folders.values() for check in OF_A_FOLDER for r in check(records))
    rank = list(LintKind).index
    return sorted(set(remarks), key=lambda r: (r.location, rank(r.kind), r.subject, r.message))


def lint_document(document: Document, *, today: date) -> Iterator[LintRemark]:
    """What the record itself shows, its neighbours left aside."""
    if not document.text.strip():
        yield LintKind.EMPTY.at(document, 0, "file", "the file is empty, expected a record")
        return
    if "\0" in document.text:
        line = document.text.count("\n", 0, document.text.index("\0")) + 1
        message = "the file holds the character NUL, expected text"
        yield LintKind.UNREADABLE.at(document, line, "file", message)
        return
    for check in OF_ANY_FILE:
        yield from check(document)
    if not outline.is_madr(document):
        expected = ", ".join(f"'{name}'" for name in outline.MANDATORY)
        message = f"no section of a MADR stands here, expected {expected}"
        yield LintKind.NO_MADR.at(document, document.body_line, "file", message)
        return
    if section := front_matter.misplaced_section(document):  # has a remark already
        document = replace(document, sections=tuple(s for s in document.sections if s != section))
    for check in OF_A_RECORD:
        yield from check(document)
    yield from front_matter.day(document, today=today)


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
