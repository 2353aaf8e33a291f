"""Does a C++ program run a SavedModel by TensorFlow's C library, with no Python in the process?

A small network is written as a SavedModel. A C++ program, compiled against the headers and the
library that come in TensorFlow's own package, loads it, runs its serving signature on a batch, and
prints the numbers, which are compared with the original's. The program also counts the Python
libraries in its own process, and there must be none.

The control changes one weight on the way to disk.

Limit: Linux, the CPU, and TensorFlow's C API. The program is handed the names of the two tensors
that the signature names.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from probes.api import TENSORFLOW, Answer, Command, Unavailable, no, probe, yes
from probes.capabilities import Capability

TOLERANCE = 1e-6
LIBRARIES = ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2")

PROGRAM = r"""
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "tensorflow/c/c_api.h"

void check(TF_Status* status) {
  if (TF_GetCode(status) == TF_OK) return;
  std::cerr << TF_Message(status) << std::endl;
  std::exit(2);
}

// What the model's tensor is called in its graph: "operation:index".
TF_Output find(TF_Graph* graph, const std::string& name) {
  const size_t colon = name.find(':');
  TF_Operation* operation = TF_GraphOperationByName(graph, name.substr(0, colon).c_str());
  if (operation == nullptr) {
    std::cerr << "the graph has no " << name << std::endl;
    std::exit(2);
  }
  return {operation, std::atoi(name.substr(colon + 1).c_str())};
}

int main(int, char** arguments) {  // folder, input, output, columns; the numbers come on stdin
  std::vector<float> numbers{std::istream_iterator<float>(std::cin), {}};
  const int64_t columns = std::atoi(arguments[4]);
  const int64_t shape[] = {static_cast<int64_t>(numbers.size()) / columns, columns};

  TF_Status* status = TF_NewStatus();
  TF_Graph* graph = TF_NewGraph();
  const char* tags[] = {"serve"};
  TF_Session* session = TF_LoadSessionFromSavedModel(
      TF_NewSessionOptions(), nullptr, arguments[1], tags, 1, graph, nullptr, status);
  check(status);

  const TF_Output input = find(graph, arguments[2]), output = find(graph, arguments[3]);
  TF_Tensor* given = TF_AllocateTensor(TF_FLOAT, shape, 2, numbers.size() * sizeof(float));
  std::memcpy(TF_TensorData(given), numbers.data(), numbers.size() * sizeof(float));
  TF_Tensor* result = nullptr;
  TF_SessionRun(session, nullptr, &input, &given, 1, &output, &result, 1, nullptr, 0, nullptr,
                status);
  check(status);

  int python_libraries = 0;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    python_libraries += line.find("libpython") != std::string::npos;
  std::printf("%s %d\n", TF_Version(), python_libraries);
  const float* values = static_cast<const float*>(TF_TensorData(result));
  for (size_t i = 0; i < TF_TensorByteSize(result) / sizeof(float); ++i)
    std::printf("%.9g\n", values[i]);
}
"""


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


def compile_program() -> None:
    """Compile PROGRAM into ``./program``, against what is in TensorFlow's package."""
    import tensorflow as tf

    folder = tf.sysconfig.get_lib()
    Path("program.cc").write_text(PROGRAM, encoding="utf-8")
    subprocess.run(
        ["g++", "-std=c++17", "-o", "program", "program.cc"]
        + ["-I", tf.sysconfig.get_include(), "-L", folder, f"-Wl,-rpath,{folder}"]
        + [f"-l:{library}" for library in LIBRARIES],
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=True,
    )


def names_in_graph(folder: str) -> tuple[str, str]:
    """What the tensors ``x`` and ``y`` of the serving signature are called in the saved graph."""
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString((Path(folder) / "saved_model.pb").read_bytes())
    signature = saved.meta_graphs[0].signature_def["serving_default"]
    return signature.inputs["x"].name, signature.outputs["y"].name


@probe(
    needs=(TENSORFLOW,),
    subject=lambda: 0.0,
    control=lambda: 0.5,
    commands=(Command("g++", "a C++ compiler, for example from build-essential"),),
    timeout=600.0,
    capability=Capability.CPP,
)
def check(subject: float) -> Answer:
    """Save with one weight changed by ``subject``, compile, run, compare."""
    import tensorflow as tf

    if sys.platform != "linux":
        raise Unavailable("the program finds TensorFlow's library on Linux alone")
    missing = [name for name in LIBRARIES if not (Path(tf.sysconfig.get_lib()) / name).is_file()]
    if missing:
        return no(f"TensorFlow's package holds no {' and no '.join(missing)}")
    model = small_network()
    inputs = tf.random.stateless_normal((5, 4), seed=(3, 5))
    expected = tf.reshape(model.serve(inputs)["y"], [-1])
    model.kernel[0, 0].assign(model.kernel[0, 0] + subject)
    tf.saved_model.save(model, "model", signatures={"serving_default": model.serve})
    compile_program()
    done = subprocess.run(
        ["./program", "model", *names_in_graph("model"), "4"],
        input=" ".join(repr(float(value)) for value in tf.reshape(inputs, [-1])).encode(),
        stdout=subprocess.PIPE,
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        return no(f"the program ended with code {done.returncode}", code=done.returncode)
    first, *printed = done.stdout.decode().split("\n")
    version, python_libraries = first.split()
    outputs = tf.constant([float(line) for line in printed if line])
    evidence: dict[str, Any] = {
        "library_version": version,
        "python_libraries_in_process": int(python_libraries),
        "numbers": len(outputs),
        "tolerance": TOLERANCE,
    }
    if len(outputs) != len(expected):
        return no(f"the program gives {len(outputs)} numbers, not {len(expected)}", **evidence)
    evidence["max_difference"] = float(tf.reduce_max(tf.abs(outputs - expected)))
    if evidence["python_libraries_in_process"]:
        return no("Python was loaded into the process", **evidence)
    if not evidence["max_difference"] <= TOLERANCE:
        return no("the program's numbers differ from the original's", **evidence)
    return yes("the program gives the original's numbers without Python", **evidence)
