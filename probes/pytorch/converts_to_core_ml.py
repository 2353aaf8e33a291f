"""Does PyTorch convert a model to Core ML that gives the same numbers?

A small classifier is exported by ``torch.export``, converted by Core ML Tools, and asked for
predictions on inputs the converter did not see; they are compared with PyTorch's. Predicting needs
macOS: elsewhere the conversion is done all the same, so that one that fails is known everywhere.

The control changes one weight on the way into the converter.

Limit: a dense network in float32 on the processor. Neither a phone nor the Neural Engine is tried.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from operator import sub
from typing import Any

from probes.api import TORCH, Answer, Need, Provision, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-4

Convert = Callable[[Any, Any], Any]


def convert(model: Any, example: Any) -> Any:
    """``model`` as a Core ML program in float32."""
    import coremltools
    import torch

    exported = torch.export.export(model, (example,)).run_decompositions({})
    return coremltools.convert(
        exported,
        minimum_deployment_target=coremltools.target.iOS16,
        compute_precision=coremltools.precision.FLOAT32,
        compute_units=coremltools.ComputeUnit.CPU_ONLY,
    )


def convert_with_one_weight_changed(model: Any, example: Any) -> Any:
    """Convert a copy of which one weight is another."""
    import copy

    changed = copy.deepcopy(model)
    changed[2].weight.data[0, 0] += 2.0
    return convert(changed, example)


def operations(converted: Any) -> int:
    """How many operations the program has, constants apart."""
    blocks = converted.get_spec().mlProgram.functions["main"].block_specializations.values()
    return sum(operation.type != "const" for block in blocks for operation in block.operations)


@probe(
    needs=(TORCH, Need("coremltools", "coremltools")),
    subject=lambda: convert,
    control=lambda: convert_with_one_weight_changed,
    timeout=300.0,
    provision=Provision(requirements=("torch==2.13.0", "coremltools==9.0"), megabytes=985),
    capability=Capability.CORE_ML,
)
def check(subject: Convert) -> Answer:
    """Convert, predict where that is possible, compare."""
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3), torch.nn.Softmax(dim=1)
    ).eval()
    inputs = torch.randn(8, 6)
    try:
        converted = subject(model, torch.ones(8, 6))
    except Exception as error:
        return no(f"coremltools.convert raised {describe(error)}")
    count = operations(converted)
    if platform.system() != "Darwin":
        raise Unavailable(f"converted to {count} Core ML operations, which only macOS can run")
    (entry,), (result,) = converted.input_description, converted.output_description
    try:
        predicted = converted.predict({entry: inputs.numpy()})[result].flatten().tolist()
    except Exception as error:
        return no(f"predicting raised {describe(error)}", operations=count)
    expected = model(inputs).detach().flatten().tolist()
    differences = list(map(abs, map(sub, predicted, expected)))
    evidence: dict[str, Any] = {
        "operations": count,
        "max_difference": max(differences),
        "tolerance": TOLERANCE,
    }
    same = all(difference <= TOLERANCE for difference in differences)
    if len(predicted) != len(expected) or not same:
        return no("Core ML's numbers differ from PyTorch's", **evidence)
    return yes("Core ML gives PyTorch's numbers", **evidence)
