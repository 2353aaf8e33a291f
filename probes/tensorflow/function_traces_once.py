"""Does tf.function run its Python once and then replay the recorded graph?

A function with a side effect in Python (a counter) is called five times with tensors of one
shape and type. The counter must stand at one, and every result must be right.

The control is the same function without ``tf.function``.

Limit: one signature. New shapes, types or Python arguments are traced anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TENSORFLOW, Answer, no, probe, yes
from probes.capabilities import Capability

INPUTS = [1.0, 2.0, 3.0, 4.0, 5.0]

Counted = tuple[Callable[[Any], Any], list[int]]


def counted() -> Counted:
    """A function and the list that grows each time its Python runs."""
    runs: list[int] = []

    def cube(x: Any) -> Any:
        runs.append(len(runs))
        return x * x * x

    return cube, runs


def traced() -> Counted:
    """The same function under ``tf.function``."""
    import tensorflow as tf

    function, runs = counted()
    return tf.function(function), runs


@probe(needs=(TENSORFLOW,), subject=traced, control=counted, capability=Capability.GRAPH)
def check(subject: Counted) -> Answer:
    """Call the function five times and count how often its Python ran."""
    import tensorflow as tf

    function, runs = subject
    results = [float(function(tf.constant(value))) for value in INPUTS]
    evidence: dict[str, Any] = {
        "calls": len(INPUTS),
        "python_runs": len(runs),
        "results": results,
    }
    if results != [value**3 for value in INPUTS]:
        return no("the results are not the arithmetic ones", **evidence)
    if len(runs) != 1:
        return no(f"its Python ran {len(runs)} times in {len(INPUTS)} calls", **evidence)
    return yes(f"its Python ran once in {len(INPUTS)} calls, all of them right", **evidence)
