"""Every probe there is, found by walking the packages beside this one.

There is no list to keep: a module put into ``pytorch/``, ``tensorflow/``, ``both/`` or
``ecosystem/`` is a probe, bound to the name ``check``. A module whose name starts with an
underscore is not.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType

from probes.api import Probe

_RUNTIME = Path(__file__).parent
_PROBES = _RUNTIME.parent


def load_probes() -> Mapping[str, Probe]:
    """All probes by id, in the order of their ids. No framework is imported."""
    names = [
        f"probes.{group.name}.{module.name}"
        for group in pkgutil.iter_modules([str(_PROBES)])
        if group.ispkg and group.name != _RUNTIME.name
        for module in pkgutil.iter_modules([str(_PROBES / group.name)])
        if not module.name.startswith("_")
    ]
    probes = (_probe_of(importlib.import_module(name)) for name in sorted(names))
    return MappingProxyType({probe.id: probe for probe in probes})


def load_probe(path: Path, id: str) -> Probe:
    """The probe in the file ``path``, under the id ``id`` (``group.name``).

    Raises whatever the module raises, and TypeError when it has no probe.
    """
    name = f"probes.{id}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # the decorator, dataclasses and pickle look the module up by name
    try:
        spec.loader.exec_module(module)
        return _probe_of(module)
    except BaseException:
        del sys.modules[name]
        raise


def _probe_of(module: ModuleType) -> Probe:
    check = getattr(module, "check", None)
    if not isinstance(check, Probe):
        raise TypeError(f"{module.__name__} has no probe: bind one to the name 'check' by @probe")
    return check
