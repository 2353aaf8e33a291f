"""Does TensorFlow convert a Keras model to TFLite with the same numbers?

A small network is converted by TensorFlow's own converter, loaded into an interpreter and run on
inputs the converter did not see; its outputs are compared with the original's.

The control changes one weight on the way into the converter.

Limit: a dense network in float, run on this machine's CPU by LiteRT's interpreter or, where that is
not installed, by TensorFlow's own, which is deprecated. No phone and no delegate is tried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import KERAS, TENSORFLOW, Answer, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-5

Convert = Callable[[Any], bytes]


def convert(model: Any) -> bytes:
    """``model`` in TFLite's format."""
    import tensorflow as tf

    return bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())


def convert_with_one_weight_changed(model: Any) -> bytes:
    """Convert while one weight of the first layer is another."""
    kernel = model.weights[0]
    kept = kernel.numpy()
    changed = kept.copy()
    changed[0, 0] += 2.0
    kernel.assign(changed)
    converted = convert(model)
    kernel.assign(kept)
    return converted


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


def interpreter_class() -> Any:
    """LiteRT's interpreter, the maintained one, or else the one inside TensorFlow."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        import tensorflow as tf

        if hasattr(tf.lite, "Interpreter"):
            return tf.lite.Interpreter
        raise Unavailable("no TFLite interpreter is here (pip install ai-edge-litert)") from None
    return Interpreter


def run(interpreter: Any, inputs: Any) -> Any:
    """The outputs for ``inputs``, one row at a time."""
    import numpy as np

    interpreter.allocate_tensors()
    entry = interpreter.get_input_details()[0]["index"]
    result = interpreter.get_output_details()[0]["index"]
    rows = []
    for row in inputs:
        interpreter.set_tensor(entry, row[None])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(result)[0])
    return np.stack(rows)


@probe(
    needs=(TENSORFLOW, KERAS),
    subject=lambda: convert,
    control=lambda: convert_with_one_weight_changed,
    capability=Capability.TFLITE,
)
def check(subject: Convert) -> Answer:
    """Convert, run, compare."""
    import tensorflow as tf

    if not hasattr(tf, "lite") or not hasattr(tf.lite, "TFLiteConverter"):
        return no("the converter is gone from this version")
    import numpy as np

    interpreter_of = interpreter_class()
    model = small_network()
    inputs = np.random.default_rng(0).normal(size=(16, 8)).astype(np.float32)
    try:
        converted = subject(model)
        outputs = run(interpreter_of(model_content=converted), inputs)
    except Exception as error:
        return no(f"converting or running raised {describe(error)}")
    evidence: dict[str, Any] = {
        "interpreter": interpreter_of.__module__,
        "bytes": len(converted),
        "max_difference": float(np.abs(outputs - model(inputs).numpy()).max()),
        "tolerance": TOLERANCE,
    }
    if not evidence["max_difference"] <= TOLERANCE:
        return no("the converted model's numbers differ from the original's", **evidence)
    return yes("the converted model runs and gives the original's numbers", **evidence)
