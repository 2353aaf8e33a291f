"""``advisor kb test``: examples and cases, and what is said of each that does not come out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from advisor.kb.case_runner import accept, run_cases
from advisor.kb.cases import effect, files_of, read_cases
from rules.diagnostics import InputError
from rules.loading.layers import SHIPPED, layers
from rules.loading.loader import load
from rules.model import KnowledgeBase

from ...conftest import Program

WHOLE = Path(__file__).parents[3] / "advisor" / "kb" / "whole"
CASE = "cases/desktop-program.yaml"
RULES = "rules/databases.yaml"


@pytest.fixture(scope="module")
def shipped_kb() -> KnowledgeBase:
    return load()


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small base that passes, seen from the working directory as ``kb``."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "kb"
    shutil.copytree(WHOLE, folder)
    accept(load(folder), folder)
    return folder


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    file.write_text(text.replace(old, new), encoding="utf-8")


def sentences(base: Path) -> list[str]:
    """What is said of cases, as ``file:line: sentence``."""
    cases = run_cases(load(base), base).cases
    return [str(problem) for one in cases for problem in one.differences]


def line_of(file: Path, words: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


# Examples


def test_a_base_whose_examples_and_cases_come_out_passes(base: Path, program: Program) -> None:
    run = program("kb", "test", "--kb", "kb")
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines()[0] == "Examples that come out: 19 of 19, of 8 rules."


def test_an_example_on_which_a_rule_does_not_fire_is_a_failure(
    base: Path, program: Program
) -> None:
    edit(base / RULES, "fires: {operators: nobody}", "fires: {operators: there}")
    run = program("kb", "test", "--kb", "kb")
    assert run.code == 1
    place = f"kb/{RULES}:{line_of(base / RULES, 'nobody_for_a_server')}"
    assert f"{place}: nobody_for_a_server must fire on operators=there" in " ".join(run.out.split())


def test_an_example_on_which_a_rule_is_not_silent_is_a_failure(base: Path) -> None:
    edit(base / RULES, "silent: {machines: here}", "silent: {machines: network}")
    [wrong] = run_cases(load(base), base).wrong
    assert (wrong.rule.id, wrong.must_fire, wrong.value) == ("not_over_the_network", False, True)


def test_an_example_says_which_of_its_answers_are_set_aside(base: Path) -> None:
    edit(
        base / RULES,
        "fires: {operators: nobody}",
        "fires: {operators: nobody, machines: network}",
    )
    [wrong] = run_cases(load(base), base).wrong
    assert (wrong.value, wrong.set_aside) == (False, ("operators",))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "    fires: {operators: nobody}\n",
            "nobody_for_a_server has no example",
        ),
        ("    fires: {machines: [here, network]}\n", "no example on which it fires"),
        ("    silent: {machines: here}\n", "no example on which it stays silent"),
    ],
)
def test_a_rule_without_examples_is_a_failure(
    base: Path, program: Program, line: str, says: str
) -> None:
    edit(base / RULES, line, "")
    run = program("kb", "test", "--kb", "kb")
    assert run.code == 1
    assert says in " ".join(run.out.split())


def test_rules_without_examples_are_told_in_one_sentence(base: Path, program: Program) -> None:
    text = (base / RULES).read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in text if not line.startswith("    fires:")]
    (base / RULES).write_text("".join(kept))
    said = " ".join(program("kb", "test", "--kb", "kb").out.split())
    assert "8 rules have no example on which they fire: several_writers_share, " in said
    assert " and 3 more" in said


# Cases


def test_a_dropped_rule_is_missed(base: Path) -> None:
    edit(base / RULES, "  file_is_close:\n", "  file_is_near:\n")
    rule = "file_is_close speaks for sqlite under growth, moderate"
    place = f"kb/{CASE}:{line_of(base / CASE, 'file_is_close')}"
    gone, came = sentences(base)
    assert gone.startswith(f"{place}: {rule}, and there is no such rule any more")
    assert "file_is_near speaks for sqlite under growth, moderate, which was not expected" in came


def test_an_inverted_condition_is_noticed(base: Path) -> None:
    edit(base / RULES, "when: {operators: nobody}", "when: {operators: there}")
    says = "nobody_for_a_server no longer speaks against postgresql under effort, moderate"
    [sentence] = [one for one in sentences(base) if "nobody" in one]
    assert sentence == f"kb/{CASE}:{line_of(base / CASE, 'nobody_for_a_server')}: {says}"


@pytest.mark.parametrize(
    ("old", "new", "now"),
    [
        ("oppose: {alternative: postgresql", "prefer: {alternative: postgresql", "for postgresql"),
        ("oppose: {alternative: postgresql", "oppose: {alternative: sqlite", "against sqlite"),
    ],
)
def test_a_rule_that_says_something_else_is_noticed(
    base: Path, old: str, new: str, now: str
) -> None:
    edit(base / RULES, old, new)
    did = "expected that it speaks against postgresql under effort, moderate"
    expected = f"nobody_for_a_server speaks {now} under effort, moderate; {did}"
    assert any(one.endswith(expected) for one in sentences(base))


def test_another_outcome_is_noticed(base: Path) -> None:
    edit(base / "scales.yaml", "margin: 0.25, reasons: 2", "margin: 0.25, reasons: 9")
    line = line_of(base / CASE, "verdict: clear")
    says = "comes out leaning to sqlite, expected clearly sqlite"
    assert sentences(base) == [f"kb/{CASE}:{line}: {says}"]


def test_a_case_that_nobody_accepted_is_a_failure(base: Path, program: Program) -> None:
    shutil.copy(WHOLE / CASE, base / CASE)
    run = program("kb", "test", "--kb", "kb")
    assert run.code == 1
    assert "Not accepted yet: run with --accept" in run.out
    assert "  desktop-program\n" in run.out


def test_a_case_in_a_folder_is_a_case(base: Path) -> None:
    (base / "cases" / "made").mkdir()
    shutil.copy(WHOLE / CASE, base / "cases" / "made" / "up.yaml")
    assert [one.case.name for one in run_cases(load(base), base).cases] == [
        "desktop-program",
        "made/up",
    ]


def test_a_case_that_comes_out_otherwise_than_was_chosen_is_no_failure(
    base: Path, program: Program
) -> None:
    edit(base / CASE, "chosen: sqlite", "chosen: postgresql")
    run = program("kb", "test", "--kb", "kb")
    assert run.code == 0
    assert "desktop-program chose postgresql, comes out clearly sqlite" in run.out
    assert "Cases that come out as the real projects chose: 0 of 1." in run.out


def test_json_says_the_same(base: Path, program: Program) -> None:
    edit(base / RULES, "when: {operators: nobody}", "when: {operators: there}")
    run = program("kb", "test", "--kb", "kb", "--format", "json")
    assert (run.code, run.data["schema"], run.data["passed"]) == (1, 1, False)
    wrong = run.data["examples"]["wrong"][0]
    assert (wrong["rule"], wrong["must"]) == ("nobody_for_a_server", "fire")
    assert (wrong["answers"], wrong["condition"]) == ({"operators": ["nobody"]}, "false")
    [case] = run.data["cases"]
    assert case["comes_out"]["winner"] == case["chosen"] == "sqlite"
    assert "nobody_for_a_server no longer" in case["differences"][0]["says"]


# Accepting


def test_accepting_writes_the_end_of_the_file_alone(base: Path, program: Program) -> None:
    before = (WHOLE / CASE).read_bytes() + b"\n# the last remark, without a line's end"
    (base / CASE).write_bytes(before)
    run = program("kb", "test", "--kb", "kb", "--accept")
    assert (run.code, run.err) == (0, f"accepted: kb/{CASE}\n")
    after = (base / CASE).read_bytes()
    assert after.startswith(before + b"\nexpected:  # as it comes out; written by")
    again = program("kb", "test", "--kb", "kb", "--accept")
    assert (again.err, (base / CASE).read_bytes()) == ("", after)


def test_accepting_replaces_what_was_accepted(base: Path, program: Program) -> None:
    accepted = (base / CASE).read_text(encoding="utf-8")
    edit(base / CASE, "  verdict: clear\n", "  verdict: either\n")
    assert program("kb", "test", "--kb", "kb").code == 1
    assert program("kb", "test", "--kb", "kb", "--accept").code == 0
    assert (base / CASE).read_text(encoding="utf-8") == accepted


def test_a_part_behind_what_is_expected_is_not_lost(base: Path, program: Program) -> None:
    with (base / CASE).open("a") as file:
        file.write("priorities: [effort]\n")
    before = (base / CASE).read_bytes()
    run = program("kb", "test", "--kb", "kb", "--accept")
    assert run.code == 3
    line = line_of(base / CASE, "expected:  #")
    assert run.complaints[0].startswith(f"kb/{CASE}:{line}: 'expected:' stands here")
    assert (base / CASE).read_bytes() == before


def test_nothing_is_accepted_where_one_case_cannot_be_read(base: Path, program: Program) -> None:
    shutil.copy(WHOLE / CASE, base / "cases" / "a.yaml")
    (base / "cases" / "b.yaml").write_text("answers: {writers: nobody}")
    run = program("kb", "test", "--kb", "kb", "--accept")
    assert (run.code, len(run.complaints)) == (3, 1)
    assert run.complaints[0].startswith("kb/cases/b.yaml:1: 'writers' has no option 'nobody'")
    assert (base / "cases" / "a.yaml").read_bytes() == (WHOLE / CASE).read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("verdict: clear", "verdict: sure", "the verdict is 'sure', expected clear, leaning"),
        ("verdict: clear", "verdikt: clear", "did you mean 'verdict'?"),
        ("  fires:\n", "  fire:\n", "'expected' has no fires"),
        ("speaks against postgresql under effort, moderate", "", "does nothing"),
    ],
)
def test_what_is_expected_must_be_what_accepting_writes(
    base: Path, old: str, new: str, says: str
) -> None:
    edit(base / CASE, old, new)
    with pytest.raises(InputError) as caught:
        run_cases(load(base), base)
    assert any(says in problem.message for problem in caught.value.problems)
    assert all(problem.location.file == f"kb/{CASE}" for problem in caught.value.problems)


def test_a_case_can_be_asked_like_any_answers_file(base: Path, program: Program) -> None:
    run = program("ask", "--kb", "kb", "--answers", base / CASE, "--no-probes", "--format", "json")
    assert run.data["recommendation"]["alternative"] == "sqlite"


# An overlay


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "base.yaml").write_text("extends: shipped\nwithout: {rules: [ios_coreml]}")
    return folder


def test_an_overlay_is_told_what_it_makes_of_the_shipped_cases(overlay: Path) -> None:
    case_run = run_cases(load(overlay), overlay)
    shipped = files_of(layers()[0])
    assert [one.name for one in case_run.shipped] == [*shipped]
    changed = [one for one in case_run.shipped if one.before.fires != one.now.fires]
    assert {"ios-coreml-2022"} <= {one.name for one in changed}
    assert all(one.before.fires.keys() - one.now.fires.keys() == {"ios_coreml"} for one in changed)


def test_a_case_of_an_overlay_takes_the_place_of_the_shipped_one(overlay: Path) -> None:
    (overlay / "cases").mkdir()
    shutil.copy(SHIPPED / "cases" / "ios-coreml-2022.yaml", overlay / "cases")
    kb = load(overlay)
    accept(kb, overlay)
    case_run = run_cases(kb, overlay)
    assert [one.case.name for one in case_run.cases] == ["ios-coreml-2022"]
    assert "ios-coreml-2022" not in {one.name for one in case_run.shipped}
    assert case_run.cases[0].accepted
    assert case_run.cases[0].differences == ()


def test_shipped_cases_whose_options_are_gone_are_passed_over(overlay: Path) -> None:
    text = (
        "questions: {operating_system: {section: hardware, ask: Which?, choose: many,"
        " options: {linux: A, windows: B}, source: post-6, as_of: 2026-11-22}}"
    )
    (overlay / "questions.yaml").write_text(text)
    case_run = run_cases(load(overlay), overlay)
    assert case_run.unreadable
    names = {one.name for one in case_run.shipped} | set(case_run.unreadable)
    assert names == set(files_of(layers()[0]))
    assert set(read_cases(load(overlay), overlay)) == {one.name for one in case_run.shipped}


# What is shipped


def test_every_effect_is_one_line_that_yaml_reads_as_it_is_written(
    shipped_kb: KnowledgeBase,
) -> None:
    effects = {effect(rule) for rule in shipped_kb.rules.values()}
    assert all(one.replace(", ", "").replace("_", "").replace(" ", "").isalnum() for one in effects)


def test_every_shipped_example_comes_out(shipped_kb: KnowledgeBase) -> None:
    assert run_cases(shipped_kb).wrong == ()


@pytest.mark.parametrize(
    "text",
    ["schema: 1\nanswers: {machines: here}\n...\n", "{schema: 1, answers: {machines: here}}\n"],
    ids=["a document that ends", "a mapping in braces"],
)
def test_a_case_that_cannot_take_what_is_expected_is_left_alone(
    base: Path, program: Program, text: str
) -> None:
    case = base / "cases" / "closed.yaml"
    case.write_text(text, encoding="utf-8")
    run = program("kb", "test", "--kb", base, "--accept")
    assert run.code == 3
    assert "closed.yaml: 'expected:' cannot be added at its end" in run.complaints[0]
    assert case.read_text(encoding="utf-8") == text


def test_lines_are_counted_as_yaml_counts_them(base: Path) -> None:
    case = base / "cases" / "separated.yaml"
    before = "schema: 1  # Ada\u2028# and Grace\nanswers: {machines: here}\n"
    case.write_text(before + "expected: {verdict: either, fires: {}}\n", encoding="utf-8")
    accept(load(base), base)
    assert case.read_text(encoding="utf-8").startswith(before)
    assert run_cases(load(base), base).passed
