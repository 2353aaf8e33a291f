"""What was seen of an environment, for the checks that judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from probes.runtime.diagnosis.import_checks import ImportResult
from probes.runtime.diagnosis.keras_settings import KerasSettings
from probes.runtime.diagnosis.machine import Machine
from probes.runtime.installed import InstalledProject
from probes.runtime.target import Target


@dataclass(frozen=True)
class Examined:
    """An interpreter, what is installed in it, how that imports, and where it runs.

    ``noted`` are all the notes there are, flawed and hidden ones too; ``projects`` those in effect,
    by name; ``packages`` their versions.
    """

    target: Target
    noted: tuple[InstalledProject, ...]
    projects: Mapping[str, InstalledProject]
    packages: Mapping[str, str]
    imports: tuple[ImportResult, ...]
    keras: KerasSettings
    machine: Machine

    def imported(self, module: str) -> ImportResult | None:
        """How the module imported; None where it was not tried."""
        return next((result for result in self.imports if result.module == module), None)

    def label(self, module: str) -> str:
        """``torch 2.13.0``: what is imported, in the version of what installed it."""
        result = self.imported(module)
        project = module if result is None else result.project
        return f"{module} {self.packages.get(project, '')}".strip()
