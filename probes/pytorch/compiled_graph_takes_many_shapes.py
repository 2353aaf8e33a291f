"""Does one graph compiled by torch.compile take inputs of many lengths?

A compiled function is called with vectors of the lengths 2 to 7, with the default settings, and
the compilations are counted after each call. There must be fewer of them than lengths, and every
result must be the uncompiled function's.

The control compiles with ``dynamic=False``, which makes a graph for every length.

Limit: one dimension that varies, on the CPU. The default first compiles for one length and turns
to a graph for any length when it meets a second.
"""

from __future__ import annotations

from typing import Any

from probes.api import TORCH, Answer, Command, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

LENGTHS = [2, 3, 4, 5, 6, 7]
TOLERANCE = 1e-6

Settings = dict[str, Any]


@probe(
    needs=(TORCH,),
    subject=lambda: {},
    control=lambda: {"dynamic": False},
    commands=(Command("g++", "a C++ compiler, for example from build-essential"),),
    environment={"TORCHINDUCTOR_COMPILE_THREADS": "1"},  # no compiling processes that stay
    timeout=600.0,
    capability=Capability.SHAPES,
)
def check(subject: Settings) -> Answer:
    """Call the compiled function with each length, count the compilations, compare."""
    import torch

    if not hasattr(torch, "compile"):
        return no("torch.compile is gone from this version, or not in it yet")
    graphs: list[int] = []

    def counting(graph: Any, examples: Any) -> Any:
        graphs.append(len(graph.graph.nodes))
        return torch._dynamo.lookup_backend("inductor")(graph, examples)

    def function(x: Any) -> Any:
        return torch.tanh(x * 2.0 + 1.0).sum()

    counts, differences = [], []
    torch._dynamo.reset()
    try:
        compiled = torch.compile(function, backend=counting, **subject)
        for length in LENGTHS:
            x = torch.linspace(-1.0, 1.0, length)
            differences.append(abs(float(compiled(x)) - float(function(x))))
            counts.append(len(graphs))
    except Exception as error:
        if "InvalidCxxCompiler" in describe(error):
            raise Unavailable(f"the C++ compiler does not work: {describe(error)}") from error
        return no(f"torch.compile raised {describe(error)}")
    finally:
        torch._dynamo.reset()
    evidence: dict[str, Any] = {
        "lengths": LENGTHS,
        "compilations_after_each": counts,
        "max_difference": max(differences),
        "tolerance": TOLERANCE,
    }
    if not all(difference <= TOLERANCE for difference in differences):
        return no("the compiled code's numbers differ from the function's", **evidence)
    if not 0 < counts[-1] < len(LENGTHS):
        return no(f"{len(LENGTHS)} lengths took {counts[-1]} compilations", **evidence)
    return yes(f"{counts[-1]} compilations took {len(LENGTHS)} lengths", **evidence)
