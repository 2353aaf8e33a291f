"""``advisor workshop record``: what it writes, what it prints, and when it does not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from advisor.cli.main import main
from advisor.workshop.store import Workshop

from ..recorded_workshops import Recorded, command, recorded
from ..workshops import BALLOTS, voted


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return recorded(tmp_path_factory.mktemp("recorded"))


@pytest.fixture
def file(made: Recorded, tmp_path: Path) -> Path:
    """The workshop file, the test's own."""
    return Path(shutil.copy(made.workshop, tmp_path))


def test_record_prints_the_path_of_the_record_alone(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "adr"
    assert command("record", file, "--dir", folder, "--revisit", "2031-05-06") == 0
    out = capsys.readouterr().out
    assert out == f"{folder / '0001-framework-for-the-waste-sorting-camera.md'}\n"
    assert "again by 2031-05-06" in Path(out.strip()).read_text("utf-8")


def test_record_from_written_knowledge_only_is_unproven(workshop: Workshop, tmp_path: Path) -> None:
    voted(workshop, BALLOTS)
    assert command("record", workshop.path, "--dir", tmp_path / "adr", "--no-probes") == 4


def test_record_takes_the_place_of_another_and_a_decision_of_its_own(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "adr"
    command("record", file, "--dir", folder)
    own = ("--choose", "tensorflow", "--because", "we have it")
    assert command("record", file, "--dir", folder, "--supersedes", "1", *own) == 0
    first, second = sorted(folder.glob("*.md"))
    assert "status: proposed" in first.read_text("utf-8")  # until the second is accepted
    assert f"Supersedes [ADR-0001]({first.name})." in second.read_text("utf-8")
    assert 'Chosen option: "TensorFlow", because we have it.' in second.read_text("utf-8")
    stays = "stays as it is until the new one is accepted"
    assert capsys.readouterr().err == f"{first} {stays}: advisor record accept {second}\n"


def test_record_before_the_reveal_is_refused(
    workshop: Workshop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workshop.submit(workshop.people.include("Ana").id, BALLOTS["Ana"])
    assert command("record", workshop.path, "--dir", tmp_path / "adr") == 1
    said = "Round 1 is open: advisor workshop reveal ends it, and then it can be recorded."
    assert said in capsys.readouterr().err
    assert not (tmp_path / "adr").exists()


def test_another_decision_needs_a_reason(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("record", file, "--dir", tmp_path / "adr", "--choose", "tensorflow") == 2
    assert "is not what is advised (pytorch): say why with --because" in capsys.readouterr().err


# What is done with the record


@pytest.mark.parametrize(
    "asked",
    [
        ["whatif", "--set", "team_knows=keras"],
        ["flips"],
        ["report"],
        ["report", "--format", "html"],
    ],
    ids=" ".join,
)
def test_what_a_record_rests_on_can_be_questioned(
    made: Recorded, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    name, *options = asked
    assert main([name, str(made.bundle), *options]) == 0
    assert "PyTorch" in capsys.readouterr().out


def test_a_record_can_be_questioned(made: Recorded, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(made.record)]) == 0
    assert capsys.readouterr().err == ""  # it is as it was written


@pytest.mark.parametrize("form", ["nygard", "log4brains"])
def test_a_record_is_projected_with_its_dissent(made: Recorded, tmp_path: Path, form: str) -> None:
    folder = str(made.record.parent)
    assert main(["record", "export", "--as", form, "--to", str(tmp_path), "--dir", folder]) == 0
    text = (tmp_path / made.record.name).read_text("utf-8")
    assert "# Dissent\n\nFor 1 of 5 " in text


def test_a_record_gives_its_minutes_to_who_decides_anew(
    made: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "--answers", str(made.record), "--no-probes", "--format", "json"]) == 4
    data = json.loads(capsys.readouterr().out)
    assert [one["ballots"] for one in data["workshop"]["rounds"]] == [5, 5]


def test_a_workshop_gives_its_answers_to_who_asks_on(
    made: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--set", "team_knows=keras", "--no-probes", "--format", "json")
    assert main(["ask", "--answers", str(made.workshop), *asked]) == 4
    data = json.loads(capsys.readouterr().out)
    assert (data["answers"]["team_knows"], data["workshop"]["people"]) == (["keras"], 5)
