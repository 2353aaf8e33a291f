"""Real choices of real projects: what written knowledge makes of the answers they would give."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

import rules
from advisor.answers.sheet import read_sheet
from rules.analysis.whatif import WhatIf
from rules.inference.facts import establish
from rules.model import KnowledgeBase
from rules.scoring.judgement import Judgement, Verdict

CASES = Path(rules.__file__).parent / "knowledge" / "cases"
# Those made up to show rules at work say so in their names; no project chose anything there.
FILES = sorted(file for file in CASES.glob("*.yaml") if not file.name.startswith("made-"))
LEAST_SHARE = 0.8  # of the cases that come out as they were chosen

each_case = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


class Case(NamedTuple):
    name: str
    chosen: str
    strength: str
    judgement: Judgement

    @property
    def outcome(self) -> str | None:
        verdict = self.judgement.verdict
        return "either" if verdict is Verdict.EITHER else self.judgement.winner

    def __str__(self) -> str:
        verdict, winner = self.judgement.verdict.value, self.judgement.winner or "none"
        return f"{self.name}: chose {self.chosen} ({self.strength}), comes out {verdict}, {winner}"


def written(file: Path) -> dict[str, Any]:
    """What stands under ``case:``."""
    case: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))["case"]
    return case


@pytest.fixture(scope="module")
def cases(shipped_kb: KnowledgeBase) -> list[Case]:
    whatif = WhatIf(shipped_kb)
    found = []
    for file in FILES:
        case, judgement = written(file), whatif.judge(read_sheet(file, shipped_kb).answers)
        found.append(Case(file.stem, case["chosen"], case["strength"], judgement))
    return found


@each_case
def test_case_is_an_answer_sheet(shipped_kb: KnowledgeBase, file: Path) -> None:
    assert read_sheet(file, shipped_kb).answers


@each_case
def test_case_is_titled_by_its_file(shipped_kb: KnowledgeBase, file: Path) -> None:
    assert read_sheet(file, shipped_kb).title == file.stem


@each_case
def test_case_sets_none_of_its_own_answers_aside(shipped_kb: KnowledgeBase, file: Path) -> None:
    answers = read_sheet(file, shipped_kb).answers
    assert not establish(shipped_kb, answers).not_applicable & answers.keys()


@each_case
def test_case_says_what_was_chosen_when_how_clearly_and_where_that_is_told(file: Path) -> None:
    assert set(written(file)) == {"year", "chosen", "strength", "source"}


@each_case
def test_case_has_a_year_in_which_both_existed(file: Path) -> None:
    assert written(file)["year"] in range(2016, 2100)


@each_case
def test_case_chose_an_alternative_or_either(shipped_kb: KnowledgeBase, file: Path) -> None:
    assert written(file)["chosen"] in {*shipped_kb.alternatives, "either"}


@each_case
def test_case_was_clear_or_leaning(file: Path) -> None:
    assert written(file)["strength"] in {"clear", "lean"}


@each_case
def test_case_has_a_source(file: Path) -> None:
    assert written(file)["source"].strip()


def test_cases_come_out_as_they_were_chosen(
    cases: list[Case], capsys: pytest.CaptureFixture[str]
) -> None:
    others = [case for case in cases if case.outcome != case.chosen]
    share = 1 - len(others) / len(cases)
    with capsys.disabled():
        print(f"\n{len(cases) - len(others)} of {len(cases)} cases come out as chosen; not so:")
        print(*(f"  {case}" for case in others), sep="\n")
    assert share >= LEAST_SHARE


def test_no_clear_case_comes_out_clearly_for_the_other_side(
    cases: list[Case], shipped_kb: KnowledgeBase
) -> None:
    opposite = [
        str(case)
        for case in cases
        if case.strength == "clear"
        and case.chosen in shipped_kb.alternatives
        and case.judgement.verdict is Verdict.CLEAR
        and case.judgement.winner != case.chosen
    ]
    assert opposite == []


def test_cases_chose_every_way(cases: list[Case], shipped_kb: KnowledgeBase) -> None:
    assert {case.chosen for case in cases} == {*shipped_kb.alternatives, "either"}
