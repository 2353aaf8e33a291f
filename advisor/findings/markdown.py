"""The pieces of Markdown that generated documents are made of, and findings in their cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from advisor.wording.findings import NUMBERS, measured
from probes.api import Finding

LONGEST = 240  # characters of a reason in a cell


def cell(text: str) -> str:
    """``text`` so that Markdown shows it as it is, on one line, in a table too."""
    escaped = " ".join(text.split()).replace("\\", "\\\\")
    for mark in "|`*_<>[]":
        escaped = escaped.replace(mark, f"\\{mark}")
    return escaped


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells of ``rows`` are Markdown already."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def link(text: str, target: str) -> str:
    """``text``, which is Markdown already, leading to ``target``."""
    return f"[{text}]({target})"


def document(*blocks: str) -> str:
    """The blocks with an empty line between them; empty ones are left out."""
    return "\n\n".join(block for block in blocks if block) + "\n"


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
