"""The program, run as people run it, and interpreters that see chosen libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

import advisor

SOURCES = Path(advisor.__file__).parents[1]
SETTINGS = (
    "NO_COLOR",
    "FORCE_COLOR",
    "COLUMNS",
    "PYTHONIOENCODING",
    "PYTHONPATH",
    "KERAS_BACKEND",
    "TF_USE_LEGACY_KERAS",
    "PYTHONWARNINGS",
    "NODE_PATH",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--provisioned",
        action="store_true",
        help="also build the environments that probes ask for, and run the probes in them",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what installs gigabytes, unless it was asked for."""
    if collection_path.name == "provisioned" and not config.getoption("--provisioned"):
        return True
    return None


@dataclass(frozen=True)
class Run:
    """What one run of the program left behind."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def complaints(self) -> list[str]:
        """The lines that say what is wrong, without the program's name before them."""
        lines = self.err.splitlines()
        return [line.removeprefix("advisor: ") for line in lines if line.startswith("advisor: ")]


class Program(Protocol):
    def __call__(
        self, *arguments: str | Path, folder: Path | None = None, **environment: str
    ) -> Run: ...


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment without settings and caches of the person who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    kept["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    installed = subprocess.run([sys.executable, "-c", "import advisor"], env=kept, cwd=os.sep)
    return kept if installed.returncode == 0 else {**kept, "PYTHONPATH": str(SOURCES)}


@pytest.fixture(scope="session")
def run_program(environment: Mapping[str, str]) -> Program:
    """Run the program in a folder that must be named, without a terminal."""

    def run(*arguments: str | Path, folder: Path | None = None, **settings: str) -> Run:
        assert folder is not None
        done = subprocess.run(
            [sys.executable, "-m", "advisor.cli.main", *map(str, arguments)],
            cwd=folder,
            env={**environment, "PYTHONIOENCODING": "utf-8", **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def program(run_program: Program, tmp_path: Path) -> Program:
    """Run the program in the test's own folder."""

    def run(*arguments: str | Path, folder: Path | None = None, **settings: str) -> Run:
        return run_program(*arguments, folder=folder or tmp_path, **settings)

    return run


def interpreter_with(folder: Path, libraries: Sequence[Path]) -> Path:
    """A new interpreter in ``folder`` that finds packages in ``libraries``, in this order."""
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "libraries.pth").write_text("".join(f"{library}\n" for library in libraries))
    return folder / "bin" / "python"


def installed_libraries() -> Path:
    """The folder that the packages of the running interpreter are in."""
    return Path(pytest.__file__).parents[1]
