"""Does PyTorch see an accelerator on this machine, and compute on it?

The device kinds that PyTorch names are asked for; on the first device of each kind that says it
is there, two matrices are allocated and multiplied, and the product is compared with the CPU's.

The control claims a device that no machine has.

Limit: one small multiplication. It says nothing of speed, of several devices, or of kinds that
come as separate packages (TPUs by ``torch_xla``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from probes.api import TORCH, Answer, Scope, describe, no, probe, yes
from probes.capabilities import Capability

KINDS = ("cuda", "mps", "xpu")
TOLERANCE = 1e-2  # matrix units compute float32 products with fewer bits


@dataclass(frozen=True)
class Devices:
    """The kinds of device that were looked for, and the devices that say they are there."""

    looked_for: tuple[str, ...]
    claimed: tuple[str, ...]


def devices_of_this_machine() -> Devices:
    """What this machine's PyTorch says it has."""
    import torch

    # Metal's availability is asked of its backend, the others' of their module.
    modules = {kind: getattr(torch, kind, None) for kind in KINDS}
    modules["mps"] = getattr(torch.backends, "mps", None)
    there = [kind for kind, module in modules.items() if module and module.is_available()]
    return Devices(KINDS, tuple(there))


def device_that_is_not_there() -> Devices:
    """A claim that cannot be made good."""
    return Devices((*KINDS, "cuda:99"), ("cuda:99",))


@probe(
    needs=(TORCH,),
    subject=devices_of_this_machine,
    control=device_that_is_not_there,
    scope=Scope.MACHINE,
    capability=Capability.ACCELERATOR,
)
def check(subject: Devices) -> Answer:
    """Multiply on every claimed device and compare with the CPU."""
    import torch

    evidence: dict[str, Any] = {
        "looked_for": list(subject.looked_for),
        "claimed": list(subject.claimed),
        "tolerance": TOLERANCE,
    }
    if not subject.claimed:
        return no(f"no device of the kinds {', '.join(subject.looked_for)} is there", **evidence)
    torch.manual_seed(0)
    left, right = torch.randn(64, 64), torch.randn(64, 64)
    differences = {}
    for device in subject.claimed:
        try:
            product = (left.to(device) @ right.to(device)).cpu()
        except Exception as error:
            return no(f"{device} does not compute: {describe(error)}", **evidence)
        differences[device] = float((product - left @ right).abs().max())
    evidence["max_differences"] = dict(differences)
    if not all(difference <= TOLERANCE for difference in differences.values()):
        return no("a device's product differs from the CPU's", **evidence)
    return yes(f"{', '.join(subject.claimed)} computes the CPU's numbers", **evidence)
