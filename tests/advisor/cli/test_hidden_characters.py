"""Characters that steer who reads a text, or are not seen: no output and no record holds them."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
import yaml

from probes.api import Finding, Outcome
from rules.diagnostics import HIDDEN

from ...conftest import Program

STEERING = "a\u202eb\u2066c\u200fd\u2028e\u200bf\ufeffg\U000e0041h\xadi"
NAME = "شادی می\u200cخواند 👩‍🔬"  # right to left, with joiners that belong there
QUESTIONS = {
    "explain": ("explain",),
    "explain all": ("explain", "--how", "deployment"),
    "report": ("report",),
    "page": ("report", "--format", "html"),
    "flips": ("flips",),
    "whatif": ("whatif", "--set", "target=ios"),
}


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A session that somebody else wrote: whatever is text in it holds such characters."""
    finding = Finding(
        "pytorch.exports_program",
        Outcome.NO,
        f"it broke{STEERING}",
        0.5,
        evidence={"what": STEERING},
        versions={"torch": f"2.0{STEERING}"},
        deprecations=(STEERING,),
        output=STEERING,
    )
    data = {
        "schema": 1,
        "title": NAME + STEERING,
        "answers": {"target": "android", "int8": "required"},
        "people": {"consulted": [NAME + STEERING]},
        "consultation": {"findings": [finding.to_json()]},
    }
    path = tmp_path / "s.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return path


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_hidden_is_printed(program: Program, session: Path, question: str) -> None:
    command, *options = QUESTIONS[question]
    run = program(command, session, *options)
    assert run.code in (0, 4), run.err
    assert re.findall(HIDDEN, unescape(run.out + run.err)) == []


def test_names_of_every_script_are_shown_as_they_are(program: Program, session: Path) -> None:
    assert NAME in program("report", session).out
    assert NAME in unescape(program("report", session, "--format", "html").out)


def test_nothing_hidden_gets_into_a_record(program: Program, session: Path, tmp_path: Path) -> None:
    run = program("record", "new", session, "--dir", "docs", "--because", f"so{STEERING}")
    record = tmp_path / run.out.strip()
    assert re.findall(HIDDEN, record.read_text("utf-8")) == []
    assert NAME in record.read_text("utf-8")
    assert program("record", "verify", record).code == 0


def test_nothing_hidden_of_a_knowledge_base_is_printed(program: Program, tmp_path: Path) -> None:
    assert program("kb", "new", "ours", "--whole").code == 0
    for path in (tmp_path / "ours").rglob("*.yaml"):
        text = path.read_text("utf-8")
        spoiled = re.sub(r"(ask|label|because|title|says): (\w+)", rf"\1: \2{STEERING}", text)
        path.write_text(spoiled.replace("\u2028", "").replace("\ufeff", ""), "utf-8")
    answers = next((tmp_path / "ours" / "cases").glob("*.yaml"))
    for command in (
        ("kb", "questions", "--kb", "ours"),
        ("kb", "check", "--kb", "ours"),
        ("kb", "test", "--kb", "ours"),
        ("kb", "coverage", "--kb", "ours"),
        ("report", answers, "--kb", "ours"),
        ("explain", answers, "--kb", "ours"),
        ("flips", answers, "--kb", "ours"),
        ("ask", "--answers", answers, "--kb", "ours", "--no-probes"),
    ):
        run = program(*command)
        assert run.code in (0, 1, 4), run.err
        assert re.findall(HIDDEN, run.out + run.err) == [], command


def test_json_holds_nothing_hidden_as_such(program: Program, session: Path) -> None:
    run = program("explain", session, "--format", "json")
    assert run.out.isascii()
    assert json.loads(run.out)
