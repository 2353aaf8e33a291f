"""Which decisions are to be looked at again, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.records.due import RecordReview, ReviewTrigger, review
from advisor.records.expiry import day, later, revisit_by
from advisor.records.folder import RecordEntry
from advisor.records.names import name_of
from advisor.records.parsing import read_document
from advisor.records.writing import write_record
from probes.api import Outcome
from rules.diagnostics import InputError

from ..recommendations import KB, TODAY, found

INSTALLED = {"torch": "2.13.0", "tensorflow-cpu": "2.21.0", "keras": "3.15.1"}


def looked(record: Path, on: date, packages: Mapping[str, str] = INSTALLED) -> RecordReview | None:
    name = name_of(record)
    assert name is not None
    return review(RecordEntry(name, read_document(record), record.parent), on, packages, KB)


def triggers(record: Path, on: date, packages: Mapping[str, str] = INSTALLED) -> set[ReviewTrigger]:
    dated = looked(record, on, packages)
    assert dated is not None
    return {reminder.trigger for reminder in dated.reminders}


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 25), 3, date(2027, 2, 25)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(9999, 12, 31), 6, date.max),
    ],
)
def test_months_later_is_the_same_day_or_the_last(start: date, months: int, end: date) -> None:
    assert later(start, months) == end


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-2-3", "20260203", "tomorrow", "", "２０２６-01-01"]
)
def test_other_ways_to_write_a_day_are_none(text: str) -> None:
    assert day(text) is None


def test_a_decision_is_looked_at_again_half_a_year_after_its_first_evidence(
    android: Recommendation,
) -> None:
    expected = (date(2026, 9, 1), "its first evidence is half a year old")
    assert revisit_by(android.claims.values(), TODAY) == expected


def test_what_is_on_the_way_out_is_looked_at_sooner(android: Recommendation) -> None:
    claims = dict(android.claims)
    weighed = claims["tensorflow_converts_to_tflite"]
    assert weighed.finding is not None
    warned = replace(weighed.finding, deprecations=("going away",))
    claims["tensorflow_converts_to_tflite"] = replace(weighed, finding=warned)
    assert revisit_by(claims.values(), TODAY)[0] == date(2026, 6, 1)


def test_without_evidence_the_day_of_the_record_counts() -> None:
    untried = consult(KB, Sheet(answers={"target": ("android",)}), found(Outcome.UNAVAILABLE))
    assert revisit_by(untried.claims.values(), TODAY) == (
        date(2026, 9, 9),
        "half a year has passed",
    )


def test_nothing_is_due_before_its_day(record: Path) -> None:
    assert triggers(record, date(2026, 8, 31)) == set()


def test_a_day_that_has_come_is_due_and_so_is_its_evidence(record: Path) -> None:
    assert triggers(record, date(2026, 9, 1)) == {ReviewTrigger.DATE, ReviewTrigger.EVIDENCE}


def test_a_later_day_of_ones_own_leaves_the_evidence_overdue(record: Path) -> None:
    text = record.read_text("utf-8").replace("again by 2026-09-01", "again by 2030-01-01")
    record.write_text(text, "utf-8")
    assert triggers(record, date(2026, 10, 1)) == {ReviewTrigger.EVIDENCE}


def test_a_framework_of_another_major_version_is_due(record: Path) -> None:
    moved = {**INSTALLED, "torch": "3.0.1"}
    assert triggers(record, TODAY, moved) == {ReviewTrigger.VERSION}


def test_a_framework_of_another_minor_version_is_not(record: Path) -> None:
    assert triggers(record, TODAY, {**INSTALLED, "torch": "2.99.0"}) == set()


def test_a_framework_that_is_not_installed_says_nothing(record: Path) -> None:
    assert triggers(record, TODAY, {}) == set()


@pytest.mark.parametrize("status", ["superseded by ADR-0002", "rejected", "deprecated"])
def test_what_nobody_acts_by_is_never_due(record: Path, status: str) -> None:
    text = record.read_text("utf-8").replace("status: proposed", f"status: {status}")
    record.write_text(text, "utf-8")
    assert looked(record, date(2099, 1, 1)) is None


def test_a_day_that_is_none_is_refused_with_its_file(record: Path) -> None:
    text = record.read_text("utf-8").replace("again by 2026-09-01", "again by 2026-09-31")
    record.write_text(text, "utf-8")
    with pytest.raises(InputError, match="2026-09-31, which is no day"):
        looked(record, TODAY)


def test_evidence_that_cannot_be_read_is_told(record: Path) -> None:
    record.with_suffix(".evidence.zip").unlink()
    dated = looked(record, TODAY)
    assert dated is not None
    assert (dated.reminders, dated.unread) == ((), "there is no such file")


def test_a_record_of_somebody_else_has_nothing_to_be_due_by(tmp_path: Path) -> None:
    path = tmp_path / "0001-theirs.md"
    path.write_text("---\nstatus: accepted\n---\n# Theirs\n")
    dated = looked(path, date(2099, 1, 1))
    assert dated is not None
    assert (dated.revisit, dated.reminders, dated.unread) == (None, (), "")


def test_a_day_given_for_the_record_stands_in_it(android: Recommendation, tmp_path: Path) -> None:
    path = write_record(android, tmp_path, today=TODAY, revisit=date(2026, 4, 1))
    expected = (
        "again by 2026-04-01, earlier when its first evidence is half a year old (2026-09-01), "
        "or when one of its frameworks moves to another major version."
    )
    assert expected in path.read_text("utf-8")


def test_without_such_a_day_it_is_when_the_evidence_runs_out(record: Path) -> None:
    expected = "again by 2026-09-01, when its first evidence is half a year old, or earlier when"
    assert expected in record.read_text("utf-8")
