"""``advisor flips``: what the outcome hangs on, the smallest things first."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from probes.api import Finding, Outcome

from ...conftest import SOURCES, Program, Run

USAGE, BAD_INPUT = 2, 3
SMALL = Path(__file__).parents[2] / "rules" / "small"
EXAMPLES = SOURCES / "examples"
SMALLEST = "The smallest changes of answers that change the outcome"
WEIGHTS = "Weights at which Blue and Red change places"
PHONES = "title: Phones\nanswers: {target: android, memory: little}\n"


@pytest.fixture
def flips(program: Program, tmp_path: Path) -> Program:
    """Ask about the phones over the small base."""
    (tmp_path / "phones.yaml").write_text(PHONES)

    def run(*arguments: str | Path, folder: Path | None = None, **settings: str) -> Run:
        return program("flips", "phones.yaml", "--kb", SMALL, *arguments, **settings)

    return run


def section(run: Run, title: str) -> list[str]:
    """The lines under a heading, without their indent."""
    lines = run.out.splitlines()
    body = lines[lines.index(title) + 1 :]
    return [line.strip() for line in body[: body.index("")]]


def test_smallest_change_is_told_with_what_comes_of_it(flips: Program) -> None:
    done = flips(COLUMNS="100")
    assert done.code == 0
    assert section(done, SMALLEST) == [
        "• Where will it run?  Android phones -> A server  =>  Cannot tell yet"
    ]


def test_outcome_stands_below_where_there_is_no_room_beside(flips: Program) -> None:
    assert section(flips(COLUMNS="60"), SMALLEST) == [
        "• Where will it run?  Android phones -> A server",
        "=>  Cannot tell yet",
    ]


def test_outcome_as_it_is_stands_at_the_head(flips: Program) -> None:
    head = flips(COLUMNS="100").out.splitlines()[1:5]
    assert head[:2] == ["Phones", "Blue, clearly"]
    assert head[2].startswith("It wins under every weighting")
    assert head[3] == "From written knowledge only: nothing was tried for these answers."


def test_fewer_changes_can_be_asked_for(program: Program) -> None:
    one, two = (
        program("flips", EXAMPLES / "android-app.yaml", "--changes", most, "--format", "json").data
        for most in ("1", "2")
    )
    assert {flip["size"] for flip in one["flips"]} == {1}
    assert {flip["size"] for flip in two["flips"]} == {1, 2}


def test_nothing_answered_has_nothing_to_change(program: Program, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text("answers: {}\n")
    done = program("flips", "new.yaml", "--kb", SMALL)
    assert section(done, SMALLEST)[0].startswith(
        "Nothing was answered, so there is nothing to change; “advisor explain” tells"
    )
    assert "weightings" not in done.out


def test_only_the_first_are_shown_and_the_others_counted(program: Program) -> None:
    done = program("flips", EXAMPLES / "android-app.yaml", COLUMNS="100")
    shown = section(done, SMALLEST)
    assert sum(line.startswith("•") for line in shown) == 5
    assert shown[-1].startswith("and others: ")
    told = program("flips", EXAMPLES / "android-app.yaml", "--format", "json").data["flips"]
    counted = [int(word) for word in shown[-1].replace(",", "").split() if word.isdigit()][::2]
    assert 5 + sum(counted) == sum(not one["by_ruling_out"] for one in told)


def test_ruling_out_is_told_apart(program: Program) -> None:
    done = program("flips", EXAMPLES / "android-app.yaml", COLUMNS="100")
    levers = section(done, "Those that only rule an alternative out")
    assert levers[0].endswith("No -> Nothing but PyTorch is allowed")
    assert levers[1] == "=>  PyTorch, clearly"


def test_claims_it_rests_on_are_named(program: Program) -> None:
    done = program("flips", EXAMPLES / "ruled-out.yaml", COLUMNS="100")
    rests_on = section(done, "Claims it rests on: if one were false")
    assert rests_on == [
        "• A chip vendor's tools may take one framework only  =>  TensorFlow, clearly"
    ]


def test_every_set_of_changes_does_what_it_says(program: Program, tmp_path: Path) -> None:
    sheet = yaml.safe_load((EXAMPLES / "wake-word.yaml").read_text())
    (tmp_path / "wake.yaml").write_text(yaml.safe_dump(sheet))
    told = program("flips", "wake.yaml", "--changes", "2", "--format", "json").data["flips"]
    for one in (told[0], told[len(told) // 2], told[-1]):
        settings = [f"{c['question']}={','.join(c['after'])}" for c in one["changes"]]
        options = [word for setting in settings for word in ("--set", setting)]
        then = program("whatif", "wake.yaml", *options, "--format", "json").data
        assert then["differs"] is True
        assert then["after"]["alternative"] == one["alternative"]
        assert then["after"]["verdict"] == one["verdict"]
        assert then["after"]["margin"] == one["margin"]


# Weights


def test_weights_show_where_the_lead_changes_hands(program: Program, tmp_path: Path) -> None:
    done = program("flips", EXAMPLES / "wake-word.yaml", "--format", "json", "--changes", "1")
    for one in done.data["tipping"]:
        if one["at"] is not None:
            lead = (1 - one["at"]) * one["lead_at_0"] + one["at"] * one["lead_at_1"]
            assert lead == pytest.approx(0.0, abs=1e-9)


def test_criterion_that_turns_nothing_is_said_never_to(flips: Program) -> None:
    rows = section(flips(COLUMNS="100"), WEIGHTS)
    assert rows[1].split()[:4] == ["Speed", "50", "%", "never"]
    assert rows[1].split()[4].count("●") == 1


def test_marks_are_plain_where_the_terminal_is(flips: Program) -> None:
    done = flips(PYTHONIOENCODING="ascii", COLUMNS="60")
    assert "?" not in "".join(section(done, WEIGHTS))
    assert section(done, WEIGHTS)[1].split()[4] == "----------o----------"


# Three alternatives, sessions


def test_each_rival_has_its_weights(program: Program, tmp_path: Path) -> None:
    knowledge = tmp_path / "three"
    for path in sorted(SMALL.rglob("*.yaml")):
        copy = knowledge / path.relative_to(SMALL)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    with (knowledge / "alternatives.yaml").open("a") as file:
        file.write("  green:\n    title: Green\n    summary: The one that waits.\n")
    (tmp_path / "phones.yaml").write_text(PHONES)
    done = program("flips", "phones.yaml", "--kb", knowledge)
    assert WEIGHTS in done.out
    assert "Weights at which Blue and Green change places" in done.out
    shares = section(done, "Share of all weightings under which each wins")
    assert [line.split()[0] for line in shares] == ["Blue", "Red", "Green"]


def write_session(path: Path, answers: dict[str, str], *findings: Finding) -> None:
    data = {
        "schema": 1,
        "answers": answers,
        "tool": "framework-advisor 0.1.0",
        "knowledge_base": "sha256:other",
        "consultation": {"findings": [finding.to_json() for finding in findings]},
    }
    path.write_text(yaml.safe_dump(data))


def test_rules_that_the_evidence_took_do_not_come_back(program: Program, tmp_path: Path) -> None:
    answers = {"target": "android", "memory": "little"}
    broke = Finding("blue.fits_phones", Outcome.NO, "it broke", 0.1)
    write_session(tmp_path / "s.yaml", answers, broke)
    data = program("flips", "s.yaml", "--kb", SMALL, "--format", "json").data
    # with the rule for phones gone, "Red swaps" alone speaks; more memory silences it
    assert data["recommendation"]["scores"] == {"red": {"speed": -0.2}, "blue": {"speed": 0.0}}
    assert data["tried"] is True
    plenty = [{"question": "memory", "before": ["little"], "after": ["plenty"]}]
    silenced = next(one for one in data["flips"] if one["changes"] == plenty)
    assert silenced["verdict"] == "undecided"


def test_rules_that_would_fall_when_they_fire_do_not_flip(program: Program, tmp_path: Path) -> None:
    broke = Finding("blue.fits_phones", Outcome.NO, "it broke", 0.1)
    write_session(tmp_path / "s.yaml", {"target": "server", "memory": "plenty"}, broke)
    data = program("flips", "s.yaml", "--kb", SMALL, "--format", "json").data
    to_android = [{"question": "target", "before": ["server"], "after": ["server", "android"]}]
    assert to_android not in [one["changes"] for one in data["flips"]]


def test_other_knowledge_is_said_on_standard_error(program: Program, tmp_path: Path) -> None:
    write_session(tmp_path / "s.yaml", {"target": "server"})
    assert "s.yaml was made with other knowledge" in program("flips", "s.yaml", "--kb", SMALL).err


# Data, and what cannot be asked


def test_data_hold_all_and_stand_alone(flips: Program) -> None:
    data = flips("--format", "json").data
    assert data["schema"] == 1
    assert (data["changes"], data["changes_asked"], data["tried"]) == (3, 3, False)
    assert data["recommendation"]["alternative"] == "blue"
    assert data["flips"] == [
        {
            "changes": [{"question": "target", "before": ["android"], "after": ["server"]}],
            "size": 1,
            "by_ruling_out": False,
            "alternative": None,
            "verdict": "undecided",
            "margin": 0.0,
        }
    ]
    assert data["resting_on"] == []
    assert data["tipping"][0] == {
        "criterion": "speed",
        "best": "blue",
        "rival": "red",
        "weight": 0.5,
        "lead": 0.4,
        "lead_at_0": 0.6,
        "lead_at_1": 0.2,
        "at": None,
    }


@pytest.mark.parametrize("number", ["0", "10", "two", "-1", "1.5"])
def test_number_of_changes_must_be_one(flips: Program, number: str) -> None:
    done = flips(f"--changes={number}")
    assert (done.code, done.out) == (USAGE, "")
    assert "expected a number of changes from 1 to 9" in done.err


def test_session_that_is_not_there_is_named(program: Program) -> None:
    done = program("flips", "gone.yaml")
    assert (done.code, done.out) == (BAD_INPUT, "")
    assert done.complaints == ["gone.yaml: there is no such file"]


@pytest.mark.parametrize("example", ["vision-server", "ruled-out", "nothing-known"])
def test_lines_keep_to_the_terminal(program: Program, example: str) -> None:
    done = program("flips", EXAMPLES / f"{example}.yaml", COLUMNS="60")
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= 60


@pytest.mark.parametrize(
    "number", [float("nan"), float("inf"), 10**400], ids=["nan", "inf", "huge"]
)
def test_finding_whose_number_is_none_is_refused(
    program: Program, tmp_path: Path, number: float
) -> None:
    finding = Finding("red.runs", Outcome.YES, "it does", 0.1, evidence={"error": number})
    write_session(tmp_path / "s.yaml", {"target": "android"}, finding)
    done = program("flips", "s.yaml", "--kb", SMALL)
    assert done.code == 3
    assert "a finding cannot be read" in done.err
