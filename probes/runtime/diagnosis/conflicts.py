"""What is in conflict in an environment: a list of checks, each of what was seen of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from probes.runtime.diagnosis.cuda_checks import (
    gpu_conflicts,
    mixed_cuda_packages,
    several_jax_plugins,
)
from probes.runtime.diagnosis.examined import Examined
from probes.runtime.diagnosis.import_causes import import_conflicts
from probes.runtime.diagnosis.keras_settings import legacy_conflict, unread_settings
from probes.runtime.diagnosis.machine import unseen
from probes.runtime.diagnosis.notes_check import notes_in_doubt
from probes.runtime.diagnosis.overlays import overlays
from probes.runtime.diagnosis.requirements_check import unfit_pythons, unmet_requirements
from probes.runtime.diagnosis.statements import Conflict, Unchecked
from probes.runtime.installer import install_command

Check = Callable[[Examined], "Iterable[Conflict | Unchecked]"]


def find_conflicts(seen: Examined) -> tuple[tuple[Conflict, ...], tuple[Unchecked, ...]]:
    """The conflicts, those that were seen to break something first; and what was not checked."""
    found = [statement for check in CHECKS for statement in check(seen)]
    conflicts = [statement for statement in found if isinstance(statement, Conflict)]
    unchecked = [statement for statement in found if isinstance(statement, Unchecked)]
    return tuple(dict.fromkeys(conflicts)), tuple(dict.fromkeys(unchecked))


def _legacy_keras(seen: Examined) -> Iterator[Conflict]:
    conflict = legacy_conflict(seen.keras, seen.packages, seen.target)
    if conflict is not None:
        yield conflict


def _unread_keras(seen: Examined) -> Iterator[Unchecked]:
    return unread_settings(seen.keras, seen.packages)


def _missing_pkg_resources(seen: Examined) -> Iterator[Conflict]:
    needing = ("tensorflow-hub", "tensorflowjs", "torchserve")
    users = [name for name in needing if name in seen.packages]
    if users and not seen.target.has("pkg_resources"):
        yield Conflict(
            f"{' and '.join(users)} import pkg_resources, which setuptools 81 dropped",
            "they fail when they are imported or started",
            install_command(seen.target, "setuptools<81"),
        )


def _renamed_projects(seen: Examined) -> Iterator[Conflict]:
    if "ai-edge-torch" in seen.packages:
        yield Conflict(
            f"ai-edge-torch {seen.packages['ai-edge-torch']} was renamed",
            "newer versions under that name hold nothing",
            install_command(seen.target, "litert-torch"),
        )


def _unseen_machine(seen: Examined) -> Iterator[Unchecked]:
    return unseen(seen.machine)


CHECKS: tuple[Check, ...] = (
    import_conflicts,
    _legacy_keras,
    _unread_keras,
    overlays,
    notes_in_doubt,
    gpu_conflicts,
    mixed_cuda_packages,
    several_jax_plugins,
    _missing_pkg_resources,
    _renamed_projects,
    unfit_pythons,
    unmet_requirements,
    _unseen_machine,
)
