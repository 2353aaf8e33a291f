"""A group's outcome can be questioned as one person's can, from the workshop file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from advisor.cli.main import main
from advisor.sources import open_source
from advisor.workshop.round_result import round_result
from advisor.workshop.store import Workshop
from rules.diagnostics import InputError

from ..workshops import BALLOTS, KB, voted


def test_the_outcome_is_the_one_the_group_was_shown(workshop: Workshop) -> None:
    minutes = voted(workshop, BALLOTS)
    found = open_source(workshop.path, KB).recommendation
    assert found.judgement == round_result(KB, minutes, {}).judgement


def test_before_the_reveal_there_is_nothing_to_question(workshop: Workshop) -> None:
    workshop.submit(workshop.people.include("Ana").id, BALLOTS["Ana"])
    with pytest.raises(InputError, match="Nothing was revealed yet"):
        open_source(workshop.path, KB)


@pytest.mark.parametrize(
    "command",
    [
        ["explain"],
        ["explain", "--why-not", "tensorflow"],
        ["whatif", "--set", "team_knows=keras"],
        ["flips"],
        ["report"],
        ["report", "--format", "html"],
    ],
    ids=" ".join,
)
def test_every_question_is_answered(
    workshop: Workshop, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    voted(workshop, BALLOTS)
    name, *options = command
    assert main([name, str(workshop.path), *options]) in (0, 4)
    assert "PyTorch" in capsys.readouterr().out


def test_the_weights_are_said_to_be_the_groups(
    workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    voted(workshop, BALLOTS)
    main(["report", str(workshop.path)])
    said = " ".join(capsys.readouterr().out.split())
    assert "the points of 5 people allow; under their mean it is ahead by" in said
    assert "your ranking" not in said


def test_a_missing_workshop_is_told_as_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        open_source(tmp_path / "missing", KB)


def test_a_file_that_was_changed_by_hand_is_one_clear_error(workshop: Workshop) -> None:
    voted(workshop, BALLOTS)
    database = sqlite3.connect(workshop.path)
    database.executescript(
        "DROP TRIGGER no_change; UPDATE ballot SET text = json_set(text, '$.points.edge', 99)"
    )
    database.close()
    with pytest.raises(InputError, match="is damaged: a ballot in it: expected points from 1 to 9"):
        open_source(workshop.path, KB)
