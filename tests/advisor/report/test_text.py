"""The report on a terminal: its widths, its order, and what is left where little can be shown."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from rich.cells import cell_len
from rich.console import Console

from advisor.answers.sheet import Sheet, read_sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.encoding import PLAIN
from advisor.report.recommendation import text
from advisor.report.toolkit.wrapping import standard_output
from advisor.wording import recommendation as words
from advisor.wording.findings import framework_versions, numbers
from advisor.wording.quantities import percent
from probes.api import Finding, Outcome
from rules.loading.loader import load
from rules.scoring.judgement import Verdict

from ...conftest import Program

KB = load()
EXAMPLES = Path(__file__).parents[3] / "examples"
ESCAPE = "\x1b"
TITLE = "Wählt 框架 für 🦀👩‍🔬 and https://example.org/" + "very-long-path/" * 8
Prober: TypeAlias = Callable[[Sequence[str]], Mapping[str, Finding]]


# What each probe answers where every claim that a rule rests on holds.
EXPECTED = {
    KB.claims[claim].probe: Outcome(KB.claims[claim].expect)
    for rule in KB.rules.values()
    for claim in rule.claims
    if KB.claims[claim].probe is not None
}
OPPOSITE = {Outcome.YES: Outcome.NO, Outcome.NO: Outcome.YES}


def all_as_claimed(names: Sequence[str]) -> Mapping[str, Finding]:
    return {name: found(name, EXPECTED[name]) for name in names}


def all_against(names: Sequence[str]) -> Mapping[str, Finding]:
    return {name: found(name, OPPOSITE[EXPECTED[name]]) for name in names}


def none_installed(names: Sequence[str]) -> Mapping[str, Finding]:
    return {name: found(name, Outcome.UNAVAILABLE) for name in names}


def found(name: str, outcome: Outcome) -> Finding:
    reason = "torch and tensorflow are not installed (pip install torch tensorflow)"
    return Finding(
        name,
        outcome,
        reason if outcome is Outcome.UNAVAILABLE else "the numbers were\ncompared",
        1.25,
        evidence={"max_difference": 1.5e-08, "samples": 1000, "int8_tolerance": 0.1, "ok": True},
        versions={"torch": "2.13.0", "tensorflow": "2.21.0", "numpy": "2.3.1"},
        deprecations=("tf.lite.Interpreter: see https://ai.google.dev/edge/litert/migration",),
    )


PROBERS = {"confirmed": all_as_claimed, "refuted": all_against, "unavailable": none_installed}
EVERYTHING = [(name, prober) for name in ("android-app", "vision-server", "ruled-out")
              for prober in PROBERS] + [("nothing-known", "confirmed")]  # fmt: skip


@pytest.fixture(scope="module")
def recommended() -> Callable[[str, str], Recommendation]:
    made: dict[tuple[str, str], Recommendation] = {}

    def recommend(example: str, prober: str) -> Recommendation:
        if (example, prober) not in made:
            sheet = read_sheet(EXAMPLES / f"{example}.yaml", KB)
            made[example, prober] = consult(KB, replace(sheet, title=TITLE), PROBERS[prober])
        return made[example, prober]

    return recommend


Recommended: TypeAlias = Callable[[str, str], Recommendation]


def rendered(recommendation: Recommendation, *, width: int = 80, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=PLAIN)
    text.render(recommendation, Console(file=stream, width=width, highlight=False))
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode(encoding)


def headings(report: str) -> list[str]:
    """The lines after a blank one that have indented lines under them."""
    return re.findall(r"(?<=\n\n)(\S.*)\n(?=  )", report)


# Widths


@pytest.mark.parametrize(("example", "prober"), EVERYTHING)
@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(
    recommended: Recommended, example: str, prober: str, width: int
) -> None:
    lines = rendered(recommended(example, prober), width=width).splitlines()
    assert [line for line in lines if cell_len(line) > width] == []


@pytest.mark.parametrize(("example", "prober"), EVERYTHING)
@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_ends_in_blanks(
    recommended: Recommended, example: str, prober: str, width: int
) -> None:
    lines = rendered(recommended(example, prober), width=width).splitlines()
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("width", [40, 80, 120])
def test_nothing_is_cut_off(recommended: Recommended, width: int) -> None:
    recommendation = recommended("android-app", "confirmed")
    told = "".join(rendered(recommendation, width=width).split())
    for rule in recommendation.deciding:
        assert "".join(rule.because.split()) in told
    assert "…" not in told


@pytest.mark.parametrize("width", [40, 80])
def test_scores_stand_in_full_at_any_width(recommended: Recommended, width: int) -> None:
    report = rendered(recommended("android-app", "confirmed"), width=width)
    table = report.split("How the criteria speak\n")[1].split("\n\n")[0]
    for number in ("46 %", "+0.40", "+0.81", "+0.52"):
        assert number in table


def test_bars_give_way_where_they_do_not_fit(recommended: Recommended) -> None:
    recommendation = recommended("android-app", "confirmed")
    assert "█" in rendered(recommendation, width=80)
    assert "█" not in rendered(recommendation, width=40)


# What is left without colours and without Unicode


def test_file_gets_no_escape_codes(recommended: Recommended) -> None:
    assert ESCAPE not in rendered(recommended("android-app", "refuted"))


@pytest.mark.parametrize(("no_color", "coloured"), [("1", False), ("", True)])
def test_no_color_takes_out_every_escape_code_even_at_a_terminal(
    recommended: Recommended, monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    text.render(recommended("android-app", "refuted"), standard_output())
    assert (ESCAPE in stream.getvalue()) is coloured


def test_marks_are_plain_where_the_encoding_knows_no_others(recommended: Recommended) -> None:
    report = rendered(recommended("android-app", "confirmed"), encoding="ascii")
    assert "+ confirmed, deprecated: " in report
    assert "####" in report


def test_marks_are_pretty_where_they_can_be(recommended: Recommended) -> None:
    assert "✓ confirmed, deprecated: " in rendered(recommended("android-app", "confirmed"))


def test_output_that_knows_ascii_alone_is_no_crash(program: Program, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text("title: 🦀 für alle\nanswers: {target: android}\n", "utf-8")
    options = ("ask", "--answers", "team.yaml", "--no-probes")
    run = program(*options, PYTHONIOENCODING="ascii")
    assert (run.code, run.err, run.out.splitlines()[1]) == (4, "", "? f?r alle")


# Order


def test_sections_of_a_recommendation_come_in_order(recommended: Recommended) -> None:
    assert headings(rendered(recommended("android-app", "confirmed"))) == [
        "How the criteria speak",
        "For TensorFlow",
        "For PyTorch",
        "The stack",
        "Works, but on the way out",
        "Where older advice is out of date",
        "What would change this",
    ]


def test_sections_that_evidence_brings_stand_before_the_stack(recommended: Recommended) -> None:
    found = headings(rendered(recommended("vision-server", "refuted")))
    assert found.index("Withdrawn by the evidence") < found.index("The stack")


def test_what_could_not_be_tried_has_a_section(recommended: Recommended) -> None:
    found = headings(rendered(recommended("android-app", "unavailable")))
    assert "Could not be tried here" in found


def test_conflict_stands_first_where_nothing_is_left(recommended: Recommended) -> None:
    found = headings(rendered(recommended("ruled-out", "confirmed")))
    assert found[0] == "These answers exclude each other"


def test_nothing_known_is_told_what_to_answer_first(recommended: Recommended) -> None:
    report = rendered(recommended("nothing-known", "confirmed"))
    assert headings(report) == ["What to answer first"]


def test_an_answer_that_could_be_another_is_nothing_to_answer_first(
    recommended: Recommended,
) -> None:
    nothing = recommended("nothing-known", "confirmed")
    told = consult(nothing.kb, Sheet(answers={"task": ("tabular",)}), lambda _: {})
    assert told.judgement.verdict is Verdict.UNDECIDED
    assert headings(rendered(told)) == ["What would settle it"]


def test_outcome_stands_above_everything_else(recommended: Recommended) -> None:
    recommendation = recommended("android-app", "confirmed")
    first = rendered(replace(recommendation, sheet=Sheet())).splitlines()[:2]
    assert first == ["", "TensorFlow, clearly"]


def test_evidence_of_a_claim_is_told_once(recommended: Recommended) -> None:
    report = rendered(recommended("android-app", "confirmed"), width=120)
    assert report.count("[tensorflow.converts_to_tflite, ") == 1


def test_markup_in_a_title_is_shown_as_it_is(recommended: Recommended) -> None:
    marked = replace(recommended("nothing-known", "confirmed"), sheet=Sheet("[red]a[/red] :smile:"))
    assert rendered(marked).splitlines()[1] == "[red]a[/red] :smile:"


# Sentences


@pytest.mark.parametrize(
    ("share", "words_for_it"),
    [
        (0.0, "0 %"),
        (1e-9, "under 1 %"),
        (0.0049, "under 1 %"),
        (0.005, "under 1 %"),
        (0.0051, "1 %"),
        (0.375, "38 %"),
        (0.994, "99 %"),
        (0.995, "over 99 %"),
        (1 - 1e-9, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_share_never_rounds_to_a_certainty(share: float, words_for_it: str) -> None:
    assert percent(share) == words_for_it


def test_no_share_but_none_and_all_are_called_so() -> None:
    shares = [step / 10_000 for step in range(1, 10_000)]
    assert not {"0 %", "100 %"} & {percent(share) for share in shares}


def test_numbers_are_what_was_measured_and_not_what_was_demanded() -> None:
    told = numbers(found("tensorflow.converts_to_tflite", Outcome.YES))
    assert told == "max difference 1.5e-08, samples 1000"


def test_frameworks_that_answered_are_named_with_their_versions() -> None:
    findings = all_as_claimed(["both.gradients_agree"]).values()
    assert framework_versions(findings) == ["torch 2.13.0", "tensorflow 2.21.0"]


def test_frameworks_that_did_not_answer_are_not_named() -> None:
    assert framework_versions(none_installed(["pytorch.runs_eagerly"]).values()) == []


def test_head_says_how_many_deciding_rules_were_verified(recommended: Recommended) -> None:
    told = words.proof(recommended("android-app", "confirmed"))
    assert re.fullmatch(
        r"\d+ of \d+ deciding rules verified here, on torch 2.13.0, tensorflow 2.21.0\.", told
    )


def test_one_rule_is_not_spoken_of_in_the_plural() -> None:
    alone = consult(KB, Sheet(answers={"cloud": ("google",), "target": ("server",)}), all_against)
    assert words.proof(alone) == (
        "From written knowledge only: the one deciding rule was not verified here."
    )


def test_outcome_that_strictness_took_away_is_not_called_unanswered() -> None:
    sheet = Sheet(answers={"cloud": ("google",), "target": ("server",)})
    strict = consult(KB, sheet, none_installed, strict=True)
    assert words.sureness(strict) == (
        "Every rule that spoke for or against an alternative was withdrawn."
    )
    assert words.turn(strict).startswith(
        "The evidence, or the lack of it, withdrew 2 rules (2 for want of a run) and "
    )


def test_head_names_the_outcome_before_the_evidence(recommended: Recommended) -> None:
    assert words.turn(recommended("android-app", "refuted")).endswith(
        "Before it: TensorFlow, clearly."
    )
