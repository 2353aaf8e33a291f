"""Environments built for probes: by pip, by uv, by npm; interrupted, broken, and gone on with."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import probes
from probes.api import Outcome, Provision
from probes.runtime.environments import (
    LOG,
    NOTE,
    OwnEnvironment,
    build,
    free_megabytes,
    own_environment,
    total_megabytes,
)
from probes.runtime.errors import ProvisionError
from probes.runtime.runner import run_probes
from probes.runtime.target import Target, describe_target

from ..conftest import Lifeline, Tally, WriteProbe, libraries_of, make_wheel

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are scripts")

Usage = namedtuple("Usage", "total used free")

# Does what uv would, as far as it matters here: makes environments, unpacks wheels, notes all.
UV = f"""#!{sys.executable}
import json, os, pathlib, subprocess, sys, zipfile
here = pathlib.Path(__file__).parent
environment = pathlib.Path(sys.argv[-1] if sys.argv[1] == "venv" else sys.argv[4]).parents[0]
environment = environment / pathlib.Path(sys.argv[-1]).name if sys.argv[1] == "venv" \\
    else environment.parent
seen = {{"arguments": sys.argv[1:], "settings": dict(os.environ),
         "noted": (environment / "{NOTE}").exists()}}
with open(here / "seen", "a") as file:
    file.write(json.dumps(seen) + "\\n")
if sys.argv[1] == "venv":
    base = sys.argv[sys.argv.index("--python") + 1]
    sys.exit(subprocess.call([base, "-m", "venv", "--without-pip", sys.argv[-1]]))
if (environment / "broken").exists():
    sys.exit("error: the environment is broken")
libraries = next(environment.glob("lib/python*/site-packages"))
for requirement in sys.argv[5:]:
    wheel = pathlib.Path(requirement.split("file://")[-1])
    if not wheel.is_file():
        print("Resolving"), sys.stdout.flush()
        sys.exit("error: there is no wheel of " + requirement.split()[0])
    zipfile.ZipFile(wheel).extractall(libraries)
"""

NPM = f"""#!{sys.executable}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
(here / "seen-npm").write_text(json.dumps(sys.argv[1:]))
prefix = pathlib.Path(sys.argv[sys.argv.index("--prefix") + 1])
for name in sys.argv[sys.argv.index("--prefix") + 2:]:
    name, _, version = name.rpartition("@")
    place = prefix / "node_modules" / name
    place.mkdir(parents=True)
    (place / "package.json").write_text(json.dumps({{"version": version}}))
"""


@dataclass(frozen=True)
class Tools:
    """The only folder on the PATH, with stand-ins for installers in it."""

    folder: Path

    def put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)

    @property
    def seen(self) -> list[dict[str, Any]]:
        """How uv was called, call by call."""
        return [json.loads(line) for line in (self.folder / "seen").read_text().splitlines()]


@pytest.fixture
def no_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return Tools(tmp_path / "bin")


@pytest.fixture
def uv(no_tools: Tools) -> Tools:
    no_tools.put("uv", UV)
    return no_tools


@pytest.fixture(scope="module")
def target() -> Target:
    described = describe_target(Path(sys.executable))
    assert described is not None
    return described


def requirement(wheel: Path) -> str:
    return f"{wheel.name.split('-')[0]} @ {wheel.as_uri()}"


@pytest.fixture
def alpha(tmp_path: Path) -> str:
    return requirement(make_wheel(tmp_path / "wheels", "alpha", "1.5", "def double(x): return 2*x"))


def environment_of(
    target: Target, cache: Path, *requirements: str, npm: tuple[str, ...] = (), megabytes: int = 1
) -> OwnEnvironment:
    return own_environment(Provision(requirements, megabytes, npm), target, cache)


# By pip, for real


@dataclass(frozen=True)
class ByPip:
    cache: Path
    requirement: str
    environment: OwnEnvironment


@pytest.fixture(scope="module")
def by_pip(tmp_path_factory: pytest.TempPathFactory, target: Target) -> Iterator[ByPip]:
    """An environment that was built where there is no uv."""
    folder = tmp_path_factory.mktemp("by-pip")
    wheel = make_wheel(folder / "wheels", "alpha", "1.5", "def double(x): return 2 * x")
    environment = environment_of(target, folder / "cache", requirement(wheel), megabytes=30)
    with pytest.MonkeyPatch.context() as patch:
        (folder / "bin").mkdir()
        patch.setenv("PATH", str(folder / "bin"))
        build(environment)
    return ByPip(folder / "cache", requirement(wheel), environment)


def test_pip_builds_where_there_is_no_uv(by_pip: ByPip) -> None:
    program = "import alpha; print(alpha.double(21))"
    said = subprocess.run([str(by_pip.environment.python), "-c", program], capture_output=True)
    assert said.stdout == b"42\n"


def test_environment_that_is_built_knows_its_size(by_pip: ByPip) -> None:
    assert by_pip.environment.is_built
    assert (by_pip.environment.megabytes or 0) > 0


def test_what_the_installer_said_is_in_the_log(by_pip: ByPip) -> None:
    assert "alpha" in (by_pip.environment.folder / LOG).read_text()


def test_probe_is_tried_in_the_environment_built_for_it(
    by_pip: ByPip, write_probe: WriteProbe
) -> None:
    probe = write_probe(
        "group.doubles",
        "import alpha; return yes(str(alpha.double(21)))",
        needs="(Need('alpha', 'alpha'),)",
        provision=f"Provision(({by_pip.requirement!r},), megabytes=30)",
    )
    finding = run_probes([probe], cache=by_pip.cache)[probe.id]
    assert (finding.outcome, finding.reason) == (Outcome.YES, "42")
    assert finding.environment == by_pip.requirement
    assert finding.versions["alpha"] == "1.5"


def test_probes_that_need_no_environment_stay_in_the_target(
    by_pip: ByPip, write_probe: WriteProbe
) -> None:
    body = "import sys; return yes(sys.prefix)"
    own = f"Provision(({by_pip.requirement!r},), megabytes=30)"
    probes = [
        write_probe("group.away", body, needs="(Need('alpha', 'alpha'),)", provision=own),
        write_probe("group.here", body, provision=own),
    ]
    found = run_probes(probes, cache=by_pip.cache)
    assert [bool(finding.environment) for finding in found.values()] == [True, False]
    assert found["group.away"].reason != found["group.here"].reason


@pytest.fixture(scope="module")
def failed(
    tmp_path_factory: pytest.TempPathFactory, target: Target
) -> tuple[OwnEnvironment, ProvisionError]:
    """An environment that pip could not fill, because the wheel is missing, and what was said."""
    folder = tmp_path_factory.mktemp("failed")
    absent = requirement(folder / "missing-1.0-py3-none-any.whl")
    environment = environment_of(target, folder / "cache", absent)
    with pytest.MonkeyPatch.context() as patch:
        (folder / "bin").mkdir()
        patch.setenv("PATH", str(folder / "bin"))
        with pytest.raises(ProvisionError) as caught:
            build(environment)
    return environment, caught.value


def test_failure_is_told_by_pips_last_word(failed: tuple[OwnEnvironment, ProvisionError]) -> None:
    message = str(failed[1])
    assert message.startswith("ERROR: ")
    assert "missing-1.0-py3-none-any.whl" in message
    assert message.endswith("(exited with code 1)")
    assert "\n" not in message


def test_failed_environment_is_not_built(failed: tuple[OwnEnvironment, ProvisionError]) -> None:
    assert not failed[0].is_built


def test_log_of_a_failure_is_kept(failed: tuple[OwnEnvironment, ProvisionError]) -> None:
    assert "No such file or directory" in (failed[0].folder / LOG).read_text()


# By uv


def test_uv_is_used_where_it_is_on_the_path(
    uv: Tools, target: Target, tmp_path: Path, alpha: str
) -> None:
    environment = environment_of(target, tmp_path / "cache", alpha)
    build(environment)
    folder, python = str(environment.folder), str(environment.python)
    assert [call["arguments"] for call in uv.seen] == [
        ["venv", "--quiet", "--allow-existing", "--python", str(target.python), folder],
        ["pip", "install", "--python", python, alpha],
    ]
    assert environment.is_built


def test_note_is_written_when_all_is_installed(
    uv: Tools, target: Target, tmp_path: Path, alpha: str
) -> None:
    environment = environment_of(target, tmp_path / "cache", alpha)
    build(environment)
    assert [call["noted"] for call in uv.seen] == [False, False]
    assert json.loads((environment.folder / NOTE).read_text())["requirements"] == [alpha]


def test_installer_is_not_led_astray_by_settings(
    uv: Tools, target: Target, tmp_path: Path, alpha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ("VIRTUAL_ENV", "PYTHONPATH", "PIP_TARGET", "PIP_USER")
    for name in settings:
        monkeypatch.setenv(name, str(tmp_path))
    build(environment_of(target, tmp_path / "cache", alpha))
    assert [name for name in settings for call in uv.seen if name in call["settings"]] == []


def test_environment_that_is_built_is_not_built_again(
    uv: Tools, target: Target, tmp_path: Path, alpha: str
) -> None:
    environment = environment_of(target, tmp_path / "cache", alpha)
    build(environment)
    build(environment)
    assert len(uv.seen) == 2


def test_failure_can_be_gone_on_with(uv: Tools, target: Target, tmp_path: Path) -> None:
    wheel = tmp_path / "wheels" / "alpha-1.0-py3-none-any.whl"
    environment = environment_of(target, tmp_path / "cache", requirement(wheel))
    with pytest.raises(ProvisionError, match=r"^error: there is no wheel of alpha \(exited with"):
        build(environment)
    make_wheel(tmp_path / "wheels", "alpha", "1.0")
    build(environment)
    kinds = [call["arguments"][0] for call in uv.seen]
    assert (environment.is_built, kinds) == (True, ["venv", "pip", "pip"])


def test_half_built_environment_that_is_broken_is_built_anew(
    uv: Tools, target: Target, tmp_path: Path, alpha: str
) -> None:
    environment = environment_of(target, tmp_path / "cache", alpha)
    build(environment)
    (environment.folder / NOTE).unlink()
    (environment.folder / "broken").touch()
    build(environment)
    assert environment.is_built
    assert not (environment.folder / "broken").exists()


@pytest.mark.parametrize("note", ["", "{}", "[]", '{"megabytes": "many"}', '{"megabytes": null}'])
def test_environment_with_half_a_note_is_not_built(
    uv: Tools, target: Target, tmp_path: Path, alpha: str, note: str
) -> None:
    environment = environment_of(target, tmp_path / "cache", alpha)
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    (environment.folder / NOTE).write_text(note)
    assert not environment.is_built


def test_environment_whose_interpreter_is_gone_is_built_anew(
    uv: Tools, target: Target, tmp_path: Path, alpha: str
) -> None:
    environment = environment_of(target, tmp_path / "cache", alpha)
    build(environment)
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python")
    assert not environment.is_built
    build(environment)
    assert environment.is_built


def test_interrupted_installer_is_ended_and_its_work_gone_on_with(
    no_tools: Tools, target: Target, tmp_path: Path, alpha: str, lifeline: Lifeline
) -> None:
    hang = "import threading; threading.Event().wait()\n"
    no_tools.put("uv", f"#!{sys.executable}\n{lifeline.hold_and_say}{hang}")
    program = (
        "import signal, sys; from pathlib import Path; from probes.api import Provision; "
        "from probes.runtime.environments import build, own_environment; "
        "from probes.runtime.target import describe_target; "
        # Whoever starts the tests in the background may have them ignore it.
        "signal.signal(signal.SIGINT, signal.default_int_handler); "
        "target = describe_target(Path(sys.executable)); "
        "build(own_environment(Provision((sys.argv[1],), 1), target, Path(sys.argv[2])))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, alpha, str(tmp_path / "cache")],
        cwd=Path(probes.__file__).parents[1],
        stderr=subprocess.PIPE,
    ) as builder:
        lifeline.wait_for_word()
        builder.send_signal(signal.SIGINT)
        _, errors = builder.communicate()
    assert b"KeyboardInterrupt" in errors
    lifeline.assert_nobody_holds_on()
    environment = environment_of(target, tmp_path / "cache", alpha)
    assert not environment.is_built
    no_tools.put("uv", UV)
    build(environment)
    assert environment.is_built


def test_two_builders_at_once_build_once(
    uv: Tools, target: Target, tmp_path: Path, alpha: str
) -> None:
    environment = environment_of(target, tmp_path / "cache", alpha)
    builders = [threading.Thread(target=build, args=(environment,)) for _ in range(2)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert (environment.is_built, len(uv.seen)) == (True, 2)


def test_too_little_space_is_said_before_anything_is_installed(
    uv: Tools, target: Target, tmp_path: Path, alpha: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 5_000_000))
    with pytest.raises(ProvisionError) as caught:
        build(environment_of(target, tmp_path / "cache", alpha, megabytes=100))
    assert str(caught.value) == ("the cache folder has 5 MB left, and building takes about 150 MB")
    assert not (uv.folder / "seen").exists()


def test_cache_folder_that_is_a_file_is_said_so(
    uv: Tools, target: Target, tmp_path: Path, alpha: str
) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(ProvisionError, match="cannot be used: Not a directory"):
        build(environment_of(target, tmp_path / "cache", alpha))


def test_interpreter_that_cannot_make_environments_is_said_so(
    no_tools: Tools, tmp_path: Path, alpha: str
) -> None:
    base = Target(tmp_path / "python", "3.12.0", tmp_path, ())
    with pytest.raises(ProvisionError, match=r"python does not start: No such file or directory$"):
        build(environment_of(base, tmp_path / "cache", alpha))


def test_requirement_that_says_nothing_is_left_to_the_installer(
    uv: Tools, target: Target, tmp_path: Path
) -> None:
    with pytest.raises(ProvisionError, match="exited with code"):
        build(environment_of(target, tmp_path / "cache", ""))


# By npm


def test_npm_packages_go_beside_the_interpreter(
    uv: Tools, target: Target, tmp_path: Path, write_probe: WriteProbe
) -> None:
    uv.put("npm", NPM)
    probe = write_probe(
        "group.scripts",
        "from probes import node; return yes(node.package_version('@some/package'))",
        node="('@some/package',)",
        provision="Provision((), megabytes=1, npm=('@some/package@1.2.3',))",
    )
    assert probe.provision is not None
    environment = own_environment(probe.provision, target, tmp_path / "cache")
    build(environment)
    finding = run_probes([probe], cache=tmp_path / "cache")[probe.id]
    assert (finding.reason, finding.environment) == ("1.2.3", "@some/package@1.2.3")


def test_npm_runs_nothing_that_a_package_brings(uv: Tools, target: Target, tmp_path: Path) -> None:
    uv.put("npm", NPM)
    build(environment_of(target, tmp_path / "cache", npm=("package@1.0.0",)))
    assert "--ignore-scripts" in json.loads((uv.folder / "seen-npm").read_text())


def test_missing_npm_is_named(uv: Tools, target: Target, tmp_path: Path) -> None:
    environment = environment_of(target, tmp_path / "cache", npm=("package@1.0.0",))
    with pytest.raises(ProvisionError) as caught:
        build(environment)
    assert str(caught.value) == "the program npm is not on the PATH (https://nodejs.org)"


# Which environment is which


def test_environment_is_named_after_what_it_is_there_for(target: Target, tmp_path: Path) -> None:
    names = [
        environment_of(target, tmp_path, *wanted, npm=npm).folder.name.split("-3.")[0]
        for wanted, npm in (
            (("torch==2.13.0", "executorch==1.5.1"), ()),
            (("setuptools<81",), ()),
            ((), ("@tensorflow/tfjs@4.22.0",)),
            (("alpha @ file:///wheels/alpha.whl",), ()),
        )
    ]
    assert names == ["executorch", "setuptools", "tensorflow-tfjs", "alpha"]


def test_the_same_wish_is_the_same_environment(target: Target, tmp_path: Path) -> None:
    assert environment_of(target, tmp_path, "a==1") == environment_of(target, tmp_path, "a==1")


def test_other_wishes_and_other_pythons_are_other_environments(
    target: Target, tmp_path: Path
) -> None:
    older = Target(target.python, "3.9.1", target.prefix, target.path)
    folders = {
        environment_of(target, tmp_path, "a==1").folder,
        environment_of(target, tmp_path, "a==2").folder,
        environment_of(target, tmp_path, "a==1", npm=("b@1",)).folder,
        environment_of(older, tmp_path, "a==1").folder,
    }
    assert len(folders) == 4


def test_sizes_of_several_add_up(target: Target, tmp_path: Path) -> None:
    several = [environment_of(target, tmp_path, name, megabytes=100) for name in ("a", "b")]
    assert total_megabytes(several) == 200


def test_free_room_is_known_before_the_folder_is_made(tmp_path: Path) -> None:
    assert free_megabytes(tmp_path / "not" / "yet") == free_megabytes(tmp_path)


# What is found there


def test_environment_built_later_answers_what_was_unavailable(
    uv: Tools, target: Target, tmp_path: Path, alpha: str, write_probe: WriteProbe
) -> None:
    own = f"Provision(({alpha!r},), megabytes=1)"
    probe = write_probe("group.a", needs="(Need('alpha', 'alpha'),)", provision=own)
    before = run_probes([probe], cache=tmp_path / "cache")[probe.id].outcome
    build(environment_of(target, tmp_path / "cache", alpha))
    after = run_probes([probe], cache=tmp_path / "cache")[probe.id].outcome
    assert (before, after) == (Outcome.UNAVAILABLE, Outcome.YES)


def test_what_fresh_found_in_an_own_environment_replaces_what_was_kept(
    uv: Tools, target: Target, tmp_path: Path, alpha: str, write_probe: WriteProbe, tally: Tally
) -> None:
    build(environment_of(target, tmp_path / "cache", alpha))
    probe = write_probe(
        "group.counts",
        f"{tally.mark}return yes(str(len(open({str(tally.path)!r}).read())))",
        needs="(Need('alpha', 'alpha'),)",
        provision=f"Provision(({alpha!r},), megabytes=1)",
    )
    reasons = [
        run_probes([probe], cache=tmp_path / "cache", fresh=fresh)[probe.id].reason
        for fresh in (False, True, False)
    ]
    assert reasons == ["1", "2", "2"]


def test_library_that_is_broken_in_its_own_environment_is_said_so(
    uv: Tools, target: Target, tmp_path: Path, alpha: str, write_probe: WriteProbe
) -> None:
    environment = environment_of(target, tmp_path / "cache", alpha)
    build(environment)
    (libraries_of(environment.python) / "alpha.py").write_text("raise ImportError('libalpha')")
    own = f"Provision(({alpha!r},), megabytes=1)"
    probe = write_probe("group.a", needs="(Need('alpha', 'alpha'),)", provision=own)
    finding = run_probes([probe], cache=tmp_path / "cache")[probe.id]
    assert finding.reason == "alpha is installed but does not import: ImportError: libalpha"
    assert finding.environment == alpha
