"""Does Keras train a PyTorch model by fit(), with no help from TensorFlow?

Keras is started with PyTorch as its backend. A linear model, which must be a
``torch.nn.Module``, learns known weights from noiseless data by ``compile()`` and ``fit()``. The
error is measured on ``predict()``'s numbers before and after; it must fall a thousandfold.

The control's optimiser has a learning rate of zero.

Limit: a convex problem. Whether TensorFlow was imported on the way, where it is installed, is in
the evidence.
"""

from __future__ import annotations

import sys
from typing import Any

from probes.api import KERAS, TORCH, Answer, no, probe, yes
from probes.capabilities import Capability
from probes.requirements import ECOSYSTEM

TRUE_WEIGHTS = [2.0, -3.0, 0.5]
EPOCHS = 20


def compiled_model(learning_rate: float) -> Any:
    """An untrained linear model, compiled to be trained at the given rate."""
    import keras

    model = keras.Sequential(
        [
            keras.layers.Input((len(TRUE_WEIGHTS),)),
            keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros"),
        ]
    )
    model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss="mse")
    return model


@probe(
    needs=(TORCH, KERAS),
    subject=lambda: compiled_model(learning_rate=0.1),
    control=lambda: compiled_model(learning_rate=0.0),
    provision=ECOSYSTEM,
    environment={"KERAS_BACKEND": "torch"},
    capability=Capability.FIT,
    framework="pytorch",
)
def check(subject: Any) -> Answer:
    """Fit, and compare predictions before and after."""
    import keras
    import numpy as np
    import torch

    inputs = np.random.default_rng(0).normal(size=(128, len(TRUE_WEIGHTS))).astype(np.float32)
    targets = inputs @ np.array(TRUE_WEIGHTS, dtype=np.float32)[:, None]

    def error() -> float:
        return float(np.mean((subject.predict(inputs, verbose=0) - targets) ** 2))

    before = error()
    subject.fit(inputs, targets, batch_size=16, epochs=EPOCHS, shuffle=False, verbose=0)
    after = error()
    evidence: dict[str, Any] = {
        "backend": keras.backend.backend(),
        "is_torch_module": isinstance(subject, torch.nn.Module),
        "error_before": before,
        "error_after": after,
        "tensorflow_imported": "tensorflow" in sys.modules,
    }
    if evidence["backend"] != "torch" or not evidence["is_torch_module"]:
        return no("the Keras model is not a PyTorch module", **evidence)
    if not after <= before / 1000:
        return no("fit() ran but did not lower the error", **evidence)
    return yes("fit() trained a PyTorch module", **evidence)
