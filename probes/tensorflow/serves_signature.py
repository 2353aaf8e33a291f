"""Does a SavedModel's serving signature answer over HTTP?

A small model is written as a SavedModel. A fresh process that has TensorFlow and none of the
model's code loads it and answers requests on this machine's own address, in the form that TF
Serving gives them (``/v1/models/m:predict``, instances in, predictions out). The answers for
batches of two sizes are compared with the product worked out in plain Python.

The control changes one weight on the way to disk.

Limit: a plain HTTP server from Python's library stands in front of the signature. TF Serving's own
server, which batches and swaps versions, is not tried.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from itertools import chain
from operator import sub
from typing import Any

from probes.api import TENSORFLOW, Answer, no, probe, yes
from probes.capabilities import Capability

KERNEL = [[0.5, -0.25, 1.0], [-1.0, 0.75, 0.125]]
BATCHES = [[[1.0, 2.0]], [[0.5, -1.0], [3.0, 0.25], [-2.0, -4.0], [0.0, 8.0], [1.5, 1.5]]]
TOLERANCE = 1e-6

SERVER = """
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

import tensorflow as tf

model = tf.saved_model.load(sys.argv[1])
signature = model.signatures["serving_default"]
(name,) = signature.structured_input_signature[1]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        if self.path != "/v1/models/m:predict":
            self.send_error(404)
            return
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        (result,) = signature(**{name: tf.constant(request["instances"])}).values()
        body = json.dumps({"predictions": result.numpy().tolist()}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


def save(kernel: list[list[float]], folder: str) -> None:
    """Write a model that multiplies by ``kernel`` as a SavedModel into ``folder``."""
    import tensorflow as tf

    class Network(tf.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.kernel = tf.Variable(kernel)

        @tf.function(input_signature=[tf.TensorSpec((None, 2), tf.float32, name="x")])  # type: ignore[untyped-decorator]
        def serve(self, x: Any) -> dict[str, Any]:
            return {"y": x @ self.kernel}

    model = Network()
    tf.saved_model.save(model, folder, signatures={"serving_default": model.serve})


def with_one_weight_changed() -> list[list[float]]:
    """The weights, but for one."""
    return [[KERNEL[0][0] + 0.5, *KERNEL[0][1:]], *KERNEL[1:]]


def product(batch: list[list[float]]) -> list[list[float]]:
    """``batch`` times the weights, in plain Python."""
    columns = range(len(KERNEL[0]))
    return [
        [sum(x * KERNEL[i][column] for i, x in enumerate(row)) for column in columns]
        for row in batch
    ]


def distance(answered: list[list[float]], expected: list[list[float]]) -> float:
    """The largest difference of two matrices; infinity when their shapes differ."""
    if [len(row) for row in answered] != [len(row) for row in expected]:
        return math.inf
    differences = map(sub, chain.from_iterable(answered), chain.from_iterable(expected))
    return float(max(map(abs, differences)))


def predict(port: int, batch: list[list[float]]) -> tuple[int, Any]:
    """The status and the predictions that the server on ``port`` answers for ``batch``."""
    import http.client  # not above: it brings TLS along, and takes long

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", "/v1/models/m:predict", json.dumps({"instances": batch}))
        response = connection.getresponse()
        return response.status, json.loads(response.read()).get("predictions")
    finally:
        connection.close()


@probe(
    needs=(TENSORFLOW,),
    subject=lambda: KERNEL,
    control=with_one_weight_changed,
    capability=Capability.SERVING,
)
def check(subject: list[list[float]]) -> Answer:
    """Save a model with the given weights, serve it, ask it, compare."""
    save(subject, "model")
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, "model"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline()  # its port, or nothing when it ended before it served
            if not said:
                raise RuntimeError(f"the server ended with code {server.wait()} before it served")
            answers = [predict(int(said), batch) for batch in BATCHES]
            seconds = time.perf_counter() - began
        finally:
            server.kill()
    evidence: dict[str, Any] = {
        "batch_sizes": [len(batch) for batch in BATCHES],
        "statuses": [status for status, _ in answers],
        "seconds_from_start_to_answers": seconds,
        "tolerance": TOLERANCE,
    }
    if evidence["statuses"] != [200] * len(BATCHES):
        return no("the server did not answer every request", **evidence)
    evidence["max_difference"] = max(
        distance(answers[i][1], product(batch)) for i, batch in enumerate(BATCHES)
    )
    if not evidence["max_difference"] <= TOLERANCE:
        return no("the answers are not the model's numbers", **evidence)
    return yes(
        "a plain HTTP server around the signature answers with the model's numbers; TF Serving's "
        "own server was not tried",
        **evidence,
    )
