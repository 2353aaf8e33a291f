"""Findings that are made up, and recommendations that rest on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from advisor.answers.sheet import read_sheet
from advisor.consultation.consultation import Recommendation, consult
from probes.api import Finding, Outcome
from probes.runtime.registry import load_probes
from rules.loading.loader import load

KB = load()
PROBES = load_probes()
EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = date(2026, 3, 9)
# Too close to call
EVEN = {"control_flow": ("varies",), "static_graph": ("wanted",), "training_loop": ("fit",)}


def found(
    outcome: Outcome, taken: str = "2026-03-01T10:00:00Z", **versions: str
) -> Callable[[Sequence[str]], Mapping[str, Finding]]:
    """A prober by which every probe comes out so."""
    seen = versions or {"python": "3.11.7", "torch": "2.13.0", "tensorflow": "2.21.0"}

    def prober(names: Sequence[str]) -> Mapping[str, Finding]:
        return {
            name: Finding(
                probe=name,
                outcome=outcome,
                reason="it was run",
                seconds=1.0,
                evidence={"difference": 1e-7},
                versions=seen,
                taken=taken,
                source=PROBES[name].source_hash,
            )
            for name in names
        }

    return prober


def as_expected(names: Sequence[str]) -> Mapping[str, Finding]:
    """A prober that confirms every claim."""
    expected: dict[str, str] = {}  # two claims may expect the opposite of one probe
    for rule in KB.rules.values():
        for claim in map(KB.claims.__getitem__, rule.claims):
            expected.setdefault(claim.probe or "", claim.expect)
    findings = found(Outcome.YES)(names)
    return {name: replace(f, outcome=Outcome(expected[name])) for name, f in findings.items()}


def example(name: str) -> Recommendation:
    """An example of the shipped ones, each of its claims confirmed."""
    return consult(KB, read_sheet(EXAMPLES / f"{name}.yaml", KB), as_expected)
