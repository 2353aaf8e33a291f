"""A record compared with its evidence, and its evidence with its rules. Nothing is run here.

:mod:`advisor.records.verification.rerun` puts the claims to the frameworks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from pathlib import Path

from advisor.consultation.consultation import Recommendation
from advisor.consultation.session import read_session
from advisor.records.evidence.bundle import Bundle, read_bundle
from advisor.records.evidence.restore import (
    RestoredConsultation,
    bundle_path,
    integrity_problems,
    read_evident,
    restored_from_bundle,
    sealed_text,
    session_before_bundles,
)
from advisor.records.parsed_record import Document
from advisor.records.verification.filed import filed_statements
from advisor.records.verification.replay import (
    bundle_differences,
    session_differences,
    written_by_this_version,
)
from advisor.records.verification.text import other_choice, text_differences
from rules.answers import answer_mistakes
from rules.diagnostics import InputError, printable
from rules.model import KnowledgeBase

MOST_TOLD = 100  # problems of one check


class CheckStatus(str, Enum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Check:
    """One thing that was checked: a sentence that sums it up, and a sentence for each problem."""

    status: CheckStatus
    summary: str
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, problems: Iterable[str], *, passed: str, failed: str) -> Check:
        """Failed where there are ``problems``; ``passed`` and ``failed`` are the summaries."""
        present = tuple(islice(problems, MOST_TOLD + 1))
        if len(present) > MOST_TOLD:
            present = (*present[:MOST_TOLD], "and more")
        if present:
            return cls(CheckStatus.FAILED, failed, present)
        return cls(CheckStatus.PASSED, passed)


@dataclass(frozen=True)
class Verification:
    """The checks of one record: that its evidence is as sealed, that its text says what the
    evidence says, and that the rules of then give the same advice again.

    ``restored`` and ``replayed`` are None where the evidence cannot be read; ``today`` is what
    today's knowledge makes of it, None where that is the same or cannot read the answers.
    """

    path: Path
    document: Document
    integrity: Check
    text: Check
    reasoning: Check
    restored: RestoredConsultation | None = None
    replayed: Recommendation | None = None
    today: Recommendation | None = None

    @property
    def checks(self) -> Mapping[str, Check]:
        """By the names that are printed."""
        return {"whole": self.integrity, "text": self.text, "replay": self.reasoning}

    @property
    def complete(self) -> bool:
        """Whether everything was checked, and passed."""
        return all(check.status is CheckStatus.PASSED for check in self.checks.values())

    @property
    def failed(self) -> bool:
        return any(check.status is CheckStatus.FAILED for check in self.checks.values())


def verify(path: Path, kb: KnowledgeBase) -> Verification:
    """Check the record in ``path``; ``kb`` is today's knowledge.

    Raises InputError for what is no record: a file that cannot be read, or has no evidence at all.
    """
    document = read_evident(path)
    if document.problems:
        raise InputError(document.problems)
    session = session_before_bundles(path, document)
    if session is not None:
        restored = RestoredConsultation(read_session(session, kb), kb, None)
        return _without_bundle(path, document, restored)
    try:
        bundle = read_bundle(bundle_path(path, document))
    except InputError as error:
        messages = tuple(problem.message for problem in error.problems)
        integrity = Check(CheckStatus.FAILED, "the evidence cannot be read", messages)
        nothing = Check(CheckStatus.NOT_CHECKED, "there is no evidence to hold it against")
        return Verification(path, document, integrity, nothing, nothing)
    return _with_bundle(path, document, bundle, kb)


def _with_bundle(path: Path, document: Document, bundle: Bundle, kb: KnowledgeBase) -> Verification:
    name = Path(bundle.file).name
    integrity = Check.of(
        (f"{name}: {sentence}" for sentence in integrity_problems(document, bundle)),
        passed=f"the {len(bundle.entries)} files of the evidence are as they were sealed",
        failed="the evidence is not what was sealed",
    )
    try:
        restored = restored_from_bundle(bundle)
    except InputError as error:
        reasoning = Check.of(
            map(str, error.problems), passed="", failed="the evidence cannot be reasoned with"
        )
        return Verification(
            path, document, integrity, _text(path, document, bundle, None), reasoning
        )
    replayed = restored.consulted()
    reasoning = Check.of(
        (f"{name}: {sentence}" for sentence in evidence_problems(restored, replayed, bundle)),
        passed=f"the {len(restored.kb.rules)} rules of then give the same advice{_notes(restored)}",
        failed="the rules of then do not give what is written",
    )
    ours = written_by_this_version(restored)
    text = _text(path, document, bundle, replayed if ours else None)
    if not ours and text.status is CheckStatus.PASSED:
        text = Check(CheckStatus.NOT_CHECKED, _OF_ANOTHER.format(tool=_tool(restored)))
    today = _today(restored, kb)
    return Verification(path, document, integrity, text, reasoning, restored, replayed, today)


_OF_ANOTHER = (
    "the record says what the text in its evidence says; that is by {tool}, whose wording this "
    "version cannot write again: compared were its choice, options, answers, weights, reasons and "
    "claims"
)


def _tool(restored: RestoredConsultation) -> str:
    return printable(restored.session.tool) or "no version that it names"


def _text(path: Path, document: Document, bundle: Bundle, replayed: Recommendation | None) -> Check:
    """The record compared with the text that was sealed with it. ``replayed`` is None where this
    version cannot tell how the record speaks of itself.
    """
    try:
        sealed = sealed_text(bundle)
    except InputError as error:
        messages = tuple(problem.message for problem in error.problems)
        return Check(CheckStatus.FAILED, "there is nothing to hold the record against", messages)
    filed = list(filed_statements(path, document, replayed))
    return Check.of(
        text_differences(document, sealed, filed),
        passed="the record says what its evidence says",
        failed="the record does not say what it did",
    )


def evidence_problems(
    restored: RestoredConsultation, replayed: Recommendation, bundle: Bundle
) -> Iterator[str]:
    """What comes out differently. A bundle may come from anybody, and hold anything."""
    try:
        yield from session_differences(restored, replayed)
        yield from bundle_differences(restored, replayed, bundle)
    except InputError as error:
        yield from (problem.message for problem in error.problems)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        yield f"a file of the evidence is not as advisor writes it ({type(error).__name__})"


def _notes(restored: RestoredConsultation) -> str:
    """Which answers are not the group's, as the evidence itself reports, and which other version
    wrote the texts, so that they cannot be written again here.
    """
    notes, sheet = "", restored.session.sheet
    if sheet.workshop is not None:
        from advisor.records.madr.team_data import changed_afterwards

        names = ", ".join(changed_afterwards(restored.kb, sheet))
        notes = f"; not the group's answers, as is told: {names}" if names else ""
    if not written_by_this_version(restored):
        notes += f"; its files are by {_tool(restored)}: what both versions know was compared"
    return notes


def _today(restored: RestoredConsultation, kb: KnowledgeBase) -> Recommendation | None:
    """The same answers and findings by today's knowledge, where that is another."""
    if restored.bundle is None or kb.digest == restored.kb.digest:
        return None
    sheet = restored.session.sheet
    answers = {
        name: answer
        for name, answer in sheet.answers.items()
        if name in kb.questions and not any(answer_mistakes(kb.questions[name], answer))
    }
    ranking = tuple(name for name in sheet.priorities if name in kb.criteria)
    sheet = replace(sheet, answers=answers, priorities=ranking)
    return replace(restored, session=replace(restored.session, sheet=sheet), kb=kb).consulted()


def _without_bundle(path: Path, document: Document, restored: RestoredConsultation) -> Verification:
    """Of a record that was written before there were bundles, what can be checked."""
    integrity = Check(
        CheckStatus.NOT_CHECKED, "written before evidence was sealed; only its session is beside it"
    )
    replayed = restored.consulted()
    if restored.session.knowledge_base != restored.kb.digest:
        reasoning = Check(
            CheckStatus.NOT_CHECKED,
            "the knowledge it was reasoned with is not kept; what follows is by today's",
        )
    else:
        reasoning = Check.of(
            session_differences(restored, replayed),
            passed=f"the {len(restored.kb.rules)} rules give the same advice",
            failed="the rules do not give what is written",
        )
    text = _text_by_session(document, restored)
    return Verification(path, document, integrity, text, reasoning, restored, replayed)


def _text_by_session(document: Document, restored: RestoredConsultation) -> Check:
    recommendation = restored.session.consultation.get("recommendation")
    chosen = recommendation if isinstance(recommendation, Mapping) else {}
    alternative = restored.kb.alternatives.get(str(chosen.get("alternative")))
    expected = alternative.title if alternative else None
    return Check.of(
        other_choice(document, expected) if expected else (),
        passed="its chosen option is the session's" if expected else "the session names no choice",
        failed="the record does not say what its session says",
    )
