"""Whether a record says what its evidence says.

People may add to a record, rename it and format it anew; what was written from evidence must still
be there, word for word as a reader sees it.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from advisor.records.parsed_record import BlockKind, Document, RecordSection
from rules.diagnostics import quoted

_COMMENT = re.compile(r"\s*<!--.*?-->\s*", re.DOTALL)
SIMILAR = 0.6  # how alike two sentences are for one to be reported as the other, changed
TOLERANCE = 1e-9  # of scores, which lie in [-1, 1]


def text_differences(document: Document, sealed: Document) -> Sequence[str]:
    """A sentence for each thing that the record does not say as the one sealed with it."""
    differing: list[str] = []
    if sealed.chosen is not None:
        differing += other_choice(document, sealed.chosen.option)
    differing += _repeated(document, sealed)
    for section in sealed.sections:
        if section.level > 1:
            differing += _missing_text(document, sealed, section, any_reported=bool(differing))
    return differing


def other_choice(document: Document, expected: str) -> Iterator[str]:
    """A sentence where the record names no option, and for each other than ``expected``."""
    if not document.choices:
        yield f"{document.file}: names no chosen option, the evidence says {quoted(expected)}"
    for chosen in document.choices:
        if chosen.option != expected:
            place = document.place(chosen.line)
            actual = quoted(chosen.option)
            yield f"{place}: the chosen option is {actual}, the evidence says {quoted(expected)}"


def _missing_text(
    document: Document, whole: Document, sealed: RecordSection, *, any_reported: bool
) -> Iterator[str]:
    """What a section of the ``whole`` that was sealed says, and the record's section of the same
    heading, under the same heading, does not.
    """
    before = whole.sections[: whole.sections.index(sealed)]
    above = [s.heading for s in before if 1 < s.level < sealed.level]
    candidates = document.under(above[-1]) if above and sealed.level > 2 else document.sections
    section = next((s for s in candidates if s.heading == sealed.heading), None)
    if section is None:
        yield f"{document.file}: the section “{sealed.heading}” is gone"
        return
    for block in section.blocks:  # a reader may not see what HTML is around; comments are none
        if block.kind is BlockKind.HTML and not _COMMENT.fullmatch(block.source):
            place = document.place(block.line)
            yield f"{place}: HTML under “{section.heading}” may hide what it says, expected text"
    present = {block.text: block.line for block in section.blocks if not block.marked}
    expected = [block.text for block in sealed.blocks]
    added = {text: line for text, line in present.items() if text not in expected}
    for text in expected:
        if text not in present and not (any_reported and text.startswith("Chosen option:")):
            yield _changed_text(document, section, text, added)


def _repeated(document: Document, sealed: Document) -> Iterator[str]:
    """Sections that are there more often than they were sealed."""
    expected = Counter(section.heading for section in sealed.sections if section.level == 2)
    for section in document.sections:
        if section.level <= 2 and section.heading in expected:
            expected[section.heading] -= 1
            if expected[section.heading] < 0:
                yield f"{document.place(section.line)}: a second “{section.heading}” stands here"


def _changed_text(
    document: Document, section: RecordSection, text: str, added: Mapping[str, int]
) -> str:
    """The sentence that says what was expected, at the line that comes nearest to it of those
    ``added``: texts and their lines.
    """
    close = get_close_matches(text, added, n=1, cutoff=SIMILAR)
    if close:
        actual, expected = _around(close[0], text), _around(text, close[0])
        place = document.place(added[close[0]])
        return f"{place}: it says “{actual}”; by the evidence it is “{expected}”"
    place = document.place(section.line)
    return f"{place}: under “{section.heading}” there is no more “{_shortened(text)}”"


def _around(text: str, other: str, most: int = 90) -> str:
    """The part of ``text`` where it begins to differ from ``other``."""
    pairs = zip(text, other, strict=False)
    differs = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(text), len(other)))
    start = max(0, differs - most // 3)
    cut = text[start : start + most]
    return f"{'...' if start else ''}{cut}{'...' if start + most < len(text) else ''}"


def _shortened(text: str, most: int = 120) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} ..."


def differences(where: str, then: Any, now: Any) -> Iterator[str]:
    """A sentence for each value that was written differently; ``where`` begins the sentences."""
    match then, now:
        case Mapping(), Mapping():
            for key in {**then, **now}:
                yield from differences(f"{where}: {key}", then.get(key), now.get(key))
        case list(), list() if len(then) == len(now):
            for number, (before, after) in enumerate(zip(then, now, strict=True), start=1):
                yield from differences(f"{where} {number}", before, after)
        case float() | int(), float() | int() if math.isclose(then, now, abs_tol=TOLERANCE):
            return
        case _ if then != now:
            yield f"{where}: is {_short(then)}, and comes out as {_short(now)}"


def mappings(data: Any) -> Sequence[Mapping[str, Any]]:
    """The mappings in a list; none where the data is no list."""
    return [item for item in data if isinstance(item, Mapping)] if isinstance(data, list) else []


def _short(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else _shortened(json.dumps(value, default=str))
