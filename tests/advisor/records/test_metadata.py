"""What a record says about itself, wherever and however a project writes it."""

from __future__ import annotations

import pytest

from advisor.records.parsed_record import Document
from advisor.records.parsing import MAX_CHARACTERS, MAX_LINES, parse_document
from advisor.records.review_date import review_date
from rules.diagnostics import InputError

FILE = "0001-use-it.md"


def parsed(text: str) -> Document:
    return parse_document(text, FILE)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\nstatus: Accepted\n---\n# T\n", 2),
        ("---\nStatus: Accepted\n---\n# T\n", 2),
        ("---\nSTATUS: Accepted\n---\n# T\n", 2),
        ("---\nstatus: {Accepted}\n---\n# T\n", 2),
        ("\n---\nparent: Decisions\nstatus: Accepted\n---\n# T\n", 4),
        ("# T\n\n* Status: Accepted\n", 3),
        ("# T\n\n- **Status**: Accepted <!-- optional -->\n", 3),
        ("# T\n\nDate: 2026-01-31\nStatus: Accepted\n", 4),
        ("# T\n\n**Status:** Accepted  \n**Date:** 2026-01-31\n", 3),
        ("# T\n\n| | |\n|--|--|\n| Status | `Accepted` |\n", 5),
        ("# T\n\n>| | |\n>|--|--|\n>| **Status:** | Accepted |\n", 5),
        ("# T\n\n| Status | Date |\n|--|--|\n| Accepted | 2026-01-31 |\n", 5),
        ("# T\n\n## Status\n\nAccepted\n\n## Context\n", 5),
        ("# T\n\n## Status:\n\n*Accepted*\n", 5),
        ("# T\n\n## Status\n\n* Accepted\n", 5),
        ("# T\n\nStatus\n------\n\nAccepted\n", 6),
    ],
)
def test_the_status_is_read_where_it_stands(text: str, line: int) -> None:
    document = parsed(text)
    assert (document.status, document.field_line("status")) == ("Accepted", line)


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\n## Context\n\nStatus: accepted\n",
        "# T\n\n```\nStatus: accepted\n```\n",
        "# T\n\n### Status\n\naccepted\n",
        "# T\n\n## Status\n\nA controller sets the status of each resource whenever its zone has "
        "connected to the global control plane.\n",
        "# T\n\n* Status: N/A\n",
    ],
)
def test_what_only_looks_like_a_status_is_none(text: str) -> None:
    assert parsed(text).status == ""


@pytest.mark.parametrize(
    ("text", "number", "link"),
    [
        ("---\nstatus: superseded\nsuperseded-by: ADR-0002\n---\n", 2, ""),
        ("---\nstatus: superseded\nsupersededBy: [ADR-0002]\n---\n", 2, ""),
        ("---\nstatus: superseded\nreplaced_by: 2\n---\n", 2, ""),
        ("---\nstatus: superseded by [it](../b/0003-b.md)\n---\n", 3, "../b/0003-b.md"),
        ("# T\n\n## Status\n\nAccepted\n\nSuperceded by [2. B](0002-b.md)\n", 2, "0002-b.md"),
        ("# T\n\n## Status\n\nSuperseded (never built) by [ADR 32](/adr/32)\n", 32, "/adr/32"),
        ("# T\n\n* Status: superseded by [2026-b](20260131-b.md)\n", None, "20260131-b.md"),
        ("# T\n\n| | |\n|--|--|\n| Superseded by: | ADR-7 |\n", 7, ""),
    ],
)
def test_a_successor_is_read_by_number_and_by_link(
    text: str, number: int | None, link: str
) -> None:
    (reference,) = parsed(text).superseders
    assert (reference.number, reference.link) == (number, link)


def test_what_has_a_successor_is_not_in_force_whatever_its_status_says() -> None:
    document = parsed("---\nstatus: accepted\nsuperseded-by: ADR-0002\n---\n")
    assert (document.in_force, document.superseded_line) == (False, 3)


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\n## Status\n\nAccepted\n\nAmended by [2](0002-b.md); the rest is\nsuperseded.\n",
        "# T\n\n## Status\n\nPartly superseded by [2](0002-b.md)\n",
        "---\nstatus: accepted\nsuperseded-by: N/A\n---\n",
    ],
)
def test_what_still_stands_has_no_successor(text: str) -> None:
    assert (parsed(text).superseders, parsed(text).in_force) == ((), True)


@pytest.mark.parametrize(
    "text",
    [
        "---\nreview-by: 2026-03-05\n---\n",
        "---\nnextReview: '2026-03-05'\n---\n",
        "---\nreassessment-date: 2026-03-05\n---\n",
        "---\nvalid_until: 2026-03-05T00:00:00Z\n---\n",
        "# T\n\n* Next review: 2026-03-05\n",
        "# T\n\n## Review date\n\n2026-03-05\n",
        "# T\n\n## Context\n\nIt is old. Revisit by 2026-03-05.\n",
        "# T\n\n## More Information\n\n**Next Review:** 2026-03-05\n",
    ],
)
def test_the_day_of_the_next_review_is_read_in_many_words(text: str) -> None:
    assert review_date(parsed(text)) == "2026-03-05"


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\nLast review: 2026-03-05\n",
        "# T\n\nReviewed on 2026-03-05.\n",
        "# T\n\n## Review\n\nThe team looked at it twice.\n",
        "---\nreview-by: N/A\n---\n",
        "---\nreview: approved\n---\n",
        "---\nexpires: never\n---\n",
    ],
)
def test_a_review_of_the_past_is_no_day_to_come(text: str) -> None:
    assert review_date(parsed(text)) == ""


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: 'ADR001: Use it'\n---\n## Context\n", "ADR001: Use it"),
        ("---\ntitle: |\n  1. Use it\n---\n## Status\n", "1. Use it"),
        ("## Context\n\nA.\n\n# Option 3, for later\n", ""),
        ("---\n# Use it\n\nstatus: accepted\n---\n## Context\n\n# Later\n", ""),
    ],
)
def test_the_title_stands_before_the_sections_or_in_front(text: str, title: str) -> None:
    assert parsed(text).title == title


@pytest.mark.parametrize(
    ("outcome", "option"),
    [
        ("Chosen option: **3. A queue (managed)**", "3. A queue (managed)"),
        ("Chosen option: **St. Petersburg runtime (own)**", "St. Petersburg runtime (own)"),
        (
            "Chosen option: St. Petersburg runtime (own). It is there.",
            "St. Petersburg runtime (own)",
        ),
        ("**Chosen option:** `v1.2. Beta` because it is quick", "v1.2. Beta"),
        ("Chosen option: **A queue,** because it is quick", "A queue"),
        ("Chosen option: **A** with **B**, because both are quick", "A with B"),
    ],
)
def test_the_choice_is_one_name_though_it_holds_a_period(outcome: str, option: str) -> None:
    listed = "## Considered Options\n\n* St. Petersburg runtime (own)\n* A queue\n\n"
    chosen = parsed(f"# T\n\n{listed}## Decision Outcome\n\n{outcome}\n").chosen
    assert chosen is not None
    assert chosen.option == option


@pytest.mark.parametrize("text", ["# a\n" * (MAX_LINES + 1), "[" * (MAX_CHARACTERS + 1)])
def test_what_would_take_long_is_refused_at_once(text: str) -> None:
    with pytest.raises(InputError, match=r"the most that (?:is|are) read of a record"):
        parsed(text)
