"""The commands that change what an interpreter holds: such as work there."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

from probes.programs import find_program
from probes.runtime.redaction import redact
from probes.runtime.target import Target


def install_command(target: Target, *requirements: str) -> str:
    """The command that installs these, to be pasted into a shell: into the target, or into an
    environment of its own where the target belongs to the system.
    """
    wanted = " ".join(shlex.quote(requirement) for requirement in requirements)
    if _is_systems_own(target):
        own = "env/Scripts/python" if target.markers.get("os_name") == "nt" else "env/bin/python"
        return f"{shown(target.python)} -m venv env && {own} -m pip install {wanted}"
    return f"{_installer(target, 'install')} {wanted}"


def uninstall_command(target: Target, *projects: str) -> str:
    """The command that removes these from the target; in words where the system looks after it."""
    if _is_systems_own(target):
        return f"remove {' and '.join(projects)} by the system's own installer"
    return f"{_installer(target, 'uninstall')} {' '.join(map(shlex.quote, projects))}"


def _is_systems_own(target: Target) -> bool:
    """Whether installers refuse to change the target: its system looks after it (PEP 668)."""
    if (target.prefix / "pyvenv.cfg").exists():
        return False
    return any((Path(entry) / "EXTERNALLY-MANAGED").exists() for entry in target.path)


def _installer(target: Target, verb: str) -> str:
    if not target.has("pip"):  # as environments are that uv made
        return _from_outside(target, verb)
    pip = find_program("pip")
    is_own = pip is not None and Path(pip).absolute().parent == target.python.absolute().parent
    if is_own and (target.prefix / "pyvenv.cfg").exists():  # the environment that is activated
        return f"pip {verb}"
    return f"{shown(target.python)} -m pip {verb}"


def _from_outside(target: Target, verb: str) -> str:
    """The installer that is there, for an environment without one: uv, the pip that this program
    was installed by, or the one that Python brings along.
    """
    python = shown(target.python)
    if find_program("uv") is not None:
        return f"uv pip {verb} --python {python}"
    if find_spec("pip") is not None:
        return f"{shown(Path(sys.executable))} -m pip --python {python} {verb}"
    return f"{python} -m ensurepip && {python} -m pip {verb}"


def shown(python: Path) -> str:
    """The interpreter's path as a shell reads it, the home as ``~``."""
    path = redact(str(python))
    return f"~/{shlex.quote(path[2:])}" if path.startswith("~/") else shlex.quote(path)
