"""Does PyTorch itself quantise a model to int8, with nearly the same numbers?

A small network goes through what PyTorch brings along for it, dynamic quantisation
(``torch.ao.quantization.quantize_dynamic``), which needs no calibration and no other package. The
result must really hold int8 weights, and its outputs on new inputs must be near the original's.

The control changes one weight before it is quantised.

Limit: a dense network on this machine's CPU. Only the weights are int8; activations
are quantised as they come. Other packages (``torchao``) are not tried.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from probes.api import TORCH, Answer, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 0.1  # of outputs that span about 2

Quantise = Callable[[Any], Any]


def quantise(model: Any) -> Any:
    """``model`` with the weights of its linear layers in int8."""
    import torch

    return torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8)


def quantise_with_one_weight_changed(model: Any) -> Any:
    """Quantise a copy of ``model`` in which one weight is another."""
    import torch

    changed = copy.deepcopy(model)
    with torch.no_grad():
        changed[0].weight[0, 0] += 2.0
    return quantise(changed)


def small_network() -> Any:
    """A dense network with fixed weights."""
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(8, 32), torch.nn.ReLU(), torch.nn.Linear(32, 4), torch.nn.Tanh()
    )
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(0.3 * torch.randn(parameter.shape))
    return model.eval()


def int8_weights(model: Any) -> int:
    """How many numbers of the model's weights are kept as int8."""
    import torch

    packed = [layer.weight() for layer in model.modules() if callable(getattr(layer, "weight", 0))]
    return sum(weight.numel() for weight in packed if weight.dtype == torch.qint8)


@probe(
    needs=(TORCH,),
    subject=lambda: quantise,
    control=lambda: quantise_with_one_weight_changed,
    capability=Capability.INT8,
)
def check(subject: Quantise) -> Answer:
    """Quantise, count the int8 weights, run, compare."""
    import torch

    try:
        from torch.ao.quantization import quantize_dynamic  # noqa: F401
    except ImportError as error:
        return no(f"dynamic quantisation is gone from this version: {describe(error)}")
    engine = torch.backends.quantized.engine
    if engine == "none":
        raise Unavailable("this build of PyTorch has no engine for int8 on this processor")
    model = small_network()
    inputs = torch.randn(16, 8)
    try:
        quantised = subject(model)
        with torch.no_grad():
            difference = float((quantised(inputs) - model(inputs)).abs().max())
    except Exception as error:
        return no(f"quantising or running raised {describe(error)}")
    evidence: dict[str, Any] = {
        "engine": engine,
        "int8_weights": int8_weights(quantised),
        "linear_weights": sum(p.numel() for p in model.parameters() if p.dim() == 2),
        "max_difference": difference,
        "tolerance": TOLERANCE,
    }
    if evidence["int8_weights"] == 0:
        return no("the model that was to be quantised holds no int8 weight", **evidence)
    if not difference <= TOLERANCE:
        return no("the int8 model's numbers are too far from the original's", **evidence)
    return yes("the int8 model runs and gives nearly the original's numbers", **evidence)
