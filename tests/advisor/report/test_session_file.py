"""Sessions: written whole, read again as answers, and with the same outcome."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.answers.sheet import Sheet, read_sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.consultation.session import read_session
from advisor.files import create_whole, write_whole
from advisor.report.session_file import (
    SessionFile,
    _dumper,
    check_writable,
    is_session,
    new_session,
    newest_session,
    save_answers,
    save_recommendation,
)
from probes.api import Finding, Outcome
from rules.diagnostics import InputError
from rules.loading.loader import load

from ...conftest import Program

KB = load(Path(__file__).parents[2] / "rules" / "small")
TITLES = [
    "Quotes \"double\", 'single' and `ticks`",
    "colons: many: # and a hash",
    "Ünïcode, 中文, emoji 🦀👩‍🔬, combining e\u0301",
    "right to left: אבג أحمد",
    "- a list? [no], {no}, *no, &no, !no, %no, @no",
    "null",
    "2026-01-01",
    "x" * 300,
]
ANSWERS = """\
title: "An app: 🦀"
answers:
  target: [android, ios]
  int8: required
  team_knows: unknown
  training_loop: fit
priorities: [edge, team]
people:
  decision_makers: ["Ada: \\"the first\\"", Grace]
"""


def consulted(sheet: Sheet, *, output: str = "") -> Recommendation:
    finding = Finding("blue.fits_phones", Outcome.YES, "it does", 0.1, output=output)
    return consult(KB, sheet, lambda names: dict.fromkeys(names, finding))


# Used again


@pytest.fixture
def session(program: Program, tmp_path: Path) -> Path:
    (tmp_path / "team.yaml").write_text(ANSWERS, encoding="utf-8")
    run = program("ask", "--answers", "team.yaml", "--session", "s.yaml", "--no-probes")
    assert (run.code, run.err) == (4, "session: s.yaml\n")
    return tmp_path / "s.yaml"


def test_session_as_answers_gives_the_same_consultation(program: Program, session: Path) -> None:
    options = ("--no-probes", "--format", "json")
    first = program("ask", "--answers", "team.yaml", *options)
    assert program("ask", "--answers", "s.yaml", *options) == first


def test_session_holds_the_answers_as_they_were_given(program: Program, session: Path) -> None:
    shipped = load()
    assert read_sheet(session, shipped) == read_sheet(session.parent / "team.yaml", shipped)


def test_session_holds_what_came_of_it(session: Path) -> None:
    written = yaml.safe_load(session.read_text(encoding="utf-8"))
    assert written["schema"] == 1
    assert written["tool"].startswith("framework-advisor ")
    assert written["knowledge_base"] == load().digest
    assert {"recommendation", "findings", "claims", "fired"} <= set(written["consultation"])


def test_session_may_be_written_over_by_the_next_one(program: Program, session: Path) -> None:
    options = ("--set", "target=ios", "--session", "s.yaml", "--no-probes")
    assert program("ask", "--answers", "s.yaml", *options).code == 4
    assert yaml.safe_load(session.read_text(encoding="utf-8"))["answers"]["target"] == "ios"


# Round trips


@pytest.mark.parametrize("title", TITLES)
def test_title_and_names_survive_a_session(tmp_path: Path, title: str) -> None:
    sheet = Sheet(title, {"target": ("ios",)}, ("speed",), {"consulted": (title, "Ada")})
    save_answers(tmp_path / "s.yaml", sheet, KB)
    assert read_sheet(tmp_path / "s.yaml", KB) == sheet


def test_finished_session_is_read_whatever_a_framework_printed(tmp_path: Path) -> None:
    printed = "\x1b[1m12/12\x1b[0m \x08\x08 \r\n\x00 \x85 \u2028 🦀 \ud800"
    recommendation = consulted(Sheet(answers={"target": ("ios",)}), output=printed)
    save_recommendation(tmp_path / "s.yaml", recommendation)
    assert read_sheet(tmp_path / "s.yaml", KB) == recommendation.sheet


def test_equal_values_are_written_out_each_time(tmp_path: Path) -> None:
    sheet = Sheet(
        answers={"target": ("ios",)}, people={"informed": ("Ada",), "consulted": ("Ada",)}
    )
    save_recommendation(tmp_path / "s.yaml", consulted(sheet))
    assert read_sheet(tmp_path / "s.yaml", KB) == sheet


# Names of sessions


def test_first_session_of_a_folder_has_the_plain_name(tmp_path: Path) -> None:
    assert new_session(tmp_path, Sheet(), KB) == tmp_path / "advisor-session.yaml"


def test_next_session_takes_the_next_free_name(tmp_path: Path) -> None:
    names = [new_session(tmp_path, Sheet(), KB).name for _ in range(3)]
    assert names[1:] == ["advisor-session-2.yaml", "advisor-session-3.yaml"]


def test_newest_session_is_the_one_written_last(tmp_path: Path) -> None:
    first, second = new_session(tmp_path, Sheet(), KB), new_session(tmp_path, Sheet(), KB)
    os.utime(first, ns=(2, 2))
    os.utime(second, ns=(1, 1))
    assert newest_session(tmp_path) == first


def test_folder_without_sessions_has_no_newest(tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text("answers: {}\n")
    assert newest_session(tmp_path) is None


@pytest.mark.parametrize("name", [".", "nowhere/s.yaml", "notes.txt", "notes.txt/s.yaml"])
def test_place_where_no_session_can_be_written_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("mine\n")
    with pytest.raises(InputError):
        check_writable(tmp_path / name)


def test_new_name_and_an_earlier_session_are_taken(tmp_path: Path) -> None:
    check_writable(tmp_path / "new.yaml")
    check_writable(new_session(tmp_path, Sheet(), KB))


# Whole or not at all


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_new_file_is_written_whole(tmp_path: Path) -> None:
    create_whole(tmp_path / "a", "line\nünd\n")
    assert (tmp_path / "a").read_bytes() == "line\nünd\n".encode()
    assert names(tmp_path) == ["a"]


def test_new_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(FileExistsError):
        create_whole(tmp_path / "a", "new")
    assert ((tmp_path / "a").read_text(), names(tmp_path)) == ("old", ["a"])


def test_new_file_does_not_go_through_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        create_whole(tmp_path / "a", "new")
    assert names(tmp_path) == ["a"]


def test_file_is_replaced_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a much longer text than the new one")
    write_whole(tmp_path / "a", "new")
    assert ((tmp_path / "a").read_text(), names(tmp_path)) == ("new", ["a"])


@pytest.fixture
def failing_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        yield


@pytest.fixture
def impatient_person(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupt)
        yield


@pytest.mark.usefixtures("failing_disk")
def test_write_that_fails_leaves_the_old_file_and_nothing_beside(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "a", "new")
    assert ((tmp_path / "a").read_text(), names(tmp_path)) == ("old", ["a"])


@pytest.mark.usefixtures("impatient_person")
def test_interruption_leaves_the_old_file_and_nothing_beside(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", "new")
    assert ((tmp_path / "a").read_text(), names(tmp_path)) == ("old", ["a"])


@pytest.mark.usefixtures("failing_disk")
def test_new_file_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left"):
        create_whole(tmp_path / "a", "new")
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_file_has_the_permissions_of_an_ordinary_one(tmp_path: Path) -> None:
    create_whole(tmp_path / "a", "")
    (tmp_path / "b").touch()
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "b")}
    assert len(modes) == 1


# Two interviews, and files that are somebody else's


def test_two_interviews_on_one_session_lose_no_answer(tmp_path: Path) -> None:
    path = new_session(tmp_path, Sheet(), KB)
    first, second = SessionFile(path, KB), SessionFile(path, KB)
    first.save(Sheet(answers={"target": ("unknown",)}))
    second.save(Sheet(answers={"memory": ("unknown",)}))
    assert second.path != first.path
    assert first.path is not None
    assert second.path is not None
    assert read_sheet(first.path, KB).answers == {"target": ("unknown",)}
    assert read_sheet(second.path, KB).answers == {"memory": ("unknown",)}


def test_an_interview_alone_stays_in_its_session(tmp_path: Path) -> None:
    session = SessionFile(new_session(tmp_path, Sheet(), KB), KB)
    session.save(Sheet(answers={"task": ("vision",)}))
    session.save(Sheet(answers={"task": ("speech",)}))
    assert names(tmp_path) == ["advisor-session.yaml"]


def test_a_file_that_appears_during_an_interview_is_left_alone(tmp_path: Path) -> None:
    session = SessionFile(tmp_path / "s.yaml", KB)
    (tmp_path / "s.yaml").write_text("mine")
    session.save(Sheet(answers={"task": ("vision",)}))
    assert (tmp_path / "s.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    "text", ["# My notes\n\ntool: framework-advisor is great\n", "schema: 1\nanswers: {}\n", ""]
)
def test_what_advisor_has_not_written_is_no_session(tmp_path: Path, text: str) -> None:
    (tmp_path / "notes.yaml").write_text(text)
    assert not is_session(tmp_path / "notes.yaml")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "a").touch(mode=0o600)
    write_whole(tmp_path / "a", "new")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


@pytest.mark.parametrize(
    "title", ["2026-02-30", "0x_", "0b_", "=", "<<", "2026-01-01T99:99:99Z", "9" * 300, ".nan"]
)
def test_a_title_is_the_text_that_stands_there(tmp_path: Path, title: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(f"answers: {{}}\ntitle: {title}\n", encoding="utf-8")
    assert read_session(path, KB).sheet.title == title


@pytest.mark.parametrize(
    "lines",
    [
        "consultation: {environment: {packages: {1: 2}}}",
        f"consultation: {{recommendation: {{margin: 1{'0' * 400}}}}}",
        f"consultation: {{x: {'9' * 5000}}}",
    ],
)
def test_what_no_session_holds_is_refused(tmp_path: Path, lines: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(f"answers: {{}}\n{lines}\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_session(path, KB)
    assert str(refused.value).startswith(f"{path}: ")


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**18), 10**18)
        | st.floats(-1e300, 1e300)
        | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")))
        | st.from_regex(r"[0-9a-f]{16}|[-+]?[0-9_.:]+(e[-+]?[0-9]+)?|0[xob][0-9]*", fullmatch=True),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc12"), inner),
        max_leaves=8,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_consultation_holds_is_read_back_as_it_was(tmp_path: Path, value: Any) -> None:
    path = tmp_path / "s.yaml"
    text = yaml.dump({"answers": {}, "consultation": {"x": value}}, Dumper=_dumper())
    path.write_text(text, encoding="utf-8")
    assert read_session(path, KB).consultation == {"x": value}
