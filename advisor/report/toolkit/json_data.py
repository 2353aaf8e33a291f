"""What every command prints as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from advisor.consultation.evidence import WeighedClaim
from rules.scoring.judgement import Judgement

if TYPE_CHECKING:  # findings are printed without a consultation
    from advisor.consultation.consultation import Recommendation

SCHEMA = 1


def dumped(data: Mapping[str, Any]) -> str:
    """One JSON object as every command prints it."""
    return json.dumps(data, indent=2) + "\n"  # in ASCII, whatever the encoding of the pipe


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


def recommendation_as_data(recommendation: Recommendation) -> dict[str, Any]:
    """The judgement; ``alternative`` is ``either`` where either will do."""
    return judgement_as_data(recommendation.judgement) | {"alternative": recommendation.choice}


def claim_as_data(weighed: WeighedClaim) -> dict[str, Any]:
    return {
        "id": weighed.claim.id,
        "says": weighed.claim.says,
        "verdict": weighed.status.value,
        "why": weighed.why,
        "probe": weighed.claim.probe,
        "deprecated": weighed.deprecated,
    }
