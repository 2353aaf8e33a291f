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
from advisor.records.parsed_record import Block, BlockKind, Document, RecordSection, parse_document
from advisor.records.verification.check import Check, CheckStatus
from rules.diagnostics import InputError, quoted

_COMMENT = re.compile(r"\s*<!--.*?-->\s*", re.DOTALL)
NEAR = 0.6  # how alike two sentences are for one to be told as the other, changed


def check_text(document: Document, bundle: Bundle) -> Check:
    """Hold the record against the text that was sealed with it."""
    try:
        sealed = parse_document(bundle.text(RECORD), RECORD)
    except InputError as error:
        told = tuple(problem.message for problem in error.problems)
        return Check(CheckStatus.FAILED, "there is nothing to hold the record against", told)
    wrong: list[str] = []
    if sealed.chosen is not None:
        wrong += other_choice(document, sealed.chosen.option)
    wrong += _repeated(document, sealed)
    for section in sealed.sections:
        wrong += _not_said(document, section, _parent(sealed, section), has_said=bool(wrong))
    return Check.of(
        wrong, "the record says what its evidence says", "the record does not say what it did"
    )


def other_choice(document: Document, expected: str) -> Iterator[str]:
    """The sentence that is due where the record names another option than ``expected``."""
    if not document.choices:
        yield f"{document.file}: names no chosen option, the evidence says {quoted(expected)}"
    for chosen in document.choices:
        if chosen.option != expected:
            place = document.place(chosen.line)
            found = quoted(chosen.option)
            yield f"{place}: the chosen option is {found}, the evidence says {quoted(expected)}"


def _parent(document: Document, section: RecordSection) -> str:
    """The heading that the section stands under; empty for one of the second level."""
    before = document.sections[: document.sections.index(section)]
    above = [one.heading for one in before if one.level < section.level and one.level > 1]
    return above[-1] if above and section.level > 2 else ""


def _not_said(
    document: Document, sealed: RecordSection, parent: str, *, has_said: bool
) -> Iterator[str]:
    """What the sealed section says and the record's section of that heading does not."""
    if sealed.level == 1:
        return
    section = _same_section(document, sealed, parent)
    if section is None:
        yield f"{document.file}: the section “{sealed.heading}” is gone"
        return
    yield from _hiding(document, section)
    there = {block.text: block for block in section.blocks if not block.marked}
    wanted = [block.text for block in sealed.blocks]
    added = [text for text in there if text not in wanted]
    for text in wanted:
        if text in there or (has_said and text.startswith("Chosen option:")):
            continue
        yield _otherwise(document, section, text, added, there)


def _hiding(document: Document, section: RecordSection) -> Iterator[str]:
    """HTML around what was written from evidence: a reader may not see that. Comments are none."""
    for block in section.blocks:
        if block.kind is BlockKind.HTML and not re.fullmatch(
            r"\s*<!--.*?-->\s*", block.source, re.DOTALL
        ):
            place = document.place(block.line)
            yield f"{place}: HTML under “{section.heading}” may hide what it says, expected text"


def _repeated(document: Document, sealed: Document) -> Iterator[str]:
    """Sections that stand there more often than they were sealed."""
    written = Counter(one.heading for one in sealed.sections if one.level == 2)
    for section in document.sections:
        if section.level <= 2 and section.heading in written:
            written[section.heading] -= 1
            if written[section.heading] < 0:
                yield f"{document.place(section.line)}: a second “{section.heading}” stands here"


def _same_section(document: Document, sealed: RecordSection, parent: str) -> RecordSection | None:
    among = document.under(parent) if parent else document.sections
    return next((one for one in among if one.heading == sealed.heading), None)


def _otherwise(
    document: Document,
    section: RecordSection,
    text: str,
    added: Sequence[str],
    there: Mapping[str, Block],
) -> str:
    """The sentence that says what was expected, at the line that comes nearest to it."""
    near = get_close_matches(text, added, n=1, cutoff=NEAR)
    if near:
        place = document.place(there[near[0]].line)
        said, due = _around(near[0], text), _around(text, near[0])
        return f"{place}: it says “{said}”; by the evidence it is “{due}”"
    place = document.place(section.line)
    return f"{place}: under “{section.heading}” there is no more “{shortened(text)}”"


def _around(text: str, other: str, most: int = 90) -> str:
    """The part of ``text`` where it parts from ``other``."""
    pairs = zip(text, other, strict=False)
    parted = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(text), len(other)))
    start = max(0, parted - most // 3)
    cut = text[start : start + most]
    return f"{'...' if start else ''}{cut}{'...' if start + most < len(text) else ''}"


def shortened(text: str, most: int = 120) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} ..."


TOLERANCE = 1e-9  # of scores, which lie in [-1, 1]


def differences(where: str, then: Any, now: Any) -> Iterator[str]:
    """What was written otherwise than it comes out; ``where`` names the place in the sentences."""
    match then, now:
        case Mapping(), Mapping():
            for key in {**then, **now}:
                yield from differences(f"{where}: {key}", then.get(key), now.get(key))
        case list(), list() if len(then) == len(now):
            for number, (one, other) in enumerate(zip(then, now, strict=True), start=1):
                yield from differences(f"{where} {number}", one, other)
        case float() | int(), float() | int() if math.isclose(then, now, abs_tol=TOLERANCE):
            return
        case _ if then != now:
            yield f"{where}: is {_short(then)}, and comes out as {_short(now)}"


def _short(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else shortened(json.dumps(value, default=str))
