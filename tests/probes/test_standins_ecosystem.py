"""Probes of what this machine cannot run, on modules that play the missing systems' parts.

The stand-ins are mocks that give fixed numbers: what is tested is what a probe makes of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from probes.api import Finding, Outcome
from probes.runtime.registry import load_probes
from probes.runtime.runner import run_probes

PROBES = load_probes()
FakePython = Callable[[dict[str, str]], Path]

RIGHT = [0.25, 0.75]
WRONG = [0.35, 0.65]

MOCK = "from unittest.mock import MagicMock\n__version__ = '3.0'\n"

# A framework whose models and loaded artefacts give RIGHT, whatever they are asked.
FAKE_TORCH = f"""{MOCK}
Tensor = object
export = onnx = MagicMock()
manual_seed = ones = randn = MagicMock()
nn = MagicMock()
model = nn.Sequential.return_value.eval.return_value
model.return_value.detach.return_value.flatten.return_value.tolist.return_value = {RIGHT}
"""

FAKE_TENSORFLOW = f"""{MOCK}
Tensor = object
keras = random = nn = saved_model = TensorSpec = Variable = constant = float32 = MagicMock()
keras = MagicMock()
function = MagicMock()

class Module:
    pass

for call in (keras.Sequential.return_value, function.return_value.return_value):
    call.return_value.numpy.return_value.flatten.return_value.tolist.return_value = {RIGHT}
"""


def fake_core_ml(predicted: list[float], system: str = "Darwin") -> str:
    """Core ML Tools whose models have two operations and predict ``predicted``."""
    return f"""{MOCK}
import platform
platform.system = lambda: {system!r}

target = precision = ComputeUnit = MagicMock()
convert = MagicMock()
converted = convert.return_value
converted.input_description, converted.output_description = ["x"], ["y"]
outputs = MagicMock()
outputs.flatten.return_value.tolist.return_value = {predicted}
converted.predict.return_value = {{"y": outputs}}
operations = [MagicMock(type=type) for type in ("const", "linear", "softmax")]
blocks = {{"CoreML6": MagicMock(operations=operations)}}
functions = {{"main": MagicMock(block_specializations=blocks)}}
converted.get_spec.return_value.mlProgram.functions = functions
"""


REFUSING_CORE_ML = f"{MOCK}\ntarget = precision = ComputeUnit = MagicMock()\n" + (
    "convert = MagicMock(side_effect=ValueError('no such operation'))\n"
)

FRAMEWORKS = {
    "torch": FAKE_TORCH,
    "tensorflow": FAKE_TENSORFLOW,
    "keras": f"{MOCK}\nModel = object\n",
}

CORE_ML = ("pytorch.converts_to_core_ml", "tensorflow.converts_to_core_ml")


def run(id: str, python: Path) -> Finding:
    return run_probes([PROBES[id]], python=python)[id]


@pytest.mark.parametrize("id", CORE_ML)
@pytest.mark.parametrize(
    ("predicted", "outcome"), [(RIGHT, Outcome.YES), (WRONG, Outcome.NO), ([0.25], Outcome.NO)]
)
def test_core_ml_is_judged_by_its_predictions_on_macos(
    fake_python: FakePython, id: str, predicted: list[float], outcome: Outcome
) -> None:
    finding = run(id, fake_python({**FRAMEWORKS, "coremltools": fake_core_ml(predicted)}))
    assert finding.outcome is outcome, finding


@pytest.mark.parametrize("id", CORE_ML)
def test_core_ml_elsewhere_is_unavailable_and_says_what_was_converted(
    fake_python: FakePython, id: str
) -> None:
    converter = fake_core_ml(RIGHT, system="Linux")
    finding = run(id, fake_python({**FRAMEWORKS, "coremltools": converter}))
    assert finding.outcome is Outcome.UNAVAILABLE
    assert "converted to 2 Core ML operations, which only macOS can run" in finding.reason


@pytest.mark.parametrize("id", CORE_ML)
def test_conversion_to_core_ml_that_fails_is_a_no_everywhere(
    fake_python: FakePython, id: str
) -> None:
    finding = run(id, fake_python({**FRAMEWORKS, "coremltools": REFUSING_CORE_ML}))
    assert finding.outcome is Outcome.NO
    assert finding.reason == "coremltools.convert raised ValueError: no such operation"


def fake_keras(predicted: list[float], version: str = "3.99.0") -> str:
    """A Keras whose sequential models take any layer and predict ``predicted``."""
    return f"""{MOCK}
__version__ = {version!r}
Model = object
layers = MagicMock(Layer=object)
Sequential = MagicMock()
predict = Sequential.return_value.predict
predict.return_value.flatten.return_value.tolist.return_value = {predicted}
"""


FAKE_HUB = f"{MOCK}\nclass KerasLayer:\n    def __init__(self, folder): pass\n"

HUB_LAYERS = "ecosystem.keras_layers_take_hub_models"


@pytest.mark.parametrize(("predicted", "outcome"), [(RIGHT, Outcome.YES), (WRONG, Outcome.NO)])
def test_keras_that_takes_hub_layers_is_judged_by_its_numbers(
    fake_python: FakePython, predicted: list[float], outcome: Outcome
) -> None:
    modules = {"keras": fake_keras(predicted), "tensorflow_hub": FAKE_HUB}
    finding = run(HUB_LAYERS, fake_python({**FRAMEWORKS, **modules}))
    assert finding.outcome is outcome, finding


def test_older_keras_says_nothing_about_keras_3(fake_python: FakePython) -> None:
    modules = {"keras": fake_keras(RIGHT, version="2.15.0"), "tensorflow_hub": FAKE_HUB}
    finding = run(HUB_LAYERS, fake_python({**FRAMEWORKS, **modules}))
    assert finding.outcome is Outcome.UNAVAILABLE


def fake_tensorflow_that_loads(outputs: list[float]) -> str:
    """TensorFlow whose loaded SavedModels have one signature, which gives ``outputs``."""
    return f"""{FAKE_TENSORFLOW}
saved_model = MagicMock()
serving = MagicMock(structured_input_signature=((), {{"x": None}}))
given = MagicMock()
given.numpy.return_value.flatten.return_value.tolist.return_value = {outputs}
serving.return_value.values.return_value = [given]
saved_model.load.return_value.signatures = {{"serving_default": serving}}
"""


ONNX2TF = "pytorch.converts_to_tensorflow"
AROUND_ONNX2TF = dict.fromkeys(
    ("onnx", "onnxscript", "onnx_graphsurgeon", "sng4onnx", "psutil", "tf_keras"), MOCK
)


@pytest.mark.parametrize(
    ("converts", "outputs", "outcome"),
    [
        ("MagicMock()", RIGHT, Outcome.YES),
        ("MagicMock()", WRONG, Outcome.NO),
        ("MagicMock(side_effect=SystemExit(1))", RIGHT, Outcome.NO),
    ],
    ids=["right", "wrong", "gives up"],
)
def test_conversion_to_tensorflow_is_judged_by_its_numbers(
    fake_python: FakePython, converts: str, outputs: list[float], outcome: Outcome
) -> None:
    modules = {
        **FRAMEWORKS,
        **AROUND_ONNX2TF,
        "ai_edge_litert": MOCK,
        "tensorflow": fake_tensorflow_that_loads(outputs),
        "onnx2tf": f"{MOCK}\nconvert = {converts}\n",
    }
    finding = run(ONNX2TF, fake_python(modules))
    assert finding.outcome is outcome, finding
