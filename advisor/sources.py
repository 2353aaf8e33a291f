"""A consultation replayed from its file, with the findings in it: nothing is run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.answers.sheet import Sheet, apply_settings, read_sheet
from advisor.consultation.consultation import Recommendation, ReplayedConsultation, consult_again
from advisor.consultation.session import Session, read_session
from advisor.errors import WorkshopError
from advisor.records.names import is_markdown
from rules.diagnostics import InputError
from rules.loading.input_file import begins_with
from rules.model import KnowledgeBase

if TYPE_CHECKING:  # the first question waits for no record
    from advisor.records.evidence.restore import RestoredConsultation

DATABASE = b"SQLite format 3\0"  # how SQLite's files begin


def open_source(path: Path, kb: KnowledgeBase) -> ReplayedConsultation:
    """The consultation in ``path``.

    A record, or the evidence beside it, is reasoned with by the knowledge it was written by, and
    refused where that evidence was changed.
    Raises InputError.
    """
    if _is_workshop(path):
        session = _workshop_session(path, kb)
    elif is_record(path):
        restored = _restored(path, kb)
        session, kb = restored.session, restored.kb
    else:
        session = read_session(path, kb)
    return ReplayedConsultation(session, consult_again(session, session.sheet, kb))


def with_settings(replayed: ReplayedConsultation, settings: Iterable[str]) -> Recommendation:
    """What comes out with the answers that ``settings`` (question=option) replace.

    Rules that only the new answers bring rest on probes that were never run: their claims are
    unverified, and say so. Raises InputError.
    """
    kb = replayed.recommendation.kb
    sheet = apply_settings(replayed.session.sheet, settings, kb)
    return consult_again(replayed.session, sheet, kb)


def _restored(path: Path, kb: KnowledgeBase) -> RestoredConsultation:
    """The consultation behind a record, or in evidence that agrees with itself.

    Raises InputError where it does not: what was changed is evidence of nothing.
    """
    from advisor.records.evidence.restore import restored_at
    from advisor.records.verification.verify import evidence_problems

    restored = restored_at(path, kb)
    bundle = restored.bundle
    if bundle is not None:
        problem = next(evidence_problems(restored, restored.consulted(), bundle), None)
        if problem is not None:
            raise InputError.at(bundle.file, f"does not agree with itself: {problem}")
    return restored


def is_record(path: Path) -> bool:
    """Whether the file is called as decision records, or the evidence beside them, are."""
    return is_markdown(path) or path.suffix == ".zip"


def answers_in(path: Path, kb: KnowledgeBase) -> Sheet:
    """The answers in a file, behind a record, or of a workshop when it was last revealed.

    Raises InputError.
    """
    if _is_workshop(path):
        return _workshop_session(path, kb).sheet
    if not is_record(path):
        return read_sheet(path, kb)
    from advisor.records.evidence.restore import sheet_at

    return sheet_at(path, kb)


def _is_workshop(path: Path) -> bool:
    """Whether it is a database, as the files of workshops are."""
    return begins_with(path, DATABASE)


def _workshop_session(path: Path, kb: KnowledgeBase) -> Session:
    """The group's last revealed answers as a session. Raises InputError before the first reveal."""
    from advisor.workshop.fact_checks import sheet_of
    from advisor.workshop.knowledge import check_knowledge
    from advisor.workshop.store import open_workshop

    with open_workshop(path) as workshop:
        try:
            check_knowledge(workshop, kb)
            sheet = sheet_of(workshop, kb)
        except WorkshopError as error:
            raise InputError.at(path, str(error)) from None
        return Session(
            sheet,
            workshop.findings(),
            knowledge_base=workshop.plan.knowledge,
            machine=workshop.machine(),
        )
