"""Does TensorFlow save a model that can be loaded without its code and called by its signature?

A small network is written as a SavedModel with a ``serving_default`` signature, loaded from disk
as an object that knows nothing of the Python class, and called through that signature with
batches of two sizes; the outputs are compared with the original's.

The control changes one weight on the way to disk.

Limit: loaded by the same TensorFlow on the CPU. A model server is not started.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

from probes.api import TENSORFLOW, Answer, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-6

Export = Callable[[Any, str], None]


def export(model: Any, folder: str) -> None:
    """Write ``model`` as a SavedModel with a serving signature into ``folder``."""
    import tensorflow as tf

    tf.saved_model.save(model, folder, signatures={"serving_default": model.serve})


def export_with_one_weight_changed(model: Any, folder: str) -> None:
    """Export while one weight is another."""
    kept = model.kernel.numpy()
    model.kernel[0, 0].assign(kept[0, 0] + 0.5)
    export(model, folder)
    model.kernel.assign(kept)


def small_network() -> Any:
    """One dense layer with a served function that takes any batch size."""
    import tensorflow as tf

    class Network(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.kernel = tf.Variable(tf.random.stateless_normal((4, 3), seed=(1, 2)))

        @tf.function(input_signature=[tf.TensorSpec((None, 4), tf.float32, name="x")])  # type: ignore[untyped-decorator]
        def serve(self, x: Any) -> dict[str, Any]:
            return {"y": tf.nn.softmax(x @ self.kernel)}

    return Network()


@probe(
    needs=(TENSORFLOW,),
    subject=lambda: export,
    control=lambda: export_with_one_weight_changed,
    capability=Capability.PROGRAM,
)
def check(subject: Export) -> Answer:
    """Save, load, call the signature, compare."""
    import tensorflow as tf

    model = small_network()
    batches = [tf.random.stateless_normal((size, 4), seed=(3, size)) for size in (1, 5)]
    with tempfile.TemporaryDirectory() as folder:
        try:
            subject(model, folder)
            serving = tf.saved_model.load(folder).signatures["serving_default"]
        except Exception as error:
            return no(f"saving or loading raised {describe(error)}")
        differences = [
            float(tf.reduce_max(tf.abs(serving(x=x)["y"] - model.serve(x)["y"]))) for x in batches
        ]
    evidence: dict[str, Any] = {
        "batch_sizes": [1, 5],
        "max_differences": differences,
        "tolerance": TOLERANCE,
    }
    if not all(difference <= TOLERANCE for difference in differences):
        return no("the loaded model's numbers differ from the original's", **evidence)
    return yes("the loaded signature gives the original's numbers", **evidence)
