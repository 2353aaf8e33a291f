"""Does TensorFlow see an accelerator on this machine, and compute on it?

The physical devices that are not CPUs are asked for; on each, two matrices are multiplied, the
product must say that it lives on that device, and its numbers are compared with the CPU's.

The control claims a device that no machine has. TensorFlow may then compute on the CPU without a
word, which is why the product's own device is looked at.

Limit: one small multiplication. It says nothing of speed, of several devices, or of TPUs that
must be connected to first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from probes.api import TENSORFLOW, Answer, Scope, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-2  # matrix units compute float32 products with fewer bits


@dataclass(frozen=True)
class Devices:
    """The devices TensorFlow lists, and those among them that are claimed to be accelerators."""

    listed: tuple[str, ...]
    claimed: tuple[str, ...]


def devices_of_this_machine() -> Devices:
    """What this machine's TensorFlow says it has."""
    import tensorflow as tf

    names = tuple(
        device.name.replace("/physical_device:", "/")
        for device in tf.config.list_physical_devices()
    )
    return Devices(names, tuple(name for name in names if "CPU" not in name))


def device_that_is_not_there() -> Devices:
    """A claim that cannot be made good."""
    return Devices(("/CPU:0", "/GPU:99"), ("/GPU:99",))


@probe(
    needs=(TENSORFLOW,),
    subject=devices_of_this_machine,
    control=device_that_is_not_there,
    scope=Scope.MACHINE,
    capability=Capability.ACCELERATOR,
)
def check(subject: Devices) -> Answer:
    """Multiply on every claimed device and compare with the CPU."""
    import tensorflow as tf

    evidence: dict[str, Any] = {
        "listed": list(subject.listed),
        "claimed": list(subject.claimed),
        "tolerance": TOLERANCE,
    }
    if not subject.claimed:
        return no("no device but the CPU is there", **evidence)
    left = tf.random.stateless_normal((64, 64), seed=(1, 2))
    with tf.device("/CPU:0"):
        expected = left @ left
    differences = {}
    for name in subject.claimed:
        try:
            with tf.device(name):
                product = tf.identity(left) @ tf.identity(left)
        except Exception as error:
            return no(f"{name} does not compute: {describe(error)}", **evidence)
        if not product.device.endswith(name.lstrip("/")):
            return no(f"what was asked of {name} was computed on {product.device}", **evidence)
        differences[name] = float(tf.reduce_max(tf.abs(product - expected)))
    evidence["max_differences"] = dict(differences)
    if not all(difference <= TOLERANCE for difference in differences.values()):
        return no("a device's product differs from the CPU's", **evidence)
    return yes(f"{', '.join(subject.claimed)} computes the CPU's numbers", **evidence)
