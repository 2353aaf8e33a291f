"""The projection for log4brains."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisor.records.names import name_of
from advisor.records.projections import log4brains
from advisor.records.projections.source import ProjectionSource

from .projected import BODY, headings, in_log4brains, source, under


def test_log4brains_has_the_headings_of_madr_2() -> None:
    assert headings(in_log4brains(source(3))) == [
        "# Use Alpha",
        "## Context and Problem Statement",
        "## Decision Drivers",
        "## Considered Options",
        "## Decision Outcome",
        "### Positive Consequences",
        "### Negative Consequences",
        "### Confirmation",
        "## Pros and Cons of the Options",
        "### Alpha",
        "## More Information",
    ]


def test_log4brains_has_its_metadata_in_one_list_below_the_title() -> None:
    front = "status: accepted\ndate: 2026-10-02\ndecision-makers: [Ada, Grace]\nconsulted: Linus"
    assert in_log4brains(source(3, front=front)).text.startswith(
        "# Use Alpha\n\n* Status: accepted\n* Deciders: Ada, Grace\n* Date: 2026-10-02\n"
        "* Consulted: Linus\n\n## Context"
    )


def test_log4brains_has_one_heading_of_the_first_level() -> None:
    projection = in_log4brains(source(1, body=f"{BODY}\n# Another\n\nx\n"))
    assert [line for line in headings(projection) if line.startswith("# ")] == ["# Use Alpha"]


@pytest.mark.parametrize("status", log4brains.STATUSES)
def test_log4brains_takes_the_statuses_that_it_knows(status: str) -> None:
    projection = in_log4brains(source(3, front=f"status: {status.upper()}"))
    assert (f"\n* Status: {status}\n" in projection.text, projection.notes) == (True, ())


def test_log4brains_links_by_the_whole_name_of_the_file() -> None:
    old, new = source(1, front="status: superseded by ADR-0002"), source(2)
    link = "[0002-record](0002-record.md)"
    assert f"\n* Status: superseded by {link}\n" in in_log4brains(old, new).text
    assert under(in_log4brains(new, old), "Links") == ["Supersedes 0001-record"]


def test_log4brains_links_below_the_links_that_are_there() -> None:
    body = BODY + "\n## Links\n\n* A link\n"
    old, new = source(1, front="status: superseded by ADR-0002"), source(2, body=body)
    assert under(in_log4brains(new, old), "Links") == ["A link", "Supersedes 0001-record"]


@pytest.mark.parametrize("status", ["superseded by ADR-0009", "superseded", "superseded by ADR-1"])
def test_log4brains_calls_deprecated_what_no_record_there_supersedes(status: str) -> None:
    projection = in_log4brains(source(1, front=f"status: {status}"))
    assert f"\n* Status: deprecated\n* Status in the record: {status}\n" in projection.text
    assert projection.notes == (
        "0001-record.md is superseded by no record of the folder; its projection is deprecated",
    )


def test_log4brains_links_to_no_record_where_two_have_the_number() -> None:
    old, new = source(1, front="status: superseded by ADR-0002"), source(2)
    twin = name_of(Path("0002-twin.md"))
    assert twin is not None
    assert (
        "* Status: deprecated\n"
        in in_log4brains(old, new, ProjectionSource(twin, new.document, "0003-twin.md")).text
    )


def test_log4brains_calls_a_draft_what_it_has_no_word_for() -> None:
    projection = in_log4brains(source(1, front="status: in review"))
    assert "\n* Status: draft\n* Status in the record: in review\n" in projection.text
    assert projection.notes == (
        "log4brains has no status 'in review' as 0001-record.md has; it is a draft",
    )


def test_log4brains_is_told_of_a_date_that_it_does_not_read() -> None:
    projection = in_log4brains(source(1, front="status: accepted\ndate: 2 October"))
    assert "\n* Date: 2 October\n" in projection.text
    assert projection.notes == ("log4brains reads no date from '2 October' in 0001-record.md",)


def test_log4brains_does_not_take_one_name_for_two() -> None:
    front = 'status: accepted\ndecision-makers: ["Lovelace, Ada", Grace]'
    line = re.findall("^[*] Deciders: (.*)$", in_log4brains(source(1, front=front)).text, re.M)
    assert line[0].split(",") == ["Lovelace\N{FULLWIDTH COMMA} Ada", " Grace"]


def test_log4brains_takes_no_other_list_for_metadata() -> None:
    projection = in_log4brains(source(1, front="", body=f"* Ticket: 7\n\n{BODY}"))
    assert projection.text.startswith("# Use Alpha\n\n* Status: draft\n\n## Context")
    assert under(projection, "Context and Problem Statement")[0] == "Ticket: 7"


def test_consequences_stay_together_where_some_are_neither_good_nor_bad() -> None:
    body = BODY.replace("* Bad, because it is slow", "* Neutral, because it is slow")
    assert "### Consequences" in headings(in_log4brains(source(1, body=body)))


def test_consequences_stay_together_where_they_have_headings_of_their_own() -> None:
    body = BODY.replace("* Good, because it is known\n", "\n#### Later\n\nWho knows?\n")
    assert {"### Consequences", "#### Later"} <= set(headings(in_log4brains(source(1, body=body))))


def test_a_definition_below_the_consequences_stays_with_them() -> None:
    body = BODY.replace("* Good, because it is known\n", "* Good, because [of]\n\n[of]: x.md\n")
    assert "\n[of]: x.md\n" in in_log4brains(source(1, body=body)).text
