"""What lies in the cache is believed and run, so nobody else may have put it there."""

from __future__ import annotations

import errno
import os
import re
import shutil
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from advisor.cache_folder import CACHE_NAME, cache_folder, cache_refusal
from advisor.cli.command import UNPROVEN
from probes import ownership
from probes.ownership import make_own_folder
from probes.runtime.environments import NOTE, environment_for
from probes.runtime.registry import load_probes
from probes.runtime.target import describe_target

from ..conftest import Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead")

GiveAway: TypeAlias = Callable[[Path], None]

OTHERS_MAY_ENTER = ownership._others_may_enter
QUICK, PROVISIONED = "pytorch.sees_accelerator", "pytorch.runs_on_executorch"
ASKED = ("ask", "--set", "target=android", "--no-probes")

USER, GROUP, NOBODY = 2, 8, 0xFFFFFFFF  # entries of access lists, and the name of those without


@pytest.fixture(autouse=True)
def in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the folder of the tests were not closed to others, and the user's group not private."""
    monkeypatch.setattr(ownership, "_others_may_enter", lambda *_: True)
    monkeypatch.setattr(ownership, "_is_private_group", lambda _: False)


@pytest.fixture
def give_away(monkeypatch: pytest.MonkeyPatch) -> GiveAway:
    """Make a folder that of another user, or, where only root could, ourselves another one."""

    def give(path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, 65534, -1)
        else:
            monkeypatch.setattr(os, "geteuid", lambda: 65534)

    return give


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all programs' caches, which does not exist yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))
    return tmp_path / "home" / "cache"


def made(caches: Path) -> Path:
    folder = cache_folder()
    assert folder == caches / CACHE_NAME
    return folder


def modes(*paths: Path) -> list[str]:
    return [oct(path.stat().st_mode & 0o777) for path in paths]


# What is used


def test_it_is_made_for_its_owner_alone_with_what_is_missing_above_it(caches: Path) -> None:
    previous = os.umask(0)
    try:
        folder = made(caches)
    finally:
        os.umask(previous)
    assert modes(folder, caches, caches.parent) == ["0o700"] * 3


def test_it_is_used_again(caches: Path) -> None:
    (made(caches) / "findings").mkdir()
    assert cache_folder() == caches / CACHE_NAME
    assert (caches / CACHE_NAME / "findings").is_dir()


def test_an_empty_one_is_as_good_as_none(caches: Path) -> None:
    (caches / CACHE_NAME).mkdir(parents=True)
    made(caches)
    assert any((caches / CACHE_NAME).iterdir())


def test_others_may_write_above_it_where_each_keeps_what_is_his(caches: Path) -> None:
    caches.mkdir(parents=True)
    caches.parent.chmod(0o1777)  # as the folder of all temporary files
    made(caches)


def test_a_home_that_its_owners_private_group_may_write_to_is_the_owners(
    caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches.mkdir(parents=True)
    caches.chmod(0o775)
    monkeypatch.setattr(ownership, "_is_private_group", lambda _: True)
    made(caches)


@pytest.mark.skipif(sys.platform != "linux", reason="access lists are read on Linux")
@pytest.mark.parametrize(
    ("tag", "name", "rights", "is_own"),
    [
        (USER, 65533, 7, False),
        (GROUP, 65533, 7, False),
        (USER, 65533, 5, True),
        (USER, os.geteuid(), 7, True),
    ],
    ids=["a user", "a group", "who may read", "oneself"],
)
def test_whom_an_access_list_lets_write_is_somebody_else(
    caches: Path,
    monkeypatch: pytest.MonkeyPatch,
    tag: int,
    name: int,
    rights: int,
    is_own: bool,
) -> None:
    monkeypatch.setattr(ownership, "_is_private_group", lambda group: group == os.getegid())
    caches.mkdir(parents=True)
    entries = [
        (1, 7, NOBODY),
        (tag, rights, name),
        (4, 5, NOBODY),
        (16, 7, NOBODY),
        (32, 5, NOBODY),
    ]
    listed = b"".join(struct.pack("<HHI", *entry) for entry in sorted(entries))
    try:
        os.setxattr(caches, "system.posix_acl_access", struct.pack("<I", 2) + listed)
    except OSError as error:
        if error.errno != errno.ENOTSUP:
            raise
        pytest.skip("the file system of the tests has no access lists")
    assert (cache_folder() is not None) == is_own


@pytest.mark.parametrize("home", [0o700, 0o755])
def test_what_others_cannot_reach_they_cannot_change(
    caches: Path, monkeypatch: pytest.MonkeyPatch, home: int
) -> None:
    caches.mkdir(parents=True)
    caches.chmod(0o777)
    caches.parent.chmod(home)
    is_home, enters = caches.parent.stat().st_ino, OTHERS_MAY_ENTER
    monkeypatch.setattr(
        ownership,
        "_others_may_enter",
        lambda state, where: state.st_ino != is_home or enters(state, where),
    )
    assert (cache_folder() is not None) == (home == 0o700)


def test_a_link_of_ones_own_may_lead_to_another_disk_of_ones_own(
    caches: Path, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    caches.parent.mkdir()
    caches.symlink_to("../disk")
    made(caches)
    assert [path.name for path in (tmp_path / "disk").iterdir()] == [CACHE_NAME]


def test_where_it_cannot_be_made_there_is_nothing_to_refuse(caches: Path, program: Program) -> None:
    caches.parent.touch()
    run = program(*ASKED, XDG_CACHE_HOME=str(caches))
    assert (cache_refusal(), run.code, run.err) == ("", UNPROVEN, "")


# What is not


def shared(caches: Path, _: GiveAway) -> None:
    (caches / CACHE_NAME).mkdir(parents=True)
    (caches / CACHE_NAME).chmod(0o777)


def in_a_shared_folder(caches: Path, _: GiveAway) -> None:
    made(caches)
    caches.parent.chmod(0o777)


def of_a_group(caches: Path, _: GiveAway) -> None:
    caches.mkdir(parents=True)
    caches.chmod(0o775)


def of_somebody_else(caches: Path, give_away: GiveAway) -> None:
    give_away(made(caches))


def in_somebody_elses_home(caches: Path, give_away: GiveAway) -> None:
    caches.mkdir(parents=True)
    give_away(caches.parent)


def behind_a_link_to_a_shared_folder(caches: Path, _: GiveAway) -> None:
    shared = caches.parents[1] / "shared"
    (shared / "inner").mkdir(parents=True)
    shared.chmod(0o777)
    caches.parent.mkdir()
    caches.symlink_to(shared / "inner")


def behind_a_link_in_a_shared_folder(caches: Path, _: GiveAway) -> None:
    shared, own = caches.parents[1] / "shared", caches.parents[1] / "own"
    own.mkdir()
    shared.mkdir()
    (shared / "link").symlink_to(own)
    shared.chmod(0o777)
    caches.parent.mkdir()
    caches.symlink_to(shared / "link")


def behind_links_in_a_ring(caches: Path, _: GiveAway) -> None:
    caches.parent.mkdir()
    caches.symlink_to(caches)


def checked_out(caches: Path, _: GiveAway) -> None:
    (caches / CACHE_NAME / "findings").mkdir(parents=True)


def copied(caches: Path, _: GiveAway) -> None:
    folder = made(caches)
    shutil.copytree(folder, folder.with_name("copy"))
    shutil.rmtree(folder)
    folder.with_name("copy").rename(folder)


UNUSABLE = pytest.mark.parametrize(
    "arrange",
    [
        shared,
        in_a_shared_folder,
        of_a_group,
        of_somebody_else,
        in_somebody_elses_home,
        behind_a_link_to_a_shared_folder,
        behind_a_link_in_a_shared_folder,
        behind_links_in_a_ring,
    ],
)


@UNUSABLE
def test_one_that_others_decide_on_is_not_used_which_is_said_once(
    caches: Path, give_away: GiveAway, program: Program, arrange: Callable[[Path, GiveAway], None]
) -> None:
    expected = program(*ASKED)
    arrange(caches, give_away)
    before = sorted(caches.parents[1].rglob("*"))
    run = program(*ASKED, XDG_CACHE_HOME=str(caches))
    assert (run.code, run.out) == (expected.code, expected.out)
    (complaint,) = run.complaints
    assert complaint.startswith("the cache is not used: ")
    assert complaint.endswith("set XDG_CACHE_HOME to a folder that only you can write to")
    assert cache_folder() is None
    assert sorted(caches.parents[1].rglob("*")) == before


@pytest.mark.parametrize("arrange", [checked_out, copied])
def test_one_that_came_from_elsewhere_is_put_aside(
    caches: Path, give_away: GiveAway, program: Program, arrange: Callable[[Path, GiveAway], None]
) -> None:
    arrange(caches, give_away)
    (caches / CACHE_NAME / "theirs").touch()
    run = program(*ASKED, XDG_CACHE_HOME=str(caches))
    (complaint,) = run.complaints
    assert complaint.startswith("the cache is made anew: ")
    assert (caches / f"{CACHE_NAME}.old" / "theirs").exists()
    assert not (made(caches) / "theirs").exists()
    assert program(*ASKED, XDG_CACHE_HOME=str(caches)).complaints == []


def test_another_one_is_not_used_while_the_first_lies_aside(caches: Path, program: Program) -> None:
    for folder in (CACHE_NAME, f"{CACHE_NAME}.old"):
        (caches / folder / "findings").mkdir(parents=True)
    (complaint,) = program(*ASKED, XDG_CACHE_HOME=str(caches)).complaints
    assert complaint.startswith("the cache is not used: ")
    assert cache_folder() is None


@pytest.mark.parametrize("home", [".", "", "somewhere"])
def test_a_home_that_is_relative_is_not_used(program: Program, tmp_path: Path, home: str) -> None:
    run = program(*ASKED, HOME=home, XDG_CACHE_HOME="")
    (complaint,) = run.complaints
    assert "is relative to the folder that the program is started in" in complaint
    assert list(tmp_path.iterdir()) == []


def test_environments_are_not_built_in_one_that_is_not_used(program: Program, caches: Path) -> None:
    (caches / CACHE_NAME / "environments").mkdir(parents=True)
    (caches / CACHE_NAME).chmod(0o777)
    for asked in (("--provision",), ("--with", "six==1.17.0")):
        run = program("probe", QUICK, *asked, "--yes", XDG_CACHE_HOME=str(caches))
        assert (run.code, run.out) == (UNPROVEN, "")
        assert run.complaints[-1].startswith("there is nowhere to build environments in: ")


# What a checkout brings along


def plant(cache: Path, canary: Path) -> None:
    """Findings that nobody made, and an environment whose interpreter leaves a mark."""
    for finding in (cache / "findings").iterdir():
        finding.write_text(re.sub('"reason": "[^"]*"', '"reason": "forged"', finding.read_text()))
    target = describe_target(Path(sys.executable))
    assert target is not None
    environment = environment_for(load_probes()[PROVISIONED], target, cache)
    assert environment is not None
    make_own_folder(environment.python.parent)
    environment.python.write_text(f"#!/bin/sh\ntouch '{canary}'\n")
    environment.python.chmod(0o755)
    (environment.folder / NOTE).write_text('{"megabytes": 1}')
    (environment.folder / NOTE).chmod(0o644)
    assert environment.is_built


@pytest.mark.parametrize("is_ours", [True, False])
def test_what_a_checkout_brings_is_neither_run_nor_believed(
    program: Program, caches: Path, tmp_path: Path, is_ours: bool
) -> None:
    canary = tmp_path / "canary"
    program("probe", QUICK, XDG_CACHE_HOME=str(caches))
    plant(made(caches), canary)
    theirs = tmp_path / "checkout"
    shutil.copytree(caches.parent, theirs)
    home = caches if is_ours else theirs / "cache"
    run = program("probe", QUICK, PROVISIONED, "--format", "json", XDG_CACHE_HOME=str(home))
    reasons = [finding["reason"] for finding in run.data["findings"]]
    assert ("forged" in reasons, canary.exists()) == (is_ours, is_ours)


@pytest.mark.parametrize("spoil", ["link", "others", "another"])
def test_an_environment_that_others_could_have_built_is_not_used(
    caches: Path, tmp_path: Path, give_away: GiveAway, spoil: str
) -> None:
    (made(caches) / "findings").mkdir()
    plant(made(caches), tmp_path / "canary")
    (folder,) = (caches / CACHE_NAME / "environments").iterdir()
    if spoil == "link":
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
    elif spoil == "others":
        folder.chmod(0o777)
    else:
        give_away(folder)
    target = describe_target(Path(sys.executable))
    assert target is not None
    environment = environment_for(load_probes()[PROVISIONED], target, caches / CACHE_NAME)
    assert environment is not None
    assert not environment.is_built
