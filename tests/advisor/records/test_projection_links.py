"""Links of a record in another folder still lead to the same files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from advisor.records.projections.links import moved_between, rebased

from .projected import LINES


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[a](b.txt)", "[a](../decisions/b.txt)"),
        ("[a](<b c.txt> 'titled')", "[a](../decisions/b%20c.txt 'titled')"),
        ("![a](pictures/b.png)", "![a](../decisions/pictures/b.png)"),
        ("[![a](b.png)](0001-x.md)", "[![a](../decisions/b.png)](0001-x.md)"),
        ("![a [b](c.png)](d e.png)", "![a [b](../decisions/c.png)](d e.png)"),
        ("![a [b](c.png)](<d e.png>)", "![a [b](c.png)](../decisions/d%20e.png)"),
        ("[a](0001-x.md#part)", "[a](0001-x.md#part)"),
        ("[a](./0001-x.md)", "[a](0001-x.md)"),
        ("[a](../../README.md?x=1#y)", "[a](../../README.md?x=1#y)"),
        ("[a](../adr/mine.md)", "[a](mine.md)"),
        (
            "> * [a](b.txt)\n>   [c](d.txt)",
            "> * [a](../decisions/b.txt)\n>   [c](../decisions/d.txt)",
        ),
        ("## [a](b.txt) ##", "## [a](../decisions/b.txt) ##"),
        ("[a]\n\n[a]: <b c.txt>", "[a]\n\n[a]: ../decisions/b%20c.txt"),
        ("[a]\n\n[a]: b.txt 'titled'", "[a]\n\n[a]: ../decisions/b.txt 'titled'"),
        ('<a href="b.txt?x&amp;y">a</a>', '<a href="../decisions/b.txt?x&amp;y">a</a>'),
        ("<div>\n<img src='b.png'>\n</div>", "<div>\n<img src='../decisions/b.png'>\n</div>"),
    ],
)
def test_a_link_leads_where_it_led(before: str, after: str) -> None:
    following = {os.path.realpath("docs/decisions/0001-x.md"): Path("docs/adr/0001-x.md")}
    moved = moved_between(Path("docs/decisions"), Path("docs/adr"), following)
    assert rebased(before, moved) == after


@pytest.mark.parametrize(
    "text",
    [
        "[a](https://x.example/b.txt) <https://x.example> [b](mailto:a@x.example)",
        "[a](#part) [b](/root.md) [c](//x.example/y) [d]() [e]",
        "`[a](b.txt)` and \\[a](b.txt)",
        "```\n[a](b.txt)\n```",
        "    [a](b.txt)",
        "[a](b.txt is no link",
    ],
)
def test_what_is_no_relative_link_stays(text: str) -> None:
    assert rebased(text, moved_between(Path("here"), Path("there"), {})) == text


def targets(markdown: str) -> Iterator[str]:
    """Where the links of a text lead, and its images are."""
    for block in MarkdownIt("commonmark").parse(markdown):
        for token in block.children or ():
            if token.type in ("link_open", "image"):
                yield str(token.attrGet("href") or token.attrGet("src"))


@settings(deadline=None)
@given(lines=st.lists(st.sampled_from(LINES), max_size=30))
def test_every_link_moves_and_nothing_else_however_odd_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    moved = rebased(text, lambda target: f"there/{target}".replace(" ", "%20"))
    assert list(targets(moved)) == [f"there/{target}" for target in targets(text)]
    assert rebased(text, lambda target: target) == text
