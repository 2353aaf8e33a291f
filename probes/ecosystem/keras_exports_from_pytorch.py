"""Does Keras on PyTorch export to ONNX with the same numbers?

Keras is started with PyTorch as its backend. A small network is exported by ``model.export`` to
ONNX, which ONNX Runtime runs, and the outputs are compared. Every other format that Keras exports
to is tried as well, and what became of it is told: those that a runtime is there for are run and
compared too.

The control changes one weight on the way into the files.

Limit: the answer is about ONNX alone. One small dense network on the CPU.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

from probes.api import KERAS, TORCH, Answer, Need, describe, no, probe, yes
from probes.requirements import ECOSYSTEM

TOLERANCE = 1e-5

Export = Callable[[Any, str, str], None]
Run = Callable[[str, Any], Any]


def export(model: Any, path: str, format: str) -> None:
    """Write ``model`` in ``format`` to ``path``."""
    model.export(path, format=format, verbose=False)


def export_with_one_weight_changed(model: Any, path: str, format: str) -> None:
    """Export while one weight, a bias, is another."""
    kernel, bias = model.layers[-1].get_weights()
    changed = bias.copy()
    changed[0] += 2.0
    model.layers[-1].set_weights([kernel, changed])
    export(model, path, format)
    model.layers[-1].set_weights([kernel, bias])


def run_onnx(path: str, inputs: Any) -> Any:
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: inputs})[0]


def run_torch(path: str, inputs: Any) -> Any:
    import torch

    with torch.no_grad():
        outputs = torch.export.load(path).module()(torch.from_numpy(inputs))
    return (outputs[0] if isinstance(outputs, (list, tuple)) else outputs).numpy()


def run_litert(path: str, inputs: Any) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=path)
    entry, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    interpreter.resize_tensor_input(entry["index"], inputs.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(entry["index"], inputs)
    interpreter.invoke()
    return interpreter.get_tensor(result["index"])


# By format: the end of the file's name, what runs it, and how.
OTHERS: dict[str, tuple[str, str, Run | None]] = {
    "torch": (".pt2", "torch", run_torch),
    "litert": (".tflite", "ai_edge_litert", run_litert),
    "openvino": (".xml", "openvino", None),
    "tf_saved_model": ("", "tensorflow", None),
}


def outcome(subject: Export, model: Any, format: str, inputs: Any, expected: Any) -> str:
    """What becomes of one of the other formats, for one row of ``inputs``, in words."""
    suffix, runtime, run = OTHERS[format]
    try:
        subject(model, f"exported{suffix}", format)
    except Exception as error:
        return f"not written, {describe(error)}"
    if run is None or importlib.util.find_spec(runtime) is None:
        return "written, not run"
    try:
        difference = abs(run(f"exported{suffix}", inputs[:1]) - expected[:1]).max()
    except Exception as error:
        return f"written, does not run: {describe(error)}"
    same = "the same" if difference <= TOLERANCE else "other"
    return f"written, {same} numbers (difference {difference:.1e})"


@probe(
    needs=(
        TORCH,
        KERAS,
        Need("onnx", "onnx"),
        Need("onnxscript", "onnxscript"),
        Need("onnxruntime", "onnxruntime"),
    ),
    subject=lambda: export,
    control=lambda: export_with_one_weight_changed,
    environment={"KERAS_BACKEND": "torch"},
    timeout=300.0,
    provision=ECOSYSTEM,
)
def check(subject: Export) -> Answer:
    """Export, run in ONNX Runtime, compare; then try the other formats."""
    import keras
    import numpy as np

    model = keras.Sequential(
        [
            keras.layers.Input((6,)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    inputs = np.random.default_rng(0).normal(size=(8, 6)).astype(np.float32)
    expected = model.predict(inputs, verbose=0)
    evidence: dict[str, Any] = {"backend": keras.backend.backend(), "tolerance": TOLERANCE}
    try:
        subject(model, "exported.onnx", "onnx")
        outputs = run_onnx("exported.onnx", inputs)
    except Exception as error:
        return no(f"exporting or running raised {describe(error)}", **evidence)
    evidence["max_difference"] = float(np.abs(outputs - expected).max())
    evidence["other_formats"] = {
        format: outcome(subject, model, format, inputs, expected) for format in OTHERS
    }
    if evidence["backend"] != "torch":
        return no("Keras did not run on PyTorch", **evidence)
    if not evidence["max_difference"] <= TOLERANCE:
        return no("ONNX Runtime's numbers differ from Keras's", **evidence)
    return yes("ONNX Runtime gives Keras's numbers", **evidence)
