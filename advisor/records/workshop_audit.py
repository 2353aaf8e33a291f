"""The audit of a workshop, from its file, its record or the evidence of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from advisor.records.evidence.bundle import Bundle, read_bundle
from advisor.records.evidence.restore import (
    bundle_path,
    integrity_problems,
    read_evident,
    restored_from_bundle,
    sealed_text,
)
from advisor.records.names import is_markdown
from advisor.records.parsed_record import Document
from advisor.records.verification.ballots import seals_in
from advisor.workshop.audit import Audit, audit
from advisor.workshop.store import open_workshop
from rules.diagnostics import InputError
from rules.model import KnowledgeBase


@dataclass(frozen=True)
class AuditedFile:
    """``kb`` is the knowledge of then; ``opened`` the number of the round that is open, if any."""

    audit: Audit
    kb: KnowledgeBase
    opened: int | None = None


def audit_file(path: Path, kb: KnowledgeBase, receipts: Iterable[str]) -> AuditedFile:
    """What is true of the ballots in ``path``, and which are behind these receipts.

    Raises InputError where it is no workshop, and no record or evidence of one.
    """
    wanted = dict.fromkeys(receipts)
    if path.suffix == ".zip":
        bundle = read_bundle(path)
        document = sealed_text(bundle)
        return _audit_bundle(bundle, document, bundle.damage, wanted)
    if is_markdown(path):
        document = read_evident(path)
        bundle = read_bundle(bundle_path(path, document))
        return _audit_bundle(bundle, document, integrity_problems(document, bundle), wanted)
    return _audit_workshop(path, kb, wanted)


def _audit_workshop(path: Path, kb: KnowledgeBase, receipts: Iterable[str]) -> AuditedFile:
    with open_workshop(path, altered=True) as workshop:
        sealed = workshop.sealed_receipts()  # first: what is revealed meanwhile is found as well
        current, history = workshop.round_state(), workshop.history()
    opened = None if current.revealed else current.number
    return AuditedFile(audit(history, receipts, sealed=sealed), kb, opened)


def _audit_bundle(
    bundle: Bundle, document: Document, damage: Iterable[str], receipts: Iterable[str]
) -> AuditedFile:
    restored = restored_from_bundle(bundle)
    history = restored.session.sheet.workshop
    if history is None:
        message = "is the evidence of no workshop: there are no ballots in it"
        raise InputError.at(bundle.file, message)
    result = audit(history, receipts, seals=seals_in(document))
    wrong = (*(f"the evidence: {sentence}" for sentence in damage), *result.wrong)
    return AuditedFile(replace(result, wrong=wrong), restored.kb)
