"""Does fastai train a PyTorch model?

A linear model learns known weights from noiseless data by ``Learner.fit``. The error is measured
before and after, outside of fastai; it must fall a thousandfold.

The control is trained at a learning rate of zero.

Limit: fastai's core on a convex problem, on the CPU. Whether its part for images imports is told
in the evidence; it is not tried.
"""

from __future__ import annotations

import importlib
from typing import Any

from probes.api import TORCH, Answer, Need, describe, no, probe, yes
from probes.requirements import VISION

TRUE_WEIGHTS = [2.0, -3.0, 0.5]
EPOCHS = 20


def vision_outcome() -> str:
    """Whether fastai's part for images imports here."""
    try:
        importlib.import_module("fastai.vision.all")
    except Exception as error:
        return f"does not import: {describe(error)}"
    return "imports"


@probe(
    needs=(TORCH, Need("fastai", "fastai")),
    subject=lambda: 0.1,
    control=lambda: 0.0,
    provision=VISION,
)
def check(subject: float) -> Answer:
    """Fit at the learning rate ``subject``, and compare the error before and after."""
    import torch
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader
    from fastai.learner import Learner
    from fastai.optimizer import SGD

    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(128, len(TRUE_WEIGHTS), generator=generator)
    targets = inputs @ torch.tensor(TRUE_WEIGHTS)[:, None]
    model = torch.nn.Linear(len(TRUE_WEIGHTS), 1, bias=False)
    torch.nn.init.zeros_(model.weight)

    def error() -> float:
        with torch.no_grad():
            return float(torch.nn.functional.mse_loss(model(inputs), targets))

    before = error()
    try:
        rows = [(inputs[row], targets[row]) for row in range(len(inputs))]
        loader = DataLoader(rows, bs=16, num_workers=0)
        learner = Learner(
            DataLoaders(loader, loader, device=torch.device("cpu")),
            model,
            loss_func=torch.nn.functional.mse_loss,
            opt_func=SGD,
        )
        with learner.no_logging():
            learner.fit(EPOCHS, lr=subject)
    except Exception as failure:
        return no(f"Learner.fit raised {describe(failure)}", error_before=before)
    evidence: dict[str, Any] = {
        "epochs": EPOCHS,
        "error_before": before,
        "error_after": error(),
        "vision": vision_outcome(),
    }
    if not evidence["error_after"] <= before / 1000:
        return no("Learner.fit ran but did not lower the error", **evidence)
    return yes("Learner.fit trained the model", **evidence)
