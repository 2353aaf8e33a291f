"""Does a C++ program without Python run a PyTorch model and compute its numbers?

A model is exported and compiled by AOTInductor into a package. A C++ program, which is compiled
here against the headers and libraries that come with PyTorch, loads the package, runs it, prints
the outputs, and says which of the libraries in its memory are Python's. There must be none, and
the outputs must be the original's.

The control changes one weight before the package is made.

Limit: a small model on this machine's CPU, by g++ on Linux. ``libtorch`` is the one inside the
Python package; what it takes to ship it is not tried.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probes.api import TORCH, Answer, Command, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-6
SIZE = 3

PROGRAM = r"""
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/inductor/aoti_package/model_package_loader.h>

int main(int count, char** arguments) {
  torch::inductor::AOTIModelPackageLoader model("model.pt2");
  at::Tensor input = at::empty({(count - 1) / 4, 4}, at::kFloat);
  for (int i = 1; i < count; ++i) input.data_ptr<float>()[i - 1] = std::stof(arguments[i]);
  std::vector<at::Tensor> inputs{input};
  at::Tensor output = model.run(inputs)[0].contiguous();
  std::printf("{\"outputs\": [");
  for (int64_t i = 0; i < output.numel(); ++i)
    std::printf("%s%.9g", i ? ", " : "", output.data_ptr<float>()[i]);
  int torch = 0, python = 0;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    torch += line.find("libtorch_cpu.so") != std::string::npos;
    python += line.find("libpython") != std::string::npos ||
        line.find("libtorch_python") != std::string::npos;
  }
  std::printf("], \"torch_mappings\": %d, \"python_mappings\": %d}\n", torch, python);
}
"""

Build = Callable[[Any, Any], None]


def build(model: Any, example: Any) -> None:
    """Compile ``model`` into ``model.pt2``, for any batch size."""
    import torch

    sizes = ({0: torch.export.Dim("batch", min=2, max=64)},)
    program = torch.export.export(model, (example,), dynamic_shapes=sizes)
    path = str(Path("model.pt2").absolute())
    torch._inductor.aoti_compile_and_package(program, package_path=path)


def build_with_one_weight_changed(model: Any, example: Any) -> None:
    """Compile a copy of ``model`` in which one weight is another."""
    import torch

    changed = copy.deepcopy(model)
    with torch.no_grad():
        changed[0].weight[0, 0] += 0.5
    build(changed, example)


def require_compiler() -> None:
    """Raise Unavailable where g++ does not compile an empty C++20 program."""
    command = ["g++", "-std=c++20", "-fsyntax-only", "-x", "c++", "/dev/null"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        raise Unavailable(f"g++ does not compile C++20: {first_error(tried.stderr)}")


def first_error(text: str) -> str:
    """The line of a compiler's messages that says what is wrong."""
    lines = text.strip().splitlines() or ["it says nothing"]
    return next((line for line in lines if "error" in line), lines[-1])


def compile_program() -> None:
    """Compile the C++ program to ``./program``. Raises CalledProcessError."""
    import torch

    root = Path(torch.__file__).parent
    headers = [f"-I{root / 'include'}", f"-I{root / 'include/torch/csrc/api/include'}"]
    abi = f"-D_GLIBCXX_USE_CXX11_ABI={int(torch._C._GLIBCXX_USE_CXX11_ABI)}"
    libraries = [f"-L{root / 'lib'}", f"-Wl,-rpath,{root / 'lib'}"]
    libraries += ["-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"]
    Path("program.cpp").write_text(PROGRAM, encoding="utf-8")
    command = ["g++", "-std=c++20", "-O0", abi, *headers, "program.cpp", "-o", "program"]
    subprocess.run([*command, *libraries], capture_output=True, text=True, check=True)


@probe(
    needs=(TORCH,),
    subject=lambda: build,
    control=lambda: build_with_one_weight_changed,
    commands=(Command("g++", "a C++ compiler, for example from build-essential"),),
    environment={"TORCHINDUCTOR_COMPILE_THREADS": "1"},  # no compiling processes that stay
    timeout=900.0,
    capability=Capability.CPP,
)
def check(subject: Build) -> Answer:
    """Compile the package and the program, run the program, compare."""
    import torch
    import torch._inductor

    if sys.platform != "linux":
        raise Unavailable("the C++ program is built on Linux only")
    require_compiler()
    if not hasattr(torch._inductor, "aoti_compile_and_package"):
        return no("AOTInductor is gone from this version, or not in it yet")
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Softmax(dim=1)).eval()
    inputs = torch.randn(SIZE, 4)
    with torch.no_grad():
        expected = model(inputs).flatten()
        try:
            subject(model, torch.ones(5, 4))
        except Exception as error:
            if "InvalidCxxCompiler" in describe(error):
                raise Unavailable(f"the C++ compiler does not work: {describe(error)}") from error
            return no(f"compiling ahead of time raised {describe(error)}")
    began = time.perf_counter()
    try:
        compile_program()
    except subprocess.CalledProcessError as error:
        print(error.stderr)
        problem = first_error(error.stderr)
        return no(f"the C++ program does not compile against this PyTorch: {problem}")
    evidence: dict[str, Any] = {
        "program_compile_seconds": round(time.perf_counter() - began, 1),
        "program_bytes": Path("program").stat().st_size,
        "package_bytes": Path("model.pt2").stat().st_size,
    }
    done = subprocess.run(
        [str(Path("program").absolute()), *(str(value) for value in inputs.flatten().tolist())],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stderr)
        return no(f"the C++ program ended with code {done.returncode}", **evidence)
    said = json.loads(done.stdout.splitlines()[-1])
    difference = float((torch.tensor(said.pop("outputs")) - expected).abs().max())
    evidence.update(said, max_difference=difference, tolerance=TOLERANCE)
    if not difference <= TOLERANCE:
        return no("the C++ program's numbers differ from the model's", **evidence)
    if not said["torch_mappings"] or said["python_mappings"]:
        return no("the C++ program ran it with the help of Python", **evidence)
    return yes("a C++ program with no Python in it computes the model's numbers", **evidence)
