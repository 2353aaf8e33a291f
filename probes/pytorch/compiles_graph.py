"""Does torch.compile turn a model's Python into compiled code that computes the same numbers?

A small network is compiled by ``torch.compile``: the graphs that it captures are counted on their
way to Inductor, the default backend, and so are the runs of the machine code that comes back.
There must be one graph, every call must have run it, and the outputs must be the uncompiled
model's.

The control leaves one operation out of the captured graph before it is compiled.

Limit: one small network without branches, on the CPU. It says nothing of speed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TORCH, Answer, Command, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-5
CALLS = 3

Backend = Callable[[Any, Any], Any]


def inductor(graph: Any, examples: Any) -> Any:
    """Machine code for the captured graph."""
    import torch

    return torch._dynamo.lookup_backend("inductor")(graph, examples)


def inductor_without_one_operation(graph: Any, examples: Any) -> Any:
    """Machine code for the captured graph without its last operation."""
    (output,) = (node for node in graph.graph.nodes if node.op == "output")
    last = output.all_input_nodes[0]
    last.replace_all_uses_with(last.all_input_nodes[0])
    graph.graph.erase_node(last)
    graph.recompile()
    return inductor(graph, examples)


def small_network() -> Any:
    """A dense network with fixed weights."""
    import torch

    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3), torch.nn.Tanh()
    ).eval()


@probe(
    needs=(TORCH,),
    subject=lambda: inductor,
    control=lambda: inductor_without_one_operation,
    commands=(Command("g++", "a C++ compiler, for example from build-essential"),),
    environment={"TORCHINDUCTOR_COMPILE_THREADS": "1"},  # no compiling processes that stay
    timeout=600.0,
    capability=Capability.GRAPH,
)
def check(subject: Backend) -> Answer:
    """Compile, call, count and compare."""
    import torch

    if not hasattr(torch, "compile"):
        return no("torch.compile is gone from this version, or not in it yet")
    sizes: list[int] = []
    runs: list[int] = []

    def counting(graph: Any, examples: Any) -> Any:
        sizes.append(len(graph.graph.nodes))
        compiled = subject(graph, examples)

        def run(*arguments: Any) -> Any:
            runs.append(len(sizes))
            return compiled(*arguments)

        return run

    model = small_network()
    batches = [torch.randn(5, 6) for _ in range(CALLS)]
    torch._dynamo.reset()
    try:
        with torch.no_grad():
            compiled = torch.compile(model, backend=counting)
            differences = [float((compiled(x) - model(x)).abs().max()) for x in batches]
    except Exception as error:
        if "InvalidCxxCompiler" in describe(error):
            raise Unavailable(f"the C++ compiler does not work: {describe(error)}") from error
        return no(f"torch.compile raised {describe(error)}")
    finally:
        torch._dynamo.reset()
    evidence: dict[str, Any] = {
        "graphs": len(sizes),
        "graph_nodes": sizes,
        "calls": CALLS,
        "runs_of_compiled_code": len(runs),
        "max_differences": differences,
        "tolerance": TOLERANCE,
    }
    if not (len(sizes) == 1 and len(runs) == CALLS):
        return no("not every call ran one compiled graph", **evidence)
    if not all(difference <= TOLERANCE for difference in differences):
        return no("the compiled code's numbers differ from the model's", **evidence)
    return yes("one graph was compiled and gives the model's numbers on every call", **evidence)
