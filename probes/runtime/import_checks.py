"""Importing what probes use, each module in a process of its own: some crash, some hang."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from probes import process
from probes.api import Probe, projects
from probes.runtime.redaction import private_names, redact
from probes.runtime.target import Target, normalised_name
from probes.runtime.worker_variables import library_folders, worker_variables

IMPORT_TIMEOUT = 300.0  # seconds, for each module
_POLL = 0.1  # seconds between looks at whether to stop
WORKERS = 2

# Imported whatever is to be probed: where they are broken, they break others.
BYSTANDERS = ("torchvision", "torchaudio", "tf_keras", "torch_xla")


@dataclass(frozen=True)
class ImportResult:
    """How importing a module went: ``error`` is empty where it went well.

    ``project`` is what installs it.
    """

    module: str
    seconds: float
    error: str = ""
    project: str = ""


def try_imports(
    target: Target,
    probes: Iterable[Probe],
    packages: Mapping[str, str],
    progress: Callable[[str], None],
) -> tuple[ImportResult, ...]:
    """Import what the probes need, and the bystanders, as far as the target has them."""
    installs = {need.module: need.install for probe in probes for need in probe.needs}
    modules = [name for name in sorted({*installs, *BYSTANDERS}) if target.has(name)]
    stop = threading.Event()
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            results = list(pool.map(lambda name: try_import(target, name, progress, stop), modules))
        finally:
            stop.set()  # interrupted: what is being imported is not waited for
    return tuple(
        replace(result, project=_project(installs.get(result.module, result.module), packages))
        for result in results
    )


def _project(install: str, packages: Mapping[str, str]) -> str:
    """What brings the same as ``install``, of the projects that are installed."""
    project = normalised_name(install)
    return next((name for name in projects(project) if name in packages), project)


def try_import(
    target: Target, module: str, progress: Callable[[str], None], stop: threading.Event
) -> ImportResult:
    """Import one module in a process of its own, which may write to an empty folder."""
    progress(module)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="probes-", ignore_cleanup_errors=True) as work:
        error = _import_error(target, module, Path(work), stop)
    return ImportResult(module, time.monotonic() - began, error)


def _import_error(target: Target, module: str, work: Path, stop: threading.Event) -> str:
    """Why the module does not import, in one line; empty where it does."""
    log = work / "output.log"
    try:
        code = _exit_code(target, module, work, log, stop)
    except OSError as error:
        return error.strerror or str(error)
    if code is None:
        return f"not done within {IMPORT_TIMEOUT:g} s"
    if code == 0:
        return ""
    if code < 0:
        return f"it {process.describe_exit(code)}"
    printed = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    errors = [line for line in printed if line[:1].isalpha() and "Error" in line.split(":")[0]]
    names = private_names(work, library_folders(target.path))
    last = (errors or printed or ["it said nothing"])[-1]
    return redact(last, names)[:300]


def _exit_code(
    target: Target, module: str, work: Path, log: Path, stop: threading.Event
) -> int | None:
    """The exit code of the process that imports; None when it did not end in time, or was stopped.

    Raises OSError when it does not start.
    """
    with log.open("wb") as output:
        started = process.start(
            [str(target.python), "-W", "ignore", "-c", f"import {module}"],
            folder=work,
            variables=worker_variables(target.python, {}, work),
            log=output,
        )
    deadline = time.monotonic() + IMPORT_TIMEOUT
    try:
        while not stop.is_set() and time.monotonic() < deadline:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return started.wait(_POLL)
        return None
    finally:
        process.kill(started)  # with whatever it started
