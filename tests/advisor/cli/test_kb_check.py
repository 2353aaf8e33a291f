"""``advisor kb check`` and ``advisor kb coverage``, as people and programs meet them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from advisor.cli.command import BAD_INPUT, DONE, USAGE, WRONG
from advisor.kb.report.remarks import as_sarif
from rules.diagnostics import SourceLocation
from rules.loading.loader import load
from rules.verification.remarks import KnowledgeRemark, KnowledgeRemarkKind, Level
from rules.verification.verify import verify

from ...conftest import Program

WHOLE = Path(__file__).parents[3] / "advisor" / "kb" / "whole"
RULES = "rules/databases.yaml"
TWICE = """
  written_twice:
    when: {writers: several}
    rule_out: sqlite
    because: Somebody wrote it down again.
    source: ours
    as_of: 2026-11-22
    fires: {writers: several}
    silent: {writers: one}
  never:
    when: {all: [{writers: several}, {not: {writers: several}}]}
    advise: {topic: practice, text: Do both.}
    because: Nobody read it.
    source: ours
    as_of: 2026-11-22
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A small base without a remark, as ``kb`` in the working directory."""
    return Path(shutil.copytree(WHOLE, tmp_path / "kb"))


@pytest.fixture
def doubtful(base: Path) -> Path:
    """The same with a rule that repeats itself and one that can never fire."""
    file = base / RULES
    text = file.read_text(encoding="utf-8")
    again = TWICE.replace("written_twice", "written_first").split("  never:")[0]
    file.write_text(text.rstrip() + again + TWICE.lstrip("\n"), encoding="utf-8")
    return base


def line_of(base: Path, words: str) -> int:
    lines = (base / RULES).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


# kb check


def test_a_sound_base_gives_no_cause_for_remarks(base: Path, program: Program) -> None:
    run = program("kb", "check", "--kb", "kb")
    size, digest, *rest = run.out.splitlines()
    assert (run.code, run.err, rest) == (DONE, "", ["Nothing to remark on."])
    assert size.endswith("rules")
    assert digest.startswith("sha256:")


def test_a_defect_stands_at_its_place_with_what_it_means_and_an_example(
    doubtful: Path, program: Program
) -> None:
    run = program("kb", "check", "--kb", "kb", COLUMNS="300")
    where = f"kb/{RULES}:{line_of(doubtful, 'written_twice')}"
    lines = [line.strip() for line in run.out.splitlines()]
    start = lines.index("error: identical")
    assert run.code == WRONG
    assert lines[start + 1] == KnowledgeRemarkKind.IDENTICAL.definition
    assert lines[start + 2] == (
        f"{where}: rule 'written_twice' and rule 'written_first' fire on the same answers "
        "and do the same: one of them is enough"
    )
    assert lines[start + 3] == f"see kb/{RULES}:{line_of(doubtful, 'written_first')}"
    assert lines[start + 4] == "with writers=several"
    question = load(doubtful).questions["writers"]
    assert lines[start + 5] == f"{question.ask} {question.option('several').label}"


def test_what_excludes_each_other_is_told(doubtful: Path, program: Program) -> None:
    run = program("kb", "check", "--kb", "kb", COLUMNS="300")
    assert (
        f"kb/{RULES}:{line_of(doubtful, '  never:')}: rule 'never' can never fire: "
        "'writers=several' and 'not writers=several' exclude each other"
    ) in run.out


@pytest.mark.parametrize(
    ("least", "kinds"),
    [
        ("error", {"never_fires", "identical"}),
        ("warning", {"never_fires", "identical", "no_example"}),
    ],
)
def test_only_what_is_bad_enough_is_told(
    doubtful: Path, program: Program, least: str, kinds: set[str]
) -> None:
    run = program("kb", "check", "--kb", "kb", "--level", least, "--format", "json")
    told = {remark["kind"] for remark in run.data["remarks"]}
    assert (run.code, kinds - told) == (WRONG, set())
    least_severity = Level(least).severity
    assert all(Level(one["level"]).severity >= least_severity for one in run.data["remarks"])


def test_warnings_alone_are_no_error(base: Path, program: Program) -> None:
    file = base / RULES
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text(
        "".join(line for line in lines if "    silent: {" not in line), encoding="utf-8"
    )
    told = program("kb", "check", "--kb", "kb")
    untold = program("kb", "check", "--kb", "kb", "--level", "error")
    assert (told.code, untold.code) == (WRONG, DONE)
    assert untold.out.splitlines()[-1] == "Nothing to remark on."


def test_data_says_what_the_text_says(doubtful: Path, program: Program) -> None:
    run = program("kb", "check", "--kb", "kb", "--format", "json")
    kb = load(doubtful)
    assert (run.data["schema"], run.data["knowledge_base"]) == (1, kb.digest)
    assert run.data["size"]["rules"] == len(kb.rules)
    (identical,) = [one for one in run.data["remarks"] if one["subject"] == "written_twice"]
    assert identical == {
        "kind": "identical",
        "level": "error",
        "subject": "written_twice",
        "message": identical["message"],
        "file": f"kb/{RULES}",
        "line": line_of(doubtful, "written_twice"),
        "witness": {"writers": ["several"]},
        "related": [{"file": f"kb/{RULES}", "line": line_of(doubtful, "written_first")}],
    }
    assert run.data["kinds"]["identical"] == KnowledgeRemarkKind.IDENTICAL.definition


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_a_base_that_cannot_be_read_is_bad_input(base: Path, program: Program, form: str) -> None:
    (base / "criteria.yaml").write_text("criteria: [speed\n", encoding="utf-8")
    run = program("kb", "check", "--kb", "kb", "--format", form)
    assert (run.code, run.out) == (BAD_INPUT, "")
    assert run.complaints[0].startswith("kb/criteria.yaml:2: ")


def test_a_format_that_does_not_exist_is_refused(program: Program) -> None:
    assert program("kb", "check", "--format", "xml").code == USAGE


def test_lines_are_folded_for_a_narrow_terminal(doubtful: Path, program: Program) -> None:
    run = program("kb", "check", "--kb", "kb", COLUMNS="60")
    lines = run.out.splitlines()[2:]
    assert max(map(len, lines)) <= 60
    assert "\x1b" not in run.out


# SARIF


def results(text: str) -> list[dict[str, Any]]:
    """The results of the one run in ``text``, after what the format demands was looked at."""
    log = json.loads(text)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    rules = driver["rules"]
    assert [rule["id"] for rule in rules] == [kind.id for kind in KnowledgeRemarkKind]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    found: list[dict[str, Any]] = run["results"]
    for result in found:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == rules[result["ruleIndex"]]["defaultConfiguration"]["level"]
        assert result["message"]["text"]
        assert len(result["locations"]) == 1
        assert all(result["partialFingerprints"].values())
        for location in (*result["locations"], *result["relatedLocations"]):
            physical = location["physicalLocation"]
            assert physical["artifactLocation"]["uri"]
            assert physical["region"]["startLine"] >= 1
    return found


def test_sarif_has_what_code_hosts_need(doubtful: Path, program: Program) -> None:
    run = program("kb", "check", "--kb", "kb", "--format", "sarif")
    found = results(run.out)
    assert run.code == WRONG
    (identical,) = [one for one in found if one["ruleId"] == "identical"]
    (location,) = identical["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": f"kb/{RULES}"},
        "region": {"startLine": line_of(doubtful, "written_twice")},
    }
    assert identical["properties"] == {
        "subject": "written_twice",
        "witness": {"writers": ["several"]},
    }


def test_sarif_of_a_sound_base_holds_no_result(base: Path) -> None:
    assert results(as_sarif(verify(load(base)))) == []


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("my rules/ä.yaml", "my%20rules/%C3%A4.yaml"),
        ("/srv/kb/a b.yaml", "file:///srv/kb/a%20b.yaml"),
    ],
)
def test_sarif_names_files_as_uris(file: str, uri: str) -> None:
    remark = KnowledgeRemark(
        KnowledgeRemarkKind.CONFLICT, "answers", "so it is", SourceLocation(file)
    )
    (result,) = results(as_sarif([remark]))
    physical = result["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}


def test_sarif_fingerprints_tell_remarks_apart(doubtful: Path) -> None:
    found = results(as_sarif(verify(load(doubtful))))
    prints = [tuple(one["partialFingerprints"].items()) for one in found]
    assert len(set(prints)) == len(prints)


# kb coverage


def test_coverage_counts_cases_and_examples_apart(base: Path, program: Program) -> None:
    data = program("kb", "coverage", "--kb", "kb", "--format", "json").data
    cases, both = data["cases"], data["cases_and_examples"]
    kb = load(base)
    assert (data["schema"], data["knowledge_base"]) == (1, kb.digest)
    assert cases["sheets"] == len(list((base / "cases").glob("*.yaml")))
    examples = sum(len(rule.fires) + len(rule.silent) for rule in kb.rules.values())
    assert both["sheets"] == cases["sheets"] + examples
    assert cases["rules"]["tried"] + len(cases["rules"]["untried"]) == len(kb.rules)
    assert both["rules"] == {
        "tried": len(kb.rules),
        "total": len(kb.rules),
        "share": 1.0,
        "untried": [],
    }


def test_coverage_says_what_no_case_tries_and_marks_what_an_example_does(
    doubtful: Path, program: Program
) -> None:
    run = program("kb", "coverage", "--kb", "kb", COLUMNS="200")
    lines = [line.strip() for line in run.out.splitlines()]
    assert (run.code, run.err) == (DONE, "")
    assert f"kb/{RULES}:{line_of(doubtful, 'written_twice')}: written_twice *" in lines
    assert f"kb/{RULES}:{line_of(doubtful, '  never:')}: never" in lines
    assert lines[-1] == "* a rule's own example does"


def test_coverage_without_cases_tries_nothing(base: Path, program: Program) -> None:
    shutil.rmtree(base / "cases")
    data = program("kb", "coverage", "--kb", "kb", "--format", "json").data
    assert (data["cases"]["sheets"], data["cases"]["rules"]["tried"]) == (0, 0)


def test_coverage_of_a_case_with_a_mistake_is_bad_input(base: Path, program: Program) -> None:
    (base / "cases" / "wrong.yaml").write_text("answers: {writers: nobody}\n", encoding="utf-8")
    run = program("kb", "coverage", "--kb", "kb")
    assert (run.code, run.out) == (BAD_INPUT, "")
    assert run.complaints[0].startswith("kb/cases/wrong.yaml:1: 'writers' has no option 'nobody'")


def test_coverage_of_the_shipped_base_is_told(program: Program) -> None:
    run = program("kb", "coverage", COLUMNS="200")
    assert run.code == DONE
    assert run.out.startswith("Tried by ")
    assert "rules that fire" in run.out


@pytest.mark.parametrize(
    ("action", "options"), [("check", "--kb --format --level"), ("coverage", "--kb --format")]
)
def test_help_names_each_option(program: Program, action: str, options: str) -> None:
    run = program("kb", action, "--help")
    assert run.code == DONE
    assert [option for option in options.split() if option not in run.out] == []
