"""Does Python code inside a function under torch.compile see real numbers on every call?

A compiled function doubles a tensor, lets a piece of Python look at the intermediate result (it
makes a ``float`` of it, prints it and puts it into a list), and squares it. After three calls the
list must hold the three numbers, and each result must be right. ``torch.compile`` stops its graph
there and goes on with another; how many graphs it made is in the evidence.

The control declares what looks to be constant (``torch.compiler.assume_constant_result``), so it
runs once, while the function is compiled.

Limit: the default settings. With ``fullgraph=True`` such Python is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TORCH, Answer, Command, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

INPUTS = [1.0, 3.0, -2.0]

Look = Callable[[Any], None]
Program = tuple[Look, list[float]]


def looks_each_time() -> Program:
    """Python that looks at a tensor, and the list it puts the number into."""
    seen: list[float] = []

    def look(tensor: Any) -> None:
        number = float(tensor)
        print("seen:", number)
        seen.append(number)

    return look, seen


def looks_while_compiling() -> Program:
    """The same, but told to be constant."""
    import torch

    look, seen = looks_each_time()
    return torch.compiler.assume_constant_result(look), seen


@probe(
    needs=(TORCH,),
    subject=looks_each_time,
    control=looks_while_compiling,
    commands=(Command("g++", "a C++ compiler, for example from build-essential"),),
    environment={"TORCHINDUCTOR_COMPILE_THREADS": "1"},  # no compiling processes that stay
    timeout=600.0,
    capability=Capability.GRAPH_VALUES,
)
def check(subject: Program) -> Answer:
    """Call the compiled function thrice and compare what Python saw with plain arithmetic."""
    import torch

    if not hasattr(torch, "compile"):
        return no("torch.compile is gone from this version, or not in it yet")
    look, seen = subject
    graphs: list[int] = []

    def counting(graph: Any, examples: Any) -> Any:
        graphs.append(len(graph.graph.nodes))
        return torch._dynamo.lookup_backend("inductor")(graph, examples)

    def double_look_and_square(x: Any) -> Any:
        doubled = x * 2
        look(doubled)
        return doubled * doubled

    torch._dynamo.reset()
    try:
        compiled = torch.compile(double_look_and_square, backend=counting)
        results = [float(compiled(torch.tensor(value))) for value in INPUTS]
    except Exception as error:
        if "InvalidCxxCompiler" in describe(error):
            raise Unavailable(f"the C++ compiler does not work: {describe(error)}") from error
        return no(f"torch.compile raised {describe(error)}")
    finally:
        torch._dynamo.reset()
    evidence: dict[str, Any] = {
        "inputs": INPUTS,
        "seen_by_python": list(seen),
        "results": results,
        "graphs": len(graphs),
    }
    if results != [(2 * value) ** 2 for value in INPUTS]:
        return no("the results are not the arithmetic ones", **evidence)
    if not graphs:
        return no("nothing of the function was compiled", **evidence)
    if seen != [2 * value for value in INPUTS]:
        return no("Python did not see the intermediate value of every call", **evidence)
    return yes("Python inside the compiled function saw the number of every call", **evidence)
