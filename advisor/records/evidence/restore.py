"""The consultation that a record was written from, restored from the evidence beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import Recommendation, consult_again
from advisor.consultation.session import Session, read_session
from advisor.records.evidence.bundle import LARGEST_TEXT, SUFFIX, Bundle, read_bundle
from advisor.records.evidence.contents import KNOWLEDGE, LARGEST_KNOWLEDGE, RECORD, SESSION
from advisor.records.madr.document_text import REVISIT, ROLES
from advisor.records.parsed_record import MORE, Document
from advisor.records.parsing import parse_document, read_record
from advisor.records.sections import Block, BlockKind
from probes.temporary import temporary_folder
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.input_file import is_regular
from rules.loading.loader import load
from rules.model import KnowledgeBase

# The record's own statements are whole paragraphs of More Information, and nothing else there is:
# the same words may stand in what a probe found, or in what people wrote.
_EVIDENCE = re.compile(r"Evidence: \S.*, SHA-256 ([0-9a-f]{64})\.")
_REVISIT = re.compile(rf"{REVISIT} ([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\b.*")


@dataclass(frozen=True)
class RestoredConsultation:
    """A session, and the knowledge it was reasoned with.

    ``bundle`` is None for a record of an early advisor, which left a session beside it and no
    knowledge.
    """

    session: Session
    kb: KnowledgeBase
    bundle: Bundle | None

    def consulted(self) -> Recommendation:
        """The same answers and findings reasoned with once more; nothing is run."""
        return consult_again(self.session, self.session.sheet, self.kb)


def bundle_path(record: Path, document: Document) -> Path:
    """Where the record's bundle is: in its own folder, under the name that it links to."""
    links = (unquote(link) for block in _statements(document) for link in block.links)
    linked = next((Path(link).name for link in links if link.endswith(SUFFIX)), "")
    return record.parent / (linked or f"{record.stem}{SUFFIX}")


def seal(document: Document) -> str:
    """The SHA-256 that the record gives for its bundle; empty where it gives none."""
    return _stated(document, _EVIDENCE)


def revisit_date(document: Document) -> str:
    """The day, as it is written, by which the record says to look at it again; empty if none."""
    return _stated(document, _REVISIT)


def _stated(document: Document, pattern: re.Pattern[str]) -> str:
    matches = (pattern.fullmatch(block.text) for block in _statements(document))
    return next((match[1] for match in matches if match), "")


def _statements(document: Document) -> Iterator[Block]:
    """The paragraphs in which a record speaks of itself."""
    section = document.section(MORE)
    for block in section.blocks if section else ():
        if block.kind is BlockKind.PARAGRAPH and block.depth == 0:
            yield block


def session_before_bundles(record: Path, document: Document) -> Path | None:
    """The session beside a record that was written before there were bundles, if it is one."""
    path = record.with_suffix(".yaml")
    is_older = not seal(document) and not is_regular(bundle_path(record, document))
    return path if is_older and is_regular(path) else None


def restored_from_bundle(bundle: Bundle) -> RestoredConsultation:
    """The consultation in a bundle. Raises InputError where it cannot be read."""
    size = sum(len(d) for name, d in bundle.entries.items() if name.startswith(f"{KNOWLEDGE}/"))
    if size > LARGEST_KNOWLEDGE:
        message = f"holds {size:,} bytes of knowledge, {LARGEST_KNOWLEDGE:,} at most are read"
        raise InputError.at(bundle.file, message)
    with _laid_out(bundle) as folder:
        own = folder / KNOWLEDGE / "own"
        try:
            kb = load(own if own.is_dir() else None, shipped=folder / KNOWLEDGE / "shipped")
        except InputError as error:
            problems = [_in_bundle(bundle, problem, folder) for problem in error.problems]
            raise InputError(problems) from None
        session = read_session(folder / SESSION, kb, shown_as=f"{bundle.file}:{SESSION}")
    return RestoredConsultation(session, kb, bundle)


@contextmanager
def _laid_out(bundle: Bundle) -> Iterator[Path]:
    """The session and the knowledge as files, in a folder that goes away again.

    What the bundle names leads nowhere else: see :mod:`advisor.records.evidence.bundle`.
    """
    bundle.text(SESSION)  # says that it is missing
    with temporary_folder() as folder:
        for entry, data in bundle.entries.items():
            if entry == SESSION or entry.startswith(f"{KNOWLEDGE}/"):
                path = folder / entry
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(data)
                except OSError as error:  # a name too long, a file where a folder is
                    message = f"{entry} cannot be laid out: {error.strerror}"
                    raise InputError.at(bundle.file, message) from None
        yield folder


def _in_bundle(bundle: Bundle, problem: Problem, folder: Path) -> Problem:
    """A problem of the knowledge that was laid out, located in the bundle."""
    file = f"{bundle.file}:{problem.location.file.replace(str(folder), '')}"
    return Problem(SourceLocation(file, problem.location.line), problem.message)


def has_evidence(record: Path, document: Document) -> bool:
    """Whether the record names evidence, or there is some beside it."""
    if seal(document) or is_regular(bundle_path(record, document)):
        return True
    return session_before_bundles(record, document) is not None


def read_evident(path: Path) -> Document:
    """The record in ``path``, which has evidence. Raises InputError for what is no record of
    advisor's: no decision record, or one that names no evidence and has none beside it.
    """
    document = read_record(path)
    if not has_evidence(path, document):
        message = "names no evidence, and there is none beside it: expected a record of advisor's"
        raise InputError.at(document.file, message)
    return document


def restored_at(path: Path, kb: KnowledgeBase) -> RestoredConsultation:
    """The consultation behind the record, or in the bundle, at ``path``. Raises InputError, also
    where the evidence was changed.
    """
    if path.suffix == ".zip":
        return restored_from_bundle(intact_bundle(path))
    return restored_for(path, read_evident(path), kb)


def sheet_at(path: Path, kb: KnowledgeBase) -> Sheet:
    """The answers behind the record, or in the bundle, at ``path``, and the people it names.

    Raises InputError where the evidence was changed, and where ``kb``, which may be another
    knowledge than that of then, has no such question or option.
    """
    document = None if path.suffix == ".zip" else read_evident(path)
    if document is not None and (before := session_before_bundles(path, document)):
        return read_session(before, kb).sheet
    bundle = intact_bundle(path, document)
    with _laid_out(bundle) as folder:
        sheet = read_session(folder / SESSION, kb, shown_as=f"{bundle.file}:{SESSION}").sheet
    if document is None or document.front is None:
        return sheet
    people = {role: document.front.names(field) for role, field in ROLES.items()}
    return replace(sheet, people={role: names for role, names in people.items() if names})


def restored_for(record: Path, document: Document, kb: KnowledgeBase) -> RestoredConsultation:
    """The consultation behind a record; ``kb`` is today's knowledge.

    Raises InputError, also where the evidence was changed.
    """
    before = session_before_bundles(record, document)
    if before is not None:
        return RestoredConsultation(read_session(before, kb), kb, None)
    return restored_from_bundle(intact_bundle(record, document))


def intact_bundle(path: Path, document: Document | None = None) -> Bundle:
    """The bundle at ``path``, or that of the record at ``path``. Raises InputError where it is not
    as it was sealed: what was changed is evidence of nothing.
    """
    bundle = read_bundle(path if document is None else bundle_path(path, document))
    problems = bundle.damage if document is None else tuple(integrity_problems(document, bundle))
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        message = f"is not the evidence that was sealed: {problems[0]}{more}"
        raise InputError.at(bundle.file, f"{message}. 'advisor record verify' tells all of it")
    return bundle


def sealed_text(bundle: Bundle) -> Document:
    """The text that was sealed with the record. Raises InputError where there is none."""
    text = bundle.text(RECORD)
    if len(text) > LARGEST_TEXT:
        raise InputError.at(bundle.file, f"{RECORD} is longer than {LARGEST_TEXT:,} characters")
    return parse_document(text, RECORD)


def integrity_problems(document: Document, bundle: Bundle) -> Iterator[str]:
    """Where the evidence is not as it was sealed, or not what the record names."""
    stated = seal(document)
    yield from bundle.damage
    if not stated:
        yield "the record gives no SHA-256 for it, expected one under More Information"
    elif stated != bundle.sha256:
        yield f"its SHA-256 is {bundle.sha256[:12]}..., the record was sealed with {stated[:12]}..."
