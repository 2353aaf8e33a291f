"""What the person has set that changes what frameworks are or see, and what it does."""

from __future__ import annotations

from collections.abc import Iterator

from probes.runtime.diagnosis.examined import Examined
from probes.runtime.diagnosis.keras_settings import settings_in_words
from probes.runtime.diagnosis.statements import Setting
from probes.runtime.redaction import redact
from probes.runtime.worker_variables import LIBRARY_PATHS, is_own_interpreter

_LONGEST = 200  # characters of a value
_HIDDEN = ("", "-1", "none", "NoDevFiles")  # no GPU at all, to CUDA
_IGNORED = "probes ignore it; what you run yourself does not"
_EFFECTS = {
    "PYTHONINSPECT": _IGNORED,
    "PYTHONWARNINGS": _IGNORED,
    "LD_LIBRARY_PATH": "libraries in these folders go before those that packages bring",
}


def settings_in_effect(seen: Examined) -> Iterator[Setting]:
    """Each setting there is, with what it does here; Keras' first."""
    yield from settings_in_words(seen.keras, seen.packages)
    effects = dict(_EFFECTS)
    for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"):
        hidden = seen.keras.variables.get(name, "") in _HIDDEN
        effects[name] = "frameworks see no GPU" if hidden else "frameworks see these GPUs alone"
    if not is_own_interpreter(seen.target.python):
        effects |= dict.fromkeys(
            LIBRARY_PATHS, "not passed on to this interpreter; what you run yourself finds more"
        )
    for name, effect in effects.items():
        value = seen.keras.variables.get(name)
        if value is not None:
            yield Setting(name, redact(value)[:_LONGEST], effect)
