"""Findings in the cells of tables that the generated documents share."""

from __future__ import annotations

from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.findings.markdown import cell, link
from advisor.wording.findings import NUMBERS, measured
from probes.api import Finding

LONGEST = 240  # characters of a reason in a cell


def probe_link(probe: str) -> str:
    """The probe's id, leading from ``docs/`` to its source."""
    folder, name = probe.split(".", 1)
    return link(f"`{probe}`", f"../probes/{folder}/{name}.py")


def account(finding: Finding, reason: str | None = None) -> str:
    """The finding's reason, or another, with its first few numbers."""
    sentence = shortened(finding.reason if reason is None else reason)
    return cell(measured(finding, sentence, NUMBERS))


def shortened(text: str) -> str:
    """``text``, cut at a word where it is longer than a cell should be."""
    line = " ".join(text.split())
    if len(line) <= LONGEST:
        return line
    return f"{line[:LONGEST].rsplit(' ', 1)[0]} ..."


def versions(finding: Finding) -> str:
    """What was installed: ``torch 2.13.0, onnx 1.23.2, in an environment of its own``."""
    parts = [f"{name} {version}" for name, version in finding.versions.items() if name != "python"]
    if finding.environment:
        parts.append("in an environment of its own")
    return cell(", ".join(parts))


def outcome(finding: Finding | None) -> str:
    """``yes``, ``no`` and so on, with the warning that goes with it; or that nothing ran."""
    if finding is None:
        return "not run"
    return f"{finding.outcome.value}, deprecated" if finding.deprecations else finding.outcome.value


def verdict(weighed: WeighedClaim) -> str:
    """What comes out for a claim, in a word or two."""
    if weighed.claim.probe is None:
        return "cannot be tried"
    if weighed.finding is None:
        return "not run"
    status = weighed.status.value
    if not weighed.finding.outcome.answered:
        return f"{status} ({weighed.finding.outcome.value})"
    marked = status if weighed.status is ClaimStatus.UNVERIFIED else f"**{status}**"
    return f"{marked}, deprecated" if weighed.deprecated else marked
