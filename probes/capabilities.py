"""What the frameworks are compared in: each capability is tried on both, by its own probes."""

from __future__ import annotations

from enum import Enum


class Capability(str, Enum):
    """A row of the table; the value is its title. The order is the table's."""

    EAGER = "Operations run as they are called"
    DYNAMIC_GRAPH = "The graph follows each input"
    DEBUGGER = "A debugger stops inside the model and sees numbers"
    OWN_LOOP = "A model trains in a custom loop"
    FIT = "A model trains by one call of fit()"
    SEED = "A seed repeats a training to the bit"
    GRAPH = "Python code becomes a compiled graph"
    GRAPH_BRANCHES = "Compiled code follows branches on data"
    GRAPH_VALUES = "Compiled code shows its numbers to Python"
    SHAPES = "One compiled graph takes many shapes"
    XLA = "XLA compiles and runs it"
    PROGRAM = "A saved program runs without the model's code"
    SERVING = "A server answers requests with it"
    CPP = "A C++ program runs it without Python"
    ONNX = "ONNX Runtime runs it"
    TFLITE = "A TFLite file of it computes the same"
    MOBILE = "A runtime for phones and boards runs it"
    INT8 = "Its int8 version computes nearly the same"
    CORE_ML = "Core ML runs it"
    JAVASCRIPT = "JavaScript runs it"
    TENSORRT = "TensorRT runs it"
    ACCELERATOR = "It computes on an accelerator"
    TPU = "It computes on a TPU"
    READY_MODELS = "Ready-made vision models run"
    TRANSFORMERS = "Hugging Face Transformers has models for it"
