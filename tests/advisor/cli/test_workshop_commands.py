"""The workshop from the command line: new, merge, reveal, next, show, try."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.cli.main import main
from advisor.workshop.store import open_workshop

from ..workshops import BALLOTS, EXAMPLE, NAMES, QUESTIONS

Said = pytest.CaptureFixture[str]
FILES = [str(EXAMPLE / f"{name.lower()}.yaml") for name in NAMES]
KNOWN = str(EXAMPLE / "beforehand" / "known.yaml")
VOTES = [
    "--answers",
    KNOWN,
    "--questions",
    ",".join(QUESTIONS),
]


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A workshop file, made by the command."""
    path = str(tmp_path / "team.workshop")
    people = ["--driver", "Zoe", "--approver", "Yan", "--informed", "Ivo"]
    assert main(["workshop", "new", path, *VOTES, *people]) == 0
    return path


@pytest.fixture
def told(capsys: Said) -> Callable[..., tuple[int, str, str]]:
    """Runs a workshop command: exit code, standard output, standard error; both on one line."""

    def run(action: str, *arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["workshop", action, *arguments])
        said = capsys.readouterr()
        return code, " ".join(said.out.split()), " ".join(said.err.split())

    return run


Told = Callable[..., tuple[int, str, str]]


# new


def test_new_prints_the_file_and_says_what_comes_next(tmp_path: Path, told: Told) -> None:
    path = str(tmp_path / "team.workshop")
    code, out, err = told("new", path, *VOTES, "--rounds", "2")
    assert (code, out) == (0, path)
    assert "round 1 of at most 2 is open, on 6 questions and 8 criteria" in err


def test_new_votes_on_whatever_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "team.workshop"
    main(["workshop", "new", str(path), "--answers", KNOWN])
    with open_workshop(path) as workshop:
        plan = workshop.plan
        assert "task" not in plan.questions
        assert "rewrite_due" not in plan.questions  # there is no code, so it cannot apply
        assert "lifetime" in plan.questions
        assert plan.title == "Framework for the waste-sorting camera"


@pytest.mark.parametrize(
    ("options", "wrong", "complaint"),
    [
        (["--questions", "lifetme"], 3, "there is no question 'lifetme'; did you mean 'lifetime'?"),
        (["--criteria", "egde"], 3, "there is no criterion 'egde'; did you mean 'edge'?"),
        (["--questions", "none", "--criteria", "none"], 2, "nothing is left to vote on"),
        (["--driver", "Ana", "--approver", "ana"], 2, "ana is named twice: one role a person"),
        (["--driver", " "], 2, "--driver: A name is needed"),
    ],
)
def test_new_refuses_what_cannot_be_voted_on(
    tmp_path: Path, told: Told, options: list[str], wrong: int, complaint: str
) -> None:
    code, _, err = told("new", str(tmp_path / "team.workshop"), *options)
    assert code == wrong
    assert complaint in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "value"),
    [("--rounds", "0"), ("--rounds", "²"), ("--share", "50"), ("--spread", "9"), ("--title", " ")],
)
def test_new_refuses_a_rule_that_is_none(tmp_path: Path, option: str, value: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["workshop", "new", str(tmp_path / "team.workshop"), option, value])


# merge


def test_merge_seals_every_file_and_prints_receipts(file: str, told: Told) -> None:
    code, out, _ = told("merge", file, *FILES)
    assert code == 0
    with open_workshop(Path(file)) as workshop:
        for name in NAMES:
            own = workshop.own_ballot(workshop.people.include(name).id)
            assert own is not None
            assert f"{name} {own.receipt}" in out
        assert workshop.doubts() == ()
        workshop.reveal()
        assert [d.claim for d in workshop.doubts()] == ["tensorflow_converts_to_tflite"]


def test_merge_takes_all_files_or_none(file: str, told: Told, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("answers: {lifetime: ages}\n")
    code, _, err = told("merge", file, *FILES, str(tmp_path / "bad.yaml"))
    assert code == 3
    assert "bad.yaml:1: 'lifetime' has no option 'ages'" in err
    with open_workshop(Path(file)) as workshop:
        assert workshop.answered() == frozenset()


def test_merge_takes_no_ballot_by_a_name_that_looks_like_anothers(
    file: str, told: Told, tmp_path: Path
) -> None:
    answers = Path(FILES[0]).read_text("utf-8")
    (tmp_path / "other.yaml").write_text(answers.replace("name: Ana", "name: \u0410na"), "utf-8")
    assert told("merge", file, FILES[0])[0] == 0
    code, out, err = told("merge", file, str(tmp_path / "other.yaml"))
    assert (code, out) == (1, "")
    assert "\u0410na looks like Ana, who takes part" in err


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no paths of descriptors here")
def test_merge_takes_what_comes_through_a_pipe(file: str, told: Told) -> None:
    reading, writing = os.pipe()
    os.write(writing, Path(FILES[0]).read_bytes())
    os.close(writing)
    code, out, _ = told("merge", file, f"/dev/fd/{reading}")
    os.close(reading)
    assert code == 0
    assert out.startswith("Ana ")


def test_merge_refuses_two_files_of_one_person(file: str, told: Told, tmp_path: Path) -> None:
    (tmp_path / "again.yaml").write_text("name: ANA\nanswers: {lifetime: years}\n")
    code, _, err = told("merge", file, *FILES, str(tmp_path / "again.yaml"))
    assert code == 3
    assert "expected one file a person" in err


def test_merge_refuses_a_file_that_answers_nothing(file: str, told: Told) -> None:
    code, _, err = told("merge", file, KNOWN)
    assert code == 3
    assert "holds what is known of a project, not what somebody says: expected 'name:'" in err


def test_merge_says_what_nobody_asked_for(file: str, told: Told) -> None:
    code, _, err = told("merge", file, str(EXAMPLE.parent / "android-app.yaml"))
    assert code == 0
    assert "nobody asked for" in err
    assert "int8" in err


def test_merge_after_the_reveal_is_declined(file: str, told: Told) -> None:
    told("merge", file, *FILES)
    told("reveal", file, "--no-probes", "--now")
    code, _, err = told("merge", file, FILES[0])
    assert code == 1
    assert "Round 1 was revealed; answers wait for the next round." in err


def test_merge_replaces_nothing_that_its_owner_gave_otherwise(file: str, told: Told) -> None:
    with open_workshop(Path(file)) as workshop:
        ana = workshop.people.join("Ana").person
        own = workshop.submit(ana.id, BALLOTS["Emil"], entered="page")
    code, out, err = told("merge", file, *FILES)
    assert (code, out) == (1, "")
    assert "Ana has answered already: only they can change it." in err
    with open_workshop(Path(file)) as workshop:
        assert workshop.own_ballot(ana.id) == own
        assert workshop.answered() == {ana.id}


def test_merge_says_nothing_was_sealed_before_it_is(tmp_path: Path, told: Told) -> None:
    """One person too many: all that came before them is not there either."""
    path = str(tmp_path / "full.workshop")
    told("new", path, *VOTES)
    with open_workshop(Path(path)) as workshop, workshop.transaction():
        for number in range(997):
            workshop.people.include(f"P{number}")
    code, out, err = told("merge", path, *FILES)
    assert (code, out) == (1, "")
    assert "the most there can be" in err


def test_doubts_are_sealed_with_the_ballot(file: str, told: Told) -> None:
    told("merge", file, *FILES)
    assert json.loads(told("show", file, "--format", "json")[1])["doubts"] == []


# show, reveal, next


def test_show_says_who_has_answered_and_never_what(file: str, told: Told) -> None:
    told("merge", file, *FILES[:2])
    code, out, err = told("show", file)
    assert code == 0
    assert out == (
        "Round 1 of at most 3 is open: 2 of 3 have answered. answered: Ana, Ben waiting for: Yan"
    )
    _, as_json, _ = told("show", file, "--format", "json")
    for secret in ("hugging_face", "forward pass", "detectors"):
        assert secret not in out + err + as_json


def test_reveal_shows_the_picture_and_who_was_waited_for(file: str, told: Told) -> None:
    told("merge", file, *FILES)
    code, out, err = told("reveal", file, "--no-probes", "--now")
    assert code == 4  # nothing was tried
    assert "Leaning to PyTorch" in out
    assert "From written knowledge only: none of 10 deciding rules was verified here." in out
    assert "Dora" in out  # who wanted it so
    assert "Emil" not in out
    assert "without Yan" in err


def test_reveal_asks_first_where_somebody_has_not_answered(file: str, told: Told) -> None:
    told("merge", file, *FILES)
    code, out, err = told("reveal", file, "--no-probes")
    assert (code, out) == (1, "")
    assert err == "advisor: Not yet answered: Yan. To reveal all the same: --now"
    with open_workshop(Path(file)) as workshop:
        assert not workshop.round_state().revealed


def test_a_few_ballots_are_said_to_be_anonymous_to_nobody(file: str, told: Told) -> None:
    told("merge", file, *FILES[:2])
    assert "anonymous to nobody" in told("reveal", file, "--no-probes", "--now")[2]


def test_nothing_is_revealed_before_somebody_answered(file: str, told: Told) -> None:
    code, _, err = told("reveal", file)
    assert code == 1
    assert "Nobody has answered yet" in err


def test_the_next_round_starts_and_the_last_one_can_still_be_looked_at(
    file: str, told: Told
) -> None:
    told("merge", file, *FILES)
    told("reveal", file, "--no-probes", "--now")
    assert told("next", file)[:2] == (0, "round 2 of at most 3 is open")
    _, out, _ = told("show", file)
    assert "Round 2 of at most 3 is open: 0 of 6 have answered." in out
    assert "Leaning to PyTorch" in out
    told("merge", file, *FILES)
    told("reveal", file, "--no-probes", "--now")
    _, out, _ = told("show", file)
    assert "Round 2 of at most 3" in out
    _, out, _ = told("show", file, "--round", "1")
    assert "Whether the answers are stable shows in the next round." in out
    assert told("show", file, "--round", "3")[2] == "advisor: Round 3 was not revealed."


def test_next_is_declined_while_a_round_is_open(file: str, told: Told) -> None:
    assert told("next", file)[2] == "advisor: Round 1 is open already."


def test_show_as_json_holds_every_round_that_was_revealed(file: str, told: Told) -> None:
    told("merge", file, *FILES)
    told("reveal", file, "--no-probes", "--now")
    _, out, _ = told("show", file, "--format", "json")
    data = json.loads(out)
    assert data["title"] == "Framework for the waste-sorting camera"
    assert len(data["rounds"][0]["voices"]) == 5


# try


def test_a_doubt_is_tried_and_counts_for_all(file: str, told: Told) -> None:
    """A probe that compares a version's names: no framework runs."""
    told("merge", file, *FILES)
    told("reveal", file, "--no-probes", "--now")
    code, out, _ = told("try", file, "transformers_left_tensorflow")
    assert code in (0, 1)
    with open_workshop(Path(file)) as workshop:
        assert "ecosystem.transformers_run_on_tensorflow" in workshop.findings()
    assert "Hugging Face Transformers holds no TensorFlow models any more" in out


def test_without_a_claim_those_that_were_doubted_are_listed_first(file: str, told: Told) -> None:
    told("merge", file, *FILES)
    told("reveal", file, "--no-probes", "--now")
    code, out, _ = told("try", file, "--list")
    assert code == 0
    assert out.startswith("? unverified: Keras models convert to TFLite")


def test_nothing_is_tried_before_a_doubt_is_revealed(file: str, told: Told) -> None:
    told("merge", file, *FILES)
    code, out, err = told("try", file)
    assert (code, out) == (4, "")
    assert "no doubt is revealed yet: reveal the round first" in err


def test_an_unknown_claim_is_refused(file: str, told: Told) -> None:
    code, _, err = told("try", file, "keras_fit_train")
    assert code == 3
    assert "there is no claim 'keras_fit_train'; did you mean" in err


# Files that are none, or no longer


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE plan SET text = json_set(text, '$.stop.rounds', 'many')",
        "UPDATE plan SET text = json_set(text, '$.title', 7)",
        "DROP TABLE ballot",
        "DROP TRIGGER no_change; UPDATE ballot SET text = 'secret'",
        "DROP TRIGGER no_change; UPDATE ballot SET text = json_set(text, '$.points.edge', 99)",
        "DROP TRIGGER no_change; UPDATE ballot SET text = json_set(text, '$.answers.task', 7)",
    ],
)
@pytest.mark.parametrize("action", ["show", "record", "merge"])
def test_a_file_that_was_changed_by_hand_is_one_clear_error(
    file: str, told: Told, action: str, damage: str
) -> None:
    told("merge", file, *FILES)
    told("reveal", file, "--no-probes", "--now")
    database = sqlite3.connect(file)
    database.executescript(damage)
    database.close()
    code, out, err = told(action, file, *([FILES[0]] if action == "merge" else []))
    assert code == 3
    assert out == ""
    assert "is damaged: " in err
    assert err.count("advisor: ") == 1
    assert "secret" not in err


def test_an_error_of_the_database_repeats_nothing_that_is_sealed(file: str, told: Told) -> None:
    told("merge", file, *FILES)
    database = sqlite3.connect(file)
    database.executescript(
        "DROP TRIGGER no_change; UPDATE ballot SET text = CAST(CAST(text AS BLOB) || x'ff' AS TEXT)"
    )
    database.close()
    code, out, err = told("merge", file, *FILES)
    assert code == 3
    assert "hugging_face" not in out + err


@pytest.mark.parametrize("people", [["--driver", "José", "--approver", "Jose\u0301"]])
def test_names_that_look_the_same_are_one_person(
    tmp_path: Path, told: Told, people: list[str]
) -> None:
    code, _, err = told("new", str(tmp_path / "team.workshop"), *people)
    assert code == 2
    assert "is named twice" in err


def test_a_workshop_that_cannot_be_made_leaves_nothing(tmp_path: Path, told: Told) -> None:
    many = [f"P{number}" for number in range(1001)]
    code, _, err = told("new", str(tmp_path / "team.workshop"), "--contributor", ",".join(many))
    assert code == 2
    assert "the most there can be" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("action", ["show", "reveal", "next", "merge", "try", "record", "audit"])
def test_every_command_says_that_a_file_is_no_workshop(
    action: str, told: Told, tmp_path: Path
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    more = [FILES[0]] if action == "merge" else []
    code, _, err = told(action, str(path), *more)
    assert code == 3
    assert str(path) in err


def test_knowledge_that_lacks_what_is_voted_on_is_refused(file: str, told: Told) -> None:
    small = Path(__file__).parents[2] / "rules" / "small"
    code, _, err = told("show", file, "--kb", str(small))
    assert code == 3
    assert "which this knowledge lacks" in err
