"""What people add to a record is plain, so that every reader (CommonMark, GitHub, site generators)
shows what was compared. What is not plain is named; what is, is theirs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.consultation.consultation import Recommendation
from advisor.records.writing import write_record

from ..recommendations import TODAY
from .test_record_text import told

DIFFERENTLY = "is shown differently by different readers, expected plain text"
PLACES = ("## Considered Options\n", "Chosen option:", "## More Information\n")


@pytest.fixture(scope="module")
def written(android: Recommendation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_record(android, tmp_path_factory.mktemp("plain"), today=TODAY)


@pytest.mark.parametrize(
    "block",
    [
        # cut off by a parser that nests no deeper
        ">" * 21 + " Words.\n\n<!-- -->",
        "* " * 11 + "Words.\n\n<!-- -->",
        # moved below the text, or taking with it what stands below
        *("[^x]: u", "* [^x]: u\n\n<!-- -->", "As was said[^y].", "Said^[so]."),
        # left out, included or computed by a site
        *(
            "{% comment %}",
            "{&#37; raw %}",
            "[c]: <{%comment%}>",
            "<!-- {% comment %} -->",
            "    {%",
        ),
        *("{{< hide >}}", "{: .hidden}", "{#\n\nx\n\n#}", "{/*", "export const a = `", "%%", "$$"),
        *("<!--@include: ./x.md-->", '--8<-- "x.md"', "::include{file=x.md}", "![[x]]", ">>>"),
        *(
            "::: details",
            ":::note[Decision]",
            "% hidden",
            "*[TensorFlow]: PyTorch",
            "!!! note",
            "@cond X",
            r"\iffalse",
        ),
        *(": superseded, and PyTorch is used", "| a | b |\n|---|---|", "~~struck~~", "> [!NOTE]"),
        # drawn
        *("![x](x.svg)", "![](data:image/svg+xml;base64,PHN2Zy8+)", '[x](y "a title")'),
        *("```mermaid\nflowchart LR\n```", "```{=html}\n<b>x</b>\n```", "```math\nx\n```"),
        r"$`\textsf{x}`$",
    ],
)
def test_what_readers_show_differently_is_named_anywhere(
    written: Path, android: Recommendation, block: str
) -> None:
    for place in PLACES:
        wrong = told(written, android, place, f"{block}\n\n{place}")
        assert any(DIFFERENTLY in sentence for sentence in wrong), wrong


def test_it_is_named_with_its_place(written: Path, android: Recommendation) -> None:
    (wrong,) = told(written, android, "Chosen option:", "![x](y.png)\n\nChosen option:")
    line = written.read_text("utf-8").split("Chosen option:")[0].count("\n") + 1
    assert wrong == f"{written}:{line}: an image under “Decision Outcome” {DIFFERENTLY}"


@pytest.mark.parametrize(
    "block",
    [
        *(
            "* One\n  * Two\n    1. Three\n\n<!-- ours -->",
            "> Quoted.\n>\n> > Twice.",
            "a\\*b &amp; c",
        ),
        "```python\nimport torch\n>>> {x: 1}\n: y\n| a |\n|---|\n```",
        "[The minutes][m] say `{x}` and <https://example.org>.\n\n[m]: https://example.org/minutes",
        "We export it with torch==2.13 (30 %), for $5 to $6 [1]: it is *our* choice.",
        "<!--\n: a term\n\nimport x\n-->",
        "***",
    ],
)
def test_what_is_plain_is_theirs(written: Path, android: Recommendation, block: str) -> None:
    for place in ("## Decision Drivers\n", "## More Information\n"):
        assert told(written, android, place, f"{block}\n\n{place}") == []


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("chosen option: PyTorch, because we say so", "a statement of the choice"),
        ("decision: PyTorch", "a statement of the choice"),
        ('title: "Decision: PyTorch"', "a statement of the choice"),
        ("title: We use PyTorch", "a statement of the choice"),
        ("ours: {decision: [PyTorch]}", "a statement of the choice"),
    ],
)
def test_the_front_matter_states_no_choice(
    written: Path, android: Recommendation, front: str, said: str
) -> None:
    wrong = told(written, android, "status:", f"{front}\nstatus:")
    assert any(said in sentence for sentence in wrong), wrong


@pytest.mark.parametrize("front", ["title: PyTorch or TensorFlow", "tags: [PyTorch]", "by: {a: b}"])
def test_other_fields_are_theirs(written: Path, android: Recommendation, front: str) -> None:
    assert told(written, android, "status:", f"{front}\nstatus:") == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("\n---\n", "\n...\n", "expected '---'"),
        ("---\n", "\n---\n", "does not begin on line 1"),
        ("---\n", "\n---\nx: y\n---\n---\n", "does not begin on line 1"),
        ("---\n", '\n---\nx: y\nChosen option: "PyTorch"\n---\n\n---\n', "reads like a statement"),
    ],
)
def test_front_matter_is_what_every_reader_takes_for_it(
    written: Path, android: Recommendation, before: str, after: str, said: str
) -> None:
    wrong = told(written, android, before, after)
    assert any(said in sentence for sentence in wrong), wrong


@pytest.mark.parametrize(
    "title", ["Decision: PyTorch", "We use PyTorch, not TensorFlow", "PyTorch over TensorFlow"]
)
def test_a_title_names_no_other_option_as_chosen(
    written: Path, android: Recommendation, title: str
) -> None:
    wrong = told(written, android, "# Framework", f"# {title}, Framework")
    assert any("names an option that was not chosen" in sentence for sentence in wrong), wrong


@pytest.mark.parametrize("title", ["PyTorch or TensorFlow", "TensorFlow", "Our framework"])
def test_any_other_title_is_theirs(written: Path, android: Recommendation, title: str) -> None:
    assert told(written, android, "# Framework", f"# {title}, Framework") == []
