"""``advisor record lint``, as people and programs meet it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from advisor.cli.command import BAD_INPUT, DONE, USAGE, WRONG
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.report.lint import as_sarif
from rules.diagnostics import Level, SourceLocation

from ...conftest import Program

NAME = "0001-keep-the-journal-in-one-file.md"
SOUND = (Path(__file__).parents[1] / "records" / "malformed" / NAME).read_text(encoding="utf-8")


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A folder with one sound record, as ``docs`` in the working directory."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "notes.txt").touch()
    (folder / NAME).write_text(SOUND, encoding="utf-8")
    return folder


@pytest.fixture
def doubtful(records: Path) -> Path:
    """The same with a second record that gives cause for an error, a warning and a note."""
    spoilt = SOUND.replace("# Keep the journal", "# Compress the journal")
    spoilt = spoilt.replace("2026-01-31", "2026-02-30").replace("accepted", "acepted")
    spoilt = spoilt.replace("* Bad, because two", "* Good, because two")
    (records / "0002-compress.md").write_text(spoilt, encoding="utf-8")
    return records


def test_sound_records_give_no_cause_for_remarks(records: Path, program: Program) -> None:
    run = program("record", "lint", "docs")
    assert (run.code, run.out, run.err) == (DONE, "Nothing to remark on in 1 record.\n", "")


def test_remarks_are_told_by_file_and_line(doubtful: Path, program: Program) -> None:
    run = program("record", "lint", "docs", COLUMNS="300")
    first, status, second, day, third, _, _, total = run.out.splitlines()
    assert run.code == WRONG
    assert (first, second, third) == (
        "docs/0002-compress.md:2  warning  status_unknown",
        "docs/0002-compress.md:3  error  date_impossible",
        "docs/0002-compress.md:25  note  one_sided",
    )
    assert status.startswith("    the status is ")
    assert day.startswith("    the date is ")
    assert total == "1 error, 1 warning, 1 note in 1 of 2 records"


def test_files_stand_apart(doubtful: Path, program: Program) -> None:
    (doubtful / NAME).write_text(SOUND.replace("A test opens it.", "TODO"), encoding="utf-8")
    lines = program("record", "lint", "docs", COLUMNS="300").out.splitlines()
    assert lines[0] == f"docs/{NAME}:32  warning  unfinished"
    assert lines[2] == ""
    assert lines[3].startswith("docs/0002-compress.md:2 ")


def test_lines_are_folded_for_a_narrow_terminal(doubtful: Path, program: Program) -> None:
    run = program("record", "lint", "docs", COLUMNS="60")
    assert max(map(len, run.out.splitlines())) <= 60
    assert "\x1b" not in run.out


@pytest.mark.parametrize(
    ("least", "kinds", "code"),
    [
        ("note", ["status_unknown", "date_impossible", "one_sided"], WRONG),
        ("warning", ["status_unknown", "date_impossible"], WRONG),
        ("error", ["date_impossible"], WRONG),
    ],
)
def test_only_what_is_bad_enough_is_told(
    doubtful: Path, program: Program, least: str, kinds: list[str], code: int
) -> None:
    run = program("record", "lint", "docs", "--level", least, "--format", "json")
    assert ([one["kind"] for one in run.data["remarks"]], run.code) == (kinds, code)


def test_notes_alone_are_no_failure(records: Path, program: Program) -> None:
    text = SOUND.replace("* Bad, because two", "* Good, because two")
    (records / NAME).write_text(text, encoding="utf-8")
    run = program("record", "lint", "docs")
    assert (run.code, run.out.splitlines()[-1]) == (DONE, "1 note in 1 of 1 record")


def test_data_says_what_the_text_says(doubtful: Path, program: Program) -> None:
    data = program("record", "lint", "docs", "--format", "json").data
    assert (data["schema"], data["records"]) == (1, [f"docs/{NAME}", "docs/0002-compress.md"])
    remark = data["remarks"][1]
    assert remark == {
        "kind": "date_impossible",
        "level": "error",
        "subject": "date",
        "message": remark["message"],
        "file": "docs/0002-compress.md",
        "line": 3,
    }
    assert data["kinds"]["date_impossible"] == LintKind.DATE_IMPOSSIBLE.definition


def test_of_a_file_as_a_whole_data_gives_no_line(records: Path, program: Program) -> None:
    (records / NAME).rename(records / "first.md")
    (remark,) = program("record", "lint", "docs", "--format", "json").data["remarks"]
    assert (remark["kind"], remark["line"]) == ("file_name", None)


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_a_path_that_is_not_there_is_bad_input(records: Path, program: Program, form: str) -> None:
    run = program("record", "lint", "docs", "elsewhere", "--format", form)
    assert (run.code, run.out) == (BAD_INPUT, "")
    assert run.complaints == ["elsewhere: there is no such file or folder"]


def test_a_folder_without_records_is_bad_input(tmp_path: Path, program: Program) -> None:
    (tmp_path / "README.md").touch()
    run = program("record", "lint", ".")
    assert (run.code, run.out, len(run.complaints)) == (BAD_INPUT, "", 1)
    assert "holds no record" in run.complaints[0]


def test_a_file_that_holds_no_text_is_remarked_on(records: Path, program: Program) -> None:
    (records / NAME).write_bytes(b"\xff\xfe\x00")
    run = program("record", "lint", f"docs/{NAME}", "--format", "json")
    assert (run.code, [one["kind"] for one in run.data["remarks"]]) == (WRONG, ["unreadable"])


@pytest.mark.parametrize("arguments", [[], ["docs", "--format", "xml"], ["docs", "--level", "x"]])
def test_what_is_asked_for_wrongly_is_refused(
    records: Path, program: Program, arguments: list[str]
) -> None:
    assert program("record", "lint", *arguments).code == USAGE


def test_every_kind_can_be_listed(program: Program) -> None:
    run = program("record", "lint", "--kinds", COLUMNS="300")
    assert run.code == DONE
    heads, definitions = run.out.splitlines()[::2], run.out.splitlines()[1::2]
    assert heads == [f"{kind.level.value}  {kind.id}" for kind in LintKind]
    assert [line.strip() for line in definitions] == [kind.definition for kind in LintKind]


def test_help_names_each_option(program: Program) -> None:
    run = program("record", "lint", "--help")
    assert run.code == DONE
    assert [one for one in ("PATH", "--format", "--level", "--kinds") if one not in run.out] == []


# SARIF


def sarif_run(text: str) -> dict[str, Any]:
    """The one run in ``text``, after what the format demands was looked at."""
    log = json.loads(text)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in {level.value for level in Level}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] >= 1
    return run


def test_sarif_has_what_code_hosts_need(doubtful: Path, program: Program) -> None:
    done = program("record", "lint", "docs", "--format", "sarif")
    run = sarif_run(done.out)
    assert (done.code, run["tool"]["driver"]["name"]) == (WRONG, "advisor record lint")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [kind.id for kind in LintKind]
    assert [result["locations"][0]["physicalLocation"] for result in run["results"]] == [
        {
            "artifactLocation": {"uri": "docs/0002-compress.md"},
            "region": {"startLine": line},
        }
        for line in (2, 3, 25)
    ]


def test_sarif_of_sound_records_holds_no_result(records: Path, program: Program) -> None:
    assert sarif_run(program("record", "lint", "docs", "--format", "sarif").out)["results"] == []


def test_sarif_shows_a_remark_on_a_whole_file_on_its_first_line() -> None:
    remark = LintRemark(LintKind.FILE_NAME, "a b.md", "so it is", SourceLocation("my docs/a b.md"))
    (result,) = sarif_run(as_sarif([remark]))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "my%20docs/a%20b.md"
    assert physical["region"] == {"startLine": 1}
    assert result["properties"] == {"subject": "a b.md"}


def test_a_record_of_this_program_gives_no_cause_for_remarks(
    tmp_path: Path, program: Program
) -> None:
    program("ask", "--set", "target=android", "--no-probes", "--record", "decisions")
    run = program("record", "lint", "decisions")
    assert (run.code, run.out) == (DONE, "Nothing to remark on in 1 record.\n")
