"""Answers files: what is read, and every mistake in one with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from advisor.answers.sheet import MAX_TEXT, Sheet, apply_settings, read_sheet, sheet_as_data
from rules.diagnostics import InputError
from rules.loading.loader import load

KB = load(Path(__file__).parents[2] / "rules" / "small")


def read(folder: Path, text: str) -> Sheet:
    path = folder / "team.yaml"
    path.write_text(text, encoding="utf-8")
    return read_sheet(path, KB)


def mistakes(folder: Path, text: str) -> list[str]:
    """The problems found, each as ``line: message``."""
    with pytest.raises(InputError) as caught:
        read(folder, text)
    assert {problem.location.file for problem in caught.value.problems} == {
        str(folder / "team.yaml")
    }
    return [f"{problem.location.line}: {problem.message}" for problem in caught.value.problems]


# What is read


def test_every_part_is_read(tmp_path: Path) -> None:
    text = """\
schema: 1
title: "Phones: which one?"
answers:
  target: [android, ios]
  memory: little
priorities: [reach, speed]
people:
  decision_makers: [Ada, Grace]
  informed: Everybody
"""
    assert read(tmp_path, text) == Sheet(
        "Phones: which one?",
        {"target": ("android", "ios"), "memory": ("little",)},
        ("reach", "speed"),
        {"decision_makers": ("Ada", "Grace"), "informed": ("Everybody",)},
    )


def test_points_say_what_matters_by_their_order(tmp_path: Path) -> None:
    sheet = read(tmp_path, "points: {reach: 8, speed: 3}\n")
    assert sheet.ranking == read(tmp_path, "priorities: [reach, speed]\n").ranking
    assert sheet_as_data(sheet)["points"] == {"speed": 3, "reach": 8}


def test_equal_points_put_nothing_before_the_other(tmp_path: Path) -> None:
    assert read(tmp_path, "points: {reach: 5, speed: 5}\n").ranking == (("speed", "reach"),)


def test_a_ranking_takes_the_place_of_points() -> None:
    sheet = Sheet(points={"speed": 9}).with_ranking(("reach",))
    assert (sheet.ranking, dict(sheet.points)) == (("reach",), {})


@pytest.mark.parametrize(
    "text",
    ["answers:\n", "answers: {}\n", "title:\nanswers:\npriorities:\npeople:\n", "schema: 0\n"],
)
def test_parts_may_be_empty_or_left_out(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == Sheet()


def test_words_that_yaml_takes_for_something_else_stay_words(tmp_path: Path) -> None:
    assert read(tmp_path, "answers: {own_machine: yes}\ntitle: 1.10\n") == Sheet(
        "1.10", {"own_machine": ("yes",)}
    )


def test_answers_come_in_the_order_of_the_questions(tmp_path: Path) -> None:
    sheet = read(tmp_path, "answers:\n  memory: little\n  target: ios\n")
    assert list(sheet.answers) == ["target", "memory"]


def test_not_knowing_is_an_answer(tmp_path: Path) -> None:
    assert read(tmp_path, "answers: {target: unknown}\n").answers == {"target": ("unknown",)}


def test_what_a_session_or_a_case_holds_besides_is_passed_over(tmp_path: Path) -> None:
    text = "tool: x 1\nknowledge_base: y\nconsultation: {fired: [a]}\ncase: {year: 2026}\n"
    assert read(tmp_path, text) == Sheet()


@pytest.mark.parametrize(
    "title", ["|\n  one\n  two\n", '"one\\ntwo"\n', '"one\\u2028two"\n', "one\n  two\n"]
)
def test_lines_of_a_title_are_joined(tmp_path: Path, title: str) -> None:
    assert read(tmp_path, f"title: {title}").title == "one two"


def test_title_of_the_greatest_length_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, f"title: {'x' * MAX_TEXT}\n").title == "x" * MAX_TEXT


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    sheet = Sheet(
        'Ünïcode 🦀, "quotes" and: colons',
        {"target": ("android", "ios"), "own_machine": ("no",)},
        ("speed",),
        {"consulted": ("null", "- Bobby; DROP", "أحمد")},
    )
    assert read(tmp_path, yaml.safe_dump(sheet_as_data(sheet), allow_unicode=True)) == sheet


# What is refused: the text, and line and words of the one mistake in it

ONE_MISTAKE = {
    "unknown key": ("titel: x\n", "1: unknown key 'titel'; did you mean 'title'?"),
    "nearly a key of a ballot": ("doubt: x\n", "1: unknown key 'doubt'; did you mean 'doubts'?"),
    "unknown key over a list": (
        "answers: {}\npriority:\n  - speed\n",
        "2: unknown key 'priority'; did you mean 'priorities'?",
    ),
    "unknown question": (
        "answers:\n  target: ios\n  memmory: little\n",
        "3: unknown question 'memmory'; did you mean 'memory'?",
    ),
    "unknown option": (
        "answers:\n  target: [ios, andriod]\n",
        "2: 'target' has no option 'andriod'; did you mean 'android'?",
    ),
    "two answers to a single choice": (
        "answers:\n  memory: [little, plenty]\n",
        "2: 'memory' takes one answer, and 2 are given",
    ),
    "unknown and another": (
        "answers: {target: [ios, unknown]}\n",
        "1: 'target' cannot be 'unknown' and something else",
    ),
    "an option twice": ("answers: {target: [ios, ios]}\n", "1: 'target' names an option twice"),
    "no option": (
        "answers: {target: []}\n",
        "1: 'target' has no answer; expected an option, or 'unknown'",
    ),
    "an empty answer": (
        "answers:\n  target:\n",
        "2: 'target' has no answer; expected an option, or 'unknown'",
    ),
    "a mapping as an answer": (
        "answers: {target: {ios: yes}}\n",
        "1: 'target': expected an option or a list of them",
    ),
    "a list of answers": (
        "answers: [ios]\n",
        "1: expected answers, one 'question: option' a line",
    ),
    "points that are none": (
        "points: {speed: 10}\n",
        "1: points: 'speed': expected points from 1 to 9, not '10'",
    ),
    "points for what is no criterion": (
        "points:\n  sped: 3\n",
        "2: points: unknown criterion 'sped'; did you mean 'speed'?",
    ),
    "points in a list": (
        "points: [speed]\n",
        "1: points: expected one 'criterion: points' a line",
    ),
    "points of several numbers": (
        "points: {speed: [1, 2]}\n",
        "1: points: 'speed': expected points from 1 to 9",
    ),
    "a ranking and points": (
        "priorities: [speed]\npoints: {reach: 3}\n",
        "2: expected 'priorities' or 'points', not both: each says what matters most",
    ),
    "minutes that are none": (
        "workshop: {}\n",
        "1: workshop: expected the minutes of a workshop ('stop')",
    ),
    "a key twice": (
        "title: a\ntitle: b\n",
        "2: 'title' is already written on line 1, expected each key once",
    ),
    "a question twice": (
        "answers:\n  target: ios\n  target: server\n",
        "3: 'target' is already written on line 2, expected each key once",
    ),
    "no mapping": ("just words\n", "1: expected 'title:', 'answers:' and the like"),
    "a newer schema": (
        "schema: 2\nnovelty: x\n",
        "1: written by a newer advisor (schema 2); this one reads schema 1: "
        "upgrade framework-advisor",
    ),
    "a schema that is no number": ("schema: one\n", "1: expected 'schema: 1'"),
    "a schema of very many digits": (f"schema: {'9' * 9999}\n", "1: expected 'schema: 1'"),
    "unknown criterion": (
        "priorities:\n  - speed\n  - reech\n",
        "3: priorities: unknown criterion 'reech'; did you mean 'reach'?",
    ),
    "a criterion twice": (
        "priorities:\n  - speed\n  - speed\n",
        "3: priorities: 'speed' stands there twice",
    ),
    "a list among the criteria": ("priorities: [[speed]]\n", "1: 'priorities': expected a text"),
    "a mapping of criteria": ("priorities: {speed: 1}\n", "1: 'priorities': expected a list"),
    "a title that is too long": (
        f"title: {'x' * (MAX_TEXT + 1)}\n",
        "1: 'title': expected at most 300 characters",
    ),
    "a list as a title": ("title: [a]\n", "1: 'title': expected a text"),
    "people in no role": (
        "people: [Ada]\n",
        "1: people: expected decision_makers, consulted, informed",
    ),
    "an unknown role": (
        "people:\n  decision-makers:\n    - Ada\n",
        "2: people: unknown role 'decision-makers'; did you mean 'decision_makers'?",
    ),
    "a person without a name": (
        "people:\n  informed:\n    - Ada\n    - ''\n",
        "4: 'informed': expected a name, found nothing",
    ),
    "a mapping of people": ("people: {informed: {a: b}}\n", "1: 'informed': expected a list"),
}


@pytest.mark.parametrize("name", ONE_MISTAKE)
def test_one_mistake_is_told_once_with_its_line(tmp_path: Path, name: str) -> None:
    text, expected = ONE_MISTAKE[name]
    assert mistakes(tmp_path, text) == [expected]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "titel: x\nanswers:\n  memory: lots\npriorities: [fame]\npeople: {boss: Ada}\n"
    lines = [mistake.split(":")[0] for mistake in mistakes(tmp_path, text)]
    assert lines == ["1", "3", "4", "5"]


def test_a_word_of_any_length_is_told_shortly(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, f"? {'x' * 5000}\n: 1\n")
    assert len(told) < 200


# Settings of the command line


def test_setting_replaces_an_answer() -> None:
    given = Sheet(answers={"memory": ("little",)})
    assert apply_settings(given, ["memory=plenty"], KB).answers == {"memory": ("plenty",)}


def test_setting_takes_several_options_with_commas() -> None:
    sheet = apply_settings(Sheet(), ["target=ios, android"], KB)
    assert sheet.answers == {"target": ("ios", "android")}


def test_setting_leaves_everything_else_as_it_was() -> None:
    given = Sheet("Title", {"memory": ("little",)}, ("speed",), {"informed": ("Ada",)})
    changed = apply_settings(given, ["target=ios"], KB)
    assert replace(changed, answers=given.answers) == given


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("memory", "expected question=option, or question=option,option"),
        ("", "expected question=option, or question=option,option"),
        ("memmory=little", "unknown question 'memmory'; did you mean 'memory'?"),
        ("=little", "unknown question ''; known: memory, own_machine, target"),
        ("memory=", "'memory' has no answer; expected an option, or 'unknown'"),
        ("memory=litle", "'memory' has no option 'litle'; did you mean 'little'?"),
        ("memory=little,plenty", "'memory' takes one answer, and 2 are given"),
        ("target=ios,unknown", "'target' cannot be 'unknown' and something else"),
    ],
)
def test_setting_that_cannot_be_used_is_told(setting: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        apply_settings(Sheet(), [setting], KB)
    assert [str(problem) for problem in caught.value.problems] == [f"--set {setting}: {message}"]


def test_every_setting_that_cannot_be_used_is_told() -> None:
    with pytest.raises(InputError) as caught:
        apply_settings(Sheet(), ["a=b", "memory=little", "c"], KB)
    assert len(caught.value.problems) == 2
