"""JavaScript started by probes: where packages are found, and what comes back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from probes import node

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="no node here")

PACKAGE = "a-package"


@pytest.fixture(autouse=True)
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An interpreter's prefix that holds nothing, and a work folder."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.delenv("NODE_PATH", raising=False)
    return tmp_path / "prefix"


def put_package(folder: Path, script: str = "", **stated: str) -> Path:
    place = folder / PACKAGE
    place.mkdir(parents=True)
    (place / "package.json").write_text(json.dumps(stated))
    (place / "index.js").write_text(script)
    return place


def test_package_beside_the_interpreter_comes_first(
    prefix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NODE_PATH", str(tmp_path / "named"))
    put_package(tmp_path / "named")
    nearest = put_package(prefix / "node_modules")
    assert node.find_package(PACKAGE) == nearest


def test_every_folder_of_node_path_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NODE_PATH", os.pathsep.join(["", "/nowhere", str(tmp_path / "named")]))
    there = put_package(tmp_path / "named")
    assert node.find_package(PACKAGE) == there


def test_folder_without_a_package_file_is_no_package(prefix: Path) -> None:
    (prefix / "node_modules" / PACKAGE).mkdir(parents=True)
    assert node.find_package(PACKAGE) is None


def test_version_is_the_one_the_package_states(prefix: Path) -> None:
    put_package(prefix / "node_modules", version="1.2.3")
    assert node.package_version(PACKAGE) == "1.2.3"


def test_package_that_states_no_version_has_an_unknown_one(prefix: Path) -> None:
    put_package(prefix / "node_modules")
    assert node.package_version(PACKAGE) == "unknown"


def test_version_of_a_missing_package_is_a_lookup_error() -> None:
    with pytest.raises(LookupError, match=PACKAGE):
        node.package_version(PACKAGE)


@needs_node
def test_script_gets_its_request_and_answers_in_json() -> None:
    script = "const r = JSON.parse(process.argv[2]); console.log(JSON.stringify({sum: r.a + r.b}))"
    assert node.run_script(script, {"a": 1, "b": 2.5}, timeout=60) == {"sum": 3.5}


@needs_node
def test_what_a_script_prints_before_its_answer_is_passed_over() -> None:
    assert node.run_script("console.log('loading'); console.log('[1]')", None, timeout=60) == [1]


@needs_node
def test_script_finds_packages_where_they_were_found(prefix: Path) -> None:
    put_package(prefix / "node_modules", "module.exports = 42;")
    script = f"console.log(require('{PACKAGE}'))"
    assert node.run_script(script, None, timeout=60) == 42


@needs_node
@pytest.mark.parametrize("folder", [".", ".."])
def test_packages_beside_a_script_are_not_its_packages(prefix: Path, folder: str) -> None:
    put_package(Path(folder) / "node_modules", "module.exports = 'of somebody else';")
    with pytest.raises(RuntimeError, match=f"Cannot find module '{PACKAGE}'"):
        node.run_script(f"console.log(require('{PACKAGE}'))", None, timeout=60)
    put_package(prefix / "node_modules", "module.exports = 42;")
    assert node.run_script(f"console.log(require('{PACKAGE}'))", None, timeout=60) == 42


@needs_node
def test_a_package_finds_its_own_packages(prefix: Path) -> None:
    place = put_package(prefix / "node_modules", "module.exports = require('inner');")
    (place / "node_modules" / "inner").mkdir(parents=True)
    (place / "node_modules" / "inner" / "index.js").write_text("module.exports = 7;")
    assert node.run_script(f"console.log(require('{PACKAGE}'))", None, timeout=60) == 7


@needs_node
def test_script_that_fails_tells_its_error_and_not_the_stack() -> None:
    script = "console.error('x'.repeat(5000)); throw new TypeError('no such layer')"
    with pytest.raises(RuntimeError, match=r"^node ended with code 1: TypeError: no such layer$"):
        node.run_script(script, None, timeout=60)


@needs_node
def test_script_that_fails_without_an_error_tells_what_it_printed() -> None:
    script = "console.error('no graphics here'); process.exit(3)"
    with pytest.raises(RuntimeError, match=r"^node ended with code 3: no graphics here$"):
        node.run_script(script, None, timeout=60)


@needs_node
def test_script_that_hangs_is_ended() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        node.run_script("setInterval(() => {}, 1000)", None, timeout=0.5)
