"""The short guided answer: how it was concluded, why not the others, what could change it."""

from __future__ import annotations

from advisor.consultation.consultation import Recommendation
from advisor.explanation.changes import changes
from advisor.explanation.how import how
from advisor.explanation.why_not import why_not
from rules.analysis.traces import Step


def overview(r: Recommendation) -> Step:
    """All three over one title."""
    others = (why_not(r, name) for name in r.kb.alternatives if name != r.judgement.winner)
    title = r.sheet.title or "The outcome explained"
    return Step("explanation", "", title, "", (how(r), *others, changes(r)))
