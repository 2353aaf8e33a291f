"""Interpreters that lack a framework, or both: the rules are still worth something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..conftest import Program, Run, installed_libraries, interpreter_with

ANSWERS = """\
answers:
  training_loop: own
  debugging: often
"""
WRITTEN = "From written knowledge only: none of 4 deciding rules was verified here."


def libraries_without(folder: Path, *packages: str) -> Path:
    """A folder with everything that is installed here but these packages."""
    folder.mkdir()
    for entry in installed_libraries().iterdir():
        if not entry.name.startswith(packages):
            (folder / entry.name).symlink_to(entry)
    return folder


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return interpreter_with(tmp_path_factory.mktemp("bare") / "environment", [])


def ask(run_program: Program, folder: Path, *options: str | Path) -> Run:
    (folder / "answers.yaml").write_text(ANSWERS)
    return run_program("ask", "--answers", "answers.yaml", *options, folder=folder)


@pytest.fixture(scope="session")
def bare(run_program: Program, bare_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return ask(run_program, tmp_path_factory.mktemp("run"), "--python", bare_python)


def test_exit_code_says_that_nothing_could_be_verified(bare: Run) -> None:
    assert bare.code == 4


def test_head_says_that_it_is_written_knowledge(bare: Run) -> None:
    assert WRITTEN in bare.out


def test_recommendation_is_made_all_the_same(bare: Run) -> None:
    assert "\nPyTorch, clearly\n" in bare.out or "\nLeaning to PyTorch\n" in bare.out


@pytest.mark.parametrize("package", ["torch", "tensorflow"])
def test_what_is_missing_is_named_with_the_command_that_brings_it(bare: Run, package: str) -> None:
    told = " ".join(bare.out.split("Could not be tried here")[1].split())
    assert f"(pip install {package}" in told


def test_nothing_is_called_refuted_for_being_absent(bare: Run) -> None:
    assert "refuted" not in bare.out


def test_no_probes_gives_the_same_recommendation(
    bare: Run, run_program: Program, tmp_path: Path
) -> None:
    run = ask(run_program, tmp_path, "--no-probes")
    assert (run.code, run.out.splitlines()[:4]) == (4, bare.out.splitlines()[:4])


def test_no_probes_tries_nothing(run_program: Program, tmp_path: Path) -> None:
    run = ask(run_program, tmp_path, "--no-probes", "--format", "json")
    assert (run.err, run.data["findings"]) == ("", [])


def verdicts(run: Run) -> dict[str, Any]:
    return {claim["id"]: claim["verdict"] for claim in run.data["claims"]}


def test_pytorch_alone_is_tried_alone(run_program: Program, tmp_path: Path) -> None:
    libraries = libraries_without(tmp_path / "libraries", "tensorflow")
    python = interpreter_with(tmp_path / "environment", [libraries])
    run = ask(run_program, tmp_path, "--python", python, "--format", "json")
    assert run.code == 0
    assert verdicts(run)["pytorch_own_loop"] == "confirmed"
    assert verdicts(run)["tensorflow_gradient_tape"] == "unverified"


def test_tensorflow_alone_is_tried_alone(run_program: Program, tmp_path: Path) -> None:
    libraries = libraries_without(tmp_path / "libraries", "torch")
    python = interpreter_with(tmp_path / "environment", [libraries])
    run = ask(run_program, tmp_path, "--python", python, "--format", "json")
    assert run.code == 0
    assert verdicts(run)["tensorflow_gradient_tape"] == "confirmed"
    assert verdicts(run)["pytorch_own_loop"] == "unverified"
