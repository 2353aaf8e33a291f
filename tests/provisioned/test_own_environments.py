"""Probes in the environments they ask for: gigabytes, so collected with ``--provisioned`` alone.

The environments are built in the user's cache folder and used again by the next run.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from advisor.cache_folder import cache_folder
from probes.api import Finding, Outcome, Probe, Provision
from probes.runtime.environments import OwnEnvironment, build, environments_for, own_environment
from probes.runtime.registry import load_probes
from probes.runtime.runner import run_probes
from probes.runtime.target import describe_target

PROBES = {id: probe for id, probe in load_probes().items() if probe.provision is not None}
EACH = pytest.mark.parametrize("id", PROBES)


@pytest.fixture(scope="module")
def cache() -> Path:
    folder = cache_folder()
    assert folder is not None
    return folder


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with nothing installed: each probe goes where its environment is."""
    folder = tmp_path_factory.mktemp("bare")
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def failures(bare_python: Path, cache: Path) -> Mapping[str, str]:
    """Build every environment; what went wrong with it, by probe."""
    target = describe_target(bare_python)
    assert target is not None
    failed: dict[str, str] = {}
    for environment, using in environments_for(PROBES.values(), target, cache).items():
        error = _built(environment)
        failed |= {probe.id: error for probe in using if error}
    return failed


def _built(environment: OwnEnvironment) -> str:
    try:
        build(environment)
    except Exception as error:
        return str(error)
    return ""


@pytest.fixture(scope="module")
def honest(bare_python: Path, cache: Path, failures: object) -> Mapping[str, Finding]:
    return run_probes(PROBES.values(), python=bare_python, cache=cache, fresh=True, timeout=900)


@pytest.fixture(scope="module")
def sabotaged(bare_python: Path, cache: Path, failures: object) -> Mapping[str, Finding]:
    return run_probes(PROBES.values(), python=bare_python, cache=cache, control=True, timeout=900)


@EACH
def test_its_environment_can_be_built(id: str, failures: Mapping[str, str]) -> None:
    assert failures.get(id, "") == ""


@EACH
def test_it_answers_in_its_environment(id: str, honest: Mapping[str, Finding]) -> None:
    finding = _tried(honest, id)
    assert finding.outcome.answered, f"{finding.reason}\n{finding.output}"


@EACH
def test_its_control_answers_no_there(id: str, sabotaged: Mapping[str, Finding]) -> None:
    finding = _tried(sabotaged, id)
    assert finding.outcome is Outcome.NO, f"{finding.reason}\n{finding.output}"


@EACH
def test_its_finding_says_where_it_was_made(id: str, honest: Mapping[str, Finding]) -> None:
    provision = PROBES[id].provision
    assert provision is not None
    assert honest[id].environment == " ".join((*provision.requirements, *provision.npm))


def _tried(findings: Mapping[str, Finding], id: str) -> Finding:
    finding = findings[id]
    if finding.outcome is Outcome.UNAVAILABLE and "only macOS can" in finding.reason:
        assert platform.system() != "Darwin"
        pytest.skip(f"{id}: {finding.reason}")
    return finding


# The same probes on what the world was


def with_requirements(cache: Path, *requirements: str) -> Path:
    """An interpreter that holds these."""
    target = describe_target(Path(sys.executable))
    assert target is not None
    environment = own_environment(Provision(requirements, megabytes=0), target, cache)
    build(environment)
    return environment.python


def ask(names: Iterable[str], python: Path) -> Mapping[str, Finding]:
    known = load_probes()
    wanted: list[Probe] = [known[name] for name in names]
    return run_probes(wanted, python=python, timeout=900)


@pytest.fixture(scope="module")
def transformers_4(cache: Path) -> Finding:
    python = with_requirements(cache, "transformers==4.57.6", "tf-keras==2.21.0")
    name = "ecosystem.transformers_run_on_tensorflow"
    return ask([name], python)[name]


def test_transformers_4_held_models_for_tensorflow(transformers_4: Finding) -> None:
    assert transformers_4.outcome is Outcome.YES, transformers_4.reason


def test_transformers_4_warned_that_they_would_go(transformers_4: Finding) -> None:
    assert any("v5" in line for line in transformers_4.deprecations)


def test_transformers_5_holds_none(honest: Mapping[str, Finding]) -> None:
    assert honest["ecosystem.transformers_run_on_tensorflow"].outcome is Outcome.NO


@pytest.fixture(scope="module")
def tensorflow_2_15(cache: Path) -> Mapping[str, Finding]:
    python = with_requirements(
        cache, "tensorflow-cpu==2.15.1", "tf2onnx==1.17.0", "onnx==1.17.0", "onnxruntime==1.20.1"
    )
    names = ("tensorflow.interprets_tflite", "tensorflow.tf2onnx_takes_keras_models")
    return ask(names, python)


def test_tensorflow_2_15_ran_tflite_without_a_warning(
    tensorflow_2_15: Mapping[str, Finding],
) -> None:
    finding = tensorflow_2_15["tensorflow.interprets_tflite"]
    assert (finding.outcome, finding.deprecations) == (Outcome.YES, ())


def test_tf2onnx_took_the_models_of_keras_2(tensorflow_2_15: Mapping[str, Finding]) -> None:
    finding = tensorflow_2_15["tensorflow.tf2onnx_takes_keras_models"]
    assert finding.outcome is Outcome.YES, finding.reason
