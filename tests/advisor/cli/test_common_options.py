"""Options that many commands have stand before or behind the command, and never say two things."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ...conftest import Program

USAGE = 2


@pytest.fixture
def ours(program: Program) -> str:
    assert program("kb", "new", "ours").code == 0
    return "ours"


@pytest.mark.parametrize(
    "arguments",
    [
        ("kb", "questions", "--kb", "ours"),
        ("kb", "--kb", "ours", "questions"),
        ("--kb", "ours", "kb", "questions"),
        ("--kb=ours", "kb", "questions"),
        ("kb", "questions", "ours"),
        ("kb", "questions", "ours", "--kb", "ours"),
    ],
)
def test_the_knowledge_is_named_before_or_behind_the_command(
    program: Program, ours: str, arguments: tuple[str, ...]
) -> None:
    assert program(*arguments) == program("kb", "questions", "--kb", ours)


def test_every_common_option_may_stand_first(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("answers: {target: ios}\n")
    assert program("--format", "json", "flips", "a.yaml").data
    assert program("--python", sys.executable, "probe", "--list").code == 0
    assert program("--format", "json", "--set", "target=ios", "--no-probes").data


@pytest.mark.parametrize(
    "arguments",
    [
        ("--kb", "ours", "kb", "check", "--kb", "theirs"),
        ("kb", "--kb", "ours", "check", "theirs"),
        ("kb", "check", "ours", "--kb", "theirs"),
        ("--format", "json", "kb", "check", "--format", "text"),
    ],
)
def test_what_contradicts_itself_is_refused_in_one_sentence(
    program: Program, arguments: tuple[str, ...]
) -> None:
    run = program(*arguments)
    assert (run.code, run.out) == (USAGE, "")
    assert run.err.splitlines()[-1].endswith(": expected one of them")


@pytest.mark.parametrize(
    "arguments",
    [
        ("whatif", "a.yaml", "--set", "target"),
        ("ask", "--set", "target"),
        ("nothing-of-the-kind",),
        ("--format", "a" * 100_000),
        ("report", "--nothing\x1b[2J"),
    ],
)
def test_a_mistake_in_the_arguments_is_one_of_usage(
    program: Program, arguments: tuple[str, ...]
) -> None:
    run = program(*arguments)
    assert (run.code, run.out) == (USAGE, "")
    assert "\x1b" not in run.err
    assert len(run.err) < 6_000


def test_help_says_where_the_options_of_the_interview_are_listed(program: Program) -> None:
    assert "advisor ask --help" in program("--help").out


def test_a_long_path_is_told_whole(program: Program, tmp_path: Path) -> None:
    folder = "a-folder-with-a-long-name-" * 6
    (tmp_path / folder).mkdir()
    record = f"{folder}/0001-{'choose-a-framework-' * 4}.md"
    (tmp_path / record).write_text("# Nothing of a record\n")
    assert record in program("record", "lint", record, COLUMNS="60").out
    assert f"{record}.yaml" in program("report", f"{record}.yaml", COLUMNS="60").err


# Streams


def refusal_of(encoding: str, environment: Mapping[str, str], folder: Path) -> bytes:
    """What a process of its own says on stderr of an output in this encoding, which it refuses."""
    done = subprocess.run(
        [sys.executable, "-m", "advisor.cli.main", "kb", "questions"],
        cwd=folder,
        env={**environment, "PYTHONIOENCODING": encoding},
        capture_output=True,
    )
    assert (done.returncode, done.stdout) == (USAGE, b"")
    return done.stderr


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "cp037", "utf-8-sig"])
def test_an_encoding_without_ascii_is_refused_in_one_sentence(
    tmp_path: Path, environment: Mapping[str, str], encoding: str
) -> None:
    said = refusal_of(encoding, environment, tmp_path).decode(encoding)
    assert said.startswith(f"advisor: the output would be in {encoding}: expected an encoding")


@pytest.mark.parametrize("encoding", ["undefined", "idna"])
def test_an_encoding_that_encodes_no_text_is_refused_in_one_sentence(
    tmp_path: Path, environment: Mapping[str, str], encoding: str
) -> None:
    said = refusal_of(encoding, environment, tmp_path).decode().splitlines()
    assert [line.split(": expected")[0] for line in said] == [
        f"advisor: the output would be in {encoding}"
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full here")
def test_the_exit_code_tells_what_cannot_be_printed(
    tmp_path: Path, environment: Mapping[str, str]
) -> None:
    def run(*arguments: str, **streams: Any) -> int:
        command = [sys.executable, "-m", "advisor.cli.main", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=dict(environment), **streams).returncode

    with Path("/dev/full").open("wb") as full:
        assert run("kb", "questions", stdout=full, stderr=subprocess.DEVNULL) == 1
        assert run("report", "nowhere", stderr=full) == 3


def test_the_command_that_is_told_next_keeps_the_knowledge(
    program: Program, ours: str, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text("answers: {target: ios}\n")
    for arguments in (
        ("record", "new", "a.yaml", "--dir", "."),
        ("workshop", "new", "w.workshop", "--questions", "task"),
    ):
        assert "--kb ours" in program(*arguments, "--kb", ours).err


def test_a_session_of_other_knowledge_is_said_to_be_one(program: Program, ours: str) -> None:
    ask = ("ask", "--no-probes", "--session", "s.yaml")
    first = program(*ask, "--set", "target=ios", "--kb", ours)
    again = program(*ask, "--answers", "s.yaml", "--kb", ours)
    other = program(*ask, "--answers", "s.yaml")
    assert "other knowledge" not in first.err + again.err
    assert "s.yaml was made with other knowledge than is used now (--kb names it)" in other.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            "--no-probes ask --answers a.yaml",
            "ask: error: the command comes first: put --no",
        ),
        ("--answers a.yaml report s.yaml", "put --answers behind report"),
        ("--strict reprot s.yaml", "no command 'reprot'; did you mean 'report'?"),
        ("--python python3 whatif s.yaml --set a=b", "whatif: error: whatif has no --python"),
        ("--kb ours record list --dir q", "record list: error: record list has no --kb"),
        ("--format json record accept 1", "record accept: error: record accept has no --format"),
        ("record --dir q list", "record: error: put --dir behind the action"),
        ("ask --aswers a.yaml", "ask: error: ask has no --aswers; did you mean '--answers'?"),
        ("report s.yaml --formt html", "report has no --formt; did you mean '--format'?"),
        ("kb check --lev note", "kb check has no --lev; did you mean '--level'?"),
        ("aks", "invalid choice: 'aks'; did you mean 'ask'?"),
        ("record acept 1", "record: error: argument ACTION: invalid choice: 'acept'; did you mean"),
        ("kb check --format txt", "invalid choice: 'txt'; did you mean 'text'?"),
        ("report s.yaml another.yaml", "report: error: unexpected arguments: another.yaml"),
    ],
)
def test_what_there_is_not_is_named_by_the_command_that_lacks_it(
    program: Program, arguments: str, said: str
) -> None:
    run = program(*arguments.split())
    assert run.code == USAGE
    assert said in run.err
    assert "Traceback" not in run.err
