"""Findings kept from one run to the next.

A finding is taken for the same question put to the same thing: the probe's source and the code
that runs probes, the interpreter with all that is installed in it, the programs the probe starts,
the machine's devices. What was found is kept when it would be found again: yes, no, and what is
lacking; a crash, a time-out or a full disk is not.

Each finding is a file of its own, written whole. One that cannot be read is as good as none.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from probes.api import Finding, Outcome, Probe, parse_json
from probes.runtime.target import Target, device, digest, fingerprint
from probes.runtime.worker_environment import CONTROLS

FORMAT = "1"  # of the files; another one is not read
LARGEST = 1_000_000  # bytes of a file that is read
GENERATIONS = 8  # findings kept of one probe: other interpreters, other versions

# What runs probes may change what they find.
_MACHINERY = (
    "api.py",
    "node.py",
    "runtime/deprecations.py",
    "runtime/execution.py",
    "runtime/worker.py",
    "runtime/worker_environment.py",
)


@dataclass(frozen=True)
class FindingsCache:
    """The findings in ``folder``, which need not exist yet."""

    folder: Path
    # Looked at once a run: what is installed or plugged in meanwhile shows in the next.
    _prints: dict[Path, str] = field(default_factory=dict)
    _device: str = field(default_factory=device)

    def find(self, probe: Probe, target: Target) -> Finding | None:
        """The finding kept for the probe on this target, or None."""
        try:
            place = self._place(probe, target)
            state = place.stat()
            if not stat.S_ISREG(state.st_mode) or state.st_size > LARGEST:
                return None  # a pipe would be waited for, a device read without end
            kept = parse_json(place.read_text(encoding="utf-8"))
            finding = Finding.from_json(kept["finding"])
            right = kept["format"] == FORMAT and finding.probe == probe.id
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return finding if right and _is_sound(finding) else None

    def keep(self, probe: Probe, target: Target, finding: Finding) -> None:
        """Write the finding. Raises OSError."""
        place = self._place(probe, target)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps({"format": FORMAT, "finding": finding.to_json()})
        descriptor, draft = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(draft).replace(place)
        finally:
            Path(draft).unlink(missing_ok=True)
        self._forget(probe)

    def _forget(self, probe: Probe) -> None:
        """Remove the oldest findings of the probe."""
        with contextlib.suppress(OSError):
            kept = list(self.folder.glob(f"{probe.id}-*.json"))
            kept.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for path in kept[GENERATIONS:]:
                path.unlink()

    def _place(self, probe: Probe, target: Target) -> Path:
        if target.python not in self._prints:
            self._prints[target.python] = fingerprint(target)
        programs = [f"{one.name}={shutil.which(one.name)}" for one in probe.commands]
        packages = [f"{name}={_package_state(name, target)}" for name in probe.node]
        key = digest(
            [
                probe.source_hash,
                _machinery(),
                self._prints[target.python],
                self._device,
                *programs,
                *packages,
            ]
        )
        return self.folder / f"{probe.id}-{key[:24]}.json"


def _package_state(name: str, target: Target) -> str:
    package = target.package(name)
    try:
        return "" if package is None else f"{package} {package.stat().st_mtime_ns}"
    except OSError:  # removed meanwhile
        return ""


def _is_sound(finding: Finding) -> bool:
    """Whether it may be one that was kept, by its outcome, its moment and its texts."""
    texts = json.dumps(finding.to_json(), ensure_ascii=False)
    controls = "\\u00" in texts or CONTROLS.search(texts) is not None
    moment = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", finding.taken)
    return is_lasting(finding) and moment is not None and not controls


def is_lasting(finding: Finding) -> bool:
    """Whether another run would find the same."""
    return finding.outcome.answered or (
        finding.outcome is Outcome.UNAVAILABLE and not finding.passing
    )


@lru_cache(maxsize=1)
def _machinery() -> str:
    folder = Path(__file__).parents[1]
    return digest([(folder / name).read_text(encoding="utf-8") for name in _MACHINERY])
