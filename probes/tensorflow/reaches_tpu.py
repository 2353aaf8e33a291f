"""Does TensorFlow reach a TPU of this machine, and compute on it?

The TPUs of this machine are asked for and initialised. On each, a traced function multiplies two
matrices; the product must say that it lives on that TPU, and its numbers are compared with the
CPU's.

The control claims a TPU that no machine has. TensorFlow may then compute on the CPU without a
word, which is why the product's own device is looked at.

Limit: one small multiplication. A TPU that must be reached over a network is not looked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TENSORFLOW, Answer, Scope, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-2  # matrix units compute float32 products with fewer bits

Find = Callable[[], "list[str]"]


def tpus_of_this_machine() -> list[str]:
    """The names of the TPUs that could be initialised. Unavailable when there is none."""
    import tensorflow as tf

    resolver = tf.distribute.cluster_resolver.TPUClusterResolver(tpu="local")
    try:
        tf.tpu.experimental.initialize_tpu_system(resolver)
    except (tf.errors.OpError, ValueError) as error:
        raise Unavailable(f"there is no TPU here ({type(error).__name__})") from error
    names = [device.name for device in tf.config.list_logical_devices("TPU")]
    if not names:
        raise Unavailable("there is no TPU here")
    return names


def tpu_that_is_not_there() -> list[str]:
    """A claim that cannot be made good."""
    return ["/device:TPU:99"]


@probe(
    needs=(TENSORFLOW,),
    subject=lambda: tpus_of_this_machine,
    control=lambda: tpu_that_is_not_there,
    scope=Scope.MACHINE,
    capability=Capability.TPU,
)
def check(subject: Find) -> Answer:
    """Multiply on every claimed TPU and compare with the CPU."""
    import tensorflow as tf

    if not hasattr(tf, "tpu") or not hasattr(tf.distribute, "cluster_resolver"):
        return no("TPUs are gone from this version")
    claimed = subject()
    left = tf.random.stateless_normal((64, 64), seed=(1, 2))
    with tf.device("/CPU:0"):
        expected = left @ left
    differences: dict[str, float] = {}
    evidence: dict[str, Any] = {
        "claimed": claimed,
        "max_differences": differences,
        "tolerance": TOLERANCE,
    }
    for name in claimed:
        try:
            with tf.device(name):
                product = tf.function(tf.matmul)(left, left)
        except Exception as error:
            return no(f"{name} does not compute: {describe(error)}", **evidence)
        if not product.device.endswith(name):
            where = product.device or "no device"
            return no(f"what was asked of {name} was computed on {where}", **evidence)
        differences[name] = float(tf.reduce_max(tf.abs(product - expected)))
    if not all(difference <= TOLERANCE for difference in differences.values()):
        return no("a TPU's product differs from the CPU's", **evidence)
    return yes(f"{len(claimed)} TPUs compute the CPU's numbers", **evidence)
