"""Does Lightning train a PyTorch model?

A linear model, as a ``LightningModule``, learns known weights from noiseless data by
``Trainer.fit``. The error is measured before and after, outside of Lightning; it must fall a
thousandfold, and the model must have made every step it was to make.

The control's optimiser has a learning rate of zero.

Limit: a convex problem on the CPU. No accelerator, no several processes and no logger is tried.
"""

from __future__ import annotations

from typing import Any

from probes.api import TORCH, Answer, Need, describe, no, probe, yes
from probes.requirements import ECOSYSTEM

TRUE_WEIGHTS = [2.0, -3.0, 0.5]
EPOCHS = 20
BATCH = 16
ROWS = 128


def untrained_model(learning_rate: float) -> Any:
    """A linear model that Lightning is to train at the given rate."""
    import lightning
    import torch

    class Regression(lightning.LightningModule):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(len(TRUE_WEIGHTS), 1, bias=False)
            torch.nn.init.zeros_(self.layer.weight)

        def training_step(self, batch: Any, _index: int) -> Any:
            inputs, targets = batch
            return torch.nn.functional.mse_loss(self.layer(inputs), targets)

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), lr=learning_rate)

    return Regression()


@probe(
    needs=(TORCH, Need("lightning", "lightning")),
    subject=lambda: untrained_model(learning_rate=0.1),
    control=lambda: untrained_model(learning_rate=0.0),
    provision=ECOSYSTEM,
)
def check(subject: Any) -> Answer:
    """Fit, and compare the error before and after."""
    import lightning
    import torch

    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(ROWS, len(TRUE_WEIGHTS), generator=generator)
    targets = inputs @ torch.tensor(TRUE_WEIGHTS)[:, None]
    rows = torch.utils.data.TensorDataset(inputs, targets)

    def error() -> float:
        with torch.no_grad():
            return float(torch.nn.functional.mse_loss(subject.layer(inputs), targets))

    before = error()
    try:
        trainer = lightning.Trainer(
            max_epochs=EPOCHS,
            accelerator="cpu",
            devices=1,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(subject, torch.utils.data.DataLoader(rows, batch_size=BATCH))
    except Exception as failure:
        return no(f"Trainer.fit raised {describe(failure)}", error_before=before)
    evidence: dict[str, Any] = {
        "steps": trainer.global_step,
        "error_before": before,
        "error_after": error(),
    }
    if evidence["steps"] != EPOCHS * ROWS // BATCH:
        return no("the trainer did not make every step", **evidence)
    if not evidence["error_after"] <= before / 1000:
        return no("Trainer.fit ran but did not lower the error", **evidence)
    return yes("Trainer.fit trained the model", **evidence)
