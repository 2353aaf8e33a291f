"""The workflow that proves decisions again every week: its own shape, and what its steps do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from ..conftest import Frameworks, Program

WORKFLOW = Path(__file__).parents[2] / "examples" / "github-actions" / "decisions.yml"
STEPS = {
    step["name"]: step["run"]
    for step in yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]["verify"]["steps"]
    if "run" in step
}
Step = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def made(
    run_program: Program,
    frameworks: Frameworks,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("made")
    answers = ("--set", "target=android", "--set", "int8=required")
    with frameworks():
        run_program("ask", *answers, "--record", "docs/decisions", folder=folder)
    return folder


@pytest.fixture
def record(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "docs", tmp_path / "docs")
    (path,) = (tmp_path / "docs" / "decisions").glob("*.md")
    return path


@pytest.fixture
def step(environment: Mapping[str, str], tmp_path: Path) -> Step:
    """Run a step of the workflow as a build server does, in the repository."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"

    def run(name: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "-e", "-c", STEPS[name]]
        env = {**environment, "PATH": programs}
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)

    return run


def test_it_is_a_workflow_as_the_host_defines_them() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "github-workflows"]
    done = subprocess.run([*command, str(WORKFLOW)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_another_file_is_no_workflow(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOW.read_text("utf-8").replace("runs-on:", "runs-at:"), "utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "github-workflows"]
    assert subprocess.run([*command, str(wrong)], capture_output=True).returncode != 0


def test_records_in_order_pass(step: Step, record: Path) -> None:
    assert step("The records are in order").returncode == 0


def test_reasons_that_hold_pass(step: Step, record: Path) -> None:
    done = step("Their reasons still hold")
    assert (done.returncode, "::error::" in done.stdout) == (0, False)


def test_an_altered_record_fails(step: Step, record: Path) -> None:
    text = record.read_text("utf-8").replace('option: "TensorFlow"', 'option: "PyTorch"')
    record.write_text(text, "utf-8")
    done = step("Their reasons still hold")
    assert done.returncode == 1
    assert "::error::A record or its evidence was altered." in done.stdout


def test_a_new_decision_is_not_due(step: Step, record: Path) -> None:
    assert step("None is due").returncode == 0


def test_an_old_decision_is_due(step: Step, record: Path) -> None:
    lines = record.read_text("utf-8").split("again by ", 1)
    record.write_text(f"{lines[0]}again by 2020-01-01{lines[1][10:]}", "utf-8")
    done = step("None is due")
    assert (done.returncode, "2020-01-01" in done.stdout) == (1, True)
