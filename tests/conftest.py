"""The program, run as people run it, and interpreters that see chosen libraries."""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import pytest

import advisor
from advisor.cache_folder import cache_folder
from advisor.cli.command import INTERRUPTED
from advisor.cli.main import _parser, main
from probes.api import Finding
from probes.runtime.registry import load_probes
from probes.runtime.runner import run_probes

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
Frameworks: TypeAlias = Callable[[], AbstractContextManager[None]]
# What an interpreter heeds when it starts, and never again.
READ_AT_START = {"PYTHONHASHSEED", "PYTHONOPTIMIZE"}
_ENDINGS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--provisioned",
        action="store_true",
        help="also build the environments that probes ask for, and run the probes in them",
    )
    parser.addoption(
        "--mutations",
        type=_seeds,
        default="500",
        metavar="[FIRST:]NUMBER",
        help="how many damaged files are tried, and from which seed on",
    )


def _seeds(text: str) -> tuple[int, int]:
    first, colon, number = text.rpartition(":")
    return int(first) if colon else 0, int(number)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what installs gigabytes, unless it was asked for."""
    if collection_path.name == "provisioned" and not config.getoption("--provisioned"):
        return True
    return None


def every_command() -> set[str]:
    """The words of every command that the parser knows: ``record new``."""

    def below(parser: argparse.ArgumentParser, words: str) -> Iterator[str]:
        groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
        if not groups:
            yield words
        for group in groups:
            for word, inner in group.choices.items():
                yield from below(inner, f"{words} {word}".strip())

    return set(below(_parser(""), ""))


def mutants_noticed(bench: str, number: int) -> tuple[int, str]:
    """How many of so many mutants the program in ``bench/`` found to be noticed, and its report."""
    done = subprocess.run(
        [sys.executable, str(SOURCES / "bench" / bench), str(number)],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
    )
    told = re.search(r"^all +(\d+) of +(\d+)", done.stdout, re.MULTILINE)
    assert told is not None, done.stderr
    noticed, made = map(int, told.groups())
    assert made == number
    return noticed, done.stdout


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
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all processes of pytest that run these tests."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def environment(shared_folder: Path) -> Mapping[str, str]:
    """The environment without settings and caches of the person who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    kept["XDG_CACHE_HOME"] = str(shared_folder)
    installed = subprocess.run([sys.executable, "-c", "import advisor"], env=kept, cwd=os.sep)
    return kept if installed.returncode == 0 else {**kept, "PYTHONPATH": str(SOURCES)}


@pytest.fixture(scope="session")
def search_path(environment: Mapping[str, str]) -> list[str]:
    """Where an interpreter that was just started looks for modules, behind its own folder."""
    command = [sys.executable, "-c", "import json, sys; print(json.dumps(sys.path[1:]))"]
    done = subprocess.run(command, env=environment, cwd=os.sep, capture_output=True, check=True)
    path: list[str] = json.loads(done.stdout)
    return path


@pytest.fixture(scope="session")
def run_program(environment: Mapping[str, str], search_path: Sequence[str]) -> Program:
    """Run the program in a folder that must be named, without a terminal, in this process: what
    takes a process of its own (hash seeds, signals, closed streams) is for ``run_process``.
    """

    def run(*arguments: str | Path, folder: Path | None = None, **settings: str) -> Run:
        assert folder is not None
        assert not settings.keys() & READ_AT_START, "needs a process of its own"
        started = {**environment, "PYTHONIOENCODING": "utf-8", **settings}
        with (
            redirected(started["PYTHONIOENCODING"]) as printed,
            as_if_started(folder, started, [str(folder), *search_path]),
        ):
            try:
                code = main([*map(str, arguments)])
            except SystemExit as ended:  # argparse
                code = int(ended.code or 0)
        if code == INTERRUPTED:  # the program took for itself what was meant for the tests
            raise KeyboardInterrupt
        return Run(code, *printed)

    return run


@pytest.fixture(scope="session")
def frameworks(shared_folder: Path) -> Frameworks:
    """For whoever tries the installed frameworks and takes findings that are kept: one process of
    pytest at a time, so that what one tries is there for the next.
    """

    @contextmanager
    def held() -> Iterator[None]:
        with closing(sqlite3.connect(shared_folder / "frameworks", timeout=3600)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield

    return held


@pytest.fixture(scope="session")
def real_findings(
    environment: Mapping[str, str],
    search_path: Sequence[str],
    shared_folder: Path,
    frameworks: Frameworks,
) -> Mapping[str, Finding]:
    """What each probe finds on the installed frameworks. The program, in ``environment``, finds it
    too, without trying anything again.
    """
    with frameworks(), as_if_started(shared_folder, environment, search_path):
        return run_probes(load_probes().values(), timeout=600, cache=cache_folder())


@contextmanager
def as_if_started(
    folder: Path, environment: Mapping[str, str], path: Sequence[str]
) -> Iterator[None]:
    """Where a process stands when it begins: in ``folder``, with ``environment``, looking for
    modules in ``path``.
    """
    handlers = {number: signal.getsignal(number) for number in _ENDINGS}
    before, modules, here = dict(os.environ), sys.path[:], Path.cwd()
    temporary, tempfile.tempdir = tempfile.tempdir, None
    collects = gc.get_threshold()
    try:
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.path[:] = path
        yield
    finally:
        gc.set_threshold(*collects)
        os.chdir(here)
        tempfile.tempdir = temporary
        sys.path[:] = modules
        os.environ.clear()
        os.environ.update(before)
        for number, handler in handlers.items():
            signal.signal(number, handler)


@contextmanager
def redirected(encoding: str) -> Iterator[list[str]]:
    """Files in place of the standard streams, also for what is not Python's; what was printed on
    stdout and stderr is in the list afterwards. Nothing is to be read, and nothing is a terminal.
    """
    streams, printed = (sys.stdin, sys.stdout, sys.stderr), list[str]()
    kept = [os.dup(number) for number in range(3)]
    with (
        Path(os.devnull).open("rb") as nothing,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        try:
            for number, file in enumerate((nothing, out, err)):
                os.dup2(file.fileno(), number)
            with (
                open(0, encoding=encoding, closefd=False) as sys.stdin,
                open(1, "w", encoding=encoding, closefd=False) as sys.stdout,
                open(2, "w", 1, encoding, "backslashreplace", closefd=False) as sys.stderr,
            ):
                yield printed
        finally:
            sys.stdin, sys.stdout, sys.stderr = streams
            for number, file in enumerate(kept):
                os.dup2(file, number)
                os.close(file)
        for file in (out, err):
            file.seek(0)
            printed.append(file.read().decode())


@pytest.fixture
def program(run_program: Program, tmp_path: Path) -> Program:
    """Run the program in the test's own folder, in this process."""

    def run(*arguments: str | Path, folder: Path | None = None, **settings: str) -> Run:
        return run_program(*arguments, folder=folder or tmp_path, **settings)

    return run


@pytest.fixture
def run_process(environment: Mapping[str, str], tmp_path: Path) -> Program:
    """Run the program in a process of its own, as people do."""

    def run(*arguments: str | Path, folder: Path | None = None, **settings: str) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "advisor.cli.main", *map(str, arguments)],
            cwd=folder or tmp_path,
            env={**environment, "PYTHONIOENCODING": "utf-8", **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

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
