"""The projection for adr-tools and adr-viewer."""

from __future__ import annotations

import pytest

from .projected import BODY, headings, in_nygard, source, under


def test_nygard_has_its_headings_and_all_others_below_them() -> None:
    assert headings(in_nygard(source(3))) == [
        "# 3. Use Alpha",
        "## Status",
        "## Context",
        "### Decision Drivers",
        "### Considered Options",
        "### Pros and Cons of the Options",
        "#### Alpha",
        "## Decision",
        "### Confirmation",
        "## Consequences",
        "### More Information",
    ]


def test_nygard_begins_with_number_title_and_date() -> None:
    text = in_nygard(source(12, front="status: accepted\ndate: 2026-10-02")).text
    assert text.startswith("# 12. Use Alpha\n\nDate: 2026-10-02\n\n## Status\n\nAccepted\n\n")


def test_nygard_numbers_a_title_once() -> None:
    assert headings(in_nygard(source(3, "3. Use Alpha")))[0] == "# 3. Use Alpha"


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("proposed", "Proposed"),
        ("Accepted", "Accepted"),
        ("rejected", "Rejected"),
        ("deprecated", "Deprecated"),
        ("in review", "In review"),
    ],
)
def test_nygard_says_the_status(status: str, word: str) -> None:
    projection = in_nygard(source(3, front=f"status: {status}"))
    assert (under(projection, "Status"), projection.notes) == ([word], ())


def test_nygard_links_both_ways_where_a_record_is_superseded() -> None:
    old = source(1, "Use *Beta* [now]", "status: superseded by ADR-0002")
    new = source(2)
    assert "\nSuperseded by [2. Use Alpha](0002-record.md)\n" in in_nygard(old, new).text
    assert under(in_nygard(new, old), "Status") == ["Accepted", "Supersedes 1. Use Beta [now]"]
    assert "](0001-record.md)\n" in in_nygard(new, old).text


def test_nygard_keeps_the_word_where_the_successor_is_missing() -> None:
    projection = in_nygard(source(1, front="status: superseded by ADR-0009"))
    assert under(projection, "Status") == ["Superseded by ADR-0009"]
    assert projection.notes == (
        "0001-record.md is superseded by no record of the folder; nothing is linked",
    )


def test_nygard_says_so_where_nothing_is_decided() -> None:
    projection = in_nygard(source(1, body="## Context and Problem Statement\n\nWhy?\n"))
    assert under(projection, "Decision") == ["The record says nothing of it."]


def test_nygard_has_one_status_whatever_the_record_has() -> None:
    projection = in_nygard(source(1, body="## Status\n\nRejected\n\n" + BODY))
    assert [line for line in headings(projection) if line.startswith("## Status")] == ["## Status"]


def test_nygard_shows_where_a_name_ends() -> None:
    front = 'status: accepted\nconsulted: [Ada, Grace]\ninformed: ["Lovelace, Ada", Grace]'
    text = in_nygard(source(1, front=front)).text
    assert "\n* Consulted: Ada, Grace\n* Informed: Lovelace, Ada; Grace\n" in text
