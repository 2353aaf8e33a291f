"""Does TorchServe answer requests with a PyTorch model's numbers?

A small network is compiled to TorchScript, put into an archive by TorchServe's archiver, and served
by one worker on loopback ports that were free, without token authorisation. An HTTP client asks for
predictions and compares them with PyTorch's. Then the server is ended, and every process that it
had started must be gone. What its log calls deprecated is told, and so is the day it was built.

The control changes one weight on the way into the archive.

Limit: one model, one worker, one client, on this machine's CPU. Load, authorisation, batching and
the other kinds of archives are not tried.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from probes.api import (
    TORCH,
    Answer,
    Command,
    Need,
    Provision,
    Unavailable,
    no,
    probe,
    yes,
)
from probes.capabilities import Capability

TOLERANCE = 1e-5
START = 150.0  # seconds, until the first answer
END = 30.0

HANDLER = """
import torch
from ts.torch_handler.base_handler import BaseHandler


class Handler(BaseHandler):
    def preprocess(self, requests):
        return torch.tensor([request["body"] for request in requests])

    def postprocess(self, outputs):
        return outputs.tolist()
"""

CONFIGURATION = """
inference_address=http://127.0.0.1:{}
management_address=http://127.0.0.1:{}
metrics_address=http://127.0.0.1:{}
grpc_inference_address=127.0.0.1
grpc_inference_port={}
grpc_management_address=127.0.0.1
grpc_management_port={}
default_workers_per_model=1
"""

Save = Callable[[Any, str], None]


def save(model: Any, path: str) -> None:
    """Write ``model`` as TorchScript to ``path``."""
    import torch

    torch.jit.save(torch.jit.script(model), path)


def save_with_one_weight_changed(model: Any, path: str) -> None:
    """Save a copy of which one weight is another."""
    import copy

    changed = copy.deepcopy(model)
    changed[2].weight.data[0, 0] += 2.0
    save(changed, path)


def archive(path: str) -> None:
    """Put the TorchScript file ``path`` into ``store/net.mar``. Raises RuntimeError."""
    Path("handler.py").write_text(HANDLER, encoding="utf-8")
    Path("store").mkdir()
    what = ["--model-name", "net", "--version", "1", "--export-path", "store"]
    files = ["--serialized-file", path, "--handler", "handler.py"]
    done = subprocess.run(
        [sys.executable, "-m", "model_archiver.model_packaging", *what, *files],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=False,
    )
    if done.returncode != 0 or not Path("store/net.mar").is_file():
        raise RuntimeError(f"the archiver failed: {done.stderr.strip()[-400:]}")


def free_ports(count: int) -> list[int]:
    """Different ports of the loopback interface that nobody listens on."""
    with contextlib.ExitStack() as open_at_once:
        sockets = [open_at_once.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextlib.contextmanager
def server(ports: list[int], folder: str) -> Iterator[subprocess.Popen[bytes]]:
    """TorchServe with the archive ``store/net.mar``; at the end, it and all it started are ended.

    ``folder`` takes its temporary files. Raises RuntimeError where a process of it stays.
    """
    import psutil

    Path("config.properties").write_text(CONFIGURATION.format(*ports), encoding="utf-8")
    options = ["--start", "--foreground", "--disable-token-auth", "--no-config-snapshots"]
    options += ["--ts-config", "config.properties"]
    models = ["--model-store", "store", "--models", "net=net.mar"]
    with Path("server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ts.model_server", *options, *models],
            env={**os.environ, "PYTHONWARNINGS": "always", "TMPDIR": folder, "TEMP": folder},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    started = []
    try:
        yield process
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            started = psutil.Process(process.pid).children(recursive=True)
        for each in started:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.terminate()
        _, alive = psutil.wait_procs(started, timeout=END)
        for each in alive:
            each.kill()
        if not started:
            process.terminate()
        try:
            process.wait(END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if alive:
        raise RuntimeError(f"{len(alive)} of the server's processes did not end when asked")


def ask(port: int, rows: list[list[float]], process: subprocess.Popen[bytes]) -> list[Any]:
    """The server's answer to each row.

    Raises RuntimeError where the server ends or refuses to the last, and TimeoutError where it
    cannot be reached at all: then the machine may be slow.
    """
    import http.client  # not above: it brings TLS along, and takes long

    deadline = time.monotonic() + START
    answers: list[Any] = []
    said = ""
    while len(answers) < len(rows):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        if time.monotonic() > deadline and said:
            raise RuntimeError(f"the server still refuses after {START:.0f} s: {said}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"the server could not be reached within {START:.0f} s")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            headers = {"Content-Type": "application/json"}
            body = json.dumps(rows[len(answers)])
            connection.request("POST", "/predictions/net", body, headers)
            response = connection.getresponse()
            said = " ".join(response.read().decode("utf-8", "replace").split())
            if response.status == 200:
                answers.append(json.loads(said))
                continue
        except (OSError, http.client.HTTPException):
            said = ""
        finally:
            connection.close()
        time.sleep(0.1)  # between two tries; the deadline decides
    return answers


def deprecations_in(log: str) -> tuple[str, ...]:
    """What warnings of deprecation the server's processes wrote to its log."""
    return tuple(dict.fromkeys(re.findall(r"DeprecationWarning: (.*\bdeprecated\b.*)", log)))


def day_built() -> str:
    """The day of the newest file in the server's Java archive."""
    import ts

    jar = Path(str(ts.__file__)).parent / "frontend" / "model-server.jar"
    with zipfile.ZipFile(jar) as files:
        year, month, day = max(each.date_time for each in files.infolist())[:3]
    return f"{year}-{month:02}-{day:02}"


@probe(
    needs=(
        TORCH,
        Need("ts", "torchserve"),
        Need("model_archiver", "torch-model-archiver", imported=False),
        Need("psutil", "psutil"),
        Need("yaml", "pyyaml", imported=False),
    ),
    commands=(Command("java", "Java 11 or newer, for example from openjdk-17-jre-headless"),),
    subject=lambda: save,
    control=lambda: save_with_one_weight_changed,
    timeout=300.0,
    provision=Provision(
        requirements=(
            "torch==2.13.0",
            "setuptools==80.10.2",
            "psutil==7.2.2",
            "pyyaml==6.0.3",
            "torch-model-archiver==0.12.0",
            "torchserve==0.12.0",
        ),
        megabytes=955,
    ),
    capability=Capability.SERVING,
)
def check(subject: Save) -> Answer:
    """Archive, serve, ask, end, compare."""
    import torch

    if sys.platform == "win32":
        raise Unavailable("TorchServe is tried on Linux and macOS only")
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3), torch.nn.Softmax(dim=1)
    ).eval()
    inputs = torch.randn(4, 6)
    evidence: dict[str, Any] = {"server_built": day_built(), "tolerance": TOLERANCE}
    subject(model, "model.pt")
    began = time.monotonic()
    try:
        archive("model.pt")
        # Names of sockets must be short, and the working directory's may not be.
        with tempfile.TemporaryDirectory() as folder:
            ports = free_ports(5)
            with server(ports, folder) as process:
                answers = ask(ports[0], inputs.tolist(), process)
    except RuntimeError as error:
        told = Path("server.log").read_text(errors="replace") if Path("server.log").exists() else ""
        print(told[-4000:])
        return replace(no(str(error), **evidence), deprecations=deprecations_in(told))
    told = Path("server.log").read_text(encoding="utf-8", errors="replace")
    with torch.no_grad():
        difference = float((torch.tensor(answers) - model(inputs)).abs().max())
    evidence.update(
        answers=len(answers),
        seconds_to_serve=round(time.monotonic() - began, 1),
        max_difference=difference,
    )
    if not difference <= TOLERANCE:
        answer = no("the server's numbers differ from PyTorch's", **evidence)
    else:
        answer = yes("the server gives PyTorch's numbers", **evidence)
    return replace(answer, deprecations=deprecations_in(told))
