"""A folder that lies over the shipped knowledge: what it adds, replaces and leaves out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.json_schema import json_schema, overlay_schema, schema_of
from rules.loading.layers import SHIPPED
from rules.loading.loader import load
from rules.model import KnowledgeBase, Prefer, Threshold

Write = Callable[..., Path]

RULE = """\
  {name}:
    when: {{{when}}}
    prefer: {{alternative: {alternative}, under: edge, strength: slight}}
    because: We have seen it.
    source: post-6
    as_of: 2026-11-22
"""


def rule(name: str, when: str = "target: ios", alternative: str = "pytorch") -> str:
    return RULE.format(name=name, when=when, alternative=alternative)


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes files, named with two underscores for each slash, into a folder seen as ``ours``."""
    monkeypatch.chdir(tmp_path)

    def write(base: str = "extends: shipped\n", **files: str) -> Path:
        folder = tmp_path / "ours"
        (folder / "rules").mkdir(parents=True, exist_ok=True)
        (folder / "claims").mkdir(exist_ok=True)
        (folder / "base.yaml").write_text(base)
        for name, text in files.items():
            (folder / f"{name.replace('__', '/')}.yaml").write_text(text)
        return folder

    return write


def problems_of(folder: Path) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        load(folder)
    return list(caught.value.problems)


# What comes out


def test_a_folder_that_changes_nothing_knows_what_is_shipped(
    overlay: Write, shipped_kb: KnowledgeBase
) -> None:
    kb = load(overlay())
    assert kb.rules == shipped_kb.rules
    assert kb.questions == shipped_kb.questions
    assert (kb.clear, kb.leaning) == (shipped_kb.clear, shipped_kb.leaning)


def test_every_other_file_and_folder_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("extends: shipped")
    assert load(tmp_path).rules


def test_a_rule_with_a_new_id_comes_after_all_that_are_shipped(
    overlay: Write, shipped_kb: KnowledgeBase
) -> None:
    kb = load(overlay(rules__ours=f"rules:\n{rule('ours_b')}{rule('ours_a')}"))
    assert list(kb.rules) == [*shipped_kb.rules, "ours_b", "ours_a"]


def test_a_rule_with_a_shipped_id_takes_its_place(
    overlay: Write, shipped_kb: KnowledgeBase
) -> None:
    kb = load(overlay(rules__ours=f"rules:\n{rule('ios_coreml', alternative='tensorflow')}"))
    assert list(kb.rules) == list(shipped_kb.rules)
    assert kb.rules["ios_coreml"].action == Prefer("tensorflow", "edge", 0.2, "slight")


def test_what_is_left_out_is_gone(overlay: Write, shipped_kb: KnowledgeBase) -> None:
    kb = load(overlay("extends: shipped\nwithout: {rules: [ios_coreml, ios_tflite]}"))
    assert shipped_kb.rules.keys() - kb.rules.keys() == {"ios_coreml", "ios_tflite"}


def test_what_is_left_out_and_written_again_is_new(overlay: Write) -> None:
    base = "extends: shipped\nwithout: {rules: [ios_coreml]}"
    kb = load(overlay(base, rules__ours=f"rules:\n{rule('ios_coreml')}"))
    assert list(kb.rules)[-1] == "ios_coreml"


def test_one_alternative_more_needs_no_other(overlay: Write) -> None:
    jax = "alternatives: {jax: {title: JAX, summary: Functions of arrays.}}"
    kb = load(overlay(alternatives=jax, rules__ours=f"rules:\n{rule('ours', alternative='jax')}"))
    assert list(kb.alternatives) == ["pytorch", "tensorflow", "jax"]


def test_a_verdict_and_a_strength_are_replaced_alone(
    overlay: Write, shipped_kb: KnowledgeBase
) -> None:
    scales = "verdicts: {clear: {acceptability: 0.9, margin: 0.4}}\nstrengths: {slight: 0.1}"
    kb = load(overlay(scales=scales))
    assert (kb.clear, kb.leaning) == (Threshold(0.9, 0.4), shipped_kb.leaning)
    assert kb.strengths == {**shipped_kb.strengths, "slight": 0.1}


def test_a_question_needs_no_section_of_its_own(overlay: Write) -> None:
    question = (
        "questions: {ours: {section: team, ask: Ours?, options: {a: A, b: B},"
        " source: post-6, as_of: 2026-11-22}}"
    )
    kb = load(overlay(questions=question, rules__ours=f"rules:\n{rule('ours', 'ours: a')}"))
    assert list(kb.questions)[-1] == "ours"


# Places


def test_each_entry_is_placed_in_the_file_it_was_written_in(overlay: Write) -> None:
    kb = load(overlay(rules__ours=f"rules:\n{rule('ios_coreml')}{rule('ours')}"))
    assert kb.rules["ours"].location == SourceLocation("ours/rules/ours.yaml", 8)
    assert kb.rules["ios_coreml"].location == SourceLocation("ours/rules/ours.yaml", 2)
    assert kb.rules["ios_tflite"].location.file == "rules/knowledge/rules/edge.yaml"


# Mistakes


def test_an_unknown_name_is_hinted_at_from_both(overlay: Write) -> None:
    jax = "alternatives: {jax: {title: JAX, summary: Functions of arrays.}}"
    text = f"rules:\n{rule('a', alternative='jaxx')}{rule('b', 'target: iso')}"
    folder = overlay(alternatives=jax, rules__ours=text)
    assert [
        (str(one.location), one.message.rpartition("; ")[2]) for one in problems_of(folder)
    ] == [
        ("ours/rules/ours.yaml:4", "did you mean 'jax'?"),
        ("ours/rules/ours.yaml:9", "did you mean 'ios'?"),
    ]


def test_a_rule_cannot_be_left_out_that_is_not_there(overlay: Write) -> None:
    [problem] = problems_of(overlay("extends: shipped\nwithout: {rules: [ios_coremll]}"))
    assert str(problem.location) == "ours/base.yaml:2"
    assert "did you mean 'ios_coreml'?" in problem.message


def test_what_shipped_rules_still_need_cannot_be_left_out(overlay: Write) -> None:
    problems = problems_of(overlay("extends: shipped\nwithout: {claims: [coreml_takes_pytorch]}"))
    assert all(one.location.file.startswith("rules/knowledge/") for one in problems)
    assert all("'coreml_takes_pytorch', which is no known claim" in one.message for one in problems)


def test_a_concept_without_its_rules_is_reported_where_it_is_written(overlay: Write) -> None:
    base = "extends: shipped\nwithout: {rules: [team_is_new]}"
    [problem] = problems_of(overlay(base))
    assert problem.location.file == "rules/knowledge/concepts.yaml"
    assert "concept 'beginner' is concluded by no rule" in problem.message


def test_a_cycle_through_both_is_found(overlay: Write) -> None:
    again = (
        "rules: {team_is_new: {when: {concept: ours}, conclude: beginner, because: a,"
        " source: post-6, as_of: 2026-11-22},"
        " ours: {when: {concept: beginner}, conclude: ours, because: a,"
        " source: post-6, as_of: 2026-11-22}}"
    )
    [problem] = problems_of(overlay(concepts="concepts: {ours: {title: a}}", rules__ours=again))
    assert "beginner -> ours -> beginner" in problem.message


def test_an_id_twice_in_the_overlay_is_a_mistake(overlay: Write) -> None:
    text = f"rules:\n{rule('ios_coreml')}"
    [problem] = problems_of(overlay(rules__a=text, rules__b=text))
    assert str(problem.location) == "ours/rules/b.yaml:2"
    assert "'ios_coreml' is already written at ours/rules/a.yaml:2" in problem.message


def test_fewer_than_two_alternatives_are_no_choice(overlay: Write) -> None:
    problems = problems_of(overlay("extends: shipped\nwithout: {alternatives: [pytorch]}"))
    assert any("has 1 alternative, expected at least 2" in one.message for one in problems)


@pytest.mark.parametrize(
    ("base", "says"),
    [
        ("extends: others", "expected shipped"),
        ("without: {rules: []}", "has no extends"),
        ("extends: shipped\nwith: {}", "did you mean 'without'?"),
        ("extends: shipped\nwithout: {rulez: [a]}", "did you mean 'rules'?"),
        ("extends: shipped\nwithout: [a]", "without is a list"),
        ("extends: [", "is not valid YAML"),
    ],
)
def test_a_mistake_in_the_base_file_is_one_problem(overlay: Write, base: str, says: str) -> None:
    [problem] = problems_of(overlay(base))
    assert problem.location.file == "ours/base.yaml"
    assert says in problem.message


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("rules__ours", "rules:\n", "rules is empty"),
        ("rules__ours", "rulez: {}\n", "did you mean 'rules'?"),
        ("rules__ours", "- rules\n", "the file is a list"),
        ("rules__ours", "rules: {a: [\n", "is not valid YAML"),
        ("scales", "verdicts: {claer: {acceptability: 1, margin: 1}}", "did you mean 'clear'?"),
        ("scales", "verdicts: {clear: {acceptability: 1}}", "has no margin"),
        ("alternatives", "alternatives: {jax: {title: JAX}}", "has no summary"),
        ("alternativs", "alternatives: {}", "did you mean 'alternatives.yaml'?"),
    ],
)
def test_a_mistake_in_any_other_file_is_one_problem(
    overlay: Write, file: str, text: str, says: str
) -> None:
    [problem] = problems_of(overlay(**{file: text}))
    assert problem.location.file == f"ours/{file.replace('__', '/')}.yaml"
    assert says in problem.message


# The digest


def test_the_digest_covers_both(overlay: Write, shipped_kb: KnowledgeBase) -> None:
    first = load(overlay()).digest
    second = load(overlay("extends: shipped\n# ours\n")).digest
    assert len({first, second, shipped_kb.digest}) == 3


def test_the_digest_of_a_whole_folder_is_that_of_what_is_shipped(
    shipped_kb: KnowledgeBase,
) -> None:
    assert load(SHIPPED).digest == shipped_kb.digest


# The schema


def test_its_schema_takes_parts_of_files() -> None:
    validator = Draft202012Validator(overlay_schema())
    Draft202012Validator.check_schema(overlay_schema())
    assert validator.is_valid({"extends": "shipped", "without": {"rules": ["a"]}})
    assert validator.is_valid({"verdicts": {"clear": {"acceptability": 1, "margin": 0.5}}})
    assert validator.is_valid({"alternatives": {"jax": {"title": "JAX", "summary": "a"}}})
    assert not validator.is_valid({"without": {"rules": ["a"]}})
    assert not validator.is_valid({"alternatives": {"jax": {"title": "JAX"}}})
    assert not validator.is_valid({})


def test_its_schema_knows_the_ids_of_both(overlay: Write) -> None:
    jax = "alternatives: {jax: {title: JAX, summary: Functions of arrays.}}"
    schema = schema_of(overlay(alternatives=jax))
    assert schema["$defs"]["alternative"]["enum"] == ["pytorch", "tensorflow", "jax"]


def test_a_whole_folder_has_the_schema_of_whole_files(shipped_kb: KnowledgeBase) -> None:
    assert schema_of(SHIPPED) == schema_of() == json_schema(shipped_kb)
