"""Does TensorFlow convert a Keras model to TFLite, float and int8, with the right numbers?

A small network is converted by TensorFlow's own converter, once as it is and once quantised to
int8 with calibration data. Both results are loaded into an interpreter and run on inputs the
converter did not see. The float outputs must be the original's; the int8 ones must be near them,
and the quantised model must really hold int8 tensors, for a converter may quietly leave a small
model as it was.

The control changes one weight on the way into the converter.

Limit: a dense network, run on this machine's CPU by LiteRT's interpreter or, where that is not
installed, by TensorFlow's own, which is deprecated. No phone and no delegate is tried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import KERAS, TENSORFLOW, Answer, Unavailable, describe, no, probe, yes

FLOAT_TOLERANCE = 1e-5
INT8_TOLERANCE = 0.1  # of outputs that span about 2

Convert = Callable[[Any, Any, bool], bytes]


def convert(model: Any, calibration: Any, quantised: bool) -> bytes:
    """``model`` in TFLite's format, as it is or quantised to int8."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if quantised:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([row[None]] for row in calibration)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return bytes(converter.convert())


def convert_with_one_weight_changed(model: Any, calibration: Any, quantised: bool) -> bytes:
    """Convert while one weight of the first layer is another."""
    kernel = model.weights[0]
    kept = kernel.numpy()
    changed = kept.copy()
    changed[0, 0] += 2.0
    kernel.assign(changed)
    converted = convert(model, calibration, quantised)
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
)
def check(subject: Convert) -> Answer:
    """Convert twice, run both, compare."""
    import tensorflow as tf

    if not hasattr(tf, "lite") or not hasattr(tf.lite, "TFLiteConverter"):
        return no("the converter is gone from this version")
    import numpy as np

    interpreter_of = interpreter_class()
    model = small_network()
    generator = np.random.default_rng(0)
    calibration = generator.normal(size=(64, 8)).astype(np.float32)
    inputs = generator.normal(size=(16, 8)).astype(np.float32)
    expected = model(inputs).numpy()
    evidence: dict[str, Any] = {
        "interpreter": interpreter_of.__module__,
        "tolerance": FLOAT_TOLERANCE,
        "tolerance_int8": INT8_TOLERANCE,
    }
    try:
        plain = interpreter_of(model_content=subject(model, calibration, False))
        evidence["max_difference"] = float(np.abs(run(plain, inputs) - expected).max())
        small = interpreter_of(model_content=subject(model, calibration, True))
        evidence["int8_max_difference"] = float(np.abs(run(small, inputs) - expected).max())
    except Exception as error:
        return no(f"converting or running raised {describe(error)}", **evidence)
    tensors = small.get_tensor_details()
    evidence["int8_tensors"] = sum(1 for tensor in tensors if tensor["dtype"] == np.int8)
    if not evidence["max_difference"] <= FLOAT_TOLERANCE:
        return no("the converted model's numbers differ from the original's", **evidence)
    if evidence["int8_tensors"] == 0:
        return no("the model that was to be quantised holds no int8 tensor", **evidence)
    if not evidence["int8_max_difference"] <= INT8_TOLERANCE:
        return no("the int8 model's numbers are too far from the original's", **evidence)
    return yes("the float and the int8 model run and give the original's numbers", **evidence)
