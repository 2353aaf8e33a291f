"""A third alternative by data alone: the folder ``examples/with-jax``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import advisor
import rules
from advisor.kb.case_runner import run_cases
from rules.loading.loader import load
from rules.model import KnowledgeBase, Prefer

from ..conftest import Program

EXAMPLE = Path(__file__).parents[2] / "examples" / "with-jax"
ANSWERS = EXAMPLE / "answers" / "jax-on-tpus.yaml"


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load(EXAMPLE)


def test_there_are_three_alternatives(kb: KnowledgeBase) -> None:
    assert list(kb.alternatives) == ["pytorch", "tensorflow", "jax"]


def test_its_examples_and_cases_come_out(kb: KnowledgeBase) -> None:
    case_run = run_cases(kb, EXAMPLE)
    own = [rule for rule in kb.rules.values() if str(EXAMPLE.name) in rule.location.file]
    assert len(own) >= 12
    assert not {rule.id for rule in own} & {wrong.rule.id for wrong in case_run.wrong}
    assert all(rule.fires and rule.silent for rule in own)
    assert [problem for one in case_run.cases for problem in one.differences] == []
    assert all(one.accepted for one in case_run.cases)


def test_it_is_spoken_for_and_against(kb: KnowledgeBase) -> None:
    actions = [rule.action for rule in kb.rules.values() if isinstance(rule.action, Prefer)]
    signs = {action.factor > 0 for action in actions if action.alternative == "jax"}
    assert signs == {True, False}


def test_it_wins_where_it_should(program: Program) -> None:
    run = program("ask", "--kb", EXAMPLE, "--answers", ANSWERS, "--no-probes", "--format", "json")
    recommendation: Any = run.data["recommendation"]
    assert (recommendation["alternative"], recommendation["verdict"]) == ("jax", "clear")
    assert set(recommendation["acceptability"]) == {"pytorch", "tensorflow", "jax"}


def test_the_report_and_the_record_speak_of_all_three(program: Program, tmp_path: Path) -> None:
    (tmp_path / "decisions").mkdir()
    run = program(
        "ask", "--kb", EXAMPLE, "--answers", ANSWERS, "--no-probes", "--record", "decisions"
    )
    assert "\nJAX, clearly\n" in run.out
    [record] = (tmp_path / "decisions").glob("*.md")
    text = record.read_text(encoding="utf-8")
    assert 'Chosen option: "JAX"' in text
    assert "be built on: PyTorch, TensorFlow or JAX?" in text


def test_two_that_are_ruled_out_are_named_together(program: Program) -> None:
    given = ("--set", "target=vendor_chip", "--set", "chip_tools=pytorch")
    run = program("ask", "--kb", EXAMPLE, *given, "--no-probes")
    assert "TensorFlow and JAX are ruled out, whatever the weights." in run.out


def test_no_program_knows_of_it() -> None:
    kb = load(EXAMPLE)
    ids = {*kb.alternatives} - {*load().alternatives}
    packages = [Path(package.__file__ or "").parent for package in (advisor, rules)]
    texts = {
        path: path.read_text(encoding="utf-8").lower()
        for package in packages
        for path in package.rglob("*.py")
    }
    assert ids == {"jax"}
    assert [path for path, text in texts.items() if any(one in text for one in ids)] == []


def test_its_answers_are_no_part_of_the_knowledge() -> None:
    assert set(yaml.safe_load(ANSWERS.read_text(encoding="utf-8"))) == {
        "schema",
        "title",
        "answers",
    }
