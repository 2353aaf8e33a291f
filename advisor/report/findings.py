"""Findings as people and programs read them: text, JUnit XML, Markdown. JSON is ``as_json``'s."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from textwrap import shorten
from typing import TYPE_CHECKING, assert_never
from xml.etree import ElementTree

from advisor.evidence import Standing, WeighedClaim
from advisor.report.words import count, numbers
from probes.api import Finding, Outcome

if TYPE_CHECKING:  # loading it takes longer than printing what was kept
    from rich.console import Console

_INDENT = 14
_NOW = 600  # seconds that a run may take: what it found in them is not called old
_LONGEST_NOTICE = 200  # characters of a deprecation; all of it is in the JSON
_STYLES = {Outcome.YES: "green", Outcome.NO: "red"}
_STANDINGS = {Standing.CONFIRMED: "green", Standing.REFUTED: "red", Standing.UNVERIFIED: "yellow"}


def elapsed(finding: Finding, now: datetime | None = None) -> float:
    """Seconds since the finding was made; 0 where it does not say when that was."""
    try:
        taken = datetime.strptime(finding.taken, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return 0.0
    return ((now or datetime.now(timezone.utc)) - taken).total_seconds()


def age(finding: Finding, now: datetime | None = None) -> str:
    """How long ago the finding was made: ``3 hours ago``; empty below a minute."""
    seconds = elapsed(finding, now)
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= unit:
            return f"{count(int(seconds // unit), name)} ago"
    return ""


def circumstances(finding: Finding) -> str:
    """How long it took, how old it is and where it was made, for a bracket."""
    old = age(finding) if elapsed(finding) >= _NOW else ""
    where = "in an environment of its own" if finding.environment else ""
    parts = (f"{finding.seconds:.1f} s", old, where)
    return ", ".join(part for part in parts if part)


def notices(finding: Finding) -> list[str]:
    """What was said of deprecation, each notice in a length that can be read."""
    return [f"deprecated: {notice(line)}" for line in finding.deprecations]


def notice(text: str) -> str:
    """A notice of deprecation in a length that can be read."""
    return shorten(text, _LONGEST_NOTICE, placeholder=" ...")


def tally(findings: Iterable[Finding]) -> str:
    """``61 probes: 45 yes, 6 no, 10 unavailable``."""
    outcomes = Counter(finding.outcome for finding in findings)
    each = ", ".join(f"{outcomes[one]} {one.value}" for one in Outcome if outcomes[one])
    return f"{count(outcomes.total(), 'probe')}: {each}"


# Text


def print_findings(console: Console, findings: Mapping[str, Finding], *, control: bool) -> None:
    """A finding in a line, its reason under it; with ``control`` a ``no`` is what was wanted."""
    for finding in findings.values():
        _print_finding(console, finding, control=control)
    if len(findings) > 1:
        console.print(f"\n{tally(findings.values())}", highlight=False)


def _print_finding(console: Console, finding: Finding, *, control: bool) -> None:
    from rich.text import Text

    from advisor.report.folding import print_folded

    as_wanted = control and finding.outcome is Outcome.NO
    word = "no, as wanted" if as_wanted else finding.outcome.value
    style = "green" if as_wanted else _STYLES.get(finding.outcome, "yellow")
    line = Text(f"{word:<{_INDENT}}", style=style)
    line.append(f"{finding.probe}  ({circumstances(finding)})", style="default")
    console.print(line, soft_wrap=True)
    measured = numbers(finding, most=6)
    told = f"{finding.reason} ({measured})" if measured else finding.reason
    for text in (told, *notices(finding)):
        print_folded(console, text, "dim", _INDENT)


def print_claims(console: Console, claims: Sequence[WeighedClaim]) -> None:
    """A claim's verdict and what it says in a line, why under it."""
    from rich.text import Text

    from advisor.report.folding import print_folded

    for weighed in claims:
        line = Text(f"{weighed.standing.value:<{_INDENT}}", style=_STANDINGS[weighed.standing])
        console.print(line.append(weighed.claim.says, style="default"), soft_wrap=True)
        told = weighed.why
        if weighed.finding is not None:
            measured = numbers(weighed.finding, most=6)
            asked = f"{weighed.finding.probe}: {weighed.finding.outcome.value}"
            told = f"{asked}; {weighed.why}{f' ({measured})' if measured else ''}"
            told = f"{told} ({circumstances(weighed.finding)})"
        for text in (told, *(notices(weighed.finding) if weighed.finding else ())):
            print_folded(console, text, "dim", _INDENT)


# Markdown


def as_markdown(findings: Mapping[str, Finding]) -> str:
    """A table for an issue, a pull request, a wiki."""
    rows = [
        "| probe | outcome | what was found | versions | taken |",
        "|---|---|---|---|---|",
        *(_row(finding) for finding in findings.values()),
    ]
    return "\n".join([*rows, "", f"{tally(findings.values())}.", ""])


def _row(finding: Finding) -> str:
    measured = numbers(finding, most=6)
    told = f"{finding.reason} ({measured})" if measured else finding.reason
    told = "; ".join((told, *notices(finding)))
    versions = ", ".join(f"{name} {version}" for name, version in finding.versions.items())
    cells = (f"`{finding.probe}`", f"**{finding.outcome.value}**", _cell(told), _cell(versions))
    return f"| {' | '.join((*cells, finding.taken))} |"


def _cell(text: str) -> str:
    """``text`` so that Markdown shows it as it is, in one cell."""
    escaped = text.replace("\\", "\\\\")
    for mark in "|`*_<>[]":
        escaped = escaped.replace(mark, f"\\{mark}")
    return escaped


# JUnit XML


def as_junit(
    findings: Mapping[str, Finding], broken: Mapping[str, Sequence[str]], *, control: bool
) -> str:
    """One test case a probe, for build servers.

    A probe does not know good from bad, so a ``no`` is a failure only where ``broken`` names, by
    probe, claims that it refutes and that rules rest on. A control fails where it is not ``no``.
    What could not be tried is skipped, with its reason.
    """
    cases = [_case(finding, broken.get(name, ()), control) for name, finding in findings.items()]
    kinds = Counter(child.tag for case in cases for child in case if child.tag != "system-out")
    suite = ElementTree.Element(
        "testsuite",
        name="advisor probe --control" if control else "advisor probe",
        tests=str(len(cases)),
        failures=str(kinds["failure"]),
        errors=str(kinds["error"]),
        skipped=str(kinds["skipped"]),
        time=f"{sum(finding.seconds for finding in findings.values()):.3f}",
    )
    suite.extend(cases)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    # In ASCII: what is declared is true whatever the encoding of the pipe.
    text = ElementTree.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _case(finding: Finding, refuted: Sequence[str], control: bool) -> ElementTree.Element:
    group, name = finding.probe.split(".", 1)
    case = ElementTree.Element(
        "testcase", classname=group, name=name, time=f"{finding.seconds:.3f}"
    )
    match finding.outcome:
        case Outcome.YES | Outcome.NO:
            said = f"{finding.outcome.value}: {finding.reason}"
            if control and finding.outcome is Outcome.YES:
                message = f"the control must come out as no; {said}"
                ElementTree.SubElement(case, "failure", message=_xml(message))
            elif refuted and not control:
                message = f"refutes {', '.join(refuted)}; {said}"
                ElementTree.SubElement(case, "failure", message=_xml(message))
        case Outcome.UNAVAILABLE:
            ElementTree.SubElement(case, "skipped", message=_xml(finding.reason))
        case Outcome.TIMEOUT | Outcome.ERROR:
            message = f"{finding.outcome.value}: {finding.reason}"
            ElementTree.SubElement(case, "error", message=_xml(message)).text = _xml(finding.output)
        case _:
            assert_never(finding.outcome)
    out = "; ".join((finding.reason, numbers(finding, most=12), *finding.deprecations))
    ElementTree.SubElement(case, "system-out").text = _xml(out)
    return case


# What XML 1.0 cannot hold (part 2.2 of its specification).
_NO_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    return _NO_XML.sub("?", text)
