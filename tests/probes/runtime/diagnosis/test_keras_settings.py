"""Keras' back end: what is set is a setting; only one that cannot be is a conflict."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from probes.runtime.diagnosis.doctor import DoctorReport
from probes.runtime.diagnosis.keras_settings import keras_settings

from ...conftest import WriteProbe
from .conftest import Examine, needing, only_conflict

KERAS_3 = "keras==3.15.1"
# Reads its back end as Keras does, and fails as Keras does.
KERAS = """
import importlib, json, os, pathlib
path = pathlib.Path(os.environ["KERAS_HOME"], "keras.json")
held = json.loads(path.read_text()) if path.exists() else {"backend": "tensorflow"}
name = os.environ.get("KERAS_BACKEND") or held["backend"]
importlib.import_module(name)
class backend:
    backend = staticmethod(lambda: name)
"""


def write_keras_json(text: str) -> Path:
    folder = Path(os.environ["KERAS_HOME"])
    folder.mkdir()
    (folder / "keras.json").write_text(text)
    return folder / "keras.json"


def told(seen: DoctorReport) -> dict[str, str]:
    return {setting.name: setting.effect for setting in seen.settings}


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_back_end_chosen_by_variable_is_no_conflict(
    examine: Examine, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", backend)
    probe = needing(write_probe, "a", "keras")
    seen = examine({"keras": KERAS, backend: ""}, probe, projects=(KERAS_3,))
    assert seen.conflicts == ()
    (imported,) = (one for one in seen.imports if one.module == "keras")
    assert (imported.error, imported.facts) == ("", {"backend": backend})
    assert told(seen)["KERAS_BACKEND"].startswith(f"Keras 3 runs on {backend}")


def test_back_end_chosen_by_file_is_no_conflict(examine: Examine, write_probe: WriteProbe) -> None:
    path = write_keras_json('{"backend": "torch", "floatx": "float32"}')
    probe = needing(write_probe, "a", "keras")
    seen = examine({"keras": KERAS, "torch": ""}, probe, projects=(KERAS_3,))
    assert seen.conflicts == ()
    assert told(seen)[str(path)].startswith("Keras 3 runs on torch")
    assert json.loads(path.read_text())["floatx"] == "float32"


def test_file_lies_in_the_home_unless_told_otherwise(
    examine: Examine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras" / "keras.json").write_text('{"backend": "torch"}')
    seen = examine({"torch": ""}, projects=(KERAS_3,))
    assert (seen.conflicts, list(told(seen))) == ((), ["~/.keras/keras.json"])


def test_variable_goes_before_the_file(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_keras_json('{"backend": "jax"}')
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    seen = examine({"torch": ""}, projects=(KERAS_3,))
    assert seen.conflicts == ()
    assert told(seen)[str(path)].startswith("KERAS_BACKEND goes before it")


def test_keras_without_any_back_end_is_a_conflict(examine: Examine) -> None:
    assert only_conflict(examine(projects=(KERAS_3,))).what == "keras 3.15.1 has no back end"


def test_keras_that_is_not_told_of_its_only_back_end_is_a_conflict(
    examine: Examine, write_probe: WriteProbe
) -> None:
    probe = needing(write_probe, "a", "keras")
    conflict = only_conflict(examine({"keras": KERAS, "torch": ""}, probe, projects=(KERAS_3,)))
    assert conflict.what.startswith("keras 3.15.1 runs on TensorFlow unless told otherwise")
    assert conflict.cure.startswith("set KERAS_BACKEND=torch, or")


@pytest.mark.parametrize(
    ("backend", "what"),
    [
        ("jax", "KERAS_BACKEND tells keras 3.15.1 to run on jax, which is not installed"),
        ("theano", "KERAS_BACKEND tells keras 3.15.1 to run on 'theano', which it does not know"),
    ],
)
def test_back_end_that_cannot_be_is_a_conflict(
    examine: Examine, monkeypatch: pytest.MonkeyPatch, backend: str, what: str
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", backend)
    conflict = only_conflict(examine({"torch": ""}, projects=(KERAS_3,)))
    assert conflict.what == what
    assert "set KERAS_BACKEND=torch" in conflict.cure


def test_keras_2_knows_no_back_ends(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    seen = examine({"tensorflow": ""}, projects=("keras==2.15.0", "tensorflow==2.15.0"))
    assert seen.conflicts == ()
    assert told(seen)["KERAS_BACKEND"].startswith("no effect: there is no Keras 3 here")


@pytest.mark.parametrize("text", ["{", "", "[" * 50, "\ufeff{}"])
def test_file_that_is_no_json_is_ignored_as_by_keras(examine: Examine, text: str) -> None:
    path = write_keras_json(text)
    seen = examine({"tensorflow": ""}, projects=(KERAS_3,))
    assert seen.conflicts == ()
    assert told(seen)[str(path)].startswith("it is not JSON")


@pytest.mark.parametrize(
    "text",
    [
        '{"backend": "theano", "backend": "torch"}',
        '{"backend": "torch", "epsilon": NaN}',
        '{"backend": "torch"' + " " * 200_000 + "}",
    ],
    ids=["a key twice", "nan", "long"],
)
def test_file_is_read_as_keras_reads_it(examine: Examine, text: str) -> None:
    path = write_keras_json(text)
    seen = examine({"torch": ""}, projects=(KERAS_3,))
    assert (seen.conflicts, seen.unchecked) == ((), ())
    assert told(seen)[str(path)].startswith("Keras 3 runs on torch")


@pytest.mark.parametrize(
    ("text", "shown"), [('{"backend": 3}', "'3'"), ('{"backend": ""}', "''"), ("[1]", "")]
)
def test_file_that_keras_fails_with_is_a_conflict(examine: Examine, text: str, shown: str) -> None:
    path = write_keras_json(text)
    conflict = only_conflict(examine({"tensorflow": ""}, projects=(KERAS_3,)))
    assert str(path) in conflict.what
    assert shown in conflict.what
    assert conflict.effect == "import keras fails"


@pytest.mark.parametrize(
    ("make", "why"),
    [(Path.mkdir, "it is a folder"), (os.mkfifo, "it is a pipe, and Keras waits for it")],
    ids=["folder", "pipe"],
)
def test_what_keras_cannot_read_is_a_conflict_whatever_else_is_set(
    examine: Examine,
    write_probe: WriteProbe,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], None],
    why: str,
) -> None:
    path = Path(os.environ["KERAS_HOME"], "keras.json")
    path.parent.mkdir()
    make(path)
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    probe = needing(write_probe, "a", "keras")
    conflict = only_conflict(examine({"keras": KERAS, "torch": ""}, probe, projects=(KERAS_3,)))
    assert conflict.what == f"keras 3.15.1 fails at {path}: {why}"


@pytest.mark.parametrize("home", ["", "settings"])
def test_file_in_whatever_folder_a_program_starts_in_is_not_judged(
    examine: Examine,
    write_probe: WriteProbe,
    monkeypatch: pytest.MonkeyPatch,
    home: str,
) -> None:
    monkeypatch.setenv("KERAS_HOME", home)
    probe = needing(write_probe, "a", "keras")
    seen = examine({"keras": KERAS, "torch": ""}, probe, projects=(KERAS_3,))
    assert seen.conflicts == ()
    (unchecked,) = seen.unchecked
    assert unchecked.what == f"what keras 3.15.1 makes of {Path(home, 'keras.json')}"
    assert unchecked.why.startswith("KERAS_HOME is relative")


def test_file_too_large_to_read_is_not_judged(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probes.runtime.diagnosis.keras_settings._LARGEST", 10)
    write_keras_json('{"backend": "torch"}')
    seen = examine({"torch": ""}, projects=(KERAS_3,))
    assert seen.conflicts == ()
    assert [one.why for one in seen.unchecked] == ["it is larger than 0 MB"]


def test_tilde_in_the_folder_is_the_home(
    examine: Examine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", "~/keras-home")
    (tmp_path / "keras-home").mkdir()
    (tmp_path / "keras-home" / "keras.json").write_text('{"backend": "torch"}')
    seen = examine({"torch": ""}, projects=(KERAS_3,))
    assert (seen.conflicts, list(told(seen))) == ((), ["~/keras-home/keras.json"])


def test_home_that_is_not_there_is_passed_over_as_by_keras(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", "/nowhere")
    looked_at: list[Path] = []
    monkeypatch.setattr("probes.runtime.diagnosis.keras_settings._file_at", looked_at.append)
    assert keras_settings().file is None
    assert looked_at == [Path("/tmp/.keras/keras.json")]


def test_value_in_the_file_that_keras_refuses_is_mended_there(
    examine: Examine, write_probe: WriteProbe
) -> None:
    path = write_keras_json('{"floatx": "float8"}')

    def put(libraries: Path) -> None:
        (libraries / "keras" / "backend").mkdir(parents=True)
        (libraries / "keras" / "__init__.py").write_text("import keras.backend.config")
        (libraries / "keras" / "backend" / "__init__.py").touch()
        (libraries / "keras" / "backend" / "config.py").write_text("raise ValueError('float8')")

    probe = needing(write_probe, "a", "keras")
    conflict = only_conflict(examine({"tensorflow": ""}, probe, projects=(KERAS_3,), prepare=put))
    assert conflict.what == "keras 3.15.1 does not import: ValueError: float8"
    assert conflict.cure == f"set what Keras knows in {path}, or delete it"


def test_legacy_switch_with_tf_keras_is_no_conflict(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    projects = ("tensorflow_cpu==2.21.0", "tf_keras==2.21.0")
    seen = examine({"tensorflow": "", "tf_keras": ""}, projects=projects)
    assert seen.conflicts == ()
    assert told(seen)["TF_USE_LEGACY_KERAS"].startswith("tf.keras is Keras 2, from tf-keras 2.21.0")


def test_legacy_switch_without_tf_keras_is_mended_by_tf_keras(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "True")
    conflict = only_conflict(examine({"tensorflow": ""}, projects=("tensorflow_cpu==2.21.0",)))
    assert conflict.what.startswith("TF_USE_LEGACY_KERAS is set, and tf-keras is not installed")
    assert "'tf-keras==2.21.*'" in conflict.cure


@pytest.mark.parametrize("value", ["yes", "0", ""])
def test_legacy_switch_that_tensorflow_does_not_take_has_no_effect(
    examine: Examine, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", value)
    seen = examine({"tensorflow": ""}, projects=("tensorflow==2.21.0",))
    assert seen.conflicts == ()
    assert told(seen)["TF_USE_LEGACY_KERAS"].startswith("no effect")


@pytest.mark.parametrize(
    ("name", "value", "effect"),
    [
        ("PYTHONWARNINGS", "ignore", "probes ignore it"),
        ("CUDA_VISIBLE_DEVICES", "", "frameworks see no GPU"),
        ("CUDA_VISIBLE_DEVICES", "1", "frameworks see these GPUs alone"),
        ("PYTHONPATH", "/somewhere", "not passed on to this interpreter"),
        ("LD_LIBRARY_PATH", "/somewhere", "libraries in these folders go before"),
    ],
)
def test_setting_that_changes_frameworks_is_told_and_is_no_conflict(
    examine: Examine, monkeypatch: pytest.MonkeyPatch, name: str, value: str, effect: str
) -> None:
    monkeypatch.setenv(name, value)
    seen = examine()
    assert seen.conflicts == ()
    assert told(seen)[name].startswith(effect)


def test_what_fails_because_keras_does_is_no_conflict_of_its_own(
    examine: Examine, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "tensroflow")
    beta = (
        "import sys\n"
        "print('File \"keras/src/backend/__init__.py\", line 5', file=sys.stderr)\n"
        "raise ValueError('Unable to import backend : tensroflow')\n"
    )
    probes = [needing(write_probe, name, name) for name in ("keras", "beta")]
    modules = {"keras": KERAS, "torch": "", "beta": beta.replace("keras/", "/lib/keras/")}
    conflict = only_conflict(examine(modules, *probes, projects=(KERAS_3, "beta==1.0")))
    assert conflict.what.startswith("KERAS_BACKEND tells keras 3.15.1 to run on 'tensroflow'")
    assert conflict.effect == "import keras fails, and with it beta"
    assert "KERAS_BACKEND=torch" in conflict.cure
