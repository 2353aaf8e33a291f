"""Does a function loaded from a SavedModel refuse inputs of another shape than was fixed for it?

A function whose signature says two rows is saved, loaded and called: with two rows, which must
give the right numbers, and with four, which must be refused. What the model's serving signature,
which servers call, does with the four rows is in the evidence: it may compute with the number of
rows that was fixed, and say nothing.

The control is saved with a signature that leaves the number of rows open, and answers.

Limit: one function, called in Python. What a server in front of it checks is another question.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TENSORFLOW, Answer, describe, no, probe, yes

TOLERANCE = 1e-6


def save(rows: int | None, folder: str) -> None:
    """Save a function of (``rows``, 3) tensors; None leaves the number of rows open."""
    import tensorflow as tf

    class Summing(tf.Module):  # type: ignore[misc]
        @tf.function(input_signature=[tf.TensorSpec((rows, 3), tf.float32, name="x")])  # type: ignore[untyped-decorator]
        def serve(self, x: Any) -> dict[str, Any]:
            rows = tf.cast(tf.shape(x)[0], tf.float32)
            return {"y": tf.reduce_mean(x, axis=0) * rows}

    model = Summing()
    tf.saved_model.save(model, folder, signatures={"serving_default": model.serve})


@probe(needs=(TENSORFLOW,), subject=lambda: 2, control=lambda: None)
def check(subject: int | None) -> Answer:
    """Save, load, and call with the promised shape and with another."""
    import tensorflow as tf

    save(subject, "model")
    model = tf.saved_model.load("model")
    serving = model.signatures["serving_default"]
    promised, other = (tf.random.stateless_normal((rows, 3), seed=(1, 2)) for rows in (2, 4))

    def difference(function: Callable[..., Any], x: Any) -> float:
        return float(tf.reduce_max(tf.abs(function(x=x)["y"] - tf.reduce_sum(x, axis=0))))

    def tried(function: Callable[..., Any]) -> float | str:
        """The difference for the other shape, or how it is refused."""
        try:
            return difference(function, other)
        except (TypeError, ValueError, tf.errors.InvalidArgumentError) as error:
            return describe(error)

    of_function, of_signature = tried(model.serve), tried(serving)
    evidence: dict[str, Any] = {
        "signature": str(serving.structured_input_signature[1]["x"].shape),
        "shape_tried": str(other.shape),
        "max_difference": max(difference(model.serve, promised), difference(serving, promised)),
        "function_with_other_shape": of_function,
        "serving_signature_with_other_shape": of_signature,
        "tolerance": TOLERANCE,
    }
    if not evidence["max_difference"] <= TOLERANCE:
        return no("the shape that was promised gives wrong numbers", **evidence)
    if not isinstance(of_function, str):
        return no("another shape is taken and computed", **evidence)
    if isinstance(of_signature, str):
        return yes("another shape is refused", **evidence)
    numbers = "right" if of_signature <= TOLERANCE else "wrong"
    return yes(
        "the function refuses another shape; the serving signature takes it unasked and gives "
        f"{numbers} numbers",
        **evidence,
    )
