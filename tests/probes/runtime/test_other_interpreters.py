"""Other interpreters: without frameworks, with broken ones, and things that are no interpreter."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from probes.api import Outcome, Probe
from probes.runtime import execution, worker_pool
from probes.runtime.registry import load_probes
from probes.runtime.runner import run_probes

from ..conftest import WriteProbe

PROBES = load_probes()
FakePython = Callable[[dict[str, str]], Path]


def needing(write_probe: WriteProbe, name: str, *modules: str) -> Probe:
    needs = "".join(f"Need({module!r}, {module!r})," for module in modules)
    return write_probe(f"group.{name}", needs=f"({needs})")


def test_missing_frameworks_are_named_with_the_command_that_brings_them(bare_python: Path) -> None:
    found = run_probes(PROBES.values(), python=bare_python)
    assert {finding.outcome for finding in found.values()} == {Outcome.UNAVAILABLE}
    assert found["pytorch.runs_eagerly"].reason == "torch is not installed (pip install torch)"
    assert (
        found["both.gradients_agree"].reason
        == "torch and tensorflow are not installed (pip install torch tensorflow)"
    )


def test_one_missing_module_among_several_is_named_alone(
    fake_python: FakePython, write_probe: WriteProbe
) -> None:
    python = fake_python({"alpha": ""})
    finding = run_probes([needing(write_probe, "asks", "alpha", "beta")], python=python)
    assert finding["group.asks"].reason == "beta is not installed (pip install beta)"


def test_folder_left_by_an_uninstall_is_not_an_installation(
    fake_python: FakePython, write_probe: WriteProbe
) -> None:
    python = fake_python({})
    (libraries,) = python.parents[1].glob("lib/python*/site-packages")
    (libraries / "alpha").mkdir()
    found = run_probes([needing(write_probe, "asks", "alpha")], python=python)
    assert found["group.asks"].reason == "alpha is not installed (pip install alpha)"


def test_nothing_of_the_tools_libraries_is_visible(
    bare_python: Path, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    body = """
    import importlib.util, json, sys
    modules = ['yaml', 'questionary', 'rich', 'experta', 'pytest', 'advisor', 'rules', 'runner']
    visible = [name for name in modules if importlib.util.find_spec(name)]
    return yes('it does', visible=visible, path=json.dumps(sys.path))
    """
    probe = write_probe("group.looks", body)
    finding = run_probes([probe], python=bare_python)[probe.id]
    assert finding.evidence["visible"] == [], finding
    path = [Path(entry) for entry in json.loads(str(finding.evidence["path"]))]
    assert str(tmp_path) not in map(str, path)
    # The environment's own, still empty; what is left is the standard library.
    assert [str(entry) for entry in path if "packages" in str(entry)] == ["<site-packages>"]


@pytest.mark.parametrize(
    ("python", "reason"),
    [
        ("/nowhere/bin/python", "the Python interpreter /nowhere/bin/python does not exist"),
        ("/", "the Python interpreter / is not an executable file"),
        ("/etc/passwd", "the Python interpreter /etc/passwd is not an executable file"),
        ("/bin/true", "/bin/true is not a Python that runs probes: it exited with code 0"),
        ("/bin/false", "/bin/false is not a Python that runs probes: it exited with code 1"),
        ("/bin/cat", "/bin/cat is not a Python that runs probes: it wrote something that is not"),
    ],
)
def test_what_is_no_interpreter_is_said_so(
    write_probe: WriteProbe, python: str, reason: str
) -> None:
    probes = [write_probe("group.a"), write_probe("group.b")]
    for finding in run_probes(probes, python=Path(python)).values():
        assert finding.outcome is Outcome.UNAVAILABLE
        assert finding.reason.startswith(reason)
        assert "Traceback" not in finding.reason


def test_file_that_the_system_cannot_run_is_said_so(
    tmp_path: Path, write_probe: WriteProbe
) -> None:
    python = tmp_path / "python"
    python.write_bytes(b"\x00\x01")
    python.chmod(0o755)
    finding = run_probes([write_probe("group.a")], python=python)["group.a"]
    assert finding.outcome is Outcome.UNAVAILABLE
    assert finding.reason.endswith("python does not start: Exec format error")


def test_interpreter_that_crashes_at_its_start_says_why(
    tmp_path: Path, write_probe: WriteProbe
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'libpython3.so: not found' >&2\nkill -BUS $$\n")
    python.chmod(0o755)
    reason = run_probes([write_probe("group.a")], python=python)["group.a"].reason
    assert reason.endswith(
        "is not a Python that runs probes: it was ended by SIGBUS: libpython3.so: not found"
    )


def test_interpreter_may_be_named_as_on_the_path(
    bare_python: Path, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(bare_python.parent))
    assert run_probes([write_probe("group.a")], python=Path("python"))["group.a"].outcome.answered


def test_interpreter_may_be_named_relative_to_this_folder(
    bare_python: Path, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bare_python.parents[1])
    found = run_probes([write_probe("group.a")], python=Path("bin/python"))
    assert found["group.a"].outcome.answered


def test_framework_that_does_not_import_is_unavailable(
    fake_python: FakePython, write_probe: WriteProbe
) -> None:
    python = fake_python({"alpha": "raise OSError('libalpha.so: cannot open\\nmore')"})
    finding = run_probes([needing(write_probe, "asks", "alpha")], python=python)["group.asks"]
    assert finding.outcome is Outcome.UNAVAILABLE
    assert finding.reason == (
        "alpha is installed but does not import: OSError: libalpha.so: cannot open"
    )
    assert "<site-packages>/alpha.py" in finding.output


def test_framework_that_crashes_when_imported_is_not_imported_again(
    fake_python: FakePython, write_probe: WriteProbe, tmp_path: Path
) -> None:
    count = tmp_path / "imports"
    crash = f"import os, signal; open({str(count)!r}, 'a').write('.'); os.kill(os.getpid(), 4)"
    python = fake_python({"alpha": crash})
    found = run_probes(
        [
            needing(write_probe, "first", "alpha"),
            needing(write_probe, "second", "alpha"),
            needing(write_probe, "without"),
        ],
        python=python,
    )
    for id in ("group.first", "group.second"):
        assert found[id].probe == id
        assert found[id].outcome is Outcome.UNAVAILABLE
        assert found[id].reason == "while importing alpha: the worker was ended by SIGILL"
    assert found["group.without"].outcome is Outcome.YES
    assert count.read_text() == "."


def test_import_that_hangs_is_a_timeout(
    fake_python: FakePython, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_pool, "IMPORT_TIMEOUT", 0.5)
    python = fake_python({"alpha": "import threading; threading.Event().wait()"})
    finding = run_probes([needing(write_probe, "asks", "alpha")], python=python)["group.asks"]
    assert finding.outcome is Outcome.TIMEOUT
    assert finding.reason == "while importing alpha: the worker did not answer within 0.5 s"


def test_versions_are_those_of_the_interpreter_tried(
    fake_python: FakePython, write_probe: WriteProbe
) -> None:
    python = fake_python({"alpha": "__version__ = '1.2'", "beta": ""})
    probe = needing(write_probe, "asks", "alpha", "beta")
    versions = run_probes([probe], python=python)[probe.id].versions
    assert (versions["alpha"], versions["beta"]) == ("1.2", "unknown")


def test_version_is_unknown_where_the_note_of_it_is_broken(
    fake_python: FakePython, write_probe: WriteProbe
) -> None:
    python = fake_python({"alpha": ""})
    note = next(python.parents[1].glob("lib/python*/site-packages")) / "alpha-1.0.dist-info"
    note.mkdir()
    (note / "METADATA").write_bytes(b"Name: alpha\nVersion: 1.0\nAuthor: \xff\n")
    finding = run_probes([needing(write_probe, "asks", "alpha")], python=python)["group.asks"]
    assert (finding.outcome, finding.versions["alpha"]) == (Outcome.YES, "unknown")


@pytest.mark.parametrize(
    ("id", "modules", "reason"),
    [
        (
            "pytorch.exports_torchscript",
            {"torch": "Tensor = object"},
            "torch.jit.script is gone from this version",
        ),
        (
            "tensorflow.converts_to_tflite",
            {"tensorflow": "Tensor = object", "keras": "Model = object"},
            "the converter is gone from this version",
        ),
    ],
)
def test_feature_that_is_gone_is_a_no(
    fake_python: FakePython, id: str, modules: dict[str, str], reason: str
) -> None:
    finding = run_probes([PROBES[id]], python=fake_python(modules))[id]
    assert (finding.outcome, finding.reason) == (Outcome.NO, reason)


@pytest.mark.parametrize("id", ["pytorch.exports_torchscript", "tensorflow.converts_to_tflite"])
def test_what_only_has_the_name_of_a_framework_says_nothing_about_it(
    fake_python: FakePython, id: str
) -> None:
    hollow = fake_python({"torch": "", "tensorflow": "", "keras": ""})
    assert run_probes([PROBES[id]], python=hollow)[id].outcome is Outcome.UNAVAILABLE


def test_a_full_disk_is_not_held_against_a_framework(
    write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "LEAST_SPACE", 10**30)
    found = execution.execute(
        "group.a", write_probe("group.a").source, control=False, started=lambda _: None
    )
    assert found["outcome"] == "unavailable"
    assert "set TMPDIR" in str(found["reason"])


def test_sources_that_nobody_may_compile_beside_run(
    write_probe: WriteProbe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    (tmp_path / "__pycache__").write_text("a file where the folder would be")
    assert run_probes([write_probe("group.a")])["group.a"].outcome is Outcome.YES


def python_at_hand(minor: int) -> Path | None:
    """An interpreter of this version: the one on the PATH, or one that pyenv keeps."""
    kept = Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3.{minor}")
    for python in (f"python3.{minor}", *map(str, sorted(kept))):
        with contextlib.suppress(FileNotFoundError):
            if subprocess.run([python, "-c", ""], capture_output=True).returncode == 0:
                return Path(python)
    return None


@pytest.mark.parametrize("minor", [9, 10, 11, 12, 13, 14])
def test_package_runs_on_each_python(write_probe: WriteProbe, minor: int) -> None:
    python = python_at_hand(minor)
    if python is None:
        pytest.skip(f"no Python 3.{minor} here")
    finding = run_probes([write_probe("group.a")], python=python)["group.a"]
    assert finding.outcome is Outcome.YES, finding
    assert finding.versions["python"].startswith(f"3.{minor}.")


def test_a_python_that_is_too_old_says_so(write_probe: WriteProbe) -> None:
    python = python_at_hand(8)
    if python is None:
        pytest.skip("no Python 3.8 here")
    finding = run_probes([write_probe("group.a")], python=python)["group.a"]
    assert "Python 3.9 or newer is needed, this is 3.8" in finding.reason


TRUE = {"event": "finished", "outcome": "yes", "reason": "so", "seconds": 0.1, "versions": {}}
DEEP = "[" * 100_000 + "]" * 100_000

NESTED = "[" * 400 + "]" * 400

LIES = {
    "seconds that are a text": json.dumps({**TRUE, "seconds": "1"}),
    "no seconds": json.dumps({**TRUE, "seconds": None}),
    "seconds beyond all numbers": json.dumps({**TRUE, "seconds": 10**400}),
    "seconds that are no number": '{"event": "finished", "outcome": "yes", "seconds": NaN}',
    "versions that are a list": json.dumps({**TRUE, "versions": ["torch"]}),
    "a version that is a number": json.dumps({**TRUE, "versions": {"torch": 2}}),
    "a reason that is a list": json.dumps({**TRUE, "reason": ["so"]}),
    "an outcome there is not": json.dumps({**TRUE, "outcome": "perhaps"}),
    "evidence that is a list": json.dumps({**TRUE, "evidence": [1]}),
    "evidence that is nested 400 deep": f'{{"event": "finished", "evidence": {NESTED}}}',
    "a number of 4000 digits": json.dumps(TRUE).replace("0.1", "9" * 4000),
    "evidence without a bottom": f'{{"event": "finished", "evidence": {DEEP}}}',
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows starts no scripts by their first line")
@pytest.mark.parametrize("answer", LIES.values(), ids=LIES)
def test_interpreter_that_answers_anything_is_not_believed(
    tmp_path: Path, write_probe: WriteProbe, answer: str
) -> None:
    python = tmp_path / "python"
    ready = json.dumps({"event": "ready", "python": "3.11.0", "libraries": []})
    python.write_text(
        f"#!{sys.executable}\nimport sys\nprint({ready!r}, flush=True)\nsys.stdin.readline()\n"
        f"print({answer!r}, flush=True)\nsys.stdin.read()\n"
    )
    python.chmod(0o755)
    finding = run_probes([write_probe("group.any", "return yes('so')")], python=python)["group.any"]
    assert finding.outcome is Outcome.ERROR


@pytest.mark.skipif(sys.platform == "win32", reason="Windows starts no scripts by their first line")
@pytest.mark.parametrize(
    "greeting", ['{"event": "ready"}', '{"event": "ready", "python": 3}', "[]"]
)
def test_interpreter_that_greets_wrongly_is_no_interpreter(
    tmp_path: Path, write_probe: WriteProbe, greeting: str
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!{sys.executable}\nprint({greeting!r}, flush=True)\ninput()\n")
    python.chmod(0o755)
    finding = run_probes([write_probe("group.any", "return yes('so')")], python=python)["group.any"]
    assert finding.outcome is Outcome.UNAVAILABLE


def test_what_is_printed_before_the_greeting_is_passed_over(
    fake_python: FakePython, write_probe: WriteProbe
) -> None:
    prints = "print('hello'); print('more'); print('a line that is left open', end='')"
    python = fake_python({"sitecustomize": prints})
    finding = run_probes([write_probe("group.any")], python=python)["group.any"]
    assert finding.outcome is Outcome.YES, finding


def test_interpreter_that_only_prints_is_no_interpreter(
    fake_python: FakePython, write_probe: WriteProbe
) -> None:
    python = fake_python({"sitecustomize": "while True: print('hello')"})
    finding = run_probes([write_probe("group.any")], python=python)["group.any"]
    assert finding.outcome is Outcome.UNAVAILABLE
    assert "wrote something that is not an answer: 'hello" in finding.reason


@pytest.mark.skipif(sys.platform == "win32", reason="Windows starts no scripts by their first line")
@pytest.mark.parametrize(
    ("prints", "why"),
    [
        ("head -c 3000000 /dev/zero; exec sleep 600", "(longer than 1 MB)"),
        ("yes >&2; :", "printed more than 1 MB"),
    ],
    ids=["no end of the line", "errors without end"],
)
def test_interpreter_that_prints_much_before_it_begins_is_no_interpreter(
    tmp_path: Path, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch, prints: str, why: str
) -> None:
    monkeypatch.setattr("probes.runtime.worker_process.MOST_PRINTED", 1_000_000)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exec {sys.executable} "$@"\n{prints}\n')
    python.chmod(0o755)
    finding = run_probes([write_probe("group.any")], python=python)["group.any"]
    assert finding.outcome is Outcome.UNAVAILABLE
    assert why in finding.reason


def test_framework_that_prints_without_end_is_ended(
    fake_python: FakePython, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probes.runtime.worker_process.MOST_PRINTED", 1_000_000)
    python = fake_python({"alpha": "while True: print('hello' * 1000)"})
    finding = run_probes([needing(write_probe, "asks", "alpha")], python=python)["group.asks"]
    assert finding.outcome is Outcome.UNAVAILABLE
    assert finding.reason == "while importing alpha: the worker printed more than 1 MB"
