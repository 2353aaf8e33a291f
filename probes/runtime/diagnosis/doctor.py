"""What an interpreter has installed, what of it is broken or in conflict, what can be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from probes.api import Probe
from probes.programs import find_program
from probes.runtime.diagnosis.conflicts import find_conflicts
from probes.runtime.diagnosis.examined import Examined
from probes.runtime.diagnosis.import_checks import ImportResult, try_imports
from probes.runtime.diagnosis.keras_settings import keras_settings
from probes.runtime.diagnosis.machine import Machine, look_at_machine
from probes.runtime.diagnosis.settings import settings_in_effect
from probes.runtime.diagnosis.statements import Conflict, Setting, Unchecked
from probes.runtime.environments import environment_for, lacks_needs
from probes.runtime.installed import in_effect, installed_projects, providers
from probes.runtime.installer import install_command
from probes.runtime.redaction import redact
from probes.runtime.target import Target

# The kinds of missing needs, in the order of the report; probes of the first wait for nothing.
NeedKind = Literal["ready", "install", "program", "npm", "environment"]
_ORDER: tuple[NeedKind, ...] = ("ready", "install", "program", "npm", "environment")

FRAMEWORKS = ("torch", "tensorflow", "keras", "jax")  # by what is imported


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
    """What was seen of one interpreter. ``packages`` maps a project to its version.

    ``frameworks`` are those of FRAMEWORKS that are there; ``unchecked`` is what was not looked at,
    and so may be in conflict.
    """

    python: str
    version: str
    packages: Mapping[str, str]
    imports: tuple[ImportResult, ...]
    conflicts: tuple[Conflict, ...]
    missing_needs: tuple[MissingNeed, ...]
    unchecked: tuple[Unchecked, ...]
    settings: tuple[Setting, ...]
    machine: Machine
    frameworks: tuple[str, ...]


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
    noted = installed_projects(target.path)
    projects = in_effect(noted)
    packages = {name: project.version for name, project in projects.items()}
    keras = keras_settings()
    imports = try_imports(target, selected, providers(projects), packages, keras, progress)
    machine = look_at_machine(target.prefix)
    seen = Examined(target, noted, projects, packages, imports, keras, machine)
    conflicts, unchecked = find_conflicts(seen)
    return DoctorReport(
        python=redact(str(target.python)),
        version=target.version,
        packages=packages,
        imports=imports,
        conflicts=conflicts,
        missing_needs=_missing_needs(target, selected, cache),
        unchecked=unchecked,
        settings=tuple(settings_in_effect(seen)),
        machine=machine,
        frameworks=tuple(name for name in FRAMEWORKS if target.has(name)),
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
    program = next((one for one in probe.commands if find_program(one.name) is None), None)
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
        command = install_command(target, *installs)
        return MissingNeed("install", " ".join(installs), command, ())
    packages = " ".join(probe.node)
    command = f"npm install --prefix {redact(str(target.prefix))} {packages}"
    return MissingNeed("npm", packages, command, ())
