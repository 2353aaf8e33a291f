"""Does TensorFlow's own converter (TF-TRT) move a model to TensorRT, with the same numbers?

A small model is written as a SavedModel and handed to ``tf.experimental.tensorrt.Converter``. What
it writes is loaded and called through the serving signature on batches of two sizes; the outputs
are compared with the product worked out in plain Python, and the converted graph must hold a
TensorRT engine, for the converter leaves what it cannot move as it was.

The control changes one weight on the way into the converter.

Limit: one product, on one GPU. Whether another way leads to TensorRT, by ONNX for example, is
another question.
"""

from __future__ import annotations

import math
from itertools import chain
from operator import sub
from typing import Any

from probes.api import TENSORFLOW, Answer, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

KERNEL = [[0.5, -0.25, 1.0], [-1.0, 0.75, 0.125]]
BATCHES = [[[1.0, 2.0]], [[0.5, -1.0], [3.0, 0.25], [-2.0, -4.0], [0.0, 8.0], [1.5, 1.5]]]
TOLERANCE = 1e-2  # matrix units compute float32 products with fewer bits


def save(kernel: list[list[float]], folder: str) -> None:
    """Write a model that multiplies by ``kernel`` as a SavedModel into ``folder``."""
    import tensorflow as tf

    class Network(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.kernel = tf.Variable(kernel)

        @tf.function(input_signature=[tf.TensorSpec((None, 2), tf.float32, name="x")])  # type: ignore[untyped-decorator]
        def serve(self, x: Any) -> dict[str, Any]:
            return {"y": x @ self.kernel}

    model = Network()
    tf.saved_model.save(model, folder, signatures={"serving_default": model.serve})


def with_one_weight_changed() -> list[list[float]]:
    """The weights, but for one."""
    return [[KERNEL[0][0] + 0.5, *KERNEL[0][1:]], *KERNEL[1:]]


def product(batch: list[list[float]]) -> list[list[float]]:
    """``batch`` times the weights, in plain Python."""
    columns = range(len(KERNEL[0]))
    return [
        [sum(x * KERNEL[i][column] for i, x in enumerate(row)) for column in columns]
        for row in batch
    ]


def distance(answered: list[list[float]], expected: list[list[float]]) -> float:
    """The largest difference of two matrices; infinity when their shapes differ."""
    if [len(row) for row in answered] != [len(row) for row in expected]:
        return math.inf
    differences = map(sub, chain.from_iterable(answered), chain.from_iterable(expected))
    return float(max(map(abs, differences)))


@probe(
    needs=(TENSORFLOW,),
    subject=lambda: KERNEL,
    control=with_one_weight_changed,
    timeout=600.0,
    capability=Capability.TENSORRT,
)
def check(subject: list[list[float]]) -> Answer:
    """Save a model with the given weights, convert, load, run, compare."""
    import tensorflow as tf

    experimental = getattr(tf, "experimental", None)
    if not hasattr(experimental, "tensorrt"):
        return no("tf.experimental.tensorrt is gone from this version")
    built = tf.sysconfig.get_build_info().get("is_tensorrt_build")
    evidence: dict[str, Any] = {"built_with_tensorrt": built, "tolerance": TOLERANCE}
    save(subject, "model")
    try:
        converter = tf.experimental.tensorrt.Converter(input_saved_model_dir="model")
    except RuntimeError as error:
        if "not been built with TensorRT" in str(error):
            return no(f"this TensorFlow cannot: {describe(error)}", **evidence)
        raise
    if not tf.config.list_physical_devices("GPU"):
        raise Unavailable("TF-TRT needs a GPU, and TensorFlow sees none here")
    try:
        converter.convert()
        converter.save("converted")
    except Exception as error:
        return no(f"the converter raised {describe(error)}", **evidence)
    model = tf.saved_model.load("converted")
    serving = model.signatures["serving_default"]
    definition = serving.graph.as_graph_def()
    nodes = [*definition.node, *(n for f in definition.library.function for n in f.node_def)]
    evidence["engines"] = sum(1 for node in nodes if node.op == "TRTEngineOp")
    evidence["max_difference"] = max(
        distance(serving(x=tf.constant(batch))["y"].numpy().tolist(), product(batch))
        for batch in BATCHES
    )
    if not evidence["engines"]:
        return no("the converted graph holds no TensorRT engine", **evidence)
    if not evidence["max_difference"] <= TOLERANCE:
        return no("the converted model's numbers differ from the original's", **evidence)
    return yes("TensorRT gives the original's numbers", **evidence)
