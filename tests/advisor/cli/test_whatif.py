"""``advisor whatif``: two outcomes side by side, and nothing run or written."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from probes.api import Finding, Outcome

from ...conftest import Program, Run

USAGE, BAD_INPUT = 2, 3
SMALL = Path(__file__).parents[2] / "rules" / "small"
PHONES = "title: Phones\nanswers: {target: android, memory: little}\n"


@pytest.fixture
def whatif(program: Program, tmp_path: Path) -> Program:
    """Ask about the phones over the small base."""
    (tmp_path / "phones.yaml").write_text(PHONES)

    def run(*arguments: str | Path, folder: Path | None = None, **settings: str) -> Run:
        return program("whatif", "phones.yaml", "--kb", SMALL, *arguments, **settings)

    return run


def section(run: Run, title: str) -> list[str]:
    """The lines under a heading, without their indent."""
    lines = run.out.splitlines()
    body = lines[lines.index(title) + 1 :]
    return [line.strip() for line in body[: body.index("")]]


def test_outcome_before_and_after_is_the_head_line(whatif: Program) -> None:
    done = whatif("--set", "target=server")
    assert done.code == 0
    assert done.out.splitlines()[1:3] == ["Phones", "Blue, clearly  =>  Cannot tell yet"]


def test_changed_answers_are_told_in_words(whatif: Program) -> None:
    done = whatif("--set", "target=android,server", "--set", "memory=plenty")
    assert section(done, "What if") == [
        "Where will it run?  also A server",
        "How much memory does a phone have?  Less than 2 GB -> 2 GB or more",
    ]


def test_answer_not_given_before_is_said_to_be_new(whatif: Program) -> None:
    done = whatif("--set", "own_machine=yes")
    assert section(done, "What if") == ["Will it run on this machine?  not answered -> Yes"]
    assert "It stays: Blue, clearly" in done.out


def test_each_outcome_says_how_sure_it_is(whatif: Program) -> None:
    done = whatif("--set", "target=ios", COLUMNS="100")
    assert section(done, "Then") == ["Blue, clearly", "Red is ruled out, whatever the weights."]


def test_scores_stand_side_by_side(whatif: Program) -> None:
    done = whatif("--set", "memory=plenty")
    rows = {
        line.split("  ")[0]: line for line in section(done, "How the criteria speak, now -> then")
    }
    assert " ".join(rows["Speed"].split()) == "Speed 50 % -> 0 -0.20 -> 0 -"
    assert " ".join(rows["weighted total"].split()) == (
        "weighted total -0.10 -> +0.00 +0.30 -> +0.60"
    )


def test_rules_gained_and_lost_are_told_by_their_reasons(whatif: Program) -> None:
    done = whatif("--set", "target=ios", "--set", "memory=plenty")
    assert section(done, "Rules that speak only then") == [
        "- The store refuses it. (rules out Red)"
    ]
    assert section(done, "Rules that speak no longer") == [
        "- Red swaps. (against Red: speed, slight)",
        "and 2 rules that conclude or advise",
    ]


def test_answers_already_given_change_nothing(whatif: Program) -> None:
    done = whatif("--set", "target=android")
    assert section(done, "What if") == ["These are the answers given already: nothing changes."]
    assert "Then" not in done.out


def test_answers_that_rule_everything_out_name_the_questions(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "chip.yaml").write_text("answers: {standard: tensorflow_only}\n")
    settings = ("--set", "target=vendor_chip", "--set", "chip_tools=pytorch")
    done = program("whatif", "chip.yaml", *settings, COLUMNS="100")
    assert "=>  Nothing is left: every alternative is ruled out" in done.out
    assert section(done, "Then")[1].startswith("The answers to these questions exclude each other:")


def test_answers_file_is_said_to_be_written_knowledge_alone(whatif: Program) -> None:
    head = whatif("--set", "memory=plenty").out.splitlines()[:5]
    assert "From written knowledge only: nothing was tried for these answers." in head


# Sessions


def write_session(path: Path, *findings: Finding, digest: str = "sha256:other") -> None:
    data = {
        "schema": 1,
        "title": "Phones",
        "answers": {"target": "server"},
        "tool": "framework-advisor 0.1.0",
        "knowledge_base": digest,
        "consultation": {"findings": [finding.to_json() for finding in findings]},
    }
    path.write_text(yaml.safe_dump(data))


def test_evidence_that_new_answers_lack_is_named_with_how_to_get_it(
    program: Program, tmp_path: Path
) -> None:
    write_session(tmp_path / "s.yaml", Finding("red.other", Outcome.YES, "it does", 0.1))
    done = program("whatif", "s.yaml", "--kb", SMALL, "--set", "target=android")
    title = "Would rest on this too, which was not tried"
    assert section(done, title)[0] == (
        "? Blue makes a file that a phone can run. (blue.fits_phones)"
    )
    assert f"advisor ask --answers s.yaml --kb {SMALL} --set target=android" in done.err


def test_findings_of_the_session_count_for_the_new_answers(
    program: Program, tmp_path: Path
) -> None:
    write_session(tmp_path / "s.yaml", Finding("blue.fits_phones", Outcome.NO, "it broke", 0.1))
    settings = ("--set", "target=android", "--set", "memory=plenty")
    done = program("whatif", "s.yaml", "--kb", SMALL, *settings)
    assert "Rules that speak only then" in done.out
    assert "Blue was made for phones." not in done.out
    assert "It stays: Cannot tell yet" in done.out


def test_other_knowledge_is_said_on_standard_error(program: Program, tmp_path: Path) -> None:
    write_session(tmp_path / "s.yaml")
    done = program("whatif", "s.yaml", "--kb", SMALL, "--set", "target=android")
    assert "s.yaml was made with other knowledge" in done.err
    assert "other knowledge" not in done.out


def test_nothing_is_written(whatif: Program, tmp_path: Path) -> None:
    whatif("--set", "target=ios")
    assert [path.name for path in tmp_path.iterdir()] == ["phones.yaml"]
    assert (tmp_path / "phones.yaml").read_text() == PHONES


# Data


def test_data_stand_alone_on_standard_output(whatif: Program) -> None:
    data = whatif("--set", "target=ios", "--set", "memory=plenty", "--format", "json").data
    assert data["schema"] == 1
    assert data["changes"] == [
        {"question": "target", "before": ["android"], "after": ["ios"]},
        {"question": "memory", "before": ["little"], "after": ["plenty"]},
    ]
    assert (data["tried"], data["other_knowledge"], data["differs"]) == (False, False, False)
    assert data["before"]["totals"] == {"red": -0.1, "blue": 0.3}
    assert data["after"]["ruled_out"] == ["red"]
    assert [one["rule"] for one in data["gained"]] == ["no_red_on_ios"]
    assert [one["rule"] for one in data["lost"] if one["decides"]] == ["memory_is_not_for_red"]
    assert data["missing"] == []


# What cannot be asked


def test_something_must_be_set(whatif: Program) -> None:
    done = whatif()
    assert (done.code, done.out) == (USAGE, "")
    assert "--set" in done.err


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("targt=ios", "--set targt=ios: unknown question 'targt'; did you mean 'target'?"),
        ("target=moon", "--set target=moon: 'target' has no option 'moon'"),
    ],
)
def test_setting_that_cannot_be_used_is_named(
    whatif: Program, setting: str, complaint: str
) -> None:
    done = whatif("--set", setting)
    assert (done.code, done.out) == (BAD_INPUT, "")
    assert done.complaints[0].startswith(complaint)


def test_session_that_is_not_there_is_named(program: Program) -> None:
    done = program("whatif", "gone.yaml", "--set", "target=ios")
    assert (done.code, done.out) == (BAD_INPUT, "")
    assert done.complaints == ["gone.yaml: there is no such file"]


@pytest.mark.parametrize("columns", ["60", "80"])
def test_lines_keep_to_the_terminal(whatif: Program, columns: str) -> None:
    done = whatif("--set", "target=ios", COLUMNS=columns)
    assert max(map(len, done.out.splitlines())) <= int(columns)
