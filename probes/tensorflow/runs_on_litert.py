"""Does LiteRT alone, without TensorFlow, run a model that was trained and converted by TensorFlow?

A small network is converted to TFLite. A fresh process of the same Python, in which TensorFlow is
never imported, runs the file by ``ai_edge_litert`` on inputs the converter did not see; its outputs
are compared with the original's. What the runtime costs there (seconds to import, resident memory
at its peak, size of the package) is in the evidence.

The control changes one weight on the way into the converter.

Limit: LiteRT's Python runtime on this machine's CPU. No phone, no board and no delegate is tried.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from probes.api import TENSORFLOW, Answer, Need, no, probe, yes
from probes.capabilities import Capability
from probes.requirements import ECOSYSTEM

TOLERANCE = 1e-5

RUN = """
import json, sys, time
from pathlib import Path

began = time.perf_counter()
from ai_edge_litert.interpreter import Interpreter
seconds = time.perf_counter() - began
import numpy as np

interpreter = Interpreter(model_path=sys.argv[1])
interpreter.allocate_tensors()
entry, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
outputs = []
for row in json.loads(sys.argv[2]):
    interpreter.set_tensor(entry["index"], np.array([row], np.float32))
    interpreter.invoke()
    outputs.append(interpreter.get_tensor(result["index"])[0].tolist())
# What the resource module tells starts with the memory of the process that started this one.
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peaks = [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
print(json.dumps({
    "outputs": outputs,
    "import_seconds": seconds,
    "peak_memory_megabytes": peaks[0] if peaks else None,
    "tensorflow_imported": "tensorflow" in sys.modules,
}))
"""


def small_network() -> Any:
    """Two dense layers with fixed weights, for one row."""
    import tensorflow as tf

    class Network(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.first = tf.Variable(0.3 * tf.random.stateless_normal((6, 16), seed=(1, 2)))
            self.second = tf.Variable(0.3 * tf.random.stateless_normal((16, 3), seed=(3, 4)))

        @tf.function(input_signature=[tf.TensorSpec((1, 6), tf.float32, name="x")])  # type: ignore[untyped-decorator]
        def __call__(self, x: Any) -> Any:
            return tf.nn.softmax(tf.nn.relu(x @ self.first) @ self.second)

    return Network()


def package_megabytes() -> float:
    """The size of the files of ``ai_edge_litert``."""
    import ai_edge_litert

    files = (path for folder in ai_edge_litert.__path__ for path in Path(folder).rglob("*"))
    return sum(path.stat().st_size for path in files if path.is_file()) / 1e6


@probe(
    needs=(TENSORFLOW, Need("ai_edge_litert", "ai-edge-litert")),
    subject=lambda: 0.0,
    control=lambda: 1.0,
    provision=ECOSYSTEM,
    capability=Capability.MOBILE,
)
def check(subject: float) -> Answer:
    """Convert with one weight changed by ``subject``, run in a process of its own, compare."""
    import tensorflow as tf

    if not hasattr(tf, "lite") or not hasattr(tf.lite, "TFLiteConverter"):
        return no("the converter is gone from this version")
    model = small_network()
    inputs = tf.random.stateless_normal((8, 6), seed=(5, 6))
    expected = tf.concat([model(row[None]) for row in inputs], axis=0)
    model.second[0, 0].assign(model.second[0, 0] + subject)
    function = model.__call__.get_concrete_function()
    converted = tf.lite.TFLiteConverter.from_concrete_functions([function], model).convert()
    Path("model.tflite").write_bytes(converted)
    done = subprocess.run(
        [sys.executable, "-c", RUN, "model.tflite", json.dumps(inputs.numpy().tolist())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    if done.returncode != 0:
        return no(f"LiteRT did not run the file: its process ended with code {done.returncode}")
    told = json.loads(done.stdout.decode().splitlines()[-1])
    outputs = told.pop("outputs")
    evidence: dict[str, Any] = {
        "max_difference": float(tf.reduce_max(tf.abs(tf.constant(outputs) - expected))),
        "tolerance": TOLERANCE,
        "file_bytes": len(converted),
        "package_megabytes": package_megabytes(),
        **told,
    }
    if evidence["tensorflow_imported"]:
        return no("LiteRT imported TensorFlow, so it does not run alone", **evidence)
    if not evidence["max_difference"] <= TOLERANCE:
        return no("LiteRT's numbers differ from TensorFlow's", **evidence)
    return yes("LiteRT alone gives TensorFlow's numbers", **evidence)
