"""Which back end Keras is told to use, by whom, and whether it can.

Keras 3 takes its back end from KERAS_BACKEND, else from ``keras.json`` in KERAS_HOME or in
``~/.keras``, else it takes TensorFlow. What is said of that file follows what Keras does with it,
in keras/src/backend/config.py: where it looks, what it passes over, what it fails at.
TensorFlow's ``tf.keras`` is Keras 2, from tf-keras, under TF_USE_LEGACY_KERAS
(tensorflow/python/util/lazy_loader.py).
"""

from __future__ import annotations

import json
import locale
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from probes.runtime.diagnosis.alternatives import stand_ins
from probes.runtime.diagnosis.statements import Conflict, Setting, Unchecked, major
from probes.runtime.installer import install_command
from probes.runtime.redaction import redact
from probes.runtime.target import Target

FILE = "keras.json"
_LARGEST = 4_000_000  # bytes of a file that is read
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
    """The person's ``keras.json``: what it holds, None where it was not read.

    ``backend`` is what it names, None where it names none. ``ignored`` says why Keras passes over
    it, ``fault`` why Keras fails with it, ``unknown`` why it was not judged; else they are empty.
    """

    path: Path
    content: bytes | None = None
    backend: str | None = None
    ignored: str = ""
    fault: str = ""
    unknown: str = ""


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
        if self.file is not None and self.file.backend is not None:
            return self.file.backend, redact(str(self.file.path))
        return "tensorflow", ""

    @property
    def legacy(self) -> bool:
        """Whether ``tf.keras`` is to be Keras 2."""
        return self.variables.get("TF_USE_LEGACY_KERAS", "") in _LEGACY_ON

    @property
    def unread(self) -> bool:
        """Whether there may be a file that was not read: what Keras does without it says little."""
        return self.file is not None and bool(self.file.unknown) and self.file.content is None

    def private_copy(self, folder: Path) -> dict[str, str]:
        """The variables by which Keras finds the same in ``folder``, where it may write."""
        if self.file is not None and self.file.content is not None:
            (folder / FILE).write_bytes(self.file.content)
        elif self.file is not None and self.file.fault:
            (folder / FILE).mkdir()  # Keras fails there as well
        names = ("KERAS_BACKEND", "TF_USE_LEGACY_KERAS")
        return {name: self.variables[name] for name in names if name in self.variables}


def keras_settings() -> KerasSettings:
    """What is set for Keras where this runs."""
    path = Path(os.path.expanduser(os.path.join(_home(), FILE)))  # noqa: PTH111, PTH118 - as Keras
    return KerasSettings(dict(os.environ), _file_at(path))


def _home() -> str:
    """The folder that Keras has its settings in, as Keras finds it."""
    if "KERAS_HOME" in os.environ:
        return os.environ["KERAS_HOME"]
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home raises an error where there is none
    if not os.access(home, os.W_OK):
        home = "/tmp"
    return os.path.join(home, ".keras")  # noqa: PTH118


def _file_at(path: Path) -> KerasFile | None:
    """The file there, None where Keras finds none."""
    if not path.is_absolute():
        why = "KERAS_HOME is relative, so Keras reads it in the folder that a program is started in"
        return KerasFile(path, unknown=why)
    if not os.path.exists(path):  # noqa: PTH110 - False where it may not be asked
        return None
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            return KerasFile(path, fault="it is a folder")
        if stat.S_ISFIFO(kind):
            return KerasFile(path, fault="it is a pipe, and Keras waits for it")
        if stat.S_ISCHR(kind) and not path.samefile(os.devnull):
            return KerasFile(path, unknown="it is a device")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        return KerasFile(path, fault=f"it cannot be read: {error.strerror or error}")
    if len(content) > _LARGEST:
        return KerasFile(path, unknown=f"it is larger than {_LARGEST // 1_000_000} MB")
    return _keras_file(path, content)


def _keras_file(path: Path, content: bytes) -> KerasFile:
    try:
        # Python's own JSON, as Keras has it: with NaN, and with the last of two equal keys.
        held = json.loads(content.decode(locale.getpreferredencoding(do_setlocale=False)))
    except UnicodeDecodeError as error:
        encoding = error.encoding.upper()
        return KerasFile(path, content, ignored=f"it is not in {encoding}, and Keras ignores it")
    except ValueError:
        return KerasFile(path, content, ignored="it is not JSON, and Keras ignores it")
    except RecursionError:
        return KerasFile(path, content, unknown="it is nested too deep")
    if not isinstance(held, dict):
        return KerasFile(path, content, fault="it holds no settings by name")
    if "backend" not in held:
        return KerasFile(path, content)
    backend = held["backend"]
    return KerasFile(path, content, backend if isinstance(backend, str) else json.dumps(backend))


def unread_settings(settings: KerasSettings, packages: Mapping[str, str]) -> Iterator[Unchecked]:
    """That Keras 3 may fail with a file that was not judged."""
    file, version = settings.file, packages.get("keras", "")
    if file is not None and file.unknown and _major(version) >= 3:
        yield Unchecked(f"what keras {version} makes of {redact(str(file.path))}", file.unknown)


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
        effect = file.ignored or (runs if source else "it names no back end")
        if file.fault or file.unknown:
            effect = f"import keras fails: {file.fault}" if file.fault else file.unknown
        elif source == "KERAS_BACKEND" and file.backend is not None:
            effect = "KERAS_BACKEND goes before it"
        effect = effect if is_three else "no effect: there is no Keras 3 here"
        named = "no backend" if file.backend is None else f"backend: {redact(file.backend)[:40]}"
        named = "not read" if file.content is None else named
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
    file = settings.file
    if file is not None and file.fault:
        what = f"keras {version} fails at {redact(str(file.path))}: {file.fault}"
        return Conflict(what, "import keras fails", "delete it, or write it again")
    backend, source = settings.backend
    module = BACKENDS.get(backend)
    if module is not None and target.has(module):
        return None
    if file is not None and file.unknown and not source:
        return None  # it may name another one
    there = [name for name in _TRAINING if target.has(BACKENDS[name])]
    if not there:
        cure = "install tensorflow, torch or jax"
        return Conflict(f"keras {version} has no back end", "it does not import", cure)
    path = f"~/.keras/{FILE}" if file is None else redact(str(file.path))
    choose = f'set KERAS_BACKEND={there[0]}, or "backend": "{there[0]}" in {path}'
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
    release = tuple(int(part) for part in re.findall(r"\d{1,9}", tensorflow)[:2])
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
    return major(version) or 0
