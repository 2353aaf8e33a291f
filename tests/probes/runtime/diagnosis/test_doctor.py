"""What is seen of an interpreter: what it holds, what is at odds in it, what it could try."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from probes.runtime.diagnosis import import_checks
from probes.runtime.diagnosis.doctor import MissingNeed, diagnose
from probes.runtime.diagnosis.import_checks import ImportResult, try_import
from probes.runtime.diagnosis.keras_settings import KerasSettings
from probes.runtime.environments import NOTE, own_environment
from probes.runtime.installer import shown
from probes.runtime.target import Target, describe_target

from ...conftest import Lifeline, Tally, WriteProbe
from .conftest import Examine, FakePython, needing, only_conflict

NOTHING_SET = KerasSettings({})


# What is installed


def test_projects_are_listed_by_their_normalised_names(examine: Examine) -> None:
    projects = ("Some_Project==1.0", "alpha==2.0", "ruamel.yaml==0.18")
    assert examine(projects=projects).packages == {
        "alpha": "2.0",
        "ruamel-yaml": "0.18",
        "some-project": "1.0",
    }


def test_note_that_an_interrupted_removal_left_is_no_project(examine: Examine) -> None:
    def leave(libraries: Path) -> None:
        (libraries / "alpha-1.0.dist-info").mkdir()

    assert examine(prepare=leave).packages == {}


def test_bare_interpreter_has_nothing_and_no_conflicts(examine: Examine) -> None:
    seen = examine()
    assert (seen.packages, seen.imports, seen.conflicts) == ({}, (), ())


# What imports


def test_what_probes_need_is_imported(examine: Examine, write_probe: WriteProbe) -> None:
    probe = needing(write_probe, "a", "alpha", "beta")
    seen = examine({"alpha": "", "beta": "", "unused": "raise OSError"}, probe)
    assert [(one.module, one.error) for one in seen.imports] == [("alpha", ""), ("beta", "")]


def test_what_is_missing_is_not_imported(examine: Examine, write_probe: WriteProbe) -> None:
    assert examine({}, needing(write_probe, "a", "alpha")).imports == ()


def test_module_that_does_not_import_is_a_conflict(
    examine: Examine, write_probe: WriteProbe
) -> None:
    modules = {"alpha": "print('loading')\nraise OSError('libalpha.so: cannot open')"}
    seen = examine(modules, needing(write_probe, "a", "alpha"), projects=("alpha==1.5",))
    conflict = only_conflict(seen)
    assert conflict.what == "alpha 1.5 does not import: OSError: libalpha.so: cannot open"
    assert conflict.cure == "another version of alpha, made for what is installed beside it"


def test_module_of_another_name_than_its_project_is_mended_by_the_project(
    examine: Examine, write_probe: WriteProbe
) -> None:
    probe = write_probe("group.a", needs="(Need('alpha', 'PyAlpha'),)")
    seen = examine({"alpha": "raise OSError('no')"}, probe, projects=("PyAlpha==1.5",))
    conflict = only_conflict(seen)
    assert conflict.what == "alpha 1.5 does not import: OSError: no"
    assert conflict.cure == "another version of pyalpha, made for what is installed beside it"


def test_module_that_crashes_when_imported_says_by_what(
    examine: Examine, write_probe: WriteProbe
) -> None:
    modules = {"alpha": "import os; os.abort()"}
    seen = examine(modules, needing(write_probe, "a", "alpha"))
    assert seen.imports[0].error == "it was ended by SIGABRT"


def test_module_that_ends_the_process_says_so(examine: Examine, write_probe: WriteProbe) -> None:
    seen = examine({"alpha": "raise SystemExit(3)"}, needing(write_probe, "a", "alpha"))
    assert seen.imports[0].error == "it said nothing"


def test_import_that_hangs_is_given_up(
    examine: Examine, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_checks, "IMPORT_TIMEOUT", 0.5)
    hang = {"alpha": "import threading; threading.Event().wait()"}
    seen = examine(hang, needing(write_probe, "a", "alpha"))
    assert seen.imports[0].error == "it was not done within 0.5 s"


def test_import_may_write_to_a_folder_that_goes_away(
    examine: Examine, write_probe: WriteProbe, tally: Tally
) -> None:
    source = (
        "import os, tempfile, pathlib\n"
        "pathlib.Path(os.environ['KERAS_HOME'], 'keras.json').touch()\n"
        "pathlib.Path('here').touch()\n"
        f"open({str(tally.path)!r}, 'w').write(os.environ['KERAS_HOME'])\n"
        "assert os.getcwd() == tempfile.gettempdir() == os.environ['KERAS_HOME'] != os.sep\n"
    )
    seen = examine({"alpha": source}, needing(write_probe, "a", "alpha"))
    assert seen.imports[0].error == ""
    assert not Path(tally.path.read_text()).exists()


def test_error_of_an_import_holds_no_private_names(
    examine: Examine, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/mira")
    monkeypatch.setenv("LOGNAME", "mira")
    source = "raise OSError(f'/home/mira/lib and {__file__} of mira')"
    seen = examine({"alpha": source}, needing(write_probe, "a", "alpha"))
    assert seen.imports[0].error == "OSError: ~/lib and <site-packages>/alpha.py of <user>"


def test_interpreter_that_vanished_is_no_crash(tmp_path: Path) -> None:
    gone = Target(tmp_path / "python", "3.12.0", tmp_path, ())
    seen = try_import(gone, "alpha", NOTHING_SET, lambda _: None, threading.Event())
    assert seen == ImportResult("alpha", seen.seconds, "No such file or directory")


def test_each_import_is_told_as_it_begins(bare_python: Path) -> None:
    told: list[str] = []
    target = describe_target(bare_python)
    assert target is not None
    try_import(target, "json", NOTHING_SET, told.append, threading.Event())
    assert told == ["json"]


# What is at odds


def test_vision_that_does_not_fit_its_torch_names_who_suffers(examine: Examine) -> None:
    modules = {"torchvision": "raise RuntimeError('operator torchvision::nms does not exist')"}
    seen = examine(modules, projects=("torchvision==0.20", "torch==2.13.0", "timm==1.0"))
    conflict = only_conflict(seen)
    assert conflict.what.startswith("torchvision 0.20 does not import: RuntimeError: operator")
    assert conflict.effect == "what imports it fails with it: timm"
    assert "its build for torch 2.13.0" in conflict.cure


def test_broken_tensorflow_is_mended_as_the_project_it_came_as(
    examine: Examine, write_probe: WriteProbe
) -> None:
    seen = examine(
        {"tensorflow": "raise ImportError('no')"},
        needing(write_probe, "a", "tensorflow"),
        projects=("tensorflow_cpu==2.21.0",),
    )
    assert only_conflict(seen).cure.startswith("another version of tensorflow-cpu,")


def test_missing_pkg_resources_is_a_trouble_for_its_users(examine: Examine) -> None:
    conflict = only_conflict(examine(projects=("tensorflow_hub==0.16.1", "torchserve==0.12.0")))
    assert conflict.what.startswith("tensorflow-hub and torchserve import pkg_resources")
    assert conflict.cure.endswith(" 'setuptools<81'")


def test_pkg_resources_that_is_there_is_no_conflict(examine: Examine) -> None:
    seen = examine({"pkg_resources": ""}, projects=("tensorflow_hub==0.16.1",))
    assert seen.conflicts == ()


def test_pkg_resources_that_nobody_uses_is_not_missed(examine: Examine) -> None:
    assert examine(projects=("alpha==1.0",)).conflicts == ()


def test_project_under_its_former_name_is_a_conflict(examine: Examine) -> None:
    conflict = only_conflict(examine(projects=("ai_edge_torch==0.7.2",)))
    assert conflict.what == "ai-edge-torch 0.7.2 was renamed"
    assert conflict.cure.endswith(" litert-torch")


# What could be tried


def test_probes_that_lack_nothing_are_ready(examine: Examine, write_probe: WriteProbe) -> None:
    seen = examine({"alpha": ""}, needing(write_probe, "a", "alpha"), needing(write_probe, "b"))
    assert seen.missing_needs == (
        MissingNeed("ready", "", "advisor probe --all", ("group.a", "group.b")),
    )


def test_probes_that_lack_the_same_share_a_command(
    examine: Examine, write_probe: WriteProbe
) -> None:
    probes = (
        needing(write_probe, "a", "alpha", "gamma"),
        needing(write_probe, "b", "gamma", "beta"),
        needing(write_probe, "c", "gamma"),
    )
    needs = examine({"alpha": ""}, *probes).missing_needs
    assert [(one.kind, one.obstacle, one.probes) for one in needs] == [
        ("install", "beta gamma", ("group.b",)),
        ("install", "gamma", ("group.a", "group.c")),
    ]


@pytest.mark.parametrize(
    ("modules", "there", "command"),
    [
        ({"pip": ""}, {"uv", "pip"}, "{python} -m pip install alpha"),
        ({}, {"uv", "pip"}, "uv pip install --python {python} alpha"),
        ({}, {"pip"}, f"{shown(Path(sys.executable))} -m pip --python {{python}} install alpha"),
        ({}, set(), "{python} -m ensurepip && {python} -m pip install alpha"),
    ],
    ids=["with pip", "uv", "pip beside this program", "neither"],
)
def test_command_works_in_the_interpreter_that_was_looked_at(
    examine: Examine,
    write_probe: WriteProbe,
    monkeypatch: pytest.MonkeyPatch,
    modules: dict[str, str],
    there: set[str],
    command: str,
) -> None:
    for finder in ("find_program", "find_spec"):
        monkeypatch.setattr(
            f"probes.runtime.installer.{finder}", lambda name: name if name in there else None
        )
    seen = examine(modules, needing(write_probe, "a", "alpha"))
    assert seen.missing_needs[0].command == command.format(python=seen.python)


def test_command_is_short_where_the_environment_is_activated(
    examine: Examine, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def activate(libraries: Path) -> None:
        programs = libraries.parents[2] / "bin"
        (programs / "pip").symlink_to("python")
        monkeypatch.setenv("PATH", str(programs))

    seen = examine({"pip": ""}, needing(write_probe, "a", "alpha"), prepare=activate)
    assert seen.missing_needs[0].command == "pip install alpha"


def test_system_that_is_not_to_be_changed_gets_an_environment_beside_it(
    write_probe: WriteProbe, tmp_path: Path
) -> None:
    (tmp_path / "EXTERNALLY-MANAGED").touch()
    python = tmp_path / "python"
    systems_own = Target(python, "3.12.0", tmp_path, (str(tmp_path),))
    (need,) = diagnose(systems_own, [needing(write_probe, "a", "alpha")], None).missing_needs
    assert need.command == f"{python} -m venv env && env/bin/python -m pip install alpha"


def test_interruption_does_not_wait_for_an_import(
    fake_python: Callable[[dict[str, str]], Path], lifeline: Lifeline
) -> None:
    python = fake_python({"alpha": f"{lifeline.hold}import threading; threading.Event().wait()"})
    target = describe_target(python)
    assert target is not None
    stop = threading.Event()
    stop.set()
    assert try_import(target, "alpha", NOTHING_SET, lambda _: None, stop).error
    lifeline.assert_nobody_holds_on()


def test_missing_program_is_named_with_where_to_get_it(
    examine: Examine, write_probe: WriteProbe
) -> None:
    commands = "(Command('no-such-program', 'https://example.org'),)"
    (need,) = examine({}, needing(write_probe, "a", commands=commands)).missing_needs
    assert (need.kind, need.obstacle) == ("program", "the program no-such-program")
    assert need.command == "no-such-program: https://example.org"


def test_missing_npm_package_is_named_with_its_command(
    examine: Examine, write_probe: WriteProbe
) -> None:
    (need,) = examine({}, needing(write_probe, "a", node="('a-package',)")).missing_needs
    assert (need.kind, need.obstacle) == ("npm", "a-package")
    assert need.command.startswith("npm install --prefix ")


def test_environment_that_would_help_is_named_with_its_size(
    examine: Examine, write_probe: WriteProbe
) -> None:
    own = "Provision(('alpha==1.0',), megabytes=120)"
    probes = [needing(write_probe, name, "alpha", provision=own) for name in ("a", "b")]
    assert examine({}, *probes).missing_needs == (
        MissingNeed(
            "environment",
            "alpha==1.0",
            "advisor probe group.a group.b --provision",
            ("group.a", "group.b"),
            120,
        ),
    )


def test_probe_whose_environment_is_built_is_ready(
    fake_python: FakePython, write_probe: WriteProbe, tmp_path: Path
) -> None:
    own = "Provision(('alpha==1.0',), megabytes=120)"
    probe = needing(write_probe, "a", "alpha", provision=own)
    target = describe_target(fake_python({}))
    assert target is not None
    assert probe.provision is not None
    environment = own_environment(probe.provision, target, tmp_path)
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    (environment.folder / NOTE).write_text(json.dumps({"megabytes": 120}))
    assert [one.kind for one in diagnose(target, [probe], tmp_path).missing_needs] == ["ready"]


def test_without_a_cache_folder_what_is_lacking_is_to_be_installed(
    fake_python: FakePython, write_probe: WriteProbe
) -> None:
    own = "Provision(('alpha==1.0',), megabytes=120)"
    target = describe_target(fake_python({}))
    assert target is not None
    seen = diagnose(target, [needing(write_probe, "a", "alpha", provision=own)], None)
    assert [one.kind for one in seen.missing_needs] == ["install"]


def test_every_probe_waits_for_one_thing(examine: Examine, write_probe: WriteProbe) -> None:
    probes = [
        needing(write_probe, "ready"),
        needing(write_probe, "lacks", "alpha"),
        needing(write_probe, "starts", commands="(Command('no-such-program', 'x'),)"),
        needing(write_probe, "scripts", node="('a-package',)"),
        needing(write_probe, "own", "beta", provision="Provision(('beta==1',), megabytes=1)"),
    ]
    named = [name for need in examine({}, *probes).missing_needs for name in need.probes]
    assert sorted(named) == sorted(probe.id for probe in probes)


def test_path_of_the_interpreter_holds_no_private_name(
    examine: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert examine().python == "~/environment/bin/python"
