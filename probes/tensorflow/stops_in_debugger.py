"""Does a debugger stop inside a TensorFlow model during training and see real numbers there?

Python's own debugger machinery (``bdb``, on which ``pdb`` and those of editors stand) gets a
breakpoint on a line of a Keras model's ``call``. The model is trained for three steps by a
gradient tape; at each stop a variable of that line is evaluated, and must be the number that the
same training gives in plain Python.

The control puts the same step under ``tf.function``: the debugger stops once, while it is traced,
and finds a symbolic tensor.

Limit: eager steps of an own loop, on the CPU. ``fit()`` runs so only with ``run_eagerly=True``.
"""

from __future__ import annotations

import bdb
import inspect
import math
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from probes.api import KERAS, TENSORFLOW, Answer, no, probe, yes
from probes.capabilities import Capability

WEIGHT, INPUT, TARGET, RATE = 0.5, 1.5, 2.0, 0.1
STEPS = 3
EXPRESSION = "float(hidden.numpy())"
TOLERANCE = 1e-5

Step = Callable[[], Any]
Program = tuple[Step, CodeType, int]  # a training step, and the line in the model to stop at


def training_step() -> Program:
    """A step of training, and the line of the model that is stopped at."""
    import tensorflow as tf

    class Model(tf.keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.scale = self.add_weight(shape=(), initializer=lambda *_, **__: tf.constant(WEIGHT))

        def call(self, x: Any) -> Any:
            hidden = self.scale * x
            return hidden * 1.0  # the line to stop at

    model = Model()
    x, target = tf.constant(INPUT), tf.constant(TARGET)

    def step() -> Any:
        with tf.GradientTape() as tape:
            loss = (model(x) - target) ** 2
        (gradient,) = tape.gradient(loss, model.trainable_variables)
        model.scale.assign_sub(RATE * gradient)
        return loss

    lines, first = inspect.getsourcelines(Model.call)
    line = first + next(i for i, text in enumerate(lines) if "# the line to stop at" in text)
    return step, Model.call.__code__, line


def traced_step() -> Program:
    """The same step as a graph."""
    import tensorflow as tf

    step, code, line = training_step()
    return tf.function(step, autograph=False), code, line


def hidden_in_plain_python() -> list[float]:
    """The value of ``hidden`` in each step of the training."""
    weight, values = WEIGHT, []
    for _ in range(STEPS):
        values.append(weight * INPUT)
        weight -= RATE * 2 * (weight * INPUT - TARGET) * INPUT
    return values


class Debugger(bdb.Bdb):
    """Stops at one line and evaluates EXPRESSION there; None where it has no value."""

    def __init__(self, code: CodeType, line: int) -> None:
        super().__init__()
        self.place = (code, line)
        self.seen: list[float | None] = []
        refused = self.set_break(code.co_filename, line)
        if refused:
            raise RuntimeError(refused)

    def user_line(self, frame: FrameType) -> None:
        if (frame.f_code, frame.f_lineno) == self.place:
            try:
                self.seen.append(eval(EXPRESSION, frame.f_globals, frame.f_locals))
            except (AttributeError, NotImplementedError):  # a symbolic tensor has no number
                self.seen.append(None)
        self.set_continue()


@probe(
    needs=(TENSORFLOW, KERAS),
    subject=training_step,
    control=traced_step,
    capability=Capability.DEBUGGER,
)
def check(subject: Program) -> Answer:
    """Train under the debugger and compare what it saw with plain Python."""
    step, code, line = subject
    debugger = Debugger(code, line)
    tracing = sys.gettrace()
    losses = []
    try:
        for _ in range(STEPS):
            loss: Any = debugger.runcall(step)
            losses.append(float(loss))
    finally:
        debugger.clear_all_breaks()
        sys.settrace(tracing)
    expected = hidden_in_plain_python()
    evidence: dict[str, Any] = {
        "steps": STEPS,
        "losses": losses,
        "expression": EXPRESSION,
        "seen_by_debugger": list(debugger.seen),
        "expected": list(expected),
        "tolerance": TOLERANCE,
    }
    if len(debugger.seen) != STEPS:
        stops = len(debugger.seen)
        return no(f"the debugger stopped {stops} times in {STEPS} steps", **evidence)
    numbers = [math.nan if number is None else number for number in debugger.seen]
    if not all(abs(numbers[i] - value) <= TOLERANCE for i, value in enumerate(expected)):
        return no("the debugger saw other numbers, or none", **evidence)
    return yes("the debugger stopped in the model at every step and saw its numbers", **evidence)
