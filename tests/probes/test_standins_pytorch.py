"""Probes of PyTorch that need what is not here (XLA, a TPU, TensorRT), tried on stand-ins.

The stand-ins are small modules in an interpreter of their own: a ``torch`` that computes what
these probes ask of it with Python's lists, and a ``torch_xla`` or ``torch_tensorrt`` around it
that works, computes wrong, or refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from probes.api import Finding, Outcome
from probes.runtime.registry import load_probes
from probes.runtime.runner import run_probes

FakePython = Callable[[dict[str, str]], Path]

TORCH = """
import contextlib, math, random
__version__ = "2.0.0"

class Tensor:
    device = "cpu"
    def __init__(self, rows): self.rows = rows
    def to(self, device):
        moved = Tensor(self.rows)
        moved.device = device
        return moved
    def cpu(self): return self
    def flatten(self): return Tensor([x for row in self.rows for x in row])
    def tolist(self): return self.rows
    def map(self, function):
        return Tensor([[function(x) for x in row] for row in self.rows]).to(self.device)
    def __matmul__(self, other):
        columns = list(zip(*other.rows))
        product = [[sum(a * b for a, b in zip(row, c)) for c in columns] for row in self.rows]
        return Tensor(product).to(self.device)
    def __sub__(self, other):
        pairs = zip(self.rows, other.rows)
        return Tensor([[a - b for a, b in zip(x, y)] for x, y in pairs])
    def __getitem__(self, place): return self.rows[place[0]][place[1]]
    def __setitem__(self, place, value): self.rows[place[0]][place[1]] = value
    def abs(self): return self.map(abs)
    def max(self): return max(self.flatten().rows)

def tensor(rows): return Tensor(rows)
def tanh(x): return x.map(math.tanh)
def manual_seed(seed): random.seed(seed)
def randn(rows, columns):
    return Tensor([[random.gauss(0, 1) for _ in range(columns)] for _ in range(rows)])
def no_grad(): return contextlib.nullcontext()

class nn:
    class Module:
        def eval(self): return self
        def to(self, device): return self
        def modules(self): return [self]
    class Linear(Module):
        def __init__(self, rows, columns): self.weight = randn(rows, columns)
        def __call__(self, x): return x @ self.weight
    class Tanh(Module):
        def __call__(self, x): return tanh(x)
    class Sequential(Module):
        def __init__(self, *layers): self.layers = layers
        def __getitem__(self, index): return self.layers[index]
        def modules(self): return [self, *self.layers]
        def __call__(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

class cuda:
    @staticmethod
    def is_available(): return GPU
GPU = True
"""

# A package of one file: what it has below it is put where the import system looks first.
XLA = """
import os, sys, types
__version__ = "2.0.0"
COMPILATIONS = 1
DEVICES = [os.environ["PJRT_DEVICE"] + ":0"]
def device(): return "xla:0"
def real_devices(): return DEVICES
debug = sys.modules["torch_xla.debug"] = types.ModuleType("torch_xla.debug")
debug.metrics = sys.modules["torch_xla.debug.metrics"] = types.ModuleType("metrics")
debug.metrics.metric_data = lambda name: (COMPILATIONS, 0.1, [])
__path__ = []
"""

COMPUTES_WRONG = "import torch\ntorch.tanh = lambda x: x.map(lambda value: value / 2)\n"

TENSORRT = """
import torch
__version__ = "2.0.0"

class TorchTensorRTModule(torch.nn.Module):
    def __init__(self, model): self.model = model
    def __call__(self, x): return self.model(x)

def compile(model, *, ir, inputs, min_block_size):
    return TorchTensorRTModule(model)
"""


def ask(python: Path, name: str, *, control: bool = False) -> Finding:
    id = f"pytorch.{name}"
    return run_probes([load_probes()[id]], python=python, control=control)[id]


def outcome(python: Path, name: str, *, control: bool = False) -> Outcome:
    finding = ask(python, name, control=control)
    assert finding.outcome is not Outcome.ERROR, f"{finding.reason}\n{finding.output}"
    return finding.outcome


XLA_PROBES = pytest.mark.parametrize("name", ["compiles_with_xla", "reaches_tpu"])


@XLA_PROBES
def test_xla_that_computes_right_is_a_yes(fake_python: FakePython, name: str) -> None:
    assert outcome(fake_python({"torch": TORCH, "torch_xla": XLA}), name) is Outcome.YES


@XLA_PROBES
def test_xla_that_computes_wrong_is_a_no(fake_python: FakePython, name: str) -> None:
    python = fake_python({"torch": TORCH, "torch_xla": XLA + COMPUTES_WRONG})
    assert outcome(python, name) is Outcome.NO


@XLA_PROBES
def test_changed_weight_is_seen_on_xla(fake_python: FakePython, name: str) -> None:
    finding = ask(fake_python({"torch": TORCH, "torch_xla": XLA}), name, control=True)
    assert (finding.outcome, "differ" in finding.reason) == (Outcome.NO, True), finding.reason


@XLA_PROBES
def test_nothing_is_said_without_torch_xla(fake_python: FakePython, name: str) -> None:
    reason = ask(fake_python({"torch": TORCH}), name).reason
    assert reason.startswith("torch_xla is not installed (pip install torch_xla")


def test_torch_xla_that_does_not_load_is_a_no_with_the_loaders_words(
    fake_python: FakePython,
) -> None:
    broken = "raise ImportError('_XLAC.so: undefined symbol: _ZN5torch')"
    finding = ask(fake_python({"torch": TORCH, "torch_xla": broken}), "compiles_with_xla")
    assert (finding.outcome, finding.reason) == (
        Outcome.NO,
        "torch_xla does not load or run beside this PyTorch: "
        "ImportError: _XLAC.so: undefined symbol: _ZN5torch",
    )


def test_torch_xla_that_crashes_is_a_no_with_the_signal(fake_python: FakePython) -> None:
    crash = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    finding = ask(fake_python({"torch": TORCH, "torch_xla": crash}), "compiles_with_xla")
    assert finding.reason.endswith("beside this PyTorch: was ended by SIGKILL")


def test_numbers_that_xla_did_not_compile_are_a_no(fake_python: FakePython) -> None:
    python = fake_python({"torch": TORCH, "torch_xla": XLA + "COMPILATIONS = 0\n"})
    assert ask(python, "compiles_with_xla").reason == "the numbers were not computed by XLA"


def test_numbers_on_another_device_are_not_xlas(fake_python: FakePython) -> None:
    python = fake_python({"torch": TORCH, "torch_xla": XLA + "device = lambda: 'cpu'\n"})
    assert ask(python, "compiles_with_xla").reason == "the numbers were not computed by XLA"


def test_torch_xla_that_does_not_load_says_nothing_of_tpus(fake_python: FakePython) -> None:
    python = fake_python({"torch": TORCH, "torch_xla": "raise ImportError('no libtpu')"})
    finding = ask(python, "reaches_tpu")
    assert (finding.outcome, finding.reason) == (
        Outcome.UNAVAILABLE,
        "torch_xla reaches no TPU: ImportError: no libtpu",
    )


def test_xla_on_the_cpu_alone_is_no_tpu(fake_python: FakePython) -> None:
    python = fake_python({"torch": TORCH, "torch_xla": XLA + "DEVICES = ['CPU:0']\n"})
    finding = ask(python, "reaches_tpu")
    assert (finding.outcome, finding.reason) == (
        Outcome.UNAVAILABLE,
        "torch_xla reaches no TPU, only CPU:0",
    )


def test_tpu_that_is_there_and_fails_is_a_no(fake_python: FakePython) -> None:
    fails = "import torch\ndef broken(x): raise RuntimeError('HBM')\ntorch.tanh = broken\n"
    finding = ask(fake_python({"torch": TORCH, "torch_xla": XLA + fails}), "reaches_tpu")
    assert (finding.outcome, finding.reason) == (
        Outcome.NO,
        "the TPU does not compute: RuntimeError: HBM",
    )


def test_tensorrt_that_computes_right_is_a_yes(fake_python: FakePython) -> None:
    python = fake_python({"torch": TORCH, "torch_tensorrt": TENSORRT})
    assert outcome(python, "compiles_with_tensorrt") is Outcome.YES


def test_changed_weight_is_seen_through_tensorrt(fake_python: FakePython) -> None:
    python = fake_python({"torch": TORCH, "torch_tensorrt": TENSORRT})
    reason = ask(python, "compiles_with_tensorrt", control=True).reason
    assert reason == "TensorRT's numbers differ from PyTorch's"


def test_model_that_tensorrt_leaves_to_pytorch_is_a_no(fake_python: FakePython) -> None:
    lazy = TENSORRT + "compile = lambda model, **settings: model\n"
    reason = ask(
        fake_python({"torch": TORCH, "torch_tensorrt": lazy}), "compiles_with_tensorrt"
    ).reason
    assert reason == "nothing of the model became an engine of TensorRT"


def test_tensorrt_that_refuses_is_a_no_with_its_words(fake_python: FakePython) -> None:
    refusing = TENSORRT + "def compile(model, **settings): raise RuntimeError('no engine')\n"
    finding = ask(
        fake_python({"torch": TORCH, "torch_tensorrt": refusing}), "compiles_with_tensorrt"
    )
    assert (finding.outcome, finding.reason) == (
        Outcome.NO,
        "compiling or running raised RuntimeError: no engine",
    )


def test_nothing_is_said_of_tensorrt_without_a_gpu(fake_python: FakePython) -> None:
    without = {"torch": TORCH + "GPU = False\n", "torch_tensorrt": TENSORRT}
    finding = ask(fake_python(without), "compiles_with_tensorrt")
    assert (finding.outcome, finding.reason) == (
        Outcome.UNAVAILABLE,
        "TensorRT computes on NVIDIA GPUs, and PyTorch sees none on this machine",
    )
