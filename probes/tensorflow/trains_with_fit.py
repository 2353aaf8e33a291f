"""Does TensorFlow's Keras train a model by compile(), fit() and predict(), without a loop?

A linear Keras model learns known weights from noiseless data. The error is measured on
``predict()``'s numbers before and after ``fit()``, not taken from the history; it must fall a
thousandfold and the learnt weights must come close to the known ones.

The control's optimiser has a learning rate of zero.

Limit: a convex problem on the CPU, with built-in loss and optimiser.
"""

from __future__ import annotations

from typing import Any

from probes.api import KERAS, TENSORFLOW, Answer, no, probe, yes
from probes.capabilities import Capability

TRUE_WEIGHTS = [2.0, -3.0, 0.5]
EPOCHS = 20
TOLERANCE = 0.01


def compiled_model(learning_rate: float) -> Any:
    """An untrained linear model, compiled to be trained at the given rate."""
    import tensorflow as tf

    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((len(TRUE_WEIGHTS),)),
            tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros"),
        ]
    )
    model.compile(optimizer=tf.keras.optimizers.SGD(learning_rate), loss="mse")
    return model


@probe(
    needs=(TENSORFLOW, KERAS),
    subject=lambda: compiled_model(learning_rate=0.1),
    control=lambda: compiled_model(learning_rate=0.0),
    capability=Capability.FIT,
)
def check(subject: Any) -> Answer:
    """Fit, and compare predictions and weights before and after."""
    import tensorflow as tf

    inputs = tf.random.stateless_normal((128, len(TRUE_WEIGHTS)), seed=(1, 2))
    targets = tf.linalg.matvec(inputs, tf.constant(TRUE_WEIGHTS))[:, None]

    def error() -> float:
        return float(tf.reduce_mean((subject.predict(inputs, verbose=0) - targets) ** 2))

    before = error()
    subject.fit(inputs, targets, batch_size=16, epochs=EPOCHS, shuffle=False, verbose=0)
    after = error()
    learnt = subject.get_weights()[0].flatten()
    distance = float(abs(learnt - TRUE_WEIGHTS).max())
    evidence: dict[str, Any] = {
        "error_before": before,
        "error_after": after,
        "weight_error": distance,
        "tolerance": TOLERANCE,
    }
    if not (after <= before / 1000 and distance <= TOLERANCE):
        return no("fit() ran but the model did not learn the known weights", **evidence)
    return yes("fit() lowered the error and found the known weights", **evidence)
