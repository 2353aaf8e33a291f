"""The program is started in a folder that somebody prepared: nothing in it is run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from advisor.cli.command import DONE, INTERRUPTED, UNPROVEN, USAGE, WRONG

from .conftest import every_command, interpreter_with
from .untrusted_folder import PROGRAM, UntrustedFolder, looked_up, untrusted_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are scripts")

# Every command, in an order in which each finds what it needs. Frameworks are tried by the
# commands for it; an interpreter without any is "bare".
STEPS = """
ask --answers team.yaml --no-probes --session session.yaml
ask --answers team.yaml --no-probes --format html
report session.yaml --format html
explain session.yaml
whatif session.yaml --set target=ios
flips session.yaml
record new session.yaml --dir decisions
record new session.yaml --dir decisions
record list --dir decisions
record lint decisions
record verify decisions
record verify decisions --rerun --python bare
record due --dir decisions
record accept 1 --dir decisions
record supersede 1 --by 2 --dir decisions
record export --dir decisions --as nygard --to exported
workshop new team.workshop --title Team --driver Zoe
workshop serve team.workshop --port 0 --no-probes
workshop sit team.workshop
workshop merge team.workshop ballots/ana.yaml ballots/ben.yaml
workshop reveal team.workshop --now --no-probes
workshop show team.workshop
workshop try team.workshop --list
workshop try team.workshop transformers_runs_on_pytorch --python bare
workshop record team.workshop --dir decisions --no-probes
workshop next team.workshop
workshop audit team.workshop
kb new ours
kb check --kb ours
kb test --kb ours
kb coverage
kb questions
kb schema
probe pytorch.sees_accelerator tensorflow.sees_accelerator --fresh
probe pytorch.runs_in_javascript pytorch.runs_in_cpp --python bare
doctor --python bare
"""


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str]
) -> UntrustedFolder:
    return untrusted_folder(tmp_path_factory.mktemp("untrusted"), environment)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return interpreter_with(tmp_path_factory.mktemp("bare") / "environment", [])


def test_whoever_is_not_careful_there_is_caught(folder: UntrustedFolder) -> None:
    for careless in ([sys.executable, "-c", "import json"], ["/bin/sh", "-c", "node; npm"]):
        subprocess.run(careless, cwd=folder.path, env=folder.variables, check=True)
    assert folder.triggered == ["json.py", "node", "npm"]


def test_programs_that_are_looked_up_are_all_there() -> None:
    assert {"node", "npm", "uv", "pip", "nvidia-smi", "tensorflow_model_server"} <= looked_up()


def test_no_command_is_left_out() -> None:
    assert {
        name for name in every_command() if not any(is_step_of(s, name) for s in lines())
    } == set()


def lines() -> Iterator[str]:
    return iter(STEPS.strip().splitlines())


def is_step_of(line: str, command: str) -> bool:
    return f"{line} ".startswith(f"{command} ")


def test_no_command_runs_anything_of_it(folder: UntrustedFolder, bare: Path) -> None:
    caught, failed = {}, {}
    for line in lines():
        arguments = [str(bare) if word == "bare" else word for word in line.split()]
        code, said = served(folder, arguments) if "serve" in arguments else run(folder, arguments)
        if triggered := folder.triggered:
            caught[line] = triggered
        expected = {"sit": (USAGE,), "serve": (INTERRUPTED, DONE)}
        if code not in expected.get(arguments[1], (DONE, WRONG, UNPROVEN)):
            failed[line] = (code, said)
    assert (caught, failed) == ({}, {})


def run(folder: UntrustedFolder, arguments: Sequence[str]) -> tuple[int, str]:
    done = folder.run(*arguments)
    return done.returncode, done.stderr


def served(folder: UntrustedFolder, arguments: Sequence[str]) -> tuple[int, str]:
    """Start the server, and end it once it says that it is there."""
    with subprocess.Popen(
        [PROGRAM, *arguments],
        cwd=folder.path,
        env=folder.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        while line := server.stdout.readline():
            if "Ctrl-C" in line:
                server.terminate()  # SIGINT may be ignored, where the tests run behind others
        _, said = server.communicate()
    return server.returncode, said


def test_nor_does_the_program_started_as_a_module(folder: UntrustedFolder, tmp_path: Path) -> None:
    (tmp_path / "shows.py").write_text("import sys; print(*sys.modules)")
    shown = subprocess.run([sys.executable, "-m", "shows"], cwd=tmp_path, capture_output=True)
    python, asked = [sys.executable], ["-m", "advisor", "kb", "questions"]
    isolated = [*python, "-I", *asked]
    done = subprocess.run(isolated, cwd=folder.path, env=folder.variables, capture_output=True)
    assert (done.returncode, folder.triggered) == (DONE, [])
    for module in shown.stdout.decode().split():  # Python imports these before it gives way
        (folder.path / f"{module}.py").unlink(missing_ok=True)
    done = subprocess.run(
        [*python, *asked], cwd=folder.path, env=folder.variables, capture_output=True
    )
    assert (done.returncode, folder.triggered) == (DONE, [])
