"""Does tf2onnx take Keras models as they are, sequential and functional ones?

A classifier of each kind is handed to ``tf2onnx.convert.from_keras``, and what it makes is run by
ONNX Runtime on inputs it did not see; the outputs are compared with the model's. Both must come
out.

The control changes one weight in each of the converted graphs.

Limit: two small feed-forward models on the CPU. A function that calls the model may convert where
the model itself does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import KERAS, TENSORFLOW, Answer, Need, describe, no, probe, yes
from probes.requirements import ECOSYSTEM

TOLERANCE = 1e-5

Convert = Callable[[Any], Any]


def convert(model: Any) -> Any:
    """``model`` as an ONNX graph."""
    import tf2onnx

    return tf2onnx.convert.from_keras(model)[0]


def convert_with_one_weight_changed(model: Any) -> Any:
    """Convert, then change the first number of the largest weight in the graph."""
    from onnx import numpy_helper

    graph = convert(model)
    weight = max(graph.graph.initializer, key=lambda tensor: sum(tensor.dims))
    values = numpy_helper.to_array(weight).copy()
    values.flat[0] += 0.5
    weight.CopyFrom(numpy_helper.from_array(values, weight.name))
    return graph


def models() -> dict[str, Any]:
    """One classifier of each kind."""
    import tensorflow as tf

    hidden = tf.keras.layers.Dense(16, activation="relu")
    output = tf.keras.layers.Dense(3, activation="softmax")
    entry = tf.keras.Input((6,))
    return {
        "functional": tf.keras.Model(entry, output(hidden(entry))),
        "sequential": tf.keras.Sequential(
            [
                tf.keras.layers.Input((6,)),
                tf.keras.layers.Dense(16, activation="relu"),
                tf.keras.layers.Dense(3, activation="softmax"),
            ]
        ),
    }


@probe(
    needs=(
        TENSORFLOW,
        KERAS,
        Need("tf2onnx", "tf2onnx"),
        Need("onnx", "onnx"),
        Need("onnxruntime", "onnxruntime"),
    ),
    subject=lambda: convert,
    control=lambda: convert_with_one_weight_changed,
    provision=ECOSYSTEM,
)
def check(subject: Convert) -> Answer:
    """Convert each kind, run it in ONNX Runtime, compare."""
    import numpy as np
    import onnxruntime

    inputs = np.random.default_rng(0).normal(size=(8, 6)).astype(np.float32)
    evidence: dict[str, Any] = {"tolerance": TOLERANCE}
    refused, wrong = [], []
    for kind, model in models().items():
        try:
            graph = subject(model).SerializeToString()
        except Exception as error:
            evidence[kind] = describe(error)
            refused.append(kind)
            continue
        session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
        (converted,) = session.run(None, {session.get_inputs()[0].name: inputs})
        evidence[kind] = float(np.abs(converted - np.asarray(model(inputs))).max())
        if not evidence[kind] <= TOLERANCE:
            wrong.append(kind)
    if refused:
        errors = "; ".join(f"{kind}: {evidence[kind]}" for kind in refused)
        return no(f"tf2onnx does not convert every kind of model ({errors})", **evidence)
    if wrong:
        return no(f"ONNX Runtime's numbers differ: {', '.join(wrong)}", **evidence)
    return yes("ONNX Runtime gives the numbers of both models", **evidence)
