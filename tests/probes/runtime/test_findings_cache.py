"""Findings kept from one run to the next: when they serve again, and when they do not."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from probes.api import Finding, Outcome, Probe
from probes.runtime import execution
from probes.runtime import findings_cache as cache_module
from probes.runtime.runner import ProbeProgress, run_probes

from ..conftest import Tally, WriteProbe, libraries_of

FakePython = Callable[[dict[str, str]], Path]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def counting(write_probe: WriteProbe, tally: Tally) -> Probe:
    """A probe that says yes and is seen to run."""
    return write_probe("group.counts", f"{tally.mark}return yes('it does', number=1.5)")


def kept_files(cache: Path, id: str = "group.counts") -> list[Path]:
    return sorted((cache / "findings").glob(f"{id}-*"))


def was_kept(probe: Probe, **options: Any) -> bool:
    """Run the probe, and say whether its finding came from an earlier run."""
    steps: list[ProbeProgress] = []
    run_probes([probe], progress=steps.append, **options)
    return steps[-1].cached


# What serves again


def test_what_was_found_is_not_tried_again(counting: Probe, tally: Tally, cache: Path) -> None:
    run_probes([counting], cache=cache)
    run_probes([counting], cache=cache)
    assert tally.runs == 1


def test_kept_finding_is_the_one_that_was_made(counting: Probe, cache: Path) -> None:
    made = run_probes([counting], cache=cache)
    assert made["group.counts"].taken
    assert run_probes([counting], cache=cache) == made


def test_progress_tells_which_findings_were_kept(counting: Probe, cache: Path) -> None:
    assert [was_kept(counting, cache=cache), was_kept(counting, cache=cache)] == [False, True]


def test_without_a_cache_nothing_is_kept(counting: Probe, tally: Tally) -> None:
    run_probes([counting])
    run_probes([counting])
    assert tally.runs == 2


def test_what_is_lacking_is_kept(write_probe: WriteProbe, cache: Path) -> None:
    probe = write_probe("group.needs", needs="(Need('nosuchmodule', 'nosuch'),)")
    assert [was_kept(probe, cache=cache), was_kept(probe, cache=cache)] == [False, True]


def test_what_the_probe_cannot_do_here_is_kept(write_probe: WriteProbe, cache: Path) -> None:
    probe = write_probe("group.cannot", "raise Unavailable('there is no macOS')")
    assert [was_kept(probe, cache=cache), was_kept(probe, cache=cache)] == [False, True]


# What is tried again


def test_fresh_tries_again(counting: Probe, tally: Tally, cache: Path) -> None:
    run_probes([counting], cache=cache)
    run_probes([counting], cache=cache, fresh=True)
    assert tally.runs == 2


def test_what_fresh_found_replaces_what_was_kept(
    write_probe: WriteProbe, tally: Tally, cache: Path
) -> None:
    body = f"{tally.mark}return yes(str(len(open({str(tally.path)!r}).read())))"
    probe = write_probe("group.counts", body)
    run_probes([probe], cache=cache)
    run_probes([probe], cache=cache, fresh=True)
    assert run_probes([probe], cache=cache)[probe.id].reason == "2"


def test_probe_whose_text_changed_is_tried_again(
    counting: Probe, tally: Tally, cache: Path
) -> None:
    run_probes([counting], cache=cache)
    counting.source.write_text(counting.source.read_text() + "# by other means\n")
    run_probes([counting], cache=cache)
    assert tally.runs == 2


def install(libraries: Path) -> None:
    (libraries / "beta-1.0.dist-info").mkdir()


def remove(libraries: Path) -> None:
    (libraries / "alpha-1.0.dist-info").rmdir()


def upgrade(libraries: Path) -> None:
    (libraries / "alpha-1.0.dist-info").rename(libraries / "alpha-1.1.dist-info")


def install_again(libraries: Path) -> None:
    os.utime(libraries / "alpha-1.0.dist-info", (1, 1))


def put_a_module_there(libraries: Path) -> None:
    (libraries / "gamma.py").touch()


@pytest.mark.parametrize("change", [install, remove, upgrade, install_again, put_a_module_there])
def test_interpreter_with_other_packages_is_tried_again(
    counting: Probe,
    tally: Tally,
    cache: Path,
    fake_python: FakePython,
    change: Callable[[Path], None],
) -> None:
    python = fake_python({})
    (libraries_of(python) / "alpha-1.0.dist-info").mkdir()
    run_probes([counting], python=python, cache=cache)
    change(libraries_of(python))
    run_probes([counting], python=python, cache=cache)
    assert tally.runs == 2


def test_bytecode_is_no_other_package(
    counting: Probe, tally: Tally, cache: Path, fake_python: FakePython
) -> None:
    python = fake_python({})
    run_probes([counting], python=python, cache=cache)
    (libraries_of(python) / "__pycache__").mkdir()
    run_probes([counting], python=python, cache=cache)
    assert tally.runs == 1


def test_each_interpreter_has_its_own_finding(
    counting: Probe, tally: Tally, cache: Path, bare_python: Path
) -> None:
    for python in (Path(sys.executable), bare_python, Path(sys.executable), bare_python):
        run_probes([counting], python=python, cache=cache)
    assert tally.runs == 2


def test_other_visible_devices_are_tried_again(
    counting: Probe, tally: Tally, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for devices in ("0", "", "0"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", devices)
        run_probes([counting], cache=cache)
    assert tally.runs == 2


def test_command_that_appeared_on_the_path_is_noticed(
    write_probe: WriteProbe, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    probe = write_probe("group.starts", commands="(Command('nosuchtool', 'a shop'),)")
    before = run_probes([probe], cache=cache)[probe.id].outcome
    (programs / "nosuchtool").write_text("#!/bin/sh\n")
    (programs / "nosuchtool").chmod(0o755)
    after = run_probes([probe], cache=cache)[probe.id].outcome
    assert (before, after) == (Outcome.UNAVAILABLE, Outcome.YES)


def put_package(folder: Path, version: str = "1.0.0") -> None:
    (folder / "some-package").mkdir(parents=True, exist_ok=True)
    (folder / "some-package" / "package.json").write_text(json.dumps({"version": version}))


def test_npm_package_installed_beside_the_interpreter_is_noticed(
    write_probe: WriteProbe, fake_python: FakePython, cache: Path
) -> None:
    python = fake_python({})
    probe = write_probe("group.scripts", node="('some-package',)")
    before = run_probes([probe], python=python, cache=cache)[probe.id].outcome
    put_package(python.parents[1] / "node_modules")
    after = run_probes([probe], python=python, cache=cache)[probe.id].outcome
    assert (before, after) == (Outcome.UNAVAILABLE, Outcome.YES)


def test_npm_package_of_another_version_is_tried_again(
    write_probe: WriteProbe,
    tally: Tally,
    tmp_path: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NODE_PATH", str(tmp_path / "modules"))
    probe = write_probe("group.scripts", f"{tally.mark}return yes('so')", node="('some-package',)")
    for version in ("1.0.0", "1.0.0", "2.0.0"):
        put_package(tmp_path / "modules", version)
        os.utime(tmp_path / "modules/some-package/package.json", (int(version[0]),) * 2)
        run_probes([probe], cache=cache)
    assert tally.runs == 2


# What is not kept

PASSING = {
    "error": "raise ValueError('broken')",
    "timeout": "import threading; threading.Event().wait()",
    "crash": "import os; os.abort()",
    "obstacle that may pass": "raise PassingError('the disk is full')",
}


@pytest.mark.parametrize("name", PASSING)
def test_what_may_pass_is_tried_again(
    write_probe: WriteProbe, tally: Tally, cache: Path, name: str
) -> None:
    probe = write_probe("group.fails", tally.mark + PASSING[name], timeout=0.5)
    run_probes([probe], cache=cache)
    run_probes([probe], cache=cache)
    assert tally.runs == 2


def test_framework_that_did_not_import_is_imported_again(
    write_probe: WriteProbe, tally: Tally, cache: Path, fake_python: FakePython
) -> None:
    python = fake_python({"alpha": f"{tally.mark}raise ImportError('libalpha.so')"})
    probe = write_probe("group.needs", needs="(Need('alpha', 'alpha'),)")
    run_probes([probe], python=python, cache=cache)
    run_probes([probe], python=python, cache=cache)
    assert tally.runs == 2


def test_a_full_disk_is_said_to_be_passing(
    write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "LEAST_SPACE", 10**30)
    source = write_probe("group.a").source
    found = execution.execute("group.a", source, control=False, started=lambda _: None)
    assert (found["outcome"], found["passing"]) == ("unavailable", True)


def test_interpreter_that_does_not_start_is_started_again(
    write_probe: WriteProbe, tmp_path: Path, cache: Path
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    run_probes([write_probe("group.a")], python=python, cache=cache)
    assert kept_files(cache, "group.a") == []


def test_control_neither_reads_nor_writes_what_is_kept(
    write_probe: WriteProbe, cache: Path
) -> None:
    probe = write_probe("group.tells", "return yes(subject)")
    reasons = [
        run_probes([probe], cache=cache, control=control)[probe.id].reason
        for control in (True, False, True, False)
    ]
    assert reasons == ["sabotaged", "honest", "sabotaged", "honest"]


# Files that are damaged


def cut_short(file: Path, _: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def emptied(file: Path, _: Path) -> None:
    file.write_bytes(b"")


def overwritten_with_garbage(file: Path, _: Path) -> None:
    file.write_bytes(bytes(range(256)))


def of_another_format(file: Path, _: Path) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": "0"}))


def another_probes(file: Path, other: Path) -> None:
    file.write_bytes(other.read_bytes())


def holding_null(file: Path, _: Path) -> None:
    file.write_text("null")


def holding_a_list(file: Path, _: Path) -> None:
    file.write_text("[]")


def nested_without_end(file: Path, _: Path) -> None:
    file.write_text(100_000 * "[")


def without_its_moment(file: Path, _: Path) -> None:
    data = json.loads(file.read_text())
    data["finding"]["taken"] = ""
    file.write_text(json.dumps(data))


def with_an_outcome_there_is_not(file: Path, _: Path) -> None:
    file.write_text(file.read_text().replace('"yes"', '"perhaps"'))


def as_a_pipe(file: Path, _: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def leading_to_a_device(file: Path, _: Path) -> None:
    file.unlink()
    file.symlink_to("/dev/zero")


def holding(field: str, value: str) -> Callable[[Path, Path], None]:
    """The kept finding with this field, written as JSON, in place of what it held."""

    def damage(file: Path, _: Path) -> None:
        data = json.loads(file.read_text())
        data["finding"][field] = "HERE"
        file.write_text(json.dumps(data).replace('"HERE"', value))

    damage.__name__ = f"holding_{value[:12]}_as_{field}"
    return damage


DAMAGES = [
    as_a_pipe,
    leading_to_a_device,
    holding("seconds", "NaN"),
    holding("seconds", "-5"),
    holding("seconds", "1" + 400 * "0"),
    holding("seconds", '"long"'),
    holding("evidence", '{"a": Infinity}'),
    holding("deprecations", "[1, {}]"),
    holding("versions", '{"torch": 5}'),
    holding("reason", '"\\u001b[31mred"'),
    holding("taken", '"yesterday"'),
    holding("outcome", '"timeout"'),
    cut_short,
    emptied,
    overwritten_with_garbage,
    of_another_format,
    another_probes,
    holding_null,
    holding_a_list,
    nested_without_end,
    without_its_moment,
    with_an_outcome_there_is_not,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_file_costs_one_trial_and_is_repaired(
    counting: Probe,
    tally: Tally,
    write_probe: WriteProbe,
    cache: Path,
    damage: Callable[[Path, Path], None],
) -> None:
    neighbour = write_probe("group.neighbour", "return no('it does not')")
    found = run_probes([counting, neighbour], cache=cache)
    (file,), (other,) = kept_files(cache), kept_files(cache, "group.neighbour")
    damage(file, other)
    again = run_probes([counting, neighbour], cache=cache)
    run_probes([counting, neighbour], cache=cache)
    assert again["group.neighbour"] == found["group.neighbour"]
    assert again["group.counts"].reason == "it does"
    assert tally.runs == 2


def test_folder_in_the_place_of_a_file_changes_no_finding(counting: Probe, cache: Path) -> None:
    run_probes([counting], cache=cache)
    (file,) = kept_files(cache)
    file.unlink()
    file.mkdir()
    notes: list[str] = []
    found = run_probes([counting], cache=cache, note=notes.append)
    assert found["group.counts"].outcome is Outcome.YES
    assert len(notes) == 1
    assert [path.name for path in (cache / "findings").iterdir()] == [file.name]  # no drafts


def test_cache_that_cannot_be_written_changes_no_finding_and_is_said_once(
    write_probe: WriteProbe, cache: Path
) -> None:
    cache.write_text("a file where the folder would be")
    probes = [write_probe(f"group{i}.{name}") for i in range(3) for name in ("a", "b")]
    notes: list[str] = []
    found = run_probes(probes, cache=cache, note=notes.append)
    assert {finding.outcome for finding in found.values()} == {Outcome.YES}
    assert len(notes) == 1
    assert notes[0].startswith(f"findings are not kept: {cache / 'findings'}: ")


def test_two_findings_that_cannot_be_kept_at_once_are_one_note(
    write_probe: WriteProbe, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2, timeout=60)

    def fail(*_: object) -> None:
        both.wait()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache_module.FindingsCache, "store", fail)
    probes = [write_probe("one.a"), write_probe("two.a")]
    notes: list[str] = []
    found = run_probes(probes, cache=cache, note=notes.append)
    assert {finding.outcome for finding in found.values()} == {Outcome.YES}
    assert notes == [f"findings are not kept: {cache / 'findings'}: No space left on device"]


# How many there are, and who writes them


def test_of_each_probe_the_newest_findings_are_kept(
    counting: Probe, tally: Tally, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "GENERATIONS", 2)
    for devices in ("0", "1", "2", "3"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", devices)
        run_probes([counting], cache=cache)
    run_probes([counting], cache=cache)  # the newest is among them
    assert (len(kept_files(cache)), tally.runs) == (2, 4)


def test_other_probes_findings_do_not_count(
    counting: Probe, write_probe: WriteProbe, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "GENERATIONS", 1)
    run_probes([counting, write_probe("group.counts_more")], cache=cache)
    assert len(kept_files(cache)) == len(kept_files(cache, "group.counts_more")) == 1


def test_two_runs_at_once_share_a_cache(write_probe: WriteProbe, cache: Path) -> None:
    probes = [write_probe(f"group.p{i}", f"return yes('{i}')") for i in range(6)]
    found: list[dict[str, Finding]] = []
    notes: list[str] = []

    def run() -> None:
        found.append(run_probes(probes, cache=cache, note=notes.append))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reasons = [[finding.reason for finding in one.values()] for one in found]
    assert (reasons, notes) == ([list("012345")] * 2, [])
    assert len(list((cache / "findings").iterdir())) == len(probes)  # and no drafts


def test_kept_findings_are_for_their_owner_alone(counting: Probe, cache: Path) -> None:
    run_probes([counting], cache=cache)
    (file,) = kept_files(cache)
    assert file.stat().st_mode & 0o077 == 0
