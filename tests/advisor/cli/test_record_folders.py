"""Every command on records looks at the same files, and says what it did not look at."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ...conftest import Program

MADR = """\
---
status: accepted
date: 2026-01-10
---
# {title}

## Context and Problem Statement

Jobs are lost. Which queue?

## Considered Options

* Own table
* A broker

## Decision Outcome

Chosen option: "Own table", because there is one less thing to run.
"""
NYGARD = """\
# 3. {title}

Date: 2026-01-10

## Status

Accepted

## Context

Jobs are lost.

## Decision

We keep a table.

## Consequences

One thing less to run.
"""
# The customs of several projects in one tree.
TREE = {
    "0001-queue.md": MADR,
    "ADR-0002-broker.md": MADR,
    "0003_nygard.MD": NYGARD,
    "cache.md": NYGARD,  # a record by its headings
    "web/20260110-pages.md": MADR,
    "billing/0001-invoices/README.md": NYGARD,
}
ASIDE = ("README.md", "adr-template.md", "web/index.md", "0000-template.md", ".git/0001-x.md")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """``docs`` in the working directory."""
    for name, text in TREE.items():
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(title=f"Title of {Path(name).stem} {path.parent.name}"))
    for name in ASIDE:
        (tmp_path / "docs" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "docs" / name).write_text("# Decisions\n")
    return tmp_path / "docs"


def files_of(records: list[dict[str, Any]]) -> set[str]:
    return {str(Path(record["file"]).relative_to("docs")) for record in records}


def test_every_command_looks_at_the_same_files(
    program: Program, tree: Path, tmp_path: Path
) -> None:
    listed = program("record", "list", "docs", "--format", "json")
    due = program("record", "due", "--dir", "docs", "--format", "json")
    linted = program("record", "lint", "docs", "--format", "json")
    exported = program("record", "export", "--dir", "docs", "--as", "nygard", "--to", "out")
    assert files_of(listed.data["records"]) == set(TREE)
    assert files_of(due.data["records"]) == set(TREE)
    assert {str(Path(file).relative_to("docs")) for file in linted.data["records"]} == set(TREE)
    assert len(exported.out.splitlines()) == len(TREE)
    assert "".join((listed.err, due.err, linted.err)) == ""


def test_status_date_and_choice_are_listed_whatever_the_format(
    program: Program, tree: Path
) -> None:
    records = program("record", "list", "docs", "--format", "json").data["records"]
    assert {record["status"].casefold() for record in records} == {"accepted"}
    assert {record["date"] for record in records} == {"2026-01-10"}
    assert [record["number"] for record in records] == [1, 2, 3, None, 1, None]


def test_records_of_several_folders_are_told_apart(program: Program, tree: Path) -> None:
    out = program("record", "list", "docs", COLUMNS="200").out
    first = [line.split()[0] for line in out.splitlines()[1:]]
    assert first[:4] == ["0001", "0002", "0003", "cache"]
    assert first[4:] == ["billing/0001", "web/20260110-pages"]


def test_a_folder_of_a_number_is_listed_by_it(program: Program, tree: Path) -> None:
    for name in ("2026-01-31-x.md", "0004-x/README.md", "a/0001-y.md"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text(NYGARD.format(title="X"))
    out = program("record", "list", "docs", COLUMNS="200").out
    assert [line.split()[0] for line in out.splitlines()[1:]] == [
        *("0001", "0002", "0003", "0004", "2026-01-31-x", "cache"),
        *("a/0001", "billing/0001", "web/20260110-pages"),
    ]


def test_no_number_and_no_path_is_broken(program: Program, tree: Path) -> None:
    for name in ("docs/decisions/0001-y.md", "an/even/longer/path/to/the/decisions/0012-z.md"):
        (tree / name).parent.mkdir(parents=True)
        (tree / name).write_text(MADR.format(title="A title of many words " * 5))
        words = program("record", "list", "docs", COLUMNS="60").out.split()
        assert str(Path(name).parent / Path(name).name[:4]) in words


@pytest.mark.parametrize(
    "command", [("list", "docs"), ("due", "docs"), ("lint", "docs"), ("verify", "docs")]
)
def test_a_file_that_is_no_record_is_named(
    program: Program, tree: Path, command: tuple[str, ...]
) -> None:
    (tree / "guide.md").write_text("# How to write records\n")
    if command[0] == "verify":
        (tree / "0009-proven.md").write_text(MADR.format(title="Proven"))
        (tree / "0009-proven.evidence.zip").write_bytes(b"")
    told = "1 Markdown file has neither a record's name (NNNN-...) nor its headings; not looked at:"
    assert f"note: {told} guide.md\n" in program("record", *command).err


@pytest.mark.parametrize(
    ("command", "code"),
    [(("list",), 3), (("due",), 3), (("export", "--as", "nygard", "--to", "out"), 1)],
)
def test_what_cannot_be_read_is_named_and_the_others_are_shown(
    program: Program, tree: Path, command: tuple[str, ...], code: int
) -> None:
    (tree / "0007-bytes.md").write_bytes(b"\xff")
    os.mkfifo(tree / "0008-pipe.md")
    (tree / "0009-nul.md").write_text(MADR.replace("{title}", "\0"))
    run = program("record", *command, "--dir", "docs")
    assert run.code == code
    assert [complaint.split(":")[0] for complaint in run.complaints] == [
        "docs/0007-bytes.md",
        "docs/0008-pipe.md",
        "docs/0009-nul.md",
    ]
    assert run.out


def test_front_matter_that_cannot_be_read_is_named_beside_its_row(
    program: Program, tree: Path
) -> None:
    (tree / "0009-x.md").write_text("---\nstatus: [\n---\n# X\n")
    run = program("record", "list", "docs", COLUMNS="200")
    assert (run.code, "0009" in run.out) == (3, True)
    assert [complaint.split(": ")[0] for complaint in run.complaints] == ["docs/0009-x.md:3"]


def test_evidence_that_cannot_be_read_is_no_all_clear(program: Program, tree: Path) -> None:
    (tree / "0001-queue.evidence.zip").write_bytes(b"none")
    run = program("record", "due", "docs")
    assert (run.code, "docs/0001-queue.md: its evidence cannot be read" in run.out) == (3, True)


def test_of_a_number_in_two_folders_no_record_is_changed(program: Program, tree: Path) -> None:
    run = program("record", "accept", "1", "--dir", "docs")
    files = "0001-queue.md and billing/0001-invoices/README.md"
    why = f"{files} have the number 1, expected one record of it; name its file"
    assert (run.code, run.complaints) == (3, [f"docs: {why}"])


@pytest.mark.parametrize("number", ["2", "ADR-0002", "docs/ADR-0002-broker.md"])
def test_a_record_is_named_alike_to_every_command(
    program: Program, tree: Path, number: str
) -> None:
    assert program("record", "lint", number, "--dir", "docs").out.startswith("docs/ADR-0002")
    assert "docs/ADR-0002" in program("record", "verify", number, "--dir", "docs").err
    assert program("record", "accept", number, "--dir", "docs").out.startswith("docs/ADR-0002")


# Due


def test_a_folder_without_records_is_no_all_clear(program: Program, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "README.md").touch()
    run = program("record", "due", "docs")
    assert (run.code, run.complaints) == (3, ["docs: has no records, expected one that may be due"])


def test_where_no_record_says_when_nothing_is_said_to_be_not_due(
    program: Program, tree: Path
) -> None:
    run = program("record", "due", "docs")
    assert run.out == "No record in force here says when to look at it again.\n"


def test_a_review_date_of_another_custom_counts(program: Program, tree: Path) -> None:
    text = MADR.format(title="Queue").replace("date:", "review-by: 2026-03-05\ndate:")
    (tree / "0001-queue.md").write_text(text)
    run = program("record", "due", "docs", "--on", "2026-03-06")
    assert run.code == 1
    assert "the day to look at it again, 2026-03-05, was 1 day ago" in run.out
    assert "No day to look at it again: 5 of 6 records in force." in run.out


# Records of other folders


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A record superseded by one in another folder, which says so."""
    web, billing = tmp_path / "docs" / "web", tmp_path / "docs" / "billing"
    web.mkdir(parents=True)
    billing.mkdir()
    status = "status: superseded by [ADR-0003](../billing/0003-broker.md)"
    text = MADR.format(title="Queue of the shop").replace("status: accepted", status)
    (web / "0001-queue.md").write_text(text)
    sentence = "\nSupersedes [the queue of the shop](../web/0001-queue.md).\n"
    (billing / "0003-broker.md").write_text(MADR.format(title="Broker for all") + sentence)
    return tmp_path / "docs"


@pytest.mark.parametrize("path", ["docs", "docs/web", "docs/web/0001-queue.md", "docs/billing"])
def test_a_successor_in_another_folder_is_found(program: Program, moved: Path, path: str) -> None:
    assert program("record", "lint", path).out.startswith("Nothing to remark on")


def test_a_successor_in_another_folder_is_linked_in_a_projection(
    program: Program, moved: Path, tmp_path: Path
) -> None:
    program("record", "export", "--dir", "docs", "--as", "nygard", "--to", "out")
    text = (tmp_path / "out" / "0001-queue.md").read_text()
    assert "Superseded by [3. Broker for all](0003-broker.md)\n" in text


def test_a_successor_that_is_not_exported_is_named(program: Program, moved: Path) -> None:
    run = program("record", "export", "--dir", "docs/web", "--as", "nygard", "--to", "out")
    by = "../billing/0003-broker.md, which is not exported"
    assert run.err == f"note: 0001-queue.md is superseded by {by}; nothing is linked\n"


def test_what_a_successor_does_not_say_is_remarked_on(program: Program, moved: Path) -> None:
    (moved / "billing" / "0003-broker.md").write_text(MADR.format(title="Broker for all"))
    assert "superseded_one_way" in program("record", "lint", "docs").out
