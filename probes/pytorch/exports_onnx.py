"""Does PyTorch export a model to ONNX that gives the same numbers in ONNX Runtime?

A small classifier is exported by ``torch.onnx.export`` (the exporter built on ``torch.export``),
written to disk, and run by ONNX Runtime on inputs the exporter did not see; its outputs are
compared with PyTorch's.

The control changes one weight in the exported graph.

Limit: one small feed-forward model on the CPU. Nothing is said of operators it does not use, of
dynamic shapes, or of other ONNX runtimes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probes.api import TORCH, Answer, Need, describe, no, probe, yes
from probes.capabilities import Capability
from probes.requirements import ECOSYSTEM

TOLERANCE = 1e-5

Export = Callable[[Any, Any, Path], None]


def export(model: Any, example: Any, path: Path) -> None:
    """Write ``model`` as ONNX to ``path``."""
    import torch

    torch.onnx.export(
        model, (example,), str(path), dynamo=True, input_names=["x"], output_names=["y"]
    )


def export_with_one_weight_changed(model: Any, example: Any, path: Path) -> None:
    """Export, then change the first number of the largest weight in the written graph."""
    import onnx
    from onnx import numpy_helper

    export(model, example, path)
    graph = onnx.load(str(path))
    weight = max(graph.graph.initializer, key=lambda tensor: sum(tensor.dims))
    values = numpy_helper.to_array(weight).copy()
    values.flat[0] += 0.5
    weight.CopyFrom(numpy_helper.from_array(values, weight.name))
    onnx.save(graph, str(path))


@probe(
    needs=(
        TORCH,
        Need("onnx", "onnx"),
        Need("onnxscript", "onnxscript"),
        Need("onnxruntime", "onnxruntime"),
    ),
    subject=lambda: export,
    control=lambda: export_with_one_weight_changed,
    provision=ECOSYSTEM,
    capability=Capability.ONNX,
)
def check(subject: Export) -> Answer:
    """Export, run in ONNX Runtime, compare."""
    import onnxruntime
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3), torch.nn.Softmax(dim=1)
    ).eval()
    inputs = torch.randn(8, 6)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        try:
            subject(model, torch.ones(8, 6), path)
        except Exception as error:
            return no(f"torch.onnx.export raised {describe(error)}")
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        (exported,) = session.run(None, {"x": inputs.numpy()})
    with torch.no_grad():
        difference = float((torch.from_numpy(exported) - model(inputs)).abs().max())
    evidence: dict[str, Any] = {"max_difference": difference, "tolerance": TOLERANCE}
    if not difference <= TOLERANCE:
        return no("ONNX Runtime's numbers differ from PyTorch's", **evidence)
    return yes("ONNX Runtime gives PyTorch's numbers", **evidence)
