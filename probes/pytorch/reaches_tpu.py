"""Does PyTorch reach a TPU on this machine, and compute on it?

A fresh process imports ``torch_xla``, asks it for a TPU and, where there is one, computes a dense
layer on it; the numbers are compared with plain Python's.

The control computes with one weight changed.

Limit: one small layer on one device. TPUs multiply with fewer bits by default, and the tolerance
allows for that.
"""

from __future__ import annotations

import json
import math
import operator
import subprocess
import sys
from typing import Any

from probes.api import TORCH, Answer, Need, Scope, Unavailable, no, probe, yes
from probes.capabilities import Capability
from probes.process import describe_exit

INPUTS = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]
WEIGHTS = [[0.2, -0.4], [0.7, 0.1], [-0.3, 0.6]]
TOLERANCE = 0.03
SEARCH = 120.0  # seconds; the TPU's library may wait long for one that is not there

COMPUTE = """
import json, os, sys
os.environ["PJRT_DEVICE"] = "TPU"
import torch
import torch_xla

device = torch_xla.device()
print(json.dumps(list(torch_xla.real_devices())), flush=True)
inputs, weights = (torch.tensor(rows).to(device) for rows in json.loads(sys.argv[1]))
print(json.dumps(torch.tanh(inputs @ weights).cpu().flatten().tolist()))
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
    scope=Scope.MACHINE,
    timeout=300.0,
    capability=Capability.TPU,
)
def check(subject: Rows) -> Answer:
    """Look for a TPU, compute on it, compare with plain Python."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", COMPUTE, json.dumps([INPUTS, subject])],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SEARCH,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"torch_xla found no TPU in {SEARCH:.0f} seconds") from None
    said = done.stderr.strip().splitlines()
    cause = said[-1] if said and done.returncode > 0 else describe_exit(done.returncode)
    lines = done.stdout.splitlines()
    if not lines:
        raise Unavailable(f"torch_xla reaches no TPU: {cause}")
    devices = json.loads(lines[0])
    evidence: dict[str, Any] = {"devices": devices}
    if not any(device.startswith("TPU") for device in devices):
        raise Unavailable(f"torch_xla reaches no TPU, only {', '.join(devices)}")
    if done.returncode != 0:
        return no(f"the TPU does not compute: {cause}", **evidence)
    distance = math.dist(json.loads(lines[1]), dense_layer(INPUTS, WEIGHTS))
    evidence.update(distance=distance, tolerance=TOLERANCE)
    if not distance <= TOLERANCE:
        return no("the TPU's numbers differ from plain Python's", **evidence)
    return yes("the TPU computes plain Python's numbers", **evidence)
