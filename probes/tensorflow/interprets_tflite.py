"""Does TensorFlow itself still run a TFLite file?

A small network is converted to TFLite and run by ``tf.lite.Interpreter`` on inputs the converter
did not see; its outputs are compared with the original's. What the interpreter says of its own
future is in the finding's deprecations.

The control changes one weight on the way into the converter.

Limit: on this machine's CPU. Runtimes that come without TensorFlow are another question.
"""

from __future__ import annotations

from typing import Any

from probes.api import TENSORFLOW, Answer, Unavailable, no, probe, yes

TOLERANCE = 1e-5


def small_network() -> Any:
    """Two dense layers with fixed weights, for one row."""
    import tensorflow as tf

    class Network(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.first = tf.Variable(0.3 * tf.random.stateless_normal((6, 16), seed=(1, 2)))
            self.second = tf.Variable(0.3 * tf.random.stateless_normal((16, 3), seed=(3, 4)))

        @tf.function(input_signature=[tf.TensorSpec((1, 6), tf.float32, name="x")])  # type: ignore[untyped-decorator]
        def __call__(self, x: Any) -> Any:
            return tf.nn.softmax(tf.nn.relu(x @ self.first) @ self.second)

    return Network()


@probe(needs=(TENSORFLOW,), subject=lambda: 0.0, control=lambda: 1.0)
def check(subject: float) -> Answer:
    """Convert with one weight changed by ``subject``, run, compare."""
    import tensorflow as tf

    if not hasattr(tf, "lite") or not hasattr(tf.lite, "Interpreter"):
        return no("tf.lite.Interpreter is gone from this version")
    if not hasattr(tf.lite, "TFLiteConverter"):
        raise Unavailable("this TensorFlow has no converter to make a TFLite file with")
    model = small_network()
    inputs = tf.random.stateless_normal((8, 6), seed=(5, 6))
    expected = tf.concat([model(row[None]) for row in inputs], axis=0)
    model.second[0, 0].assign(model.second[0, 0] + subject)
    function = model.__call__.get_concrete_function()
    converted = tf.lite.TFLiteConverter.from_concrete_functions([function], model).convert()
    interpreter = tf.lite.Interpreter(model_content=converted)
    interpreter.allocate_tensors()
    entry, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    outputs = []
    for row in inputs:
        interpreter.set_tensor(entry["index"], row[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(result["index"]))
    evidence: dict[str, Any] = {
        "bytes": len(converted),
        "max_difference": float(tf.reduce_max(tf.abs(tf.concat(outputs, axis=0) - expected))),
        "tolerance": TOLERANCE,
    }
    if not evidence["max_difference"] <= TOLERANCE:
        return no("the interpreter's numbers differ from the original's", **evidence)
    return yes("TensorFlow's own interpreter gives the original's numbers", **evidence)
