"""Findings as build servers read them: JUnit XML.

Without claims, a case is a probe: it does not know good from bad, so only what broke counts against
it, and a control that does not come out as no. With claims, a case is a claim, which fails where it
is refuted. What could not be tried is skipped, with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.wording.findings import numbers, versions
from probes.api import Finding, Outcome

# What XML 1.0 cannot hold (part 2.2 of its specification).
_NO_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(
    findings: Mapping[str, Finding], claims: Sequence[WeighedClaim] = (), *, control: bool = False
) -> str:
    """One test suite of the claims, where some were judged, or else of the probes."""
    cases = [_claim_case(weighed) for weighed in claims]
    cases = cases or [_probe_case(finding, control=control) for finding in findings.values()]
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


def _claim_case(weighed: WeighedClaim) -> ElementTree.Element:
    """A claim's case: it fails where it is refuted, and is skipped where nothing verified it."""
    finding = weighed.finding
    case = _case("claims", weighed.claim.id, 0.0 if finding is None else finding.seconds)
    message = f"{weighed.claim.says}: {weighed.status.value}; {weighed.why}"
    broke = finding is not None and finding.outcome in (Outcome.ERROR, Outcome.TIMEOUT)
    if finding is not None and broke:
        _add(case, "error", message, finding.output)
    elif weighed.status is ClaimStatus.REFUTED:
        _add(case, "failure", message)
    elif weighed.status is ClaimStatus.UNVERIFIED:
        _add(case, "skipped", message)
    if finding is not None and finding.outcome.answered:
        _add_output(case, finding)
    return case


def _probe_case(finding: Finding, *, control: bool) -> ElementTree.Element:
    group, name = finding.probe.split(".", 1)
    case = _case(group, name, finding.seconds)
    message = f"{finding.outcome.value}: {finding.reason}"
    if finding.outcome is Outcome.UNAVAILABLE:
        _add(case, "skipped", finding.reason)
    elif not finding.outcome.answered:
        _add(case, "error", message, finding.output)
    else:
        if control and finding.outcome is Outcome.YES:
            _add(case, "failure", f"the control must come out as no; {message}")
        _add_output(case, finding)
    return case


def _case(group: str, name: str, seconds: float) -> ElementTree.Element:
    return ElementTree.Element("testcase", classname=group, name=name, time=f"{seconds:.3f}")


def _add(case: ElementTree.Element, kind: str, message: str, text: str = "") -> None:
    ElementTree.SubElement(case, kind, message=_xml(message)).text = _xml(text) or None


def _add_output(case: ElementTree.Element, finding: Finding) -> None:
    """The answer, on what and when, where a build server shows what a test printed."""
    parts = (
        f"{finding.probe}: {finding.outcome.value}: {finding.reason}",
        numbers(finding, most=12),
        f"on {versions(finding)}, {finding.taken}",
        *finding.deprecations,
    )
    ElementTree.SubElement(case, "system-out").text = _xml("; ".join(filter(None, parts)))


def _xml(text: str) -> str:
    return _NO_XML.sub("?", text)
