"""Does Transformers hold models written for TensorFlow that run?

Counts the TensorFlow models in the installed Transformers, by its files and by its names. Where
there are some, a tiny BERT is built from a configuration, so nothing is downloaded; it is run,
saved, loaded again and run again, and the two results must be the same. What Transformers logs of
the end of these models is told.

The control changes one weight between saving and comparing.

Limit: one architecture with random weights on the CPU. No published weights are loaded.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from probes.api import TENSORFLOW, Answer, Need, Unavailable, describe, no, probe, yes
from probes.capabilities import Capability
from probes.requirements import ECOSYSTEM

TOLERANCE = 1e-6

Save = Callable[[Any, str], None]


def save(model: Any, folder: str) -> None:
    """Write ``model`` with its configuration into ``folder``."""
    model.save_pretrained(folder)


def save_with_one_weight_changed(model: Any, folder: str) -> None:
    """Save while one weight is another."""
    embeddings = model.bert.embeddings.weight
    kept = embeddings.numpy()
    changed = kept.copy()
    changed[3, 0] += 0.5
    embeddings.assign(changed)
    save(model, folder)
    embeddings.assign(kept)


@contextmanager
def logged_deprecations() -> Iterator[list[str]]:
    """Collect what Transformers logs with the word "deprecated" in it."""
    told: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            message = record.getMessage()
            if "deprecated" in message and message not in told:
                told.append(message)

    logger = logging.getLogger("transformers")
    collector = Collector()
    logger.addHandler(collector)
    try:
        yield told
    finally:
        logger.removeHandler(collector)


def count_models() -> dict[str, int]:
    """How many model files there are for TensorFlow and in all, and how many public TF names."""
    import transformers

    models = Path(str(transformers.__file__)).parent / "models"
    names = [name for name in dir(transformers) if name.startswith("TF") and name[2:3].isupper()]
    return {
        "model_files": sum(1 for _ in models.glob("*/modeling_*.py")),
        "tensorflow_model_files": sum(1 for _ in models.glob("*/modeling_tf_*.py")),
        "tensorflow_names": len(names),
    }


@probe(
    needs=(TENSORFLOW, Need("transformers", "transformers")),
    subject=lambda: save,
    control=lambda: save_with_one_weight_changed,
    provision=ECOSYSTEM,
    capability=Capability.TRANSFORMERS,
    framework="tensorflow",
)
def check(subject: Save) -> Answer:
    """Count, build, run, save, load, compare."""
    import numpy as np
    import transformers

    evidence: dict[str, Any] = dict(count_models())
    if not hasattr(transformers, "TFBertModel"):
        return no("this version of Transformers has no TFBertModel", **evidence)
    if importlib.util.find_spec("tf_keras") is None:
        raise Unavailable("Transformers' TensorFlow models need tf-keras (pip install tf-keras)")
    sizes = {"vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 1}
    heads = {"num_attention_heads": 2, "intermediate_size": 32}
    tokens = np.array([[1, 2, 3, 4], [5, 3, 7, 8]])
    with logged_deprecations() as told:
        try:
            model = transformers.TFBertModel(transformers.BertConfig(**sizes, **heads))
            before = model(tokens).last_hidden_state.numpy()
            subject(model, "bert")
            loaded = transformers.TFBertModel.from_pretrained("bert")
            after = loaded(tokens).last_hidden_state.numpy()
        except Exception as error:
            failed = no(f"building or running a model raised {describe(error)}", **evidence)
            return replace(failed, deprecations=tuple(told))
    evidence.update(
        shape=list(before.shape),
        max_difference=float(np.abs(before - after).max()),
        tolerance=TOLERANCE,
    )
    if not evidence["max_difference"] <= TOLERANCE:
        answer = no("the loaded model's numbers differ from the saved one's", **evidence)
    else:
        answer = yes("BERT runs on TensorFlow, and is saved and loaded", **evidence)
    return replace(answer, deprecations=tuple(told))
