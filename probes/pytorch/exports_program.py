"""Does torch.export save a model that runs without its code, for any batch size?

A model is exported by ``torch.export`` with a batch size left open and saved as a ``.pt2`` file. A
fresh Python process, which knows PyTorch but not the model's class, loads the file and runs it on
batches of other sizes than the exporter saw; the outputs are compared with the original's.

The control changes one weight on the way to the file.

Limit: a small model without branches on data, loaded by the same PyTorch on the CPU.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from probes.api import TORCH, Answer, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-6
EXPORTED_SIZE, SIZES = 4, [2, 7]

LOAD_AND_RUN = """
import json, sys
import torch

model = torch.export.load("model.pt2").module()
batches = json.loads(sys.argv[1])
print(json.dumps([model(torch.tensor(batch)).tolist() for batch in batches]))
"""

Export = Callable[[Any, Any], None]


def export(model: Any, example: Any) -> None:
    """Write ``model`` to ``model.pt2``, for any batch size."""
    import torch

    sizes = {"x": {0: torch.export.Dim("batch", min=2)}}
    torch.export.save(torch.export.export(model, (example,), dynamic_shapes=sizes), "model.pt2")


def export_with_one_weight_changed(model: Any, example: Any) -> None:
    """Export a copy of ``model`` in which one weight is another."""
    import torch

    changed = copy.deepcopy(model)
    with torch.no_grad():
        changed.layer.weight[0, 0] += 0.5
    export(changed, example)


def small_model() -> Any:
    """A linear layer and a softmax, of a class that no other process can import."""
    import torch

    class Classifier(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 3)

        def forward(self, x: Any) -> Any:
            return torch.softmax(self.layer(x), dim=1)

    torch.manual_seed(0)
    return Classifier().eval()


def largest_difference(output: Any, right: Any) -> float:
    """By how much the two tensors differ where they differ most."""
    return float((output - right).abs().max())


@probe(
    needs=(TORCH,),
    subject=lambda: export,
    control=lambda: export_with_one_weight_changed,
    timeout=300.0,
    capability=Capability.PROGRAM,
)
def check(subject: Export) -> Answer:
    """Export, load and run in a fresh process, compare."""
    import torch

    if not hasattr(torch, "export") or not hasattr(torch.export, "export"):
        return no("torch.export is gone from this version, or not in it yet")
    model = small_model()
    batches = [torch.randn(size, 4) for size in SIZES]
    with torch.no_grad():
        expected = [model(batch) for batch in batches]
        try:
            subject(model, torch.ones(EXPORTED_SIZE, 4))
        except Exception as error:
            return no(f"torch.export raised {describe(error)}")
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD_AND_RUN, json.dumps([batch.tolist() for batch in batches])],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    evidence: dict[str, Any] = {"exported_batch_size": EXPORTED_SIZE, "batch_sizes": SIZES}
    if loaded.returncode != 0:
        said = loaded.stderr.strip().splitlines() or [f"it ended with {loaded.returncode}"]
        return no(f"the file does not run in a fresh process: {said[-1]}", **evidence)
    outputs = [torch.tensor(rows) for rows in json.loads(loaded.stdout.splitlines()[-1])]
    differences = [*map(largest_difference, outputs, expected)]
    evidence.update(max_differences=differences, tolerance=TOLERANCE)
    if not all(difference <= TOLERANCE for difference in differences):
        return no("the loaded program's numbers differ from the original's", **evidence)
    return yes("a process without the model's class computes its numbers", **evidence)
