"""Does TensorFlow Hub load a model with the same numbers?

A small network is written as a SavedModel and loaded by ``hub.load``; its outputs are compared with
the original's. Beside it, the same model is put as a ``hub.KerasLayer`` into a Keras 3 model and
into one of the older Keras, where each is installed, and what became of it is told. So is what a
fresh import of TensorFlow Hub says of deprecated parts it rests on.

The control changes one weight on the way to disk.

Limit: a model from this machine's disk. Nothing is downloaded, so no published model is tried.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from probes.api import TENSORFLOW, Answer, Need, describe, no, probe, yes
from probes.capabilities import Capability
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


def layer_outcome(name: str, inputs: Any, expected: Any) -> str:
    """What becomes of the saved model as a layer in a model of the Keras called ``name``."""
    import tensorflow_hub as hub

    if importlib.util.find_spec(name) is None:
        return "not installed"
    keras = importlib.import_module(name)
    try:
        layers = [keras.layers.Input((4,)), hub.KerasLayer("saved")]
        outputs = keras.Sequential(layers).predict(inputs, verbose=0)
    except Exception as error:
        first_sentence = describe(error).split(". ")[0]
        return f"{keras.__version__} refuses it, {first_sentence}"
    return f"{keras.__version__} takes it, difference {abs(outputs - expected).max():.1e}"


def deprecated_parts() -> tuple[str, ...]:
    """What warnings call deprecated that the first import of TensorFlow Hub's own lines causes."""
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", "import tensorflow_hub"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=240,
        check=False,
    )
    told = re.findall(r"tensorflow_hub[/\\]\S+: \w*Warning: (.*\bdeprecated\b.*)", done.stderr)
    return tuple(dict.fromkeys(told))


@probe(
    needs=(TENSORFLOW, Need("tensorflow_hub", "tensorflow-hub")),
    subject=lambda: save,
    control=lambda: save_with_one_weight_changed,
    timeout=300.0,
    provision=HUB,
    capability=Capability.READY_MODELS,
    framework="tensorflow",
)
def check(subject: Save) -> Answer:
    """Save, load, compare; then try it as a layer."""
    import tensorflow as tf
    import tensorflow_hub as hub

    model = small_network()
    inputs = tf.random.stateless_normal((5, 4), seed=(3, 4)).numpy()
    expected = model(inputs).numpy()
    try:
        subject(model, "saved")
        outputs = hub.load("saved")(inputs).numpy()
    except Exception as error:
        return no(f"saving or loading raised {describe(error)}")
    evidence: dict[str, Any] = {
        "max_difference": float(abs(outputs - expected).max()),
        "tolerance": TOLERANCE,
        "layer_in_keras": layer_outcome("keras", inputs, expected),
        "layer_in_tf_keras": layer_outcome("tf_keras", inputs, expected),
    }
    if not evidence["max_difference"] <= TOLERANCE:
        answer = no("the loaded model's numbers differ from the original's", **evidence)
    else:
        answer = yes("the loaded model gives the original's numbers", **evidence)
    return replace(answer, deprecations=deprecated_parts())
