"""The evidence as a CycloneDX 1.6 bill of materials with declarations (ECMA-424).

Each deciding rule is a requirement of one standard, the knowledge base; each claim it rests on is
a claim; the finding of a probe is evidence for it, or counter-evidence. ``score`` is 1 where every
claim was confirmed by a run and 0 where one was refuted; nothing in between is made up.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import ClaimStatus, WeighedClaim, is_verified
from advisor.records.expiry import expiry
from advisor.wording.findings import FRAMEWORKS, measured
from advisor.wording.recommendation import outcome, proof
from probes.api import UNKNOWN, Finding
from probes.runtime.installed import normalised_name
from rules.model import Rule

SPEC_VERSION = "1.6"
NAMESPACE = uuid.UUID("5f0e7e8e-6f6b-5a8e-9d53-0f6a54c1a0b1")  # of the serial numbers made here


def bill_of_materials(r: Recommendation) -> dict[str, Any]:
    """The document, the same for the same recommendation."""
    standard = {
        "bom-ref": "knowledge-base",
        "name": "The rules of the knowledge base that spoke on the outcome",
        "version": r.kb.digest,
        "requirements": [
            {"bom-ref": f"rule:{rule.id}", "identifier": rule.id, "text": rule.because}
            for rule in _spoke(r)
        ],
    }
    bom: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC_VERSION,
        "version": 1,
        "metadata": _metadata(r),
        "components": list(_components(r)),
        "declarations": _declarations(r),
        "definitions": {"standards": [standard]},
    }
    content = json.dumps(bom, sort_keys=True)
    return {**bom, "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, content)}"}


def _metadata(r: Recommendation) -> dict[str, Any]:
    tool = {"type": "application", "name": "framework-advisor", "version": __version__}
    metadata: dict[str, Any] = {
        "tools": {"components": [tool]},
        "component": {
            "bom-ref": "decision",
            "type": "data",
            "name": r.sheet.title or "decision",
            "description": outcome(r.kb, r.judgement),
        },
    }
    taken = [finding.taken for finding in r.findings.values() if finding.taken]
    return {"timestamp": max(taken), **metadata} if taken else metadata


def _components(r: Recommendation) -> Iterator[dict[str, Any]]:
    packages = r.machine.get("packages")
    if isinstance(packages, Mapping):
        for name, version in packages.items():
            yield _component(f"package:{name}", name, str(version))


def _component(ref: str, name: str, version: str) -> dict[str, Any]:
    component = {"bom-ref": ref, "type": "library", "name": name}
    if version == UNKNOWN:
        return component
    purl = f"pkg:pypi/{normalised_name(name)}@{quote(version, safe='')}"
    return {**component, "version": version, "purl": purl}


def _declarations(r: Recommendation) -> dict[str, Any]:
    claims = {name: r.claims[name] for rule in _spoke(r) for name in rule.claims}
    findings = {
        weighed.finding.probe: weighed
        for weighed in claims.values()
        if weighed.finding is not None and weighed.finding.outcome.answered
    }
    targets = {}
    for finding in (weighed.finding for weighed in findings.values()):
        if finding and (name := _tried_on(finding)):
            ref = _target(finding)
            targets[ref] = _component(ref, name, finding.versions[name])
    return {
        "assessors": [{"bom-ref": "advisor", "thirdParty": False}],
        "attestations": [
            {
                "summary": f"{outcome(r.kb, r.judgement)}. {proof(r)}",
                "assessor": "advisor",
                "map": [_mapped(r, rule) for rule in _spoke(r)],
            }
        ],
        "claims": [_claim(weighed) for weighed in claims.values()],
        "evidence": [_evidence(weighed) for weighed in findings.values()],
        "targets": {"components": list(targets.values())},
    }


def _spoke(r: Recommendation) -> list[Rule]:
    """The deciding rules that stand, then those that fell."""
    return [*r.deciding, *(rule for rule in r.withdrawn_rules if rule.decides)]


def _mapped(r: Recommendation, rule: Rule) -> dict[str, Any]:
    refuted = [n for n in rule.claims if r.claims[n].status is ClaimStatus.REFUTED]
    others = [f"claim:{name}" for name in rule.claims if name not in refuted]
    conformance: dict[str, Any]
    if refuted:
        conformance = {"score": 0, "rationale": "A claim it rests on was refuted by a run."}
    elif is_verified(rule, r.claims):
        conformance = {"score": 1, "rationale": "Each claim it rests on was confirmed by a run."}
    elif rule.claims:
        conformance = {"rationale": "Not every claim it rests on could be tried."}
    else:
        conformance = {"rationale": "It rests on answers alone."}
    return {
        "requirement": f"rule:{rule.id}",
        "conformance": conformance,
        **({"claims": others} if others else {}),
        **({"counterClaims": [f"claim:{name}" for name in refuted]} if refuted else {}),
    }


def _claim(weighed: WeighedClaim) -> dict[str, Any]:
    claim: dict[str, Any] = {
        "bom-ref": f"claim:{weighed.claim.id}",
        "predicate": weighed.claim.says,
        "reasoning": f"{weighed.status.value}: {weighed.why}",
    }
    finding = weighed.finding
    if finding is None or not finding.outcome.answered:
        return claim
    kind = "counterEvidence" if weighed.status is ClaimStatus.REFUTED else "evidence"
    claim[kind] = [f"evidence:{finding.probe}"]
    if _tried_on(finding):
        claim["target"] = _target(finding)
    return claim


def _evidence(weighed: WeighedClaim) -> dict[str, Any]:
    finding = weighed.finding
    assert finding is not None  # selected by the caller
    evidence: dict[str, Any] = {
        "bom-ref": f"evidence:{finding.probe}",
        "propertyName": "advisor:probe",
        "description": measured(finding, f"{finding.outcome.value}: {finding.reason}"),
        "data": [
            {"name": kind, "contents": {"url": f"probes/{finding.probe}/{file}"}}
            for kind, file in (("finding", "finding.json"), ("probe", "probe.py"))
        ],
    }
    if finding.taken:
        evidence["created"] = finding.taken
    if until := expiry(weighed):
        evidence["expires"] = f"{until}T00:00:00Z"
    return evidence


def _target(finding: Finding) -> str:
    name = _tried_on(finding)
    return f"target:{name}@{finding.versions[name]}"


def _tried_on(finding: Finding) -> str:
    """The package that the claim is about, of all imported: a framework before anything else."""
    names = [*FRAMEWORKS, *(name for name in finding.versions if name != "python")]
    return next((name for name in names if name in finding.versions), "")
