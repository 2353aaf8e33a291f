"""Does JavaScript run a TensorFlow model with the same numbers?

A small network is written as a SavedModel and converted by TensorFlow.js's converter, a Python
program of its own. A JavaScript program loads the result with TensorFlow.js, runs it on inputs the
converter did not see, and prints its outputs, which are compared with TensorFlow's. What the
converter says of deprecated parts it rests on is told.

The control changes one weight on the way to disk.

Limit: the JavaScript program runs in node, not in a browser, and on the processor: neither WebGL
nor WebGPU is tried. A SavedModel of one dense layer; Keras files go another way.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from probes.api import NODE, TENSORFLOW, Answer, Need, PassingError, Provision, no, probe, yes
from probes.capabilities import Capability
from probes.node import run_script

TOLERANCE = 1e-5

SCRIPT = """
const fs = require('fs');
const path = require('path');
const tf = require('@tensorflow/tfjs');
const request = JSON.parse(process.argv[2]);

async function run() {
  const read = name => fs.readFileSync(path.join(request.folder, name));
  const {weightsManifest, ...model} = JSON.parse(read('model.json'));
  const shards = weightsManifest.flatMap(group => group.paths).map(read);
  const loaded = await tf.loadGraphModel(tf.io.fromMemory({
    ...model,
    weightSpecs: weightsManifest.flatMap(group => group.weights),
    weightData: new Uint8Array(Buffer.concat(shards)).buffer,
  }));
  return Array.from(await loaded.predict(tf.tensor2d(request.inputs)).data());
}

run().then(
  outputs => ({outputs}), error => ({error: String(error)})
).then(answer => console.log(JSON.stringify({...answer, node: process.version})));
"""

Save = Callable[[Any, str], None]


def save(model: Any, folder: str) -> None:
    """Write ``model`` as a SavedModel with a serving signature into ``folder``."""
    import tensorflow as tf

    tf.saved_model.save(model, folder, signatures={"serving_default": model.serve})


def save_with_one_weight_changed(model: Any, folder: str) -> None:
    """Save while one weight is another."""
    kept = model.kernel.numpy()
    model.kernel[0, 0].assign(kept[0, 0] + 0.5)
    save(model, folder)
    model.kernel.assign(kept)


def small_network() -> Any:
    """One dense layer with a served function that takes any batch size."""
    import tensorflow as tf

    class Network(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.kernel = tf.Variable(tf.random.stateless_normal((4, 3), seed=(1, 2)))

        @tf.function(input_signature=[tf.TensorSpec((None, 4), tf.float32, name="x")])  # type: ignore[untyped-decorator]
        def serve(self, x: Any) -> dict[str, Any]:
            return {"y": tf.nn.softmax(x @ self.kernel)}

    return Network()


def require_import() -> None:
    """Raise PassingError where the installed converter does not import, so can convert nothing."""
    done = run_python("-c", "import tensorflowjs.converters.converter")
    if done.returncode != 0:
        raise PassingError(f"tensorflowjs is installed but does not import: {last_line(done)}")


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this interpreter on ``arguments``, with every warning shown."""
    return subprocess.run(
        [sys.executable, "-W", "always", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=240,
        check=False,
    )


def deprecated_parts(said: str) -> tuple[str, ...]:
    """What the warnings in ``said`` that the converter's own lines cause call deprecated."""
    told = re.findall(r"tensorflow(?:js|_hub)[/\\]\S+: \w*Warning: (.*\bdeprecated\b.*)", said)
    return tuple(dict.fromkeys(told))


@probe(
    needs=(TENSORFLOW, Need("tensorflowjs", "tensorflowjs", imported=False)),
    commands=(NODE,),
    node=("@tensorflow/tfjs",),
    subject=lambda: save,
    control=lambda: save_with_one_weight_changed,
    timeout=300.0,
    provision=Provision(
        requirements=("setuptools==80.10.2", "ydf==0.11.0", "tensorflowjs==4.22.0"),
        megabytes=3255,
        npm=("@tensorflow/tfjs@4.22.0",),
    ),
    capability=Capability.JAVASCRIPT,
)
def check(subject: Save) -> Answer:
    """Save, convert, run in JavaScript, compare."""
    import numpy as np
    import tensorflow as tf

    evidence: dict[str, Any] = {"tolerance": TOLERANCE}
    model = small_network()
    inputs = tf.random.stateless_normal((8, 4), seed=(3, 4))
    subject(model, "saved")
    formats = ("--input_format=tf_saved_model", "--output_format=tfjs_graph_model")
    converter = ("-m", "tensorflowjs.converters.converter", *formats)
    done = run_python(*converter, "saved", "converted")
    told = deprecated_parts(done.stderr)
    if done.returncode != 0 or not Path("converted/model.json").is_file():
        require_import()
        failed = no(f"the converter failed: {last_line(done)}", **evidence)
        return replace(failed, deprecations=told)
    request = {"folder": str(Path("converted").absolute()), "inputs": inputs.numpy().tolist()}
    answer: Any = run_script(SCRIPT, request, timeout=60.0)
    evidence["node"] = answer["node"]
    if "error" in answer:
        refused = no(f"TensorFlow.js refused the model: {answer['error']}", **evidence)
        return replace(refused, deprecations=told)
    expected = model.serve(inputs)["y"].numpy().flatten()
    difference = float(np.abs(np.array(answer["outputs"]) - expected).max())
    evidence["max_difference"] = difference
    if not difference <= TOLERANCE:
        different = no("JavaScript's numbers differ from TensorFlow's", **evidence)
        return replace(different, deprecations=told)
    return replace(yes("JavaScript gives TensorFlow's numbers", **evidence), deprecations=told)
