"""Which warnings are kept as deprecations of what a probe asks about."""

from __future__ import annotations

from pathlib import Path
from warnings import WarningMessage

import pytest

from probes.runtime.execution import deprecations

ELSEWHERE = "/v/lib/python3.12/site-packages/torch/inside.py"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "probe.py"
    path.write_text("torch.jit.script(model)\ntorch.onnx.export(model)\n")
    return path


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("`torch.jit.script` is deprecated. Use `torch.export`.", DeprecationWarning),
        ("torch.jit.script will go", FutureWarning),
        ("torch.jit.script will go", PendingDeprecationWarning),
        ("Warning: torch.onnx.export is Deprecated", UserWarning),
    ],
)
def test_about_an_api_the_probe_names_is_kept(
    source: Path, message: str, category: type[Warning]
) -> None:
    assert deprecations([WarningMessage(message, category, ELSEWHERE, 1)], source) == (message,)


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("numpy.find_common_type is deprecated", DeprecationWarning),
        ("ast.Num is deprecated", DeprecationWarning),
        # What to use instead is not what is deprecated.
        ("torch.inner.thing is deprecated, use torch.onnx.export", DeprecationWarning),
        # Part of a longer name.
        ("torch.jit.script_method is deprecated", DeprecationWarning),
        ("LeafSpec is deprecated", FutureWarning),
        ("torch.jit.script found nothing to do", UserWarning),
    ],
)
def test_about_anything_else_is_dropped(
    source: Path, message: str, category: type[Warning]
) -> None:
    assert deprecations([WarningMessage(message, category, ELSEWHERE, 1)], source) == ()


def test_attributed_to_the_probes_own_line_is_kept(source: Path) -> None:
    caught = [WarningMessage("this way is old", DeprecationWarning, str(source), 1)]
    assert deprecations(caught, source) == ("this way is old",)


def test_each_is_one_line_and_said_once(source: Path) -> None:
    warning = WarningMessage("torch.jit.script\n  goes", DeprecationWarning, ELSEWHERE, 1)
    assert deprecations([warning, warning], source) == ("torch.jit.script goes",)
