"""Records as they are written: the structure of MADR 4.0.0, whatever people write into them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor.answers.sheet import Sheet, read_sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.records.decision import Decision, as_advised
from advisor.records.madr.arguments import clause
from advisor.records.madr.document_text import OPEN, Filing, record_text
from advisor.wording.quantities import percent
from probes.api import Finding, Outcome
from rules.loading.loader import load
from rules.model import KnowledgeBase
from rules.scoring.tipping_points import tippings

from ...conftest import Program

KB = load()
SMALL = Path(__file__).parents[2] / "rules" / "small"
EXAMPLES = Path(__file__).parents[3] / "examples"
TODAY = date(2026, 3, 9)
FILING = Filing("0001-a", TODAY, date(2026, 9, 9), "0001-a.evidence.zip", "0" * 64)
PEOPLE = {"decision_makers": ("Ada", "Grace"), "consulted": ("Linus",), "informed": ("Everybody",)}

# The headings of MADR 4.0.0, in its order; those that a record must have are marked.
MADR = {
    "## Context and Problem Statement": True,
    "## Decision Drivers": False,
    "## Considered Options": True,
    "## Decision Outcome": True,
    "### Consequences": False,
    "### Confirmation": False,
    "## Pros and Cons of the Options": False,
    "## More Information": False,
}
NASTY = [
    "Quotes \"double\", 'single' and `ticks`",
    "A colon: and # a hash, --- and ...",
    "# A heading\tand ## another #",
    "*bold* _italic_ ~~gone~~ [link](https://x.example) ![image](x.png) | cell |",
    "<script>alert('x')</script> <!-- comment --> &lt;b&gt; <https://x.example>",
    "formula $x_1$ and $$y$$",
    "emoji 🦀👩‍🔬, 中文, combining e\u0301",
    "right to left אבג أحمد",
    "- a list? [no], {no}, *no, &no, !no, %no, @no",
    "null",
    "a title of three hundred characters " * 8 + "and a few mo",
]


def all_yes(names: Sequence[str]) -> Mapping[str, Finding]:
    versions = {"torch": "2.13.0", "tensorflow": "2.21.0"}
    reason = "it *ran* <b>and</b> the\nnumbers agree"
    return {name: Finding(name, Outcome.YES, reason, 1.0, versions=versions) for name in names}


def all_no(names: Sequence[str]) -> Mapping[str, Finding]:
    return {name: replace(finding, outcome=Outcome.NO) for name, finding in all_yes(names).items()}


def example(name: str) -> Recommendation:
    return consult(KB, read_sheet(EXAMPLES / f"{name}.yaml", KB), all_yes)


@pytest.fixture(scope="module")
def android() -> Recommendation:
    return example("android-app")


def even(kb: KnowledgeBase) -> Recommendation:
    """A consultation too close to call."""
    answers = {"control_flow": "varies", "static_graph": "wanted", "training_loop": "fit"}
    return consult(kb, Sheet(answers={name: (given,) for name, given in answers.items()}), all_yes)


@pytest.fixture(scope="module")
def either() -> Recommendation:
    recommendation = even(KB)
    assert recommendation.choice == "either"
    return recommendation


def text_of(recommendation: Recommendation, decision: Decision | None = None) -> str:
    """The record of a consultation, decided as advised or otherwise."""
    return record_text(recommendation, decision or as_advised(recommendation), FILING)


def entitled(recommendation: Recommendation, title: str, *names: str) -> str:
    people = {"decision_makers": names} if names else {}
    sheet = replace(recommendation.sheet, title=title, people=people)
    return text_of(replace(recommendation, sheet=sheet))


def front_matter(text: str) -> Any:
    _, data, _ = re.split(r"^---$", text, maxsplit=2, flags=re.MULTILINE)
    return yaml.safe_load(data)


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.match("#+ ", line)]


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one."""
    return re.split(r"^#+ .*$", text.split(f"\n{heading}\n", 1)[1], maxsplit=1, flags=re.M)[0]


def items(text: str) -> list[str]:
    return [line.removeprefix("* ") for line in text.splitlines() if line.startswith("* ")]


RECORDED = ["android-app", "llm-research", "vision-server", "climate-model", "wake-word"]


@pytest.fixture(scope="module", params=RECORDED)
def text(request: pytest.FixtureRequest) -> str:
    return text_of(example(request.param))


# Structure


def test_front_matter_has_the_fields_of_madr_in_its_order(android: Recommendation) -> None:
    sheet = replace(android.sheet, people=PEOPLE)
    data = front_matter(text_of(replace(android, sheet=sheet)))
    assert data == {
        "status": "proposed",
        "date": TODAY,
        "decision-makers": ["Ada", "Grace"],
        "consulted": ["Linus"],
        "informed": ["Everybody"],
    }
    assert list(data) == ["status", "date", "decision-makers", "consulted", "informed"]


def test_people_who_are_not_named_leave_no_field(android: Recommendation) -> None:
    sheet = replace(android.sheet, people={"informed": (), "consulted": ("Linus",)})
    data = front_matter(text_of(replace(android, sheet=sheet)))
    assert list(data) == ["status", "date", "consulted"]


def test_date_is_written_without_quotes(text: str) -> None:
    assert "\ndate: 2026-03-09\n" in text


def test_title_follows_the_front_matter_without_a_blank_line(text: str) -> None:
    assert re.match(r"---\nstatus: .*?\n---\n# \S", text, re.DOTALL)


def test_headings_are_those_of_madr_in_its_order(text: str) -> None:
    found = [heading for heading in headings(text)[1:] if heading in MADR]
    assert found == [heading for heading in MADR if heading in found]
    assert {heading for heading, required in MADR.items() if required} <= set(found)


def test_other_headings_are_the_options_alone(text: str) -> None:
    options = {f"### {option}" for option in items(section(text, "## Considered Options"))}
    assert set(headings(text)[1:]) - set(MADR) <= options


def test_no_section_is_empty(text: str) -> None:
    below = re.split(r"^#+ .*\n", text, flags=re.MULTILINE)[1:]
    depths = [heading.split()[0] for heading in headings(text)]
    for depth, deeper, content in zip(depths, [*depths[1:], ""], below, strict=True):
        assert content.strip() or len(deeper) > len(depth)


def test_chosen_option_is_one_of_the_considered(text: str) -> None:
    (chosen,) = re.findall(r'^Chosen option: "(.*?)", because ', text, re.MULTILINE)
    assert chosen in items(section(text, "## Considered Options"))


def test_lists_have_stars(text: str) -> None:
    body = text.split("\n---\n", 1)[1]
    assert not re.search(r"^\s*[-+] ", body, re.MULTILINE)


def test_no_placeholder_is_left(text: str) -> None:
    assert not re.search(r"\{[^}]*\}|\bTODO\b|\bTBD\b", text)


def test_consequences_are_good_or_bad(text: str) -> None:
    told = items(section(text, "### Consequences"))
    assert told
    assert all(re.match(r"(Good|Bad), because \S", item) for item in told)


def test_file_ends_with_one_newline_and_has_no_wide_gap(text: str) -> None:
    assert text.endswith(".\n")
    assert "\n\n\n" not in text


def test_reasons_go_on_in_small_letters_but_for_names(android: Recommendation) -> None:
    told = section(text_of(android), "### TensorFlow")
    assert "Good, because compile() and fit() are the way TensorFlow is used" in told
    assert "Good, because TensorFlow converts to TFLite by itself" in told
    assert "Good, because the TFLite converter quantises" in told


# What was decided, and why


def test_reason_of_the_outcome_is_the_weightiest_for_the_choice(android: Recommendation) -> None:
    reason = clause(KB.rules["android_tflite"])
    proof = "(rule `android_tflite`, verified by `tensorflow.converts_to_tflite`)"
    expected = f'\nChosen option: "TensorFlow", because {reason} {proof}.\n'
    assert expected in text_of(android)


def test_outcome_says_how_many_more_reasons_there_are(android: Recommendation) -> None:
    told = section(text_of(android), "## Decision Outcome")
    assert "That weighs most of 8 reasons for it." in told


def test_outcome_says_when_and_on_what_it_was_verified(android: Recommendation) -> None:
    dated = {
        name: replace(weighed, finding=replace(weighed.finding, taken="2026-03-01T10:00:00Z"))
        for name, weighed in android.claims.items()
        if weighed.finding is not None
    }
    claims = {**android.claims, **dated}
    told = section(text_of(replace(android, claims=claims)), "## Decision Outcome")
    expected = "deciding rules were verified by a run on 2026-03-01, with torch 2.13.0, tensorflow"
    assert expected in told


def test_reason_of_the_outcome_that_was_not_verified_says_so(android: Recommendation) -> None:
    untried = consult(KB, android.sheet, lambda _: {})
    told = section(text_of(untried), "## Decision Outcome")
    assert "(rule `android_tflite`, not verified)." in told


def test_alternative_chosen_for_what_speaks_against_the_other_says_so() -> None:
    sheet = Sheet(answers={"target": ("server",), "serving": ("torchserve",)})
    told = section(text_of(consult(KB, sheet, all_yes)), "## Decision Outcome")
    reason = clause(KB.rules["torchserve_is_over"])
    assert f'Chosen option: "TensorFlow", because {reason} (rule `torchserve_is_over`, ' in told


def test_alternative_that_is_left_alone_says_what_rules_the_other_out() -> None:
    sheet = Sheet(answers={"model_source": ("hugging_face",), "standard": ("tensorflow_only",)})
    told = section(text_of(consult(KB, sheet, all_yes)), "## Decision Outcome")
    reason = clause(KB.rules["only_tensorflow"])
    assert f"because every other alternative is ruled out: {reason} (rule `only_tens" in told


def test_claims_that_were_tried_are_named_with_probe_and_verdict(android: Recommendation) -> None:
    told = section(text_of(android), "### Confirmation")
    says = KB.claims["tensorflow_converts_to_tflite"].says
    assert f"* {says}: confirmed (`tensorflow.converts_to_tflite`: " in told


def test_withdrawn_rules_are_told(android: Recommendation) -> None:
    refuted = consult(KB, android.sheet, all_no)
    told = items(section(text_of(refuted), "## More Information"))
    because, says = KB.rules["android_tflite"].because, "tensorflow_converts_to_tflite"
    assert f"{because} (rule `android_tflite`, refuted: {KB.claims[says].says})" in told


def test_knowledge_base_and_versions_are_told(android: Recommendation) -> None:
    last = text_of(android).splitlines()[-1]
    assert "which tried torch 2.13.0, tensorflow 2.21.0;" in last
    assert KB.digest in last


# Too close to call, and undecided


def test_too_close_to_call_is_left_open(either: Recommendation) -> None:
    text = text_of(either)
    assert items(section(text, "## Considered Options")) == ["PyTorch", "TensorFlow", OPEN]
    assert 'Chosen option: "Leave it open for now", because ' in text


def test_advice_says_whom_it_is_for_where_it_is_left_open(either: Recommendation) -> None:
    told = items(section(text_of(either), "## More Information"))
    assert any(item.startswith("With PyTorch: For fit(), ") for item in told)
    assert any(item.startswith("With TensorFlow: Use Keras 3 ") for item in told)


@pytest.mark.parametrize("answer", ["nothing-known", "ruled-out"])
def test_without_an_outcome_no_record_is_written(
    program: Program, tmp_path: Path, answer: str
) -> None:
    options = ("--no-probes", "--record", "decisions")
    run = program("ask", "--answers", EXAMPLES / f"{answer}.yaml", *options)
    complaint = "no record was written: there is no outcome to record yet"
    assert (run.code, run.complaints, list(tmp_path.iterdir())) == (1, [complaint], [])


def test_program_says_where_the_record_is(program: Program, tmp_path: Path) -> None:
    options = ("--no-probes", "--record", "docs/decisions")
    run = program("ask", "--answers", EXAMPLES / "android-app.yaml", *options)
    name = "docs/decisions/0001-framework-for-the-plant-recognition-app.md"
    assert run.err == f"record: {name}\n"
    assert (tmp_path / name).read_text("utf-8").startswith("---\nstatus: proposed\n")


# What people write


@pytest.mark.parametrize("title", NASTY)
def test_title_adds_no_heading(android: Recommendation, title: str) -> None:
    plain = headings(entitled(android, "Plain"))
    assert headings(entitled(android, title))[1:] == plain[1:]


@pytest.mark.parametrize("title", NASTY)
def test_title_is_shown_as_it_was_written(android: Recommendation, title: str) -> None:
    (line,) = [line for line in entitled(android, title).splitlines() if line.startswith("# ")]
    shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line.removeprefix("# "))
    assert shown.split() == title.split()


@pytest.mark.parametrize("title", NASTY)
def test_title_brings_no_markup(android: Recommendation, title: str) -> None:
    line = next(line for line in entitled(android, title).splitlines() if line.startswith("# "))
    assert not re.search(r"(?<!\\)[`*\[\]<>&|~$#]", line.removeprefix("# "))
    assert not re.search(r"(?<!\w)(?<!\\)_|(?<!\\)_(?!\w)", line.removeprefix("# "))


def test_names_with_underscores_can_be_copied_from_the_source(android: Recommendation) -> None:
    assert "# Use run_on_device now" in entitled(android, "Use run_on_device now")


@pytest.mark.parametrize("name", NASTY)
def test_name_of_a_person_is_read_back_by_any_yaml_reader(
    android: Recommendation, name: str
) -> None:
    assert front_matter(entitled(android, "Plain", name, "Ada"))["decision-makers"] == [name, "Ada"]


@pytest.mark.parametrize("name", NASTY)
def test_name_of_a_person_stays_inside_the_front_matter(android: Recommendation, name: str) -> None:
    text = entitled(android, "Plain", name)
    assert text.split("\n---\n", 1)[1] == entitled(android, "Plain").split("\n---\n", 1)[1]


def test_reason_of_a_finding_is_one_line_without_markup(android: Recommendation) -> None:
    told = section(text_of(android), "### Confirmation")
    assert r"it \*ran\* \<b\>and\</b\> the numbers agree)" in told


def test_record_needs_no_criterion_to_speak(tmp_path: Path) -> None:
    kb = load(shutil.copytree(SMALL, tmp_path / "kb"))
    ruled_out = consult(kb, Sheet(answers={"target": ("ios",)}), all_no)
    text = text_of(ruled_out)
    assert items(section(text, "## Decision Drivers")) == ["What is allowed at all"]
    assert 'Chosen option: "Blue", because every other alternative is ruled out: ' in text


# Texts of a knowledge base that somebody else wrote


def test_a_reason_is_shown_as_it_is_whatever_it_holds(android: Recommendation) -> None:
    hostile = "x # Injected <script>alert(1)</script> [a](javascript:b) *c*"
    rules = {name: replace(rule, because=hostile) for name, rule in android.kb.rules.items()}
    spoilt = replace(
        android,
        kb=replace(android.kb, rules=rules),
        fired=tuple(rules[rule.id] for rule in android.fired),
    )
    text = text_of(spoilt)
    assert "<script>" not in re.sub(r"\\\\.", "", text).replace("\\<", "")
    assert "[a](javascript" not in text


def test_a_version_is_shown_as_it_is_whatever_it_holds(android: Recommendation) -> None:
    findings = {
        name: replace(finding, versions={"torch": "1 <script>"})
        for name, finding in android.findings.items()
    }
    text = text_of(replace(android, findings=findings))
    assert "torch 1 \\<script\\>" in text


def test_a_reason_of_one_dot_breaks_nothing(android: Recommendation) -> None:
    fired = tuple(replace(rule, because=".") for rule in android.fired)
    rules = {**android.kb.rules, **{rule.id: rule for rule in fired}}
    spoilt = replace(android, kb=replace(android.kb, rules=rules), fired=fired)
    assert "* Good, because ." in text_of(spoilt)


# How sure, and when to look again


def test_what_is_given_up_is_told_as_bad(android: Recommendation) -> None:
    told = items(section(text_of(android), "### Consequences"))
    reason = clause(KB.rules["android_executorch"])
    assert f"Bad, because it gives up what speaks for PyTorch: {reason}" in told


def test_reason_that_was_verified_names_the_probe(android: Recommendation) -> None:
    told = section(text_of(android), "### TensorFlow")
    assert "(rule `android_tflite`, verified by `tensorflow.converts_to_tflite`)" in told


def test_reason_that_rests_on_answers_says_so(android: Recommendation) -> None:
    told = section(text_of(android), "### TensorFlow")
    assert "(rule `learning_keras`, from the answers alone)" in told


def test_grade_is_told_with_the_others(android: Recommendation) -> None:
    told = section(text_of(android), "## More Information")
    assert "Confidence: clear, the highest of three grades" in told


def test_weight_at_which_another_would_lead_is_told(either: Recommendation) -> None:
    nearest = min(
        (one for one in tippings(either.judgement) if one.at is not None),
        key=lambda one: abs((one.at or 0) - one.weight),
    )
    rival, criterion = KB.alternatives[nearest.rival].title, KB.criteria[nearest.criterion].title
    told = section(text_of(either), "## More Information")
    assert f"{rival} would lead if “{criterion}” weighed " in told
    assert f"than {percent(nearest.at or 0)} (now {percent(nearest.weight)})." in told


def test_open_questions_are_listed(either: Recommendation) -> None:
    told = section(text_of(either), "## More Information")
    assert "Open when this was written:" in told
    assert {KB.questions[name].ask for name in either.unanswered} <= set(items(told))


# Decided otherwise than advised


OTHERWISE = Decision("pytorch", "the customer's engineers know it, and *maintain* it")


def test_people_may_decide_otherwise(android: Recommendation) -> None:
    told = section(text_of(android, OTHERWISE), "## Decision Outcome")
    reason = r"the customer's engineers know it, and \*maintain\* it"
    assert f'Chosen option: "PyTorch", because {reason}.\n' in told


def test_what_was_advised_is_told_beside_it(android: Recommendation) -> None:
    told = section(text_of(android, OTHERWISE), "## Decision Outcome")
    assert "The advice is different: TensorFlow, clearly, because TensorFlow converts" in told


def test_what_the_other_decision_gives_up_is_told(android: Recommendation) -> None:
    told = items(section(text_of(android, OTHERWISE), "### Consequences"))
    gives_up = f"gives up what speaks for TensorFlow: {clause(KB.rules['android_tflite'])}"
    assert f"Bad, because it {gives_up}" in told


def test_an_own_reason_may_stand_for_what_is_advised(android: Recommendation) -> None:
    told = section(text_of(android, Decision("tensorflow", "we have it")), "## Decision Outcome")
    assert 'Chosen option: "TensorFlow", because we have it.\n' in told
    assert "The advice is the same: TensorFlow, clearly" in told


def test_what_is_too_close_to_call_may_be_decided(either: Recommendation) -> None:
    told = text_of(either, Decision("pytorch", "we toss a coin"))
    assert 'Chosen option: "PyTorch", because we toss a coin.' in told
    assert "The advice is different: Either PyTorch or TensorFlow: too close to call." in told


def test_many_changes_are_told_by_a_few_and_their_number(either: Recommendation) -> None:
    many = replace(either, flips=either.flips * 5)
    told = items(section(text_of(many), "## More Information"))
    assert "And 7 other changed answers; `advisor flips` tells more" in told


def test_day_to_look_again_and_the_seal_of_the_evidence_are_told(android: Recommendation) -> None:
    told = section(text_of(android), "## More Information")
    assert "Look at this decision again by 2026-09-09, " in told
    assert f"[0001-a.evidence.zip](0001-a.evidence.zip), SHA-256 `{'0' * 64}`." in told


def test_confirmation_names_the_command_that_proves_it_again(android: Recommendation) -> None:
    told = section(text_of(android), "### Confirmation")
    assert "Run `advisor record verify 0001-a.md --rerun` in the folder of this record" in told
