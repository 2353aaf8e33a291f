"""Does a TensorFlow function, exported by tf2onnx, give the same numbers in ONNX Runtime?

A small classifier, written as a ``tf.Module``, is exported by ``tf2onnx.convert.from_function``,
written to disk, and run by ONNX Runtime on inputs the exporter did not see; its outputs are
compared with TensorFlow's.

The control changes one weight in the exported graph.

Limit: one small feed-forward model on the CPU. Nothing is said of operators it does not use, of
Keras models handed to tf2onnx as they are, or of other ONNX runtimes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TENSORFLOW, Answer, Need, describe, no, probe, yes
from probes.capabilities import Capability
from probes.requirements import ECOSYSTEM

TOLERANCE = 1e-5

Export = Callable[[Any, str], None]


def export(model: Any, path: str) -> None:
    """Write ``model`` as ONNX to ``path``."""
    import tensorflow as tf
    import tf2onnx

    signature = [tf.TensorSpec((None, 6), tf.float32, name="x")]
    tf2onnx.convert.from_function(tf.function(model), input_signature=signature, output_path=path)


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
    """A classifier with fixed weights."""
    import tensorflow as tf

    class Network(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.first = tf.Variable(0.3 * tf.random.stateless_normal((6, 16), seed=(1, 2)))
            self.second = tf.Variable(0.3 * tf.random.stateless_normal((16, 3), seed=(3, 4)))

        def __call__(self, x: Any) -> Any:
            return tf.nn.softmax(tf.nn.relu(x @ self.first) @ self.second)

    return Network()


@probe(
    needs=(
        TENSORFLOW,
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
        return no(f"tf2onnx raised {describe(error)}")
    session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
    (exported,) = session.run(None, {session.get_inputs()[0].name: inputs.numpy()})
    difference = float(tf.reduce_max(tf.abs(exported - model(inputs))))
    evidence: dict[str, Any] = {"max_difference": difference, "tolerance": TOLERANCE}
    if not difference <= TOLERANCE:
        return no("ONNX Runtime's numbers differ from TensorFlow's", **evidence)
    return yes("ONNX Runtime gives TensorFlow's numbers", **evidence)
