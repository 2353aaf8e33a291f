"""Does Python code inside a tf.function see real numbers on every call?

A traced function doubles a tensor, lets a piece of Python look at the intermediate result (it asks
for its number, prints it and puts it into a list), and squares it. After three calls the list must
hold the three numbers, and each result must be right. How often the function was traced is in the
evidence, and what the same Python sees when it is put into the graph by ``tf.py_function``.

The control's Python looks at the first call only.

Limit: Python as it is written in the function. ``tf.print`` and ``tf.py_function`` are operations
of the graph and run on every call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TENSORFLOW, Answer, no, probe, yes
from probes.capabilities import Capability

INPUTS = [1.0, 3.0, -2.0]

Look = Callable[[Any], None]
Program = tuple[Look, "list[float | None]"]


def looks_each_time() -> Program:
    """Python that looks at a tensor, and the list it puts the number into."""
    seen: list[float | None] = []

    def look(tensor: Any) -> None:
        number = float(tensor.numpy()) if hasattr(tensor, "numpy") else None
        print("seen:", tensor if number is None else number)
        seen.append(number)

    return look, seen


def looks_at_the_first_call() -> Program:
    """The same, but blind afterwards."""
    look, seen = looks_each_time()

    def look_once(tensor: Any) -> None:
        if not seen:
            look(tensor)

    return look_once, seen


@probe(
    needs=(TENSORFLOW,),
    subject=looks_each_time,
    control=looks_at_the_first_call,
    capability=Capability.GRAPH_VALUES,
)
def check(subject: Program) -> Answer:
    """Call the traced function thrice and compare what Python saw with plain arithmetic."""
    import tensorflow as tf

    look, seen = subject

    def double_look_and_square(x: Any) -> Any:
        doubled = x * 2
        look(doubled)
        return doubled * doubled

    traced = tf.function(double_look_and_square, autograph=False)
    results = [float(traced(tf.constant(value))) for value in INPUTS]
    by_operation, seen_by_operation = looks_each_time()

    @tf.function  # type: ignore[untyped-decorator]
    def asking(x: Any) -> None:
        tf.py_function(by_operation, [x * 2], [])

    for value in INPUTS:
        asking(tf.constant(value))
    evidence: dict[str, Any] = {
        "inputs": INPUTS,
        "seen_by_python": list(seen),
        "seen_by_py_function": list(seen_by_operation),
        "results": results,
        "traces": traced.experimental_get_tracing_count(),
    }
    if results != [(2 * value) ** 2 for value in INPUTS]:
        return no("the results are not the arithmetic ones", **evidence)
    if seen != [2 * value for value in INPUTS]:
        return no("Python did not see the intermediate value of every call", **evidence)
    return yes("Python inside the function saw the number of every call", **evidence)
