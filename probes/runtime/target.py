"""The interpreter whose frameworks are tried, and the machine, without starting any of them."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.machinery
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from probes import node
from probes.api import Json, Need, Probe
from probes.runtime.worker_variables import is_own_interpreter, library_folders, worker_variables

DESCRIBE_TIMEOUT = 60.0  # seconds; no framework is imported
_DESCRIBE = (
    "import json, platform, sys; "
    "print(json.dumps([platform.python_version(), sys.prefix, [p for p in sys.path if p]]))"
)

# What a process sees of accelerators and libraries, apart from what is installed.
_SETTINGS = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "NODE_PATH")
_DEVICES = ("nvidia*", "kfd", "accel*", "vfio/*")

# Beside what probes need: what the frameworks compute with.
_NUMERICS = ("numpy", "protobuf", "ml-dtypes", "h5py", "scipy", "jaxlib", "tensorflow-cpu")
# What an optimised kernel is chosen by.
_FLAGS = ("avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd", "sve")


@dataclass(frozen=True)
class Target:
    """An interpreter: its version, its prefix, and where it looks for modules."""

    python: Path
    version: str
    prefix: Path
    path: tuple[str, ...]

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


def normalised_name(project: str) -> str:
    """The project's name in the one spelling that all others mean (PEP 503)."""
    return re.sub(r"[-_.]+", "-", project).lower()


def installed_packages(target: Target) -> dict[str, str]:
    """Every installed project with its version, by its normalised name; the first found counts."""
    packages: dict[str, str] = {}
    for distribution in metadata.distributions(path=list(target.path)):
        name = distribution.metadata["Name"]
        if name:  # what an interrupted removal leaves has none
            packages.setdefault(normalised_name(name), distribution.version)
    return dict(sorted(packages.items()))


def describe_target(python: Path) -> Target | None:
    """The interpreter as it describes itself; None when it does not run."""
    if is_own_interpreter(python):
        return Target(python, platform.python_version(), Path(sys.prefix), _own_path())
    try:
        described = run_python(python, "-c", _DESCRIBE, timeout=DESCRIBE_TIMEOUT)
        described.check_returncode()
        version, prefix, entries = json.loads(described.stdout)
        if re.fullmatch(r"3\.\d+\.\d+[\w.+]*", str(version)) is None:
            return None  # no Python answers so
        return Target(python, str(version), Path(str(prefix)), tuple(map(str, entries)))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return None


def run_python(
    python: Path, *arguments: str, timeout: float | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the interpreter in nobody's folder, with the variables of a worker; keep its output."""
    return subprocess.run(
        [str(python), *arguments],
        cwd=os.sep,
        env=worker_variables(python, {}, Path(os.sep)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        check=False,
    )


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
    return {
        "python": target.version,
        "system": platform.system(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "instructions": list(_instructions()),
        "accelerators": {
            "nvidia": len(list(Path("/dev").glob("nvidia[0-9]*"))),
            "amd": int(Path("/dev/kfd").exists()),
        },
        "packages": {
            name: version for name, version in installed_packages(target).items() if name in known
        },
    }


def _instructions() -> Iterable[str]:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:  # another system
        return ()
    line = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    present = set(line[1].split()) if line else set()
    return (flag for flag in _FLAGS if flag in present)


def digest(texts: Iterable[str]) -> str:
    """One hash for a sequence of texts."""
    return hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()
