"""Reading a record: any Markdown, taken apart into what stands where."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.records.parsed_record import CONSEQUENCES, MORE, OUTCOME, Document
from advisor.records.parsing import parse_document, read_document
from advisor.records.sections import BlockKind
from rules.diagnostics import InputError, SourceLocation

FILE = "0001-x.md"
SOUND = (Path(__file__).parent / "malformed" / "0001-keep-the-journal-in-one-file.md").read_text(
    encoding="utf-8"
)


def parsed(text: str) -> Document:
    return parse_document(text, FILE)


def outcome(sentence: str) -> Document:
    return parsed(f"# T\n\n## Decision Outcome\n\n{sentence}\n")


# front matter


def test_fields_are_texts_as_they_are_written() -> None:
    front = parsed("---\nstatus: no\ndate: 2026-01-31\n---\n# T\n").front
    assert front is not None
    assert (front.text("status"), front.text("date")) == ("no", "2026-01-31")


def test_fields_know_their_lines() -> None:
    front = parsed("---\n# a comment\nstatus: accepted\n---\n# T\n").front
    assert front is not None
    assert (front.keys["status"], front.first_line, front.last_line) == (
        SourceLocation(FILE, 3),
        1,
        4,
    )


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Ada", ("Ada",)),
        ("[Ada, Grace]", ("Ada", "Grace")),
        ("\n  - Ada\n  - Grace", ("Ada", "Grace")),
        ("{chair: Ada}", ()),
        ("", ()),
    ],
)
def test_people_are_one_text_or_a_list(value: str, names: tuple[str, ...]) -> None:
    front = parsed(f"---\nconsulted: {value}\n---\n# T\n").front
    assert front is not None
    assert front.names("consulted") == names


@pytest.mark.parametrize(
    "text",
    ["# T\n", "x\n---\nstatus: x\n---\n", "---\nstatus: x\n", "----\nstatus: x\n---\n", "", "---"],
)
def test_what_does_not_begin_and_end_as_front_matter_is_none(text: str) -> None:
    document = parsed(text)
    assert (document.front, document.problems, document.body) == (None, (), text)


def test_front_matter_that_cannot_be_read_is_a_problem_and_the_body_is_read() -> None:
    document = parsed("---\nstatus: a: b\n---\n# T\n")
    assert (document.front, document.title) == (None, "T")
    assert [problem.location for problem in document.problems] == [SourceLocation(FILE, 2)]


def test_empty_front_matter_has_no_fields() -> None:
    front = parsed("---\n---\n# T\n").front
    assert front is not None
    assert (dict(front.fields), front.last_line) == ({}, 2)


# sections


def test_sections_know_their_lines_behind_front_matter() -> None:
    document = parsed("---\nstatus: x\n---\n# T\n\ntext\n\n## More Information\n\n* one\n")
    section = document.section(MORE)
    assert section is not None
    assert [(one.heading, one.level, one.line) for one in document.sections] == [
        ("T", 1, 4),
        ("More Information", 2, 8),
    ]
    assert [(item.text, item.line) for item in section.items] == [("one", 10)]


def test_what_stands_before_any_heading_is_a_section_of_its_own() -> None:
    first, second = parsed("before\n\n# T\n").sections
    assert (first.level, first.heading, first.blocks[0].text) == (0, "", "before")
    assert second.heading == "T"


def test_a_section_is_found_in_whatever_case() -> None:
    assert parsed("## MORE information\n").section(MORE) is not None


def test_under_a_heading_are_the_sections_below_it() -> None:
    text = "## Decision Outcome\n\n### Consequences\n\n#### Late\n\n## More Information\n"
    headings = [section.heading for section in parsed(text).under(OUTCOME)]
    assert headings == ["Decision Outcome", "Consequences", "Late"]


def test_under_a_heading_that_is_missing_is_nothing() -> None:
    assert parsed("# T\n").under(CONSEQUENCES) == ()


def test_a_heading_in_code_is_none() -> None:
    assert [one.heading for one in parsed("# T\n\n```\n# no\n```\n").sections] == ["T"]


def test_a_block_shows_what_a_reader_sees() -> None:
    (section,) = parsed("# T\n\nA **bold** [link](x.md) to `code`\nand *more*.\n").sections
    (block,) = section.blocks
    assert (block.text, block.links) == ("A bold link to code and more.", ("x.md",))


def test_an_image_is_among_the_links() -> None:
    (section,) = parsed("# T\n\n![what](a%20b.png)\n").sections
    assert section.blocks[0].links == ("a%20b.png",)


def test_a_footnote_is_not_among_the_links() -> None:
    (section,) = parsed("# T\n\nSo[^1], see [this](x.md).\n\n[^1]: there\n").sections
    assert section.blocks[0].links == ("x.md",)


def test_items_are_those_of_the_outermost_lists() -> None:
    (section,) = parsed("# T\n\n* one\n  * inner\n* two\n\n  more of two\n*\n").sections
    assert [item.text for item in section.items] == ["one", "two", ""]


def test_blocks_are_told_apart() -> None:
    text = "# T\n\ntext\n\n* item\n\n      code of it\n\n<!-- c -->\n\n```\ncode\n```\n"
    (section,) = parsed(text).sections
    kinds = [block.kind for block in section.blocks]
    assert kinds == [
        BlockKind.PARAGRAPH,
        BlockKind.ITEM,
        BlockKind.CODE,
        BlockKind.HTML,
        BlockKind.CODE,
    ]


# the decision


@pytest.mark.parametrize(
    "sentence",
    [
        'Chosen option: "A b", because it works.',
        "Chosen option: “A b” because it works.",
        "Chosen option: A b, because it works.",
        "**Chosen option**: `A b`, because it works.",
        'chosen options : "A b", BECAUSE it works.',
        'Chosen option:\n"A b",\nbecause it\nworks.',
    ],
)
def test_the_choice_is_taken_apart(sentence: str) -> None:
    chosen = outcome(sentence).chosen
    assert chosen is not None
    assert (chosen.option, chosen.because, chosen.line) == ("A b", "it works.", 5)


@pytest.mark.parametrize(
    ("sentence", "option", "because"),
    [
        ('Chosen option: "A".', "A", ""),
        ("Chosen option: A", "A", ""),
        ('Chosen option: "A", because', "A", ""),
        ('Chosen option: "A", to save time.', "A", "to save time."),
        ("Chosen option: Node.js. It is there.", "Node.js", "It is there."),
        ('Chosen option: "Neutral, because …", because it fits.', "Neutral, because …", "it fits."),
        ("Chosen option: 'the \"big\" one', because it fits.", 'the "big" one', "it fits."),
        ('Chosen options: "A" and "B", because both.', 'A" and "B', "both."),
    ],
)
def test_the_choice_may_be_said_otherwise(sentence: str, option: str, because: str) -> None:
    chosen = outcome(sentence).chosen
    assert chosen is not None
    assert (chosen.option, chosen.because) == (option, because)


@pytest.mark.parametrize("sentence", ["We take A.", "```\nChosen option: A\n```", "Chosen option:"])
def test_without_the_sentence_there_is_no_choice(sentence: str) -> None:
    assert outcome(sentence).chosen is None


def test_a_choice_outside_the_outcome_is_none() -> None:
    assert parsed('## More Information\n\nChosen option: "A", because.\n').chosen is None


@pytest.mark.parametrize(
    ("status", "number"),
    [
        ("superseded by ADR-0012", 12),
        ("Superseded by ADR 12", 12),
        ('"superseded by [ADR-0012](0012-x.md)"', 12),
        ("superseded by 0012-x.md", 12),
        ("superseded by the new one", None),
        ("superseded", None),
        ("accepted, not superseded by ADR-0012", None),
    ],
)
def test_the_status_says_which_record_takes_its_place(status: str, number: int | None) -> None:
    assert parsed(f"---\nstatus: {status}\n---\n# T\n").superseded_by == number


# files


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_bytes(b"\xef\xbb\xbf---\r\nstatus: accepted\r\n---\r\n# T\r\n")
    document = read_document(path, shown_as=FILE)
    assert (document.status, document.title, document.file) == ("accepted", "T", FILE)


@pytest.mark.parametrize("data", [b"# T\n\xff", b"x" * 1_000_001])
def test_a_file_that_is_no_text_of_a_sensible_size_is_bad_input(
    tmp_path: Path, data: bytes
) -> None:
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(InputError):
        read_document(tmp_path / FILE)


def test_a_folder_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a Markdown file"):
        read_document(tmp_path)


@given(st.text(max_size=300))
@settings(deadline=None)
def test_every_line_lies_in_the_text(text: str) -> None:
    document = parsed(text)
    last = document.text.count("\n") + 1
    lines = [block.line for section in document.sections for block in section.blocks]
    lines += [section.line for section in document.sections] + [document.body_line]
    assert [line for line in lines if not 1 <= line <= last] == []


@given(st.sampled_from(["\r\n", "\r"]))
@settings(deadline=None)
def test_line_ends_do_not_matter(end: str) -> None:
    assert parsed(SOUND.replace("\n", end)).sections == parsed(SOUND).sections
