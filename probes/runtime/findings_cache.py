"""Findings cached from one run to the next.

The key of a finding is made of all it depends on: the probe's source and the code that runs
probes, the interpreter with all that is installed in it, the programs the probe starts, the
machine's devices. Cached is what another run would find again: yes, no, and what is missing; a
crash, a time-out or a full disk is not.

Each finding is a file of its own, written whole. One that cannot be read is as good as none.
"""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from probes.api import Finding, Outcome, Probe
from probes.bounded_json import parse_json
from probes.ownership import read_own, write_own
from probes.programs import find_program
from probes.runtime.redaction import HIDDEN
from probes.runtime.target import Target, device, digest, fingerprint

FORMAT = "1"  # of the files; another one is not read
LARGEST = 1_000_000  # bytes of a file that is read
GENERATIONS = 8  # findings cached of one probe: other interpreters, other versions

# What runs probes may change what they find.
_MACHINERY = (
    "api.py",
    "node.py",
    "programs.py",
    "runtime/execution.py",
    "runtime/redaction.py",
    "runtime/worker.py",
    "runtime/worker_variables.py",
)


@dataclass(frozen=True)
class FindingsCache:
    """The findings in ``folder``, which need not exist yet."""

    folder: Path
    # Looked at once a run: what is installed or plugged in meanwhile shows in the next.
    _fingerprints: dict[Path, str] = field(default_factory=dict)
    _device: str = field(default_factory=device)

    def find(self, probe: Probe, target: Target) -> Finding | None:
        """The finding cached for the probe on this target, or None."""
        try:
            content = parse_json(read_own(self._path(probe, target), LARGEST))
            finding = Finding.from_json(content["finding"])
            matches = content["format"] == FORMAT and finding.probe == probe.id
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return finding if matches and _is_sound(finding) else None

    def store(self, probe: Probe, target: Target, finding: Finding) -> None:
        """Write the finding. Raises OSError."""
        text = json.dumps({"format": FORMAT, "finding": finding.to_json()})
        write_own(self._path(probe, target), text.encode())
        self._remove_oldest(probe)

    def _remove_oldest(self, probe: Probe) -> None:
        with contextlib.suppress(OSError):
            paths = list(self.folder.glob(f"{probe.id}-*.json"))
            paths.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for path in paths[GENERATIONS:]:
                path.unlink()

    def _path(self, probe: Probe, target: Target) -> Path:
        if target.python not in self._fingerprints:
            self._fingerprints[target.python] = fingerprint(target)
        programs = [f"{program.name}={find_program(program.name)}" for program in probe.commands]
        packages = [f"{name}={_package_state(name, target)}" for name in probe.node]
        place = (_machinery(), self._fingerprints[target.python], self._device)
        key = digest([probe.source_hash, *place, *programs, *packages])
        return self.folder / f"{probe.id}-{key[:24]}.json"


def _package_state(name: str, target: Target) -> str:
    package = target.package(name)
    try:
        return "" if package is None else f"{package} {package.stat().st_mtime_ns}"
    except OSError:  # removed meanwhile
        return ""


def _is_sound(finding: Finding) -> bool:
    """Whether its outcome, its moment and its texts are such as were cached."""
    texts = json.dumps(finding.to_json(), ensure_ascii=False)
    controls = "\\u00" in texts or HIDDEN.search(texts) is not None
    moment = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", finding.taken)
    return is_lasting(finding) and moment is not None and not controls


def is_lasting(finding: Finding) -> bool:
    """Whether another run would find the same."""
    missing = finding.outcome is Outcome.UNAVAILABLE and not finding.passing
    return finding.outcome.answered or missing


@lru_cache(maxsize=1)
def _machinery() -> str:
    folder = Path(__file__).parents[1]
    return digest([(folder / name).read_text(encoding="utf-8") for name in _MACHINERY])
