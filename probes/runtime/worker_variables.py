"""The environment variables of a worker, and the folders its packages are found in.

Probes speak about frameworks, so the settings that silently change what a framework is (another
Keras backend, another library path) are taken out of the variables, and those that make one
chatter are turned down.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from probes.programs import drop_relative_entries

QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "GLOG_minloglevel": "2",
    "GRPC_VERBOSITY": "ERROR",
    # Python's own account of a segfault goes where the framework's output goes.
    "PYTHONFAULTHANDLER": "1",
    "PYTHONHASHSEED": "0",
    # Libraries that draw read the person's settings when they are imported, and fail with them.
    "MATPLOTLIBRC": os.devnull,
}

# These would make a probe speak about the person's settings and not about the frameworks.
UNWANTED = (
    "KERAS_BACKEND",
    "TF_USE_LEGACY_KERAS",
    "PYTHONINSPECT",
    "PYTHONWARNINGS",
    "__PYVENV_LAUNCHER__",
)

# These would show the tool's own libraries to an interpreter that is not the tool's own.
LIBRARY_PATHS = ("PYTHONPATH", "PYTHONHOME")


def worker_variables(
    python: Path, own: Mapping[str, str], folder: Path, base: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The environment variables for a worker of ``python`` that works in ``folder``.

    ``own`` are the probe's own and win over everything else.
    """
    unwanted = set(UNWANTED)
    if not is_own_interpreter(python):
        unwanted.update(LIBRARY_PATHS)
    inherited = {name: value for name, value in base.items() if name not in unwanted}
    drop_relative_entries(inherited)
    # KERAS_HOME: Keras reads its backend from, and writes to, a folder in the home otherwise.
    private = dict.fromkeys(("TMPDIR", "TEMP", "TMP", "KERAS_HOME"), str(folder))
    return {**inherited, **QUIET, **private, **own}


def is_own_interpreter(python: Path) -> bool:
    """Whether ``python`` is the interpreter that runs this.

    Symbolic links are left alone: two virtual environments often link to one binary.
    """
    return python.absolute() == Path(sys.executable).absolute()


def library_folders(path: Iterable[str] = ()) -> list[str]:
    """The folders on ``path`` (default: ``sys.path``) that installed packages live in."""
    entries = [Path(entry) for entry in path or sys.path]
    return [str(entry) for entry in entries if entry.name in ("site-packages", "dist-packages")]
