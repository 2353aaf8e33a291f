"""Probes written for one test, and interpreters that hold nothing."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from probes.api import Probe
from probes.registry import load_probe

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
    ) -> Probe:
        path = tmp_path / f"{id}.py"
        path.write_text(
            '"""Does it do what it says?"""\n'
            "from probes.api import Answer, Need, Outcome, Unavailable, no, probe, yes\n"
            f"@probe(needs={needs}, subject=lambda: 'honest', control=lambda: 'sabotaged',\n"
            f"       timeout={timeout!r}, environment={environment!r})\n"
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


def make_environment(folder: Path) -> Path:
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "bin" / "python"
