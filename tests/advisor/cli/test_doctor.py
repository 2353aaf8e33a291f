"""``advisor doctor``: what is wrong with an interpreter, and what it waits for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from probes.programs import find_program

from ...conftest import Program, Run, interpreter_with

DONE, WRONG, USAGE = 0, 1, 2

BROKEN_TORCH = "raise ImportError('libtorch_cpu.so: cannot open shared object file')"

MakePython = Callable[..., Path]
Doctor = Callable[..., Run]


@pytest.fixture
def make_python(tmp_path: Path) -> MakePython:
    """Make an interpreter that holds these modules, and notes of these projects."""

    def make(modules: Mapping[str, str] | None = None, projects: tuple[str, ...] = ()) -> Path:
        libraries = tmp_path / "libraries" / "site-packages"
        libraries.mkdir(parents=True)
        for name, source in (modules or {}).items():
            (libraries / f"{name}.py").write_text(source)
        for project in projects:
            name, version = project.split("==")
            note = libraries / f"{name}-{version}.dist-info"
            note.mkdir()
            metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            (note / "METADATA").write_text(metadata)
            brought = f"{name.split('_')[0]}/core.py,sha256={name},1"  # as its variants do
            (note / "RECORD").write_text(f"{brought}\n{note.name}/RECORD,,\n")
        return interpreter_with(tmp_path / "environment", [libraries])

    return make


@pytest.fixture
def doctor(program: Program) -> Doctor:
    """Run ``advisor doctor`` on an interpreter."""

    def run(python: Path, *arguments: str, **settings: str) -> Run:
        return program("doctor", "--python", python, *arguments, **{"NODE_PATH": "", **settings})

    return run


def folded(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def bare(run_program: Program, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Any]:
    """What is said of an interpreter that holds nothing, as text and as data."""
    folder = tmp_path_factory.mktemp("bare")
    python = interpreter_with(folder / "environment", [])
    asked = ("doctor", "--python", python)
    told = run_program(*asked, folder=folder)
    return told, run_program(*asked, "--format", "json", folder=folder).data


# Nothing installed


def test_having_nothing_is_no_conflict(bare: tuple[Run, Any]) -> None:
    assert bare[0].code == DONE
    assert "No framework is installed that could conflict." in bare[0].out
    assert bare[1]["frameworks"] == []
    assert "No conflicts found" not in bare[0].out
    assert "nothing of it is installed" in bare[0].out


def test_what_is_missing_is_named_with_the_command_that_brings_it(bare: tuple[Run, Any]) -> None:
    needs = [one for one in bare[1]["openings"] if one["kind"] == "install"]
    assert {"torch", "tensorflow"} <= {one["obstacle"] for one in needs}
    command = without_pip("install", bare[1]["python"])
    assert [one["command"] for one in needs] == [f"{command} {one['obstacle']}" for one in needs]
    assert f"{command} torch" in folded(bare[0].out)


def test_environments_are_told_with_their_sizes(bare: tuple[Run, Any]) -> None:
    needs = [one for one in bare[1]["openings"] if one["kind"] == "environment"]
    assert all(one["megabytes"] > 0 for one in needs)
    assert "advisor probe --all --provision" in folded(bare[0].out)
    assert [one["obstacle"] for one in needs if one["obstacle"] not in folded(bare[0].out)] == []


def test_every_probe_is_accounted_for_once(bare: tuple[Run, Any], program: Program) -> None:
    listed = program("probe", "--list", "--format", "json").data["probes"]
    named = [name for opening in bare[1]["openings"] for name in opening["probes"]]
    assert sorted(named) == sorted(one["id"] for one in listed)


def test_data_says_what_was_looked_at(bare: tuple[Run, Any]) -> None:
    data = bare[1]
    assert data["schema"] == 1
    assert data["version"] == ".".join(map(str, sys.version_info[:3]))
    assert (data["packages"], data["imports"], data["troubles"]) == ({}, [], [])


def test_nothing_is_shown_beside_the_report_in_a_pipe(bare: tuple[Run, Any]) -> None:
    assert bare[0].err == ""


def test_library_without_a_framework_is_no_framework(
    doctor: Doctor, make_python: MakePython
) -> None:
    run = doctor(make_python({"yaml": ""}, ("pyyaml==6.0",)))
    assert (run.code, "No framework is installed" in run.out) == (DONE, True)


# Conflicts


def without_pip(verb: str, python: str | Path) -> str:
    """The installer of an environment that has none."""
    if find_program("uv"):
        return f"uv pip {verb} --python {python}"
    return f"{sys.executable} -m pip --python {python} {verb}"


def test_module_that_does_not_import_is_a_conflict(doctor: Doctor, make_python: MakePython) -> None:
    run = doctor(make_python({"torch": BROKEN_TORCH}, ("torch==2.13.0",)))
    assert run.code == WRONG
    assert "\n1 conflict\n" in run.out
    assert "torch 2.13.0 does not import: ImportError: libtorch_cpu.so" in folded(run.out)
    assert "fix: another version of torch, made for" in folded(run.out)


CONFLICTS = {
    "two TensorFlows": (
        ("tensorflow==2.21.0", "tensorflow_cpu==2.21.0"),
        "tensorflow 2.21.0 and tensorflow-cpu 2.21.0 are both installed",
        "uninstall both, then install one: {uninstall} tensorflow tensorflow-cpu; "
        "{install} tensorflow",
    ),
    "no pkg_resources": (
        ("tensorflow_hub==0.16.1",),
        "tensorflow-hub import pkg_resources, which setuptools 81 dropped",
        "{install} 'setuptools<81'",
    ),
    "a former name": (
        ("ai_edge_torch==0.7.2",),
        "ai-edge-torch 0.7.2 was renamed",
        "{install} litert-torch",
    ),
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_known_conflict_is_told_with_its_cure(
    doctor: Doctor, make_python: MakePython, name: str
) -> None:
    projects, what, cure = CONFLICTS[name]
    python = make_python(projects=projects)
    run = doctor(python)
    assert run.code == WRONG
    assert what in folded(run.out)
    commands = {verb: without_pip(verb, python) for verb in ("install", "uninstall")}
    assert f"    fix: {cure.format(**commands)}\n" in run.out  # in one line, to be pasted


def test_setting_is_told_with_what_it_does_and_is_no_conflict(
    doctor: Doctor, make_python: MakePython, tmp_path: Path
) -> None:
    python = make_python({"torch": ""}, ("torch==2.13.0", "keras==3.15.1"))
    told = {"KERAS_BACKEND": "torch", "KERAS_HOME": str(tmp_path)}
    run = doctor(python, **told)
    assert (run.code, "No conflicts found." in run.out) == (DONE, True)
    assert "KERAS_BACKEND = torch Keras 3 runs on torch; probes set their own" in folded(run.out)
    data = doctor(python, "--format", "json", **told).data
    assert [set(one) for one in data["settings"]] == [{"name", "value", "effect"}]


def test_what_could_not_be_checked_is_no_pass(doctor: Doctor, make_python: MakePython) -> None:
    python = make_python({"torch": ""}, ("torch==newest",))
    note = next(python.parents[2].glob("libraries/site-packages/*.dist-info")) / "METADATA"
    note.write_text(f"{note.read_text()}Requires-Dist: torch>=2\n")
    run = doctor(python)
    assert run.code == DONE
    assert "No conflicts found in what was checked." in run.out
    assert "whether torch is what torch newest requires: 'newest' is no version" in folded(run.out)
    data = doctor(python, "--format", "json").data
    assert [set(one) for one in data["unchecked"]] == [{"what", "why"}]


def test_one_broken_note_stops_nothing(doctor: Doctor, make_python: MakePython) -> None:
    python = make_python({"torch": ""}, ("torch==2.13.0", "alpha==1.0"))
    libraries = python.parents[2] / "libraries" / "site-packages"
    (libraries / "alpha-1.0.dist-info" / "METADATA").write_bytes(b"Name: alpha\nVersion: 1\n\xff")
    (libraries / "beta-2.0.dist-info").mkdir()
    run = doctor(python)
    assert (run.code, "\n2 conflicts\n" in run.out) == (WRONG, True)
    assert "alpha-1.0.dist-info has METADATA that is not in UTF-8" in run.out
    assert "beta-2.0.dist-info has no METADATA" in run.out


def test_machine_is_shown(doctor: Doctor, make_python: MakePython) -> None:
    python = make_python()
    text = folded(doctor(python).out)
    for word in ("processor", "memory", "disk", "GPU"):
        assert word in text.partition("This machine")[2]
    machine = doctor(python, "--format", "json").data["machine"]
    assert set(machine) >= {"architecture", "instructions", "lacking", "memory", "memory_limit"}
    assert set(machine) >= {"disk_free", "nvidia"}


def test_conflicts_stand_in_the_data(doctor: Doctor, make_python: MakePython) -> None:
    run = doctor(make_python({"torch": BROKEN_TORCH}, ("torch==2.13.0",)), "--format", "json")
    assert run.code == WRONG
    assert [set(one) for one in run.data["troubles"]] == [{"what", "effect", "cure"}]
    assert run.data["packages"] == {"torch": "2.13.0"}
    (imported,) = run.data["imports"]
    assert imported["error"] == "ImportError: libtorch_cpu.so: cannot open shared object file"


def test_what_imports_is_listed_with_its_version(doctor: Doctor, make_python: MakePython) -> None:
    run = doctor(make_python({"torch": ""}, ("torch==2.13.0",)))
    (line,) = [line for line in run.out.splitlines() if "imports in" in line]
    assert (run.code, line.split()[:2]) == (DONE, ["torch", "2.13.0"])


def test_tensorflow_has_the_version_of_the_project_it_came_as(
    doctor: Doctor, make_python: MakePython
) -> None:
    run = doctor(make_python({"tensorflow": ""}, ("tensorflow_cpu==2.21.0",)))
    (line,) = [line for line in run.out.splitlines() if "imports in" in line]
    assert line.split()[:2] == ["tensorflow", "2.21.0"]


def test_nothing_is_written_beside_what_is_looked_at(
    doctor: Doctor, make_python: MakePython, tmp_path: Path
) -> None:
    name = f"written-by-{uuid4()}"
    keeps = f"import os, pathlib; pathlib.Path(os.environ['KERAS_HOME'], {name!r}).touch()"
    python = make_python({"keras": keeps, "torch": ""})
    assert doctor(python).code == DONE
    places = [Path(os.sep), Path.home(), Path.home() / ".keras", tmp_path, python.parents[1]]
    assert [place for place in places if (place / name).exists()] == []


# Names


def test_report_holds_no_private_names(
    doctor: Doctor, make_python: MakePython, tmp_path: Path
) -> None:
    source = f"raise ImportError({str(tmp_path / 'lib')!r} + ' of mira')"
    python = make_python({"torch": source})
    private = {"HOME": str(tmp_path), "LOGNAME": "mira", "USER": "mira"}
    for form in ("text", "json"):
        run = doctor(python, "--format", form, **private)
        assert "~/environment/bin/python" in run.out
        assert str(tmp_path) not in run.out
        assert "mira" not in run.out


def test_setting_is_told_without_private_names(
    doctor: Doctor, make_python: MakePython, tmp_path: Path
) -> None:
    settings = {"HOME": str(tmp_path), "PYTHONWARNINGS": f"ignore:{tmp_path}/secret"}
    run = doctor(make_python(), "--format", "json", **settings)
    values = {one["name"]: one["value"] for one in run.data["settings"]}
    assert values["PYTHONWARNINGS"] == "ignore:~/secret"


# Interpreters that are none


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/bin/true", "it gave no answer"),
        ("/bin/false", "it exited with code 1"),
        ("/bin/cat", "it exited with code 1: "),
    ],
)
def test_program_that_is_no_python_is_one_sentence(doctor: Doctor, path: str, why: str) -> None:
    run = doctor(Path(path))
    assert (run.code, run.out) == (WRONG, "")
    (complaint,) = run.complaints
    assert complaint.startswith(f"{path} does not run as a Python: {why}")


def test_interpreter_that_is_missing_is_wrong_usage(doctor: Doctor) -> None:
    run = doctor(Path("/nowhere/python"))
    assert (run.code, run.out) == (USAGE, "")
    assert "no interpreter at '/nowhere/python'" in run.err.splitlines()[-1]


def test_report_may_be_cut_off_by_its_reader(
    environment: Mapping[str, str], make_python: MakePython, tmp_path: Path
) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "advisor.cli.main", "doctor", "--python", make_python()]
    try:
        done = subprocess.run(
            command, cwd=tmp_path, env=dict(environment), stdout=write, stderr=subprocess.PIPE
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (WRONG, b"")


def test_data_is_in_ascii(doctor: Doctor, make_python: MakePython) -> None:
    python = make_python({"torch": "raise ImportError('für \\x1b[31m dich')"})
    run = doctor(python, "--format", "json")
    assert run.out.isascii()
    assert json.loads(run.out)["imports"][0]["error"] == r"ImportError: für \x1b[31m dich"
