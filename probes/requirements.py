"""Requirements that environments of several probes share.

A probe that stands alone keeps its pins in its own module. Probes with the same requirements get
one environment together, so what lives well with others is asked for together.
"""

from __future__ import annotations

import platform
import sys

from probes.api import Provision

TORCH = "torch==2.13.0"

# The same code without the CUDA download; where it has no wheel, the full package.
TENSORFLOW = (
    "tensorflow-cpu==2.21.0"
    if sys.platform == "linux" and platform.machine() == "x86_64"
    else "tensorflow==2.21.0"
)

# Both frameworks and the libraries around them, as the extra ``ecosystem`` has them.
ECOSYSTEM = Provision(
    requirements=(
        TORCH,
        TENSORFLOW,
        "keras==3.15.1",
        "jax==0.10.2",
        "onnx==1.23.2",
        "onnxscript==0.7.2",
        "onnxruntime==1.32.0",
        "tf2onnx==1.17.0",
        "ai-edge-litert==2.3.0",
        "lightning==2.6.6",
        "transformers==5.23.0",
    ),
    megabytes=3340,
)

# torchvision imports beside the torch it was built for alone. On Linux PyPI has it for PyTorch's
# CUDA build; this pair is taken from there whatever other builds of torch pip knows of.
VISION = Provision(
    requirements=("torch==2.12.0", "torchvision==0.27.0", "timm==1.0.31", "fastai==2.8.12"),
    megabytes=5715,
)

# TensorFlow Hub imports pkg_resources, and brings Keras 2 along as tf-keras.
HUB = Provision(
    requirements=("setuptools==80.10.2", "tf-keras==2.21.0", "tensorflow-hub==0.16.1"),
    megabytes=2170,
)
