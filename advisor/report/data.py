"""The recommendation as JSON data. Keys are only ever added."""

from __future__ import annotations

from typing import Any

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.report.toolkit.json_data import (
    SCHEMA,
    claim_as_data,
    dumped,
    judgement_as_data,
    recommendation_as_data,
)
from rules.model import Advise


def render(recommendation: Recommendation) -> str:
    """One JSON object, as the ``--format json`` of ``advisor ask`` prints it."""
    data = {
        "schema": SCHEMA,
        "tool": f"framework-advisor {__version__}",
        "knowledge_base": recommendation.kb.digest,
        "title": recommendation.sheet.title,
        **consultation_as_data(recommendation),
        "answers": {name: list(options) for name, options in recommendation.sheet.answers.items()},
        "priorities": list(recommendation.sheet.priorities),
        "points": dict(recommendation.sheet.points),
    }
    return dumped(data)


def consultation_as_data(recommendation: Recommendation) -> dict[str, Any]:
    """Everything a consultation came to, apart from the answers it began with.

    Of a team's, ``workshop`` says how far it agreed when it was last revealed.
    """
    r = recommendation
    data = {
        "recommendation": recommendation_as_data(r),
        "written_knowledge": judgement_as_data(r.written),
        "strict": r.strict,
        "deciding": [rule.id for rule in r.deciding],
        "verified": [rule.id for rule in r.verified],
        "fired": [rule.id for rule in r.fired],
        "withdrawn": [
            {"rule": w.rule, "claim": w.claims[0], "claims": list(w.claims)} for w in r.withdrawn
        ],
        "claims": [claim_as_data(weighed) for weighed in r.claims.values()],
        "findings": [finding.to_json() for finding in r.findings.values()],
        "environment": dict(r.machine),
        "advice": [
            {"rule": rule.id, "topic": rule.action.topic, "text": rule.action.text}
            for rule in r.advice
            if isinstance(rule.action, Advise)
        ],
        "unanswered": list(r.unanswered),
        "settled": r.settled,
        "ask_next": [influence.question for influence in r.influences],
        "flips": [
            {"question": f.question, "answer": list(f.answer), "alternative": f.judgement.winner}
            for f in r.flips
        ],
        "resting_on": [fragile.claim for fragile in r.fragile_claims],
        "conflict": list(r.conflict),
    }
    return data if r.sheet.workshop is None else {**data, "workshop": _workshop(r)}


def _workshop(r: Recommendation) -> dict[str, Any]:
    from advisor.report.workshop.data import summary_as_data
    from advisor.workshop.round_result import round_result

    assert r.sheet.workshop is not None  # asked by the caller
    rounds = [
        {"round": each.number, "ballots": len(each.ballots), "seal": each.seal}
        for each in r.sheet.workshop.rounds
    ]
    result = round_result(r.kb, r.sheet.workshop, r.findings)
    return {"id": r.sheet.workshop.workshop, "rounds": rounds, **summary_as_data(result)}
