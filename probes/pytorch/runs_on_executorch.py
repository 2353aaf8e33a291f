"""Does ExecuTorch run a PyTorch model with the same numbers?

A small classifier is exported by ``torch.export`` and lowered to ExecuTorch's format twice: for its
portable operators, which run on any processor, and for XNNPACK, the backend for the processors of
phones. Both programs are run by ExecuTorch's own runtime on inputs the exporter did not see and
compared with PyTorch. The second program must really hold an XNNPACK part, for what a backend does
not take is quietly left to the portable operators.

The control changes one weight on the way to the program.

Limit: the runtime is the one for this machine, called from Python. No phone, no board and no
backend for a special processor is tried.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probes.api import (
    TORCH,
    Answer,
    Need,
    PassingError,
    Provision,
    describe,
    no,
    probe,
    yes,
)
from probes.capabilities import Capability

TOLERANCE = 1e-5

Lower = Callable[[Any, Any, bool], bytes]


def lower(model: Any, example: Any, accelerated: bool) -> bytes:
    """``model`` as an ExecuTorch program, for XNNPACK or for the portable operators."""
    import torch
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
    from executorch.exir import to_edge_transform_and_lower

    exported = torch.export.export(model, (example,))
    partitioner = [XnnpackPartitioner()] if accelerated else []
    lowered = to_edge_transform_and_lower(exported, partitioner=partitioner)
    return bytes(lowered.to_executorch().buffer)


def lower_with_one_weight_changed(model: Any, example: Any, accelerated: bool) -> bytes:
    """Lower a copy of which one weight is another."""
    import copy

    changed = copy.deepcopy(model)
    changed[2].weight.data[0, 0] += 2.0
    return lower(changed, example, accelerated)


def runtime() -> Any:
    """ExecuTorch's runtime. Unavailable where it does not import."""
    try:
        importlib.import_module("executorch.backends.xnnpack.partition.xnnpack_partitioner")
        from executorch.runtime import Runtime
    except ImportError as error:
        reason = f"executorch is installed but does not import: {describe(error)}"
        raise PassingError(reason) from error
    return Runtime.get()


@probe(
    needs=(TORCH, Need("executorch", "executorch", imported=False)),
    subject=lambda: lower,
    control=lambda: lower_with_one_weight_changed,
    timeout=300.0,
    provision=Provision(requirements=("torch==2.13.0", "executorch==1.5.1"), megabytes=1470),
    capability=Capability.MOBILE,
)
def check(subject: Lower) -> Answer:
    """Lower twice, run both, compare."""
    import torch

    runner = runtime()
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3), torch.nn.Softmax(dim=1)
    ).eval()
    inputs = torch.randn(8, 6)
    with torch.no_grad():
        expected = model(inputs)
    evidence: dict[str, Any] = {"tolerance": TOLERANCE}
    programs = {}
    for name, accelerated in (("portable", False), ("xnnpack", True)):
        path = Path(f"{name}.pte")
        try:
            programs[name] = subject(model, torch.ones(8, 6), accelerated)
            path.write_bytes(programs[name])
            program = runner.load_program(path)
            (outputs,) = program.load_method("forward").execute([inputs])
        except Exception as error:
            return no(f"lowering or running for {name} raised {describe(error)}", **evidence)
        evidence[f"{name}_bytes"] = len(programs[name])
        evidence[f"{name}_max_difference"] = float((outputs - expected).abs().max())
    evidence["xnnpack_parts"] = programs["xnnpack"].count(b"XnnpackBackend")
    if evidence["xnnpack_parts"] == 0:
        return no("nothing of the model was lowered to XNNPACK", **evidence)
    differences = [evidence["portable_max_difference"], evidence["xnnpack_max_difference"]]
    if not all(difference <= TOLERANCE for difference in differences):
        return no("ExecuTorch's numbers differ from PyTorch's", **evidence)
    return yes("ExecuTorch's runtime gives PyTorch's numbers", **evidence)
