"""Does JavaScript run a PyTorch model with the same numbers?

A small classifier is exported to ONNX by ``torch.onnx.export`` and run by ONNX Runtime Web, the
runtime for browsers, compiled to WebAssembly. A JavaScript program loads the file, runs it on
inputs the exporter did not see, and prints its outputs, which are compared with PyTorch's.

The control changes one weight on the way into the exporter.

Limit: the JavaScript program runs in node, not in a browser, and on the processor: neither WebGL
nor WebGPU is tried. One small feed-forward model.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from probes.api import NODE, TORCH, Answer, Need, Provision, describe, no, probe, yes
from probes.capabilities import Capability
from probes.node import run_script

TOLERANCE = 1e-5

SCRIPT = """
const fs = require('fs');
const ort = require('onnxruntime-web');
const request = JSON.parse(process.argv[2]);

async function run() {
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(
    fs.readFileSync(request.model), {executionProviders: ['wasm']});
  const x = new ort.Tensor('float32', Float32Array.from(request.inputs), request.shape);
  const {y} = await session.run({x});
  return Array.from(y.data);
}

run().then(
  outputs => ({outputs}), error => ({error: String(error)})
).then(answer => {
  console.log(JSON.stringify({...answer, node: process.version}));
  process.exit(0);
});
"""

Export = Callable[[Any, Any, str], None]


def export(model: Any, example: Any, path: str) -> None:
    """Write ``model`` as ONNX to ``path``, its weights in the same file."""
    import torch

    torch.onnx.export(
        model,
        (example,),
        path,
        dynamo=True,
        external_data=False,
        input_names=["x"],
        output_names=["y"],
    )


def export_with_one_weight_changed(model: Any, example: Any, path: str) -> None:
    """Export a copy of which one weight is another."""
    import copy

    changed = copy.deepcopy(model)
    changed[2].weight.data[0, 0] += 2.0
    export(changed, example, path)


@probe(
    needs=(TORCH, Need("onnx", "onnx"), Need("onnxscript", "onnxscript")),
    commands=(NODE,),
    node=("onnxruntime-web",),
    subject=lambda: export,
    control=lambda: export_with_one_weight_changed,
    provision=Provision(
        requirements=("torch==2.13.0", "onnx==1.23.2", "onnxscript==0.7.2"),
        megabytes=1145,
        npm=("onnxruntime-web@1.30.0",),
    ),
    capability=Capability.JAVASCRIPT,
)
def check(subject: Export) -> Answer:
    """Export, run in JavaScript, compare."""
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3), torch.nn.Softmax(dim=1)
    ).eval()
    inputs = torch.randn(8, 6)
    try:
        subject(model, torch.ones(8, 6), "model.onnx")
    except Exception as error:
        return no(f"torch.onnx.export raised {describe(error)}")
    request = {
        "model": str(Path("model.onnx").absolute()),
        "inputs": inputs.flatten().tolist(),
        "shape": list(inputs.shape),
    }
    answer: Any = run_script(SCRIPT, request, timeout=60.0)
    evidence: dict[str, Any] = {"node": answer["node"], "tolerance": TOLERANCE}
    if "error" in answer:
        return no(f"ONNX Runtime Web refused the model: {answer['error']}", **evidence)
    with torch.no_grad():
        expected = model(inputs).flatten()
    difference = float((torch.tensor(answer["outputs"]) - expected).abs().max())
    evidence["max_difference"] = difference
    if not difference <= TOLERANCE:
        return no("JavaScript's numbers differ from PyTorch's", **evidence)
    return yes("JavaScript gives PyTorch's numbers", **evidence)
