"""The front matter: which of the five fields of MADR 4 it has, and whether each can be so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches

from advisor.records import expiry
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import quoted
from advisor.records.parsed_record import Document, RecordSection
from rules.loading.yaml_nodes import Node

PEOPLE = ("decision-makers", "consulted", "informed")
FIELDS = ("status", "date", *PEOPLE)
STATES = ("proposed", "rejected", "accepted", "deprecated", "superseded")
# What generators of sites need of any page; it says nothing about the decision.
OF_SITES = frozenset(
    {
        *("grand_parent", "has_children", "layout", "nav_exclude", "nav_order", "parent"),
        *("permalink", "redirect_from", "sidebar_label", "sidebar_position", "slug", "weight"),
    }
)
RENAMED = {"deciders": "decision-makers"}  # as MADR 3 had it

_STATUS = re.compile(r"(?:proposed|rejected|accepted|deprecated)|superseded(?:\s+by\s+\S.*)?", re.I)
_FIELD = re.compile(r"(?:status|date|deciders?|decision[- ]makers?|consulted|informed)\s*:", re.I)
_OLD_HEADINGS = frozenset({"status", "date", "deciders", "decision makers", "decision-makers"})


def unreadable(document: Document) -> Iterator[LintRemark]:
    last = document.text.count("\n") + 1
    for problem in document.problems:
        line = min(problem.location.line, last)
        kind = LintKind.FRONT_MATTER_UNREADABLE
        yield kind.at(document, line, "front matter", problem.message)


def misplaced(document: Document) -> Iterator[LintRemark]:
    """Fields between ``---`` that Markdown takes for a rule and a heading, or for text."""
    if document.front is not None or document.problems:
        return
    lines = document.text.split("\n")
    key, colon, _ = "".join(lines[1:2]).partition(":")
    if lines[0].rstrip() == "---" and key in FIELDS and colon:
        line = 1
        message = "the front matter is never closed, expected a line '---' behind its last field"
    elif section := misplaced_section(document):
        what, line = quoted(section.heading), section.line
        message = f"{what} is read as a heading, expected the front matter to begin on line 1"
    else:
        return
    yield LintKind.FRONT_MATTER_MISPLACED.at(document, line, "front matter", message)


def misplaced_section(document: Document) -> RecordSection | None:
    """The heading that Markdown makes of fields before the second ``---``, where the first one is
    not on line 1.
    """
    for section in document.sections:
        if section.level == 1:
            return None
        if section.level == 2 and _FIELD.match(section.heading):
            return section
    return None


def in_body(document: Document) -> Iterator[LintRemark]:
    """The first of status, date and people that is where older formats had it."""
    for text, line in _metadata_in_body(document):
        message = f"{quoted(text)} stands in the text, expected it in the front matter"
        yield LintKind.METADATA_IN_BODY.at(document, line, "metadata", message)
        return


def _metadata_in_body(document: Document) -> Iterator[tuple[str, int]]:
    for section in document.sections:
        if section.level == 2 and section.heading.casefold() in _OLD_HEADINGS:
            yield section.heading, section.line
        for block in section.blocks if section.level <= 1 else ():
            if block.is_text and _FIELD.match(block.text):
                yield block.text, block.line


def fields(document: Document) -> Iterator[LintRemark]:
    """Every field, but for what the values of status and date mean."""
    if (front := document.front) is None:
        return
    unknown = []
    for key in front.fields:
        if key in FIELDS:
            yield from _shape(document, key, front.fields[key])
        elif key in OF_SITES:
            continue
        elif meant := _meant(key, front.fields):
            message = f"'{key}' is no field of MADR 4, expected '{meant}'"
            yield LintKind.FIELD_RENAMED.at(document, document.field_line(key), key, message)
        else:
            unknown.append(key)
    if unknown:  # one remark for all of them: site generators want several
        named = ", ".join(map(quoted, unknown))
        what = "is no field" if len(unknown) == 1 else "are no fields"
        message = f"{named} {what} of MADR 4, expected none but {', '.join(FIELDS)}"
        line = document.field_line(unknown[0])
        yield LintKind.FIELD_UNKNOWN.at(document, line, unknown[0], message)


def _meant(key: str, present: Mapping[str, Node]) -> str:
    """The field that a key was to be; empty where none is near, or where it is there as well."""
    spelt = key.casefold().replace("_", "-").replace(" ", "-")
    near = RENAMED.get(spelt) or "".join(get_close_matches(spelt, FIELDS, n=1, cutoff=0.8))
    return "" if near in present else near


def _shape(document: Document, key: str, node: Node) -> Iterator[LintRemark]:
    line = document.field_line(key)
    if _is_placeholder(document, key):
        message = f"'{key}' still has the template's placeholder, expected a value or no such field"
        yield LintKind.PLACEHOLDER.at(document, line, key, message)
    elif not node.value:
        message = f"'{key}' has no value, expected one or no such field"
        yield LintKind.FIELD_EMPTY.at(document, line, key, message)
    elif isinstance(node.value, str):
        return
    elif key not in PEOPLE:
        what = "mapping" if isinstance(node.value, Mapping) else "list"
        message = f"'{key}' is a {what}, expected a text"
        yield LintKind.FIELD_SHAPE.at(document, line, key, message)
    elif isinstance(node.value, Mapping):
        message = f"'{key}' is a mapping, expected a list of names"
        yield LintKind.PEOPLE_SHAPE.at(document, line, key, message)
    else:
        for number, item in enumerate(node.value, start=1):
            if not isinstance(item.value, str) or not item.value.strip():
                message = f"item {number} of '{key}' is no name, expected a list of names"
                yield LintKind.PEOPLE_SHAPE.at(document, line, key, message)


def _is_placeholder(document: Document, key: str) -> bool:
    """Whether the field's value is a text in braces, with or without quotes.

    Without them YAML reads a mapping, so what counts is the line as it was written.
    """
    line = document.text.split("\n")[document.field_line(key) - 1]
    value = line.partition(":")[2].strip().strip("\"'")
    return value.startswith("{") and not re.match(r"\{\s*[\w-]+:", value) and value != "{}"


def status(document: Document) -> Iterator[LintRemark]:
    text = document.status
    if not text or _is_placeholder(document, "status") or _STATUS.fullmatch(text):
        return
    close = get_close_matches(text.casefold(), STATES, n=1, cutoff=0.7)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    known = "proposed, rejected, accepted, deprecated or superseded by ADR-NNNN"
    message = f"the status is {quoted(text)}, expected {known}{hint}"
    line = document.field_line("status")
    yield LintKind.STATUS_UNKNOWN.at(document, line, "status", message)


def day(document: Document, *, today: date) -> Iterator[LintRemark]:
    """Whether the date is one, and not after ``today``."""
    text = document.date
    if not text or _is_placeholder(document, "date"):
        return
    line = document.field_line("date")
    stated = expiry.day(text)
    if stated is None:
        message = f"the date is {quoted(text)}, expected a day of the calendar as YYYY-MM-DD"
        yield LintKind.DATE_IMPOSSIBLE.at(document, line, "date", message)
    elif stated > today:
        message = f"the date {text} is still to come, expected today, {today}, or earlier"
        yield LintKind.DATE_IN_FUTURE.at(document, line, "date", message)
