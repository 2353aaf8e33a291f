"""An interpreter that holds what a test puts into it, looked at as ``advisor doctor`` does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from probes.api import Probe
from probes.runtime.diagnosis.doctor import DoctorReport, diagnose
from probes.runtime.diagnosis.machine import Machine
from probes.runtime.diagnosis.statements import Conflict
from probes.runtime.target import describe_target
from probes.runtime.worker_variables import UNWANTED

from ...conftest import WriteProbe, libraries_of

FakePython = Callable[[dict[str, str]], Path]
Examine = Callable[..., DoctorReport]

MACHINE = Machine("x86_64", instructions=("AVX", "AVX2"), memory=8 * 10**9)


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is set, and there are no GPUs."""
    names = ("NODE_PATH", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "PYTHONPATH")
    for name in (*UNWANTED, *names):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras-home"))
    machine(monkeypatch, MACHINE)


def machine(monkeypatch: pytest.MonkeyPatch, there: Machine) -> None:
    """Have the diagnosis find this machine."""
    monkeypatch.setattr("probes.runtime.diagnosis.doctor.look_at_machine", lambda _: there)


@pytest.fixture
def examine(fake_python: FakePython, tmp_path: Path) -> Examine:
    """Look at an interpreter that holds these modules, and notes of these projects."""

    def run(
        modules: dict[str, str] | None = None,
        *probes: Probe,
        projects: tuple[str, ...] = (),
        prepare: Callable[[Path], None] = lambda _: None,
    ) -> DoctorReport:
        python = fake_python(modules or {})
        for project in projects:
            put_note(libraries_of(python), *project.split("=="))
        prepare(libraries_of(python))
        target = describe_target(python)
        assert target is not None
        return diagnose(target, probes, tmp_path / "cache")

    return run


def put_note(
    libraries: Path, name: str, version: str, *headers: str, files: tuple[str, ...] = ()
) -> Path:
    """Note a project as installers do; ``files`` are lines of its RECORD, beside RECORD itself."""
    note = libraries / f"{name}-{version}.dist-info"
    note.mkdir()
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *headers]
    (note / "METADATA").write_text("\n".join(lines) + "\n")
    record = (*files, f"{note.name}/RECORD,,")
    (note / "RECORD").write_text("".join(f"{file}\n" for file in record))
    return note


def needing(write_probe: WriteProbe, name: str, *modules: str, **more: str) -> Probe:
    needs = "".join(f"Need({module!r}, {module!r})," for module in modules)
    return write_probe(f"group.{name}", needs=f"({needs})", **more)


def only_conflict(seen: DoctorReport) -> Conflict:
    (conflict,) = seen.conflicts
    return conflict
