"""Can a TensorFlow model's graph be a different one for every input, gradients included?

A recurrent model steps once per element of a sequence (a variable length) and then doubles its
state until it passes a bound (a loop that depends on the data). For sequences of three lengths
its output and its gradient are compared with the same recurrence in plain Python, and the number
of results that the gradient tape's record leads through must differ from one sequence to the next.

The control takes both loop counts from the first sequence and keeps them, as a frozen graph does.

Limit: eager mode on the CPU. Capturing such a model by ``tf.function`` is another question.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from probes.api import TENSORFLOW, Answer, no, probe, yes
from probes.capabilities import Capability

WEIGHT, RECURRENT = 0.7, -0.4
BOUND = 10.0
SEQUENCES = [[0.9, -0.3], [0.2, 0.5, -0.8, 0.1, 0.05], [0.3, 1.1, -0.6, 0.4, 0.2, -0.9, 0.7]]
TOLERANCE = 1e-4

Model = Callable[[Any, Any], "list[Any]"]  # its results, the last of which is its output


def decides_anew() -> Model:
    """A recurrence whose loops look at each input."""
    import tensorflow as tf

    def model(weight: Any, sequence: Any) -> list[Any]:
        results = [tf.zeros(())]
        for value in sequence:
            results.append(weight * value + RECURRENT * results[-1])
            results.append(tf.tanh(results[-1]))
        while tf.abs(results[-1]) < BOUND:
            results.append(results[-1] * 2)
        return results

    return model


def frozen_at_first_input() -> Model:
    """The same recurrence with the loop counts of the first input it meets."""
    import tensorflow as tf

    counts: list[int] = []

    def model(weight: Any, sequence: Any) -> list[Any]:
        if not counts:
            first = SEQUENCES[0]
            counts.extend((len(first), reference(WEIGHT, first)[1]))
        results = [tf.zeros(())]
        for value in sequence[: counts[0]]:
            results.append(weight * value + RECURRENT * results[-1])
            results.append(tf.tanh(results[-1]))
        for _ in range(counts[1]):
            results.append(results[-1] * 2)
        return results

    return model


def reference(weight: float, sequence: list[float]) -> tuple[float, int]:
    """The recurrence in plain Python: the final state and how often it was doubled."""
    state, doublings = 0.0, 0
    for value in sequence:
        state = math.tanh(weight * value + RECURRENT * state)
    while abs(state) < BOUND:
        state, doublings = state * 2, doublings + 1
    return state, doublings


def reference_gradient(weight: float, sequence: list[float]) -> float:
    """The derivative of :func:`reference` with respect to the weight, by the chain rule."""
    state, slope = 0.0, 0.0
    for value in sequence:
        state = math.tanh(weight * value + RECURRENT * state)
        slope = (1 - state**2) * (value + RECURRENT * slope)
    return float(slope * 2 ** reference(weight, sequence)[1])


@probe(
    needs=(TENSORFLOW,),
    subject=decides_anew,
    control=frozen_at_first_input,
    capability=Capability.DYNAMIC_GRAPH,
)
def check(subject: Model) -> Answer:
    """Run each sequence forward and backward and compare with plain Python."""
    import tensorflow as tf

    sizes, differences = [], []
    for sequence in SEQUENCES:
        weight = tf.Variable(WEIGHT)
        with tf.GradientTape() as tape:
            results = subject(weight, tf.constant(sequence))
        gradient, *through = tape.gradient(results[-1], [weight, *results[1:]])
        sizes.append(sum(1 for slope in through if slope is not None))
        wrong_value = abs(float(results[-1]) - reference(WEIGHT, sequence)[0])
        wrong_slope = abs(float(gradient) - reference_gradient(WEIGHT, sequence))
        differences.append(max(wrong_value, wrong_slope))
    evidence: dict[str, Any] = {
        "lengths": [len(sequence) for sequence in SEQUENCES],
        "recorded_results": list(sizes),
        "max_differences": list(differences),
        "tolerance": TOLERANCE,
    }
    if not all(difference <= TOLERANCE for difference in differences):
        return no("outputs or gradients are wrong for some of the sequences", **evidence)
    if len(set(sizes)) != len(sizes):
        return no("two sequences got graphs of the same size", **evidence)
    return yes("each sequence got a graph of its own, with the right gradients", **evidence)
