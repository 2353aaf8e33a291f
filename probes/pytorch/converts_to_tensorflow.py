"""Does a PyTorch model become a TensorFlow model that gives the same numbers?

A small classifier is exported to ONNX by ``torch.onnx.export`` and converted by onnx2tf, which
writes a SavedModel; TensorFlow loads it and runs it on inputs the converters did not see. Its
outputs are compared with PyTorch's.

The control changes one weight on the way into the exporter.

Limit: a dense network. For models of images, onnx2tf also turns the order of the axes round, which
is not tried.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import sub
from typing import Any

from probes.api import TENSORFLOW, TORCH, Answer, Need, Provision, describe, no, probe, yes

TOLERANCE = 1e-5

Convert = Callable[[Any, Any, str], None]


def convert(model: Any, example: Any, folder: str) -> None:
    """Write ``model`` as a SavedModel into ``folder``, by way of ONNX."""
    import onnx2tf
    import torch

    names = {"input_names": ["x"], "output_names": ["y"]}
    torch.onnx.export(model, (example,), "model.onnx", dynamo=True, external_data=False, **names)
    onnx2tf.convert(
        input_onnx_file_path="model.onnx",
        output_folder_path=folder,
        output_signaturedefs=True,
        non_verbose=True,
    )


def convert_with_one_weight_changed(model: Any, example: Any, folder: str) -> None:
    """Convert a copy of which one weight is another."""
    import copy

    changed = copy.deepcopy(model)
    changed[2].weight.data[0, 0] += 2.0
    convert(changed, example, folder)


@probe(
    needs=(
        TORCH,
        TENSORFLOW,
        Need("onnx", "onnx"),
        Need("onnxscript", "onnxscript"),
        # What onnx2tf imports and does not ask for itself.
        Need("tf_keras", "tf-keras", imported=False),
        Need("onnx_graphsurgeon", "onnx_graphsurgeon", imported=False),
        Need("sng4onnx", "sng4onnx", imported=False),
        Need("psutil", "psutil", imported=False),
        Need("ai_edge_litert", "ai-edge-litert", imported=False),
        Need("onnx2tf", "onnx2tf"),
    ),
    subject=lambda: convert,
    control=lambda: convert_with_one_weight_changed,
    timeout=300.0,
    # onnx2tf 1.28 speaks the dialect of TensorFlow 2.19; what it imports it does not ask for.
    provision=Provision(
        requirements=(
            "torch==2.13.0",
            "tensorflow==2.19.1",
            "tf-keras==2.19.0",
            "onnx==1.19.1",
            "onnxscript==0.7.2",
            "onnx_graphsurgeon==0.6.1",
            "sng4onnx==2.0.1",
            "psutil==7.2.2",
            "ai-edge-litert==2.3.0",
            "onnx2tf==1.28.8",
        ),
        megabytes=3105,
    ),
)
def check(subject: Convert) -> Answer:
    """Convert, load into TensorFlow, run, compare."""
    import tensorflow as tf
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3), torch.nn.Softmax(dim=1)
    ).eval()
    inputs = torch.randn(8, 6)
    try:
        subject(model, torch.ones(8, 6), "converted")
        serving = tf.saved_model.load("converted").signatures["serving_default"]
        (entry,) = serving.structured_input_signature[1]
        (outputs,) = serving(**{entry: tf.constant(inputs.tolist())}).values()
    except (Exception, SystemExit) as error:  # onnx2tf exits where it gives up
        return no(f"converting or running raised {describe(error)}")
    actual = outputs.numpy().flatten().tolist()
    expected = model(inputs).detach().flatten().tolist()
    differences = list(map(abs, map(sub, actual, expected)))
    evidence: dict[str, Any] = {"max_difference": max(differences), "tolerance": TOLERANCE}
    same = all(difference <= TOLERANCE for difference in differences)
    if len(actual) != len(expected) or not same:
        return no("TensorFlow's numbers differ from PyTorch's", **evidence)
    return yes("TensorFlow gives PyTorch's numbers", **evidence)
