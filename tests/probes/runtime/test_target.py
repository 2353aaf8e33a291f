"""What is known of an interpreter before any framework is started in it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from probes.runtime.errors import StartError
from probes.runtime.installed import normalised_name
from probes.runtime.registry import load_probes
from probes.runtime.target import (
    Target,
    ask_target,
    describe_machine,
    describe_target,
    device,
    fingerprint,
)

from ..conftest import libraries_of

FakePython = Callable[[dict[str, str]], Path]


def described(python: Path) -> Target:
    target = describe_target(python)
    assert target is not None
    return target


@pytest.mark.parametrize(
    ("project", "normalised"),
    [
        ("ruamel.yaml", "ruamel-yaml"),
        ("Foo__Bar", "foo-bar"),
        ("foo.-_bar", "foo-bar"),
        ("torch", "torch"),
    ],
)
def test_a_project_has_one_name_however_it_is_spelt(project: str, normalised: str) -> None:
    assert normalised_name(project) == normalised


def test_interpreter_says_its_version_and_prefix(bare_python: Path) -> None:
    target = described(bare_python)
    assert target.version == platform.python_version()
    assert target.prefix == bare_python.parents[1]


def test_own_interpreter_is_described_as_by_itself() -> None:
    target = described(Path(sys.executable))
    program = "import platform, sys; print(platform.python_version(), sys.prefix)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert f"{target.version} {target.prefix}" == said.stdout.decode().strip()


def test_another_interpreter_does_not_see_this_ones_path(
    bare_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert str(tmp_path) not in described(bare_python).path


def test_files_in_this_folder_do_not_stand_in_for_modules(
    bare_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "platform.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert described(bare_python).version == platform.python_version()


@pytest.mark.parametrize("text", ["exit 1", "exit 0", "echo nothing", "echo '[1]'", "echo 1"])
def test_what_does_not_answer_as_a_python_is_none(tmp_path: Path, text: str) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{text}\n")
    python.chmod(0o755)
    assert describe_target(python) is None


@pytest.mark.parametrize("path", ["/nowhere/python", "/", "/etc/passwd"])
def test_what_does_not_run_is_no_target(path: str) -> None:
    assert describe_target(Path(path)) is None


def test_what_is_printed_beside_the_answer_is_passed_over(fake_python: FakePython) -> None:
    prints = "import atexit; print('hello'); atexit.register(print, 'bye', end='')"
    assert described(fake_python({"sitecustomize": prints})).version == platform.python_version()


def test_entry_of_the_path_that_no_folder_has_is_left_out(tmp_path: Path) -> None:
    python = tmp_path / "python"
    program = (
        "import json, sys\n"
        "print(sys.argv[-1] + json.dumps(['3.11.0', '/p', ['/a', '/b\\0', '/c'], {'x': 'y'}]))"
    )
    python.write_text(f"#!{sys.executable}\n{program}\n")
    python.chmod(0o755)
    target = described(python)
    assert (target.path, target.markers) == (("/a", "/c"), {"x": "y"})


ENDLESS = "echo to-the-end; while :; do echo yes; done"
HOLDING = "sleep 600 & echo nothing"
DEEP = f"echo $3{'[' * 40}{']' * 40}"
LYING_VERSION = json.dumps([f"3.{'9' * 5000}.1", "/", ["/"], {}])
LYING_PATH = json.dumps(["3.11.1", "/", ["/usr/lib"] * 3000, {}])
LONG = f"echo $3{'9' * 5000}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ENDLESS, "it printed more than 1 MB"),
        (f"{{ {ENDLESS}; }} >&2", "it printed more than 1 MB"),
        (HOLDING, "it gave no answer"),
        (DEEP, "nested deeper than 32"),
        (LONG, "a number of 5000 digits"),
        ("echo $3[1]", "it answered something else than it was asked"),
        (f"echo $3'{LYING_VERSION}'", "it answered something else than it was asked"),
        (f"echo $3'{LYING_PATH}'", "it answered something else than it was asked"),
        ("echo gone wrong >&2; exit 3", "it exited with code 3: gone wrong"),
        ("while :; do :; done", "it was not done within 1 s"),
    ],
)
def test_answer_out_of_all_bounds_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, why: str
) -> None:
    monkeypatch.setattr("probes.runtime.foreign_output.MOST_PRINTED", 1_000_000)
    if why.endswith(" 1 s"):
        monkeypatch.setattr("probes.runtime.target.DESCRIBE_TIMEOUT", 1.0)
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{text}\n")
    python.chmod(0o755)
    with pytest.raises(StartError) as error:
        ask_target(python)
    assert str(error.value) == f"{python} does not run as a Python: {why}"


# What is in it


def test_module_that_is_there_is_found_without_importing_it(fake_python: FakePython) -> None:
    assert described(fake_python({"alpha": "raise SystemExit"})).has("alpha")


def test_module_that_is_not_there_is_not_found(bare_python: Path) -> None:
    assert not described(bare_python).has("alpha")


def test_folder_that_an_uninstall_left_is_no_module(fake_python: FakePython) -> None:
    python = fake_python({})
    (libraries_of(python) / "alpha").mkdir()
    assert not described(python).has("alpha")


def test_this_interpreters_modules_are_not_looked_for_in_another(bare_python: Path) -> None:
    assert described(Path(sys.executable)).has("pytest")
    assert not described(bare_python).has("pytest")


def put_package(folder: Path) -> Path:
    (folder / "a-package").mkdir(parents=True)
    (folder / "a-package" / "package.json").write_text(json.dumps({"version": "1.0.0"}))
    return folder / "a-package" / "package.json"


def test_npm_package_beside_the_interpreter_comes_first(
    fake_python: FakePython, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = fake_python({})
    put_package(tmp_path / "named")
    monkeypatch.setenv("NODE_PATH", str(tmp_path / "named"))
    nearest = put_package(python.parents[1] / "node_modules")
    assert described(python).package("a-package") == nearest


def test_npm_package_is_found_in_any_folder_of_node_path(
    bare_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = put_package(tmp_path / "second")
    monkeypatch.setenv("NODE_PATH", os.pathsep.join(["", "/nowhere", str(tmp_path / "second")]))
    assert described(bare_python).package("a-package") == there


def test_npm_package_that_is_nowhere_is_none(
    bare_python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NODE_PATH", raising=False)
    assert described(bare_python).package("a-package") is None


def test_machine_is_described_beside_a_broken_note(fake_python: FakePython) -> None:
    python = fake_python({})
    for name, note in (("torch-2.13.0", b"Name: torch\nVersion: 2.13.0\n"), ("bad-1", b"\xff")):
        (libraries_of(python) / f"{name}.dist-info").mkdir()
        (libraries_of(python) / f"{name}.dist-info" / "METADATA").write_bytes(note)
    (libraries_of(python) / "empty-1.dist-info").mkdir()
    probes = load_probes().values()
    assert describe_machine(described(python), probes)["packages"] == {"torch": "2.13.0"}


# Whether it is still the same


def add_module(libraries: Path) -> None:
    (libraries / "alpha.py").touch()


def add_path(libraries: Path) -> None:
    (libraries / "more.pth").write_text("/somewhere\n")


def add_note(libraries: Path) -> None:
    (libraries / "alpha-1.0.dist-info").mkdir()


@pytest.mark.parametrize("change", [add_module, add_path, add_note])
def test_fingerprint_changes_with_what_is_installed(
    fake_python: FakePython, change: Callable[[Path], None]
) -> None:
    python = fake_python({})
    before = fingerprint(described(python))
    change(libraries_of(python))
    assert fingerprint(described(python)) != before


def test_fingerprint_is_the_same_for_the_same_interpreter(bare_python: Path) -> None:
    assert fingerprint(described(bare_python)) == fingerprint(described(bare_python))


def test_fingerprint_does_without_a_library_folder_that_is_gone(tmp_path: Path) -> None:
    gone = Target(tmp_path / "python", "3.12.0", tmp_path, (str(tmp_path / "site-packages"),))
    assert fingerprint(gone) == fingerprint(gone)


def test_fingerprint_does_with_a_link_that_leads_nowhere(fake_python: FakePython) -> None:
    python = fake_python({})
    (libraries_of(python) / "alpha.egg-link").symlink_to("/nowhere/alpha")
    assert fingerprint(described(python))


@pytest.mark.parametrize("name", ["CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "LD_LIBRARY_PATH"])
def test_device_changes_with_what_frameworks_are_shown(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name, raising=False)
    before = device()
    monkeypatch.setenv(name, "1")
    assert device() != before
