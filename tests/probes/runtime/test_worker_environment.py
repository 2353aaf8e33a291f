"""What a worker's environment holds, and what findings must not say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from probes.api import Json
from probes.runtime.redaction import private_names, redact, redact_json
from probes.runtime.worker_variables import library_folders, worker_variables

OWN = Path(sys.executable)
OTHER = Path("/opt/other/bin/python")


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("HOME", "/home/mira")
    monkeypatch.setenv("LOGNAME", "mira")
    monkeypatch.setattr("socket.gethostname", lambda: "lab7.example.org")
    return private_names(Path("/tmp/work"), ["/home/mira/venv/lib/python3.12/site-packages"])


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("/home/mira/project/x.py", "~/project/x.py"),
        ("/home/mira", "~"),
        ("file:///home/mira/x", "file://~/x"),
        ("/home/mira/venv/lib/python3.12/site-packages/torch/a.py", "<site-packages>/torch/a.py"),
        ("saved at '/tmp/work/tmp1/model'", "saved at '<work>/tmp1/model'"),
        ("on lab7.example.org and on lab7", "on <host> and on <host>"),
        ("mira wrote /data/mira/x", "<user> wrote /data/<user>/x"),
        # Parts of other words stay.
        ("admirable, /home/mirabel", "admirable, /home/mirabel"),
        ("", ""),
    ],
)
def test_private_names_are_replaced(names: dict[str, str], text: str, redacted: str) -> None:
    assert redact(text, names) == redacted


def test_redacting_twice_changes_nothing(names: dict[str, str]) -> None:
    once = redact("mira@lab7:/home/mira /tmp/work", names)
    assert redact(once, names) == once


def test_every_text_in_a_value_is_redacted(names: dict[str, str]) -> None:
    value: Json = {"/home/mira/a": ["/home/mira/b", 1, None, {"c": "mira"}], "d": 0.5}
    assert redact_json(value, names) == {"~/a": ["~/b", 1, None, {"c": "<user>"}], "d": 0.5}


def test_names_that_identify_nobody_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/")
    monkeypatch.setenv("LOGNAME", "root")
    monkeypatch.setattr("socket.gethostname", lambda: "localhost")
    text = "tf.train.Checkpoint(root=x) on localhost in /usr/lib"
    assert redact(text) == text


def test_library_folders_are_those_that_packages_are_installed_in() -> None:
    path = ["/v/lib/python3.12", "/v/lib/python3.12/site-packages", "/usr/lib/dist-packages"]
    assert library_folders(path) == path[1:]


def test_settings_that_change_a_framework_are_dropped() -> None:
    base = {"KERAS_BACKEND": "jax", "PYTHONWARNINGS": "error", "LANG": "C"}
    assert worker_variables(OWN, {}, Path("/w"), base).keys() & base.keys() == {"LANG"}


def test_search_paths_lead_into_no_folder_that_a_worker_happens_to_be_in() -> None:
    base = {"PATH": ":.:/usr/bin:bin", "NODE_PATH": "modules"}
    made = worker_variables(OWN, {}, Path("/w"), base)
    assert (made["PATH"], "NODE_PATH" in made) == ("/usr/bin", False)


def test_a_probes_own_settings_win() -> None:
    wanted = {"KERAS_BACKEND": "torch", "TF_CPP_MIN_LOG_LEVEL": "0"}
    made = worker_variables(OWN, wanted, Path("/w"), {"KERAS_BACKEND": "jax"})
    assert made.items() >= wanted.items()


@pytest.mark.parametrize(("python", "kept"), [(OWN, True), (OTHER, False)])
def test_library_paths_reach_the_tools_own_interpreter_alone(python: Path, kept: bool) -> None:
    made = worker_variables(python, {}, Path("/w"), {"PYTHONPATH": "/p", "PYTHONHOME": "/h"})
    assert ("PYTHONPATH" in made, "PYTHONHOME" in made) == (kept, kept)


def test_temporary_files_go_to_the_work_folder() -> None:
    assert worker_variables(OWN, {}, Path("/w"), {"TMPDIR": "/tmp"})["TMPDIR"] == "/w"


@pytest.mark.parametrize("steering", ["\x1b[31m", "\x07", "\x9b", "\udcff"])
def test_what_steers_a_terminal_is_escaped(steering: str) -> None:
    assert redact(f"a{steering}b", {}).isprintable()


def test_tabs_and_line_ends_are_kept() -> None:
    assert redact("a\tb\nc", {}) == "a\tb\nc"
