"""Does Keras's fit() on TensorFlow trace the model into a graph instead of running it eagerly?

A linear model whose ``call`` notes each time that its Python runs, and whether it was handed
numbers or a symbolic tensor, is trained by ``fit()`` over many steps. Its Python must run fewer
times than there are steps, never with numbers, and the error must fall a thousandfold all the same.

The control is compiled with ``run_eagerly=True``.

Limit: one model of one layer on the CPU, with the default settings of this Keras.
"""

from __future__ import annotations

from typing import Any

from probes.api import KERAS, TENSORFLOW, Answer, no, probe, yes

TRUE_WEIGHTS = [2.0, -3.0, 0.5]
ROWS, BATCH, EPOCHS = 128, 16, 20

Noting = tuple[Any, "list[bool]"]


def noting_model(run_eagerly: bool) -> Noting:
    """A compiled model, and the list that says of each run of its Python if it saw numbers."""
    import tensorflow as tf

    numbers: list[bool] = []

    class Linear(tf.keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.dense = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")

        def call(self, x: Any) -> Any:
            numbers.append(hasattr(x, "numpy"))  # a symbolic tensor has no value to give
            return self.dense(x)

    model = Linear()
    model.compile(
        optimizer=tf.keras.optimizers.SGD(0.1), loss="mse", run_eagerly=run_eagerly or None
    )
    return model, numbers


@probe(
    needs=(TENSORFLOW, KERAS),
    subject=lambda: noting_model(run_eagerly=False),
    control=lambda: noting_model(run_eagerly=True),
)
def check(subject: Noting) -> Answer:
    """Fit, and count how often the model's Python ran and what it saw."""
    import tensorflow as tf

    model, numbers = subject
    inputs = tf.random.stateless_normal((ROWS, len(TRUE_WEIGHTS)), seed=(1, 2))
    targets = tf.linalg.matvec(inputs, tf.constant(TRUE_WEIGHTS))[:, None]

    def error() -> float:
        return float(tf.reduce_mean((model(inputs) - targets) ** 2))

    before = error()
    numbers.clear()
    model.fit(inputs, targets, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0)
    seen = list(numbers)
    after = error()
    steps = EPOCHS * ROWS // BATCH
    evidence: dict[str, Any] = {
        "steps": steps,
        "python_runs": len(seen),
        "python_runs_that_saw_numbers": sum(seen),
        "error_before": before,
        "error_after": after,
    }
    if not after <= before / 1000:
        return no("fit() ran but did not lower the error", **evidence)
    if any(seen) or len(seen) >= steps:
        return no("the model's Python ran with numbers, step by step", **evidence)
    return yes(f"the model's Python ran {len(seen)} times in {steps} steps", **evidence)
