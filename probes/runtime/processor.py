"""Which instructions this machine's processor has, by the names that Linux gives them."""

from __future__ import annotations

import platform
import re
import sys
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
# What macOS calls them otherwise.
_MACOS_NAMES = {"avx1.0": "avx", "neon": "asimd", "advsimd": "asimd"}


def instructions() -> frozenset[str] | None:
    """The instruction sets of the processor (``avx2``, ``asimd``); None where nobody says."""
    if sys.platform == "darwin":
        return _macos()
    try:
        text = _CPUINFO.read_text(encoding="ascii", errors="replace")
    except OSError:  # another system
        return None
    line = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    return frozenset(line[1].split()) if line else None


def _macos() -> frozenset[str] | None:
    from probes.runtime.foreign_output import run_bounded

    names = ["machdep.cpu.features", "machdep.cpu.leaf7_features", "hw.optional"]
    try:
        ran = run_bounded(
            ["/usr/sbin/sysctl", *names], folder=Path("/"), variables={}, timeout=10.0
        )
    except OSError:
        return None
    text = ran.out.decode("ascii", "replace").lower()
    found = set[str]()
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.startswith("hw.optional"):
            if value.strip() == "1":
                found.add(re.sub(r".*[._]", "", name))
        else:
            found.update(value.split())
    if platform.machine() == "arm64":
        found.add("asimd")  # each of them has it
    return frozenset(_MACOS_NAMES.get(name, name) for name in found) or None
