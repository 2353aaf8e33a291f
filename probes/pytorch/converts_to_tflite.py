"""Does PyTorch convert a model to TFLite that gives the same numbers?

A small classifier is converted by LiteRT Torch, which reads what ``torch.export`` wrote, and run by
LiteRT's interpreter on inputs the converter did not see; its outputs are compared with PyTorch's.

The control changes one weight on the way into the converter.

Limit: a dense network in float, run on this machine's CPU. No phone, no delegate and no int8 is
tried. Whether TensorFlow or ONNX was loaded in the process is in the evidence.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probes.api import TORCH, Answer, Need, Provision, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-5

Convert = Callable[[Any, Any, str], None]


def convert(model: Any, example: Any, path: str) -> None:
    """Write ``model`` in TFLite's format to ``path``."""
    import litert_torch

    litert_torch.convert(model, (example,)).export(path)


def convert_with_one_weight_changed(model: Any, example: Any, path: str) -> None:
    """Convert a copy of which one weight is another."""
    import copy

    changed = copy.deepcopy(model)
    changed[2].weight.data[0, 0] += 2.0
    convert(changed, example, path)


@probe(
    needs=(
        TORCH,
        Need("litert_torch", "litert-torch"),
        Need("ai_edge_litert", "ai-edge-litert"),
    ),
    subject=lambda: convert,
    control=lambda: convert_with_one_weight_changed,
    timeout=300.0,
    provision=Provision(requirements=("torch==2.13.0", "litert-torch==0.10.0"), megabytes=2130),
    capability=Capability.TFLITE,
)
def check(subject: Convert) -> Answer:
    """Convert, run in LiteRT, compare."""
    import torch
    from ai_edge_litert.interpreter import Interpreter

    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3), torch.nn.Softmax(dim=1)
    ).eval()
    inputs = torch.randn(8, 6)
    with torch.no_grad():
        expected = model(inputs)
    try:
        subject(model, torch.ones(8, 6), "model.tflite")
        interpreter = Interpreter(model_path="model.tflite")
        interpreter.allocate_tensors()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], inputs.numpy())
        interpreter.invoke()
        outputs = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    except Exception as error:
        return no(f"converting or running raised {describe(error)}")
    evidence: dict[str, Any] = {
        "max_difference": float((torch.from_numpy(outputs) - expected).abs().max()),
        "tolerance": TOLERANCE,
        "bytes": Path("model.tflite").stat().st_size,
        "tensorflow_imported": "tensorflow" in sys.modules,
        "onnx_imported": "onnx" in sys.modules,
    }
    if not evidence["max_difference"] <= TOLERANCE:
        return no("LiteRT's numbers differ from PyTorch's", **evidence)
    return yes("LiteRT gives PyTorch's numbers", **evidence)
