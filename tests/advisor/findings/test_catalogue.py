"""The generated documents: what they say of each finding, and that they are fresh."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.consultation.evidence import ClaimStatus
from advisor.findings import catalogue, markdown
from advisor.findings.capability_table import capabilities_page, probes_for
from advisor.findings.catalogue import claims_page, pages, read_findings, weigh
from probes.api import FRAMEWORKS, Finding, Outcome
from probes.capabilities import Capability
from probes.runtime.registry import load_probes
from rules.diagnostics import InputError
from rules.loading.loader import load
from rules.model import Claim, History

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
KB = load()
SMALL = load(ROOT / "tests" / "rules" / "small")
PROBES = load_probes()
MAKE = "run: advisor probe --all --provision --format json > docs/findings.json"
GENERATE = "run: python -m advisor.findings.catalogue"
FITS = "blue.fits_phones"
SEES = "red.sees_accelerator"


def found(probe: str, outcome: Outcome, **more: object) -> Finding:
    made = Finding(
        probe,
        outcome,
        "the numbers | were compared",
        0.5,
        evidence={
            "max_difference": 1.5e-08,
            "samples": 9,
            "tolerance": 1e-05,
            "runs": 3,
            "more": 4,
        },
        versions={"python": "3.11.7", "blue": "2.1"},
        taken="2026-01-31T12:00:00Z",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def small_page(*findings: Finding) -> str:
    return claims_page(SMALL, {finding.probe: finding for finding in findings})


def row(page: str, start: str) -> Sequence[str]:
    """The cells of the first row in which ``start`` begins a cell."""
    line = next(line for line in page.splitlines() if f"| {start}" in line)
    return [one.strip() for one in re.split(r"(?<!\\)\|", line)[1:-1]]


def blue(*findings: Finding) -> Sequence[str]:
    """What the page says of the small base's first claim, after its statement and its text."""
    return row(small_page(*findings), "Whoever builds for phones")[2:]


# What a row says


def test_a_confirmed_claim_tells_its_reason_its_numbers_and_its_probe() -> None:
    verdict, evidence, versions, day = blue(found(FITS, Outcome.YES))
    told = "the numbers \\| were compared (max difference 1.5e-08, samples 9, runs 3)"
    probe = "[`blue.fits_phones`](../probes/blue/fits_phones.py)"
    assert (verdict, evidence) == ("**confirmed**", f"{told} {probe}")
    assert (versions, day) == ("blue 2.1", "2026-01-31")


def test_a_refuted_claim_says_so() -> None:
    assert blue(found(FITS, Outcome.NO))[0] == "**refuted**"


def test_a_warning_stands_beside_the_verdict_and_in_the_evidence() -> None:
    verdict, evidence, *_ = blue(found(FITS, Outcome.YES, deprecations=("blue.make is going",)))
    assert verdict == "**confirmed**, deprecated"
    assert evidence.endswith("warned: blue.make is going")


@pytest.mark.parametrize("outcome", [Outcome.UNAVAILABLE, Outcome.TIMEOUT, Outcome.ERROR])
def test_what_was_not_answered_is_unverified_with_its_outcome(outcome: Outcome) -> None:
    verdict, evidence, versions, _ = blue(found(FITS, outcome))
    assert (verdict, versions) == (f"unverified ({outcome.value})", "")
    assert evidence.startswith("the numbers")


def test_a_claim_without_finding_was_not_run() -> None:
    assert blue() == ["not run", "[`blue.fits_phones`](../probes/blue/fits_phones.py)", "", ""]


def test_a_finding_about_one_machine_settles_nothing_elsewhere() -> None:
    verdict, evidence = row(small_page(found(SEES, Outcome.NO)), "Red sees the accelerator")[2:4]
    assert verdict == "unverified"
    assert evidence.startswith("seen on this machine only")


def test_a_claim_that_cannot_be_tried_gives_its_reason_and_its_dated_source() -> None:
    _, _, verdict, evidence, versions, day = row(small_page(), "Red is what people like")
    assert (verdict, versions, day) == ("cannot be tried", "", "undated")
    assert evidence == "No program can try what people like. Source: What everybody says"


def test_a_finding_from_an_environment_of_its_own_says_so() -> None:
    versions = blue(found(FITS, Outcome.YES, environment="blue==2.1"))[2]
    assert versions == "blue 2.1, in an environment of its own"


def test_a_long_reason_is_cut_at_a_word() -> None:
    evidence = blue(found(FITS, Outcome.NO, reason="word " * 200))[1]
    assert len(evidence) < markdown.LONGEST + 120
    assert "word ... (max" in evidence


def test_a_statement_stands_once_beside_its_first_claim() -> None:
    page = small_page()
    assert page.count("Red is what people like") == 1
    assert row(page, "Red sees the accelerator")[0] == ""


def test_claims_that_judge_no_statement_follow_at_the_end() -> None:
    kept = {"blue_is_for_phones": SMALL.statements["blue_is_for_phones"]}
    page = claims_page(replace(SMALL, statements=kept), {})
    beyond = page.split("## Beyond the post")[1]
    assert "Most people who tried both stayed with red." in beyond
    assert "Blue makes a file" not in beyond


def test_counts_are_of_what_is_there() -> None:
    page = small_page(found(FITS, Outcome.YES))
    assert "2 statements of the post and 3 claims stand here." in page
    assert "2 claims can be tried: 1 confirmed (0 of them deprecated), 0 refuted" in page
    assert "1 probe: 1 yes on 2026-01-31." in page


def test_without_findings_nothing_is_claimed_to_have_run() -> None:
    page = small_page()
    assert "No probe was run." in page
    assert "**confirmed** |" not in page


@given(st.text())
def test_a_cell_keeps_its_text_on_one_line_and_out_of_the_markup(text: str) -> None:
    made = markdown.cell(text)
    assert re.sub(r"\\([\\|`*_<>\[\]])", r"\1", made) == " ".join(text.split())
    assert not re.search(r"(?<!\\)(?:\\\\)*[|`*_<>\[\]]", re.sub(r"\\.", "", made))
    assert len(made.splitlines()) <= 1


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=4))
def test_every_row_of_a_table_has_the_cells_of_its_heading(texts: list[list[str]]) -> None:
    rows = [[markdown.cell(text) for text in line] for line in texts]
    lines = markdown.table(["a", "b"], rows).splitlines()
    assert len(lines) == len(texts) + 2
    assert {len(re.findall(r"\|", re.sub(r"\\.", "", line))) for line in lines} == {3}


# The table of capabilities


def test_each_capability_is_tried_on_both_frameworks() -> None:
    pairs = product(Capability, FRAMEWORKS)
    assert [(c.name, who) for c, who in pairs if not probes_for(c, who, PROBES)] == []


def test_a_capability_without_findings_was_not_run() -> None:
    page = capabilities_page(KB, PROBES, {})
    assert "**yes** [" not in page
    assert "*not run* [`pytorch.runs_eagerly`]" in page


def test_an_answer_stands_out_with_its_warning_and_what_could_not_be_tried_does_not() -> None:
    findings = {
        "pytorch.runs_eagerly": found("pytorch.runs_eagerly", Outcome.YES, deprecations=("old",)),
        "tensorflow.runs_eagerly": found("tensorflow.runs_eagerly", Outcome.UNAVAILABLE),
    }
    page = capabilities_page(KB, PROBES, findings)
    assert "**yes**, *deprecated* [`pytorch.runs_eagerly`]" in page
    assert "*unavailable* [`tensorflow.runs_eagerly`]" in page


def test_every_link_inside_the_table_leads_to_a_heading() -> None:
    page = capabilities_page(KB, PROBES, {})
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\(#([^)]+)\)", page)) == anchors


# Reading and writing


def test_documents_are_written_beside_the_findings(tmp_path: Path) -> None:
    finding = found("pytorch.runs_eagerly", Outcome.YES).to_json()
    (tmp_path / "findings.json").write_text(json.dumps({"schema": 1, "findings": [finding]}))
    assert catalogue.main([str(tmp_path)]) == 0
    assert "**confirmed**" in (tmp_path / "claims.md").read_text(encoding="utf-8")
    assert "**yes**" in (tmp_path / "capabilities.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{\n "findings": [}', "findings.json:2: is not valid JSON"),
        ("[]", "findings.json: does not hold findings, expected what 'advisor probe"),
        ('{"findings": [{"probe": "a.b"}]}', "findings.json: does not hold findings"),
        ('{"findings": ["yes"]}', "findings.json: does not hold findings"),
    ],
)
def test_what_holds_no_findings_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    (tmp_path / "findings.json").write_text(text)
    assert catalogue.main([str(tmp_path)]) == 3
    assert told in capsys.readouterr().err
    assert not (tmp_path / "claims.md").exists()


def test_missing_findings_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"findings\.json: there is no such file"):
        read_findings(tmp_path / "findings.json")


# What is committed


@pytest.fixture(scope="module")
def kept() -> Mapping[str, Finding]:
    return read_findings(DOCS / "findings.json")


@pytest.mark.parametrize("name", ["claims.md", "capabilities.md"])
def test_a_document_is_what_the_generator_makes(name: str, kept: Mapping[str, Finding]) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == pages(KB, PROBES, kept)[name], GENERATE


def test_every_probe_has_a_kept_finding(kept: Mapping[str, Finding]) -> None:
    assert [name for name in PROBES if name not in kept] == [], MAKE


def test_every_kept_finding_is_of_the_probe_as_it_is_now(kept: Mapping[str, Finding]) -> None:
    now = {name: probe.source_hash for name, probe in PROBES.items()}
    stale = [name for name, finding in kept.items() if finding.source != now.get(name)]
    assert stale == [], MAKE


def test_kept_findings_name_no_folder_of_a_machine() -> None:
    text = "".join(path.read_bytes().decode(errors="replace") for path in sorted(DOCS.iterdir()))
    assert re.findall(r"/(?:home|root|tmp|Users|work)/\S*", text) == []


def came_out(claim: Claim, kept: Mapping[str, Finding]) -> tuple[ClaimStatus, bool]:
    weighed = weigh(KB, kept)[claim.id]
    return weighed.status, weighed.deprecated


# What a claim's history says of a claim that stands as the source states it.
MEANT = {
    History.STILL_TRUE: {(ClaimStatus.CONFIRMED, False)},
    History.DEPRECATED: {(ClaimStatus.CONFIRMED, True)},
    History.NO_LONGER_TRUE: {(ClaimStatus.REFUTED, False), (ClaimStatus.REFUTED, True)},
    History.PARTLY_TRUE: set(product((ClaimStatus.CONFIRMED, ClaimStatus.REFUTED), (False, True))),
}


@pytest.mark.parametrize(
    "claim",
    [one for one in KB.claims.values() if one.source.startswith("post-")],
    ids=lambda claim: claim.id,
)
def test_history_of_what_the_source_states_is_what_came_out(
    claim: Claim, kept: Mapping[str, Finding]
) -> None:
    standing, deprecated = came_out(claim, kept)
    if standing is ClaimStatus.UNVERIFIED:
        return  # nothing came out to compare with
    assert (standing, deprecated) in MEANT[claim.history]


def test_what_is_known_beyond_the_source_is_not_refuted(kept: Mapping[str, Finding]) -> None:
    known = [one for one in KB.claims.values() if not one.source.startswith("post-")]
    assert [one.id for one in known if came_out(one, kept)[0] is ClaimStatus.REFUTED] == []


def test_no_rule_rests_on_what_was_refuted(kept: Mapping[str, Finding]) -> None:
    weighed = weigh(KB, kept)
    fallen = {name for name, one in weighed.items() if one.status is ClaimStatus.REFUTED}
    assert [rule.id for rule in KB.rules.values() if fallen & set(rule.claims)] == []
