"""Folders to work in that only this user can enter, and that a killed run does not leave for ever.

Each holds a file that its maker keeps locked while it lives. Whoever makes another one removes
those of this user whose lock is free: their maker is dead, whatever became of its number.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from probes.ownership import is_own_folder

_PREFIX = "advisor-"
_LOCK = ".lock"


class TemporaryFolder:
    """A new, empty folder in the system's temporary folder, gone after :meth:`close`.

    Raises OSError where there is none that can be written to.
    """

    def __init__(self) -> None:
        parent = Path(tempfile.gettempdir())
        _remove_orphans(parent)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        self._lock = _lock(self.path)

    def close(self) -> None:
        """Remove it with all that is in it, as far as that can be done."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """The same for the time of a ``with`` statement."""
    folder = TemporaryFolder()
    try:
        yield folder.path
    finally:
        folder.close()


def _lock(folder: Path) -> IO[bytes]:
    """The folder's lock, taken. What it holds says so: before, nobody may judge by it."""
    lock = (folder / _LOCK).open("wb")
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
    lock.write(b"taken")
    lock.flush()
    return lock


def _remove_orphans(parent: Path) -> None:
    if sys.platform == "win32":
        return  # the system cleans up
    import fcntl

    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # in use, of somebody else, gone meanwhile
            if not is_own_folder(folder) or folder.stat().st_uid != os.geteuid():
                continue
            with (folder / _LOCK).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if lock.read(1):
                    shutil.rmtree(folder, ignore_errors=True)
