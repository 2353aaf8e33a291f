"""Does Torch-TensorRT compile a PyTorch model that gives the same numbers on the GPU?

A small network is compiled by ``torch_tensorrt.compile``, which leaves to PyTorch whatever it does
not take over, so the engines in the result are counted: there must be one. Its outputs on new
inputs are compared with the uncompiled model's.

The control changes one weight on the way into the compiler.

Limit: one small dense network on one GPU. It says nothing of speed or of lower precisions.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from probes.api import TORCH, Answer, Need, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-2  # tensor cores compute float32 products with fewer bits

Compile = Callable[[Any, Any], Any]


def compile_model(model: Any, example: Any) -> Any:
    """``model`` with TensorRT's engines in it, however small they are."""
    import torch_tensorrt

    return torch_tensorrt.compile(model, ir="dynamo", inputs=[example], min_block_size=1)


def compile_with_one_weight_changed(model: Any, example: Any) -> Any:
    """Compile a copy of ``model`` in which one weight is another."""
    import torch

    changed = copy.deepcopy(model)
    with torch.no_grad():
        changed[0].weight[0, 0] += 2.0
    return compile_model(changed, example)


@probe(
    needs=(TORCH, Need("torch_tensorrt", "torch-tensorrt")),
    subject=lambda: compile_model,
    control=lambda: compile_with_one_weight_changed,
    timeout=600.0,
    capability=Capability.TENSORRT,
)
def check(subject: Compile) -> Answer:
    """Compile, count the engines, run, compare."""
    import torch

    if not torch.cuda.is_available():
        raise Unavailable("TensorRT computes on NVIDIA GPUs, and PyTorch sees none on this machine")
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Tanh()).eval().to("cuda")
    inputs = torch.randn(5, 4).to("cuda")
    with torch.no_grad():
        try:
            compiled = subject(model, torch.randn(5, 4).to("cuda"))
            difference = float((compiled(inputs) - model(inputs)).abs().max())
        except Exception as error:
            return no(f"compiling or running raised {describe(error)}")
    engines = [part for part in compiled.modules() if "TensorRT" in type(part).__name__]
    evidence: dict[str, Any] = {
        "engines": len(engines),
        "max_difference": difference,
        "tolerance": TOLERANCE,
    }
    if not engines:
        return no("nothing of the model became an engine of TensorRT", **evidence)
    if not difference <= TOLERANCE:
        return no("TensorRT's numbers differ from PyTorch's", **evidence)
    return yes("TensorRT gives PyTorch's numbers", **evidence)
