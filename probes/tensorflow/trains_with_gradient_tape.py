"""Does TensorFlow train a model by a loop that the user writes around GradientTape?

Two variables learn a known line from noiseless data: forward under a tape, gradient, and an
update by hand, written out as a Python loop. The loss must fall a thousandfold and the line must
come out.

The control's updates have a step of zero.

Limit: a convex problem on the CPU; it shows that gradients reach the variables and move them.
"""

from __future__ import annotations

from typing import Any

from probes.api import TENSORFLOW, Answer, no, probe, yes
from probes.capabilities import Capability

SLOPE, OFFSET = 2.5, -1.0
STEPS = 100
TOLERANCE = 0.01


@probe(
    needs=(TENSORFLOW,), subject=lambda: 0.3, control=lambda: 0.0, capability=Capability.OWN_LOOP
)
def check(subject: float) -> Answer:
    """Train with the step size ``subject`` and compare the line with the known one."""
    import tensorflow as tf

    x = tf.linspace(-1.0, 1.0, 41)
    y = SLOPE * x + OFFSET
    slope, offset = tf.Variable(0.0), tf.Variable(0.0)
    losses = []
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((slope * x + offset - y) ** 2)
        slope_gradient, offset_gradient = tape.gradient(loss, [slope, offset])
        slope.assign_sub(subject * slope_gradient)
        offset.assign_sub(subject * offset_gradient)
        losses.append(float(loss))
    error = max(abs(float(slope) - SLOPE), abs(float(offset) - OFFSET))
    evidence: dict[str, Any] = {
        "first_loss": losses[0],
        "last_loss": losses[-1],
        "weight_error": error,
        "tolerance": TOLERANCE,
    }
    if not (losses[-1] <= losses[0] / 1000 and error <= TOLERANCE):
        return no("the loop ran but the line was not learnt", **evidence)
    return yes("the loop lowered the loss and found the line", **evidence)
