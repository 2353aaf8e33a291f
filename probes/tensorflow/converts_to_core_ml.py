"""Does TensorFlow convert a model to Core ML that gives the same numbers?

A small Keras classifier is converted by Core ML Tools, as a concrete function of TensorFlow, and
asked for predictions on inputs the converter did not see; they are compared with TensorFlow's.
Predicting needs macOS: elsewhere the conversion is done all the same, so that one that fails is
known everywhere. Whether the converter also takes the Keras model itself is told beside it.

The control changes one weight on the way into the converter.

Limit: a dense network in float32 on the processor. Neither a phone nor the Neural Engine is tried.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from operator import sub
from typing import Any

from probes import requirements
from probes.api import (
    KERAS,
    TENSORFLOW,
    Answer,
    Need,
    Provision,
    Unavailable,
    describe,
    no,
    probe,
    yes,
)
from probes.capabilities import Capability

TOLERANCE = 1e-4

Convert = Callable[[Any], Any]


def convert_source(source: Any) -> Any:
    """``source``, a Keras model or a list of one concrete function, as a float32 program."""
    import coremltools

    return coremltools.convert(
        source,
        source="tensorflow",
        minimum_deployment_target=coremltools.target.iOS16,
        compute_precision=coremltools.precision.FLOAT32,
        compute_units=coremltools.ComputeUnit.CPU_ONLY,
    )


def convert(model: Any) -> Any:
    """``model`` as a Core ML program, by way of a concrete function."""
    import tensorflow as tf

    signature = tf.TensorSpec((8, 6), tf.float32, name="x")
    return convert_source([tf.function(lambda x: model(x)).get_concrete_function(signature)])


def convert_with_one_weight_changed(model: Any) -> Any:
    """Convert while one weight, a bias, is another."""
    bias = model.weights[-1]
    kept = bias.numpy()
    changed = kept.copy()
    changed[0] += 2.0
    bias.assign(changed)
    converted = convert(model)
    bias.assign(kept)
    return converted


def keras_model_outcome(model: Any) -> str:
    """What becomes of the Keras model itself in the converter."""
    try:
        convert_source(model)
    except Exception as error:
        # Errors out of traced code say what happened in their last line.
        last = (str(error).strip().splitlines() or [type(error).__name__])[-1]
        return f"refused, {last.strip()}"
    return "converted"


def operations(converted: Any) -> int:
    """How many operations the program has, constants apart."""
    blocks = converted.get_spec().mlProgram.functions["main"].block_specializations.values()
    return sum(operation.type != "const" for block in blocks for operation in block.operations)


@probe(
    needs=(TENSORFLOW, KERAS, Need("coremltools", "coremltools")),
    subject=lambda: convert,
    control=lambda: convert_with_one_weight_changed,
    timeout=300.0,
    provision=Provision(requirements=(requirements.TENSORFLOW, "coremltools==9.0"), megabytes=1665),
    capability=Capability.CORE_ML,
)
def check(subject: Convert) -> Answer:
    """Convert, predict where that is possible, compare."""
    import tensorflow as tf

    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((6,)),
            tf.keras.layers.Dense(16, activation="relu"),
            tf.keras.layers.Dense(3, activation="softmax"),
        ]
    )
    inputs = tf.random.stateless_normal((8, 6), seed=(1, 2))
    try:
        converted = subject(model)
    except Exception as error:
        return no(f"coremltools.convert raised {describe(error)}")
    count = operations(converted)
    itself = keras_model_outcome(model)
    if platform.system() != "Darwin":
        raise Unavailable(
            f"converted to {count} Core ML operations, which only macOS can run"
            f" (a Keras model itself: {itself})"
        )
    (entry,), (result,) = converted.input_description, converted.output_description
    try:
        predicted = converted.predict({entry: inputs.numpy()})[result].flatten().tolist()
    except Exception as error:
        return no(f"predicting raised {describe(error)}", operations=count)
    expected = model(inputs).numpy().flatten().tolist()
    differences = list(map(abs, map(sub, predicted, expected)))
    evidence: dict[str, Any] = {
        "operations": count,
        "keras_model": itself,
        "max_difference": max(differences),
        "tolerance": TOLERANCE,
    }
    same = all(difference <= TOLERANCE for difference in differences)
    if len(predicted) != len(expected) or not same:
        return no("Core ML's numbers differ from TensorFlow's", **evidence)
    return yes("Core ML gives TensorFlow's numbers", **evidence)
