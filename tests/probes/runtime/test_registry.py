"""Finding and loading probes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import probes
from probes.runtime.registry import load_probe, load_probes


def test_every_module_below_a_group_is_a_probe() -> None:
    folder = Path(probes.__file__).parent
    modules = {f"{path.parent.name}.{path.stem}" for path in folder.glob("*/[!_]*.py")}
    assert set(load_probes()) == {name for name in modules if not name.startswith("runtime.")}


def test_is_sorted_by_id() -> None:
    assert list(load_probes()) == sorted(load_probes())


def test_loading_imports_no_framework() -> None:
    program = (
        "import sys; from probes.runtime.registry import load_probes; assert load_probes(); "
        "import probes.runtime.runner; "
        "print(sorted({'torch', 'tensorflow', 'keras', 'numpy', 'onnx'} & set(sys.modules)))"
    )
    root = str(Path(probes.__file__).parents[1])
    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=root, check=True, capture_output=True, text=True
    )
    assert printed.stdout == "[]\n"


def test_module_without_a_probe_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.py"
    path.write_text('"""Is it empty?"""\n')
    with pytest.raises(TypeError, match=r"probes\.group\.empty has no probe"):
        load_probe(path, "group.empty")


def test_what_a_module_raises_is_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text("1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        load_probe(path, "group.broken")
    assert "probes.group.broken" not in sys.modules


def test_file_that_is_no_module_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match="not a Python module"):
        load_probe(tmp_path / "notes.txt", "group.notes")
