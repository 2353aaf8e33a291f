"""Does the same seed repeat a PyTorch training to the last bit?

A small network with dropout is trained twice on shuffled batches, from ``torch.manual_seed`` on:
the starting weights, the order of the batches and what is dropped all come from the seed. After
both trainings the weights must have the same bytes.

The control gives the second training another seed.

Limit: one process on one CPU. Other machines, versions and numbers of threads may round otherwise,
and some operations on GPUs need ``torch.use_deterministic_algorithms``.
"""

from __future__ import annotations

import hashlib
from typing import Any

from probes.api import TORCH, Answer, no, probe, yes
from probes.capabilities import Capability

EPOCHS = 5


def trained_weights(seed: int) -> Any:
    """The weights, in one row, after a training that begins with ``seed``."""
    import torch

    inputs = torch.linspace(-1.0, 1.0, 192).reshape(64, 3)
    targets = inputs.square().sum(dim=1, keepdim=True)
    torch.manual_seed(seed)
    model = torch.nn.Sequential(
        torch.nn.Linear(3, 16), torch.nn.ReLU(), torch.nn.Dropout(0.5), torch.nn.Linear(16, 1)
    )
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    data = torch.utils.data.TensorDataset(inputs, targets)
    for _ in range(EPOCHS):
        for x, y in torch.utils.data.DataLoader(data, batch_size=8, shuffle=True):
            optimiser.zero_grad()
            torch.nn.functional.mse_loss(model(x), y).backward()
            optimiser.step()
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


@probe(
    needs=(TORCH,),
    subject=lambda: (7, 7),
    control=lambda: (7, 8),
    capability=Capability.SEED,
)
def check(subject: tuple[int, int]) -> Answer:
    """Train twice and compare the weights byte by byte."""
    import torch

    first, second = (trained_weights(seed) for seed in subject)
    stored = (bytes(weights.view(torch.uint8).tolist()) for weights in (first, second))
    digests = [hashlib.sha256(each).hexdigest() for each in stored]
    evidence: dict[str, Any] = {
        "weights": first.numel(),
        "max_difference": float((first - second).abs().max()),
        "sha256": digests,
    }
    if digests[0] != digests[1]:
        return no("the two trainings ended with different weights", **evidence)
    return yes("both trainings ended with the same bytes", **evidence)
