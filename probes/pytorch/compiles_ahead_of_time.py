"""Does PyTorch compile a model ahead of time into a package that runs without its code?

A model is exported with a batch size left open and compiled by AOTInductor into one package, a
``.pt2`` file with machine code in it. A fresh Python process, which knows PyTorch but not the
model's class, loads the package and runs it on batches of other sizes than the compiler saw; the
outputs are compared with the original's.

The control changes one weight before compiling.

Limit: a small model without branches on data, compiled for and run on this machine's CPU.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probes.api import TORCH, Answer, Command, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-6
EXPORTED_SIZE, SIZES = 4, [2, 7]

LOAD_AND_RUN = """
import json, sys
import torch

model = torch._inductor.aoti_load_package("model.pt2")
batches = json.loads(sys.argv[1])
print(json.dumps([model(torch.tensor(batch)).tolist() for batch in batches]))
"""

Build = Callable[[Any, Any], None]


def build(model: Any, example: Any) -> None:
    """Compile ``model`` into ``model.pt2``, for any batch size."""
    import torch

    sizes = {"x": {0: torch.export.Dim("batch", min=2, max=64)}}
    program = torch.export.export(model, (example,), dynamic_shapes=sizes)
    path = str(Path("model.pt2").absolute())
    torch._inductor.aoti_compile_and_package(program, package_path=path)


def build_with_one_weight_changed(model: Any, example: Any) -> None:
    """Compile a copy of ``model`` in which one weight is another."""
    import torch

    changed = copy.deepcopy(model)
    with torch.no_grad():
        changed.layer.weight[0, 0] += 0.5
    build(changed, example)


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
    subject=lambda: build,
    control=lambda: build_with_one_weight_changed,
    commands=(Command("g++", "a C++ compiler, for example from build-essential"),),
    environment={"TORCHINDUCTOR_COMPILE_THREADS": "1"},  # no compiling processes that stay
    timeout=600.0,
    capability=Capability.PROGRAM,
)
def check(subject: Build) -> Answer:
    """Compile, load and run in a fresh process, compare."""
    import torch
    import torch._inductor

    if not hasattr(torch._inductor, "aoti_compile_and_package"):
        return no("AOTInductor is gone from this version, or not in it yet")
    model = small_model()
    batches = [torch.randn(size, 4) for size in SIZES]
    began = time.perf_counter()
    with torch.no_grad():
        expected = [model(batch) for batch in batches]
        try:
            subject(model, torch.ones(EXPORTED_SIZE, 4))
        except Exception as error:
            if "InvalidCxxCompiler" in describe(error):
                raise Unavailable(f"the C++ compiler does not work: {describe(error)}") from error
            return no(f"compiling ahead of time raised {describe(error)}")
    package = Path("model.pt2")
    with zipfile.ZipFile(package) as files:
        libraries = sum(name.endswith((".so", ".dylib", ".pyd")) for name in files.namelist())
    evidence: dict[str, Any] = {
        "compile_seconds": round(time.perf_counter() - began, 1),
        "package_bytes": package.stat().st_size,
        "compiled_libraries": libraries,
        "exported_batch_size": EXPORTED_SIZE,
        "batch_sizes": SIZES,
    }
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD_AND_RUN, json.dumps([batch.tolist() for batch in batches])],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if loaded.returncode != 0:
        said = loaded.stderr.strip().splitlines() or [f"it ended with {loaded.returncode}"]
        return no(f"the package does not run in a fresh process: {said[-1]}", **evidence)
    outputs = [torch.tensor(rows) for rows in json.loads(loaded.stdout.splitlines()[-1])]
    differences = [*map(largest_difference, outputs, expected)]
    evidence.update(max_differences=differences, tolerance=TOLERANCE)
    if not all(difference <= TOLERANCE for difference in differences):
        return no("the package's numbers differ from the original's", **evidence)
    return yes("a process without the model's class runs the compiled package", **evidence)
