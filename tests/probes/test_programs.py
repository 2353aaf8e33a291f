"""Programs come from the PATH, and never from the folder that somebody is in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from probes.programs import drop_relative_entries, find_program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are scripts")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a program in it and another one in a folder below."""
    put_program(tmp_path / "here" / "tool")
    put_program(tmp_path / "here" / "bin" / "tool")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def put_program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("search_path", ["", ".", "bin", "./bin", ":.:bin:", "~"])
def test_nothing_is_found_where_one_happens_to_be(
    monkeypatch: pytest.MonkeyPatch, search_path: str
) -> None:
    monkeypatch.setenv("PATH", search_path)
    assert find_program("tool") is None


def test_what_a_folder_of_the_path_holds_is_found_behind_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = put_program(tmp_path / "programs" / "tool")
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "bin", str(tool.parent)]))
    assert find_program("tool") == str(tool)


def test_a_path_is_a_path(here: Path) -> None:
    assert find_program("./tool") == "./tool"
    assert find_program(str(here / "tool")) == str(here / "tool")


def test_search_paths_keep_what_means_the_same_everywhere() -> None:
    variables = {"PATH": ":/usr/bin:.:/bin:", "PYTHONPATH": ":", "NODE_PATH": "x", "HOME": "."}
    drop_relative_entries(variables)
    assert variables == {"PATH": "/usr/bin:/bin", "HOME": "."}
