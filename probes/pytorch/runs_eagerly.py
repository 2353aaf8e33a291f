"""Does PyTorch run each operation when its line is reached?

A small program doubles a tensor, hands the intermediate result to a Python list, and squares it.
After each of three calls the list must hold the concrete number, and each result must be right:
Python between two operations sees values, on every call.

The control is the same program recorded once as a graph and replayed: its results are the same,
but the Python in between no longer runs.

Limit: says what happens by default, not that PyTorch has no graph mode.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TORCH, Answer, no, probe, yes
from probes.capabilities import Capability

INPUTS = [1.0, 3.0, -2.0]

Program = tuple[Callable[[Any], Any], list[Any]]


def as_written() -> Program:
    """The program and the list it hands its intermediate results to."""
    seen: list[Any] = []

    def double_and_square(x: Any) -> Any:
        doubled = x * 2
        seen.append(doubled)
        return doubled * doubled

    return double_and_square, seen


def as_recorded_graph() -> Program:
    """The same program, recorded as a graph: the list is filled while recording, then never."""
    import torch

    program, seen = as_written()
    graph = torch.fx.symbolic_trace(program)
    seen.clear()
    return graph, seen


@probe(needs=(TORCH,), subject=as_written, control=as_recorded_graph, capability=Capability.EAGER)
def check(subject: Program) -> Answer:
    """Call the program thrice and compare what Python saw with plain arithmetic."""
    import torch

    program, seen = subject
    results = [float(program(torch.tensor(value))) for value in INPUTS]
    values = [float(value) for value in seen]
    evidence: dict[str, Any] = {"inputs": INPUTS, "seen_by_python": values, "results": results}
    if results != [(2 * value) ** 2 for value in INPUTS]:
        return no("the results are not the arithmetic ones", **evidence)
    if values != [2 * value for value in INPUTS]:
        return no("Python did not see the intermediate value of every call", **evidence)
    return yes("Python saw the value of the intermediate result on every call", **evidence)
