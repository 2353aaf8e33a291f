"""Does PyTorch train a model by a loop that the user writes?

A linear model learns known weights from noiseless data by forward, loss, ``backward()``,
``step()``, written out as a Python loop. The loss must fall a thousandfold and the learnt
weights must come close to the known ones.

The control's optimiser has a learning rate of zero.

Limit: a convex problem on the CPU; it shows that gradients reach the parameters and move them,
not how well anything larger trains.
"""

from __future__ import annotations

from typing import Any

from probes.api import TORCH, Answer, no, probe, yes
from probes.capabilities import Capability

TRUE_WEIGHTS = [2.0, -3.0, 0.5]
STEPS = 200
TOLERANCE = 0.01


def model_and_optimiser(learning_rate: float) -> tuple[Any, Any]:
    """An untrained linear model and the optimiser that is to train it."""
    import torch

    torch.manual_seed(0)
    model = torch.nn.Linear(len(TRUE_WEIGHTS), 1, bias=False)
    return model, torch.optim.SGD(model.parameters(), lr=learning_rate)


@probe(
    needs=(TORCH,),
    subject=lambda: model_and_optimiser(learning_rate=0.1),
    control=lambda: model_and_optimiser(learning_rate=0.0),
    capability=Capability.OWN_LOOP,
)
def check(subject: tuple[Any, Any]) -> Answer:
    """Train, and compare the loss and the weights before and after."""
    import torch

    model, optimiser = subject
    inputs = torch.randn(64, len(TRUE_WEIGHTS), generator=torch.Generator().manual_seed(1))
    targets = inputs @ torch.tensor(TRUE_WEIGHTS).reshape(-1, 1)
    losses = []
    for _ in range(STEPS):
        loss = torch.nn.functional.mse_loss(model(inputs), targets)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    error = float((model.weight.detach() - torch.tensor(TRUE_WEIGHTS)).abs().max())
    evidence: dict[str, Any] = {
        "first_loss": losses[0],
        "last_loss": losses[-1],
        "weight_error": error,
        "tolerance": TOLERANCE,
    }
    if not (losses[-1] <= losses[0] / 1000 and error <= TOLERANCE):
        return no("the loop ran but the model did not learn the known weights", **evidence)
    return yes("the loop lowered the loss and found the known weights", **evidence)
