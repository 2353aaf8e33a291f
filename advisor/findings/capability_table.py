"""What the two frameworks can do, side by side: the capabilities that probes of both sides show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from advisor.findings import table_cells as cells
from advisor.findings.markdown import cell, document, link, table
from advisor.wording.findings import day
from probes.api import FRAMEWORKS, Finding, Probe
from probes.capabilities import Capability
from rules.model import KnowledgeBase

INTRODUCTION = """\
Each capability is tried on both frameworks, by probes of their own that run the thing and compare
numbers. This table is generated from [`findings.json`](findings.json), as [the claims](claims.md)
are, which also tell how to make both again. The name behind each answer leads to the probe: what
it asks, how it tries it, and what it does not show stand at its head."""

LEGEND = """\
**yes** and **no** were run. *unavailable* could not be tried where this was made, and the section
of the capability says what was missing; it does not mean no. *deprecated* works, and what was run
warned that it is going away. A capability may have several probes, because there are several ways
to it, or a library of each."""


def capabilities_page(
    kb: KnowledgeBase, probes: Mapping[str, Probe], findings: Mapping[str, Finding]
) -> str:
    """The table of all capabilities, and the findings of each below it."""
    heading = ["capability", *(_title(kb, framework) for framework in FRAMEWORKS)]
    rows = [
        [
            link(cell(capability.value), f"#{_anchor(capability)}"),
            *(
                _summary(probes_for(capability, framework, probes), findings)
                for framework in FRAMEWORKS
            ),
        ]
        for capability in Capability
    ]
    sections = [
        block for capability in Capability for block in _section(kb, capability, probes, findings)
    ]
    title = "# What PyTorch and TensorFlow can do"
    return document(title, INTRODUCTION, LEGEND, table(heading, rows), *sections)


def probes_for(
    capability: Capability, framework: str, probes: Mapping[str, Probe]
) -> Sequence[Probe]:
    """The probes that show this capability of this framework, in the order of their ids."""
    return [
        probe
        for probe in probes.values()
        if probe.capability is capability and probe.framework == framework
    ]


def _title(kb: KnowledgeBase, framework: str) -> str:
    return cell(kb.alternatives[framework].title if framework in kb.alternatives else framework)


def _anchor(capability: Capability) -> str:
    """The anchor that GitHub gives to the heading."""
    text = "".join(c for c in capability.value.lower() if c.isalnum() or c in " -_")
    return text.replace(" ", "-")


def _summary(probes: Sequence[Probe], findings: Mapping[str, Finding]) -> str:
    lines = (f"{_outcome(findings.get(probe.id))} {cells.probe_link(probe.id)}" for probe in probes)
    return "<br>".join(lines) or "no probe"


def _outcome(finding: Finding | None) -> str:
    """What was run stands out; what was not run does not."""
    word = cells.outcome(finding)
    if finding is None or not finding.outcome.answered:
        return f"*{word}*"
    answer, *deprecated = word.split(", ")
    return ", ".join([f"**{answer}**", *(f"*{word}*" for word in deprecated)])


def _section(
    kb: KnowledgeBase,
    capability: Capability,
    probes: Mapping[str, Probe],
    findings: Mapping[str, Finding],
) -> Iterator[str]:
    yield f"## {capability.value}"
    items = [
        _item(_title(kb, framework), probe, findings.get(probe.id))
        for framework in FRAMEWORKS
        for probe in probes_for(capability, framework, probes)
    ]
    yield "\n".join(items) or "No probe tries this yet."


def _item(framework: str, probe: Probe, finding: Finding | None) -> str:
    question = f"- {framework}, {cells.probe_link(probe.id)}: {cell(probe.question)}"
    if finding is None:
        return f"{question} *not run*"
    lines = [f"{question} {_outcome(finding)}: {cells.account(finding).rstrip('.')}."]
    made = ", ".join(part for part in (cells.versions(finding), day(finding)) if part)
    if made:
        lines.append(f"  {made}.")
    lines += [f"  Deprecated: {cell(cells.shortened(line))}" for line in finding.deprecations]
    return "\n".join(lines)
