"""Probes written for one test, and interpreters that hold nothing."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from probes.api import Probe
from probes.runtime.registry import load_probe

WriteProbe = Callable[..., Probe]


@pytest.fixture
def write_probe(tmp_path: Path) -> WriteProbe:
    """Write a module whose check has the given body, and load its probe."""

    def write(
        id: str,
        body: str = "return yes('it does')",
        *,
        needs: str = "()",
        timeout: float = 120.0,
        environment: dict[str, str] | None = None,
        commands: str = "()",
        node: str = "()",
        provision: str = "None",
    ) -> Probe:
        path = tmp_path / f"{id}.py"
        path.write_text(
            '"""Does it do what it says?"""\n'
            "from probes.api import Answer, Command, Need, Outcome, PassingError, Provision\n"
            "from probes.api import Unavailable, no, probe, yes\n"
            f"@probe(needs={needs}, subject=lambda: 'honest', control=lambda: 'sabotaged',\n"
            f"       timeout={timeout!r}, environment={environment!r},\n"
            f"       commands={commands}, node={node}, provision={provision})\n"
            "def check(subject):\n" + textwrap.indent(textwrap.dedent(body), "    ") + "\n"
        )
        return load_probe(path, id)

    return write


class Lifeline:
    """A named pipe that a process opens: its other end says when the last one has gone.

    A process that is dead but not yet waited for has closed it, so this holds in containers whose
    first process waits for nobody.
    """

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self._path = path
        self.hold = f"import os; os.open({str(path)!r}, os.O_WRONLY)\n"
        self.hold_and_say = f"import os; os.write(os.open({str(path)!r}, os.O_WRONLY), b'!')\n"
        self._end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def _read(self) -> bytes:
        readable, _, _ = select.select([self._end], [], [], 60)
        assert readable, "a process outlived its run"
        return os.read(self._end, 65536)

    def wait_for_word(self) -> None:
        """Wait until a process that holds on has said so."""
        assert self._read() == b"!"

    def assert_nobody_holds_on(self) -> None:
        """Wait until every process that held on is gone; fail when one stays."""
        # A pipe that nobody ever wrote to has no end: write, as it were, nothing.
        os.close(os.open(self._path, os.O_WRONLY | os.O_NONBLOCK))
        while self._read():
            pass

    def close(self) -> None:
        os.close(self._end)


@pytest.fixture
def lifeline(tmp_path: Path) -> Iterator[Lifeline]:
    line = Lifeline(tmp_path / "lifeline")
    yield line
    line.close()


class Pipe:
    """A named pipe that this process holds at both ends, so that opening it never waits."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.await_word = f"import os; os.read(os.open({str(path)!r}, os.O_RDONLY), 1)\n"
        self.say_pid = (
            f"import os; os.write(os.open({str(path)!r}, os.O_WRONLY), b'%d' % os.getpid())\n"
        )
        self.say_word = f"import os; os.write(os.open({str(path)!r}, os.O_WRONLY), b'!')\n"
        self._end = os.open(path, os.O_RDWR)

    def read(self) -> str:
        """What a process said, once it has."""
        readable, _, _ = select.select([self._end], [], [], 60)
        assert readable, "nobody said anything"
        return os.read(self._end, 65536).decode()

    def write(self) -> None:
        """Let a process go on that awaits a word."""
        os.write(self._end, b"!")

    def close(self) -> None:
        os.close(self._end)


@pytest.fixture
def make_pipe(tmp_path: Path) -> Iterator[Callable[[], Pipe]]:
    pipes: list[Pipe] = []

    def make() -> Pipe:
        pipes.append(Pipe(tmp_path / f"pipe-{len(pipes)}"))
        return pipes[-1]

    yield make
    for pipe in pipes:
        pipe.close()


@dataclass(frozen=True)
class Tally:
    """A file that a probe adds a dot to each time it runs: put ``mark`` into its body."""

    path: Path

    @property
    def mark(self) -> str:
        return f"open({str(self.path)!r}, 'a').write('.')\n"

    @property
    def runs(self) -> int:
        return len(self.path.read_text()) if self.path.exists() else 0


@pytest.fixture
def tally(tmp_path: Path) -> Tally:
    return Tally(tmp_path / "tally")


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with the standard library and nothing else."""
    return make_environment(tmp_path_factory.mktemp("bare"))


@pytest.fixture
def fake_python(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Make an interpreter whose site-packages hold modules with the given sources."""

    def make(modules: dict[str, str]) -> Path:
        python = make_environment(tmp_path / "environment")
        (libraries,) = (tmp_path / "environment").glob("lib/python*/site-packages")
        for name, source in modules.items():
            (libraries / f"{name}.py").write_text(source)
        return python

    return make


def libraries_of(python: Path) -> Path:
    """The site-packages of an interpreter that :func:`make_environment` made."""
    (libraries,) = python.parents[1].glob("lib/python*/site-packages")
    return libraries


def make_wheel(folder: Path, name: str, version: str, source: str = "") -> Path:
    """A wheel that holds one module."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    notes = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"__version__ = {version!r}\n{source}",
        f"{notes}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{notes}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{file},,\n" for file in (*files, f"{notes}/RECORD"))
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in {**files, f"{notes}/RECORD": record}.items():
            wheel.writestr(file, text)
    return path


def make_environment(folder: Path) -> Path:
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "bin" / "python"
