"""The interpreter that tries each probe: the target, or that of an environment of its own.

Environments are built for probes that need what cannot live beside the frameworks. Each is a folder
in the user's cache, named by what is in it. It counts as built when its note, written last, is
there; building goes on with what an interruption left behind. Nothing is built without having been
asked for.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from probes import process
from probes.api import Probe, Provision
from probes.ownership import is_own_folder, make_own_folder, read_own, write_own
from probes.programs import drop_relative_entries, find_program
from probes.runtime.errors import ProvisionError
from probes.runtime.redaction import redact
from probes.runtime.target import Target, digest
from probes.runtime.worker_variables import LIBRARY_PATHS

NOTE = "environment.json"
LARGEST_NOTE = 100_000  # bytes of it that are read
LOG = "install.log"
WORK = "work-"  # how the folders begin that installers unpack in
_SPARE = 1.5  # times the size: installers unpack before they move


@dataclass(frozen=True)
class OwnEnvironment:
    """An environment for ``provision``, in ``folder``, made by the interpreter ``base``."""

    provision: Provision
    folder: Path
    base: Path

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    @property
    def label(self) -> str:
        """The requirements it was asked for with."""
        return redact(" ".join((*self.provision.requirements, *self.provision.npm)))

    @property
    def is_built(self) -> bool:
        """Whether it is there, whole, and nobody else can have built or changed it."""
        there = is_own_folder(self.folder) and self.python.exists()
        return there and self.megabytes is not None

    @property
    def megabytes(self) -> int | None:
        """Its size when it was built, as the note says; None before."""
        try:
            return int(json.loads(read_own(self.folder / NOTE, LARGEST_NOTE))["megabytes"])
        except (OSError, ValueError, TypeError, KeyError, OverflowError):
            return None


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that tries a probe, and what was installed for it, where something was."""

    python: Path
    environment: str = ""


def own_environment(provision: Provision, target: Target, cache: Path) -> OwnEnvironment:
    """The environment for ``provision`` and the target's Python version, built or not."""
    version = ".".join(target.version.split(".")[:2])
    key = digest([version, sys.platform, *provision.requirements, "npm", *provision.npm])
    project = "".join(c if c.isalnum() else "-" for c in _name(provision))
    folder = cache / "environments" / f"{project}-{version}-{key[:12]}"
    return OwnEnvironment(provision, folder, target.python)


def _name(provision: Provision) -> str:
    """The last requirement's project: the one the environment is there for."""
    requirement = (provision.npm or provision.requirements)[-1]
    words = requirement.replace("@", " ").split("=")[0].split("<")[0].split(">")[0].split()
    return words[0] if words else "unnamed"  # the installer says what is wrong with it


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
    if any(find_program(command.name) is None for command in probe.commands):
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


def build(environment: OwnEnvironment) -> None:
    """Install what the environment lacks. Raises ProvisionError.

    An interruption leaves what is there; the next call goes on with it.
    """
    try:
        _build(environment)
    except OSError as error:  # a full disk, a folder that may not be written to
        path = redact(str(error.filename or environment.folder))
        raise ProvisionError(f"{path}: {error.strerror or error}") from error


def _build(environment: OwnEnvironment) -> None:
    with _locked(environment.folder):
        if environment.is_built:
            return
        _require_space(environment)
        for left in environment.folder.glob(f"{WORK}*"):  # by a builder that was killed
            shutil.rmtree(left, ignore_errors=True)
        resumed = environment.python.exists()
        if not resumed:  # a link to a Python that is gone would be taken for its own
            _clear(environment.folder)
        try:
            _install(environment)
        except ProvisionError:
            if not resumed:
                raise
            # What an interruption left may be the obstacle.
            _clear(environment.folder)
            _install(environment)
        if not environment.python.exists():
            raise ProvisionError("the installer was content, and there is no interpreter")
        _write_note(environment)


def _write_note(environment: OwnEnvironment) -> None:
    """Say that the environment is built; the note appears whole or not at all."""
    paths = (Path(root) / name for root, _, names in os.walk(environment.folder) for name in names)
    megabytes = sum(path.lstat().st_size for path in paths) // 1_000_000
    requirements = [*environment.provision.requirements, *environment.provision.npm]
    note = json.dumps({"requirements": requirements, "megabytes": megabytes})
    write_own(environment.folder / NOTE, note.encode())


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    make_own_folder(folder)


def _require_space(environment: OwnEnvironment) -> None:
    free = shutil.disk_usage(environment.folder).free / 1e6
    needed = environment.provision.megabytes * _SPARE
    if free < needed:
        raise ProvisionError(
            f"the cache folder has {free:.0f} MB left, and building takes about {needed:.0f} MB"
        )


def _install(environment: OwnEnvironment) -> None:
    folder, provision = str(environment.folder), environment.provision
    base, python = str(environment.base), str(environment.python)
    # Isolated (-I), they import nothing from the folder they start in, nor from the home.
    venv = [base, "-I", "-m", "venv"]
    pip = [python, "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    if (uv := find_program("uv")) is not None:  # faster
        venv = [uv, "venv", "--quiet", "--allow-existing", "--python", base]
        pip = [uv, "pip", "install", "--python", python]
    with (environment.folder / LOG).open("ab") as log:
        if not environment.python.exists():
            _run([*venv, folder], log)
        if provision.requirements:
            _run([*pip, *provision.requirements], log)
        if provision.npm:
            npm = find_program("npm")
            if npm is None:
                raise ProvisionError("the program npm is not on the PATH (https://nodejs.org)")
            # Nothing a package brings along is run: the probes need its files alone.
            options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder]
            _run([npm, "install", *options, *provision.npm], log)


def _run(command: list[str], log: IO[bytes]) -> None:
    """Run an installer, its output in the log. Raises ProvisionError with the error it names."""
    start = log.seek(0, os.SEEK_END)
    try:
        with _ended_with_us(command, log) as installer:
            code = installer.wait()
    except OSError as error:
        raise ProvisionError(f"{command[0]} does not start: {error.strerror or error}") from error
    if code != 0:
        output = Path(log.name).read_bytes()[start:].decode("utf-8", "replace")
        raise ProvisionError(redact(f"{_error_line(output)} ({process.describe_exit(code)})"))


@contextlib.contextmanager
def _ended_with_us(command: list[str], log: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    unwanted = {*LIBRARY_PATHS, "VIRTUAL_ENV", "PIP_TARGET", "PIP_USER"}
    variables = {name: value for name, value in os.environ.items() if name not in unwanted}
    drop_relative_entries(variables)
    folder = Path(log.name).parent
    # What an installer unpacks goes with it, also when it is stopped half-way.
    with tempfile.TemporaryDirectory(prefix=WORK, dir=folder, ignore_cleanup_errors=True) as work:
        variables |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), work)
        # In the system's own folder: uv reads settings in the one it starts in and in those above.
        root = Path(folder.anchor)
        installer = process.start(command, folder=root, variables=variables, log=log)
        try:
            yield installer
        finally:
            process.end(installer)


def _error_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "npm error", "×"))]
    return (errors or lines or ["it said nothing"])[-1][:300]


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Make the folder, and keep other builders of it waiting. Raises ProvisionError."""
    try:
        make_own_folder(folder)
        lock = folder.with_name(f"{folder.name}.lock").open("wb")
    except OSError as error:
        path = redact(str(error.filename or folder))
        raise ProvisionError(f"{path} cannot be used: {error.strerror or error}") from error
    with lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def free_megabytes(cache: Path) -> int:
    """Room left where the environments are built, in MB."""
    folder = cache
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free // 1_000_000


def total_megabytes(environments: Iterable[OwnEnvironment]) -> int:
    """About how much building them takes, in MB."""
    return sum(environment.provision.megabytes for environment in environments)
