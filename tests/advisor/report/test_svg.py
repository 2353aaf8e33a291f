"""Drawings as SVG: each shape as an element, and numbers that read the same everywhere."""

from __future__ import annotations

import pytest

from advisor.report.recommendation.html.svg import bar, label, line, mark, number, svg
from advisor.report.toolkit.markup import Html


def drawn(*shapes: Html) -> str:
    """What is drawn, without the root and its descriptions."""
    source = svg("id", "wide", (80, 60.5), shapes, "T", "D").source
    return source.partition("</desc>")[2].removesuffix("</svg>")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (100.0, "100"),
        (0.5, "0.5"),
        (-0.25, "-0.25"),
        (438.48000000000002, "438.48"),
        (1 / 3, "0.333"),
        (-0.0001, "0"),
        (0.0, "0"),
        (1e-12, "0"),
        (12345678.0, "12345678"),
    ],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_root_says_its_size_and_what_it_shows() -> None:
    assert svg("id", "wide", (80, 60.5), (), "a < b", "c & d").source == (
        '<svg class="wide" viewBox="0 0 80 60.5" width="80" height="60.5" role="img"'
        ' aria-labelledby="id-title id-desc"><title id="id-title">a &lt; b</title>'
        '<desc id="id-desc">c &amp; d</desc></svg>'
    )


@pytest.mark.parametrize(
    ("anchor", "in_svg"), [("left", "start"), ("center", "middle"), ("right", "end")]
)
def test_label_stands_at_its_anchor(anchor: str, in_svg: str) -> None:
    assert drawn(label(1, 2.5, "a<b", anchor, "dim", 11)) == (
        '<text x="1" y="2.5" style="font-size: 11px; font-weight: normal;'
        f' text-anchor: {in_svg}; fill: var(--dim)">a&lt;b</text>'
    )


def test_label_may_be_bold() -> None:
    assert "font-weight: bold" in drawn(label(0, 0, "a", weight="bold"))


def test_control_characters_of_a_label_are_written_out() -> None:
    assert ">a\\x1bb</text>" in drawn(label(0, 0, "a\x1bb"))


@pytest.mark.parametrize(("start", "end"), [(10, 30), (30, 10)])
def test_bar_lies_around_its_middle_whichever_way_it_runs(start: float, end: float) -> None:
    assert drawn(bar(start, end, 20, 12, "track")) == (
        '<rect x="10" y="14" width="20" height="12" style="fill: var(--track)"></rect>'
    )


def test_line_ends_squarely() -> None:
    assert drawn(line(1, 2, 3, 4, "text", 1.25)) == (
        '<line x1="1" y1="2" x2="3" y2="4" style="stroke: var(--text); stroke-width: 1.25;'
        ' stroke-linecap: square"></line>'
    )


def test_dashes_are_as_long_as_the_line_is_wide() -> None:
    assert "stroke-width: 1; stroke-dasharray: 3.7,1.6" in drawn(
        line(0, 0, 9, 0, "dim", 1, dashed=True)
    )
    assert "stroke-width: 2; stroke-dasharray: 7.4,3.2" in drawn(
        line(0, 0, 9, 0, "dim", 2, dashed=True)
    )


def test_circle_may_show_another_colour_inside() -> None:
    assert drawn(mark(10, 20, "circle", "text", 7, "page")) == (
        '<circle cx="10" cy="20" r="3.5" style="fill: var(--page); stroke: var(--text);'
        ' stroke-width: 1.6"></circle>'
    )


def test_square_has_sharp_corners() -> None:
    assert drawn(mark(10, 20, "square", "text", 6)) == (
        '<rect x="7" y="17" width="6" height="6" style="fill: var(--text);'
        ' stroke: var(--text); stroke-width: 1.6; stroke-linejoin: miter"></rect>'
    )


def test_upright_mark_is_one_line() -> None:
    assert drawn(mark(10, 20, "upright", "text", 12)) == (
        '<line x1="10" y1="14" x2="10" y2="26"'
        ' style="stroke: var(--text); stroke-width: 1.6"></line>'
    )


def test_cross_is_two_lines() -> None:
    style = 'style="stroke: var(--turn); stroke-width: 1.6"'
    assert drawn(mark(10, 20, "cross", "turn", 10)) == (
        f'<line x1="5" y1="15" x2="15" y2="25" {style}></line>'
        f'<line x1="5" y1="25" x2="15" y2="15" {style}></line>'
    )


def test_later_shapes_lie_above() -> None:
    both = drawn(bar(0, 1, 2, 3, "track"), bar(0, 1, 2, 3, "text"))
    assert both.index("--track") < both.index("--text")
