"""Files are written whole or not at all, and nothing that exists is written over by accident."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rules.diagnostics import InputError, Problem, SourceLocation


def write_whole(path: Path, content: str | bytes) -> None:
    """Replace ``path`` by ``content``; an interruption leaves the old file. Raises OSError."""
    place = Path(os.path.realpath(path))  # a link stays a link
    with _draft(place, content) as draft:
        if place.exists():
            draft.chmod(place.stat().st_mode & 0o777)
        draft.replace(place)


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
    """Refuse, before any work is done, a folder that can neither be written to nor made.

    Raises InputError.
    """
    there = folder.absolute()
    while not os.path.lexists(there):
        there = there.parent
    if not there.is_dir():
        raise InputError(
            [Problem(SourceLocation(str(folder)), f"expected a folder, and {there} is a file")]
        )
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError([Problem(SourceLocation(str(folder)), f"{there} may not be written to")])


@contextmanager
def _draft(path: Path, content: str | bytes) -> Iterator[Path]:
    """A finished file beside ``path``; gone afterwards if it has not taken its place.

    An OSError names ``path``: of the draft nobody has heard.
    """
    try:
        yield from _drafted(path, content)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def _drafted(path: Path, content: str | bytes) -> Iterator[Path]:
    descriptor, temporary = tempfile.mkstemp(prefix=".advisor-", dir=path.parent)
    draft = Path(temporary)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content.encode("utf-8") if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(0o666 & ~_umask())  # mkstemp makes it private; this is an ordinary file
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
