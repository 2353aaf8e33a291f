"""Do the vision models that come with TensorFlow's Keras predict, and keep it through a file?

MobileNetV2 is built without downloaded weights, and predicts for two images of noise: each
prediction must be a distribution over the classes, and the two must differ. Its weights are
written to a file and read into a second one, whose predictions must be the first's. How many
architectures there are is in the evidence.

The control changes one weight of the second.

Limit: one architecture with random weights. The trained weights are a download, which is not tried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import KERAS, TENSORFLOW, Answer, describe, no, probe, yes
from probes.capabilities import Capability

CLASSES, SIZE, GAIN = 10, 32, 4.0
TOLERANCE = 1e-6
LEAST_DIFFERENCE = 1e-3  # between the predictions for two images

Load = Callable[[Any, str], None]


def load(model: Any, path: str) -> None:
    """Read the weights in the file into ``model``."""
    model.load_weights(path)


def load_with_one_weight_changed(model: Any, path: str) -> None:
    """Read them, then change one of the last layer."""
    load(model, path)
    weight = model.weights[-1]
    changed = weight.numpy()
    changed[0] += 0.5
    weight.assign(changed)


@probe(
    needs=(TENSORFLOW, KERAS),
    subject=lambda: load,
    control=lambda: load_with_one_weight_changed,
    capability=Capability.READY_MODELS,
)
def check(subject: Load) -> Answer:
    """Build, predict, write the weights, read them into another, compare."""
    import numpy as np
    import tensorflow as tf

    def build() -> Any:
        model = tf.keras.applications.MobileNetV2(
            weights=None, input_shape=(SIZE, SIZE, 3), classes=CLASSES
        )
        for weight in model.weights:
            if len(weight.shape) == 4:  # as they are drawn, an image fades on its way through
                weight.assign(GAIN * weight)
        return model

    images = np.random.default_rng(0).uniform(-1, 1, size=(2, SIZE, SIZE, 3)).astype(np.float32)
    tf.keras.utils.set_random_seed(1)
    try:
        model, other = build(), build()
        predictions = model(images, training=False).numpy()
        model.save_weights("model.weights.h5")
        subject(other, "model.weights.h5")
        of_other = other(images, training=False).numpy()
    except Exception as error:
        return no(f"building, predicting or loading raised {describe(error)}")
    names = [name for name in dir(tf.keras.applications) if name[:1].isupper()]
    evidence: dict[str, Any] = {
        "architectures": len(names),
        "parameters": int(model.count_params()),
        "shape": list(predictions.shape),
        "largest_error_of_sums": float(np.abs(predictions.sum(axis=1) - 1).max()),
        "difference_between_images": float(np.abs(predictions[0] - predictions[1]).max()),
        "difference_after_loading": float(np.abs(predictions - of_other).max()),
        "tolerance": TOLERANCE,
    }
    if predictions.shape != (2, CLASSES) or not evidence["largest_error_of_sums"] <= 1e-5:
        return no("the predictions are no distributions over the classes", **evidence)
    if not evidence["difference_between_images"] >= LEAST_DIFFERENCE:
        return no("two images got the same prediction", **evidence)
    if not evidence["difference_after_loading"] <= TOLERANCE:
        return no("the model with the loaded weights predicts otherwise", **evidence)
    return yes("predictions are distributions, and the same after loading", **evidence)
