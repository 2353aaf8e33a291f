"""Every probe on the real frameworks: the honest subject and the sabotaged one."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from probes.api import Finding, Outcome, Probe, Scope
from probes.runtime.registry import load_probes
from probes.runtime.runner import run_probes

PROBES = load_probes()
EACH = pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES.keys())
# What a machine has is not known here; what the frameworks do is.
EACH_ABOUT_A_FRAMEWORK = pytest.mark.parametrize(
    "id", [id for id, probe in PROBES.items() if probe.scope is Scope.FRAMEWORK]
)


@pytest.fixture(scope="module")
def honest(real_findings: Mapping[str, Finding]) -> Mapping[str, Finding]:
    return real_findings


@pytest.fixture(scope="module")
def sabotaged() -> dict[str, Finding]:
    return run_probes(PROBES.values(), timeout=600, control=True)


@pytest.fixture(scope="module")
def written() -> dict[str, Finding]:
    """What docs/ rests on."""
    text = (Path(__file__).parents[2] / "docs" / "findings.json").read_text(encoding="utf-8")
    found = [Finding.from_json(one) for one in json.loads(text)["findings"]]
    return {finding.probe: finding for finding in found}


def tried(findings: Mapping[str, Finding], id: str) -> Finding:
    finding = findings[id]
    if finding.outcome is Outcome.UNAVAILABLE:
        pytest.skip(f"{id}: {finding.reason}")
    return finding


@EACH
def test_states_its_question_what_it_runs_its_control_and_its_limit(probe: Probe) -> None:
    documentation = inspect.getdoc(sys.modules[probe.check.__module__])
    assert probe.question.endswith("?")
    assert documentation is not None
    assert "control" in documentation
    assert "\nLimit: " in documentation


@EACH
def test_control_is_another_subject(probe: Probe) -> None:
    assert probe.control is not probe.subject


@EACH
def test_is_the_one_of_its_path(probe: Probe) -> None:
    assert probe.source.with_suffix("").parts[-2:] == tuple(probe.id.split("."))


@EACH
def test_answers(probe: Probe, honest: Mapping[str, Finding]) -> None:
    finding = tried(honest, probe.id)
    assert finding.outcome.answered, f"{finding.reason}\n{finding.output}"


@EACH
def test_control_answers_no(probe: Probe, sabotaged: dict[str, Finding]) -> None:
    finding = tried(sabotaged, probe.id)
    assert finding.outcome is Outcome.NO, f"{finding.reason}\n{finding.output}"


@EACH_ABOUT_A_FRAMEWORK
def test_control_is_refused_by_what_came_out_where_the_subject_is_not(
    id: str, honest: Mapping[str, Finding], sabotaged: dict[str, Finding]
) -> None:
    if tried(honest, id).outcome is Outcome.YES:
        assert "raised" not in tried(sabotaged, id).reason


@EACH
def test_states_its_numbers_and_versions(probe: Probe, honest: Mapping[str, Finding]) -> None:
    finding = tried(honest, probe.id)
    assert finding.evidence
    used = (*(need.module for need in probe.needs), *probe.node)
    assert set(finding.versions) == {"python", *used}
    assert finding.seconds >= 0


@EACH_ABOUT_A_FRAMEWORK
def test_answers_as_the_documents_say_of_these_versions(
    id: str, honest: Mapping[str, Finding], written: dict[str, Finding]
) -> None:
    finding = tried(honest, id)
    if finding.versions != written[id].versions:
        pytest.skip(f"{id}: written down on {dict(written[id].versions)}")
    assert finding.outcome is written[id].outcome, f"{finding.reason}\n{finding.output}"


def test_torchscript_comes_with_its_deprecation(honest: Mapping[str, Finding]) -> None:
    finding = tried(honest, "pytorch.exports_torchscript")
    assert any("torch.jit.script" in line for line in finding.deprecations)


def test_onnx_export_comes_without_deprecations_of_its_insides(
    honest: Mapping[str, Finding],
) -> None:
    assert tried(honest, "pytorch.exports_onnx").deprecations == ()


def test_tflite_model_is_really_quantised(honest: Mapping[str, Finding]) -> None:
    tensors = tried(honest, "tensorflow.quantises_to_int8").evidence["int8_tensors"]
    assert isinstance(tensors, int)
    assert tensors > 0


def test_findings_come_in_the_order_of_the_probes(honest: Mapping[str, Finding]) -> None:
    assert list(honest) == list(PROBES)
