"""Does TensorFlow repeat a training to the bit when the seed is set?

A small network with dropout is trained twice by ``fit()`` on shuffled data, each time after
``set_random_seed`` and with deterministic operations asked for. The weights after both trainings
must be the same bytes, and other than before the training.

The control sets another seed before the second training.

Limit: one process on one CPU. Another machine, device, version or number of threads may come to
other bits.
"""

from __future__ import annotations

from operator import eq
from typing import Any

from probes.api import KERAS, TENSORFLOW, Answer, no, probe, yes
from probes.capabilities import Capability

EPOCHS = 3

Seeds = tuple[int, int]


def train(seed: int) -> tuple[list[bytes], list[bytes], list[float]]:
    """The weights before and after a training begun with ``seed``, and its losses."""
    import numpy as np
    import tensorflow as tf

    tf.keras.utils.set_random_seed(seed)
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((8,)),
            tf.keras.layers.Dense(32, activation="relu"),
            tf.keras.layers.Dropout(0.5),
            tf.keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer="adam", loss="mse")
    inputs = np.random.default_rng(0).normal(size=(256, 8)).astype(np.float32)
    before = [weight.tobytes() for weight in model.get_weights()]
    history = model.fit(
        inputs, inputs.sum(axis=1), batch_size=16, epochs=EPOCHS, shuffle=True, verbose=0
    )
    after = [weight.tobytes() for weight in model.get_weights()]
    return before, after, [float(loss) for loss in history.history["loss"]]


@probe(
    needs=(TENSORFLOW, KERAS),
    subject=lambda: (1, 1),
    control=lambda: (1, 2),
    environment={"TF_DETERMINISTIC_OPS": "1"},  # a worker of its own: it cannot be taken back
    capability=Capability.SEED,
)
def check(subject: Seeds) -> Answer:
    """Train with each seed and compare the bytes."""
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()
    (before, first, losses), (_, second, other_losses) = (train(seed) for seed in subject)
    equal = sum(map(eq, first, second))
    evidence: dict[str, Any] = {
        "weights": len(first),
        "weights_equal_to_the_bit": equal,
        "losses": losses,
        "losses_of_second_training": other_losses,
    }
    if before == first:
        return no("the training changed no weight", **evidence)
    if equal != len(first) or losses != other_losses:
        return no("the second training came to other bits", **evidence)
    return yes("both trainings came to the same bits", **evidence)
