"""The command line: what it refuses, in which words, with which exit code, and leaving what."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from advisor import __version__
from rules.loading.loader import load

from ...conftest import Program, Run, interpreter_with

USAGE, BAD_INPUT = 2, 3
PHONES = "title: Phones\nanswers:\n  target: android\n  int8: required\n"
MANY_ANSWERS = "answers: {training_loop: own, debugging: often, control_flow: varies}\n"


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file below ``folder`` with its bytes, and every folder."""
    found = sorted(folder.rglob("*"))
    return {str(path): path.read_bytes() if path.is_file() else None for path in found}


@pytest.fixture
def refused(program: Program, tmp_path: Path) -> Program:
    """Run the program on something it must refuse, and see that it wrote nothing at all."""

    def run(*arguments: str | Path, folder: Path | None = None, **settings: str) -> Run:
        before = contents(tmp_path)
        done = program(*arguments, folder=folder, **settings)
        assert contents(tmp_path) == before
        assert done.out == ""
        assert "Traceback" not in done.err
        return done

    return run


# Answers files that cannot be used: what stands there, and the one thing said of it

NOT_READABLE = {
    "empty": (b"", "team.yaml: is empty, expected a YAML document"),
    "binary": (b"\x00\x01\xff\xfe", "team.yaml:1: holds the byte 0xff, expected text in UTF-8"),
    "huge": (
        b"# " + b"x" * 2_000_000 + b"\n",
        "team.yaml: is larger than 1,000,000 bytes, the most that is read",
    ),
    "no YAML": (
        b"title: Phones: which\n",
        "team.yaml:1: is not valid YAML: mapping values are not allowed in this context; "
        "a text that holds ': ' needs quotes",
    ),
    "a key twice": (
        b"title: a\nanswers: {}\ntitle: b\n",
        "team.yaml:3: 'title' is already written on line 1, expected each key once",
    ),
    "an unknown key": (
        b"titel: a\n",
        "team.yaml:1: unknown key 'titel'; did you mean 'title'?",
    ),
    "an unknown question": (
        b"answers:\n  targat: ios\n",
        "team.yaml:2: unknown question 'targat'; did you mean 'target'?",
    ),
    "an unknown option": (
        b"answers:\n  target: andriod\n",
        "team.yaml:2: 'target' has no option 'andriod'; did you mean 'android'?",
    ),
    "two answers to one": (
        b"answers:\n  phase: [train, fine_tune]\n",
        "team.yaml:2: 'phase' takes one answer, and 2 are given",
    ),
    "unknown and another": (
        b"answers:\n  target: [unknown, ios]\n",
        "team.yaml:2: 'target' cannot be 'unknown' and something else",
    ),
    "a newer schema": (
        b"schema: 2\n",
        "team.yaml:1: written by a newer advisor (schema 2); this one reads schema 1: "
        "upgrade framework-advisor",
    ),
    "an unknown criterion": (
        b"priorities: [edgy]\n",
        "team.yaml:1: priorities: unknown criterion 'edgy'; did you mean 'edge'?",
    ),
    "a criterion twice": (
        b"priorities: [edge, edge]\n",
        "team.yaml:1: priorities: 'edge' stands there twice",
    ),
    "a title of 301 characters": (
        b"title: " + b"x" * 301 + b"\n",
        "team.yaml:1: 'title': expected at most 300 characters",
    ),
    "an unknown role": (
        b"people: {deciders: [Ada]}\n",
        "team.yaml:1: people: unknown role 'deciders'; did you mean 'decision_makers'?",
    ),
}


@pytest.mark.parametrize("name", NOT_READABLE)
def test_answers_file_that_cannot_be_used(refused: Program, tmp_path: Path, name: str) -> None:
    data, complaint = NOT_READABLE[name]
    (tmp_path / "team.yaml").write_bytes(data)
    run = refused("ask", "--answers", "team.yaml")
    assert (run.code, run.complaints) == (BAD_INPUT, [complaint])
    assert len(run.err.splitlines()) == 1


def test_answers_file_that_is_missing(refused: Program) -> None:
    run = refused("ask", "--answers", "team.yaml")
    assert (run.code, run.complaints) == (BAD_INPUT, ["team.yaml: there is no such file"])


def test_answers_file_that_is_a_folder(refused: Program, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").mkdir()
    run = refused("ask", "--answers", "team.yaml")
    assert run.code == BAD_INPUT
    assert run.complaints == ["team.yaml: is a folder, expected a YAML file"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_answers_file_that_may_not_be_read(program: Program, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(PHONES)
    (tmp_path / "team.yaml").chmod(0)
    run = program("ask", "--answers", "team.yaml")
    complaint = "team.yaml: cannot be read: permission denied"
    assert (run.code, run.complaints, run.out) == (BAD_INPUT, [complaint], "")


def test_every_mistake_of_a_file_is_told_on_a_line_of_its_own(
    refused: Program, tmp_path: Path
) -> None:
    text = "titel: a\nanswers:\n  targat: ios\n  phase: none\npriorities: [fame]\n"
    (tmp_path / "team.yaml").write_text(text)
    run = refused("ask", "--answers", "team.yaml")
    places = [complaint.split(": ")[0] for complaint in run.complaints]
    assert places == ["team.yaml:1", "team.yaml:3", "team.yaml:4", "team.yaml:5"]


# Options that cannot be used


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("targat=ios", "--set targat=ios: unknown question 'targat'; did you mean 'target'?"),
        (
            "target=io",
            "--set target=io: 'target' has no option 'io'; did you mean 'ios'?",
        ),
    ],
)
def test_setting_that_cannot_be_used(refused: Program, setting: str, complaint: str) -> None:
    run = refused("ask", "--set", setting)
    assert (run.code, run.complaints) == (BAD_INPUT, [complaint])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", "--python", "/nowhere/python"], "no interpreter at '/nowhere/python'"),
        (
            ["ask", "--python", "~nobody-of-that-name/p"],
            "no interpreter at '~nobody-of-that-name/p'",
        ),
        (["ask", "--python", "."], "'.' is a folder: expected an interpreter"),
        (["ask", "--python", ""], "no interpreter at ''"),
        (["ask", "--timeout", "abc"], "expected a number of seconds, not 'abc'"),
        (["ask", "--timeout", "0"], "expected a number of seconds, not '0'"),
        (["ask", "--timeout", "nan"], "expected a number of seconds, not 'nan'"),
        (["ask", "--format", "xml"], "invalid choice: 'xml'"),
        (["ask", "--answers"], "argument --answers: expected one argument"),
        (["--colour"], "ask has no --colour"),
        (["prob"], "invalid choice: 'prob'"),
        (["kb"], "the following arguments are required: ACTION"),
    ],
)
def test_wrong_usage(refused: Program, arguments: list[str], words: str) -> None:
    run = refused(*arguments)
    assert run.code == USAGE
    assert words in run.err.splitlines()[-1]


@pytest.mark.parametrize("path", ["", ".", "bin"])
def test_interpreter_named_without_a_folder_is_one_of_the_path(
    refused: Program, tmp_path: Path, path: str
) -> None:
    for folder in (tmp_path, tmp_path / "bin"):
        folder.mkdir(exist_ok=True)
        (folder / "some-python").write_text("#!/bin/sh\ntouch canary\n")
        (folder / "some-python").chmod(0o755)
    run = refused("ask", "--answers", "team.yaml", "--python", "some-python", PATH=path)
    assert run.err.endswith("no interpreter at 'some-python' on the PATH; did you mean"
                            " ./some-python?\n")  # fmt: skip
    assert not (tmp_path / "canary").exists()


def test_interpreter_that_may_not_be_executed(refused: Program, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(PHONES)
    run = refused("ask", "--answers", "team.yaml", "--python", "./team.yaml")
    assert run.code == USAGE
    assert "'./team.yaml' may not be executed" in run.err.splitlines()[-1]


def test_an_environment_named_as_its_interpreter_is_told_where_that_is(
    refused: Program, tmp_path: Path
) -> None:
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "bin" / "python").touch()
    run = refused("ask", "--answers", "team.yaml", "--python", str(tmp_path / "env"))
    assert run.code == USAGE
    assert f"is a folder: expected {tmp_path / 'env' / 'bin' / 'python'}" in run.err


def test_answers_and_a_session_to_resume_exclude_each_other(refused: Program) -> None:
    run = refused("ask", "--answers", "a.yaml", "--resume", "b.yaml")
    complaint = "--answers and --resume both give the answers: use one of them"
    assert (run.code, run.complaints) == (USAGE, [complaint])


@pytest.mark.parametrize("arguments", [[], ["ask"], ["--resume"], ["ask", "--strict"]])
def test_without_terminal_and_answers_one_sentence_says_how(
    refused: Program, arguments: list[str]
) -> None:
    run = refused(*arguments)
    complaint = "asking needs a terminal; give the answers with --answers FILE instead"
    assert (run.code, run.complaints, len(run.err.splitlines())) == (USAGE, [complaint], 1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_nothing_to_resume_is_said_so(environment: Mapping[str, str], tmp_path: Path) -> None:
    pexpect = pytest.importorskip("pexpect")
    command = [sys.executable, "-m", "advisor.cli.main", "--resume"]
    child = pexpect.spawn(command[0], command[1:], cwd=str(tmp_path), env=dict(environment))
    said = child.read().decode()
    child.close()
    assert child.exitstatus == USAGE
    assert said.startswith("advisor: there is no session in this folder to resume: expected a file")
    assert "advisor-session*.yaml" in said
    assert contents(tmp_path) == {}


def test_session_into_a_folder_that_is_missing(refused: Program, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(PHONES)
    run = refused("ask", "--answers", "team.yaml", "--session", "nowhere/s.yaml")
    complaint = "nowhere/s.yaml: cannot be a session file: expected a file in a folder that exists"
    assert (run.code, run.complaints) == (BAD_INPUT, [complaint])


def test_session_is_not_written_over_a_file_that_is_none(refused: Program, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(PHONES)
    run = refused("ask", "--answers", "team.yaml", "--session", "team.yaml")
    complaint = (
        "team.yaml: is no session and would be written over: expected a new name, or a session"
    )
    assert (run.code, run.complaints) == (BAD_INPUT, [complaint])


def test_record_into_a_file(refused: Program, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(PHONES)
    run = refused("ask", "--answers", "team.yaml", "--record", "team.yaml/decisions")
    complaint = f"team.yaml/decisions: expected a folder, and {tmp_path}/team.yaml is a file"
    assert (run.code, run.complaints) == (BAD_INPUT, [complaint])


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder nobody can write to")
def test_record_into_a_folder_that_cannot_be_written(program: Program, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(PHONES)
    run = program("ask", "--answers", "team.yaml", "--no-probes", "--record", "/proc/decisions")
    assert run.code in (1, BAD_INPUT)  # root learns it only from trying
    assert len(run.complaints) == 1
    assert "/proc" in run.complaints[0]
    assert [path.name for path in tmp_path.iterdir()] == ["team.yaml"]


def test_what_was_worked_out_is_shown_though_it_cannot_be_kept(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "team.yaml").write_text(PHONES)
    too_long = 300 * "x"
    run = program("ask", "--answers", "team.yaml", "--no-probes", "--record", too_long)
    assert run.code == 1
    assert "TensorFlow" in run.out
    assert too_long in run.complaints[0]


def test_probe_that_does_not_exist(refused: Program) -> None:
    run = refused("probe", "pytorch.runs_eagrly")
    complaint = (
        "probe: there is no probe 'pytorch.runs_eagrly'; did you mean 'pytorch.runs_eagerly'?"
    )
    assert (run.code, run.complaints) == (BAD_INPUT, [complaint])


# Knowledge bases that cannot be used


@pytest.fixture
def broken_knowledge(tmp_path: Path) -> Path:
    small = Path(__file__).parents[2] / "rules" / "small"
    folder = tmp_path / "kb"
    for path in small.rglob("*.yaml"):
        copy = folder / path.relative_to(small)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text())
    rules, scales = folder / "rules" / "rest.yaml", folder / "scales.yaml"
    rules.write_text(rules.read_text().replace("rule_out: red", "rule_out: rad"))
    scales.write_text(scales.read_text().replace("slight: 0.2", "slight: 2"))
    (folder / "criteria.yaml").write_text("criteria: [speed\n")
    return folder


@pytest.mark.parametrize("arguments", [["ask", "--set", "target=ios"], ["kb", "check"]])
def test_every_mistake_of_a_knowledge_base_is_told_with_its_line(
    refused: Program, broken_knowledge: Path, arguments: list[str]
) -> None:
    run = refused(*arguments, "--kb", "kb")
    places = [complaint.split(": ")[0] for complaint in run.complaints]
    assert run.code == BAD_INPUT
    assert places == ["kb/criteria.yaml:2", "kb/rules/rest.yaml:11", "kb/scales.yaml:2"]


def test_knowledge_base_that_is_missing(refused: Program) -> None:
    run = refused("ask", "--set", "target=ios", "--kb", "nowhere")
    assert (run.code, run.complaints) == (BAD_INPUT, ["nowhere: there is no such folder"])


# Pipes and streams


@pytest.fixture
def piped(environment: Mapping[str, str], tmp_path: Path) -> list[str]:
    (tmp_path / "team.yaml").write_text(MANY_ANSWERS)
    return [
        sys.executable,
        "-m",
        "advisor.cli.main",
        "ask",
        "--answers",
        "team.yaml",
        "--no-probes",
    ]


def test_reader_that_has_seen_enough_is_no_error(
    environment: Mapping[str, str], piped: list[str], tmp_path: Path
) -> None:
    read, write = os.pipe()
    os.close(read)  # nobody reads: the first write fails, however much fits into a pipe
    try:
        done = subprocess.run(
            piped, cwd=tmp_path, env=dict(environment), stdout=write, stderr=subprocess.PIPE
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_record_is_written_though_nobody_reads_the_report(
    environment: Mapping[str, str], piped: list[str], tmp_path: Path
) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [*piped, "--record", "decisions"]
    subprocess.run(command, cwd=tmp_path, env=dict(environment), stdout=write, check=False)
    os.close(write)
    assert len(list((tmp_path / "decisions").glob("*.md"))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that can close streams")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_stream_that_is_closed_is_no_error(
    environment: Mapping[str, str], piped: list[str], tmp_path: Path, closed: str
) -> None:
    command = ["sh", "-c", f'"$@" {closed}', "sh", *piped]
    done = subprocess.run(command, cwd=tmp_path, env=dict(environment), capture_output=True)
    assert (done.returncode, done.stderr) == (4, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that can close streams")
def test_closed_input_is_no_terminal(environment: Mapping[str, str], tmp_path: Path) -> None:
    command = ["sh", "-c", '"$@" <&-', "sh", sys.executable, "-m", "advisor.cli.main"]
    done = subprocess.run(command, cwd=tmp_path, env=dict(environment), capture_output=True)
    assert (done.returncode, done.stdout) == (USAGE, b"")
    assert b"asking needs a terminal" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_title_is_no_obstacle_in_any_encoding(
    environment: Mapping[str, str], piped: list[str], tmp_path: Path, encoding: str, form: str
) -> None:
    text = 'title: "Überall 🦀 “ja”"\nanswers: {target: android}\n'
    (tmp_path / "team.yaml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [*piped, "--format", form],
        cwd=tmp_path,
        env={**environment, "PYTHONIOENCODING": encoding},
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (4, b"")
    assert form == "text" or json.loads(done.stdout)["title"] == "Überall 🦀 “ja”"


# Help


@pytest.mark.parametrize(
    ("arguments", "mentioned"),
    [
        (["--help"], "ask probe kb --version --answers --record --list"),
        (
            ["ask", "--help"],
            "--answers --set --resume --kb --python --timeout --no-probes --strict --format "
            "--session --record",
        ),
        (
            ["probe", "--help"],
            "PROBE --all --list --control --python --timeout --format",
        ),
        (["kb", "--help"], "check schema"),
        (["kb", "check", "--help"], "--kb"),
        (["kb", "schema", "--help"], "--kb"),
    ],
)
def test_help_mentions_every_option(program: Program, arguments: list[str], mentioned: str) -> None:
    run = program(*arguments)
    assert (run.code, run.err) == (0, "")
    assert [option for option in mentioned.split() if option not in run.out] == []


def test_version(program: Program) -> None:
    assert program("--version") == Run(0, f"framework-advisor {__version__}\n", "")


# Other commands


def test_probe_list_says_what_each_probe_asks(program: Program) -> None:
    run = program("probe", "--list", "pytorch.*")
    assert "pytorch.runs_eagerly\n    " in run.out
    assert "tensorflow." not in run.out


def test_probe_list_as_data(program: Program) -> None:
    data = program("probe", "--list", "--format", "json").data
    assert {"tensorflow.converts_to_tflite"} <= {probe["id"] for probe in data["probes"]}
    assert all(probe["question"].endswith("?") for probe in data["probes"])


def test_shipped_knowledge_has_no_mistake(program: Program) -> None:
    run = program("kb", "check")
    assert (run.code, run.err) == (0, "")
    assert "questions" in run.out


def test_schema_for_editors_is_json(program: Program) -> None:
    assert "$schema" in program("kb", "schema").data


def test_options_of_ask_need_no_command(program: Program) -> None:
    arguments = ("--set", "target=android", "--no-probes")
    assert program(*arguments) == program("ask", *arguments)


def test_setting_replaces_the_answer_of_the_file(program: Program, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(PHONES)
    options = ("--set", "target=ios", "--no-probes", "--format", "json")
    run = program("ask", "--answers", "team.yaml", *options)
    assert run.data["answers"]["target"] == ["ios"]


# What can be answered


def test_every_question_and_option_is_listed_by_the_names_that_files_use(program: Program) -> None:
    listed = program("kb", "questions").out
    kb = load()
    assert all(f"  {name}: {question.ask}" in listed for name, question in kb.questions.items())
    assert all(
        f"    {option.id}" in listed
        for question in kb.questions.values()
        for option in question.options
    )


def test_probes_that_nothing_could_answer_prove_nothing(program: Program, tmp_path: Path) -> None:
    bare = interpreter_with(tmp_path / "bare", [])
    run = program("probe", "pytorch.runs_eagerly", "--python", bare)
    assert (run.code, run.out.split()[0]) == (4, "unavailable")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that can close streams")
def test_data_stands_alone_though_errors_go_nowhere(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    command = f"{sys.executable} -m advisor ask --set target=ios --no-probes --format json 2>&-"
    run = subprocess.run(
        ["sh", "-c", f"{command} --session s.yaml"],
        cwd=tmp_path,
        env=dict(environment),
        capture_output=True,
        check=False,
    )
    assert json.loads(run.stdout)["schema"] == 1


@pytest.mark.parametrize("level", ["1", "2"])
def test_an_interpreter_that_drops_docstrings_lists_the_probes(
    run_process: Program, level: str
) -> None:
    assert "pytorch.runs_eagerly" in run_process("probe", "--list", PYTHONOPTIMIZE=level).out


def test_a_terminal_without_columns_is_taken_to_have_some(program: Program) -> None:
    assert (
        "How the criteria speak"
        in program("ask", "--set", "target=ios", "--no-probes", COLUMNS="0").out
    )
