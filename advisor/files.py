"""Files are written whole or not at all, and nothing that exists is written over by accident."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def write_whole(path: Path, text: str) -> None:
    """Replace ``path`` by ``text``; an interruption leaves the old file. Raises OSError."""
    with _draft(path) as (draft, name):
        draft.write(text)
        draft.flush()
        os.fsync(draft.fileno())
        name.replace(path)


def create_whole(path: Path, text: str) -> None:
    """Write ``text`` to a new file. Raises FileExistsError when there is one, or OSError."""
    with _draft(path) as (draft, name):
        draft.write(text)
        draft.flush()
        os.fsync(draft.fileno())
        os.link(name, path)  # unlike a rename, a link refuses to replace what is there


@contextmanager
def _draft(path: Path) -> Iterator[tuple[IO[str], Path]]:
    """A file beside ``path`` to write first; gone afterwards if it has not taken its place."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent, text=True)
    name = Path(temporary)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as draft:
            name.chmod(0o666 & ~_umask())  # mkstemp makes it private; this is an ordinary file
            yield draft, name
    finally:
        name.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
