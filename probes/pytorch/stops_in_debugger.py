"""Does a debugger stop inside a PyTorch model while it trains, and see real numbers there?

Python's own debugger is set to break at a line of the model's ``forward``. One weight is trained
for three steps; at each stop an expression is evaluated in the model's frame. The numbers must be
those of the same training in plain Python.

The control trains the model after it was recorded as a graph: the debugger finds no such line to
stop at.

Limit: eager mode, which is the default. Code under ``torch.compile`` is another question.
"""

from __future__ import annotations

import bdb
import inspect
import math
import sys
from types import FrameType
from typing import Any

from probes.api import TORCH, Answer, no, probe, yes
from probes.capabilities import Capability

INPUT, TARGET, START, RATE, STEPS = 1.5, 2.0, 0.25, 0.1, 3
MARK = "the debugger stops here"
EXPRESSION = "float(hidden) * 10"
TOLERANCE = 1e-5


class Debugger(bdb.Bdb):
    """Notes what the expression is worth whenever it stops at the line."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.values: list[float] = []
        if problem := self.set_break(__file__, line):
            raise RuntimeError(problem)

    def user_line(self, frame: FrameType) -> None:
        if frame.f_code.co_filename == __file__ and frame.f_lineno == self.line:
            self.values.append(eval(EXPRESSION, frame.f_globals, frame.f_locals))
        self.set_continue()


def one_weight() -> Any:
    """A model of one weight."""
    import torch

    class Scale(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.tensor(START))

        def forward(self, x: Any) -> Any:
            hidden = self.weight * x
            return torch.tanh(hidden)  # the debugger stops here

    return Scale()


def recorded() -> Any:
    """The same model, recorded as a graph."""
    import torch

    return torch.fx.symbolic_trace(one_weight())


def line_of_mark() -> int:
    """The number of the line with the mark in the model above."""
    lines, first = inspect.getsourcelines(one_weight)
    return first + next(index for index, line in enumerate(lines) if MARK in line)


def expected_values() -> list[float]:
    """What the expression is worth at each step, by plain Python."""
    values, weight = [], START
    for _ in range(STEPS):
        hidden = weight * INPUT
        values.append(hidden * 10)
        output = math.tanh(hidden)
        weight -= RATE * 2 * (output - TARGET) * (1 - output**2) * INPUT
    return values


@probe(needs=(TORCH,), subject=one_weight, control=recorded, capability=Capability.DEBUGGER)
def check(subject: Any) -> Answer:
    """Train under the debugger and compare what it saw."""
    import torch

    optimiser = torch.optim.SGD(subject.parameters(), lr=RATE)

    def train() -> None:
        for _ in range(STEPS):
            optimiser.zero_grad()
            (subject(torch.tensor(INPUT)) - TARGET).square().backward()
            optimiser.step()

    debugger = Debugger(line_of_mark())
    tracing = sys.gettrace()
    try:
        debugger.runcall(train)
    finally:
        debugger.clear_all_breaks()
        sys.settrace(tracing)
    expected = expected_values()
    evidence: dict[str, Any] = {
        "steps": STEPS,
        "stops": len(debugger.values),
        "expression": EXPRESSION,
        "values": debugger.values,
        "expected": expected,
        "tolerance": TOLERANCE,
    }
    if len(debugger.values) != STEPS:
        stops = f"{len(debugger.values)} times in {STEPS} steps"
        return no(f"the debugger stopped inside the model {stops}", **evidence)
    if not math.dist(debugger.values, expected) <= TOLERANCE:
        return no("the numbers seen at the stops are not the training's", **evidence)
    return yes("the debugger stopped at every step and saw the model's numbers", **evidence)
