"""Records of MADR 4 in older formats: nothing is lost, and nothing untrue is said."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from advisor.records.names import name_of
from advisor.records.parsing import parse_document
from advisor.records.projections.source import ProjectionSource

from .projected import (
    BODY,
    EACH_TEXT,
    FORMATS,
    LINES,
    Project,
    escaped,
    headings,
    in_log4brains,
    in_nygard,
    quoted,
    read,
    source,
    under,
)

# The words of headings in whose place another one may stand.
RENAMED = {"Context", "and", "Problem", "Statement", "Decision", "Outcome", "Consequences"}


def words(markdown: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", markdown))


def shown_lines(markdown: str) -> set[str]:
    return {line.strip() for line in markdown.splitlines() if line.strip(" #")}


@FORMATS
def test_a_record_without_a_status_is_not_accepted(project: Project) -> None:
    projection = project(source(1, front=""))
    assert "ccepted" not in projection.text
    assert len(projection.notes) == 1
    assert projection.notes[0].startswith("0001-record.md has no status; its projection ")


@FORMATS
def test_no_line_of_the_record_is_lost(project: Project) -> None:
    body = f"Before all.\n\n* loose\n\n{BODY}\n## Our own section\n\n> quoted\n\n### Deep\n\nx\n"
    lost = shown_lines(re.sub("^#.*$", "", body, flags=re.M)) - shown_lines(
        project(source(1, body=body)).text
    )
    assert lost == set()


@FORMATS
@settings(deadline=None)
@given(lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=30))
def test_no_word_is_lost_however_odd_the_record(project: Project, lines: list[str]) -> None:
    body = "\n".join(lines)
    lost = words(body) - words(project(source(1, body=body)).text)
    assert set(lost) <= RENAMED


@FORMATS
def test_a_section_that_stands_there_twice_is_kept_twice(project: Project) -> None:
    section = "## Context and Problem Statement\n\nWhat to build on?\n\n"
    text = project(source(1, body=section * 2)).text
    assert text.count("What to build on?") == 2


@FORMATS
def test_every_field_in_front_is_kept(project: Project) -> None:
    front = (
        "status: accepted\ndate: 2026-10-02\ndecision-makers: [Ada]\nconsulted: [Linus, Ken]\n"
        "informed: Everybody\nticket: X-17\nteam: {lead: Bea, size: '3'}"
    )
    seen = " ".join(block.text for part in read(project(source(1, front=front))).sections
                    for block in part.blocks)  # fmt: skip
    for told in (
        "2026-10-02",
        "Ada",
        "Linus, Ken",
        "Everybody",
        "ticket: X-17",
        "lead: Bea; size: 3",
    ):
        assert told in seen


@FORMATS
def test_decision_makers_may_have_their_older_name(project: Project) -> None:
    older, newer = (source(1, front=f"{name}: [Ada]") for name in ("deciders", "decision-makers"))
    assert project(older).text == project(newer).text


@EACH_TEXT
@FORMATS
def test_a_title_is_shown_as_it_is(project: Project, text: str) -> None:
    shown = read(project(source(1, escaped(text)))).title
    assert shown.removeprefix("1. ") == " ".join(text.split())


@EACH_TEXT
def test_a_title_is_shown_as_it_is_where_another_record_links_to_it(text: str) -> None:
    old, new = source(1, front="status: superseded by ADR-0002"), source(2, escaped(text))
    shown = "2. " + " ".join(text.split())
    assert under(in_nygard(old, new), "Status") == [f"Superseded by {shown}"]


@EACH_TEXT
@FORMATS
def test_a_name_is_shown_as_it_is_and_adds_nothing(project: Project, text: str) -> None:
    front = "status: accepted\ndecision-makers: [{}]"
    projection = project(source(1, front=front.format(quoted(text))))
    first = read(projection).sections[0].blocks
    shown = text.replace(",", "\N{FULLWIDTH COMMA}") if project is in_log4brains else text
    assert " ".join(shown.split()) in {block.text.partition(": ")[2] for block in first}
    assert headings(projection) == headings(project(source(1, front=front.format("Ada"))))


@FORMATS
@pytest.mark.parametrize("opened", ["```\ncode", "~~~~ text\ncode", "<!-- comment", "<pre>\nx"])
def test_what_is_left_open_swallows_nothing(project: Project, opened: str) -> None:
    body = f"{BODY}\n## Pros and Cons of the Options\n\n{opened}\n"
    told = project(source(1, body=body)).text + "\n\nThe last words.\n"
    tokens = MarkdownIt("commonmark").parse(told)
    assert tokens[-2].content == "The last words."
    assert "Ask again in a year." in {token.content for token in tokens if token.type == "inline"}


@FORMATS
def test_headings_in_code_are_no_headings(project: Project) -> None:
    body = BODY.replace("A review.", "```\n## Context\n# x\n```")
    assert "```\n## Context\n# x\n```" in project(source(1, body=body)).text


@FORMATS
def test_a_heading_may_be_underlined(project: Project) -> None:
    body = BODY.replace("## Considered Options", "Considered Options\n---")
    assert headings(project(source(1, body=body))) == headings(project(source(1)))


@FORMATS
def test_an_underlined_heading_may_have_two_lines_and_end_in_a_hash(project: Project) -> None:
    file = "0001-record.md"
    name = name_of(Path(file))
    assert name is not None
    record = ProjectionSource(name, parse_document(f"Use\nC #\n===\n\n{BODY}", file), file)
    assert read(project(record)).title.removeprefix("1. ") == "Use C #"


@FORMATS
def test_headings_in_a_quotation_stay_in_it(project: Project) -> None:
    body = BODY.replace("A review.", "> ## Decision Outcome\n>\n> Theirs.")
    assert "> ## Decision Outcome\n>\n> Theirs." in project(source(1, body=body)).text


@FORMATS
def test_no_heading_is_deeper_than_markdown_has(project: Project) -> None:
    body = BODY.replace("Ask again", "###### Deepest\n\nAsk again")
    assert "\n###### Deepest\n" in project(source(1, body=body)).text
