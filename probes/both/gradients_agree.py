"""Do PyTorch and TensorFlow compute the same gradient of the same function?

One function (a dense layer, a squashing, a kink, a mean) is written in both, with the same
weights and inputs, and differentiated by each one's automatic differentiation. The largest
absolute difference between the two gradients is compared with what rounding explains.

The control's TensorFlow function leaves out one operation, the squashing.

Limit: one function, in single precision, on the CPU.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.api import TENSORFLOW, TORCH, Answer, no, probe, yes

TOLERANCE = 1e-5

Function = Callable[[Any, Any], Any]


def with_torch(weights: Any, inputs: Any) -> Any:
    """The function, in PyTorch."""
    import torch

    return (torch.relu(torch.tanh(inputs @ weights)) ** 2).mean()


def with_tensorflow(weights: Any, inputs: Any) -> Any:
    """The function, in TensorFlow."""
    import tensorflow as tf

    return tf.reduce_mean(tf.nn.relu(tf.tanh(inputs @ weights)) ** 2)


def with_tensorflow_less_tanh(weights: Any, inputs: Any) -> Any:
    """The function with one operation left out."""
    import tensorflow as tf

    return tf.reduce_mean(tf.nn.relu(inputs @ weights) ** 2)


@probe(
    needs=(TORCH, TENSORFLOW),
    subject=lambda: with_tensorflow,
    control=lambda: with_tensorflow_less_tanh,
)
def check(subject: Function) -> Answer:
    """Differentiate both and compare."""
    import tensorflow as tf
    import torch

    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(5, 3, generator=generator, requires_grad=True)
    inputs = torch.randn(16, 5, generator=generator)
    with_torch(weights, inputs).backward()
    # Through plain numbers, so that the two share no memory and no array library.
    same_weights = tf.Variable(weights.detach().tolist())
    with tf.GradientTape() as tape:
        value = subject(same_weights, tf.constant(inputs.tolist()))
    other = torch.tensor(tape.gradient(value, same_weights).numpy().tolist())
    evidence: dict[str, Any] = {
        "max_difference": float((weights.grad - other).abs().max()),
        "largest_gradient": float(weights.grad.abs().max()),
        "tolerance": TOLERANCE,
    }
    if not evidence["max_difference"] <= TOLERANCE:
        return no("the two gradients differ by more than rounding", **evidence)
    return yes("the two gradients agree up to rounding", **evidence)
