"""What is remarked on records that have evidence of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from advisor.records.lint.checking import lint, select

from ..recommendations import TODAY

Change = Callable[[Path], None]


def bundle_of(record: Path) -> Path:
    return record.with_suffix(".evidence.zip")


def replaced(before: str, after: str) -> Change:
    def change(record: Path) -> None:
        text = record.read_text("utf-8")
        assert before in text
        record.write_text(text.replace(before, after), "utf-8")

    return change


def without_evidence(record: Path) -> None:
    bundle_of(record).unlink()


def with_a_changed_byte(record: Path) -> None:
    data = bytearray(bundle_of(record).read_bytes())
    data[data.index(b"it was run")] ^= 1
    bundle_of(record).write_bytes(data)


def renamed(record: Path) -> None:
    shutil.move(record, record.with_name("0001-another-name.md"))


# Kind -> what makes it be remarked on, and what comes close and must not.
TRIED: Mapping[str, tuple[Change, Change]] = {
    "evidence_missing": (without_evidence, renamed),
    "evidence_changed": (with_a_changed_byte, replaced("status: proposed", "status: accepted")),
    "reason_unproven": (
        replaced("(rule `android_tflite`, ", "(rule `andriod_tflite`, "),
        replaced("* Good, because TensorFlow converts", "* Good, because  TensorFlow converts"),
    ),
    "date_impossible": (
        replaced("again by 2026-09-01", "again by 2026-09-31"),
        replaced("again by 2026-09-01", "again by 2026-09-30"),
    ),
}


def kinds(record: Path) -> set[str]:
    """The kinds of the remarks on the only record of the folder."""
    (path,) = record.parent.glob("*.md")
    return {remark.kind.id for remark in lint(select([path]), today=TODAY)}


def test_a_record_as_it_was_written_gives_no_cause_for_remarks(record: Path) -> None:
    assert kinds(record) == set()


@pytest.mark.parametrize("kind", TRIED)
def test_a_mistake_in_what_the_record_rests_on_is_remarked_on(record: Path, kind: str) -> None:
    mistake, _ = TRIED[kind]
    mistake(record)
    assert kind in kinds(record)


@pytest.mark.parametrize("kind", TRIED)
def test_what_comes_close_to_it_is_not_remarked_on(record: Path, kind: str) -> None:
    _, near = TRIED[kind]
    near(record)
    assert kind not in kinds(record)


def test_changed_evidence_is_named_by_what_was_changed(record: Path) -> None:
    with_a_changed_byte(record)
    (remark,) = lint(select([record]), today=TODAY)
    assert "bom.cdx.json was changed: its checksum is another" in remark.message


def test_a_reason_that_people_add_is_told_as_theirs(record: Path) -> None:
    replaced("### TensorFlow\n\n", "### TensorFlow\n\n* Good, because we like it\n")(record)
    (remark,) = lint(select([record]), today=TODAY)
    assert remark.message == "the reason names no rule, expected one that its evidence knows"
