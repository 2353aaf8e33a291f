"""Does torch_xla load beside this PyTorch and compute the same numbers by XLA?

A fresh process imports PyTorch and ``torch_xla``, which is built for one version of PyTorch and
may not load beside another, and computes a dense layer on an XLA device (the CPU, unless
``PJRT_DEVICE`` says otherwise). XLA must have compiled something, and the numbers must be those of
plain Python.

The control computes with one weight changed.

Limit: one small layer. It says nothing of speed or of TPUs.
"""

from __future__ import annotations

import json
import math
import operator
import subprocess
import sys
from typing import Any

from probes.api import TORCH, Answer, Need, Provision, no, probe, yes
from probes.capabilities import Capability
from probes.process import describe_exit

INPUTS = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]
WEIGHTS = [[0.2, -0.4], [0.7, 0.1], [-0.3, 0.6]]
TOLERANCE = 1e-5

COMPUTE = """
import json, os, sys
os.environ.setdefault("PJRT_DEVICE", "CPU")
import torch
import torch_xla
import torch_xla.debug.metrics

device = torch_xla.device()
inputs, weights = (torch.tensor(rows).to(device) for rows in json.loads(sys.argv[1]))
outputs = torch.tanh(inputs @ weights)
values = outputs.cpu().flatten().tolist()
compiled = torch_xla.debug.metrics.metric_data("CompileTime")
compilations = compiled[0] if compiled else 0
print(json.dumps({"device": str(outputs.device), "compilations": compilations, "outputs": values}))
"""

Rows = list[list[float]]


def one_weight_changed() -> Rows:
    """The weights, of which the first is another."""
    first, *rest = WEIGHTS
    return [[first[0] + 0.5, *first[1:]], *rest]


def dense_layer(inputs: Rows, weights: Rows) -> list[float]:
    """The layer in plain Python, its outputs in one row."""
    columns = [[row[index] for row in weights] for index in range(len(weights[0]))]
    return [math.tanh(sum(map(operator.mul, row, column))) for row in inputs for column in columns]


@probe(
    needs=(TORCH, Need("torch_xla", "torch_xla", imported=False)),
    subject=lambda: WEIGHTS,
    control=one_weight_changed,
    timeout=300.0,
    provision=Provision(requirements=("torch==2.13.0", "torch_xla==2.9.0"), megabytes=1270),
    capability=Capability.XLA,
)
def check(subject: Rows) -> Answer:
    """Load and compute in a fresh process, compare with plain Python."""
    done = subprocess.run(
        [sys.executable, "-c", COMPUTE, json.dumps([INPUTS, subject])],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    evidence: dict[str, Any] = {}
    if done.returncode != 0:
        print(done.stderr)
        said = done.stderr.strip().splitlines()
        cause = said[-1] if said and done.returncode > 0 else describe_exit(done.returncode)
        evidence["exit_code"] = done.returncode
        return no(f"torch_xla does not load or run beside this PyTorch: {cause}", **evidence)
    answer = json.loads(done.stdout.splitlines()[-1])
    distance = math.dist(answer.pop("outputs"), dense_layer(INPUTS, WEIGHTS))
    evidence.update(answer, distance=distance, tolerance=TOLERANCE)
    if not (evidence["device"].startswith("xla") and evidence["compilations"] > 0):
        return no("the numbers were not computed by XLA", **evidence)
    if not distance <= TOLERANCE:
        return no("XLA's numbers differ from plain Python's", **evidence)
    return yes("XLA computes plain Python's numbers", **evidence)
