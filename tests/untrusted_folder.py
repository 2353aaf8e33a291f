"""A folder that somebody prepared for whoever starts the program in it.

It has a module of every name that Python knows here, a program of every name that is looked up,
and the settings files that other tools read where they are started. Whatever of these is read as
code leaves its name in a file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

from probes.runtime.registry import load_probes

SOURCES = Path(__file__).parents[1]
PROGRAM = str(Path(sys.executable).with_name("advisor"))
EXAMPLES = SOURCES / "examples"
TOOLS = (
    *("python", "python3", "pip", "uv", "uname", "file", "ldconfig", "ld", "objdump", "sh", "env"),
    *("c++", "cc", "clang", "clang++", "cmake", "g++", "gcc", "make", "ninja", "nvcc", "ptxas"),
    *("docker", "git", "lspci", "lscpu", "node", "npm", "npx", "nvidia-smi", "rocm-smi", "which"),
)


def looked_up() -> set[str]:
    """The programs that the program and its probes start by their names."""
    declared = {command.name for probe in load_probes().values() for command in probe.commands}
    sources = "".join(
        path.read_text("utf-8")
        for package in ("advisor", "probes")
        for path in (SOURCES / package).rglob("*.py")
    )
    return declared | set(re.findall(r'find_program\("([^"]+)"\)', sources)) | set(TOOLS)


@dataclass(frozen=True)
class UntrustedFolder:
    """The folder to stand in, and the variables of somebody whose PATH leads into it."""

    path: Path
    variables: Mapping[str, str]
    _mark: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Start the program there."""
        return subprocess.run(
            [PROGRAM, *arguments],
            cwd=self.path,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    @property
    def triggered(self) -> list[str]:
        """What of the folder was run since this was asked last."""
        names = self._mark.read_text().splitlines() if self._mark.exists() else []
        self._mark.unlink(missing_ok=True)
        return sorted(set(names))


def untrusted_folder(folder: Path, environment: Mapping[str, str]) -> UntrustedFolder:
    """Prepare ``folder``, with answers and ballots in it beside all else."""
    here, mark = folder / "here", folder / "mark"
    (here / "bin").mkdir(parents=True)
    modules = {*sys.stdlib_module_names, *packages_distributions(), "sitecustomize"}
    for name in modules | {"usercustomize", "conftest", "canary", "setup"}:
        if name.isidentifier() and name not in {"advisor", "rules", "probes"}:
            (here / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write('{name}.py\\n')\n")
    for name in looked_up():
        for path in (here / name, here / "bin" / name):
            if not path.exists():
                path.write_text(f"#!/bin/sh\necho '{path.relative_to(here)}' >> '{mark}'\n")
                path.chmod(0o755)
    _put_settings(here, mark)
    shutil.copy(EXAMPLES / "android-app.yaml", here / "team.yaml")
    shutil.copytree(EXAMPLES / "workshop", here / "ballots")
    variables = {
        **environment,
        "PATH": os.pathsep.join(["", ".", "./bin", "bin", environment["PATH"], ""]),
        "HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "home" / "cache"),
    }
    (folder / "home").mkdir()
    return UntrustedFolder(here, variables, mark)


def _put_settings(here: Path, mark: Path) -> None:
    script = f"require('fs').appendFileSync({str(mark)!r}, 'canary.js\\n')\n"
    (here / "canary.js").write_text(script)
    (here / ".npmrc").write_text(f"node-options=--require {here}/canary.js\n")
    (here / "package.json").write_text('{"scripts": {"preinstall": "./node"}}')
    for package in {name for probe in load_probes().values() for name in probe.node}:
        (here / "node_modules" / package).mkdir(parents=True)
        (here / "node_modules" / package / "index.js").write_text(script)
        (here / "node_modules" / package / "package.json").write_text('{"version": "1.0.0"}')
    index = "https://localhost:1/simple"
    (here / "pip.conf").write_text(f"[global]\nindex-url = {index}\n")
    (here / "uv.toml").write_text(f'index-url = "{index}"\n')
    (here / "pyproject.toml").write_text('[build-system]\nbuild-backend = "canary"\nrequires = []')
    (here / "matplotlibrc").write_text("backend: module://canary\n")
    (here / "keras.json").write_text('{"backend": "canary"}')
    (here / ".env").write_text("PYTHONSTARTUP=canary.py\n")
    (here / "canary.pth").write_text("import canary\n")
