"""The front matter: which of the five fields of MADR 4 it has, and whether each can be so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches

from advisor.records import expiry
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import LONGEST_NAME, quoted
from advisor.records.metadata import (
    CONSULTED,
    DATE,
    DECISION_MAKERS,
    INFORMED,
    STATUS,
    SUPERSEDED_BY,
    Place,
    field_named,
)
from advisor.records.parsed_record import Document
from rules.loading.yaml_nodes import Node

PEOPLE = (DECISION_MAKERS, CONSULTED, INFORMED)
FIELDS = (STATUS, DATE, *PEOPLE)
STATES = ("proposed", "rejected", "accepted", "deprecated", "superseded")
# What generators of sites need of any page; it says nothing about the decision.
OF_SITES = frozenset(
    {
        *("grand_parent", "has_children", "layout", "nav_exclude", "nav_order", "parent"),
        *("permalink", "redirect_from", "sidebar_label", "sidebar_position", "slug", "weight"),
    }
)
_STATUS = re.compile(r"(?:proposed|rejected|accepted|deprecated)|superseded(?:\s+by\s+\S.*)?", re.I)
MEANT = {SUPERSEDED_BY: "status: superseded by ADR-NNNN"}  # by fields that MADR never had


def unreadable(document: Document) -> Iterator[LintRemark]:
    last = document.text.count("\n") + 1
    for problem in document.problems:
        line = min(problem.location.line, last)
        kind = LintKind.FRONT_MATTER_UNREADABLE
        yield kind.at(document, line, "front matter", problem.message)


def misplaced(document: Document) -> Iterator[LintRemark]:
    """Fields between ``---`` that Markdown takes for a rule and a heading, or for text."""
    if (found := document.misplaced) is not None:
        line = found.first_line + 1
        text = " ".join(document.text.split("\n")[line - 1 : found.last_line - 1])
        message = (
            f"{quoted(text)} is read as a heading, expected the front matter to begin on line 1"
        )
        yield LintKind.FRONT_MATTER_MISPLACED.at(document, line, "front matter", message)
        return
    if document.front is not None or document.problems:
        return
    lines = document.text.split("\n")
    key, colon, _ = "".join(lines[1:2]).partition(":")
    if lines[0].rstrip() == "---" and colon and (key in FIELDS or key in OF_SITES):
        message = "the front matter is never closed, expected a line '---' behind its last field"
        yield LintKind.FRONT_MATTER_MISPLACED.at(document, 1, "front matter", message)


def in_body(document: Document) -> Iterator[LintRemark]:
    """The first of status, date and people that is where older formats had it."""
    fields = {STATUS, DATE, *PEOPLE}
    in_body = [
        statement
        for field, statement in document.statements
        if field in fields and statement.place is not Place.FRONT
    ]
    for statement in sorted(in_body, key=lambda statement: statement.line)[:1]:
        line, text = statement.line, f"{statement.spelt}: {statement.text}"
        if statement.place is Place.SECTION:
            line, text = _heading_line(document, statement.spelt), statement.spelt
        message = f"{quoted(text)} stands in the text, expected it in the front matter"
        yield LintKind.METADATA_IN_BODY.at(document, line, "metadata", message)


def _heading_line(document: Document, heading: str) -> int:
    return next(section.line for section in document.sections if section.heading == heading)


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
        elif meant := _meant(document, key):
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


def _meant(document: Document, key: str) -> str:
    """The field that a key was to be; empty where none is near, or where it is there as well."""
    present = document.front.fields if document.front else {}
    field = field_named(key)
    if field == SUPERSEDED_BY:
        named = document.superseders[:1]
        number = named[0].number if named else None
        return MEANT[field] if number is None else f"status: superseded by ADR-{number:04d}"
    spelt = key.casefold().replace("_", "-").replace(" ", "-")
    near = "".join(get_close_matches(spelt[:LONGEST_NAME], FIELDS, n=1, cutoff=0.8))
    meant = field if field in FIELDS else near
    return "" if meant in present else meant


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
    """Whether the status is one that MADR 4 has, where MADR 4 has it."""
    statement = document.metadata.get(STATUS)
    if statement is None or statement.place is not Place.FRONT:
        return
    text = statement.text
    if not text or _is_placeholder(document, "status") or _STATUS.fullmatch(text):
        return
    close = get_close_matches(text.casefold(), STATES, n=1, cutoff=0.7)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    known = "proposed, rejected, accepted, deprecated or superseded by ADR-NNNN"
    message = f"the status is {quoted(text)}, expected {known}{hint}"
    yield LintKind.STATUS_UNKNOWN.at(document, statement.line, "status", message)


def day(document: Document, *, today: date) -> Iterator[LintRemark]:
    """Whether the date is one, and not after ``today``."""
    statement = document.metadata.get(DATE)
    if statement is None or statement.place is not Place.FRONT:
        return
    text, line = statement.text, statement.line
    if not text or _is_placeholder(document, "date"):
        return
    stated = expiry.day(text)
    if stated is None:
        message = f"the date is {quoted(text)}, expected a day of the calendar as YYYY-MM-DD"
        yield LintKind.DATE_IMPOSSIBLE.at(document, line, "date", message)
    elif stated > today:
        message = f"the date {text} is still to come, expected today, {today}, or earlier"
        yield LintKind.DATE_IN_FUTURE.at(document, line, "date", message)
