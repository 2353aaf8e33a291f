"""The day on which a record wants to be looked at again, however it says so."""

from __future__ import annotations

import re

from advisor.records.evidence.restore import revisit_date
from advisor.records.metadata import REVIEW
from advisor.records.parsed_record import Document

LONGEST = 40  # characters of a field that may be a date in words of its own
_DAY = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_SENTENCE = re.compile(
    r"\b(?:(?:next|to be) review(?:ed)?(?: date)?|review (?:by|on|date)"
    r"|revisit(?:ed)?(?: by| on| date)?"
    r"|re-?assess(?:ed|ment)?(?: by| on| date)?|re-?evaluated? (?:by|on)|re-?considered? (?:by|on)"
    r"|look(?:ed)? at (?:\w+ )?again (?:by|on)|valid until|expires(?: on)?)\b"
    r"\W{0,6}(?:(?:the|on|by)\W)?(?P<day>\d{4}-\d\d-\d\d)\b",
    re.IGNORECASE,
)


def review_date(document: Document) -> str:
    """The day, as it is written, by which the record says to look at it again; empty if none.

    Records of this program say it in a sentence; others in a field, which may hold something else
    than a day, or in words of their own.
    """
    if stated := revisit_date(document):
        return stated
    if (field := document.metadata.get(REVIEW)) is not None:
        if match := _DAY.search(field.text):
            return match[0]
        if re.search(r"\d", field.text) and len(field.text) <= LONGEST:  # "Q3 2026"
            return field.text
    matches = (_SENTENCE.search(block.text) for block in document.blocks if block.is_text)
    return next((match["day"] for match in matches if match), "")
