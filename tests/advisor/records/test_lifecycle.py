"""Accepted and superseded: which lines of a record change, and which never do."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from advisor.records.folder import record_numbered
from advisor.records.lifecycle import accept, supersede
from advisor.records.parsing import read_document
from rules.diagnostics import InputError

DAY = date(2026, 5, 4)
TEXT = """\
---
# our own comment
status: "proposed"  # for now
date: 2026-03-09
decision-makers: [Ada, "Grace: Hopper"]
custom: kept
---
# Use it

## More Information

Something that somebody wrote.
"""


def written(folder: Path, name: str, text: str = TEXT) -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_accepting_changes_status_and_date_and_nothing_else(tmp_path: Path) -> None:
    path = written(tmp_path, "0001-a.md")
    accept(record_numbered(tmp_path, 1), DAY)
    expected = TEXT.replace('"proposed"', "accepted").replace("2026-03-09", "2026-05-04")
    assert path.read_bytes() == expected.encode()


def test_lines_that_end_as_in_windows_stay_so(tmp_path: Path) -> None:
    path = written(tmp_path, "0001-a.md", TEXT.replace("\n", "\r\n"))
    accept(record_numbered(tmp_path, 1), DAY)
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n")
    assert read_document(path).status == "accepted"


def test_a_record_without_front_matter_gets_one(tmp_path: Path) -> None:
    path = written(tmp_path, "0001-a.md", "# Use it\n\nText.\n")
    accept(record_numbered(tmp_path, 1), DAY)
    document = read_document(path)
    assert (document.status, document.date, document.title) == ("accepted", "2026-05-04", "Use it")
    assert document.body == "# Use it\n\nText.\n"


def test_a_field_that_is_missing_is_added(tmp_path: Path) -> None:
    path = written(tmp_path, "0001-a.md", "---\ndecision-makers: [Ada]\n---\n# Use it\n")
    accept(record_numbered(tmp_path, 1), DAY)
    document = read_document(path)
    assert (document.status, document.date) == ("accepted", "2026-05-04")
    assert document.front is not None
    assert document.front.names("decision-makers") == ("Ada",)


def test_permissions_stay(tmp_path: Path) -> None:
    path = written(tmp_path, "0001-a.md")
    path.chmod(0o640)
    accept(record_numbered(tmp_path, 1), DAY)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "field",
    ["status: |\n  proposed", "status: {a: b}", "status: [proposed]", "status:\n  proposed"],
)
def test_a_status_of_several_lines_is_refused_and_left_alone(tmp_path: Path, field: str) -> None:
    text = f"---\n{field}\n---\n# Use it\n"
    path = written(tmp_path, "0001-a.md", text)
    with pytest.raises(InputError, match="'status' takes more than its line"):
        accept(record_numbered(tmp_path, 1), DAY)
    assert path.read_text() == text


def test_a_record_that_is_accepted_keeps_its_date(tmp_path: Path) -> None:
    text = TEXT.replace('"proposed"', "accepted")
    path = written(tmp_path, "0001-a.md", text)
    accept(record_numbered(tmp_path, 1), DAY)
    assert path.read_text() == text


def test_a_field_spelled_with_a_capital_is_the_same_field(tmp_path: Path) -> None:
    path = written(tmp_path, "0001-a.md", "---\nStatus: proposed\n---\n# Use it\n")
    accept(record_numbered(tmp_path, 1), DAY)
    assert path.read_text().casefold().count("status:") == 1


@pytest.mark.parametrize(
    "front",
    [
        "status: proposed\n",
        "note: |\n  status: none yet\nstatus: proposed\n",
        "x:\n  status: old\nstatus: proposed\n",
        'a: "x\u2028y"\nstatus: proposed\n',
    ],
)
def test_only_the_status_itself_is_changed(tmp_path: Path, front: str) -> None:
    path = written(tmp_path, "0001-a.md", f"---\n{front}---\n# Use it\n")
    accept(record_numbered(tmp_path, 1), DAY)
    expected = front.replace("status: proposed", "status: accepted")
    assert path.read_text("utf-8") == f"---\ndate: 2026-05-04\n{expected}---\n# Use it\n"


def test_a_heading_inside_code_takes_no_sentence(tmp_path: Path) -> None:
    code = "```\n## More Information\n```\n"
    written(tmp_path, "0001-a.md")
    new = written(tmp_path, "0002-b.md", f"# B\n\n{code}\n## More Information\n\nText.\n")
    supersede(record_numbered(tmp_path, 1), record_numbered(tmp_path, 2), DAY)
    assert f"{code}\n## More Information\n\nSupersedes " in new.read_text()


def test_a_superseded_record_is_not_accepted(tmp_path: Path) -> None:
    written(tmp_path, "0001-a.md", TEXT.replace('"proposed"', "superseded by ADR-0002"))
    with pytest.raises(InputError, match="is superseded by ADR-0002"):
        accept(record_numbered(tmp_path, 1), DAY)


def test_superseding_links_both_ways(tmp_path: Path) -> None:
    old, new = written(tmp_path, "0001-a.md"), written(tmp_path, "0002-b.md")
    supersede(record_numbered(tmp_path, 1), record_numbered(tmp_path, 2), DAY)
    assert read_document(old).status == "superseded by ADR-0002"
    assert "\nSupersedes [ADR-0001](0001-a.md).\n" in new.read_text()


def test_superseding_twice_says_it_once(tmp_path: Path) -> None:
    written(tmp_path, "0001-a.md"), written(tmp_path, "0002-b.md")
    for _ in range(2):
        supersede(record_numbered(tmp_path, 1), record_numbered(tmp_path, 2), DAY)
    assert (tmp_path / "0002-b.md").read_text().count("Supersedes") == 1


def test_a_record_without_more_information_gets_it(tmp_path: Path) -> None:
    written(tmp_path, "0001-a.md")
    new = written(tmp_path, "0002-b.md", "# B\n\n## Decision Outcome\n\nYes.\n")
    supersede(record_numbered(tmp_path, 1), record_numbered(tmp_path, 2), DAY)
    assert new.read_text().endswith(
        "\n\n## More Information\n\nSupersedes [ADR-0001](0001-a.md).\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (1, 1, "cannot be superseded by itself"),
        (2, 3, "is superseded by ADR-0001 already"),
        (1, 2, "is superseded by ADR-0001, expected a record that stands"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, old: int, new: int, told: str) -> None:
    written(tmp_path, "0001-a.md")
    written(tmp_path, "0002-b.md", TEXT.replace('"proposed"', "superseded by ADR-0001"))
    written(tmp_path, "0003-c.md")
    before = [path.read_bytes() for path in sorted(tmp_path.iterdir())]
    with pytest.raises(InputError, match=told):
        supersede(record_numbered(tmp_path, old), record_numbered(tmp_path, new), DAY)
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == before


def test_interrupted_between_the_two_the_same_command_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = written(tmp_path, "0001-a.md"), written(tmp_path, "0002-b.md")
    replace = os.replace

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    calls: list[object] = []

    def once(source: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            interrupted()
        replace(source, target)
        return target

    monkeypatch.setattr(Path, "replace", once)
    with pytest.raises(KeyboardInterrupt):
        supersede(record_numbered(tmp_path, 1), record_numbered(tmp_path, 2), DAY)
    assert read_document(old).status == "proposed"
    supersede(record_numbered(tmp_path, 1), record_numbered(tmp_path, 2), DAY)
    assert read_document(old).superseded_by == 2
    assert new.read_text().count("Supersedes") == 1


# Where a record of another format has its status


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("## Status\n\nProposed\n", "## Status\n\nAccepted\n"),
        (
            "## Status\n\n*PROPOSED*\n\nSee [2](b.md).\n",
            "## Status\n\n*ACCEPTED*\n\nSee [2](b.md).\n",
        ),
        ("* Status: proposed\n* Owner: Ada\n", "* Status: accepted\n* Owner: Ada\n"),
        ("- **Status**: proposed <!-- x -->\n", "- **Status**: accepted <!-- x -->\n"),
        ("| | |\n|-|-|\n| Status | Draft |\n", "| | |\n|-|-|\n| Status | Accepted |\n"),
        ("Date: 2026-03-09\nStatus: proposed\n", "Date: 2026-03-09\nStatus: accepted\n"),
        (
            "Date: 2026-03-09\n\n## Status\n\nProposed\n",
            "Date: 2026-03-09\n\n## Status\n\nAccepted\n",
        ),
        (
            "| Status | Date |\n|-|-|\n| Draft | 2026-03-09 |\n",
            "| Status | Date |\n|-|-|\n| Accepted | 2026-03-09 |\n",
        ),
        ("Date: 9 March 2026\nStatus: proposed\n", "Date: 9 March 2026\nStatus: accepted\n"),
    ],
)
def test_a_status_is_written_where_it_stands(tmp_path: Path, before: str, after: str) -> None:
    rest = "\n## Context\n\nStatus: proposed\n"
    for end in ("\n", "\r\n"):
        text = f"# Use it\n\n{before}{rest}".replace("\n", end)
        path = written(tmp_path, "0001-a.md", text)
        accept(record_numbered(tmp_path, 1), DAY)
        expected = f"# Use it\n\n{after}{rest}".replace("\n", end)
        assert path.read_bytes() == expected.encode()


@pytest.mark.parametrize(
    "text",
    [
        "# Use it\n\nDate: 2024-03-05\n\n## Status\n\nAccepted\n",
        "---\nstatus: accepted\ndecision-date: 2024-03-05\n---\n# Use it\n",
        "---\nstatus: accepted\n---\n# Use it\n\nDate: 2024-03-05\n",
    ],
)
def test_the_day_of_a_decision_stays_when_it_is_superseded(tmp_path: Path, text: str) -> None:
    old = written(tmp_path, "0001-a.md", text)
    written(tmp_path, "0002-b.md", f"{TEXT}\nSupersedes [ADR-0001](0001-a.md).\n")
    changes = accept(record_numbered(tmp_path, 2), DAY)
    assert [change.date for change in changes] == ["2026-05-04", ""]
    assert (read_document(old).date, read_document(old).superseded_by) == ("2024-03-05", 2)
    assert "2026-05-04" not in old.read_text()


def test_superseding_again_keeps_the_day(tmp_path: Path) -> None:
    old, _ = written(tmp_path, "0001-a.md"), written(tmp_path, "0002-b.md")
    for day in (DAY, date(2027, 1, 1)):
        supersede(record_numbered(tmp_path, 1), record_numbered(tmp_path, 2), day)
    assert read_document(old).date == str(DAY)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# A\n\n## Status\n\nProposed by Ada in May\n", "is more than a status"),
        ("# A\n\nStatus: proposed, see the minutes\n", "is more than a status"),
        ("\n---\nstatus: proposed\n---\n# A\n", "front matter is expected to begin on line 1"),
    ],
)
def test_what_is_more_than_a_status_is_refused_and_left_alone(
    tmp_path: Path, text: str, why: str
) -> None:
    path = written(tmp_path, "0001-a.md", text)
    with pytest.raises(InputError, match=why):
        accept(record_numbered(tmp_path, 1), DAY)
    assert path.read_text() == text


def test_what_is_accepted_and_more_stays_as_it_is(tmp_path: Path) -> None:
    text = "# A\n\n## Status\n\nAccepted, in force since May\n"
    path = written(tmp_path, "0001-a.md", text)
    (change,) = accept(record_numbered(tmp_path, 1), DAY)
    assert (change.before, change.status) == ("Accepted, in force since May",) * 2
    assert path.read_text() == text


def test_a_byte_order_mark_stays_at_the_beginning(tmp_path: Path) -> None:
    path = written(tmp_path, "0001-a.md", "\ufeff# Use it\n")
    accept(record_numbered(tmp_path, 1), DAY)
    assert path.read_text("utf-8").count("\ufeff") == 1
    assert read_document(path).status == "accepted"


def test_superseding_in_another_folder_links_both_ways(tmp_path: Path) -> None:
    for folder in ("web", "billing"):
        (tmp_path / folder).mkdir()
    old = written(tmp_path / "web", "0001-a.md", "# A\n\n## Status\n\nAccepted\n")
    new = written(tmp_path / "billing", "0003-b.md")
    supersede(record_numbered(tmp_path, 1), record_numbered(tmp_path, 3), DAY)
    assert "\nSuperseded by [ADR-0003](../billing/0003-b.md)\n" in old.read_text()
    assert "\nSupersedes [ADR-0001](../web/0001-a.md).\n" in new.read_text()


# What is accepted takes the place of what it says it supersedes


def test_accepting_completes_the_supersession(tmp_path: Path) -> None:
    old = written(tmp_path, "0001-a.md", TEXT.replace('"proposed"', "accepted"))
    written(tmp_path, "0002-b.md", f"{TEXT}\nSupersedes [ADR-0001](0001-a.md).\n")
    changes = accept(record_numbered(tmp_path, 2), DAY)
    assert [change.status for change in changes] == ["accepted", "superseded by ADR-0002"]
    assert read_document(old).status == "superseded by ADR-0002"


def test_accepting_again_completes_what_was_interrupted(tmp_path: Path) -> None:
    old = written(tmp_path, "0001-a.md")
    text = TEXT.replace('"proposed"', "accepted")
    written(tmp_path, "0002-b.md", f"{text}\nSupersedes [ADR-0001](0001-a.md).\n")
    accept(record_numbered(tmp_path, 2), DAY)
    assert read_document(old).superseded_by == 2


@pytest.mark.parametrize(
    "sentence",
    [
        "Supersedes parts of [ADR-0001](0001-a.md).",
        "One option supersedes [ADR-0001](0001-a.md), another does not.",
        "Supersedes nothing; see [ADR-0001](0001-a.md).",
    ],
)
def test_what_is_not_plainly_superseded_stays(tmp_path: Path, sentence: str) -> None:
    old = written(tmp_path, "0001-a.md")
    written(tmp_path, "0002-b.md", f"{TEXT}\n{sentence}\n")
    accept(record_numbered(tmp_path, 2), DAY)
    assert read_document(old).status == "proposed"


def test_what_another_record_has_superseded_stays_so(tmp_path: Path) -> None:
    old = written(tmp_path, "0001-a.md", TEXT.replace('"proposed"', "superseded by ADR-0003"))
    written(tmp_path, "0002-b.md", f"{TEXT}\nSupersedes [ADR-0001](0001-a.md).\n")
    accept(record_numbered(tmp_path, 2), DAY)
    assert read_document(old).superseded_by == 3


def test_where_the_old_record_cannot_be_written_nothing_is(tmp_path: Path) -> None:
    written(tmp_path, "0001-a.md", "# A\n\n## Status\n\nAccepted by Ada in May\n")
    new = written(tmp_path, "0002-b.md", f"{TEXT}\nSupersedes [ADR-0001](0001-a.md).\n")
    with pytest.raises(InputError, match="is more than a status"):
        accept(record_numbered(tmp_path, 2), DAY)
    assert read_document(new).status == "proposed"
