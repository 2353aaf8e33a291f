"""Does XLA compile a tf.function, fuse its operations and give the right numbers?

A function of several elementwise operations and a sum is compiled by
``tf.function(jit_compile=True)`` and run; its numbers are compared with the uncompiled function's.
The program that XLA optimised is asked for, and must hold a fusion: several operations made one.

The control is traced and not compiled; its numbers are the same.

Limit: on the CPU, and nothing is said of speed. XLA refuses operations that it does not know.
"""

from __future__ import annotations

import re
from typing import Any

from probes.api import TENSORFLOW, Answer, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-5  # relative


def function(x: Any) -> Any:
    """What is compiled."""
    import tensorflow as tf

    return tf.reduce_sum(tf.tanh(x * 2.0 + 1.0) * x, axis=1)


def traced(jit_compile: bool) -> Any:
    """The function as a graph, compiled by XLA or not."""
    import tensorflow as tf

    return tf.function(function, jit_compile=jit_compile)


def compiled_program(subject: Any, x: Any) -> str:
    """What XLA made of ``subject``, as text; empty where XLA had no part in it."""
    try:
        return str(subject.experimental_get_compiler_ir(x)(stage="optimized_hlo"))
    except ValueError:  # it is not a function that is to be compiled
        return ""


@probe(
    needs=(TENSORFLOW,),
    subject=lambda: traced(jit_compile=True),
    control=lambda: traced(jit_compile=False),
    capability=Capability.XLA,
)
def check(subject: Any) -> Answer:
    """Run, compare, and look for fusions in the compiled program."""
    import tensorflow as tf

    x = tf.random.stateless_normal((64, 64), seed=(1, 2))
    expected = function(x)
    try:
        results = subject(x)
    except Exception as error:
        return no(f"compiling or running raised {describe(error)}")
    scale = float(tf.reduce_max(tf.abs(expected)))
    program = compiled_program(subject, x)
    evidence: dict[str, Any] = {
        "max_relative_difference": float(tf.reduce_max(tf.abs(results - expected))) / scale,
        "tolerance": TOLERANCE,
        "fusions": len(re.findall(r"\bfusion\(", program)),
        "program_lines": len(program.splitlines()),
    }
    if not evidence["max_relative_difference"] <= TOLERANCE:
        return no("the compiled function's numbers differ from the function's", **evidence)
    if not evidence["fusions"]:
        return no("there is no program by XLA in which operations are fused", **evidence)
    return yes("XLA fused operations, and the numbers are the function's", **evidence)
