"""What a reader sees of a record is what was sealed; what people add neither hides nor passes for
it. Random changes of every class are tried in test_record_mutations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.answers.sheet import read_sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.lookalikes import invisible, look, written_out
from advisor.records.decision import Decision
from advisor.records.evidence.bundle import read_bundle
from advisor.records.evidence.restore import revisit_date, seal, sealed_text
from advisor.records.lint.checking import lint, select
from advisor.records.parsing import parse_document, read_document
from advisor.records.verification.filed import filed_statements
from advisor.records.verification.text import text_differences
from advisor.records.verification.verify import verify
from advisor.records.writing import write_record
from probes.api import Finding

from ..recommendations import EXAMPLES, KB, TODAY, as_expected
from .test_verify import bundle_of, results


@pytest.fixture(scope="module")
def written(android: Recommendation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_record(android, tmp_path_factory.mktemp("text"), today=TODAY)


def told(record: Path, android: Recommendation, before: str, after: str) -> list[str]:
    """What is said of the record's text once ``before`` was replaced in it."""
    text = record.read_text("utf-8")
    assert before in text
    document = parse_document(text.replace(before, after, 1), str(record))
    filed = list(filed_statements(record, document, android))
    return list(text_differences(document, sealed_text(read_bundle(bundle_of(record))), filed))


# What hides, or stands between


@pytest.mark.parametrize(
    "html",
    [
        "<!-- --><div hidden><!-- -->",
        "<!--> <del> -->",
        "<!-- a --!> <del> <!-- -->",
        "<details><summary>Old</summary>",
        "<style>li {display: none}</style>",
        "Words with <span hidden>others</span> in them.",
    ],
)
def test_what_may_hide_the_rest_is_named_anywhere(
    written: Path, android: Recommendation, html: str
) -> None:
    for place in ("## Considered Options\n", "### Confirmation\n", "## More Information\n"):
        wrong = told(written, android, place, f"{html}\n\n{place}")
        assert any("may hide" in sentence for sentence in wrong)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("### PyTorch\n", "## Refuted\n\n### PyTorch\n", "stands above what belongs to another"),
        ("### PyTorch\n", "### Refuted\n\n### PyTorch\n", "heads nothing of its own"),
        ("### PyTorch\n", "#### PyTorch\n", "the section “PyTorch” is gone"),
        ("## More Information\n", "# Another\n\nx\n\n## More Information\n", "a second title"),
        ("# Framework", "## Not so\n\nx\n\n# Framework", "stands before the title"),
        ("# Framework", "Framework", "the title is gone"),
        ("## Decision Drivers\n", "## Decision Οutcome\n\nx\n\n## Decision Drivers\n", "a second"),
        ("## Decision Drivers\n", "## DECISION OUTCOME\n\nx\n\n## Decision Drivers\n", "a second"),
        ("* TensorFlow\n", "* TensorFlow\n* JAX\n", "was no considered option"),
        ("* Good, because", "Refuted since:\n\n* Good, because", "leads to"),
        ("Advice on the stack:\n", "Advice on the stack:\n\nNone.\n", "leads to “None.”"),
        ("* PyTorch\n", "* PyTorch\n\n  Refuted.\n\n", "stands inside of what was written"),
        ("* PyTorch\n", "* [PyTorch](https://x.example)\n", "leads to 'https://x.example' now"),
        ("* PyTorch\n* TensorFlow\n", "* TensorFlow\n* PyTorch\n", "in another place"),
        ("* PyTorch\n", "1. PyTorch\n", "what was written stands otherwise"),
    ],
)
def test_what_stands_around_what_was_sealed_is_compared(
    written: Path, android: Recommendation, before: str, after: str, said: str
) -> None:
    wrong = told(written, android, before, after)
    assert any(said in sentence for sentence in wrong), wrong


# What passes for it


@pytest.mark.parametrize(
    "sentence",
    [
        'Chosen option: "PyTorch", because we like it.',
        'Ch\u03bfsen \u03bfpti\u03bfn: "PyTorch"',
        "**Chosen&#32;option:** PyTorch",
        '~~~\nChosen option: "PyTorch"\n~~~',
        '> Chosen option: "PyTorch"',
    ],
)
def test_another_choice_is_named_wherever_it_stands(
    written: Path, android: Recommendation, sentence: str
) -> None:
    for place in ("## Decision Drivers\n", "## More Information\n"):
        wrong = told(written, android, place, f"{sentence}\n\n{place}")
        assert any("the chosen option is" in one for one in wrong), wrong


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("* Good, because it is faster (rule `x`, not verified)", "a reason of the evidence"),
        ("G\u03bf\u03bfd, because it is faster", "reads like a reason of the evidence"),
        ("* Where must the finished model run? iOS", "says once more"),
        ("Devices and browsers, weight 99 %: all", "says once more"),
        ("Decision: PyTorch", "names an option as a choice does"),
        ("| Option chosen | PyTorch |\n|---|---|", "names an option as a choice does"),
        ("See [it](0099.evidence.zip).", "reads like a statement of the evidence"),
        (f"SHA-256 `{'0' * 64}`", "reads like a statement of the evidence"),
        ("Look at this decision again by 2099-01-01.", "reads like a statement of the evidence"),
        ("Run `advisor record verify 0099-other.md`.", "reads like a statement of the evidence"),
    ],
)
def test_what_reads_like_the_evidence_is_named(
    written: Path, android: Recommendation, sentence: str, said: str
) -> None:
    place = "## More Information\n\n"
    wrong = told(written, android, place, f"{place}{sentence}\n\n")
    assert any(said in one for one in wrong), wrong


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (".evidence.zip), SHA", ".evidence.zip?raw=1), SHA"),
        ("[0001-", "[0002-"),
        ("`advisor record verify 0001-", "`advisor record verify 0002-"),
        ("--rerun`", "--rerun; reboot`"),
        ("replays the rules", "replays no rules"),
        ("when its first evidence is half a year old", "when it rains"),
        ("again by 2026-09-01", "again by 2026-09-31"),
        ("`advisor record due` says", "Nobody says"),
    ],
)
def test_what_a_record_says_of_itself_is_compared(
    written: Path, android: Recommendation, before: str, after: str
) -> None:
    assert told(written, android, before, after)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("TensorFlow converts", "Tens\u200borFlow converts", r"Tens\u200borFlow"),
        ("TensorFlow converts", "Tens&shy;orFlow converts", r"Tens\xadorFlow"),
        ("TensorFlow converts", "Tens\u03bfrFlow converts", r"Tens\u03bfrFlow"),
        ("TensorFlow converts", "Tens&#xD800;orFlow converts", "it says"),
        ("## Decision Drivers", "Our\u202e words.\n\n## Decision Drivers", r"'\u202e', which no"),
        ("## Decision Drivers", "Our&#8203; words.\n\n## Decision Drivers", r"'\u200b', which no"),
        ("status:", "Status: rejected\nstatus:", "the key Status looks like 'status'"),
        ("status:", "st\u0430tus: rejected\nstatus:", r"the key st\u0430tus looks like 'status'"),
        ("status: proposed", "status: pr\u03bfposed", r"'status' is pr\u03bfposed"),
    ],
)
def test_what_no_reader_sees_is_written_out(
    written: Path, android: Recommendation, before: str, after: str, said: str
) -> None:
    wrong = told(written, android, before, after)
    assert any(said in sentence for sentence in wrong), wrong


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "## Decision Drivers\n",
            "We asked \u0410\u043d\u043d\u0430 \U0001f44d.\n\n## Decision Drivers\n",
        ),
        ("## Decision Drivers\n", "## Our costs\n\n* Four people\n\n## Decision Drivers\n"),
        ("## Decision Drivers\n", "<!--\nlater: <b>more</b>\n-->\n\n## Decision Drivers\n"),
        ("## More Information\n\n", "## More Information\n\n[more](m.md)\n\n"),
        ("status: proposed\n", "status: accepted\ntags: [ml]\n"),
        ("- Grace\n", "- \u05d2\u05e8\u05d9\u05d9\u05e1\u200f\n"),
        ("Advice on the stack:\n", "Advice on the stack:\n\n<!-- ours -->\n"),
    ],
)
def test_what_people_add_is_theirs(
    written: Path, android: Recommendation, before: str, after: str
) -> None:
    assert told(written, android, before, after) == []


# Words of others


WORDS = (
    f"SHA-256 {'0' * 64}. again by 1999-01-01 Chosen option: PyTorch. {{% x %}} <del> "
    "Look at this decision again by 1999-01-01, x (rule `a`, not verified)"
)


def test_words_in_a_finding_are_not_taken_for_the_records_own(tmp_path: Path) -> None:
    def prober(names: Sequence[str]) -> Mapping[str, Finding]:
        return {n: replace(f, reason=WORDS, output=WORDS) for n, f in as_expected(names).items()}

    android = consult(KB, read_sheet(EXAMPLES / "android-app.yaml", KB), prober)
    path = write_record(android, tmp_path, today=TODAY, decision=Decision("pytorch", WORDS))
    document = read_document(path)
    assert seal(document) == read_bundle(bundle_of(path)).sha256
    assert revisit_date(document) == "2026-09-01"
    assert [chosen.option for chosen in document.choices] == ["PyTorch"]
    assert results(verify(path, KB)) == ("passed", "passed", "passed")
    assert lint(select([path])) == []


# Looks


@pytest.mark.parametrize(
    "text",
    [
        *("Decision \u039futcome", "DECISION OUTCOME", "\uff24ecision Outcome"),
        *("De\u00adcision Out\u200bcome", "D\u00e9cision Outc\u043eme", "Decision  0utcome"),
    ],
)
def test_texts_that_look_alike_have_the_same_look(text: str) -> None:
    assert look(text) == look("Decision Outcome")


@pytest.mark.parametrize("text", ["Decision Outcomes", "Decisi\u00f8n Outcome", "Outcome Decision"])
def test_texts_that_differ_have_another_look(text: str) -> None:
    assert look(text) != look("Decision Outcome")


@pytest.mark.parametrize(
    "text",
    [
        "Zo\u00eb",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\U0001f469\u200d\U0001f4bb\ufe0f",
    ],
)
def test_spelling_is_not_invisible(text: str) -> None:
    assert invisible(text) == ""


def test_what_cannot_be_told_apart_is_written_out() -> None:
    assert written_out("C\u043eme\u200b \u00e9") == r"C\u043eme\u200b é"
