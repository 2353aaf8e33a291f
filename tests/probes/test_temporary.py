"""Folders to work in: private, and not left for ever by a run that was killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from probes.temporary import TemporaryFolder, temporary_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the system cleans up there")

MAKER = (
    "from probes.temporary import *; it = TemporaryFolder(); print(it.path, flush=True); input()"
)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that temporary files go into."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_is_for_its_owner_alone_and_goes_away(temporary: Path) -> None:
    with temporary_folder() as folder:
        assert (folder.parent, folder.stat().st_mode & 0o777) == (temporary, 0o700)
        (folder / "inner").mkdir()
    assert list(temporary.iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next_one(temporary: Path) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "cwd": Path(__file__).parents[2]}
    with subprocess.Popen(
        [sys.executable, "-c", MAKER], env={**os.environ, "TMPDIR": str(temporary)}, **pipes
    ) as maker:
        assert maker.stdout is not None
        left = Path(maker.stdout.readline().decode().strip())
        (left / "a-file").touch()
        with temporary_folder():
            assert left.is_dir()  # its maker lives
        maker.kill()
    with temporary_folder():
        assert not left.exists()


def left_by_a_killed_run(parent: Path) -> Path:
    """A folder whose maker is dead."""
    made = TemporaryFolder()
    made._lock.close()
    assert made.path.parent == parent
    return made.path


def not_locked_yet(folder: Path) -> None:
    (folder / ".lock").write_bytes(b"")


def held_otherwise(folder: Path) -> None:
    (folder / ".lock").write_bytes(b"taken")


def with_more_in_its_lock(folder: Path) -> None:
    with (folder / ".lock").open("ab") as lock:
        lock.write(b"more")


def copied(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name(f"{folder.name}-copy"))
    shutil.rmtree(folder)


def entered_by_others(folder: Path) -> None:
    folder.chmod(0o750)


def with_a_pipe(folder: Path) -> None:
    (folder / ".lock").unlink()
    os.mkfifo(folder / ".lock")


def with_a_link(folder: Path) -> None:
    (folder / ".lock").rename(folder / "lock")
    (folder / ".lock").symlink_to("lock")


def behind_a_link(folder: Path) -> None:
    moved = folder.rename(folder.with_name("moved"))
    folder.symlink_to(moved)


def called_otherwise(folder: Path) -> None:
    """As a user's own may be that is called after the program."""
    folder.rename(folder.with_name("advisor-notes"))


@pytest.mark.parametrize(
    "change",
    [
        not_locked_yet,
        held_otherwise,
        with_more_in_its_lock,
        copied,
        entered_by_others,
        with_a_pipe,
        with_a_link,
        behind_a_link,
        called_otherwise,
    ],
)
def test_what_is_not_known_to_be_a_dead_runs_stays(
    change: Callable[[Path], None], temporary: Path
) -> None:
    change(left_by_a_killed_run(temporary))
    before = sorted(temporary.rglob("*"))
    TemporaryFolder().close()
    assert sorted(temporary.rglob("*")) == before


def test_what_its_maker_left_is_removed_and_what_it_still_uses_stays(temporary: Path) -> None:
    left, used = left_by_a_killed_run(temporary), TemporaryFolder()
    TemporaryFolder().close()
    assert list(temporary.iterdir()) == [used.path]
    assert left != used.path
    used.close()
