"""What a worker's environment holds, and what its findings must not say.

Probes speak about frameworks, so the settings that silently change what a framework is (another
Keras backend, another library path) are taken out of the environment, and those that make one
chatter are turned down. Findings travel into decision records, so whatever names a person or a
computer is taken out of them.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import socket
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from probes.api import Json

QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "GLOG_minloglevel": "2",
    "GRPC_VERBOSITY": "ERROR",
    # Python's own account of a segfault goes where the framework's output goes.
    "PYTHONFAULTHANDLER": "1",
    "PYTHONHASHSEED": "0",
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

# Account and computer names that identify nobody, and are words that frameworks use.
ANONYMOUS = frozenset({"", "root", "user", "admin", "runner", "ubuntu", "localhost"})

# Every control character but tab and newline, and halves of surrogate pairs.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def worker_environment(
    python: Path, wanted: Mapping[str, str], folder: Path, base: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The environment for a worker of ``python`` that works in ``folder``.

    ``wanted`` is the probe's own and wins over everything else.
    """
    unwanted = set(UNWANTED)
    if not is_own_interpreter(python):
        unwanted.update(LIBRARY_PATHS)
    kept = {name: value for name, value in base.items() if name not in unwanted}
    # KERAS_HOME: Keras reads its backend from, and writes to, a folder in the home otherwise.
    private = dict.fromkeys(("TMPDIR", "TEMP", "TMP", "KERAS_HOME"), str(folder))
    return {**kept, **QUIET, **private, **wanted}


def is_own_interpreter(python: Path) -> bool:
    """Whether ``python`` is the interpreter that runs this.

    Symbolic links are left alone: two virtual environments often link to one binary.
    """
    return python.absolute() == Path(sys.executable).absolute()


def library_folders(path: Iterable[str] = ()) -> list[str]:
    """The folders on ``path`` (default: ``sys.path``) that installed packages live in."""
    entries = [Path(entry) for entry in path or sys.path]
    return [str(entry) for entry in entries if entry.name in ("site-packages", "dist-packages")]


def private_names(work: Path | None = None, libraries: Iterable[str] = ()) -> dict[str, str]:
    """What is taken out of texts, each with what stands there instead."""
    names = {str(Path(__file__).parents[1]): "<probes>"}
    with contextlib.suppress(RuntimeError):  # no home
        names[str(Path.home())] = "~"
    with contextlib.suppress(KeyError, OSError, ImportError):  # an account without a name
        names[getpass.getuser()] = "<user>"
    names[socket.gethostname()] = "<host>"
    names[socket.gethostname().split(".")[0]] = "<host>"
    for library in libraries:
        names[library] = "<site-packages>"
    if work is not None:
        # Where the temporary folder is itself a link (macOS), programs print either name.
        names[str(work)] = names[str(work.resolve())] = "<work>"
    return {name: stand_in for name, stand_in in names.items() if _tells_something(name)}


def _tells_something(name: str) -> bool:
    return name not in ANONYMOUS and name != Path(name).anchor


def redact(text: str, names: Mapping[str, str] | None = None) -> str:
    """``text`` with each private name replaced, the longest first, and controls escaped.

    What frameworks print may steer a terminal or, with half a character, fit into no file.
    """
    stand_ins = private_names() if names is None else names
    for name in sorted(stand_ins, key=len, reverse=True):
        # Whole names alone: a person called "al" must not take the "al" out of "equal".
        stand_in = stand_ins[name]
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", stand_in, text)
    return CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def redact_json(value: Json, names: Mapping[str, str] | None = None) -> Json:
    """``value`` with :func:`redact` applied to every text in it, keys too."""
    if isinstance(value, str):
        return redact(value, names)
    if isinstance(value, list):
        return [redact_json(item, names) for item in value]
    if isinstance(value, dict):
        return {redact(key, names): redact_json(item, names) for key, item in value.items()}
    return value
