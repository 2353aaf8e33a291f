"""Projects that bring the same package, of which one environment holds one."""

from __future__ import annotations

from collections.abc import Mapping

# What is imported, and the projects that bring it; one of each is enough. Names as on PyPI.
ALTERNATIVES: Mapping[str, tuple[str, ...]] = {
    "tensorflow": (
        "tensorflow",
        "tensorflow-cpu",
        "tensorflow-gpu",
        "tensorflow-intel",
        "tensorflow-macos",
        "tensorflow-rocm",
        "tf-nightly",
        "tf-nightly-cpu",
    ),
    "keras": ("keras", "keras-nightly"),
    "tf_keras": ("tf-keras", "tf-keras-nightly"),
    "onnxruntime": (
        "onnxruntime",
        "onnxruntime-gpu",
        "onnxruntime-directml",
        "onnxruntime-openvino",
        "onnxruntime-qnn",
        "onnxruntime-rocm",
        "onnxruntime-training",
        "ort-nightly",
        "ort-nightly-gpu",
    ),
    "cv2": (
        "opencv-python",
        "opencv-python-headless",
        "opencv-contrib-python",
        "opencv-contrib-python-headless",
    ),
    "faiss": ("faiss-cpu", "faiss-gpu", "faiss-gpu-cu11", "faiss-gpu-cu12"),
    "tensorboard": ("tensorboard", "tb-nightly"),
}


def stand_ins(project: str) -> tuple[str, ...]:
    """The projects that bring what this one does, the project itself first."""
    groups = (names for names in ALTERNATIVES.values() if project in names)
    return (project, *(name for name in next(groups, ()) if name != project))
