"""Where a probe is tried: in the target, or in an environment of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from probes.runtime.environments import (
    NOTE,
    OwnEnvironment,
    environment_for,
    environments_for,
    interpreter_for,
    lacks_needs,
)
from probes.runtime.target import Target, describe_target

from ..conftest import WriteProbe

FakePython = Callable[[dict[str, str]], Path]

NEEDS_BETA = "(Need('beta', 'beta'),)"
BRINGS_BETA = "Provision(('beta==1.0',), megabytes=10)"
BRINGS_GAMMA = "Provision(('gamma==1.0',), megabytes=10)"


@pytest.fixture
def target(fake_python: FakePython, monkeypatch: pytest.MonkeyPatch) -> Target:
    """An interpreter that has the module ``alpha`` and nothing else."""
    monkeypatch.delenv("NODE_PATH", raising=False)
    described = describe_target(fake_python({"alpha": ""}))
    assert described is not None
    return described


def put_package(folder: Path, name: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "package.json").write_text("{}")


def pretend_built(environment: OwnEnvironment) -> None:
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    (environment.folder / NOTE).write_text(json.dumps({"megabytes": 12}))


# What a target lacks


@pytest.mark.parametrize(
    ("needs", "lacking"),
    [
        ("()", False),
        ("(Need('alpha', 'alpha'),)", False),
        ("(Need('beta', 'beta'),)", True),
        ("(Need('alpha', 'alpha'), Need('beta', 'beta'))", True),
        ("(Need('beta', 'beta', imported=False),)", True),
    ],
)
def test_module_that_is_missing_is_lacking(
    write_probe: WriteProbe, target: Target, needs: str, lacking: bool
) -> None:
    assert lacks_needs(write_probe("group.needs", needs=needs), target) is lacking


def test_npm_package_that_is_missing_is_lacking(write_probe: WriteProbe, target: Target) -> None:
    assert lacks_needs(write_probe("group.scripts", node="('a-package',)"), target)


def test_npm_package_beside_the_interpreter_is_not_lacking(
    write_probe: WriteProbe, target: Target
) -> None:
    put_package(target.prefix / "node_modules", "a-package")
    assert not lacks_needs(write_probe("group.scripts", node="('a-package',)"), target)


def test_npm_package_of_node_path_is_not_lacking(
    write_probe: WriteProbe, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_package(tmp_path / "modules", "@scope/a-package")
    monkeypatch.setenv("NODE_PATH", str(tmp_path / "modules"))
    assert not lacks_needs(write_probe("group.scripts", node="('@scope/a-package',)"), target)


# Which environment would help


def test_probe_that_lacks_nothing_needs_no_environment(
    write_probe: WriteProbe, target: Target, tmp_path: Path
) -> None:
    probe = write_probe("group.a", needs="(Need('alpha', 'alpha'),)", provision=BRINGS_BETA)
    assert environment_for(probe, target, tmp_path) is None


def test_probe_that_names_no_environment_gets_none(
    write_probe: WriteProbe, target: Target, tmp_path: Path
) -> None:
    assert environment_for(write_probe("group.a", needs=NEEDS_BETA), target, tmp_path) is None


def test_probe_that_lacks_a_program_too_would_not_be_helped(
    write_probe: WriteProbe, target: Target, tmp_path: Path
) -> None:
    command = "(Command('no-such-program', 'a shop'),)"
    probe = write_probe("group.a", needs=NEEDS_BETA, commands=command, provision=BRINGS_BETA)
    assert environment_for(probe, target, tmp_path) is None


def test_environment_holds_what_the_probe_names(
    write_probe: WriteProbe, target: Target, tmp_path: Path
) -> None:
    probe = write_probe("group.a", needs=NEEDS_BETA, provision=BRINGS_BETA)
    environment = environment_for(probe, target, tmp_path)
    assert environment is not None
    assert environment.label == "beta==1.0"
    assert (environment.is_built, environment.base) == (False, target.python)


def test_probes_that_name_the_same_share_an_environment(
    write_probe: WriteProbe, target: Target, tmp_path: Path
) -> None:
    probes = [
        write_probe("group.a", needs=NEEDS_BETA, provision=BRINGS_BETA),
        write_probe("group.b", needs=NEEDS_BETA, provision=BRINGS_GAMMA),
        write_probe("group.c"),
        write_probe("group.d", needs=NEEDS_BETA, provision=BRINGS_BETA),
    ]
    found = environments_for(probes, target, tmp_path)
    told = {one.label: [probe.id for probe in using] for one, using in found.items()}
    assert told == {"beta==1.0": ["group.a", "group.d"], "gamma==1.0": ["group.b"]}


# Where it is tried


def test_without_an_environment_the_target_tries(
    write_probe: WriteProbe, target: Target, tmp_path: Path
) -> None:
    chosen = interpreter_for(write_probe("group.a", needs=NEEDS_BETA), target, tmp_path)
    assert (chosen.python, chosen.environment) == (target.python, "")


def test_environment_that_is_not_built_is_not_used(
    write_probe: WriteProbe, target: Target, tmp_path: Path
) -> None:
    probe = write_probe("group.a", needs=NEEDS_BETA, provision=BRINGS_BETA)
    assert interpreter_for(probe, target, tmp_path).python == target.python


def test_environment_that_is_built_tries(
    write_probe: WriteProbe, target: Target, tmp_path: Path
) -> None:
    probe = write_probe("group.a", needs=NEEDS_BETA, provision=BRINGS_BETA)
    environment = environment_for(probe, target, tmp_path)
    assert environment is not None
    pretend_built(environment)
    chosen = interpreter_for(probe, target, tmp_path)
    assert (chosen.python, chosen.environment) == (environment.python, "beta==1.0")


def test_environment_is_not_used_where_the_target_has_all(
    write_probe: WriteProbe, target: Target, tmp_path: Path
) -> None:
    probe = write_probe("group.a", needs=NEEDS_BETA, provision=BRINGS_BETA)
    environment = environment_for(probe, target, tmp_path)
    assert environment is not None
    pretend_built(environment)
    having = write_probe("group.b", needs="(Need('alpha', 'alpha'),)", provision=BRINGS_BETA)
    assert interpreter_for(having, target, tmp_path).python == target.python


def test_without_a_cache_folder_the_target_tries(write_probe: WriteProbe, target: Target) -> None:
    probe = write_probe("group.a", needs=NEEDS_BETA, provision=BRINGS_BETA)
    assert interpreter_for(probe, target, None).python == target.python
