"""The shipped knowledge base, read from its YAML once and cached in the user's cache folder.

Reading it takes longer than all else the first question waits for. The cached one is used only
while every file it was made from, and the code that made it, has the size and time it had then.
Losing the cache, or not being allowed to write it, costs a few hundredths of a second.
"""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path
from typing import TypeAlias
from zlib import crc32

import rules
from advisor.files import cache_folder, write_whole
from rules.model import KnowledgeBase

Stamp: TypeAlias = tuple[object, ...]

RULES = Path(rules.__file__).parent


def knowledge_base(folder: Path | None = None) -> KnowledgeBase:
    """The knowledge in ``folder``, by default what is shipped. Raises InputError."""
    cache = cache_folder()
    if folder is not None or cache is None:
        return _read(folder)
    stamp = _stamp()
    path = cache / f"knowledge-{crc32(str(RULES).encode()):08x}.pickle"
    kb = _load(path, stamp)
    if kb is None:
        kb = _read(None)
        _store(path, stamp, kb)
    return kb


def _read(folder: Path | None) -> KnowledgeBase:
    import gc

    from rules.loading.loader import load

    gc.disable()  # loading makes thousands of objects that stay: collecting would find nothing
    try:
        return load(folder)
    finally:
        gc.enable()


def _stamp() -> Stamp:
    """What the knowledge base depends on: the interpreter, the YAML and the code that reads it."""
    paths = sorted(
        os.path.join(folder, name)  # noqa: PTH118 - a path object for each file takes longer
        for folder, _, names in os.walk(RULES)
        for name in names
        if name.endswith((".py", ".yaml"))
    )
    states = ((path, os.stat(path)) for path in paths)  # noqa: PTH116
    return (sys.version, *((path, state.st_size, state.st_mtime_ns) for path, state in states))


def _load(path: Path, stamp: Stamp) -> KnowledgeBase | None:
    """What is cached under this stamp; None where there is nothing, or nothing to be trusted."""
    if not path.is_file():  # a pipe of that name would be waited for
        return None
    try:
        with path.open("rb") as file:
            if not _is_ours(file.fileno()):
                return None
            cached_stamp, kb = pickle.loads(file.read())
    except Exception:  # cut short, of another version, unreadable: reading the YAML is always right
        return None
    return kb if cached_stamp == stamp and isinstance(kb, KnowledgeBase) else None


def _is_ours(descriptor: int) -> bool:
    """Whether nobody else can have written the file: unpickling it runs what it says."""
    if sys.platform == "win32":
        return True  # the folder lies in the user's own profile
    state = os.fstat(descriptor)
    return state.st_uid == os.getuid() and not state.st_mode & 0o022


def _store(path: Path, stamp: Stamp, kb: KnowledgeBase) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, pickle.dumps((stamp, kb), protocol=pickle.HIGHEST_PROTOCOL))
    except OSError:
        return  # a read-only home: every start reads the YAML
