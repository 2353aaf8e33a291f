"""Whether frameworks, driver, GPUs and NVIDIA's packages fit: with a stand-in for each."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from probes.runtime.diagnosis.doctor import DoctorReport
from probes.runtime.diagnosis.gpus import Gpu, NvidiaDriver, look_at_nvidia

from ...conftest import WriteProbe
from .conftest import MACHINE, Examine, machine, needing, only_conflict, put_note

H200 = Gpu("NVIDIA H200", "9.0", "143771")
DRIVER = NvidiaDriver("570.86.15", "12.8", (H200,))

Look = Callable[..., DoctorReport]


@pytest.fixture
def look(examine: Examine, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Look at a torch that says this of itself, beside this driver."""

    def run(
        driver: NvidiaDriver = DRIVER,
        cuda: str | None = "12.8",
        code: str = "sm_80 sm_90",
        sees: bool = True,
    ) -> DoctorReport:
        machine(monkeypatch, replace(MACHINE, nvidia=driver))
        source = (
            f"class version: cuda, hip = {cuda!r}, None\n"
            f"class _C: _cuda_getArchFlags = staticmethod(lambda: {code!r})\n"
            f"class cuda: is_available = staticmethod(lambda: {sees})\n"
        )
        probe = needing(write_probe, "a", "torch")
        return examine({"torch": source}, probe, projects=("torch==2.9.0",))

    return run


def test_what_fits_is_no_conflict(look: Look) -> None:
    seen = look()
    assert (seen.conflicts, seen.unchecked) == ((), ())
    assert seen.imports[0].facts["cuda"] == "12.8"


def test_build_without_cuda_is_no_conflict(look: Look) -> None:
    assert look(cuda=None, code="", sees=False).conflicts == ()


@pytest.mark.parametrize("driver_cuda", ["12.0", "13.1", ""])
def test_driver_of_the_same_or_a_later_cuda_fits(look: Look, driver_cuda: str) -> None:
    assert look(replace(DRIVER, cuda=driver_cuda)).conflicts == ()


def test_driver_that_is_too_old_is_named_with_the_one_that_is_not(look: Look) -> None:
    conflict = only_conflict(look(cuda="13.0", sees=False))
    assert conflict.what == (
        "torch 2.9.0 was built for CUDA 13.0; driver 570.86.15 runs CUDA up to 12.8"
    )
    assert conflict.cure == "a driver from 580 on, or a build of torch for CUDA 12"


@pytest.mark.parametrize(
    ("capability", "code", "runs"),
    [
        ("9.0", "sm_80 sm_90", True),
        ("8.6", "sm_80", True),
        ("8.0", "sm_86", False),
        ("6.1", "sm_75 sm_80 compute_90", False),
        ("12.0", "sm_80 sm_90", False),
        ("12.0", "sm_90 compute_90", True),
        ("10.0", "sm_90a", False),
        ("9.0", "sm_90a", True),
        ("10.3", "sm_100", True),
        ("", "sm_80", True),
        ("9.0", "something_new", True),
        ("9.0", "", True),
    ],
)
def test_gpu_needs_code_for_its_compute_capability(
    look: Look, capability: str, code: str, runs: bool
) -> None:
    gpu = replace(H200, capability=capability)
    seen = look(replace(DRIVER, gpus=(gpu, gpu)), code=code)
    assert [one.what.startswith("torch 2.9.0 has no code for") for one in seen.conflicts] == (
        [] if runs else [True]
    )


def test_gpu_that_is_not_seen_though_all_fits_is_a_conflict(look: Look) -> None:
    assert "sees none of the GPUs" in only_conflict(look(sees=False)).what


def test_tensorflow_that_lacks_cudas_libraries_is_told_what_brings_them(
    examine: Examine, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(monkeypatch, replace(MACHINE, nvidia=DRIVER))
    source = (
        "built = {'cuda_version': '12.5.1', 'cuda_compute_capabilities': ['compute_90']}\n"
        "class sysconfig: get_build_info = staticmethod(lambda: built)\n"
        "class config: list_physical_devices = staticmethod(lambda kind: [])\n"
    )
    probe = needing(write_probe, "a", "tensorflow")
    seen = examine({"tensorflow": source}, probe, projects=("tensorflow==2.21.0",))
    assert only_conflict(seen).cure.endswith(" 'tensorflow[and-cuda]==2.21.0'")


def test_plugin_of_jax_needs_a_driver_of_its_cuda(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(monkeypatch, replace(MACHINE, nvidia=DRIVER))
    conflict = only_conflict(examine(projects=("jax_cuda13_plugin==0.10",)))
    assert conflict.what.startswith("jax-cuda13-plugin 0.10 was built for CUDA 13; driver 570")
    assert conflict.cure == "a driver from 580 on, or jax[cuda12]"


def test_gpu_that_is_hidden_on_purpose_is_no_conflict(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert look(sees=False).conflicts == ()


def test_framework_that_says_nothing_is_not_checked(
    examine: Examine, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(monkeypatch, replace(MACHINE, nvidia=DRIVER))
    seen = examine({"torch": ""}, needing(write_probe, "a", "torch"), projects=("torch==2.9.0",))
    (unchecked,) = seen.unchecked
    assert unchecked.what == "whether torch 2.9.0 fits the GPU and its driver"


def test_driver_that_does_not_answer_is_not_checked(look: Look) -> None:
    seen = look(NvidiaDriver(error="nvidia-smi: it failed"))
    assert [one.why for one in seen.unchecked] == ["nvidia-smi: it failed"]
    assert seen.conflicts == ()


def test_driver_that_was_updated_under_the_kernel_is_a_conflict(look: Look) -> None:
    said = "nvidia-smi: Failed to initialize NVML: Driver/library version mismatch"
    assert only_conflict(look(NvidiaDriver(error=said))).cure.startswith("restart the machine")


# Packages of NVIDIA


def test_packages_for_two_cudas_are_a_conflict_that_says_who_needs_which(examine: Examine) -> None:
    def put(libraries: Path) -> None:
        put_note(libraries, "torch", "2.9.0", "Requires-Dist: nvidia_cublas_cu12==12.8.4.1")

    projects = ("nvidia_cublas_cu12==12.8.4.1", "nvidia_cudnn_cu11==8.9", "nvidia_ml_py==13.0")
    conflict = only_conflict(examine(projects=projects, prepare=put))
    assert "CUDA 11 (for nothing here) and CUDA 12 (for torch)" in conflict.what
    assert conflict.cure.endswith(" nvidia-cudnn-cu11")


@pytest.mark.parametrize(
    "projects",
    [
        ("nvidia_cublas_cu12==12.8", "nvidia_cudnn_cu12==9.1", "nvidia_ml_py==13.0"),
        ("nvidia_cuda_runtime==13.0.1", "nvidia_cudnn_cu13==9.1", "nvidia_cublas==13.0"),
    ],
)
def test_packages_for_one_cuda_are_no_conflict(examine: Examine, projects: tuple[str, ...]) -> None:
    assert examine(projects=projects).conflicts == ()


def test_two_plugins_of_jax_are_a_conflict(examine: Examine) -> None:
    projects = ("jax_cuda12_plugin==0.10", "jax_cuda13_plugin==0.10", "jax_cuda12_pjrt==0.10")
    conflict = only_conflict(examine(projects=projects))
    assert conflict.what == "jax-cuda12-plugin and jax-cuda13-plugin are both installed"
    assert conflict.cure.endswith(" jax-cuda12-plugin jax-cuda12-pjrt")


# nvidia-smi


def put_nvidia_smi(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!{sys.executable}\nimport sys\nquery = ''.join(sys.argv[1:])\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


OVERVIEW = "| NVIDIA-SMI 570.86.15   Driver Version: 570.86.15   CUDA Version: 12.8 |"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows starts no scripts by their first line")
class TestNvidiaSmi:
    """What is read of ``nvidia-smi``."""

    def test_tells_of_gpus_and_driver(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        body = f"print('NVIDIA H200, 570.86.15, 143771, 9.0\\n' if query else {OVERVIEW!r})"
        put_nvidia_smi(tmp_path, monkeypatch, body)
        assert look_at_nvidia() == DRIVER

    def test_that_knows_no_compute_capability_tells_the_rest(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        body = (
            "if 'compute_cap' in query:\n"
            "    sys.exit(print('Field \"compute_cap\" is not a valid field to query.') or 2)\n"
            f"print('NVIDIA H200, 570.86.15, 143771' if query else {OVERVIEW!r})"
        )
        put_nvidia_smi(tmp_path, monkeypatch, body)
        assert look_at_nvidia() == replace(DRIVER, gpus=(replace(H200, capability=""),))

    def test_that_fails_says_why(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        put_nvidia_smi(tmp_path, monkeypatch, "sys.exit(print('No devices were found') or 6)")
        assert look_at_nvidia() == NvidiaDriver(error="nvidia-smi: No devices were found")

    def test_that_is_not_there_is_none(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert look_at_nvidia() is None
