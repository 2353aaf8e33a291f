"""What the two frameworks can do, side by side: the capabilities that probes of both sides show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.findings import markdown as md
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
    rows, sections = [], []
    for capability in Capability:
        of_each = [probes_for(capability, framework, probes) for framework in FRAMEWORKS]
        name = md.link(md.cell(capability.value), f"#{_anchor(capability)}")
        rows.append([name, *(_summary(shown, findings) for shown in of_each)])
        items = [
            _item(framework, probe, findings.get(probe.id))
            for framework, shown in zip(heading[1:], of_each, strict=True)
            for probe in shown
        ]
        sections += [f"## {capability.value}", "\n".join(items) or "No probe tries this yet."]
    title = "# What PyTorch and TensorFlow can do"
    return md.document(title, INTRODUCTION, LEGEND, md.table(heading, rows), *sections)


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
    return md.cell(kb.alternatives[framework].title if framework in kb.alternatives else framework)


def _anchor(capability: Capability) -> str:
    """The anchor that GitHub gives to the heading."""
    text = "".join(c for c in capability.value.lower() if c.isalnum() or c in " -_")
    return text.replace(" ", "-")


def _summary(probes: Sequence[Probe], findings: Mapping[str, Finding]) -> str:
    lines = (f"{_outcome(findings.get(probe.id))} {md.probe_link(probe.id)}" for probe in probes)
    return "<br>".join(lines) or "no probe"


def _outcome(finding: Finding | None) -> str:
    """What was run stands out; what was not run does not."""
    if finding is None or not finding.outcome.answered:
        return f"*{finding.outcome.value if finding else 'not run'}*"
    return f"**{finding.outcome.value}**{', *deprecated*' if finding.deprecations else ''}"


def _item(framework: str, probe: Probe, finding: Finding | None) -> str:
    question = f"- {framework}, {md.probe_link(probe.id)}: {md.cell(probe.question)}"
    if finding is None:
        return f"{question} *not run*"
    lines = [f"{question} {_outcome(finding)}: {md.account(finding).rstrip('.')}."]
    made = ", ".join(part for part in (md.versions(finding), day(finding)) if part)
    if made:
        lines.append(f"  {made}.")
    lines += [f"  Deprecated: {md.cell(md.shortened(line))}" for line in finding.deprecations]
    return "\n".join(lines)
