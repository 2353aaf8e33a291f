"""The commands that change what an interpreter holds: such as work there."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from probes.runtime.redaction import redact
from probes.runtime.target import Target


def install_command(target: Target, *requirements: str) -> str:
    """The command that installs these into the target, to be pasted into a shell."""
    wanted = " ".join(shlex.quote(requirement) for requirement in requirements)
    return f"{_installer(target, 'install')} {wanted}"


def uninstall_command(target: Target, *projects: str) -> str:
    """The command that removes these from the target."""
    return f"{_installer(target, 'uninstall')} {' '.join(projects)}"


def _installer(target: Target, verb: str) -> str:
    if not target.has("pip"):  # as environments are that uv made
        return f"uv pip {verb} --python {shown(target.python)}"
    pip = shutil.which("pip")
    is_own = pip is not None and Path(pip).absolute().parent == target.python.absolute().parent
    if is_own and (target.prefix / "pyvenv.cfg").exists():  # the environment that is activated
        return f"pip {verb}"
    return f"{shown(target.python)} -m pip {verb}"


def shown(python: Path) -> str:
    """The interpreter's path as a shell reads it, the home as ``~``."""
    path = redact(str(python))
    return f"~/{shlex.quote(path[2:])}" if path.startswith("~/") else shlex.quote(path)
