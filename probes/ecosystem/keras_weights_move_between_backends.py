"""Does Keras on PyTorch take over weights that Keras on TensorFlow wrote, with the same numbers?

A process of its own, with TensorFlow as its backend, builds a small network with convolution,
normalisation and dense layers, writes its weights to a file, and its outputs for known inputs to
another. Here, with PyTorch as the backend, the same code builds the same network, loads the weights
and must give the same outputs.

The control changes one weight on the way.

Limit: five kinds of layers that both backends have. Training state and whole models are not moved.
"""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from probes.api import KERAS, TORCH, Answer, Need, no, probe, yes
from probes.requirements import ECOSYSTEM

TOLERANCE = 1e-5

Load = Callable[[Any], None]

# What the other process runs, after the source of ``build``.
WRITE = """
import keras
import numpy as np
import tensorflow

generator = np.random.default_rng(0)
model = build()
model.set_weights([generator.uniform(0.1, 0.5, weight.shape) for weight in model.weights])
inputs = generator.normal(size=(4, 8, 8, 3)).astype("float32")
np.savez("numbers.npz", inputs=inputs, outputs=model.predict(inputs, verbose=0))
model.save_weights("moved.weights.h5")
print(keras.backend.backend(), tensorflow.__version__)
"""


def build() -> Any:
    """A small untrained network, on whichever backend Keras has."""
    import keras

    return keras.Sequential(
        [
            keras.layers.Input((8, 8, 3)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(5, activation="softmax"),
        ]
    )


def load(model: Any) -> None:
    """Load the written weights into ``model``."""
    model.load_weights("moved.weights.h5")


def load_with_one_weight_changed(model: Any) -> None:
    """Load, then change one weight of the last layer."""
    load(model)
    kernel, bias = model.layers[-1].get_weights()
    kernel[0, 0] += 2.0
    model.layers[-1].set_weights([kernel, bias])


def write_on_tensorflow() -> list[str]:
    """Write weights and numbers in a fresh process, and return its backend and its version."""
    program = "\n".join(("from typing import Any", inspect.getsource(build), WRITE))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=240,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"Keras on TensorFlow failed: {done.stderr.strip()[-400:]}")
    return done.stdout.split()[-2:]


@probe(
    needs=(TORCH, KERAS, Need("tensorflow", "tensorflow", imported=False)),
    subject=lambda: load,
    control=lambda: load_with_one_weight_changed,
    environment={"KERAS_BACKEND": "torch"},
    timeout=300.0,
    provision=ECOSYSTEM,
)
def check(subject: Load) -> Answer:
    """Write on TensorFlow, load on PyTorch, compare."""
    import keras
    import numpy as np

    wrote, version = write_on_tensorflow()
    model = build()
    subject(model)
    numbers = np.load("numbers.npz")
    difference = np.abs(model.predict(numbers["inputs"], verbose=0) - numbers["outputs"]).max()
    evidence: dict[str, Any] = {
        "written_by": f"{wrote} {version}",
        "loaded_by": keras.backend.backend(),
        "weights": len(model.weights),
        "max_difference": float(difference),
        "tolerance": TOLERANCE,
    }
    if (wrote, evidence["loaded_by"]) != ("tensorflow", "torch"):
        return no("Keras did not run on the two backends it was started with", **evidence)
    if not difference <= TOLERANCE:
        return no("the loaded weights give other numbers on PyTorch", **evidence)
    return yes("the weights give the same numbers on both backends", **evidence)
