"""Files that somebody names: what is none is refused, a pipe given on purpose is read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ...conftest import Program

BAD_INPUT = 3
PHONES = b"title: Phones\nanswers: {target: ios}\n"
READERS = {
    "report": ["report"],
    "explain": ["explain"],
    "flips": ["flips"],
    "whatif": ["whatif", "--set", "target=ios"],
    "ask": ["ask", "--no-probes", "--answers"],
    "record new": ["record", "new"],
    "record verify": ["record", "verify"],
    "record lint": ["record", "lint"],
    "record list": ["record", "list", "--dir"],
    "workshop new": ["workshop", "new", "w", "--answers"],
    "workshop show": ["workshop", "show"],
    "kb check": ["kb", "check", "--kb"],
}


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def nothing(path: Path) -> None:
    pass


KINDS: Mapping[str, tuple[str, Callable[[Path], None]]] = {
    "a pipe that nobody writes to": ("named", pipe),
    "a link to itself": ("named.md", link_to_itself),
    "a name that is too long": ("n" * 300, nothing),
    "a name with a NUL": ("named\0", nothing),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_file_is_refused_at_once_in_one_sentence(
    program: Program, tmp_path: Path, reader: str, kind: str
) -> None:
    name, make = KINDS[kind]
    make(tmp_path / name)
    run = program(*READERS[reader], name)
    assert (run.code, run.out) == (BAD_INPUT, "")
    assert run.err.count("\n") == len(run.complaints) == 1 or reader == "kb check"
    assert "Traceback" not in run.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("make", [pipe, link_to_itself])
def test_what_is_no_file_in_a_folder_of_knowledge_is_refused(
    program: Program, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    assert program("kb", "new", "ours").code == 0
    (tmp_path / "ours" / "rules" / "ours.yaml").unlink()
    make(tmp_path / "ours" / "rules" / "ours.yaml")
    run = program("kb", "check", "--kb", "ours")
    assert run.code == BAD_INPUT
    assert run.complaints[0].startswith("ours/rules/ours.yaml: ")


def piped(tmp_path: Path, environment: Mapping[str, str], *arguments: str, sent: bytes) -> str:
    """What the program prints for what comes through its standard input, a pipe."""
    done = subprocess.run(
        [sys.executable, "-m", "advisor.cli.main", *arguments],
        cwd=tmp_path,
        env=dict(environment),
        input=sent,
        capture_output=True,
    )
    return done.stdout.decode() + done.stderr.decode()


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="descriptors have no names here")
@pytest.mark.parametrize(
    "arguments",
    [("report", "-"), ("explain", "/dev/stdin"), ("ask", "--no-probes", "--answers", "/dev/fd/0")],
)
def test_a_pipe_is_read_where_it_was_given_on_purpose(
    tmp_path: Path, environment: Mapping[str, str], arguments: tuple[str, ...]
) -> None:
    assert "Phones" in piped(tmp_path, environment, *arguments, sent=PHONES)


def test_a_pipe_is_read_up_to_the_size_of_files(
    tmp_path: Path, environment: Mapping[str, str]
) -> None:
    said = piped(tmp_path, environment, "report", "-", sent=b"#" * 1_000_001)
    assert said == "advisor: -: is larger than 1,000,000 bytes, the most that is read\n"


def test_a_pipe_that_sends_nothing_yet_is_said_to_be_waited_for(
    tmp_path: Path, environment: Mapping[str, str]
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor.cli.main", "report", "-"],
        cwd=tmp_path,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"waiting for -\n"
        printed, _ = process.communicate(PHONES)
    assert b"Phones" in printed


# Bad input by the thousand: what is said stays readable, and little is worked out for it

MANY = 5_000
LARGE = {
    "keys": "".join(f"key{n}: a\n" for n in range(MANY)),
    "questions": "answers:\n" + "".join(f"  targat{n}: ios\n" for n in range(MANY)),
    "options": f"answers: {{target: [{', '.join(f'andriod{n}' for n in range(MANY))}]}}\n",
    "criteria": f"priorities: [{', '.join(f'egde{n}' for n in range(MANY))}]\n",
    "points": "points:\n" + "".join(f"  egde{n}: 3\n" for n in range(MANY)),
    "roles": "people:\n" + "".join(f"  role{n}: Ada\n" for n in range(MANY)),
    "tags": f"title: [{', '.join(f'!t{n} a' for n in range(MANY))}]\n",
    "digits": f"title: a\nconsultation: {{findings: [{'9' * MANY}]}}\n",
}


@pytest.mark.parametrize("kind", LARGE)
def test_thousands_of_mistakes_are_told_in_a_few_lines(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    compared: list[str] = []

    def counted(word: str, known: list[str], **_: object) -> list[str]:
        compared.append(word)
        return known[:1]

    monkeypatch.setattr("difflib.get_close_matches", counted)
    (tmp_path / "many.yaml").write_text(LARGE[kind])
    run = program("report", "many.yaml")
    assert (run.code, run.out) == (BAD_INPUT, "")
    assert len(run.complaints) <= 21
    assert len(run.err) < 5_000
    assert len(compared) <= 25


@pytest.mark.parametrize(
    "setting", ["target=" + "andriod," * MANY, "target=" + "a" * MANY, "a" * MANY, "target" * MANY]
)
def test_a_long_argument_is_told_in_a_few_lines(
    program: Program, tmp_path: Path, setting: str
) -> None:
    (tmp_path / "a.yaml").write_bytes(PHONES)
    run = program("whatif", "a.yaml", "--set", setting)
    assert run.out == ""
    assert len(run.err) < 1_000


def test_what_is_not_said_is_counted(program: Program, tmp_path: Path) -> None:
    (tmp_path / "many.yaml").write_text(LARGE["keys"])
    assert program("report", "many.yaml").complaints[-1] == f"and {MANY - 20:,} more"
