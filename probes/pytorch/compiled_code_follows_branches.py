"""Does code under torch.compile still follow a branch and a loop that depend on a tensor's value?

A function with an ``if`` and a ``while`` on tensors is compiled and called on inputs that take
either branch and need different numbers of rounds. Its results are compared with the same
function run by plain Python, and something of it must really have been compiled. ``torch.compile``
splits such a function into several graphs, with Python deciding in between; how many, and whether
it refuses to make one graph of all (``fullgraph=True``), is in the evidence.

The control decides the branch and the number of rounds in Python, for the first input, and so
freezes them into the graph.

Limit: numbers on the CPU. What the breaks between graphs cost is not measured.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TORCH, Answer, Command, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

INPUTS = [3.0, -5.0, 0.5, -40.0]
BOUND = 100.0

Function = Callable[[Any], Any]


def by_value(x: Any) -> Any:
    """Branch and loop on the value of ``x``, be it a number or a tensor."""
    if x > 0:  # noqa: SIM108 - the statement is what is asked about
        y = x + 1.0
    else:
        y = -x * 3.0
    while y < BOUND:
        y = y * 2.0
    return y


def frozen() -> Function:
    """The branch and the number of rounds that the first input takes."""
    positive = INPUTS[0] > 0
    start = INPUTS[0] + 1.0 if positive else -INPUTS[0] * 3.0
    factor = by_value(INPUTS[0]) / start
    return lambda x: (x + 1.0 if positive else -x * 3.0) * factor


@probe(
    needs=(TORCH,),
    subject=lambda: by_value,
    control=frozen,
    commands=(Command("g++", "a C++ compiler, for example from build-essential"),),
    environment={"TORCHINDUCTOR_COMPILE_THREADS": "1"},  # no compiling processes that stay
    timeout=600.0,
    capability=Capability.GRAPH_BRANCHES,
)
def check(subject: Function) -> Answer:
    """Call the compiled function on each input and compare with plain Python."""
    import torch

    if not hasattr(torch, "compile"):
        return no("torch.compile is gone from this version, or not in it yet")
    graphs: list[int] = []

    def counting(graph: Any, examples: Any) -> Any:
        graphs.append(len(graph.graph.nodes))
        return torch._dynamo.lookup_backend("inductor")(graph, examples)

    torch._dynamo.reset()
    try:
        compiled = torch.compile(subject, backend=counting)
        results = [float(compiled(torch.tensor(value))) for value in INPUTS]
        torch._dynamo.reset()
        breaks = torch._dynamo.explain(subject)(torch.tensor(INPUTS[0])).graph_break_count
        refusal = refusal_of_one_graph(subject)
    except Exception as error:
        if "InvalidCxxCompiler" in describe(error):
            raise Unavailable(f"the C++ compiler does not work: {describe(error)}") from error
        return no(f"torch.compile raised {describe(error)}")
    finally:
        torch._dynamo.reset()
    expected = [by_value(value) for value in INPUTS]
    evidence: dict[str, Any] = {
        "inputs": INPUTS,
        "results": results,
        "expected": expected,
        "graphs": len(graphs),
        "graph_breaks_of_first_input": breaks,
        "fullgraph_refused": refusal is not None,
        "fullgraph_refusal": refusal,
    }
    if results != expected:
        return no("some inputs got the branch or the rounds of another input", **evidence)
    if not graphs:
        return no("nothing of the function was compiled", **evidence)
    split = f"{len(graphs)} graphs" if len(graphs) > 1 else "one graph"
    return yes(f"every input got its own branch and rounds, from {split}", **evidence)


def refusal_of_one_graph(function: Function) -> str | None:
    """What ``fullgraph=True`` says against making one graph of it, or None where it makes one."""
    import torch

    torch._dynamo.reset()
    try:
        torch.compile(function, backend="eager", fullgraph=True)(torch.tensor(INPUTS[0]))
    except Exception as error:
        return describe(error)
    return None
