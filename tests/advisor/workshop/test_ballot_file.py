"""Answer files that people return: read as answers files are, every mistake at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.answers.ballot import Ballot
from advisor.workshop.ballot_file import BallotFile, read_ballot_file
from rules.diagnostics import InputError

from ..workshops import EXAMPLE, KB, a_plan


def returned(tmp_path: Path, text: str, name: str = "ana.yaml") -> BallotFile:
    path = tmp_path / name
    path.write_text(text)
    return read_ballot_file(path, a_plan(), KB)


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as refused:
        returned(tmp_path, text)
    return [f"{p.location.line}: {p.message}" for p in refused.value.problems]


def test_a_file_holds_answers_points_reasons_and_doubts() -> None:
    ben = read_ballot_file(EXAMPLE / "ben.yaml", a_plan(), KB)
    assert ben.name == "Ben"
    assert ben.ballot.answers["training_loop"] == ("own",)
    assert ben.ballot.points["research"] == 9
    assert ben.doubts == ("tensorflow_converts_to_tflite",)
    assert not ben.ballot.named


def test_a_name_stands_by_it_where_its_owner_says_so() -> None:
    assert read_ballot_file(EXAMPLE / "dora.yaml", a_plan(), KB).ballot.named


def test_without_a_name_the_file_is_called_as_its_owner(tmp_path: Path) -> None:
    assert returned(tmp_path, "answers: {lifetime: years}", "Ana Maria.yaml").name == "Ana Maria"


def test_a_ranking_becomes_points_of_the_same_order(tmp_path: Path) -> None:
    ballot = returned(tmp_path, "priorities: [edge, team]").ballot
    assert ballot.points == {"edge": 9, "team": 8}


def test_what_nobody_asked_for_is_passed_over_and_told(tmp_path: Path) -> None:
    found = returned(tmp_path, "answers: {lifetime: years, task: vision}\nreasons: {task: no}")
    assert found.ballot == Ballot({"lifetime": ("years",)})
    assert found.passed_over == ("task",)


def test_an_answers_file_for_one_person_can_be_returned_as_it_is(tmp_path: Path) -> None:
    text = (EXAMPLE.parent / "android-app.yaml").read_text()
    ballot = returned(tmp_path, text).ballot
    assert ballot.answers["lifetime"] == ("years",)
    assert ballot.points == {"edge": 9, "api": 8, "team": 7}


def test_every_mistake_is_told_at_its_line(tmp_path: Path) -> None:
    text = (
        "answers:\n  lifetime: centuries\n"
        "points:\n  edge: 10\n  egde: 3\n  team: many\n"
        "reasons:\n  lifetimes: because\n"
        "named: perhaps\n"
        "doubts: [no_such_claim]\n"
    )
    assert mistakes(tmp_path, text) == [
        "2: 'lifetime' has no option 'centuries'; known: decade, months, unknown, years",
        "4: points: 'edge': expected points from 1 to 9, not '10'",
        "5: points: unknown criterion 'egde'; did you mean 'edge'?",
        "6: points: 'team': expected points from 1 to 9, not 'many'",
        "8: reasons: unknown question or criterion 'lifetimes'; did you mean 'lifetime'?",
        "9: named: expected true or false",
        "10: doubts: unknown claim 'no_such_claim'",
    ]


def test_names_and_reasons_are_checked_as_well(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "name: ''\nreasons:\n  edge: [a]\n") == [
        "1: name: A name is needed: it is how the others know who is here.",
        "3: reasons: 'edge': expected a reason of at most 500 characters",
    ]


def test_priorities_and_points_are_not_mixed(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "priorities: [edge]\npoints: {edge: 9}") == [
        "2: expected 'priorities' or 'points', not both: each says what matters most"
    ]


def test_a_reason_is_one_line_that_steers_nothing(tmp_path: Path) -> None:
    found = returned(tmp_path, 'reasons:\n  edge: "two\\nlines \\u202e here"')
    assert found.ballot.reasons == {"edge": "two lines here"}
