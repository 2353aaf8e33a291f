"""Folders to work in that only this user can enter, and that a killed run does not leave for ever.

Each holds a file that names it and that its maker keeps locked while it lives. Whoever makes
another one removes those of this user whose lock is free: their maker is dead, whatever became of
its number. No other folder is removed, whatever it is called: a copy is not named by its file.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_PREFIX = "fwadvis-"  # short: the path of a socket in it may have 104 characters
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


def _mark(folder: Path) -> bytes:
    """What the lock of this folder holds, and of no other."""
    return f"framework-advisor works in {folder.name} and removes it\n".encode()


def _lock(folder: Path) -> IO[bytes]:
    """The folder's lock, taken. What it holds says so: before, nobody may judge by it."""
    lock = (folder / _LOCK).open("wb")
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
    lock.write(_mark(folder))
    lock.flush()
    return lock


def _remove_orphans(parent: Path) -> None:
    if sys.platform == "win32":
        return  # the system cleans up
    import fcntl

    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # in use, of somebody else, gone meanwhile
            state = folder.lstat()
            if not stat.S_ISDIR(state.st_mode) or state.st_mode & 0o777 != 0o700:
                continue
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe would be waited for
            with os.fdopen(os.open(folder / _LOCK, flags), "rb") as lock:
                own, mark = os.fstat(lock.fileno()), _mark(folder)
                if not stat.S_ISREG(own.st_mode) or {state.st_uid, own.st_uid} != {os.geteuid()}:
                    continue
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if lock.read(len(mark) + 1) == mark:
                    shutil.rmtree(folder, ignore_errors=True)
