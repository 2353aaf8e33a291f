"""Does one graph traced by tf.function take inputs of many lengths?

A function whose signature leaves the length open is called with vectors of the lengths 2 to 7, and
the traces are counted after each call. There must be one in all, and every result must be the
untraced function's. How many traces the default and ``reduce_retracing`` make is in the evidence.

The control is the same function without a signature, which is traced anew for every length.

Limit: one dimension that varies, on the CPU. With ``jit_compile=True`` XLA compiles for each shape.
"""

from __future__ import annotations

from typing import Any

from probes.api import TENSORFLOW, Answer, describe, no, probe, yes
from probes.capabilities import Capability

LENGTHS = [2, 3, 4, 5, 6, 7]
TOLERANCE = 1e-6


def function(x: Any) -> Any:
    """What is traced."""
    import tensorflow as tf

    return tf.reduce_sum(tf.tanh(x * 2.0 + 1.0))


def any_length() -> Any:
    """The function, traced for vectors of any length."""
    import tensorflow as tf

    return tf.function(function, input_signature=[tf.TensorSpec((None,), tf.float32)])


def as_it_comes() -> Any:
    """The function, traced for what it is called with."""
    import tensorflow as tf

    return tf.function(function)


def traces_after_each_length(traced: Any) -> tuple[list[int], float]:
    """How often ``traced`` was traced after each length, and its largest difference."""
    import tensorflow as tf

    counts, differences = [], []
    for length in LENGTHS:
        x = tf.linspace(-1.0, 1.0, length)
        differences.append(abs(float(traced(x)) - float(function(x))))
        counts.append(int(traced.experimental_get_tracing_count()))
    return counts, max(differences)


@probe(
    needs=(TENSORFLOW,),
    subject=any_length,
    control=as_it_comes,
    capability=Capability.SHAPES,
)
def check(subject: Any) -> Answer:
    """Call the traced function with each length, count the traces, compare."""
    import tensorflow as tf

    try:
        counts, difference = traces_after_each_length(subject)
    except Exception as error:
        return no(f"calling the traced function raised {describe(error)}")
    evidence: dict[str, Any] = {
        "lengths": LENGTHS,
        "traces_after_each": counts,
        "max_difference": difference,
        "tolerance": TOLERANCE,
        "default_traces": traces_after_each_length(tf.function(function))[0],
    }
    try:
        relaxed = tf.function(function, reduce_retracing=True)
        evidence["reduce_retracing_traces"] = traces_after_each_length(relaxed)[0]
    except TypeError:
        evidence["reduce_retracing_traces"] = "not in this version"
    if not difference <= TOLERANCE:
        return no("the graph's numbers differ from the function's", **evidence)
    if counts[-1] != 1:
        return no(f"{len(LENGTHS)} lengths took {counts[-1]} traces", **evidence)
    return yes(f"one trace took {len(LENGTHS)} lengths", **evidence)
