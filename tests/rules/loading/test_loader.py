"""Loading a knowledge base: what comes out of the files, and what is said of each mistake."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any as Whatever
from typing import NamedTuple

import pytest
import yaml
from _pytest.mark import ParameterSet

from rules.conditions import All, Any, Chosen, Concluded, Not
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading import yaml_nodes
from rules.loading.layers import knowledge_files
from rules.loading.loader import load
from rules.model import (
    Advise,
    Conclude,
    History,
    KnowledgeBase,
    Option,
    Prefer,
    RuleOut,
    Scope,
    Source,
    Threshold,
)

SMALL = Path(__file__).parents[1] / "small"


class Edit(NamedTuple):
    """``new`` for ``old`` in ``file``, or for all of it; without ``new`` the file is removed."""

    file: str
    old: str | None
    new: str | None


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small knowledge base to spoil, seen from the working directory as ``kb``."""
    folder = tmp_path / "kb"
    shutil.copytree(SMALL, folder)
    monkeypatch.chdir(tmp_path)
    return folder


def spoil(folder: Path, *edits: Edit) -> None:
    for file, old, new in edits:
        path = folder / file
        if new is None:
            path.unlink()
        elif old is None:
            path.write_text(new, encoding="utf-8")
        else:
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{old!r} is in {file} {text.count(old)} times"
            path.write_text(text.replace(old, new), encoding="utf-8")


def problems_of(folder: Path) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        load(folder)
    return list(caught.value.problems)


# What comes out


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load(SMALL)


def test_every_table_keeps_the_order_in_which_it_is_written(base: KnowledgeBase) -> None:
    assert list(base.alternatives) == ["red", "blue"]
    assert list(base.criteria) == ["speed", "reach"]
    assert list(base.questions) == ["target", "memory", "own_machine"]
    assert list(base.concepts) == ["on_phones", "tight_memory"]
    assert list(base.statements) == ["blue_is_for_phones", "red_is_for_the_rest"]


def test_claims_and_rules_stand_in_the_order_of_their_files_names(base: KnowledgeBase) -> None:
    assert list(base.claims) == ["blue_fits_phones", "red_is_loved", "red_sees_accelerator"]
    assert list(base.rules)[2:4] == ["phones_want_blue", "memory_is_not_for_red"]


def test_each_entry_knows_the_line_of_its_id(base: KnowledgeBase) -> None:
    place = base.rules["phones_want_blue"].location
    assert place.file.endswith("small/rules/phones.yaml")
    assert place.line == 20


def test_a_source_without_address_has_an_empty_one(base: KnowledgeBase) -> None:
    place = base.sources["folklore"].location
    expected = Source("folklore", "What everybody says", "undated", "", place)
    assert base.sources["folklore"] == expected


def test_an_option_is_a_label_or_a_label_with_help(base: KnowledgeBase) -> None:
    assert base.questions["target"].options == (
        Option("server", "A server", ""),
        Option("android", "Android phones", "Version 12 and later"),
        Option("ios", "iPhones", ""),
    )


def test_a_question_is_a_single_choice_unless_it_says_many(base: KnowledgeBase) -> None:
    assert base.questions["target"].multiple
    assert not base.questions["memory"].multiple


def test_yes_and_no_stay_the_words_they_are(base: KnowledgeBase) -> None:
    assert [option.id for option in base.questions["own_machine"].options] == ["yes", "no"]


def test_conditions_become_trees(base: KnowledgeBase) -> None:
    phones = Any((Chosen("target", "android"), Chosen("target", "ios")))
    assert base.questions["memory"].applies_when == phones
    tight = All((Concluded("on_phones"), Not(Chosen("memory", "plenty"))))
    assert base.rules["little_is_tight"].when == tight


def test_a_claim_is_about_frameworks_and_confirmed_by_yes_unless_it_says_else(
    base: KnowledgeBase,
) -> None:
    claim = base.claims["blue_fits_phones"]
    assert (claim.scope, claim.probe, claim.expect) == (
        Scope.FRAMEWORK,
        "blue.fits_phones",
        "yes",
    )
    assert (claim.not_probed, claim.counts_when, claim.then) == ("", None, "")


def test_a_claim_about_a_machine_says_where_it_counts(base: KnowledgeBase) -> None:
    claim = base.claims["red_sees_accelerator"]
    assert (claim.scope, claim.expect) == (Scope.MACHINE, "no")
    assert claim.counts_when == Chosen("own_machine", "yes")


def test_a_claim_no_program_tries_says_why(base: KnowledgeBase) -> None:
    claim = base.claims["red_is_loved"]
    assert claim.probe is None
    assert claim.not_probed == "No program can try what people like."
    assert (claim.history, claim.then) == (History.PARTLY_TRUE, "Everybody stayed with red.")


def test_a_statement_names_its_section_and_the_claims_that_judge_it(base: KnowledgeBase) -> None:
    statement = base.statements["red_is_for_the_rest"]
    assert statement.section == "folklore"
    assert statement.says == "Red is what people like and what is fast."
    assert statement.claims == ("red_is_loved", "red_sees_accelerator")


def test_statements_may_be_left_out(small: Path) -> None:
    (small / "statements.yaml").unlink()
    assert load(small).statements == {}


def test_each_action_has_its_type(base: KnowledgeBase) -> None:
    actions = {rule.id: rule.action for rule in base.rules.values()}
    assert actions["phones_are_targets"] == Conclude("on_phones")
    assert actions["phones_want_blue"] == Prefer("blue", "reach", 0.6, "strong")
    assert actions["no_red_on_ios"] == RuleOut("red")
    assert actions["pack_small"] == Advise("Pack the weights in eight bits.", "export", "blue")


def test_to_oppose_is_to_prefer_with_a_negative_factor(base: KnowledgeBase) -> None:
    assert base.rules["memory_is_not_for_red"].action == Prefer("red", "speed", -0.2, "slight")


def test_a_rule_rests_on_the_claims_it_names(base: KnowledgeBase) -> None:
    claims = ("red_sees_accelerator", "red_is_loved")
    assert base.rules["memory_is_not_for_red"].claims == claims
    assert base.rules["no_red_on_ios"].claims == ()


def test_an_example_is_an_answer_sheet_and_several_are_a_list(base: KnowledgeBase) -> None:
    rule = base.rules["phones_want_blue"]
    assert rule.fires == (
        {"target": ("android",)},
        {"target": ("ios", "android"), "memory": ("little",)},
    )
    assert rule.silent == ({"own_machine": ("yes",)},)


def test_a_rule_may_have_no_examples(base: KnowledgeBase) -> None:
    assert (base.rules["no_red_on_ios"].fires, base.rules["no_red_on_ios"].silent) == ((), ())


def test_an_example_keeps_an_option_that_stands_alone_alone(small: Path) -> None:
    spoil(small, Edit("questions.yaml", "ios: iPhones", "ios: {label: iPhones, alone: yes}"))
    [problem] = problems_of(small)
    assert str(problem.location) == "kb/rules/phones.yaml:27"
    assert "fires: 'target' cannot be 'ios' and something else" in problem.message


def test_a_verdict_may_take_several_reasons(small: Path) -> None:
    spoil(small, Edit("scales.yaml", "margin: 0.3}", "margin: 0.3, reasons: 2}"))
    kb = load(small)
    assert (kb.clear, kb.leaning.reasons) == (Threshold(0.9, 0.3, 2), 1)


def test_the_scales_are_data(base: KnowledgeBase) -> None:
    assert base.strengths == {"slight": 0.2, "strong": 0.6}
    assert (base.clear, base.leaning) == (Threshold(0.9, 0.3), Threshold(0.6, 0.1))


# The digest


def test_the_digest_is_the_same_wherever_the_folder_is(base: KnowledgeBase, small: Path) -> None:
    assert base.digest == load(small).digest
    assert base.digest.startswith("sha256:")


def test_the_digest_changes_with_each_byte_and_each_name(small: Path) -> None:
    seen = {load(small).digest}
    with (small / "rules/rest.yaml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    seen.add(load(small).digest)
    (small / "rules/rest.yaml").rename(small / "rules/other.yaml")
    seen.add(load(small).digest)
    assert len(seen) == 3


def test_the_digest_speaks_only_of_what_is_loaded(base: KnowledgeBase, small: Path) -> None:
    (small / "schema.json").write_text("{}")
    (small / "cases").mkdir()
    (small / "cases" / "some.yaml").write_text("anything: [")
    assert load(small).digest == base.digest


# Places


def test_a_folder_inside_the_working_directory_is_shown_from_there(small: Path) -> None:
    assert load(small).criteria["speed"].location == SourceLocation("kb/criteria.yaml", 2)


def test_any_other_folder_is_shown_as_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(SMALL).criteria["speed"].location == SourceLocation(
        f"{SMALL.as_posix()}/criteria.yaml", 2
    )


# Mistakes


def mistakes() -> list[ParameterSet]:
    root: Whatever = yaml_nodes.read(Path(__file__).parent / "malformed" / "mistakes.yaml").value
    return [
        pytest.param({key: node.value for key, node in row.value.items()}, id=name)
        for name, row in root["mistakes"].value.items()
    ]


@pytest.mark.parametrize("mistake", mistakes())
def test_a_mistake_is_one_problem_with_its_place_and_what_was_expected(
    small: Path, mistake: Mapping[str, Whatever]
) -> None:
    spoil(small, Edit(mistake["file"], mistake.get("old"), mistake.get("new")))
    [problem] = problems_of(small)
    assert str(problem.location) == f"kb/{mistake['at']}"
    for words in mistake["says"]:
        assert words.value in problem.message
    assert "\n" not in problem.message


def test_all_mistakes_of_all_files_are_reported_at_once_in_their_order(small: Path) -> None:
    spoil(
        small,
        Edit("scales.yaml", "margin: 0.3", "margin: 3"),
        Edit("criteria.yaml", "asks: Which one is", "aks: Which one is"),
        Edit("criteria.yaml", "title: Reach", "title:"),
        Edit("questions.yaml", "choose: many", "choose: few"),
        Edit("concepts.yaml", "memory is short", "memory is short\n  lonely: {title: alone}"),
        Edit("claims/speed.yaml", "as_of: 2026-01-31", "as_of: yesterday"),
        Edit("rules/phones.yaml", "        - target: android", "        - concept: tight_memory"),
        Edit("rules/rest.yaml", "rule_out: red", "rule_out: green"),
        Edit("notes.yaml", None, "a: b"),
    )
    assert [str(problem.location) for problem in problems_of(small)] == [
        "kb/claims/speed.yaml:10",
        "kb/concepts.yaml:6",
        "kb/criteria.yaml:4",
        "kb/criteria.yaml:6",
        "kb/notes.yaml",
        "kb/questions.yaml:9",
        "kb/rules/phones.yaml:11",
        "kb/rules/rest.yaml:11",
        "kb/scales.yaml:5",
    ]


def test_each_cycle_is_shown_once(small: Path) -> None:
    concepts = "".join(f"  {name}: {{title: a}}\n" for name in "abcd")
    steps = {"a": "b", "b": "a", "c": "d", "d": "c"}
    rules = "".join(
        f"  {end}_from_{start}: {{when: {{concept: {start}}}, conclude: {end}, because: a,"
        " source: folklore, as_of: 2026-01-31}\n"
        for start, end in steps.items()
    )
    spoil(
        small,
        Edit("concepts.yaml", "concepts:\n", f"concepts:\n{concepts}"),
        Edit("rules/cycles.yaml", None, f"rules:\n{rules}"),
    )
    messages = [problem.message for problem in problems_of(small)]
    assert len(messages) == 2
    assert "b -> a -> b (rule 'a_from_b' at kb/rules/cycles.yaml:3, rule 'b_from_a'" in messages[0]
    assert "d -> c -> d (rule 'c_from_d' at kb/rules/cycles.yaml:5, rule 'd_from_c'" in messages[1]


def test_a_single_alternative_leaves_nothing_to_choose(small: Path) -> None:
    spoil(small, Edit("alternatives.yaml", None, "alternatives: {red: {title: R, summary: r}}"))
    message = "alternatives has 1 alternative, expected at least 2"
    assert any(message in problem.message for problem in problems_of(small))


def test_a_condition_may_not_grow_without_bound(small: Path) -> None:
    atoms = ", ".join(["{target: ios}"] * 501)
    spoil(small, Edit("rules/rest.yaml", "when: {target: ios}", f"when: {{any: [{atoms}]}}"))
    [problem] = problems_of(small)
    assert str(problem.location) == "kb/rules/rest.yaml:10"
    assert "when asks more than 500 things" in problem.message


@pytest.mark.parametrize(
    "file",
    ["sources.yaml", "criteria.yaml", "scales.yaml", "questions.yaml", "claims/phones.yaml"],
)
def test_what_a_broken_file_may_define_is_not_called_unknown(small: Path, file: str) -> None:
    (small / file).write_text("a: [")
    assert {problem.location.file for problem in problems_of(small)} == {f"kb/{file}"}


def test_a_misnamed_file_is_not_also_missing(small: Path) -> None:
    (small / "criteria.yaml").rename(small / "criterias.yaml")
    [problem] = problems_of(small)
    assert str(problem).startswith("kb/criterias.yaml: ")
    assert "did you mean 'criteria.yaml'?" in problem.message


def test_a_wrong_value_is_shown_cut_and_escaped(small: Path) -> None:
    spoil(small, Edit("rules/rest.yaml", "rule_out: red", f'rule_out: "red\\u202e{"d" * 999}"'))
    [problem] = problems_of(small)
    assert "\u202e" not in problem.message
    assert len(problem.message) < 200


@pytest.mark.parametrize("folder", ["claims", "rules"])
def test_a_missing_folder_is_said_once(small: Path, folder: str) -> None:
    shutil.rmtree(small / folder)
    [problem] = problems_of(small)
    assert str(problem) == f"kb/{folder}: there is no such folder"


def test_a_missing_knowledge_base_is_said_once(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path / "nowhere")
    assert problem == Problem(SourceLocation(f"{tmp_path}/nowhere"), "there is no such folder")


def test_a_file_is_no_knowledge_base(small: Path) -> None:
    [problem] = problems_of(small / "scales.yaml")
    assert str(problem) == "kb/scales.yaml: cannot be read as a folder: not a directory"


# What is shipped


def test_what_is_shipped_is_shown_alike_wherever_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {criterion.location.file for criterion in load().criteria.values()}
    assert files == {"rules/knowledge/criteria.yaml"}


def cpu_time(action: Callable[[], object]) -> float:
    """The least processor time, in seconds, that it takes of five times."""

    def once() -> float:
        start = time.process_time()
        action()
        return time.process_time() - start

    return min(once() for _ in range(5))


def test_loading_takes_no_more_than_a_few_times_what_its_yaml_takes() -> None:
    files = list(knowledge_files().values())
    bare = cpu_time(lambda: [yaml.load(data, yaml.CBaseLoader) for data in files])
    assert cpu_time(load) < 5 * bare  # it takes twice that
