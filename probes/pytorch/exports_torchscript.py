"""Does PyTorch save a model as TorchScript that gives the same numbers when loaded again?

A model whose result depends on a branch is compiled by ``torch.jit.script``, written to a file,
loaded from it, and called on inputs that take either branch; the outputs are compared with the
original model's.

The control changes one weight on the way to the file.

Limit: a small model, loaded by the same PyTorch. Loading in C++ or on a phone is not tried.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probes.api import TORCH, Answer, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-6

Export = Callable[[Any, Path], None]


def export(model: Any, path: Path) -> None:
    """Write ``model`` as TorchScript to ``path``."""
    import torch

    torch.jit.save(torch.jit.script(model), str(path))


def export_with_one_weight_changed(model: Any, path: Path) -> None:
    """Export a copy of ``model`` in which one weight is another."""
    import copy

    import torch

    changed = copy.deepcopy(model)
    with torch.no_grad():
        changed.layer.weight[0, 0] += 0.5
    export(changed, path)


def branching_model() -> Any:
    """A linear layer whose output is squashed or negated, depending on its sum."""
    import torch

    class Branching(torch.nn.Module):  # type: ignore[misc]
        def __init__(self):  # type: ignore[no-untyped-def]
            super().__init__()
            self.layer = torch.nn.Linear(4, 3)

        # No annotations: TorchScript reads them, and takes what has none for a tensor.
        def forward(self, x):  # type: ignore[no-untyped-def]
            y = self.layer(x)
            if y.sum() > 0:
                return torch.tanh(y)
            return -y

    torch.manual_seed(0)
    return Branching().eval()  # type: ignore[no-untyped-call]


@probe(
    needs=(TORCH,),
    subject=lambda: export,
    control=lambda: export_with_one_weight_changed,
    capability=Capability.PROGRAM,
)
def check(subject: Export) -> Answer:
    """Export, load, and compare on either branch."""
    import torch

    if not hasattr(torch, "jit") or not hasattr(torch.jit, "script"):
        return no("torch.jit.script is gone from this version")
    model = branching_model()
    inputs = [torch.full((2, 4), 3.0), torch.full((2, 4), -3.0)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.pt"
        try:
            subject(model, path)
            loaded = torch.jit.load(str(path))
        except Exception as error:
            return no(f"TorchScript export raised {describe(error)}")
    with torch.no_grad():
        differences = [float((loaded(x) - model(x)).abs().max()) for x in inputs]
        branches = [bool(model.layer(x).sum() > 0) for x in inputs]
    evidence: dict[str, Any] = {
        "branch_taken": list(branches),
        "max_differences": list(differences),
        "tolerance": TOLERANCE,
    }
    if len(set(branches)) != len(branches):
        raise AssertionError(f"the inputs must take different branches, not {branches}")
    if not all(difference <= TOLERANCE for difference in differences):
        return no("the loaded model's numbers differ from the original's", **evidence)
    return yes("the loaded model gives the original's numbers on both branches", **evidence)
