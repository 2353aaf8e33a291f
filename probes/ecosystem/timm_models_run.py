"""Do timm's ready-made models run?

A small vision transformer and a convolutional network are built without their published weights,
so nothing is downloaded; each classifies random images, its weights are saved and loaded into
another one, and both must give the same scores.

The control changes one weight between saving and comparing.

Limit: two models with random weights on the CPU. What the published weights are worth is not tried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TORCH, Answer, Need, describe, no, probe, yes
from probes.capabilities import Capability
from probes.requirements import VISION

TOLERANCE = 1e-6

# Names and the sides of the images they are built for.
MODELS = {"vit_tiny_patch16_224": 224, "mobilenetv3_small_050": 64}

Save = Callable[[Any, str], None]


def save(model: Any, path: str) -> None:
    """Write the weights of ``model`` to ``path``."""
    import torch

    torch.save(model.state_dict(), path)


def save_with_one_weight_changed(model: Any, path: str) -> None:
    """Save a copy of which one weight is another."""
    import copy

    changed = copy.deepcopy(model)
    changed.get_classifier().weight.data[0, 0] += 2.0
    save(changed, path)


@probe(
    needs=(TORCH, Need("timm", "timm")),
    subject=lambda: save,
    control=lambda: save_with_one_weight_changed,
    provision=VISION,
    capability=Capability.READY_MODELS,
    framework="pytorch",
)
def check(subject: Save) -> Answer:
    """Build, run, save, load, compare, for each model."""
    import timm
    import torch

    evidence: dict[str, Any] = {"models": len(timm.list_models()), "tolerance": TOLERANCE}
    differences = {}
    for name, side in MODELS.items():
        torch.manual_seed(0)
        images = torch.randn(2, 3, side, side)
        try:
            model = timm.create_model(name, pretrained=False, num_classes=10).eval()
            subject(model, f"{name}.pt")
            loaded = timm.create_model(name, pretrained=False, num_classes=10).eval()
            loaded.load_state_dict(torch.load(f"{name}.pt", weights_only=True))
            with torch.no_grad():
                scores, again = model(images), loaded(images)
        except Exception as error:
            return no(f"building or running {name} raised {describe(error)}", **evidence)
        differences[name] = float((scores - again).abs().max())
        evidence[name] = {"spread": float(scores.std()), "max_difference": differences[name]}
    if not all(difference <= TOLERANCE for difference in differences.values()):
        return no("a loaded model's scores differ from the saved one's", **evidence)
    return yes("the models run, and are saved and loaded", **evidence)
