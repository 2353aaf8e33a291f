"""Environments built for probes: what cannot live beside the frameworks gets a place of its own.

An environment is a virtual environment in the user's cache folder, named by what is in it. It
counts as built when its note, written last, is there; what an interruption leaves behind is gone
on with. Nothing is built without having been asked for.
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
from probes.api import Provision
from probes.runtime.target import Target, digest
from probes.runtime.worker_environment import LIBRARY_PATHS, redact

NOTE = "environment.json"
LOG = "install.log"
_SPARE = 1.5  # times the size: installers unpack before they move


class ProvisionError(Exception):
    """An environment could not be built. The message says why, in one line."""


@dataclass(frozen=True)
class OwnEnvironment:
    """An environment for ``provision``, in ``folder``, made by the interpreter ``base``."""

    provision: Provision
    folder: Path
    base: Path

    @property
    def python(self) -> Path:
        if sys.platform == "win32":
            return self.folder / "Scripts" / "python.exe"
        return self.folder / "bin" / "python"

    @property
    def label(self) -> str:
        """What was asked to be in it."""
        return redact(" ".join((*self.provision.requirements, *self.provision.npm)))

    @property
    def is_built(self) -> bool:
        return self.python.exists() and self._note() is not None

    @property
    def megabytes(self) -> int | None:
        """Its size when it was built; None before."""
        note = self._note()
        return None if note is None else note["megabytes"]

    def _note(self) -> dict[str, int] | None:
        try:
            note = json.loads((self.folder / NOTE).read_text(encoding="utf-8"))
            return {"megabytes": int(note["megabytes"])}
        except (OSError, ValueError, TypeError, KeyError, OverflowError):
            return None


def own_environment(provision: Provision, target: Target, cache: Path) -> OwnEnvironment:
    """The environment for ``provision`` and the target's Python version, built or not."""
    version = ".".join(target.version.split(".")[:2])
    key = digest([version, sys.platform, *provision.requirements, "npm", *provision.npm])
    first = "".join(c if c.isalnum() else "-" for c in _name(provision))
    return OwnEnvironment(
        provision, cache / "environments" / f"{first}-{version}-{key[:12]}", target.python
    )


def _name(provision: Provision) -> str:
    """The last requirement's project: the one the environment is there for."""
    named = (provision.npm or provision.requirements)[-1]
    words = named.replace("@", " ").split("=")[0].split("<")[0].split(">")[0].split()
    return words[0] if words else "unnamed"  # the installer says what is wrong with it


def build(environment: OwnEnvironment) -> None:
    """Install what the environment lacks. Raises ProvisionError.

    An interruption leaves what is there; the next call goes on with it.
    """
    try:
        _build(environment)
    except OSError as error:  # a full disk, a folder that may not be written to
        place = redact(str(error.filename or environment.folder))
        raise ProvisionError(f"{place}: {error.strerror or error}") from error


def _build(environment: OwnEnvironment) -> None:
    with _locked(environment.folder):
        if environment.is_built:
            return
        _require_space(environment)
        begun = environment.python.exists()
        if not begun:  # a link to a Python that is gone would be taken for its own
            _clear(environment.folder)
        try:
            _install(environment)
        except ProvisionError:
            if not begun:
                raise
            # What an interruption left may be what stands in the way.
            _clear(environment.folder)
            _install(environment)
        if not environment.python.exists():
            raise ProvisionError("the installer was content, and there is no interpreter")
        megabytes = _size(environment.folder) // 1_000_000
        requirements = [*environment.provision.requirements, *environment.provision.npm]
        note = json.dumps({"requirements": requirements, "megabytes": megabytes})
        draft = environment.folder / f"{NOTE}.draft"
        draft.write_text(note, encoding="utf-8")
        draft.replace(environment.folder / NOTE)


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


def _require_space(environment: OwnEnvironment) -> None:
    free = shutil.disk_usage(environment.folder).free / 1e6
    wanted = environment.provision.megabytes * _SPARE
    if free < wanted:
        raise ProvisionError(
            f"the cache folder has {free:.0f} MB left, and building takes about {wanted:.0f} MB"
        )


def _install(environment: OwnEnvironment) -> None:
    uv = shutil.which("uv")
    folder, provision = str(environment.folder), environment.provision
    with (environment.folder / LOG).open("ab") as log:
        if not environment.python.exists():
            own = [str(environment.base)]
            if uv is not None:
                make = [uv, "venv", "--quiet", "--allow-existing", "--python", *own, folder]
            else:
                make = [*own, "-m", "venv", folder]
            _run(make, log)
        if provision.requirements:
            python = str(environment.python)
            if uv is not None:
                pip = [uv, "pip", "install", "--python", python]
            else:
                pip = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
            _run([*pip, *provision.requirements], log)
        if provision.npm:
            npm = shutil.which("npm")
            if npm is None:
                raise ProvisionError("the program npm is not on the PATH (https://nodejs.org)")
            # Nothing a package brings along is run: the probes need its files alone.
            options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder]
            _run([npm, "install", *options, *provision.npm], log)


def _run(command: list[str], log: IO[bytes]) -> None:
    """Run an installer, with what it says in the log. Raises ProvisionError with its last word."""
    began = log.seek(0, os.SEEK_END)
    try:
        with _ended_with_us(command, log) as started:
            code = started.wait()
    except OSError as error:
        raise ProvisionError(f"{command[0]} does not start: {error.strerror or error}") from error
    if code != 0:
        said = Path(log.name).read_bytes()[began:].decode("utf-8", "replace")
        raise ProvisionError(redact(f"{_last_word(said)} ({process.describe_exit(code)})"))


@contextlib.contextmanager
def _ended_with_us(command: list[str], log: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    unwanted = {*LIBRARY_PATHS, "VIRTUAL_ENV", "PIP_TARGET", "PIP_USER"}
    environment = {k: v for k, v in os.environ.items() if k not in unwanted}
    folder = Path(log.name).parent
    # What an installer unpacks goes with it, also when it is stopped half-way.
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as work:
        environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), work)
        started = process.start_logged(command, folder=folder, environment=environment, log=log)
        try:
            yield started
        finally:
            process.end(started)


def _last_word(said: str) -> str:
    """The line in which an installer names the error."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "npm error", "×"))]
    return (errors or lines or ["it said nothing"])[-1][:300]


def _size(folder: Path) -> int:
    """Bytes in the folder, each file counted as long as it is."""
    return sum(
        os.lstat(Path(root) / name).st_size for root, _, names in os.walk(folder) for name in names
    )


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Make the folder, and keep other builders of it waiting. Raises ProvisionError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = folder.with_name(f"{folder.name}.lock").open("wb")
    except OSError as error:
        place = redact(str(error.filename or folder))
        raise ProvisionError(f"{place} cannot be used: {error.strerror or error}") from error
    with lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def free_megabytes(cache: Path) -> int:
    """Room left where the environments are built, in MB."""
    there = cache
    while not there.exists():
        there = there.parent
    return shutil.disk_usage(there).free // 1_000_000


def total_megabytes(environments: Iterable[OwnEnvironment]) -> int:
    """About how much building them takes, in MB."""
    return sum(environment.provision.megabytes for environment in environments)
