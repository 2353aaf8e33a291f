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

from advisor.records.evidence.bundle import Bundle
from advisor.records.evidence.contents import RECORD
from advisor.records.parsed_record import Block, BlockKind, Document, RecordSection
from advisor.records.parsing import parse_document
from advisor.records.verification.check import Check, CheckStatus
from rules.diagnostics import InputError, quoted

_COMMENT = re.compile(r"\s*<!--.*?-->\s*", re.DOTALL)
SIMILAR = 0.6  # how alike two sentences are for one to be reported as the other, changed


def check_text(document: Document, bundle: Bundle) -> Check:
    """Compare the record with the text that was sealed with it."""
    try:
        sealed = parse_document(bundle.text(RECORD), RECORD)
    except InputError as error:
        messages = tuple(problem.message for problem in error.problems)
        return Check(CheckStatus.FAILED, "there is nothing to hold the record against", messages)
    problems: list[str] = []
    if sealed.chosen is not None:
        problems += other_choice(document, sealed.chosen.option)
    problems += _repeated(document, sealed)
    for section in sealed.sections:
        parent = _parent(sealed, section)
        problems += _missing_text(document, section, parent, any_reported=bool(problems))
    return Check.of(
        problems,
        passed="the record says what its evidence says",
        failed="the record does not say what it did",
    )


def other_choice(document: Document, expected: str) -> Iterator[str]:
    """A sentence where the record names no option, and for each other than ``expected``."""
    if not document.choices:
        yield f"{document.file}: names no chosen option, the evidence says {quoted(expected)}"
    for chosen in document.choices:
        if chosen.option != expected:
            place = document.place(chosen.line)
            actual = quoted(chosen.option)
            yield f"{place}: the chosen option is {actual}, the evidence says {quoted(expected)}"


def _parent(document: Document, section: RecordSection) -> str:
    """The heading that the section is under; empty for one of the second level."""
    before = document.sections[: document.sections.index(section)]
    above = [s.heading for s in before if s.level < section.level and s.level > 1]
    return above[-1] if above and section.level > 2 else ""


def _missing_text(
    document: Document, sealed: RecordSection, parent: str, *, any_reported: bool
) -> Iterator[str]:
    """What the sealed section says and the record's section of that heading does not."""
    if sealed.level == 1:
        return
    section = _same_section(document, sealed, parent)
    if section is None:
        yield f"{document.file}: the section “{sealed.heading}” is gone"
        return
    yield from _hiding(document, section)
    present = {block.text: block for block in section.blocks if not block.marked}
    expected = [block.text for block in sealed.blocks]
    added = [block for text, block in present.items() if text not in expected]
    for text in expected:
        if text in present or (any_reported and text.startswith("Chosen option:")):
            continue
        yield _changed_text(document, section, text, added)


def _hiding(document: Document, section: RecordSection) -> Iterator[str]:
    """HTML around what was written from evidence: a reader may not see that. Comments are none."""
    for block in section.blocks:
        if block.kind is BlockKind.HTML and not _COMMENT.fullmatch(block.source):
            place = document.place(block.line)
            yield f"{place}: HTML under “{section.heading}” may hide what it says, expected text"


def _repeated(document: Document, sealed: Document) -> Iterator[str]:
    """Sections that are there more often than they were sealed."""
    expected = Counter(section.heading for section in sealed.sections if section.level == 2)
    for section in document.sections:
        if section.level <= 2 and section.heading in expected:
            expected[section.heading] -= 1
            if expected[section.heading] < 0:
                yield f"{document.place(section.line)}: a second “{section.heading}” stands here"


def _same_section(document: Document, sealed: RecordSection, parent: str) -> RecordSection | None:
    candidates = document.under(parent) if parent else document.sections
    return next((section for section in candidates if section.heading == sealed.heading), None)


def _changed_text(
    document: Document, section: RecordSection, text: str, added: Sequence[Block]
) -> str:
    """The sentence that says what was expected, at the line that comes nearest to it."""
    lines = {block.text: block.line for block in added}
    close = get_close_matches(text, lines, n=1, cutoff=SIMILAR)
    if close:
        actual, expected = _around(close[0], text), _around(text, close[0])
        place = document.place(lines[close[0]])
        return f"{place}: it says “{actual}”; by the evidence it is “{expected}”"
    place = document.place(section.line)
    return f"{place}: under “{section.heading}” there is no more “{shortened(text)}”"


def _around(text: str, other: str, most: int = 90) -> str:
    """The part of ``text`` where it begins to differ from ``other``."""
    pairs = zip(text, other, strict=False)
    differs = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(text), len(other)))
    start = max(0, differs - most // 3)
    cut = text[start : start + most]
    return f"{'...' if start else ''}{cut}{'...' if start + most < len(text) else ''}"


def shortened(text: str, most: int = 120) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} ..."


TOLERANCE = 1e-9  # of scores, which lie in [-1, 1]


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
    return quoted(value) if isinstance(value, str) else shortened(json.dumps(value, default=str))
