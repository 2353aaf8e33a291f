"""Evidence decides: a TensorFlow whose TFLite converter writes garbage, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from ..conftest import Program, Run, installed_libraries, interpreter_with

ANSWERS = """\
title: An app whose framework hangs on one converter
answers:
  target: android
  int8: required
"""
ON_THE_CONVERTER = {"android_tflite", "lite_runtime"}
ON_QUANTISING = {"int8_models", "count_int8"}
ON_KERAS = {"litert_from_keras"}  # whose own export calls the converter
RESTING = ON_THE_CONVERTER | ON_QUANTISING | ON_KERAS

# Loaded in TensorFlow's place: brings in the real one, breaks one thing, and steps aside.
SABOTAGED_TENSORFLOW = """\
import sys
from pathlib import Path

sys.path.remove(str(Path(__file__).parents[1]))
del sys.modules["tensorflow"]
import tensorflow


class Converter:
    def __init__(self):
        self.target_spec = tensorflow.lite.TargetSpec()

    @classmethod
    def from_keras_model(cls, model):
        return cls()

    def convert(self):
        return b"no model at all " * 64


tensorflow.lite.TFLiteConverter = Converter
"""

Consult: TypeAlias = Callable[..., Run]


@pytest.fixture(scope="session")
def sabotaged_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sabotage")
    package = folder / "first" / "tensorflow"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(SABOTAGED_TENSORFLOW)
    return interpreter_with(folder / "environment", [folder / "first", installed_libraries()])


@pytest.fixture(scope="session")
def consult(
    run_program: Program, sabotaged_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Consult:
    """Ask with ANSWERS and the sabotaged interpreter; each set of options is run once."""
    runs: dict[tuple[str, ...], Run] = {}
    folder = tmp_path_factory.mktemp("answers")
    (folder / "answers.yaml").write_text(ANSWERS)

    def run(*options: str) -> Run:
        if options not in runs:
            common = ("ask", "--answers", "answers.yaml", "--python", sabotaged_python)
            runs[options] = run_program(*common, *options, folder=folder)
        return runs[options]

    return run


@pytest.fixture(scope="session")
def data(consult: Consult) -> Any:
    return consult("--format", "json").data


def section(run: Run, title: str) -> Iterator[str]:
    """The lines under a heading of the report, as one stripped line each."""
    lines = run.out.splitlines()
    for line in lines[lines.index(title) + 1 :]:
        if not line.startswith(" "):
            return
        yield line.strip()


def test_claim_about_the_converter_is_refuted(data: Any) -> None:
    told = {claim["id"]: claim["verdict"] for claim in data["claims"]}
    assert told["tensorflow_converts_to_tflite"] == "refuted"


def test_finding_is_a_no_that_says_what_happened(data: Any) -> None:
    (found,) = (f for f in data["findings"] if f["probe"] == "tensorflow.converts_to_tflite")
    assert found["outcome"] == "no"
    assert "converting or running raised ValueError" in found["reason"]


def test_every_rule_that_rests_on_the_claim_is_withdrawn(data: Any) -> None:
    expected = {(rule, "tensorflow_converts_to_tflite") for rule in ON_THE_CONVERTER}
    expected |= {(rule, "tensorflow_quantises_to_int8") for rule in ON_QUANTISING}
    expected |= {(rule, "keras_exports_litert") for rule in ON_KERAS}
    assert {(w["rule"], w["claim"]) for w in data["withdrawn"]} == expected


def test_withdrawn_rules_no_longer_count_as_fired(data: Any) -> None:
    assert not RESTING & set(data["fired"])


def test_outcome_is_another_than_from_written_knowledge(data: Any) -> None:
    assert data["written_knowledge"]["alternative"] == "tensorflow"
    assert data["recommendation"]["alternative"] == "pytorch"


def test_report_says_at_its_head_that_the_evidence_turned_it(consult: Consult) -> None:
    head = " ".join(consult().out.split("How the criteria speak")[0].split())
    assert "The evidence withdrew 5 rules and changed the outcome." in head


def test_report_shows_the_outcome_before_and_after(consult: Consult) -> None:
    *_, before, after = section(consult(), "Withdrawn by the evidence")
    assert before.startswith("before: ")
    assert "TensorFlow" in before
    assert after.startswith("after:  ")
    assert "PyTorch" in after


def test_report_shows_what_the_refuted_claim_said(consult: Consult) -> None:
    told = " ".join(section(consult(), "Withdrawn by the evidence"))
    assert "✗ refuted: Keras models convert to TFLite with TensorFlow's own tools" in told


def test_strict_withdraws_what_was_not_verified_too(consult: Consult) -> None:
    strict = consult("--strict", "--format", "json").data
    unverified = {c["id"] for c in strict["claims"] if c["verdict"] == "unverified"}
    withdrawn = {claim for w in strict["withdrawn"] for claim in w["claims"]}
    assert "executorch_runs_on_devices" in unverified
    assert unverified <= withdrawn


def test_strict_leaves_nothing_that_was_only_written(consult: Consult) -> None:
    strict = consult("--strict", "--format", "json").data
    assert strict["deciding"] == strict["verified"] != []
