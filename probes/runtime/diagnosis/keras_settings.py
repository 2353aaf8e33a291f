"""Which back end Keras is told to use, by whom, and whether it can.

Keras 3 takes its back end from KERAS_BACKEND, else from ``keras.json`` in KERAS_HOME or in
``~/.keras``, else it takes TensorFlow (keras/src/backend/config.py). TensorFlow's ``tf.keras`` is
Keras 2, from tf-keras, under TF_USE_LEGACY_KERAS (tensorflow/python/util/lazy_loader.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from probes.bounded_json import parse_json
from probes.runtime.diagnosis.alternatives import stand_ins
from probes.runtime.diagnosis.statements import Conflict, Setting
from probes.runtime.installer import install_command
from probes.runtime.redaction import redact
from probes.runtime.target import Target

FILE = "keras.json"
_LARGEST = 100_000  # bytes of a file that is read
# What Keras calls a back end, and the module it needs. NumPy runs models and trains none.
BACKENDS = {
    "tensorflow": "tensorflow",
    "torch": "torch",
    "jax": "jax",
    "numpy": "numpy",
    "openvino": "openvino",
}
_TRAINING = ("tensorflow", "torch", "jax")
_LEGACY_ON = ("1", "true", "True")  # what TensorFlow takes for yes
_LEGACY_FROM = (2, 16)  # the first TensorFlow whose tf.keras is Keras 3


@dataclass(frozen=True)
class KerasFile:
    """The person's ``keras.json``: its text, the back end it names, and what is wrong with it."""

    path: Path
    text: str
    backend: str = ""
    flaw: str = ""


@dataclass(frozen=True)
class KerasSettings:
    """What the person has set for Keras: by variables, and in a file where there is one."""

    variables: Mapping[str, str]
    file: KerasFile | None = None

    @property
    def backend(self) -> tuple[str, str]:
        """The back end of Keras 3 and what chose it, empty where nothing did."""
        chosen = self.variables.get("KERAS_BACKEND", "")
        if chosen:
            return chosen, "KERAS_BACKEND"
        if self.file is not None and self.file.backend:
            return self.file.backend, redact(str(self.file.path))
        return "tensorflow", ""

    @property
    def legacy(self) -> bool:
        """Whether ``tf.keras`` is to be Keras 2."""
        return self.variables.get("TF_USE_LEGACY_KERAS", "") in _LEGACY_ON

    def private_copy(self, folder: Path) -> dict[str, str]:
        """The variables by which Keras finds the same in ``folder``, where it may write."""
        if self.file is not None:
            (folder / FILE).write_text(self.file.text, encoding="utf-8")
        names = ("KERAS_BACKEND", "TF_USE_LEGACY_KERAS")
        return {name: self.variables[name] for name in names if name in self.variables}


def keras_settings(variables: Mapping[str, str] = os.environ) -> KerasSettings:
    """What is set for Keras where this runs."""
    home = variables.get("KERAS_HOME")
    try:
        path = (Path(home) if home else Path.home() / ".keras") / FILE
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return KerasSettings(dict(variables))
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        flawed = KerasFile(path, "", flaw="it is not in UTF-8, and Keras ignores it")
        return KerasSettings(dict(variables), flawed)
    except (OSError, RuntimeError, ValueError):  # no home, not readable, a NUL in its name
        return KerasSettings(dict(variables))
    return KerasSettings(dict(variables), _keras_file(path, text))


def _keras_file(path: Path, text: str) -> KerasFile:
    try:
        held = parse_json(text)
    except ValueError:
        return KerasFile(path, text, flaw="it is not JSON, and Keras ignores it")
    backend = held.get("backend", "") if isinstance(held, dict) else None
    if not isinstance(backend, str):
        return KerasFile(path, text, flaw="it holds no settings that Keras understands")
    return KerasFile(path, text, backend)


def settings_in_words(settings: KerasSettings, packages: Mapping[str, str]) -> Iterator[Setting]:
    """What is set for Keras, and what that does here."""
    is_three = _major(packages.get("keras", "")) >= 3
    backend, source = settings.backend
    runs = f"Keras 3 runs on {redact(backend)[:40]}"
    if "KERAS_BACKEND" in settings.variables:
        effect = runs if source == "KERAS_BACKEND" else "it is empty, and Keras ignores it"
        effect = effect if is_three else "no effect: there is no Keras 3 here"
        value = redact(settings.variables["KERAS_BACKEND"])[:80]
        yield Setting("KERAS_BACKEND", value, f"{effect}; probes set their own")
    file = settings.file
    if file is not None:
        effect = file.flaw or (runs if source else "it names no back end")
        if source == "KERAS_BACKEND" and file.backend:
            effect = "KERAS_BACKEND goes before it"
        effect = effect if is_three else "no effect: there is no Keras 3 here"
        named = f"backend: {redact(file.backend)[:40]}" if file.backend else "no backend"
        yield Setting(redact(str(file.path)), named, f"{effect}; probes do not read it")
    if "TF_USE_LEGACY_KERAS" in settings.variables:
        value = redact(settings.variables["TF_USE_LEGACY_KERAS"])[:80]
        yield Setting("TF_USE_LEGACY_KERAS", value, _legacy_effect(settings, packages))


def _legacy_effect(settings: KerasSettings, packages: Mapping[str, str]) -> str:
    if not settings.legacy:
        return f"no effect: TensorFlow takes only {', '.join(_LEGACY_ON)} for yes"
    if not _tensorflow(packages):
        return "no effect: there is no TensorFlow here"
    if "tf-keras" in packages:
        return (
            f"tf.keras is Keras 2, from tf-keras {packages['tf-keras']}, which loads models that "
            "Keras 2 saved; probes do not read it"
        )
    return "tf.keras is to be Keras 2; probes do not read it"


def backend_conflict(
    settings: KerasSettings, packages: Mapping[str, str], target: Target
) -> Conflict | None:
    """That Keras 3 is told to run on what it cannot run on; None where it can."""
    version = packages.get("keras", "")
    if _major(version) < 3:
        return None
    backend, source = settings.backend
    module = BACKENDS.get(backend)
    if module is not None and target.has(module):
        return None
    there = [name for name in _TRAINING if target.has(BACKENDS[name])]
    if not there:
        cure = "install tensorflow, torch or jax"
        return Conflict(f"keras {version} has no back end", "it does not import", cure)
    choose = f'set KERAS_BACKEND={there[0]}, or "backend": "{there[0]}" in ~/.keras/{FILE}'
    shown = redact(backend)[:40]
    if module is None:
        what = f"{source} tells keras {version} to run on {shown!r}, which it does not know"
        return Conflict(what, "import keras fails", choose)
    if not source:
        what = f"keras {version} runs on TensorFlow unless told otherwise, and that is not here"
        return Conflict(what, "import keras fails", choose)
    what = f"{source} tells keras {version} to run on {shown}, which is not installed"
    return Conflict(what, "import keras fails", f"{choose}; or {install_command(target, module)}")


def legacy_conflict(
    settings: KerasSettings, packages: Mapping[str, str], target: Target
) -> Conflict | None:
    """That ``tf.keras`` is to be Keras 2, which is not there; None where all is well."""
    tensorflow = _tensorflow(packages)
    release = tuple(int(part) for part in tensorflow.split(".")[:2] if part.isdecimal())
    if not settings.legacy or release < _LEGACY_FROM or target.has("tf_keras"):
        return None
    minor = ".".join(map(str, release))
    return Conflict(
        f"TF_USE_LEGACY_KERAS is set, and tf-keras is not installed beside tensorflow {tensorflow}",
        "tf.keras does not load",
        f"{install_command(target, f'tf-keras=={minor}.*')}; or unset TF_USE_LEGACY_KERAS, where "
        "no model of Keras 2 is to be loaded",
    )


def _tensorflow(packages: Mapping[str, str]) -> str:
    """The version of TensorFlow that is installed, empty where none is."""
    return next((packages[name] for name in stand_ins("tensorflow") if name in packages), "")


def _major(version: str) -> int:
    first = version.split(".")[0]
    return int(first) if first.isdecimal() else 0
