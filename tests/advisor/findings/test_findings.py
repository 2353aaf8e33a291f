"""Findings on paper: their age, in a terminal, as Markdown, as JUnit XML."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.findings.junit import as_junit
from advisor.findings.text import as_markdown, print_claims, print_findings
from advisor.wording.findings import age, circumstances, tally
from probes.api import Finding, Outcome
from rules.loading.loader import load

SMALL = Path(__file__).parents[2] / "rules" / "small"
TAKEN = "2026-11-22T12:00:00Z"
NOON = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)

YES = Finding("group.asks", Outcome.YES, "it does", 1.25, {"max_difference": 1.5e-8}, taken=TAKEN)
NO = replace(YES, probe="group.denies", outcome=Outcome.NO, reason="it does not")
LACKING = replace(YES, probe="group.lacks", outcome=Outcome.UNAVAILABLE, reason="no torch")
LATE = replace(YES, probe="group.hangs", outcome=Outcome.TIMEOUT, reason="late", output="waiting")
BROKEN = replace(YES, probe="group.breaks", outcome=Outcome.ERROR, reason="broke", output="trace")


def by_id(*findings: Finding) -> dict[str, Finding]:
    return {finding.probe: finding for finding in findings}


# Age


@pytest.mark.parametrize(
    ("passed", "told"),
    [
        (timedelta(), ""),
        (timedelta(seconds=59), ""),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=400), "400 days ago"),
        (timedelta(days=-1), ""),  # a clock that was put back
    ],
)
def test_age_is_told_in_the_largest_unit(passed: timedelta, told: str) -> None:
    assert age(YES, NOON + passed) == told


@pytest.mark.parametrize("taken", ["", "yesterday", "2026-11-22"])
def test_finding_of_an_unknown_moment_has_no_age(taken: str) -> None:
    assert age(replace(YES, taken=taken), NOON) == ""


def test_circumstances_say_that_an_environment_was_made_for_it() -> None:
    finding = replace(YES, taken="", environment="alpha==1.0")
    assert circumstances(finding) == "1.2 s, in an environment of its own"


def test_tally_counts_each_outcome() -> None:
    assert tally([YES, YES, NO, LACKING]) == "4 probes: 2 yes, 1 no, 1 unavailable"


# Terminal


def printed(findings: Mapping[str, Finding], *, control: bool = False) -> str:
    out = io.StringIO()
    print_findings(Console(file=out, width=80), findings, control=control)
    return out.getvalue()


def test_one_finding_needs_no_tally() -> None:
    assert "probe:" not in printed(by_id(replace(YES, taken="")))


def test_several_findings_end_with_their_tally() -> None:
    assert printed(by_id(YES, NO)).splitlines()[-1] == "2 probes: 1 yes, 1 no"


def test_finding_says_what_was_measured() -> None:
    assert "it does (max difference 1.5e-08)" in printed(by_id(YES))


def test_deprecations_are_told_on_lines_of_their_own() -> None:
    finding = replace(YES, deprecations=("the old way", "the older way"))
    told = [line.strip() for line in printed(by_id(finding)).splitlines()]
    assert told[-2:] == ["deprecated: the old way", "deprecated: the older way"]


def test_control_that_says_no_is_as_wanted() -> None:
    assert printed(by_id(NO), control=True).startswith("no, as wanted")


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    assert "[red]loud[/red] [1]" in printed(by_id(replace(YES, reason="[red]loud[/red] [1]")))


def test_claim_is_told_with_its_probe_and_why() -> None:
    claim = load(SMALL).claims["blue_fits_phones"]
    out = io.StringIO()
    weighed = WeighedClaim(claim, ClaimStatus.CONFIRMED, "it does", replace(YES, taken=""))
    print_claims(Console(file=out, width=80), [weighed])
    lines = [line.strip() for line in out.getvalue().splitlines()]
    assert lines[0].split(maxsplit=1) == ["confirmed", claim.says]
    assert lines[1] == "yes: it does (max difference 1.5e-08)"
    assert lines[2].startswith("group.asks (1.2 s)")


# Markdown


def cells(finding: Finding) -> list[str]:
    """The cells of a finding's row, split as Markdown splits them."""
    row = as_markdown(by_id(finding)).splitlines()[2]
    marked = row.replace("\\\\", "\0").replace("\\|", "\1")
    return [c.replace("\0", "\\\\").replace("\1", "\\|").strip() for c in marked.split("|")[1:-1]]


def test_row_holds_what_a_reader_needs() -> None:
    finding = replace(YES, versions={"torch": "2.13.0", "python": "3.12.1"})
    assert cells(finding) == [
        "`group.asks`",
        "**yes**",
        "it does (max difference 1.5e-08)",
        "torch 2.13.0, python 3.12.1",
        TAKEN,
    ]


@pytest.mark.parametrize("text", ["a | b", "a || b |", "a \\| b", "\\", "|"])
def test_no_text_makes_more_cells(text: str) -> None:
    finding = replace(YES, reason=text, deprecations=(text,), versions={"torch": text})
    assert len(cells(finding)) == 5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("*a* _b_", r"\*a\* \_b\_"),
        ("<b>", r"\<b\>"),
        ("[a](b)", r"\[a\](b)"),
        ("`a`", r"\`a\`"),
        ("C:\\a", r"C:\\a"),
    ],
)
def test_what_markdown_would_read_is_escaped(text: str, shown: str) -> None:
    assert cells(replace(YES, reason=text, evidence={}))[2] == shown


def test_table_ends_with_the_tally() -> None:
    assert as_markdown(by_id(YES, NO)).splitlines()[-1] == "2 probes: 1 yes, 1 no."


# JUnit XML


def parsed(
    *findings: Finding, claims: Sequence[WeighedClaim] = (), control: bool = False
) -> ElementTree.Element:
    text = as_junit(by_id(*findings), claims, control=control)
    suite = ElementTree.fromstring(text.encode()).find("testsuite")
    assert suite is not None
    return suite


def judged(standing: ClaimStatus, finding: Finding | None) -> WeighedClaim:
    claim = load(SMALL).claims["blue_fits_phones"]
    return WeighedClaim(claim, standing, "for a reason", finding)


def verdict(suite: ElementTree.Element) -> str:
    """What the only case came to, and why."""
    (case,) = suite.findall("testcase")
    for kind in ("failure", "error", "skipped"):
        found = case.find(kind)
        if found is not None:
            return f"{kind}: {found.get('message')}"
    return "passed"


def test_every_probe_is_a_case() -> None:
    cases = parsed(YES, NO, LACKING).findall("testcase")
    assert [(case.get("classname"), case.get("name")) for case in cases] == [
        ("group", "asks"),
        ("group", "denies"),
        ("group", "lacks"),
    ]


def test_counts_are_those_of_the_cases() -> None:
    suite = parsed(YES, NO, LACKING, LATE, BROKEN)
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "0", "errors": "2", "skipped": "1"}


@pytest.mark.parametrize("finding", [YES, NO])
def test_answer_passes_whatever_it_is(finding: Finding) -> None:
    assert verdict(parsed(finding)) == "passed"


@pytest.mark.parametrize(
    ("standing", "finding", "kind"),
    [
        (ClaimStatus.CONFIRMED, YES, "passed"),
        (ClaimStatus.REFUTED, NO, "failure"),
        (ClaimStatus.UNVERIFIED, LACKING, "skipped"),
        (ClaimStatus.UNVERIFIED, None, "skipped"),
        (ClaimStatus.UNVERIFIED, BROKEN, "error"),
    ],
)
def test_a_judged_claim_is_a_case(
    standing: ClaimStatus, finding: Finding | None, kind: str
) -> None:
    suite = parsed(*filter(None, [finding]), claims=[judged(standing, finding)])
    (case,) = suite.findall("testcase")
    assert (case.get("classname"), case.get("name")) == ("claims", "blue_fits_phones")
    assert verdict(suite).split(":")[0] == kind


def test_what_could_not_be_tried_is_skipped_with_its_reason() -> None:
    assert verdict(parsed(LACKING)) == "skipped: no torch"


@pytest.mark.parametrize(
    ("finding", "told"), [(LATE, "error: timeout: late"), (BROKEN, "error: error: broke")]
)
def test_what_broke_is_an_error_with_what_was_printed(finding: Finding, told: str) -> None:
    suite = parsed(finding)
    assert verdict(suite) == told
    assert suite.findtext("testcase/error") == finding.output


def test_control_that_says_no_passes() -> None:
    assert verdict(parsed(NO, control=True)) == "passed"


def test_control_that_says_yes_fails() -> None:
    told = "failure: the control must come out as no; yes: it does"
    assert verdict(parsed(YES, control=True)) == told


def test_time_is_the_sum_of_the_cases() -> None:
    assert parsed(YES, NO).get("time") == "2.500"


AWKWARD = "a\x00b\x1b[31m \x7f \ud800 \ufffe < & > \" ' ]]> \U0001f980 ü"


def test_no_character_makes_it_ill_formed() -> None:
    finding = replace(BROKEN, reason=AWKWARD, output=AWKWARD, deprecations=(AWKWARD,))
    told = "a?b?[31m \x7f ? ? < & > \" ' ]]> \U0001f980 ü"
    suite = parsed(finding)
    assert verdict(suite) == f"error: error: {told}"
    assert suite.findtext("testcase/error") == told


def test_refuted_claim_may_have_any_character_in_its_reason() -> None:
    weighed = replace(judged(ClaimStatus.REFUTED, NO), why=AWKWARD)
    assert verdict(parsed(NO, claims=[weighed])).endswith("\U0001f980 ü")


def test_claims_in_markdown_come_with_their_verdicts() -> None:
    lines = as_markdown(by_id(NO), [judged(ClaimStatus.REFUTED, NO)]).splitlines()
    assert "(`blue_fits_phones`) | **refuted** | `group.denies`: for a reason" in lines[2]
    assert lines[-1] == "1 claim: 1 refuted."


def test_it_is_the_same_in_every_encoding() -> None:
    assert as_junit(by_id(replace(YES, reason="für 🦀"))).isascii()


def test_no_findings_are_an_empty_suite() -> None:
    assert parsed().get("tests") == "0"
