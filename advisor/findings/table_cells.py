"""What was found, in the cells that the generated documents share."""

from __future__ import annotations

from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.findings.markdown import cell, link
from advisor.wording.findings import measured
from probes.api import Finding

NUMBERS = 3  # of a finding's measurements, how many a cell tells
LONGEST = 240  # characters of a reason that a cell tells


def probe_link(probe: str) -> str:
    """The probe's id, leading from ``docs/`` to its source."""
    folder, name = probe.split(".", 1)
    return link(f"`{probe}`", f"../probes/{folder}/{name}.py")


def told(finding: Finding, reason: str | None = None) -> str:
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
    seen = [f"{name} {version}" for name, version in finding.versions.items() if name != "python"]
    where = ["in an environment of its own"] if finding.environment else []
    return cell(", ".join([*seen, *where]))


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
    standing = weighed.status.value
    if not weighed.finding.outcome.answered:
        return f"{standing} ({weighed.finding.outcome.value})"
    marked = standing if weighed.status is ClaimStatus.UNVERIFIED else f"**{standing}**"
    return f"{marked}, deprecated" if weighed.deprecated else marked
