"""What an interpreter has installed, what of it is broken or in conflict, what can be tried."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from probes.api import Probe
from probes.runtime.conflicts import Conflict, find_conflicts
from probes.runtime.environments import environment_for, lacks_needs
from probes.runtime.import_checks import ImportResult, try_imports
from probes.runtime.redaction import redact
from probes.runtime.target import Target, installed_packages
from probes.runtime.worker_variables import is_own_interpreter

# The kinds of missing needs, in the order of the report; probes of the first wait for nothing.
NeedKind = Literal["ready", "install", "program", "npm", "environment"]
_ORDER: tuple[NeedKind, ...] = ("ready", "install", "program", "npm", "environment")


@dataclass(frozen=True)
class MissingNeed:
    """Probes that wait for the same thing, and the command that would let them be tried.

    ``megabytes`` is the size of the environment to build, 0 for the other kinds.
    """

    kind: NeedKind
    obstacle: str
    command: str
    probes: tuple[str, ...]
    megabytes: int = 0


@dataclass(frozen=True)
class DoctorReport:
    """What was seen of one interpreter. ``packages`` maps a project to its version."""

    python: str
    version: str
    packages: Mapping[str, str]
    imports: tuple[ImportResult, ...]
    conflicts: tuple[Conflict, ...]
    missing_needs: tuple[MissingNeed, ...]


def diagnose(
    target: Target,
    probes: Iterable[Probe],
    cache: Path | None,
    progress: Callable[[str], None] = lambda _: None,
) -> DoctorReport:
    """Look at the interpreter: import what the probes use, look for known conflicts.

    ``progress`` is called with the name of each module as its import begins.
    """
    selected = list(probes)
    packages = installed_packages(target)
    imports = try_imports(target, selected, packages, progress)
    return DoctorReport(
        python=redact(str(target.python)),
        version=target.version,
        packages=packages,
        imports=imports,
        conflicts=tuple(find_conflicts(target, packages, imports)),
        missing_needs=_missing_needs(target, selected, cache),
    )


def _missing_needs(
    target: Target, probes: Iterable[Probe], cache: Path | None
) -> tuple[MissingNeed, ...]:
    """The probes by what they wait for, those that wait for nothing first."""
    waiting: dict[MissingNeed, list[str]] = {}
    for probe in probes:
        waiting.setdefault(_missing_need(probe, target, cache), []).append(probe.id)
    needs = []
    for need, names in waiting.items():
        if need.kind == "environment":
            need = replace(need, command=f"advisor probe {' '.join(names)} --provision")
        needs.append(replace(need, probes=tuple(names)))
    needs.sort(key=lambda need: need.obstacle if need.kind == "install" else "")
    return tuple(sorted(needs, key=lambda need: _ORDER.index(need.kind)))


def _missing_need(probe: Probe, target: Target, cache: Path | None) -> MissingNeed:
    """The first thing that the probe waits for, without the names of probes."""
    program = next((one for one in probe.commands if shutil.which(one.name) is None), None)
    if program is not None:
        command = f"{program.name}: {program.hint}"
        return MissingNeed("program", f"the program {program.name}", command, ())
    environment = None if cache is None else environment_for(probe, target, cache)
    if environment is not None and not environment.is_built:
        megabytes = environment.provision.megabytes
        return MissingNeed("environment", environment.label, "", (), megabytes)
    if environment is not None or not lacks_needs(probe, target):
        return MissingNeed("ready", "", "advisor probe --all", ())
    installs = sorted({need.install for need in probe.needs if not target.satisfies(need)})
    if installs:
        pip = "pip" if is_own_interpreter(target.python) else f"{target.python} -m pip"
        command = redact(f"{pip} install {' '.join(installs)}")
        return MissingNeed("install", " ".join(installs), command, ())
    packages = " ".join(probe.node)
    command = f"npm install --prefix {redact(str(target.prefix))} {packages}"
    return MissingNeed("npm", packages, command, ())
