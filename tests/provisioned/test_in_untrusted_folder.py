"""What takes minutes in a folder that somebody prepared: compilers, installers, every import."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from advisor.cli.command import DONE, WRONG

from ..untrusted_folder import UntrustedFolder, untrusted_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are scripts")


@pytest.fixture
def folder(tmp_path: Path, environment: Mapping[str, str]) -> UntrustedFolder:
    return untrusted_folder(tmp_path, environment)


@pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler here")
@pytest.mark.parametrize("probe", ["pytorch.compiles_graph", "tensorflow.runs_in_cpp"])
def test_the_compiler_is_not_the_one_that_lies_there(folder: UntrustedFolder, probe: str) -> None:
    done = folder.run("probe", probe)
    assert (done.returncode, folder.triggered) == (DONE, [])
    assert done.stdout.startswith("yes")


def test_imports_are_not_of_what_lies_there(folder: UntrustedFolder) -> None:
    done = folder.run("doctor")
    assert (done.returncode in (DONE, WRONG), folder.triggered) == (True, [])


def test_installers_heed_no_settings_that_lie_there(folder: UntrustedFolder) -> None:
    done = folder.run("probe", "pytorch.sees_accelerator", "--with", "six==1.17.0", "--yes")
    assert ("built six==1.17.0" in done.stderr, folder.triggered) == (True, [])
