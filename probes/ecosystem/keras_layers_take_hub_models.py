"""Does a Keras 3 model take a TensorFlow Hub layer?

A small network is written as a SavedModel and put as a ``hub.KerasLayer`` into a sequential Keras
model, whose predictions are compared with the network's.

The control changes one weight on the way to disk.

Limit: a sequential model, and a layer from this machine's disk. A ``hub.KerasLayer`` may still be
called inside a layer of one's own.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import sub
from typing import Any

from probes.api import (
    KERAS,
    TENSORFLOW,
    Answer,
    Need,
    Unavailable,
    describe,
    no,
    probe,
    yes,
)
from probes.requirements import HUB

TOLERANCE = 1e-6

Save = Callable[[Any, str], None]


def save(model: Any, folder: str) -> None:
    """Write ``model`` as a SavedModel into ``folder``."""
    import tensorflow as tf

    tf.saved_model.save(model, folder)


def save_with_one_weight_changed(model: Any, folder: str) -> None:
    """Save while one weight is another."""
    kept = model.kernel.numpy()
    model.kernel[0, 0].assign(kept[0, 0] + 0.5)
    save(model, folder)
    model.kernel.assign(kept)


def small_network() -> Any:
    """One dense layer that takes any batch size."""
    import tensorflow as tf

    class Network(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.kernel = tf.Variable(tf.random.stateless_normal((4, 3), seed=(1, 2)))

        @tf.function(input_signature=[tf.TensorSpec((None, 4), tf.float32)])  # type: ignore[untyped-decorator]
        def __call__(self, x: Any) -> Any:
            return tf.nn.softmax(x @ self.kernel)

    return Network()


@probe(
    needs=(TENSORFLOW, KERAS, Need("tensorflow_hub", "tensorflow-hub")),
    subject=lambda: save,
    control=lambda: save_with_one_weight_changed,
    provision=HUB,
)
def check(subject: Save) -> Answer:
    """Save, put into a model, predict, compare."""
    import keras
    import tensorflow as tf
    import tensorflow_hub as hub

    if int(keras.__version__.split(".")[0]) < 3:
        raise Unavailable(f"Keras {keras.__version__} is here, and this is about Keras 3")
    model = small_network()
    inputs = tf.random.stateless_normal((5, 4), seed=(3, 4))
    expected = model(inputs).numpy().flatten().tolist()
    subject(model, "saved")
    layer = hub.KerasLayer("saved")
    evidence: dict[str, Any] = {
        "layer_is_a": [f"{kind.__module__}.{kind.__qualname__}" for kind in type(layer).__bases__],
        "is_a_keras_layer": isinstance(layer, keras.layers.Layer),
    }
    try:
        around = keras.Sequential([keras.layers.Input((4,)), layer])
        predicted = around.predict(inputs.numpy(), verbose=0).flatten().tolist()
    except Exception as error:
        first_sentence = describe(error).split(". ")[0]
        return no(f"Keras {keras.__version__} refuses it, {first_sentence}", **evidence)
    differences = list(map(abs, map(sub, predicted, expected)))
    evidence.update(max_difference=max(differences), tolerance=TOLERANCE)
    same = all(difference <= TOLERANCE for difference in differences)
    if len(predicted) != len(expected) or not same:
        return no("the layer's numbers differ from the network's", **evidence)
    return yes("the layer gives the network's numbers", **evidence)
