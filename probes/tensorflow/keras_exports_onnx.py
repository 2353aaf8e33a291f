"""Does Keras on TensorFlow export a model to ONNX that gives the same numbers in ONNX Runtime?

A small classifier is exported by Keras's own ``model.export(path, format="onnx")``, and run by
ONNX Runtime on inputs the exporter did not see; its outputs are compared with the model's.

The control changes one weight in the exported graph.

Limit: one small feed-forward model on the CPU. Nothing is said of layers it does not use, or of
other ONNX runtimes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import KERAS, TENSORFLOW, Answer, Need, describe, no, probe, yes
from probes.capabilities import Capability
from probes.requirements import ECOSYSTEM

TOLERANCE = 1e-5

Export = Callable[[Any, str], None]


def export(model: Any, path: str) -> None:
    """Write ``model`` as ONNX to ``path``."""
    model.export(path, format="onnx", verbose=False)


def export_with_one_weight_changed(model: Any, path: str) -> None:
    """Export, then change the first number of the largest weight in the written graph."""
    import onnx
    from onnx import numpy_helper

    export(model, path)
    graph = onnx.load(path)
    weight = max(graph.graph.initializer, key=lambda tensor: sum(tensor.dims))
    values = numpy_helper.to_array(weight).copy()
    values.flat[0] += 0.5
    weight.CopyFrom(numpy_helper.from_array(values, weight.name))
    onnx.save(graph, path)


def small_network() -> Any:
    """A classifier with fixed weights, called once: Keras exports no model that never was."""
    import tensorflow as tf

    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((6,)),
            tf.keras.layers.Dense(16, activation="relu"),
            tf.keras.layers.Dense(3, activation="softmax"),
        ]
    )
    for index, weight in enumerate(model.weights):
        weight.assign(0.3 * tf.random.stateless_normal(weight.shape, seed=(index, 7)))
    model(tf.ones((1, 6)))
    return model


@probe(
    needs=(
        TENSORFLOW,
        KERAS,
        Need("tf2onnx", "tf2onnx"),
        Need("onnx", "onnx"),
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
    import tensorflow as tf

    model = small_network()
    inputs = tf.random.stateless_normal((8, 6), seed=(5, 6))
    try:
        subject(model, "model.onnx")
    except Exception as error:
        return no(f"this Keras does not export to ONNX: {describe(error)}")
    session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
    (exported,) = session.run(None, {session.get_inputs()[0].name: inputs.numpy()})
    difference = float(tf.reduce_max(tf.abs(exported - model(inputs))))
    evidence: dict[str, Any] = {"max_difference": difference, "tolerance": TOLERANCE}
    if not difference <= TOLERANCE:
        return no("ONNX Runtime's numbers differ from the Keras model's", **evidence)
    return yes("ONNX Runtime gives the Keras model's numbers", **evidence)
