"""``advisor explain``, run as people run it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import consult
from advisor.report.session_file import save_recommendation
from probes.api import Finding, Outcome
from rules.loading.loader import load

from ...conftest import Program

EXAMPLES = Path(__file__).parents[3] / "examples"
ANDROID, VISION = EXAMPLES / "android-app.yaml", EXAMPLES / "vision-server.yaml"
WRITTEN = "from written knowledge only: "
KEYS = {"kind", "id", "says", "state", "numbers", "children"}


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A finished session in which one claim was refuted."""

    def prober(names: Sequence[str]) -> Mapping[str, Finding]:
        refuted = "tensorflow.converts_to_tflite"
        return {refuted: Finding(refuted, Outcome.NO, "the file is garbage", 0.5)}

    path = tmp_path / "phone.session.yaml"
    sheet = Sheet("A phone", {"target": ("android",)})
    save_recommendation(path, consult(load(), sheet, prober))
    return path


def steps(step: Any) -> Iterator[Any]:
    yield step
    for child in step["children"]:
        yield from steps(child)


def widest(text: str) -> int:
    return max(map(len, text.splitlines()))


# What is printed


def test_without_a_choice_it_tells_how_why_not_and_what_could_change_it(program: Program) -> None:
    run = program("explain", ANDROID)
    assert run.code == 0
    assert "\nTensorFlow, clearly, because under Devices and browsers" in run.out
    assert "\nWhy not PyTorch: it is behind by 0.27" in run.out
    assert "\nWhat could change it: 1 changed answer." in run.out


def test_without_a_choice_it_names_commands_that_ask_further(program: Program) -> None:
    out = program("explain", ANDROID).out
    commands = out[out.index("Ask further:") :].splitlines()[1:]
    asked = [line.split(ANDROID.name)[1].split() for line in commands]
    assert [words[:1] for words in asked] == [["--how"], ["--why-not"], ["--why"], []]
    assert commands[-1].split()[:2] == ["advisor", "flips"]
    for line in commands:
        assert program(*line.split()[1:]).code == 0


def test_what_was_never_tried_is_said_to_be_written_knowledge(program: Program) -> None:
    assert program("explain", ANDROID, "--how").err.startswith(WRITTEN)


def test_a_session_tells_what_the_evidence_withdrew(program: Program, session: Path) -> None:
    run = program("explain", session, "--why-not", "tensorflow", "--depth", "4")
    assert WRITTEN not in run.err
    assert "that spoke for it fell with a claim it rests on" in run.out
    assert "Refuted here: Keras models convert to TFLite" in run.out
    assert "The file is garbage. Tried: 0.5 s." in run.out


def test_other_knowledge_than_the_session_s_is_told(program: Program, session: Path) -> None:
    text = session.read_text(encoding="utf-8")
    digest = load().digest
    session.write_text(text.replace(digest, "sha256:older"), encoding="utf-8")
    assert "was made with other knowledge" in program("explain", session).err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--why", "standard"], "Why do we ask: Has your organisation"),
        (["--how"], "Either PyTorch or TensorFlow: too close to call, because"),
        (["--how", "api"], "API and training (17 % of the weight): TensorFlow scores +0.40"),
        (["--how", "lives_long"], "It follows that it has to live for years."),
        (["--how", "team_keras"], "Moderately for TensorFlow under “Team and code”"),
        (["--why-not", "pytorch"], "Why not PyTorch: it is too close to call; it is ahead"),
        (["--why-not", "android_tflite"], "It did not fire. Strongly for TensorFlow"),
    ],
)
def test_each_question_begins_with_its_answer(
    program: Program, arguments: list[str], told: str
) -> None:
    out = program("explain", VISION, *arguments, COLUMNS="200").out
    assert out.startswith(told)


def test_what_is_cut_is_counted_and_the_depth_that_shows_it_is_named(program: Program) -> None:
    out = program("explain", ANDROID, "--how", "--depth", "1").out
    *_, last = out.splitlines()
    _, number, *_, depth = last.split()
    whole = program("explain", ANDROID, "--how", "--depth", depth)
    data = program("explain", ANDROID, "--how", "--format", "json").data
    assert last == f"… {number} more below: --depth {depth}"
    assert int(number) == len(list(steps(data))) - 1 - len(data["children"])
    assert "more below" not in whole.out


def test_sixty_columns_are_enough(program: Program) -> None:
    out = program("explain", ANDROID, "--depth", "9", COLUMNS="60").out
    assert widest(out[: out.index("Ask further:")]) <= 60


def test_no_colour_and_no_lines_where_the_terminal_lacks_them(program: Program) -> None:
    plain = program("explain", ANDROID, "--how", FORCE_COLOR="1", NO_COLOR="1")
    ascii = program("explain", ANDROID, "--why", "target", PYTHONIOENCODING="ascii")
    assert "\x1b" not in plain.out
    assert "├─" in plain.out
    assert ascii.out.isascii()
    assert "?Android" not in ascii.out
    assert '\n|- "Android" speaks strongly for TensorFlow' in ascii.out


# Data


@pytest.mark.parametrize("arguments", [[], ["--how"], ["--why-not", "pytorch"], ["--why", "int8"]])
def test_data_is_the_tree_itself(program: Program, arguments: list[str]) -> None:
    run = program("explain", ANDROID, *arguments, "--format", "json")
    assert run.data["schema"] == 1
    root = {key: run.data[key] for key in KEYS}
    assert all(set(step) == KEYS for step in steps(root))
    assert all(step["says"] for step in steps(root))


def test_data_can_be_cut_too(program: Program) -> None:
    cut = program("explain", ANDROID, "--how", "--depth", "1", "--format", "json").data
    assert {len(child["children"]) for child in cut["children"]} == {0}


# Wrong input


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["--how", "edgy"],
            "--how edgy: unknown rule, criterion or concept 'edgy'; did you mean 'edge'?",
        ),
        (
            ["--why-not", "tensorflo"],
            "--why-not tensorflo: unknown alternative or rule 'tensorflo'; "
            "did you mean 'tensorflow'?",
        ),
        (["--why", "targets"], "--why targets: unknown question 'targets'; did you mean 'target'?"),
    ],
)
def test_an_unknown_name_is_one_complaint_with_the_nearest_name(
    program: Program, arguments: list[str], complaint: str
) -> None:
    run = program("explain", ANDROID, *arguments)
    assert (run.code, run.out, run.complaints) == (3, "", [complaint])


def test_a_file_that_is_not_there_is_bad_input(program: Program) -> None:
    run = program("explain", "nowhere.yaml")
    assert (run.code, run.complaints) == (3, ["nowhere.yaml: there is no such file"])


@pytest.mark.parametrize("depth", ["0", "-1", "deep", "100"])
def test_a_depth_is_a_number_of_levels(program: Program, depth: str) -> None:
    run = program("explain", ANDROID, f"--depth={depth}")
    assert run.code == 2
    assert "expected a number of levels from 1 to 99" in run.err


def test_one_question_at_a_time(program: Program) -> None:
    assert program("explain", ANDROID, "--how", "--why", "target").code == 2


def test_knowledge_of_one_s_own_is_explained_alike(program: Program, tmp_path: Path) -> None:
    (tmp_path / "garden.yaml").write_text("answers: {crops: lawn}\n", encoding="utf-8")
    knowledge = Path(__file__).parents[1] / "interview" / "knowledge"
    run = program("explain", "garden.yaml", "--kb", knowledge, "--why-not", "spade")
    assert run.out.startswith("Why not Spade: it is behind by 0.40")
