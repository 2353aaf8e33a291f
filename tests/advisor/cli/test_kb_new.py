"""``advisor kb new``: what a team's own knowledge starts with works as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.kb import scaffold

from ...conftest import Program

KINDS = pytest.mark.parametrize("options", [(), ("--whole",)], ids=["overlay", "whole"])


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@KINDS
def test_it_passes_its_own_tests_at_once(program: Program, options: tuple[str, ...]) -> None:
    assert program("kb", "new", "ours", *options).code == 0
    run = program("kb", "test", "--kb", "ours", "--format", "json")
    [case] = run.data["cases"]
    assert (case["accepted"], case["differences"]) == (True, [])
    assert case["comes_out"]["winner"] == case["chosen"]
    assert run.data["examples"]["wrong"] == []


@KINDS
def test_it_ends_with_what_to_run_next(program: Program, options: tuple[str, ...]) -> None:
    lines = program("kb", "new", "my team", *options).out.splitlines()
    assert lines[0] == "wrote into my team:"
    commands = [line.strip() for line in lines if line.startswith("  advisor")]
    assert commands == [
        "advisor kb check --kb 'my team'",
        "advisor kb test --kb 'my team'",
        "advisor --kb 'my team'",
    ]


def test_a_whole_base_leaves_nothing_to_remark_on(program: Program) -> None:
    program("kb", "new", "ours", "--whole")
    assert program("kb", "check", "--kb", "ours", "--level", "warning").code == 0


def test_a_whole_base_recommends(program: Program) -> None:
    program("kb", "new", "ours", "--whole")
    run = program("ask", "--kb", "ours", "--set", "writers=one", "--no-probes", "--format", "json")
    assert run.data["recommendation"]["alternative"] == "sqlite"


def test_the_rule_of_an_overlay_counts(program: Program) -> None:
    program("kb", "new", "ours")
    answers = ("--set", "target=server", "--set", "serving=onnx_runtime")
    run = program("ask", "--kb", "ours", *answers, "--no-probes", "--format", "json")
    assert "our_servers_run_onnx" in run.data["fired"]


@KINDS
def test_every_file_but_the_schema_says_what_to_do(
    program: Program, tmp_path: Path, options: tuple[str, ...]
) -> None:
    program("kb", "new", "ours", *options)
    files = sorted((tmp_path / "ours").rglob("*.yaml"))
    assert files
    assert [file for file in files if "\n# " not in f"\n{file.read_text(encoding='utf-8')}"] == []


def test_an_empty_folder_is_filled(program: Program, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    assert program("kb", "new", "ours").code == 0
    assert (tmp_path / "ours" / "base.yaml").is_file()


def test_missing_folders_on_the_way_are_made(program: Program, tmp_path: Path) -> None:
    assert program("kb", "new", "a/b/ours").code == 0
    assert names_in(tmp_path / "a" / "b") == ["ours"]


def test_a_folder_that_holds_something_is_left_alone(program: Program, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "letter.txt").write_text("Dear")
    run = program("kb", "new", "ours")
    assert (run.code, run.out) == (3, "")
    assert run.complaints == ["ours: is not empty, expected a new or an empty folder"]
    assert names_in(tmp_path) == ["ours"]
    assert names_in(tmp_path / "ours") == ["letter.txt"]


def test_a_file_is_no_folder(program: Program, tmp_path: Path) -> None:
    (tmp_path / "ours").write_text("")
    run = program("kb", "new", "ours")
    assert (run.code, run.complaints) == (3, ["ours: is there already, and is no folder"])


def test_nothing_is_written_where_a_file_is_in_the_way(program: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = program("kb", "new", "file/ours")
    assert (run.code, names_in(tmp_path)) == (3, ["file"])


def test_nothing_is_left_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(scaffold, "schema_of", full)
    with pytest.raises(OSError, match="No space"):
        scaffold.start(tmp_path / "ours", scaffold.Start.OVERLAY)
    assert names_in(tmp_path) == []


def test_an_empty_folder_somebody_stands_in_is_filled(program: Program, tmp_path: Path) -> None:
    assert program("kb", "new", ".").code == 0
    assert program("kb", "check", "--kb", ".", "--level", "warning").code == 0
    assert "base.yaml" in names_in(tmp_path)
