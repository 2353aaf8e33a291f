"""The interpreter whose frameworks are tried, and the machine, without starting any of them."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.machinery
import json
import os
import platform
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from probes import node, process
from probes.api import Json, Need, Probe
from probes.runtime import self_description
from probes.runtime.errors import StartError
from probes.runtime.foreign_output import Ran, marked, new_mark, run_bounded
from probes.runtime.installed import in_effect, installed_projects, normalised_name
from probes.runtime.processor import instructions
from probes.runtime.redaction import redact
from probes.runtime.worker_variables import is_own_interpreter, library_folders, worker_variables

DESCRIBE_TIMEOUT = 60.0  # seconds; no framework is imported
_DESCRIPTION = Path(self_description.__file__)

# What a process sees of accelerators and libraries, apart from what is installed.
_SETTINGS = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "NODE_PATH")
_DEVICES = ("nvidia*", "kfd", "accel*", "vfio/*")

# Beside what probes need: what the frameworks compute with.
_NUMERICS = ("numpy", "protobuf", "ml-dtypes", "h5py", "scipy", "jaxlib", "tensorflow-cpu")
# What an optimised kernel is chosen by.
_FLAGS = ("avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd", "sve")

_VERSION = re.compile(r"3\.\d{1,3}\.\d{1,3}[\w.+]{0,40}", re.ASCII)
_MOST_FOLDERS = 1000  # in which an interpreter looks for modules


@dataclass(frozen=True)
class Target:
    """An interpreter: its version, its prefix, and where it looks for modules.

    ``markers`` are the variables by which requirements ask what it is (PEP 508).
    """

    python: Path
    version: str
    prefix: Path
    path: tuple[str, ...]
    markers: Mapping[str, str] = field(default_factory=dict, compare=False)

    def has(self, module: str) -> bool:
        """Whether the module is found by name. That says nothing of whether it imports."""
        spec = importlib.machinery.PathFinder.find_spec(module, list(self.path))
        return spec is not None and spec.origin is not None

    def satisfies(self, need: Need) -> bool:
        """Whether what a probe needs is installed, also where it is a package without a file."""
        if self.has(need.module):
            return True
        if importlib.machinery.PathFinder.find_spec(need.module, list(self.path)) is None:
            return False
        distributions = metadata.distributions(name=need.install, path=list(self.path))
        return next(iter(distributions), None) is not None

    def package(self, name: str) -> Path | None:
        """The ``package.json`` of the npm package, or None where it is not installed."""
        folder = node.find_package(name, self.prefix)
        return None if folder is None else folder / "package.json"


def installed_packages(target: Target) -> dict[str, str]:
    """Every installed project with its version, by its normalised name; the first found counts."""
    projects = in_effect(installed_projects(target.path))
    return {name: project.version for name, project in projects.items()}


def describe_target(python: Path) -> Target | None:
    """The interpreter as it describes itself; None when it does not run, or does not say."""
    try:
        return ask_target(python)
    except StartError:
        return None


def ask_target(python: Path) -> Target:
    """The interpreter as it describes itself. Raises StartError, which says why it does not."""
    if is_own_interpreter(python):
        own = self_description.markers()
        return Target(python, platform.python_version(), Path(sys.prefix), _own_path(), own)
    mark = new_mark()
    try:
        ran = run_bounded(
            [str(python), "-c", _DESCRIPTION.read_text(encoding="utf-8"), mark],
            folder=Path(os.sep),
            variables=worker_variables(python, {}, Path(os.sep)),
            timeout=DESCRIBE_TIMEOUT,
        )
        if ran.code != 0:
            raise StartError(_not_described(python, _ending(ran)))
        return _described(python, marked(ran.out, mark))
    except OSError as error:
        raise StartError(_not_described(python, error.strerror or str(error))) from error
    except ValueError as error:
        raise StartError(_not_described(python, str(error))) from error


def _not_described(python: Path, why: str) -> str:
    return f"{python} does not run as a Python: {redact(why)}"


def _ending(ran: Ran) -> str:
    """How a process that did not answer ended, and the last thing that it complained about."""
    if ran.code is None:
        return f"it {ran.broken_off}"
    said = ran.err[-2000:].decode("utf-8", "replace").strip().splitlines()
    return f"it {process.describe_exit(ran.code)}{f': {said[-1][:200]}' if said else ''}"


def _described(python: Path, answer: Json) -> Target:
    """The target of an interpreter's answer. Raises ValueError where no Python answers so."""
    match answer:
        case [str(version), str(prefix), list(entries), dict(markers)]:
            pass
        case _:
            raise ValueError("it answered something else than it was asked")
    # No folder's name holds a NUL, whatever was put on the path.
    path = tuple(dict.fromkeys(str(entry) for entry in entries if "\0" not in str(entry)))
    if _VERSION.fullmatch(version) is None or "\0" in prefix or len(entries) > _MOST_FOLDERS:
        raise ValueError("it answered something else than it was asked")
    texts = {name: value for name, value in markers.items() if isinstance(value, str)}
    return Target(python, version, Path(prefix), path, texts)


def _own_path() -> tuple[str, ...]:
    """Where workers of this interpreter look, which is not where this program was started."""
    started = {"", str(Path.cwd()), str(Path(sys.argv[0]).absolute().parent)}
    configured = {entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry}
    return tuple(entry for entry in sys.path if entry not in started - configured)


def fingerprint(target: Target) -> str:
    """A hash that changes when something is installed into, or removed from, the interpreter.

    It is made of the names in its library folders and the times of the installers' notes. A file
    changed by hand inside a package is not seen.
    """
    parts = [target.version, str(target.python), str(target.prefix), *target.path]
    for folder in library_folders(target.path):
        with contextlib.suppress(OSError):
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            parts += [_state(entry) for entry in entries if entry.name != "__pycache__"]
    return digest(parts)


def _state(entry: os.DirEntry[str]) -> str:
    if not entry.name.endswith((".dist-info", ".egg-info", ".egg-link", ".pth")):
        return entry.name
    try:
        return f"{entry.name} {entry.stat().st_mtime_ns}"
    except OSError:  # a link that leads nowhere
        return entry.name


def device() -> str:
    """A hash of what this machine computes on: its processor and the accelerators it shows."""
    devices = [str(path) for pattern in _DEVICES for path in sorted(Path("/dev").glob(pattern))]
    settings = [f"{name}={os.environ.get(name, '')}" for name in _SETTINGS]
    machine = [platform.system(), platform.machine(), str(os.cpu_count())]
    return digest([*machine, *devices, *settings])


def describe_machine(target: Target, probes: Iterable[Probe]) -> dict[str, Json]:
    """The interpreter's version, the system, the processor, and the versions of packages.

    ``packages`` are those that ``probes`` may need, as the installers noted them. ``accelerators``
    counts the device files of each kind. Everything is selected by name, so that it may go into a
    decision record: no account, no computer, no folder, no package that no probe knows.
    """
    needed = (need.install for probe in probes for need in probe.needs)
    known = set(map(normalised_name, (*needed, *_NUMERICS)))
    present = instructions() or frozenset()
    return {
        "python": target.version,
        "system": platform.system(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "instructions": [flag for flag in _FLAGS if flag in present],
        "accelerators": {
            "nvidia": len(list(Path("/dev").glob("nvidia[0-9]*"))),
            "amd": int(Path("/dev/kfd").exists()),
        },
        "packages": {
            name: version for name, version in installed_packages(target).items() if name in known
        },
    }


def digest(texts: Iterable[str]) -> str:
    """One hash for a sequence of texts."""
    return hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()
