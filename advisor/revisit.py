"""A consultation reasoned again from its file, with the findings it holds: nothing is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from advisor.answers.sheet import Sheet, apply_settings, read_sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.consultation.session import Session, read_session
from probes.api import Finding
from rules.diagnostics import BadInput, Place, Problem
from rules.model import KnowledgeBase

DATABASE = b"SQLite format 3\0"  # how SQLite's files begin


@dataclass(frozen=True)
class Revisited:
    """``recommendation`` is today's reasoning over the session's answers and findings."""

    session: Session
    recommendation: Recommendation

    @property
    def tried(self) -> bool:
        """Whether anything was tried for the session: a mere answers file has no findings."""
        return bool(self.session.findings)

    @property
    def other_knowledge(self) -> bool:
        """Whether the session was made with knowledge other than today's."""
        made_with = self.session.knowledge_base
        return made_with not in ("", self.recommendation.kb.digest)


def revisit(path: Path, kb: KnowledgeBase, settings: Iterable[str] = ()) -> Revisited:
    """The consultation in ``path``, with the answers that ``settings`` (question=option) replace.

    A record, or the evidence beside it, is reasoned with by the knowledge it was written by.
    Rules that only the new answers bring rest on probes that were never run: their claims are
    unverified, and say so. Raises BadInput.
    """
    session, kb = _session(path, kb)
    sheet = apply_settings(session.sheet, settings, kb)

    return Revisited(session, consult_again(session, sheet, kb))


def consult_again(session: Session, sheet: Sheet, kb: KnowledgeBase) -> Recommendation:
    """Reason over these answers with the findings that the session holds."""

    def kept(names: Sequence[str]) -> Mapping[str, Finding]:
        return {name: session.findings[name] for name in names if name in session.findings}

    recommendation = consult(kb, sheet, kept, strict=session.strict)
    if sheet.workshop is not None:  # what one person's own answers rest on counts as well
        recommendation = with_all(recommendation, session.findings)
    return replace(recommendation, surroundings=session.surroundings)


def with_all(recommendation: Recommendation, findings: Mapping[str, Finding]) -> Recommendation:
    """The recommendation with these findings beside its own, which count first."""
    every = {**findings, **recommendation.findings}
    return replace(recommendation, findings={probe: every[probe] for probe in sorted(every)})


def is_record(path: Path) -> bool:
    """Whether the file is called as decision records, or the evidence beside them, are."""
    return path.suffix in (".md", ".zip")


def answers_in(path: Path, kb: KnowledgeBase) -> Sheet:
    """The answers in a file, behind a record, or of a workshop when it was last revealed.

    Raises BadInput.
    """
    if _is_workshop(path):
        return _of_workshop(path, kb).sheet
    if not is_record(path):
        return read_sheet(path, kb)
    from advisor.records.kept import sheet_at

    return sheet_at(path, kb)


def _is_workshop(path: Path) -> bool:
    """Whether it is a database, as the files of workshops are."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(DATABASE)) == DATABASE
    except OSError:
        return False  # whoever reads it next says why


def _of_workshop(path: Path, kb: KnowledgeBase) -> Session:
    """What the group said when it was last revealed, as a session. Raises BadInput before that."""
    from advisor.answers.rounds import check_minutes
    from advisor.workshop.database import Declined
    from advisor.workshop.facts import sheet_of
    from advisor.workshop.store import open_workshop

    with open_workshop(path) as workshop:
        try:
            check_minutes(workshop.minutes(), kb, str(path))
            sheet = sheet_of(workshop, kb)
        except Declined as declined:
            raise BadInput([Problem(Place(str(path)), str(declined))]) from None
        return Session(
            sheet,
            workshop.findings(),
            knowledge_base=workshop.plan.knowledge,
            surroundings=workshop.surroundings(),
        )


def _session(path: Path, kb: KnowledgeBase) -> tuple[Session, KnowledgeBase]:
    """The session in ``path`` and the knowledge to reason with."""
    if _is_workshop(path):
        return _of_workshop(path, kb), kb
    if not is_record(path):
        return read_session(path, kb), kb
    from advisor.records.kept import kept_at

    kept = kept_at(path, kb)
    return kept.session, kept.kb
