"""Does Keras on TensorFlow export a LiteRT file that gives the same numbers in LiteRT?

A small network is exported by Keras's own ``model.export(path, format="litert")``, and run by
``ai_edge_litert`` on inputs the exporter did not see; its outputs are compared with the model's.

The control changes one weight on the way into the exporter.

Limit: a dense network in float, on this machine's CPU. No phone and no delegate is tried.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from probes.api import KERAS, TENSORFLOW, Answer, Need, describe, no, probe, yes
from probes.capabilities import Capability
from probes.requirements import ECOSYSTEM

TOLERANCE = 1e-5

Export = Callable[[Any, str], None]


def export(model: Any, path: str) -> None:
    """Write ``model`` for LiteRT to ``path``."""
    model.export(path, format="litert", verbose=False)


def export_with_one_weight_changed(model: Any, path: str) -> None:
    """Export while one weight of the first layer is another."""
    kernel = model.weights[0]
    kept = kernel.numpy()
    changed = kept.copy()
    changed[0, 0] += 2.0
    kernel.assign(changed)
    try:
        export(model, path)
    finally:
        kernel.assign(kept)


def small_network() -> Any:
    """A dense network with fixed weights."""
    import tensorflow as tf

    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((8,)),
            tf.keras.layers.Dense(32, activation="relu"),
            tf.keras.layers.Dense(4, activation="tanh"),
        ]
    )
    for index, weight in enumerate(model.weights):
        weight.assign(0.3 * tf.random.stateless_normal(weight.shape, seed=(index, 7)))
    return model


@probe(
    needs=(TENSORFLOW, KERAS, Need("ai_edge_litert", "ai-edge-litert")),
    subject=lambda: export,
    control=lambda: export_with_one_weight_changed,
    provision=ECOSYSTEM,
    capability=Capability.TFLITE,
)
def check(subject: Export) -> Answer:
    """Export, run in LiteRT, compare."""
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter

    model = small_network()
    inputs = np.random.default_rng(0).normal(size=(16, 8)).astype(np.float32)
    try:
        subject(model, "model.tflite")
    except Exception as error:
        return no(f"this Keras does not export to LiteRT: {describe(error)}")
    interpreter = Interpreter(model_path="model.tflite")
    interpreter.allocate_tensors()
    entry, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    outputs = []
    for row in inputs:
        interpreter.set_tensor(entry["index"], row[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(result["index"])[0])
    evidence: dict[str, Any] = {
        "bytes": Path("model.tflite").stat().st_size,
        "max_difference": float(np.abs(np.stack(outputs) - model(inputs).numpy()).max()),
        "tolerance": TOLERANCE,
    }
    if not evidence["max_difference"] <= TOLERANCE:
        return no("LiteRT's numbers differ from the Keras model's", **evidence)
    return yes("LiteRT gives the Keras model's numbers", **evidence)
