"""Do torchvision's ready-made models run?

A ResNet-18 is built without its published weights, so nothing is downloaded; it classifies random
images, its weights are saved and loaded into another one, and both must give the same scores.
Then torchvision's own compiled operator for overlapping boxes must keep the boxes that a
calculation by hand keeps.

The control changes one weight between saving and comparing.

Limit: one model with random weights on the CPU. What the published weights are worth is not tried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TORCH, Answer, Need, describe, no, probe, yes
from probes.capabilities import Capability
from probes.requirements import VISION

TOLERANCE = 1e-6

# The second box shares 80 of 120 units of area with the first, the third none with either.
BOXES = [[0.0, 0.0, 10.0, 10.0], [0.0, 2.0, 10.0, 12.0], [20.0, 20.0, 30.0, 30.0]]
SCORES = [0.8, 0.9, 0.5]
KEPT = {0.5: [1, 2], 0.7: [1, 0, 2]}  # by the greatest overlap allowed, the best first

Save = Callable[[Any, str], None]


def save(model: Any, path: str) -> None:
    """Write the weights of ``model`` to ``path``."""
    import torch

    torch.save(model.state_dict(), path)


def save_with_one_weight_changed(model: Any, path: str) -> None:
    """Save a copy of which one weight is another."""
    import copy

    changed = copy.deepcopy(model)
    changed.fc.weight.data[0, 0] += 2.0
    save(changed, path)


@probe(
    needs=(TORCH, Need("torchvision", "torchvision")),
    subject=lambda: save,
    control=lambda: save_with_one_weight_changed,
    provision=VISION,
    capability=Capability.READY_MODELS,
    framework="pytorch",
)
def check(subject: Save) -> Answer:
    """Build, run, save, load, compare; then drop overlapping boxes."""
    import torch
    from torchvision import models, ops

    torch.manual_seed(0)
    images = torch.randn(2, 3, 64, 64)
    try:
        model = models.resnet18(weights=None, num_classes=10).eval()
        subject(model, "weights.pt")
        loaded = models.resnet18(weights=None, num_classes=10).eval()
        loaded.load_state_dict(torch.load("weights.pt", weights_only=True))
        with torch.no_grad():
            scores, again = model(images), loaded(images)
        boxes, ranks = torch.tensor(BOXES), torch.tensor(SCORES)
        kept = {limit: ops.nms(boxes, ranks, limit).tolist() for limit in KEPT}
    except Exception as error:
        return no(f"building or running a model raised {describe(error)}")
    evidence: dict[str, Any] = {
        "models": len(models.list_models()) if hasattr(models, "list_models") else None,
        "scores": list(scores.shape),
        "spread": float(scores.std()),
        "max_difference": float((scores - again).abs().max()),
        "tolerance": TOLERANCE,
        "boxes_kept": {str(limit): kept[limit] for limit in kept},
    }
    if not evidence["max_difference"] <= TOLERANCE:
        return no("the loaded model's scores differ from the saved one's", **evidence)
    if kept != KEPT:
        return no("the operator for overlapping boxes keeps other boxes", **evidence)
    return yes("ResNet-18 runs, and overlapping boxes are dropped as by hand", **evidence)
