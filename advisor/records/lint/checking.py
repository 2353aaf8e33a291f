"""The records to check, every check on each, and the remarks in the order of the files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeAlias

from advisor.records.lint import decision, front_matter, numbering, outline, references, unfinished
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.parsed_record import Document
from advisor.records.parsing import read_document
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.input_file import given_descriptor

DocumentCheck: TypeAlias = Callable[[Document], Iterator[LintRemark]]
FolderCheck: TypeAlias = Callable[[Sequence[Document]], Iterator[LintRemark]]

_NO_RECORD = re.compile(
    r"readme(?:\.\w+)?|_?index"
    r"|_?(?:\d+-)?(?:(?:m?adr|decision|decision-record)[-_])?templates?"
    r"(?:[-_](?:m?adr|bare|minimal|bare-minimal|full|short|long))*",
    re.IGNORECASE,
)
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


@dataclass(frozen=True)
class Selection:
    """The files to check, each once: those that were ``named``, and those found ``in_folders``."""

    named: Sequence[Path]
    in_folders: Sequence[Path]

    @property
    def files(self) -> Sequence[Path]:
        return sorted({*self.named, *self.in_folders})


def select(paths: Iterable[Path]) -> Selection:
    """The records in ``paths``, which are files and folders. Raises InputError with every path that
    cannot be read and every folder that holds no record.
    """
    named: dict[str, Path] = {}  # by their real paths
    in_folders: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            if path.is_dir():
                records = list(_records_below(path))
                if not records:
                    message = "the folder holds no record, expected files such as 0001-use-madr.md"
                    problems.append(Problem(SourceLocation(str(path)), message))
                for record in records:
                    in_folders.setdefault(os.path.realpath(record), record)
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
    alone = [path for real, path in named.items() if real not in in_folders]
    return Selection(tuple(alone), tuple(in_folders.values()))


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


def _records_below(folder: Path) -> Iterator[Path]:
    """Every ``*.md`` in the folder and those in it, but for hidden folders, overviews, templates.

    In folders below only what begins with a number is taken for a record.
    """
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():  # a link may lead back up
            yield from (record for record in _records_below(path) if record.name[0].isdigit())
        elif path.suffix.lower() == ".md" and _is_record(path):
            yield path


def _is_record(path: Path) -> bool:
    """Whether the name is none of an overview or a template."""
    return _NO_RECORD.fullmatch(path.stem) is None


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
        if _is_record(neighbour) and os.path.realpath(neighbour) != os.path.realpath(path)
    ]
    neighbours, _ = _read(paths)
    folder = sorted((document, *neighbours.values()), key=lambda neighbour: neighbour.file)
    for check in OF_NEIGHBOURS:
        yield from (remark for remark in check(folder) if remark.location.file == document.file)
