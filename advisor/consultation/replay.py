"""A consultation reasoned again over the findings it holds: nothing is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.consultation.session import Session
from probes.api import Finding
from rules.model import KnowledgeBase


@dataclass(frozen=True)
class ReplayedConsultation:
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


def consult_again(session: Session, sheet: Sheet, kb: KnowledgeBase) -> Recommendation:
    """Reason over these answers with the findings that the session holds."""

    def recorded(names: Sequence[str]) -> Mapping[str, Finding]:
        return {name: session.findings[name] for name in names if name in session.findings}

    recommendation = consult(kb, sheet, recorded, strict=session.strict)
    if sheet.workshop is not None:  # what one person's own answers rest on counts as well
        recommendation = with_all(recommendation, session.findings)
    return replace(recommendation, machine=session.machine)


def with_all(recommendation: Recommendation, findings: Mapping[str, Finding]) -> Recommendation:
    """The recommendation with these findings beside its own, which count first."""
    every = {**findings, **recommendation.findings}
    return replace(recommendation, findings={probe: every[probe] for probe in sorted(every)})
