"""The front matter: which of the five fields of MADR 4 it has, and whether each can be so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches

from advisor.records import expiry
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import quoted
from advisor.records.parsed_record import Document, RecordSection
from rules.diagnostics import SourceLocation
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
        place = SourceLocation(document.file, min(problem.location.line, last))
        yield LintRemark(LintKind.FRONT_MATTER_UNREADABLE, "front matter", problem.message, place)


def misplaced(document: Document) -> Iterator[LintRemark]:
    """Fields between ``---`` that Markdown takes for a rule and a heading, or for text."""
    if document.front is not None or document.problems:
        return
    lines = document.text.split("\n")
    fields = [number for number, line in enumerate(lines, start=1) if _begins_field(line)]
    if lines[0].rstrip() == "---" and fields and fields[0] == 2:
        message = "the front matter is never closed, expected a line '---' behind its last field"
        yield LintRemark(
            LintKind.FRONT_MATTER_MISPLACED, "front matter", message, document.place(1)
        )
        return
    if section := misplaced_section(document):
        what = quoted(section.heading)
        message = f"{what} is read as a heading, expected the front matter to begin on line 1"
        place = document.place(section.line)
        yield LintRemark(LintKind.FRONT_MATTER_MISPLACED, "front matter", message, place)


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


def _begins_field(line: str) -> bool:
    return line.split(":", 1)[0] in FIELDS and ":" in line


def in_body(document: Document) -> Iterator[LintRemark]:
    """The first of status, date and people that is where older formats had it."""
    for section in document.sections:
        if section.level == 2 and section.heading.casefold() in _OLD_HEADINGS:
            yield _in_body(document, section.heading, section.line)
            return
        if section.level > 1:
            continue
        for block in section.blocks:
            if block.is_text and _FIELD.match(block.text):
                yield _in_body(document, block.text, block.line)
                return


def _in_body(document: Document, text: str, line: int) -> LintRemark:
    message = f"{quoted(text)} stands in the text, expected it in the front matter"
    return LintRemark(LintKind.METADATA_IN_BODY, "metadata", message, document.place(line))


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
            yield LintRemark(LintKind.FIELD_RENAMED, key, message, document.place_of_field(key))
        else:
            unknown.append(key)
    if unknown:
        yield _unknown(document, unknown)


def _unknown(document: Document, keys: Sequence[str]) -> LintRemark:
    """One remark for all of them: site generators want several."""
    named = ", ".join(quoted(key) for key in keys)
    what = "is no field" if len(keys) == 1 else "are no fields"
    message = f"{named} {what} of MADR 4, expected none but {', '.join(FIELDS)}"
    return LintRemark(LintKind.FIELD_UNKNOWN, keys[0], message, document.place_of_field(keys[0]))


def _meant(key: str, present: Mapping[str, Node]) -> str:
    """The field that a key was to be; empty where none is near, or where it is there as well."""
    spelt = key.casefold().replace("_", "-").replace(" ", "-")
    near = RENAMED.get(spelt) or "".join(get_close_matches(spelt, FIELDS, n=1, cutoff=0.8))
    return "" if near in present else near


def _shape(document: Document, key: str, node: Node) -> Iterator[LintRemark]:
    place = document.place_of_field(key)
    if is_placeholder(document, key):
        message = f"'{key}' still has the template's placeholder, expected a value or no such field"
        yield LintRemark(LintKind.PLACEHOLDER, key, message, place)
    elif not node.value:
        message = f"'{key}' has no value, expected one or no such field"
        yield LintRemark(LintKind.FIELD_EMPTY, key, message, place)
    elif key in PEOPLE:
        yield from _people(key, node, place)
    elif not isinstance(node.value, str):
        what = "mapping" if isinstance(node.value, Mapping) else "list"
        message = f"'{key}' is a {what}, expected a text"
        yield LintRemark(LintKind.FIELD_SHAPE, key, message, place)


def _people(key: str, node: Node, place: SourceLocation) -> Iterator[LintRemark]:
    if isinstance(node.value, Mapping):
        message = f"'{key}' is a mapping, expected a list of names"
        yield LintRemark(LintKind.PEOPLE_SHAPE, key, message, place)
    elif not isinstance(node.value, str):
        for number, item in enumerate(node.value, start=1):
            if not isinstance(item.value, str) or not item.value.strip():
                message = f"item {number} of '{key}' is no name, expected a list of names"
                yield LintRemark(LintKind.PEOPLE_SHAPE, key, message, place)


def is_placeholder(document: Document, key: str) -> bool:
    """Whether the field's value is a text in braces, with or without quotes.

    Without them YAML reads a mapping, so what counts is the line as it was written.
    """
    line = document.text.split("\n")[document.place_of_field(key).line - 1]
    value = line.partition(":")[2].strip().strip("\"'")
    return value.startswith("{") and not re.match(r"\{\s*[\w-]+:", value) and value != "{}"


def status(document: Document) -> Iterator[LintRemark]:
    text = document.status
    if not text or is_placeholder(document, "status") or _STATUS.fullmatch(text):
        return
    close = get_close_matches(text.casefold(), STATES, n=1, cutoff=0.7)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    known = "proposed, rejected, accepted, deprecated or superseded by ADR-NNNN"
    message = f"the status is {quoted(text)}, expected {known}{hint}"
    yield LintRemark(LintKind.STATUS_UNKNOWN, "status", message, document.place_of_field("status"))


def day(document: Document, *, today: date) -> Iterator[LintRemark]:
    """Whether the date is one, and not after ``today``."""
    text = document.date
    if not text or is_placeholder(document, "date"):
        return
    place = document.place_of_field("date")
    stated = expiry.day(text)
    if stated is None:
        message = f"the date is {quoted(text)}, expected a day of the calendar as YYYY-MM-DD"
        yield LintRemark(LintKind.DATE_IMPOSSIBLE, "date", message, place)
    elif stated > today:
        message = f"the date {text} is still to come, expected today, {today}, or earlier"
        yield LintRemark(LintKind.DATE_IN_FUTURE, "date", message, place)
