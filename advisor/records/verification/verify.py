"""A record held against its evidence, and its evidence against its rules. Nothing is run here.

:mod:`advisor.records.verification.rerun` puts the claims to the frameworks again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.records.evidence.bundle import Bundle, read_bundle
from advisor.records.evidence.restore import (
    RestoredConsultation,
    bundle_path,
    has_evidence,
    restored_from_bundle,
    restored_from_session,
    seal,
    session_before_bundles,
)
from advisor.records.parsed_record import Document, read_document
from advisor.records.verification.ballots import changed_knowingly
from advisor.records.verification.check import Check, CheckStatus
from advisor.records.verification.replay import apart, changed
from advisor.records.verification.text import check_text, other_choice
from rules.answers import answer_mistakes
from rules.diagnostics import InputError, Problem, printable
from rules.model import KnowledgeBase


@dataclass(frozen=True)
class Verification:
    """What came of one record. ``kept`` and ``replayed`` are None where its evidence cannot be
    read; ``today`` is what today's knowledge makes of it, None where that is the same knowledge
    or cannot read the answers.
    """

    path: Path
    document: Document
    whole: Check
    text: Check
    replay: Check
    kept: RestoredConsultation | None = None
    replayed: Recommendation | None = None
    today: Recommendation | None = None

    @property
    def failed(self) -> bool:
        checks = (self.whole, self.text, self.replay)
        return any(check.result is CheckStatus.FAILED for check in checks)


def verify(path: Path, kb: KnowledgeBase) -> Verification:
    """Check the record in ``path``; ``kb`` is today's knowledge.

    Raises InputError for what is no record: a file that cannot be read, or has no evidence at all.
    """
    document = read_document(path)
    if document.problems:
        raise InputError(document.problems)
    before = session_before_bundles(path, document)
    if before is not None:
        return _before_bundles(path, document, restored_from_session(before, kb))
    if not has_evidence(path, document):
        message = "names no evidence, and there is none beside it: expected a record of advisor's"
        raise InputError([Problem(document.place(0), message)])
    try:
        bundle = read_bundle(bundle_path(path, document))
    except InputError as error:
        return _unreadable(path, document, [problem.message for problem in error.problems])
    return _with_bundle(path, document, bundle, kb)


def _with_bundle(path: Path, document: Document, bundle: Bundle, kb: KnowledgeBase) -> Verification:
    name = Path(bundle.file).name
    whole = Check.of(
        [f"{name}: {sentence}" for sentence in not_whole(document, bundle)],
        f"the {len(bundle.entries)} files of the evidence are as they were sealed",
        "the evidence is not what was sealed",
    )
    text = check_text(document, bundle)
    try:
        kept = restored_from_bundle(bundle)
    except InputError as error:
        told = tuple(str(problem) for problem in error.problems)
        replay = Check(CheckStatus.FAILED, "the evidence cannot be reasoned with", told)
        return Verification(path, document, whole, text, replay)
    replayed = kept.consulted()
    otherwise = list(_otherwise(kept, replayed, bundle))
    besides = f"{_by_others(kept)}{_unwritten(kept)}"
    replay = Check.of(
        [f"{name}: {sentence}" for sentence in otherwise],
        f"the {len(kept.kb.rules)} rules of then give the same advice{besides}",
        "the rules of then do not give what is written",
    )
    today = _today(kept, kb)
    return Verification(path, document, whole, text, replay, kept, replayed, today)


def _unwritten(kept: RestoredConsultation) -> str:
    """What is to be said where another version wrote it: its texts cannot be written again here."""
    tool = kept.session.tool
    if tool == f"framework-advisor {__version__}":
        return ""
    return f"; its texts are of {printable(tool) or 'no version'}, and were not written again"


def _otherwise(
    kept: RestoredConsultation, replayed: Recommendation, bundle: Bundle
) -> Iterator[str]:
    """What comes out otherwise. A bundle may come from anybody, and hold anything."""
    try:
        yield from changed(kept, replayed)
        yield from apart(kept, replayed, bundle)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield f"a file of the evidence is not as advisor writes it ({type(error).__name__})"


def _unreadable(path: Path, document: Document, told: list[str]) -> Verification:
    whole = Check(CheckStatus.FAILED, "the evidence cannot be read", tuple(told))
    nothing = Check(CheckStatus.NOT_CHECKED, "there is no evidence to hold it against")
    return Verification(path, document, whole, nothing, nothing)


def _before_bundles(path: Path, document: Document, kept: RestoredConsultation) -> Verification:
    """Of a record that has a session beside it and no bundle, what can be said of it."""
    whole = Check(
        CheckStatus.NOT_CHECKED, "written before evidence was sealed; only its session is beside it"
    )
    told = kept.session.consultation.get("recommendation")
    chosen = told if isinstance(told, Mapping) else {}
    replayed = kept.consulted()
    if kept.session.knowledge_base != kept.kb.digest:
        replay = Check(
            CheckStatus.NOT_CHECKED,
            "the knowledge it was reasoned with is not kept; what follows is by today's",
        )
    else:
        replay = Check.of(
            list(changed(kept, replayed)),
            f"the {len(kept.kb.rules)} rules give the same advice",
            "the rules do not give what is written",
        )
    alternative = kept.kb.alternatives.get(str(chosen.get("alternative")))
    expected = alternative.title if alternative else None
    wrong = list(other_choice(document, expected)) if expected else []
    said = "its chosen option is the session's" if expected else "the session names no choice"
    text = Check.of(wrong, said, "the record does not say what its session says")
    return Verification(path, document, whole, text, replay, kept, replayed)


def _by_others(kept: RestoredConsultation) -> str:
    """What is to be said of answers that are not those of the group; empty where all are."""
    names = changed_knowingly(kept)
    return f"; not the group's answers, as is told: {', '.join(names)}" if names else ""


# The evidence


def not_whole(document: Document, bundle: Bundle) -> Iterator[str]:
    """Where the evidence is not as it was sealed, or not what the record names."""
    stated = seal(document)
    yield from bundle.damage
    if not stated:
        yield "the record gives no SHA-256 for it, expected one under More Information"
    elif stated != bundle.sha256:
        yield f"its SHA-256 is {bundle.sha256[:12]}..., the record was sealed with {stated[:12]}..."


def _today(kept: RestoredConsultation, kb: KnowledgeBase) -> Recommendation | None:
    """The same answers and findings by today's knowledge, where that is another."""
    if kept.bundle is None or kb.digest == kept.kb.digest:
        return None
    answers = {
        name: given
        for name, given in kept.session.sheet.answers.items()
        if name in kb.questions and not any(answer_mistakes(kb.questions[name], given))
    }
    ranking = tuple(name for name in kept.session.sheet.priorities if name in kb.criteria)
    sheet = replace(kept.session.sheet, answers=answers, priorities=ranking)
    return replace(kept, session=replace(kept.session, sheet=sheet), kb=kb).consulted()
