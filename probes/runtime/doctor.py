"""What an interpreter holds, which of it is broken or at odds, and what could be tried with it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Literal

from probes import process
from probes.api import Command, Probe, projects
from probes.runtime.environments import OwnEnvironment
from probes.runtime.interpreters import environment_for, lacks
from probes.runtime.target import Target
from probes.runtime.worker_environment import (
    UNWANTED,
    is_own_interpreter,
    library_folders,
    private_names,
    redact,
    worker_environment,
)

IMPORT_TIMEOUT = 300.0  # seconds, for each module
_POLL = 0.1  # seconds between looks at whether to stop
WORKERS = 2

# Looked at whatever is to be probed: where they are broken, they break others.
BYSTANDERS = ("torchvision", "torchaudio", "tf_keras", "torch_xla")


@dataclass(frozen=True)
class Import:
    """How importing a module went: ``error`` is empty where it went well.

    ``project`` is what installs it.
    """

    module: str
    seconds: float
    error: str = ""
    project: str = ""


@dataclass(frozen=True)
class Conflict:
    """Something that is at odds: what it is, what it does, and what would mend it."""

    what: str
    effect: str
    cure: str


@dataclass(frozen=True)
class MissingNeed:
    """Probes that wait for the same thing, and what would let them be tried.

    Of the kinds, ``ready`` waits for nothing.
    """

    kind: Literal["ready", "install", "program", "npm", "environment"]
    obstacle: str
    command: str
    probes: tuple[str, ...]
    megabytes: int = 0


@dataclass(frozen=True)
class Checkup:
    """What was seen of one interpreter. ``packages`` maps a project to its version."""

    python: str
    version: str
    packages: Mapping[str, str]
    imports: tuple[Import, ...]
    troubles: tuple[Conflict, ...]
    openings: tuple[MissingNeed, ...]


def check_up(
    target: Target,
    probes: Iterable[Probe],
    cache: Path | None,
    progress: Callable[[str], None] = lambda _: None,
) -> Checkup:
    """Look at the interpreter: import what the probes use, look for known conflicts.

    ``progress`` is called with the name of each module as its import begins.
    """
    wanted = list(probes)
    packages = installed_packages(target)
    modules = [module for module in _modules(wanted) if target.has(module)]
    installs = {need.module: need.install for probe in wanted for need in probe.needs}
    stop = threading.Event()
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            tried = list(pool.map(lambda name: try_import(target, name, progress, stop), modules))
        finally:
            stop.set()  # interrupted: what is being imported is not waited for
    imports = tuple(
        replace(one, project=_project(installs.get(one.module, one.module), packages))
        for one in tried
    )
    return Checkup(
        python=redact(str(target.python)),
        version=target.version,
        packages=packages,
        imports=imports,
        troubles=tuple(find_troubles(target, packages, imports)),
        openings=tuple(find_openings(target, wanted, cache)),
    )


def installed_packages(target: Target) -> dict[str, str]:
    """Every installed project with its version, by its normalised name; the first found counts."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions(path=list(target.path)):
        name = distribution.metadata["Name"]
        if name:  # what an interrupted removal leaves has none
            found.setdefault(name.lower().replace("_", "-"), distribution.version)
    return dict(sorted(found.items()))


def _modules(probes: Iterable[Probe]) -> list[str]:
    needed = {need.module for probe in probes for need in probe.needs}
    return sorted({*needed, *BYSTANDERS})


def try_import(
    target: Target, module: str, progress: Callable[[str], None], stop: threading.Event
) -> Import:
    """Import one module in a process of its own, which may write to an empty folder."""
    progress(module)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="probes-", ignore_cleanup_errors=True) as work:
        log = Path(work) / "said.log"
        try:
            code = _code(target, module, Path(work), log, stop)
        except OSError as error:
            return Import(module, time.monotonic() - began, error.strerror or str(error))
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    seconds = time.monotonic() - began
    if code is None:
        return Import(module, seconds, f"not done within {IMPORT_TIMEOUT:g} s")
    if code == 0:
        return Import(module, seconds)
    if code < 0:
        return Import(module, seconds, f"it {process.describe_exit(code)}")
    errors = [line for line in said if line[:1].isalpha() and "Error" in line.split(":")[0]]
    names = private_names(Path(work), library_folders(target.path))
    last = (errors or said or ["it said nothing"])[-1]
    return Import(module, seconds, redact(last, names)[:300])


def _code(target: Target, module: str, work: Path, log: Path, stop: threading.Event) -> int | None:
    """How the process that imports ended; None when it did not, in time or before the stop."""
    with log.open("wb") as said:
        started = process.start_logged(
            [str(target.python), "-W", "ignore", "-c", f"import {module}"],
            folder=work,
            environment=worker_environment(target.python, {}, work),
            log=said,
        )
    deadline = time.monotonic() + IMPORT_TIMEOUT
    try:
        while not stop.is_set() and time.monotonic() < deadline:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return started.wait(_POLL)
        return None
    finally:
        process.kill(started)  # with whatever it started


def _project(install: str, packages: Mapping[str, str]) -> str:
    """What brings the same as ``install``, of the projects that are there."""
    project = install.lower().replace("_", "-")
    return next((name for name in projects(project) if name in packages), project)


# Conflicts


def find_troubles(
    target: Target, packages: Mapping[str, str], imports: Iterable[Import]
) -> Iterator[Conflict]:
    """The known conflicts that are there, those that were seen to break something first."""
    broken = [one for one in imports if one.error]
    for one in broken:
        yield _broken_import(one, packages)
    yield from _overlaid(packages)
    yield from _without_pkg_resources(target, packages)
    yield from _renamed(packages)
    yield from _keras_alone(target, packages)
    yield from _settings()
    yield from _unmet_requirements(target)


def _broken_import(broken: Import, packages: Mapping[str, str]) -> Conflict:
    project = broken.project
    name = f"{broken.module} {packages.get(project, '')}".strip()
    what = f"{name} does not import: {broken.error}"
    torch = packages.get("torch", "")
    if broken.module in ("torchvision", "torchaudio"):
        users = [one for one in ("transformers", "lightning", "timm", "fastai") if one in packages]
        effect = "what imports it fails with it" + (f": {', '.join(users)}" if users else "")
        return Conflict(
            what, effect, f"pip uninstall {project}, or install its build for torch {torch}"
        )
    if broken.module == "torch_xla":
        return Conflict(what, "PyTorch reaches no TPU", f"a torch_xla made for torch {torch}")
    cure = f"another version of {project}, made for what is installed beside it"
    return Conflict(what, "its probes come out as unavailable", cure)


def _overlaid(packages: Mapping[str, str]) -> Iterator[Conflict]:
    if "tensorflow" in packages and "tensorflow-cpu" in packages:
        yield Conflict(
            f"tensorflow {packages['tensorflow']} and tensorflow-cpu "
            f"{packages['tensorflow-cpu']} are both installed",
            "they share their files: the one installed last overwrote the other",
            "uninstall both, then install one",
        )


def _without_pkg_resources(target: Target, packages: Mapping[str, str]) -> Iterator[Conflict]:
    users = [one for one in ("tensorflow-hub", "tensorflowjs", "torchserve") if one in packages]
    if users and not target.has("pkg_resources"):
        yield Conflict(
            f"{' and '.join(users)} import pkg_resources, which setuptools 81 dropped",
            "they fail when they are imported or started",
            "pip install 'setuptools<81'",
        )


def _renamed(packages: Mapping[str, str]) -> Iterator[Conflict]:
    if "ai-edge-torch" in packages:
        yield Conflict(
            f"ai-edge-torch {packages['ai-edge-torch']} was renamed",
            "newer versions under that name hold nothing",
            "pip install litert-torch",
        )


def _keras_alone(target: Target, packages: Mapping[str, str]) -> Iterator[Conflict]:
    if "keras" in packages and not any(target.has(one) for one in ("tensorflow", "torch", "jax")):
        yield Conflict(
            f"keras {packages['keras']} has no back end",
            "it does not import",
            "install tensorflow, torch or jax",
        )


def _settings() -> Iterator[Conflict]:
    for name in UNWANTED:
        if name in os.environ and not name.startswith("__"):
            yield Conflict(
                f"{name} is set to {redact(os.environ[name])}",
                "probes ignore it; what you run yourself does not",
                f"unset {name}",
            )


def _unmet_requirements(target: Target) -> Iterator[Conflict]:
    """What ``pip check`` says, where there is a pip."""
    if not target.has("pip"):
        return
    done = subprocess.run(
        [str(target.python), "-m", "pip", "--disable-pip-version-check", "check"],
        cwd=os.sep,
        env=worker_environment(target.python, {}, Path(os.sep)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode == 1:
        for line in done.stdout.decode("utf-8", "replace").splitlines():
            yield Conflict(line.rstrip("."), "it may fail where the two meet", "see pip check")


# What could be tried


def find_openings(
    target: Target, probes: Iterable[Probe], cache: Path | None
) -> Iterator[MissingNeed]:
    """The probes by what they wait for, those that wait for nothing first."""
    ready: list[str] = []
    lacking: dict[tuple[str, ...], list[str]] = {}
    programs: dict[Command, list[str]] = {}
    packages: dict[tuple[str, ...], list[str]] = {}
    environments: dict[OwnEnvironment, list[str]] = {}
    for probe in probes:
        environment = None if cache is None else environment_for(probe, target, cache)
        absent = [one for one in probe.commands if shutil.which(one.name) is None]
        if absent:
            programs.setdefault(absent[0], []).append(probe.id)
        elif environment is not None and not environment.is_built:
            environments.setdefault(environment, []).append(probe.id)
        elif environment is not None or not lacks(probe, target):
            ready.append(probe.id)
        elif any(not target.holds(need) for need in probe.needs):
            absent_ones = {need.install for need in probe.needs if not target.holds(need)}
            lacking.setdefault(tuple(sorted(absent_ones)), []).append(probe.id)
        else:
            packages.setdefault(probe.node, []).append(probe.id)
    if ready:
        yield MissingNeed("ready", "", "advisor probe --all", tuple(ready))
    for missing, waiting in sorted(lacking.items()):
        pip = "pip" if is_own_interpreter(target.python) else f"{target.python} -m pip"
        install = redact(f"{pip} install {' '.join(missing)}")
        yield MissingNeed("install", " ".join(missing), install, tuple(waiting))
    for command, waiting in programs.items():
        obstacle = f"the program {command.name}"
        yield MissingNeed("program", obstacle, f"{command.name}: {command.hint}", tuple(waiting))
    for names, waiting in packages.items():
        install = f"npm install --prefix {redact(str(target.prefix))} {' '.join(names)}"
        yield MissingNeed("npm", " ".join(names), install, tuple(waiting))
    for environment, waiting in environments.items():
        name = f"advisor probe {' '.join(waiting)} --provision"
        megabytes = environment.provision.megabytes
        yield MissingNeed("environment", environment.label, name, tuple(waiting), megabytes)
