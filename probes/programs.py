"""Programs are looked for on the PATH, and never in the folder that somebody happens to be in.

An empty entry of a search path, or a relative one, means the current folder or something below
it, where a program of that name may lie that its author meant for others to start.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import MutableMapping

SEARCH_PATHS = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "NODE_PATH")


def absolute_entries(search_path: str) -> list[str]:
    """The entries of a search path that mean the same in every folder."""
    return [entry for entry in search_path.split(os.pathsep) if os.path.isabs(entry)]  # noqa: PTH117


def drop_relative_entries(variables: MutableMapping[str, str]) -> None:
    """Leave only absolute entries in the search paths; none is left empty, which has a meaning."""
    for name in SEARCH_PATHS:
        if name in variables:
            variables[name] = os.pathsep.join(absolute_entries(variables[name]))
            if not variables[name]:
                del variables[name]


def find_program(name: str) -> str | None:
    """The absolute path of the program on the PATH, or None; ``name`` may be a path itself."""
    search_path = os.pathsep.join(absolute_entries(os.environ.get("PATH", os.defpath)))
    found = shutil.which(name, path=search_path)
    # Windows looks in the current folder first.
    return found if found is not None and (os.path.isabs(found) or os.path.dirname(name)) else None  # noqa: PTH117, PTH120
