"""The recommendation as JSON data. Keys are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import WeighedClaim
from probes.api import Finding, Probe
from rules.model import Advise
from rules.scoring.judgement import Judgement

SCHEMA = 1


def render(recommendation: Recommendation) -> str:
    """One JSON object, as the ``--format json`` of ``advisor ask`` prints it."""
    data = {
        "schema": SCHEMA,
        "tool": f"framework-advisor {__version__}",
        "knowledge_base": recommendation.kb.digest,
        "title": recommendation.sheet.title,
        **consultation_as_data(recommendation),
        "answers": {name: list(given) for name, given in recommendation.sheet.answers.items()},
        "priorities": list(recommendation.sheet.priorities),
        "points": dict(recommendation.sheet.points),
    }
    return dumped(data)


def render_findings(findings: Mapping[str, Finding], claims: Sequence[WeighedClaim] = ()) -> str:
    """One JSON object, as the ``--format json`` of ``advisor probe`` prints it."""
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "findings": [finding.to_json() for finding in findings.values()],
    }
    if claims:
        data["claims"] = [_claim(weighed) for weighed in claims]
    return dumped(data)


def dumped(data: Mapping[str, Any]) -> str:
    """One JSON object as every command prints it."""
    return json.dumps(data, indent=2) + "\n"  # in ASCII, whatever the encoding of the pipe


def render_probes(probes: Mapping[str, Probe]) -> str:
    """One JSON object, as ``advisor probe --list --format json`` prints it."""
    listed = [
        {
            "id": name,
            "question": probe.question,
            "scope": probe.scope.value,
            "capability": probe.capability.value if probe.capability else None,
            "framework": probe.framework or None,
            "needs": [need.install for need in probe.needs],
            "commands": [command.name for command in probe.commands],
            "npm": list(probe.node),
            "provision": list(probe.provision.requirements) if probe.provision else None,
        }
        for name, probe in probes.items()
    ]
    return dumped({"schema": SCHEMA, "probes": listed})


def consultation_as_data(recommendation: Recommendation) -> dict[str, Any]:
    """Everything a consultation came to, apart from the answers it began with.

    Of a team's, ``workshop`` says how far it agreed when it was last revealed.
    """
    r = recommendation
    data = {
        "recommendation": judgement_as_data(r.judgement) | {"alternative": r.choice},
        "written_knowledge": judgement_as_data(r.written),
        "strict": r.strict,
        "deciding": [rule.id for rule in r.deciding],
        "verified": [rule.id for rule in r.verified],
        "fired": [rule.id for rule in r.fired],
        "withdrawn": [
            {"rule": w.rule, "claim": w.claims[0], "claims": list(w.claims)} for w in r.withdrawn
        ],
        "claims": [_claim(weighed) for weighed in r.claims.values()],
        "findings": [finding.to_json() for finding in r.findings.values()],
        "environment": dict(r.surroundings),
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
        "resting_on": [fall.claim for fall in r.falls],
        "conflict": list(r.conflict),
    }
    return data if r.sheet.workshop is None else {**data, "workshop": _workshop(r)}


def _workshop(r: Recommendation) -> dict[str, Any]:
    from advisor.report.workshop.as_json import summary_as_data
    from advisor.workshop.picture import picture

    assert r.sheet.workshop is not None  # asked by the caller
    rounds = [
        {"round": held.number, "ballots": len(held.voices), "seal": held.seal}
        for held in r.sheet.workshop.rounds
    ]
    shown = picture(r.kb, r.sheet.workshop, r.findings)
    return {"id": r.sheet.workshop.workshop, "rounds": rounds, **summary_as_data(shown)}


def judgement_as_data(judgement: Judgement) -> dict[str, Any]:
    """``alternative`` is None unless the verdict is clear or leaning."""
    return {
        "alternative": judgement.winner,
        "verdict": judgement.verdict.value,
        "acceptability": dict(judgement.acceptability),
        "margin": judgement.margin,
        "scores": {name: dict(scores) for name, scores in judgement.scores.items()},
        "weights": dict(judgement.weights),
        "totals": dict(judgement.totals),
        "ruled_out": list(judgement.ruled_out),
    }


def _claim(weighed: WeighedClaim) -> dict[str, Any]:
    return {
        "id": weighed.claim.id,
        "says": weighed.claim.says,
        "verdict": weighed.standing.value,
        "why": weighed.why,
        "probe": weighed.claim.probe,
        "deprecated": weighed.deprecated,
    }
