"""The interpreter that tries each probe: the target, or that of an environment of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from probes.api import Probe
from probes.runtime.environments import OwnEnvironment, own_environment
from probes.runtime.target import Target


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that tries a probe, and what was installed for it, where something was."""

    python: Path
    environment: str = ""


def lacks_needs(probe: Probe, target: Target) -> bool:
    """Whether the target lacks a module or an npm package that the probe needs."""
    modules = all(target.satisfies(need) for need in probe.needs)
    return not (modules and all(target.package(name) is not None for name in probe.node))


def environment_for(probe: Probe, target: Target, cache: Path) -> OwnEnvironment | None:
    """The environment that would let the probe be tried; None when it needs none, or has none.

    A probe that lacks a program as well would not be helped by one.
    """
    if probe.provision is None or not lacks_needs(probe, target):
        return None
    if any(shutil.which(command.name) is None for command in probe.commands):
        return None
    return own_environment(probe.provision, target, cache)


def environments_for(
    probes: Iterable[Probe], target: Target, cache: Path
) -> dict[OwnEnvironment, list[Probe]]:
    """The environments that would be used, each with its probes, in the order of the probes."""
    environments: dict[OwnEnvironment, list[Probe]] = {}
    for probe in probes:
        environment = environment_for(probe, target, cache)
        if environment is not None:
            environments.setdefault(environment, []).append(probe)
    return environments


def interpreter_for(probe: Probe, target: Target, cache: Path | None) -> Interpreter:
    """What tries the probe: its own environment where that is needed and built, else the target."""
    environment = None if cache is None else environment_for(probe, target, cache)
    if environment is not None and environment.is_built:
        return Interpreter(environment.python, environment.label)
    return Interpreter(target.python)
