"""Folders to work in: private, and not left for ever by a run that was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
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


def test_what_is_not_known_to_be_dead_stays(temporary: Path) -> None:
    for name in ("advisor-without-lock", "advisor-not-locked-yet"):
        (temporary / name).mkdir()
    (temporary / "advisor-not-locked-yet" / ".lock").touch()
    before = TemporaryFolder()
    TemporaryFolder().close()
    assert sorted(temporary.iterdir()) == sorted([
        before.path, temporary / "advisor-not-locked-yet", temporary / "advisor-without-lock"
    ])  # fmt: skip
    before.close()
