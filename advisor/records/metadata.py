"""What a record says about itself: status, date, people, which record takes its place, when to look
at it again.

MADR 4 has these in front matter. Older and other formats have them as a list, as lines or as a
table below the title, or in a section ``## Status``; and each project spells their names as it
likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from advisor.records.sections import Block, FrontMatter, RecordSection
from rules.loading.yaml_nodes import Node

STATUS, DATE = "status", "date"
DECISION_MAKERS, CONSULTED, INFORMED = "decision-makers", "consulted", "informed"
SUPERSEDED_BY, SUPERSEDES, REVIEW = "superseded-by", "supersedes", "review"

# Each field, and the other names that people give it; upper case, spaces and underscores aside.
_NAMES: Mapping[str, str] = {
    **dict.fromkeys((STATUS, "state"), STATUS),
    **dict.fromkeys((DATE, "decision-date", "date-decided", "decided-on"), DATE),
    **dict.fromkeys((DECISION_MAKERS, "decision-maker", "deciders", "decider"), DECISION_MAKERS),
    **dict.fromkeys((CONSULTED,), CONSULTED),
    **dict.fromkeys((INFORMED,), INFORMED),
    **dict.fromkeys(
        (SUPERSEDED_BY, "superceded-by", "superseder", "replaced-by", "obsoleted-by"), SUPERSEDED_BY
    ),
    **dict.fromkeys((SUPERSEDES, "supercedes", "replaces", "obsoletes"), SUPERSEDES),
    **dict.fromkeys(
        (
            *("review", "review-by", "review-on", "review-date", "next-review", "next-review-date"),
            *("revisit", "revisit-by", "revisit-on", "revisit-date", "reassess-by", "reassess-on"),
            *("reassessment", "reassessment-date", "reassessment-by", "re-evaluate-by"),
            *("review-due", "expires", "expires-on", "expiry", "expiry-date", "expiration-date"),
            *("valid-until", "sunset", "sunset-date"),
        ),
        REVIEW,
    ),
}
_NOTHING = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "–",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "tbd",
        "nothing",
        "[]",
        "no",
        "never",
    }
)
_LINE = re.compile(
    r"\s*(?:[-*+>]\s+)*[*_`]*(?P<name>[A-Za-z][A-Za-z _-]{2,30}?)[*_`]*\s*:[*_`]*(?P<text>\s.*|$)"
)
_IN_BRACES = re.compile(r"\w[\w-]*")
_COMMENT = re.compile(r"<!--.*?-->")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_KNOWN_STATUS = re.compile(
    r"\W*(?:draft|proposed|accepted|approved|adopted|agreed|decided|implemented|active|final|done"
    r"|rejected|declined|deprecated|obsolete|withdrawn|retired|pending|partly|supersed|superced"
    r"|replaced|in review|rfc)",
    re.IGNORECASE,
)
_REPLACED = re.compile(
    r"\W*(?:superseded|superceded|replaced|obsoleted)(?:\s+\([^()]*\))?\s+by\b[:\s]*(?P<by>.*)",
    re.IGNORECASE | re.DOTALL,
)
LONGEST_STATUS = 80  # characters of a line under "Status" that may be a status of one's own


class Place(str, Enum):
    """Where in a record a field stands."""

    FRONT = "front matter"
    LINE = "line"  # of a list or paragraph below the title
    TABLE = "table"
    SECTION = "section"


@dataclass(frozen=True)
class FieldStatement:
    """A field of a record: its text as a reader sees it, the Markdown of it, the names in it where
    it is a list, and where it stands. ``spelt`` is the name it has there.
    """

    text: str
    source: str
    line: int
    place: Place
    spelt: str
    names: tuple[str, ...] = ()


def field_named(name: str) -> str:
    """The field that people mean by this name; empty where it is none of a record."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name.strip(" *_`:"))  # nextReview
    return _NAMES.get(re.sub(r"[\s_-]+", "-", words).casefold(), "")


def without_links(source: str) -> str:
    """The words of a line of Markdown, links shown as their texts."""
    return _LINK.sub(r"\1", source)


def replaced_by(status: str) -> str:
    """The Markdown that says by which record one is superseded; empty where a status does not."""
    match = _REPLACED.match(status)
    return match["by"].strip() if match else ""


def statements(
    front: FrontMatter | None, sections: Sequence[RecordSection]
) -> tuple[tuple[str, FieldStatement], ...]:
    """Each field that the record states, by its name in MADR 4, in the order of what counts."""
    return (*_in_front(front), *_above_sections(sections), *_in_sections(sections))


def _in_front(front: FrontMatter | None) -> Iterator[tuple[str, FieldStatement]]:
    if front is None:
        return
    # First what is spelt as MADR has it: another spelling beside it is a field of one's own.
    for name in sorted(front.fields, key=lambda name: name not in _NAMES.values()):
        if not (field := field_named(name)):
            continue
        text, names = _text(field, front.fields[name]), front.names(name)
        if text.casefold() not in _NOTHING:
            line = max(1, min(front.keys[name].line, front.last_line))
            yield field, FieldStatement(text, text, line, Place.FRONT, name, names)


def _text(field: str, node: Node) -> str:
    """The field's text; of a list the names in it. ``{accepted}``, a word in braces, is that word,
    as it is for those who leave in the braces of the template.
    """
    if isinstance(node.value, str):
        return node.value.strip()
    if isinstance(node.value, Mapping):
        word, value = next(iter(node.value.items()), ("", node))
        alone = len(node.value) == 1 and not value.value and _IN_BRACES.fullmatch(word)
        return word if alone else ""
    if field in (STATUS, DATE) and len(node.value) > 1:
        return ""
    return ", ".join(i.value.strip() for i in node.value if isinstance(i.value, str))


def _above_sections(sections: Sequence[RecordSection]) -> Iterator[tuple[str, FieldStatement]]:
    """Fields between the title and the first section, line by line and in tables."""
    for section in sections:
        if section.level > 1:
            return
        for block in section.blocks:
            if not block.is_text:
                continue
            lines = _COMMENT.sub("", block.source).split("\n")
            if "|" in lines[0]:
                yield from _in_table(lines, block.line)
                continue
            for number, line in enumerate(lines, start=block.line):
                match = _LINE.match(line)
                if match and (field := field_named(match["name"])):
                    yield from _stated(field, match["text"], number, Place.LINE, match["name"])


def _in_table(lines: Sequence[str], first: int) -> Iterator[tuple[str, FieldStatement]]:
    """Fields with their names in the first column, or in the first row."""
    rows = [[cell.strip() for cell in _cells(line)] for line in lines]
    head = [field_named(cell) for cell in rows[0]]
    if sum(map(bool, head)) > 1 and len(rows) > 2:
        for name, field, text in zip(rows[0], head, rows[2], strict=False):
            if field:
                yield from _stated(field, text, first + 2, Place.TABLE, name)
        return
    for number, row in enumerate(rows, start=first):
        if len(row) > 1 and (field := field_named(row[0])):
            yield from _stated(field, row[1], number, Place.TABLE, row[0])


def _cells(line: str) -> Sequence[str]:
    return re.split(r"(?<!\\)\|", line.strip().lstrip("> ").removeprefix("|").removesuffix("|"))


def _in_sections(sections: Sequence[RecordSection]) -> Iterator[tuple[str, FieldStatement]]:
    """Fields with a heading of their own."""
    for section in sections:
        field = field_named(section.heading) if 0 < section.level < 3 else ""
        lines = list(_lines(section.blocks)) if field else []
        if field == STATUS:
            replaced = [line for line in lines if replaced_by(line[0])]
            lines = [
                (text, line)
                for text, line in replaced or lines
                if len(text) <= LONGEST_STATUS or _KNOWN_STATUS.match(text)
            ]
        for text, line in lines[:1]:
            yield from _stated(field, text, line, Place.SECTION, section.heading)


def _lines(blocks: Sequence[Block]) -> Iterator[tuple[str, int]]:
    for block in blocks:
        if block.is_text:
            for number, line in enumerate(_COMMENT.sub("", block.source).split("\n")):
                if line.strip():
                    yield line.strip(), block.line + number


def _stated(
    field: str, source: str, line: int, place: Place, spelt: str
) -> Iterator[tuple[str, FieldStatement]]:
    source = source.strip().rstrip("\\").strip()
    text = " ".join(without_links(source).replace("`", "").replace("*", "").split()).strip("_ ")
    if text.casefold() not in _NOTHING:
        names = tuple(name.strip(" []") for name in text.split(",") if name.strip(" []"))
        yield field, FieldStatement(text, source, line, place, spelt.strip(" *_`:"), names)
