"""Which instructions this machine's processor has, by the names that Linux gives them."""

from __future__ import annotations

import re
import sys
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
# What macOS calls them otherwise.
_MACOS_NAMES = {
    "avx1.0": "avx",
    "avx1_0": "avx",
    "avx2_0": "avx2",
    "neon": "asimd",
    "advsimd": "asimd",
}


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
    return of_sysctl(ran.out.decode("ascii", "replace")) or None


def of_sysctl(text: str) -> frozenset[str]:
    """The instruction sets that macOS lists: ``machdep.cpu.features: FPU AVX1.0``, and one a line,
    ``hw.optional.neon: 1``.
    """
    found = set[str]()
    for line in text.lower().splitlines():
        name, _, value = line.partition(":")
        one = [name.split(".")[-1]] if value.strip() == "1" else []
        found.update(one if name.startswith("hw.optional") else value.split())
    return frozenset(_MACOS_NAMES.get(name, name) for name in found)
