"""Probes of TensorFlow whose subject is not on every machine, tried on stand-ins for it.

A stand-in plays the missing part (a server, a GPU, a TPU, a converter) both when it does what it
should and when it does not; what is tested is the probe's own judgement.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from probes.api import Finding, Outcome
from probes.runtime.registry import load_probes
from probes.runtime.runner import run_probes

from .conftest import WriteProbe

PROBES = load_probes()
FakePython = Callable[[dict[str, str]], Path]

# Enough of TensorFlow to multiply, save, load, convert and compute on a device.
TENSORFLOW = """
import contextlib, json
from pathlib import Path
from types import SimpleNamespace as Space

float32 = "float32"
devices = ["/device:CPU:0"]


class Tensor:
    def __init__(self, rows):
        self.rows, self.device = rows, devices[-1]

    def __matmul__(self, other):
        columns = list(zip(*other.rows))
        return Tensor([[sum(map(times, row, column)) for column in columns] for row in self.rows])

    def __sub__(self, other):
        return Tensor([list(map(minus, *rows)) for rows in zip(self.rows, other.rows)])

    def __getitem__(self, index):
        return self.rows[index]

    def numpy(self):
        return self

    def tolist(self):
        return self.rows


def times(one, other):
    return one * other


def minus(one, other):
    return one - other


def matmul(one, other):
    product = one @ other
    product.rows[0][0] += ERROR_OF_DEVICE if devices[-1] != "/device:CPU:0" else 0
    return product


def abs(tensor):
    return Tensor([[max(value, -value) for value in row] for row in tensor.rows])


def reduce_max(tensor):
    return max(map(max, tensor.rows))


def function(function=None, **_):
    return function or (lambda function: function)


@contextlib.contextmanager
def device(name):
    devices.append(name if name in KNOWN_DEVICES else "/device:CPU:0")
    yield
    devices.pop()


class Module:
    pass


class OpError(Exception):
    pass


def TensorSpec(*_, **__):
    return None


def write(folder, kernel, engines):
    Path(folder).mkdir(parents=True)
    Path(folder, "model.json").write_text(json.dumps([kernel, engines]))


def load(folder):
    kernel, engines = json.loads(Path(folder, "model.json").read_text())
    node = [Space(op="TRTEngineOp")] * engines
    definition = Space(node=[Space(op="MatMul")], library=Space(function=[Space(node_def=node)]))
    serving = lambda x: {"y": x @ Tensor(kernel)}
    serving.graph = Space(as_graph_def=lambda: definition)
    return Space(signatures={"serving_default": serving})


class Converter:
    def __init__(self, input_saved_model_dir):
        if not BUILT:
            raise RuntimeError("Tensorflow has not been built with TensorRT support.")
        self.folder = input_saved_model_dir

    def convert(self):
        self.kernel, _ = json.loads(Path(self.folder, "model.json").read_text())
        self.kernel[0][0] += ERROR_OF_DEVICE

    def save(self, folder):
        write(folder, self.kernel, ENGINES)


def initialize_tpu_system(resolver):
    if not TPUS:
        raise OpError("No OpKernel was registered")


constant = Variable = Tensor
KNOWN_DEVICES, ERROR_OF_DEVICE, BUILT, ENGINES, GPUS, TPUS = [], 0.0, True, 1, 1, ["/device:TPU:0"]
saved_model = Space(
    save=lambda model, folder, signatures: write(folder, model.kernel.rows, 0), load=load
)
sysconfig = Space(get_build_info=lambda: {"is_tensorrt_build": BUILT})
config = Space(
    list_physical_devices=lambda kind: [kind] * GPUS,
    list_logical_devices=lambda kind: [Space(name=name) for name in TPUS],
)
experimental = Space(tensorrt=Space(Converter=Converter))
errors = Space(OpError=OpError)
random = Space(stateless_normal=lambda shape, seed: Tensor([[1.0, 2.0], [3.0, 4.0]]))
distribute = Space(cluster_resolver=Space(TPUClusterResolver=lambda tpu: tpu))
tpu = Space(experimental=Space(initialize_tpu_system=initialize_tpu_system))
"""

SERVER = """#!{python}
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

{fault}
options = dict(argument.lstrip("-").split("=") for argument in sys.argv[1:])
kernel, _ = json.loads(Path(options["model_base_path"], "1", "model.json").read_text())
looks = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        looks.append(self.path)
        state = "AVAILABLE" if len(looks) > 2 else "LOADING"
        self.answer(200, {{"model_version_status": [{{"state": state}}]}})

    def do_POST(self):
        rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["instances"]
        columns = list(zip(*kernel))
        product = [[sum(x * w for x, w in zip(row, column)) for column in columns] for row in rows]
        if self.path == "/v1/models/m:predict" and len(looks) > 2:
            self.answer({status}, {{"predictions": product[:{rows}], "error": "a fault"}})
        else:
            self.answer(404, {{}})

    def answer(self, status, answer):
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


HTTPServer(("127.0.0.1", int(options["rest_api_port"])), Handler).serve_forever()
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="scripts start by their first line")


def tried(id: str, python: Path, *, control: bool = False) -> Finding:
    return run_probes([PROBES[id]], python=python, control=control)[id]


@pytest.fixture
def serving(
    fake_python: FakePython, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Finding]:
    """Try the probe of TF Serving on a stand-in for its server."""

    def serve(
        *, control: bool = False, fault: str = "", status: int = 200, rows: str = ""
    ) -> Finding:
        program = tmp_path / "bin" / "tensorflow_model_server"
        program.parent.mkdir()
        text = SERVER.format(python=sys.executable, fault=fault, status=status, rows=rows)
        program.write_text(text)
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))
        python = fake_python({"tensorflow": TENSORFLOW})
        return tried("tensorflow.serves_with_tf_serving", python, control=control)

    return serve


def test_tf_serving_that_answers_with_the_models_numbers_serves(
    serving: Callable[..., Finding],
) -> None:
    finding = serving()
    assert (finding.outcome, finding.evidence["max_difference"]) == (Outcome.YES, 0.0), finding


def test_tf_serving_with_one_weight_changed_does_not_serve_the_model(
    serving: Callable[..., Finding],
) -> None:
    finding = serving(control=True)
    assert (finding.outcome, finding.reason) == (
        Outcome.NO,
        "the answers are not the model's numbers",
    )


def test_tf_serving_that_answers_fewer_rows_does_not_serve(
    serving: Callable[..., Finding],
) -> None:
    finding = serving(rows="1")
    assert (finding.outcome, finding.evidence["max_difference"]) == (Outcome.NO, "inf")


def test_tf_serving_that_refuses_requests_does_not_serve(serving: Callable[..., Finding]) -> None:
    finding = serving(status=400)
    assert (finding.outcome, finding.evidence["errors"]) == (Outcome.NO, ["a fault", "a fault"])


def test_tf_serving_that_dies_says_nothing_about_tensorflow(
    serving: Callable[..., Finding],
) -> None:
    finding = serving(fault="sys.exit(3)")
    assert finding.outcome is Outcome.ERROR
    assert "tensorflow_model_server ended with code 3" in finding.reason


@pytest.mark.parametrize(
    ("situation", "outcome", "reason"),
    [
        ("", Outcome.YES, "TensorRT gives the original's numbers"),
        ("ENGINES = 0", Outcome.NO, "the converted graph holds no TensorRT engine"),
        ("ERROR_OF_DEVICE = 0.5", Outcome.NO, "the converted model's numbers differ"),
        ("BUILT = False", Outcome.NO, "this TensorFlow cannot: RuntimeError"),
        ("del experimental.tensorrt", Outcome.NO, "tf.experimental.tensorrt is gone"),
        ("GPUS = 0", Outcome.UNAVAILABLE, "TF-TRT needs a GPU"),
    ],
)
def test_tf_trt_is_judged_by_what_it_made(
    fake_python: FakePython, situation: str, outcome: Outcome, reason: str
) -> None:
    finding = tried(
        "tensorflow.converts_with_tf_trt", fake_python({"tensorflow": TENSORFLOW + situation})
    )
    assert finding.outcome is outcome, finding
    assert finding.reason.startswith(reason)


def test_tf_trt_with_one_weight_changed_is_seen(fake_python: FakePython) -> None:
    python = fake_python({"tensorflow": TENSORFLOW})
    assert tried("tensorflow.converts_with_tf_trt", python, control=True).outcome is Outcome.NO


@pytest.mark.parametrize(
    ("situation", "outcome", "reason"),
    [
        ("KNOWN_DEVICES = TPUS", Outcome.YES, "1 TPUs compute the CPU's numbers"),
        ("", Outcome.NO, "what was asked of /device:TPU:0 was computed on /device:CPU:0"),
        ("KNOWN_DEVICES = TPUS; ERROR_OF_DEVICE = 0.5", Outcome.NO, "a TPU's product differs"),
        ("TPUS = []", Outcome.UNAVAILABLE, "there is no TPU here (OpError)"),
        ("del tpu", Outcome.NO, "TPUs are gone from this version"),
    ],
)
def test_tpu_is_judged_by_where_and_what_it_computes(
    fake_python: FakePython, situation: str, outcome: Outcome, reason: str
) -> None:
    finding = tried("tensorflow.reaches_tpu", fake_python({"tensorflow": TENSORFLOW + situation}))
    assert finding.outcome is outcome, finding
    assert finding.reason.startswith(reason)


def test_python_that_sees_numbers_in_a_function_is_recognised(write_probe: WriteProbe) -> None:
    """With ``run_functions_eagerly`` the function's Python runs on every call, with numbers."""
    body = """
    import tensorflow as tf
    from probes.tensorflow.function_shows_numbers import check, looks_each_time
    tf.config.run_functions_eagerly(True)
    return check.check(looks_each_time())
    """
    needs = "(Need('tensorflow', 'tensorflow', 'Tensor'),)"
    finding = run_probes([write_probe("group.eager", body, needs=needs)])["group.eager"]
    if finding.outcome is Outcome.UNAVAILABLE:
        pytest.skip(finding.reason)
    assert (finding.outcome, finding.evidence["seen_by_python"]) == (Outcome.YES, [2.0, 6.0, -4.0])


# A converter whose graph is the model's weights, and a runtime that computes with them.
TF2ONNX = """
import pickle
from types import SimpleNamespace as Space

ERROR, REFUSED = 0.0, ()


def from_keras(model):
    if type(model).__name__ in REFUSED:
        raise KeyError("keras_tensor_3")
    weights = [weight.copy() for weight in model.get_weights()]
    weights[0][0, 0] += ERROR
    return Space(SerializeToString=lambda: pickle.dumps(weights)), None


convert = Space(from_keras=from_keras)
"""
ONNXRUNTIME = """
import pickle
from types import SimpleNamespace as Space

import numpy as np


class InferenceSession:
    def __init__(self, graph, providers):
        self.weights = pickle.loads(graph)

    def get_inputs(self):
        return [Space(name="x")]

    def run(self, _, inputs):
        first, first_bias, second, second_bias = self.weights
        hidden = np.maximum(inputs["x"] @ first + first_bias, 0) @ second + second_bias
        powers = np.exp(hidden)
        return [powers / powers.sum(axis=1, keepdims=True)]
"""


@pytest.mark.parametrize(
    ("situation", "outcome", "reason"),
    [
        ("", Outcome.YES, "ONNX Runtime gives the numbers of both models"),
        ("ERROR = 2.0", Outcome.NO, "ONNX Runtime's numbers differ: functional, sequential"),
        ("REFUSED = ('Sequential',)", Outcome.NO, "tf2onnx does not convert every kind of model"),
    ],
)
def test_tf2onnx_is_judged_by_the_numbers_of_both_models(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    situation: str,
    outcome: Outcome,
    reason: str,
) -> None:
    (tmp_path / "tf2onnx.py").write_text(TF2ONNX + situation)
    (tmp_path / "onnxruntime.py").write_text(ONNXRUNTIME)
    (tmp_path / "onnx.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    finding = tried("tensorflow.tf2onnx_takes_keras_models", Path(sys.executable))
    if finding.outcome is Outcome.UNAVAILABLE:
        pytest.skip(finding.reason)
    assert finding.outcome is outcome, finding
    assert finding.reason.startswith(reason)
