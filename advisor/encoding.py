"""What is printed for a character that the encoding of the output lacks.

One character for one, so that whatever was aligned stays so, but for the ellipsis, behind which
nothing stands in a column. No two marks that differ in meaning become the same.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping

PLAIN = "advisor.plain"  # the name of the error handler

SUBSTITUTES: Mapping[int, str] = {
    ord(character): substitute
    for characters, substitute in (
        ("“”„", '"'),
        ("‘’", "'"),
        ("–—─·", "-"),
        ("…", "..."),
        ("•", "*"),
        ("✓", "+"),
        ("✗×", "x"),
        ("█", "#"),
        ("├│", "|"),
        ("└", "`"),
        ("←", "<"),
        ("→»", ">"),
        ("↑", "^"),
        ("↓", "v"),
        ("●", "o"),
        ("○", "."),
    )
    for character in characters
}


def can_encode(text: str, encoding: str) -> bool:
    """Whether the encoding has all the characters of ``text``; none that is unknown has."""
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _plain(error: UnicodeError) -> tuple[str, int]:
    """The error handler: a substitute, or a question mark where there is none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(SUBSTITUTES.get(ord(character), "?") for character in lacking), error.end


codecs.register_error(PLAIN, _plain)
