"""One probe, executed inside the worker: what it needs is imported, its check is run.

Everything that a probe or a framework can raise becomes an outcome with its reason. What cannot
be caught here (a crash, a hang) is the parent's to see.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import math
import platform
import re
import shutil
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from pathlib import Path
from warnings import WarningMessage

from probes import node
from probes.api import (
    UNKNOWN,
    Answer,
    Json,
    Need,
    Outcome,
    PassingError,
    Probe,
    Unavailable,
    describe,
    projects,
)
from probes.programs import find_program
from probes.runtime.registry import load_probe

Message = dict[str, Json]

LEAST_SPACE = 100_000_000  # bytes; the largest artefact of a probe takes about a tenth
_DEPRECATION = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
_API_NAME = re.compile(r"\b[A-Za-z]\w*(?:\.[A-Za-z_]\w*)+")


def execute(
    id: str, source: Path, *, control: bool, started: Callable[[Mapping[str, str]], None]
) -> Message:
    """Execute the probe in ``source`` and return what became of it.

    ``started`` is called with the versions once everything is imported: from then on the time
    is the probe's own.
    """
    versions = {"python": platform.python_version()}
    began = time.perf_counter()
    result: Message
    try:
        probe = load_probe(source, id)
        require(probe)
        require_space()
        versions.update(import_needs(probe.needs))
        versions.update({name: node.package_version(name) for name in probe.node})
        started(versions)
        began = time.perf_counter()
        result = run_check(probe, control=control)
    except Unavailable as error:
        passing = isinstance(error, PassingError)
        result = {"outcome": Outcome.UNAVAILABLE.value, "reason": str(error), "passing": passing}
    except BaseException as error:  # SystemExit too: no probe ends the worker by raising
        traceback.print_exc()
        result = {"outcome": Outcome.ERROR.value, "reason": describe(error)}
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "versions": dict(versions), **result}


def require(probe: Probe) -> None:
    """Raise Unavailable, with what helps, when something that the probe needs is not there."""
    provision = "" if probe.provision is None else f", or advisor probe {probe.id} --provision"
    missing = [need for need in probe.needs if not _is_installed(need)]
    if missing:
        install = " ".join(dict.fromkeys(need.install for need in missing))
        modules = _not_installed([need.module for need in missing])
        raise Unavailable(f"{modules} (pip install {install}{provision})")
    for command in probe.commands:
        if find_program(command.name) is None:
            raise Unavailable(f"the program {command.name} is not on the PATH ({command.hint})")
    absent = [name for name in probe.node if node.find_package(name) is None]
    if absent:
        # Where that is, "advisor doctor" says: a finding may go into a record, and names no folder.
        install = f"npm install {' '.join(absent)} beside the interpreter"
        raise Unavailable(f"{_not_installed(absent)} ({install}{provision})")


def _not_installed(names: list[str]) -> str:
    verb = "is" if len(names) == 1 else "are"
    *others, last = names
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{listed} {verb} not installed"


def require_space() -> None:
    """Raise Unavailable where the work folder is too full to judge a framework by.

    Converters and exporters that cannot write their drafts fail in ways that look like their own.
    """
    free = shutil.disk_usage(Path.cwd()).free
    if free < LEAST_SPACE:
        left = f"the temporary folder has {free / 1e6:.0f} MB left"
        raise PassingError(f"{left}, and trying needs {LEAST_SPACE / 1e6:.0f} MB (set TMPDIR)")


def _is_installed(need: Need) -> bool:
    if need.module in sys.modules:
        return True
    spec = importlib.util.find_spec(need.module)
    # A folder without a package in it has no origin: left behind by an uninstall, unless the
    # installer noted that such is how this project is made.
    return spec is not None and (
        spec.origin is not None or _installed_version(need.install) != UNKNOWN
    )


def import_needs(needs: tuple[Need, ...]) -> dict[str, str]:
    """Import each needed module and return its version; Unavailable when one does not import."""
    versions = {}
    for need in needs:
        if not need.imported:
            versions[need.module] = _installed_version(need.install)
            continue
        try:
            module = importlib.import_module(need.module)
        except BaseException as error:
            traceback.print_exc()
            raise PassingError(
                f"{need.module} is installed but does not import: {describe(error)}"
            ) from error
        if need.mark and not hasattr(module, need.mark):
            raise Unavailable(
                f"what is installed as {need.module} is not what it says: it has no {need.mark}"
            )
        version = getattr(module, "__version__", None)
        versions[need.module] = _installed_version(need.module) if version is None else str(version)
    return versions


def _installed_version(project: str) -> str:
    """The version that the installer noted."""
    for name in projects(project):
        # A note that is not in UTF-8 is a ValueError; one without a version is None.
        with contextlib.suppress(metadata.PackageNotFoundError, ValueError, KeyError):
            return metadata.version(name) or UNKNOWN
    return UNKNOWN


def run_check(probe: Probe, *, control: bool) -> Message:
    """Run the check on its subject, or on its control, and return the answer."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answer = probe.check(probe.control() if control else probe.subject())
    warned = deprecations(caught, probe.source)
    if not isinstance(answer, Answer):
        raise TypeError(f"the check returned {type(answer).__name__}, not an Answer")
    if not answer.outcome.answered:
        raise ValueError(f"the check answered {answer.outcome.value}, neither yes nor no")
    return {
        "outcome": answer.outcome.value,
        "reason": answer.reason,
        "evidence": {key: _finite(value) for key, value in answer.evidence.items()},
        "deprecations": list(dict.fromkeys((*answer.deprecations, *warned))),
    }


def deprecations(caught: Iterable[WarningMessage], source: Path) -> tuple[str, ...]:
    """Which warnings, raised while the probe ran, say that what it asks about is deprecated.

    A framework raises many about its own insides: NumPy inside Keras, ``ast`` inside AutoGraph.
    One counts where it is about deprecation (by its category, or by the word) and comes from a
    line of the probe, or names first an API (``torch.jit.script``) that the probe's source names
    too; what follows is mostly what to use instead. One line each, without repeats.
    """
    text = source.read_text(encoding="utf-8")

    def is_relevant(warning: WarningMessage) -> bool:
        message = str(warning.message)
        if not (issubclass(warning.category, _DEPRECATION) or "deprecated" in message.lower()):
            return False
        api = _API_NAME.search(message)
        named = api is not None and re.search(rf"\b{re.escape(api[0])}\b", text) is not None
        return named or warning.filename == str(source)

    relevant = (str(warning.message) for warning in caught if is_relevant(warning))
    return tuple(dict.fromkeys(" ".join(message.split()) for message in relevant))


def _finite(value: Json) -> Json:
    """``value`` with infinities and NaN, for which JSON has no number, as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return value
