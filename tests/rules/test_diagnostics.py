"""What may be shown to people, and what is written out instead; messages about mistakes."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from probes.runtime import redaction
from rules.diagnostics import HIDDEN, one_line, printable, shown

EVERY_CHARACTER = [chr(number) for number in range(sys.maxunicode + 1)]
# Of Unicode's categories of what shows nothing itself (Cc, Cf, Cs, Zl, Zp), what may be shown.
ALLOWED = {
    *"\t\n",  # white space; within one line they are written out too
    *"\u200c\u200d",  # joiners, without which emoji and Persian are other ones
    *"\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd",
    *map(chr, range(0x13430, 0x13440)),  # these and the line above are signs that are seen
}
PLAIN = [
    "Hebrew שלום, Arabic أحمد",
    "Persian می\u200cخواهم",
    "a family 👩‍👩‍👧, a heart ❤️, a scientist 👩🏽‍🔬",
    "Ünïcode, combining e\u0301, 中文, 葛\U000e0100",
]
STEERING = ["\x1b[2J", "\x9b31m", "\r", "\u202e", "\u2067", "\u200f", "\u2028", "\ud800"]
UNSEEN = ["\u200b", "\ufeff", "\u2060", "\xad", "\u3164", "\U000e0041", "\uffff"]


def test_whatever_shows_nothing_itself_is_written_out() -> None:
    kinds = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    unshown = {c for c in EVERY_CHARACTER if unicodedata.category(c) in kinds}
    assert {c for c in unshown if shown(c) == c} == ALLOWED & unshown


@pytest.mark.parametrize("text", PLAIN)
def test_text_of_every_script_stays_as_it_is(text: str) -> None:
    assert shown(text) == printable(text) == one_line(text) == text


@pytest.mark.parametrize("hidden", [*STEERING, *UNSEEN])
def test_what_is_hidden_is_written_out_or_leaves_a_space(hidden: str) -> None:
    assert shown(f"a{hidden}b") == printable(f"a{hidden}b") == f"a{ascii(hidden)[1:-1]}b"
    assert one_line(f"a{hidden}b") == f"a {hidden[1:]}b" or len(hidden) == 1
    assert one_line(f"a{hidden[0]}b") == "a b"


def test_line_ends_and_tabs_stay_unless_all_is_to_stand_on_one_line() -> None:
    assert shown("a\tb\nc") == "a\tb\nc"
    assert printable("a\tb\nc") == r"a\tb\nc"
    assert one_line(" a\tb\nc ") == "a b c"


def test_probes_hide_what_rules_hide() -> None:
    """Neither imports the other, and findings travel from one to the other."""
    assert redaction.HIDDEN.pattern == HIDDEN
