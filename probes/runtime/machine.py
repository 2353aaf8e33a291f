"""The machine and the interpreter that findings were made on, as far as they depend on it.

Everything here is selected by name: no account, no computer, no folder, no package that no probe
knows. So it may go into a decision record.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path

from probes.api import Json, Probe
from probes.runtime.target import Target, installed_packages, normalised_name

# Beside what probes need: what the frameworks compute with.
_NUMERICS = ("numpy", "protobuf", "ml-dtypes", "h5py", "scipy", "jaxlib", "tensorflow-cpu")
# What an optimised kernel is chosen by.
_FLAGS = ("avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd", "sve")


def describe_machine(target: Target, probes: Iterable[Probe]) -> dict[str, Json]:
    """The interpreter's version, the system, the processor, and the versions of packages.

    ``packages`` are those that ``probes`` may need, as the installers noted them. ``accelerators``
    counts the device files of each kind.
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
