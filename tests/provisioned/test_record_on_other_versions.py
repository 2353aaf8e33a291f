"""A decision made on an older library, proven again on the one that is installed now.

Transformers 4.57 was the last to hold models for TensorFlow. A team that chose by that is told.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Program, installed_libraries, interpreter_with

OLDER = ("transformers==4.57.6", "huggingface-hub<1", "tokenizers<0.23", "tf-keras>=2.18")
ANSWERS = ("model_source=hugging_face", "task=vision", "training_loop=fit")
CLAIM = "transformers_left_tensorflow"


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with what is installed here, but for an older Transformers."""
    folder = tmp_path_factory.mktemp("older")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*install, str(folder / "first"), *OLDER], check=True)
    return interpreter_with(folder / "environment", [folder / "first", installed_libraries()])


@pytest.fixture(scope="module")
def record(run_program: Program, older: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The decision as it was made on the older one."""
    folder = tmp_path_factory.mktemp("decisions")
    answers = [part for answer in ANSWERS for part in ("--set", answer)]
    run_program("ask", *answers, "--python", older, "--record", "adr", folder=folder)
    (path,) = (folder / "adr").glob("*.md")
    return path


def verified(run_program: Program, record: Path, *options: str | Path) -> tuple[int, Any]:
    arguments = ("record", "verify", record, "--rerun", "--format", "json", *options)
    run = run_program(*arguments, folder=record.parent)
    return run.code, run.data["records"][0]["rerun"]


def claim(again: Any) -> Any:
    claims = [claim for reason in again["reasons"] for claim in reason["claims"]]
    return next(one for one in claims if one["id"] == CLAIM)


def test_on_the_same_versions_it_is_proven_again(
    run_program: Program, record: Path, older: Path
) -> None:
    code, again = verified(run_program, record, "--python", older)
    assert (code, again["flips"], claim(again)["fate"]) == (0, False, "holds")


def test_on_the_newer_version_the_claim_has_changed(run_program: Program, record: Path) -> None:
    _, again = verified(run_program, record)
    changed = claim(again)
    assert changed["fate"] == "changed"
    verdicts = (changed["then"]["verdict"], changed["now"]["verdict"])
    assert verdicts == ("refuted", "confirmed")
    then, now = (changed[when]["versions"]["transformers"] for when in ("then", "now"))
    assert (then, int(now.split(".")[0]) >= 5) == ("4.57.6", True)


def test_on_the_newer_version_the_advice_would_be_another(
    run_program: Program, record: Path
) -> None:
    code, again = verified(run_program, record)
    assert (code, again["flips"]) == (6, True)
    assert again["now"]["alternative"] == "pytorch"
