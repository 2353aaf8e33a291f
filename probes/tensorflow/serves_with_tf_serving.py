"""Does TF Serving's own server answer requests with a SavedModel?

A small model is written as a SavedModel. ``tensorflow_model_server`` is started on it, waited for
until it says that the model is available, and asked over its REST interface; the answers for
batches of two sizes are compared with the product worked out in plain Python.

The control changes one weight on the way to disk.

Limit: one model in one version, over REST. The server has no setting for the address it listens on,
so while it is tried it can be reached from other machines, where no firewall is in between.
"""

from __future__ import annotations

import json
import math
import socket
import subprocess
import time
from contextlib import ExitStack
from itertools import chain
from operator import sub
from pathlib import Path
from typing import Any

from probes.api import TENSORFLOW, Answer, Command, no, probe, yes
from probes.capabilities import Capability

KERNEL = [[0.5, -0.25, 1.0], [-1.0, 0.75, 0.125]]
BATCHES = [[[1.0, 2.0]], [[0.5, -1.0], [3.0, 0.25], [-2.0, -4.0], [0.0, 8.0], [1.5, 1.5]]]
TOLERANCE = 1e-6
PATIENCE = 60.0  # seconds for the server to load the model


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


def free_ports(count: int) -> list[int]:
    """Ports that nobody listened on a moment ago."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in held]


def ask(port: int, path: str, request: Any = None) -> tuple[int, Any]:
    """The status and the JSON that the server on ``port`` answers."""
    import http.client  # not above: it brings TLS along, and takes long

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        if request is None:
            connection.request("GET", path)
        else:
            connection.request("POST", path, json.dumps(request))
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def wait_until_available(server: subprocess.Popen[bytes], port: int) -> None:
    """Return when the model is served; RuntimeError when the server ends, or takes too long."""
    import http.client  # not above: it brings TLS along, and takes long

    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"tensorflow_model_server ended with code {server.returncode}")
        try:
            status, answer = ask(port, "/v1/models/m")
        except (OSError, http.client.HTTPException):
            status, answer = 0, {}
        states = [one.get("state") for one in answer.get("model_version_status", ())]
        if status == 200 and "AVAILABLE" in states:
            return
        time.sleep(0.05)
    raise RuntimeError(f"tensorflow_model_server did not serve the model in {PATIENCE:g} s")


@probe(
    needs=(TENSORFLOW,),
    subject=lambda: KERNEL,
    control=with_one_weight_changed,
    commands=(Command("tensorflow_model_server", "https://www.tensorflow.org/tfx/serving/setup"),),
    capability=Capability.SERVING,
)
def check(subject: list[list[float]]) -> Answer:
    """Save a model with the given weights, start the server on it, ask it, compare."""
    folder = Path("model").absolute()
    save(subject, str(folder / "1"))
    rest, grpc = free_ports(2)
    began = time.perf_counter()
    with subprocess.Popen(
        [
            "tensorflow_model_server",
            f"--rest_api_port={rest}",
            f"--port={grpc}",
            "--model_name=m",
            f"--model_base_path={folder}",
        ],
        stdin=subprocess.DEVNULL,
    ) as server:
        try:
            wait_until_available(server, rest)
            requests = [{"instances": batch} for batch in BATCHES]
            answers = [ask(rest, "/v1/models/m:predict", request) for request in requests]
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
        errors = [answer.get("error") for _, answer in answers]
        return no("the server did not answer every request", errors=errors, **evidence)
    evidence["max_difference"] = max(
        distance(answers[i][1]["predictions"], product(batch)) for i, batch in enumerate(BATCHES)
    )
    if not evidence["max_difference"] <= TOLERANCE:
        return no("the answers are not the model's numbers", **evidence)
    return yes("TF Serving answers with the model's numbers", **evidence)
