"""The records to check, every check on each, and the remarks in the order of the files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeAlias

from advisor.records.folder import RecordFolder, read_records
from advisor.records.lint import decision, front_matter, numbering, outline, references, unfinished
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.parsed_record import Document
from advisor.records.parsing import read_document
from advisor.records.supersession import RecordIndex
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.input_file import given_descriptor, is_folder

DocumentCheck: TypeAlias = Callable[[Document], Iterator[LintRemark]]
FolderCheck: TypeAlias = Callable[[Sequence[Document]], Iterator[LintRemark]]
IndexCheck: TypeAlias = Callable[[Sequence[Document], RecordIndex], Iterator[LintRemark]]

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
OF_NEIGHBOURS: tuple[FolderCheck, ...] = (numbering.repeated_numbers, numbering.repeated_titles)
OF_A_FOLDER: tuple[FolderCheck, ...] = (*OF_NEIGHBOURS, numbering.gaps)
# Checks of a record against those it names, wherever they are.
OF_RELATIONS: tuple[IndexCheck, ...] = (numbering.chains, numbering.claims)


@dataclass(frozen=True)
class Selection:
    """What to check, each file once: the files that were ``named``, and ``folders`` of records."""

    named: Sequence[Path]
    folders: Sequence[RecordFolder]

    @property
    def files(self) -> Sequence[Path]:
        """All of them, those that cannot be read as well."""
        in_folders = (
            path
            for folder in self.folders
            for path in (
                *(record.name.path for record in folder.records),
                *(Path(problem.location.file) for problem in folder.problems),
            )
        )
        return sorted({*self.named, *in_folders})


def select(paths: Iterable[Path]) -> Selection:
    """The records in ``paths``, which are files and folders. Raises InputError with every path that
    cannot be read and every folder that holds no record.
    """
    named: dict[str, Path] = {}  # by their real paths
    folders: list[RecordFolder] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for path in paths:
        try:
            if is_folder(path):
                found = read_records(path)
                if not found.records and not found.problems:
                    message = "the folder holds no record, expected files such as 0001-use-madr.md"
                    problems.append(Problem(SourceLocation(str(path)), message))
                folders.append(_without(found, seen))
            else:
                _check_readable(path)
                named.setdefault(os.path.realpath(path), path)
        except InputError as error:
            problems += error.problems
        except OSError as error:
            message = f"cannot be read: {(error.strerror or str(error)).lower()}"
            problems.append(Problem(SourceLocation(str(path)), message))
    if problems:
        raise InputError(problems)
    return Selection(tuple(p for real, p in named.items() if real not in seen), tuple(folders))


def _without(folder: RecordFolder, seen: set[str]) -> RecordFolder:
    """The folder without the files that were ``seen``, to which its own are added."""
    records = [r for r in folder.records if os.path.realpath(r.name.path) not in seen]
    problems = [p for p in folder.problems if os.path.realpath(p.location.file) not in seen]
    seen.update(os.path.realpath(record.name.path) for record in records)
    seen.update(os.path.realpath(problem.location.file) for problem in problems)
    return replace(folder, records=tuple(records), problems=tuple(problems))


def _check_readable(path: Path) -> None:
    """Raises InputError where it is no file, and OSError where it cannot be read."""
    if given_descriptor(path) is not None:
        return  # a pipe is read once
    if path.is_file():
        with path.open("rb"):
            return
    what = "is neither a file nor a folder, expected a Markdown file"
    if not os.path.lexists(path):
        what = "there is no such file or folder"
    raise InputError.at(path, what)


def lint(selection: Selection, *, today: date | None = None) -> Sequence[LintRemark]:
    """The remarks on the selected records, by file and line. A file without text gets one too."""
    day = today or date.today()
    remarks = [_unreadable(problem) for folder in selection.folders for problem in folder.problems]
    by_folder: dict[Path, list[Document]] = {}
    for folder in selection.folders:
        for record in folder.records:
            parent = record.name.bearer.parent.resolve()
            by_folder.setdefault(parent, []).append(record.document)
    documents = [document for inside in by_folder.values() for document in inside]
    # What cannot be read may well have the number that seems to be missing.
    unread = {Path(remark.location.file).parent.resolve() for remark in remarks}
    for parent, inside in by_folder.items():
        checks = OF_NEIGHBOURS if parent in unread else OF_A_FOLDER
        remarks += (remark for check in checks for remark in check(inside))
    for document in documents:
        remarks += lint_document(document, today=day)
    index = RecordIndex(documents)
    remarks += (remark for relation in OF_RELATIONS for remark in relation(documents, index))
    for path in selection.named:
        remarks += _on_one_file(path, day)
    rank = list(LintKind).index
    return sorted(set(remarks), key=lambda r: (r.location, rank(r.kind), r.subject, r.message))


def _on_one_file(path: Path, day: date) -> Iterator[LintRemark]:
    """What the file shows, and what the files beside it show of it; these get no remarks."""
    try:
        document = read_document(path)
    except InputError as error:
        yield from map(_unreadable, error.problems)
        return
    yield from lint_document(document, today=day)
    beside = [
        record.document
        for record in read_records(path.parent, below=False).records
        if os.path.realpath(record.name.path) != os.path.realpath(path)
    ]
    inside = sorted((document, *beside), key=lambda neighbour: neighbour.file)
    index = RecordIndex(inside)
    for check in OF_NEIGHBOURS:
        yield from (remark for remark in check(inside) if remark.location.file == document.file)
    for relation in OF_RELATIONS:
        yield from relation([document], index)


def _unreadable(problem: Problem) -> LintRemark:
    return LintRemark(LintKind.UNREADABLE, "file", problem.message, problem.location)


def lint_document(document: Document, *, today: date) -> Iterator[LintRemark]:
    """What the record itself shows, its neighbours left aside."""
    if not document.text.strip():
        yield LintKind.EMPTY.at(document, 0, "file", "the file is empty, expected a record")
        return
    for check in OF_ANY_FILE:
        yield from check(document)
    if not outline.is_madr(document):
        expected = ", ".join(f"'{name}'" for name in outline.MANDATORY)
        message = f"no section of a MADR stands here, expected {expected}"
        yield LintKind.NO_MADR.at(document, document.body_line, "file", message)
        return
    for check in OF_A_RECORD:
        yield from check(document)
    yield from front_matter.day(document, today=today)
