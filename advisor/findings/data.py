"""Findings and probes as JSON data. Keys are only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.consultation.evidence import WeighedClaim
from advisor.report.toolkit.json_data import SCHEMA, claim_as_data, dumped
from probes.api import Finding, Probe


def render_findings(findings: Mapping[str, Finding], claims: Sequence[WeighedClaim] = ()) -> str:
    """One JSON object, as the ``--format json`` of ``advisor probe`` prints it."""
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "findings": [finding.to_json() for finding in findings.values()],
    }
    if claims:
        data["claims"] = [claim_as_data(weighed) for weighed in claims]
    return dumped(data)


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
