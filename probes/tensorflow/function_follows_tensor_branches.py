"""Does a traced tf.function still follow a branch and a loop that depend on a tensor's value?

A function with an ``if`` and a ``while`` on tensors is traced once and called on inputs that take
either branch and need different numbers of rounds. Its results are compared with the same
function run by plain Python.

The control decides the branch and the number of rounds in Python, for the first input, and so
freezes them into the graph.

Limit: what AutoGraph rewrites. Branches hidden in code it does not see stay frozen.
"""

from __future__ import annotations

from typing import Any

from probes.api import TENSORFLOW, Answer, describe, no, probe, yes
from probes.capabilities import Capability

INPUTS = [3.0, -5.0, 0.5, -40.0]
BOUND = 100.0


def by_value(x: Any) -> Any:
    """Branch and loop on the value of ``x``, be it a number or a tensor."""
    if x > 0:  # noqa: SIM108 - the statement is what is asked about
        y = x + 1.0
    else:
        y = -x * 3.0
    while y < BOUND:
        y = y * 2.0
    return y


def following() -> Any:
    """The function, rewritten by AutoGraph so that its graph holds the branch and the loop."""
    import tensorflow as tf

    return tf.function(by_value)


def frozen() -> Any:
    """A graph of the branch and the number of rounds that the first input takes."""
    import tensorflow as tf

    positive = INPUTS[0] > 0
    start = INPUTS[0] + 1.0 if positive else -INPUTS[0] * 3.0
    factor = by_value(INPUTS[0]) / start
    return tf.function(lambda x: (x + 1.0 if positive else -x * 3.0) * factor)


@probe(needs=(TENSORFLOW,), subject=following, control=frozen, capability=Capability.GRAPH_BRANCHES)
def check(subject: Any) -> Answer:
    """Call the function on each input and compare with plain Python."""
    import tensorflow as tf

    try:
        results = [float(subject(tf.constant(value))) for value in INPUTS]
    except Exception as error:
        return no(f"calling the traced function raised {describe(error)}")
    expected = [by_value(value) for value in INPUTS]
    evidence: dict[str, Any] = {
        "inputs": INPUTS,
        "results": results,
        "expected": expected,
        "traces": subject.experimental_get_tracing_count(),
    }
    if results != expected:
        return no("some inputs got the branch or the rounds of another input", **evidence)
    if evidence["traces"] != 1:
        return no("the function was traced anew, so one graph did not hold it all", **evidence)
    return yes("one graph took the right branch and rounds for every input", **evidence)
