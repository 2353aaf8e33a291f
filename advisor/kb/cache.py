"""The shipped knowledge base, read from its YAML once and cached in the user's cache folder.

Reading it takes longer than all else the first question waits for. The cached one is used only
while every file it was made from, and the code that made it, has the size and time it had then.
Losing the cache, or not being allowed to write it, costs a few hundredths of a second.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from zlib import crc32

import rules
from advisor.cache_folder import cache_folder
from advisor.kb.plain import from_plain, to_plain
from probes.ownership import read_own, write_own
from rules.model import KnowledgeBase

RULES = Path(rules.__file__).parent
LARGEST = 10_000_000  # bytes of a file that is read


def knowledge_base(folder: Path | None = None) -> KnowledgeBase:
    """The knowledge in ``folder``, by default what is shipped. Raises InputError."""
    cache = cache_folder()
    if folder is not None or cache is None:
        return _read(folder)
    stamp = _stamp()
    path = cache / f"knowledge-{crc32(str(RULES).encode()):08x}.json"
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


def _stamp() -> list[object]:
    """What the knowledge base depends on: the interpreter, the YAML and the code that reads it."""
    paths = sorted(
        os.path.join(folder, name)  # noqa: PTH118 - a path object for each file takes longer
        for folder, _, names in os.walk(RULES)
        for name in names
        if name.endswith((".py", ".yaml"))
    )
    states = ((path, os.stat(path)) for path in paths)  # noqa: PTH116
    return [sys.version, *([path, state.st_size, state.st_mtime_ns] for path, state in states)]


def _load(path: Path, stamp: list[object]) -> KnowledgeBase | None:
    """What is cached under this stamp; None where there is nothing, or nothing to be trusted."""
    import json

    try:
        cached_stamp, plain = json.loads(read_own(path, LARGEST))
        kb = from_plain(plain) if cached_stamp == stamp else None
    except Exception:  # cut short, of another version, unreadable: reading the YAML is always right
        return None
    return kb if isinstance(kb, KnowledgeBase) else None


def _store(path: Path, stamp: list[object], kb: KnowledgeBase) -> None:
    import json

    with contextlib.suppress(OSError):  # a read-only home: every start reads the YAML
        write_own(path, json.dumps([stamp, to_plain(kb)]).encode())
