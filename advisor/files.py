"""Files are written completely or not at all, and none is overwritten by accident."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rules.diagnostics import InputError


def write_whole(path: Path, content: str | bytes) -> None:
    """Replace ``path`` by ``content``; an interruption leaves the old file. Raises OSError."""
    target = Path(os.path.realpath(path))  # a link stays a link
    with _draft(target, content) as draft:
        if target.exists():
            draft.chmod(target.stat().st_mode & 0o777)
        draft.replace(target)


def create_whole(path: Path, content: str | bytes) -> None:
    """Write ``content`` to a new file. Raises FileExistsError when there is one, or OSError."""
    with _draft(path, content) as draft:
        try:
            os.link(draft, path)  # unlike a rename, a link refuses to replace what is there
        except FileExistsError:
            raise
        except OSError:  # a file system without links: take the name first, then fill it
            path.touch(exist_ok=False)
            draft.replace(path)


def check_folder(folder: Path) -> None:
    """Refuse, before any work is done, a folder that can be neither written to nor made.

    Raises InputError.
    """
    existing = folder.absolute()
    while not os.path.lexists(existing):
        existing = existing.parent
    if not existing.is_dir():
        message = f"expected a folder, and {existing} is a file"
    elif not _takes_files(existing):
        message = f"{existing} may not be written to"
    else:
        return
    raise InputError.at(folder, message)


def _takes_files(folder: Path) -> bool:
    """Whether a file can be made there: rights alone do not say so of /proc."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    try:
        with tempfile.TemporaryFile(prefix=".advisor-", dir=folder):
            return True
    except OSError:
        return False


@contextmanager
def _draft(path: Path, content: str | bytes) -> Iterator[Path]:
    """A finished file beside ``path``; deleted afterwards unless it was moved there.

    An OSError names ``path``, which the user knows, and not the draft.
    """
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".advisor-", dir=path.parent)
        draft = Path(temporary)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content.encode("utf-8") if isinstance(content, str) else content)
                stream.flush()
                os.fsync(stream.fileno())
            os.umask(mask := os.umask(0))  # it is read by setting it
            draft.chmod(0o666 & ~mask)  # mkstemp makes it private; this is an ordinary file
            yield draft
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise
