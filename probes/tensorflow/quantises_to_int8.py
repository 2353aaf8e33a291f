"""Does TensorFlow quantise a Keras model to int8 and keep its numbers near?

A network is converted to TFLite twice: as it is, and quantised to int8 with calibration data. The
quantised file is loaded into an interpreter and run on inputs the converter did not see. Its
outputs must be near the original's, it must be smaller than the float file, and it must really
hold int8 tensors, for a converter may quietly leave a small model as it was.

The control changes one weight on the way into the converter.

Limit: a dense network, quantised after training, run on this machine's CPU by LiteRT's interpreter
or, where that is not installed, by TensorFlow's own, which is deprecated. Nothing is said of speed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import KERAS, TENSORFLOW, Answer, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 0.1  # of outputs that span about 2

Quantise = Callable[[Any, Any], bytes]


def quantise(model: Any, calibration: Any) -> bytes:
    """``model`` in TFLite's format, in int8 alone but for its inputs and outputs."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([row[None]] for row in calibration)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return bytes(converter.convert())


def quantise_with_one_weight_changed(model: Any, calibration: Any) -> bytes:
    """Quantise while one weight of the first layer is another."""
    kernel = model.weights[0]
    kept = kernel.numpy()
    changed = kept.copy()
    changed[0, 0] += 2.0
    kernel.assign(changed)
    quantised = quantise(model, calibration)
    kernel.assign(kept)
    return quantised


def network() -> Any:
    """A dense network with fixed weights, large enough for its weights to be most of the file."""
    import tensorflow as tf

    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((16,)),
            tf.keras.layers.Dense(128, activation="relu"),
            tf.keras.layers.Dense(4, activation="tanh"),
        ]
    )
    for index, weight in enumerate(model.weights):
        weight.assign(0.15 * tf.random.stateless_normal(weight.shape, seed=(index, 7)))
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
    subject=lambda: quantise,
    control=lambda: quantise_with_one_weight_changed,
    capability=Capability.INT8,
)
def check(subject: Quantise) -> Answer:
    """Quantise, run, compare, and look at what the file holds."""
    import tensorflow as tf

    if not hasattr(tf, "lite") or not hasattr(tf.lite, "TFLiteConverter"):
        return no("the converter is gone from this version")
    import numpy as np

    interpreter_of = interpreter_class()
    model = network()
    generator = np.random.default_rng(0)
    calibration = generator.normal(size=(64, 16)).astype(np.float32)
    inputs = generator.normal(size=(16, 16)).astype(np.float32)
    try:
        plain = bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())
        quantised = subject(model, calibration)
        interpreter = interpreter_of(model_content=quantised)
        outputs = run(interpreter, inputs)
    except Exception as error:
        return no(f"quantising or running raised {describe(error)}")
    expected = model(inputs).numpy()
    types = [tensor["dtype"] for tensor in interpreter.get_tensor_details()]
    evidence: dict[str, Any] = {
        "interpreter": interpreter_of.__module__,
        "int8_tensors": types.count(np.int8),
        "bytes": len(quantised),
        "bytes_in_float": len(plain),
        "max_difference": float(np.abs(outputs - expected).max()),
        "span_of_outputs": float(expected.max() - expected.min()),
        "tolerance": TOLERANCE,
    }
    if not evidence["int8_tensors"]:
        return no("the model that was to be quantised holds no int8 tensor", **evidence)
    if not len(quantised) < len(plain):
        return no("the int8 model is not smaller than the float one", **evidence)
    if not evidence["max_difference"] <= TOLERANCE:
        return no("the int8 model's numbers are too far from the original's", **evidence)
    return yes("the int8 model is smaller and its numbers are near the original's", **evidence)
