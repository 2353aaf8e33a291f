"""What a field of the knowledge files may hold.

:mod:`rules.loading.file_schemas` puts these together.

Each kind is plain data, so that reading (here) and the schema for editors
(:mod:`rules.loading.json_schema`) follow the same declaration. ``read`` gives the value, or None
where it has a mistake, which is then in ``context.problems``. Of a record or a table all that could
be read is given, so that more can be checked; a None in it, too, stands for what has a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeAlias

from rules.conditions import Condition
from rules.diagnostics import SHOWN, SourceLocation, either, hint, quoted
from rules.loading import answers_parser, condition_parser
from rules.loading.answers_parser import AnswerSheet
from rules.loading.context import EntryLabel, LoadContext
from rules.loading.yaml_nodes import Node

DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
YEAR_OR_MONTH = "[0-9]{4}(-(0[1-9]|1[0-2]))?"
UNDATED = "undated"
NUMBER = r"[0-9]+(\.[0-9]+)?"
WHOLE_NUMBER = "[1-9][0-9]{0,5}"


@dataclass(frozen=True)
class Text:
    """Any text that is not blank."""

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> str | None:
        text = _scalar(node, label, context, "a text")
        return text and text.strip()


@dataclass(frozen=True)
class Shaped:
    """A text all of which matches ``pattern``; ``expected`` says the same in words."""

    pattern: str
    expected: str

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> str | None:
        text = _scalar(node, label, context, self.expected)
        if text is None or re.fullmatch(self.pattern, text):
            return text
        context.refuse(node.location, label, f"is {quoted(text)}, expected {self.expected}")
        return None


@dataclass(frozen=True)
class Word:
    """One of a few fixed words."""

    words: tuple[str, ...]

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> str | None:
        text = _scalar(node, label, context, either(self.words))
        if text is None or text in self.words:
            return text
        context.refuse(node.location, label, f"is {quoted(text)}, expected {either(self.words)}")
        return None


@dataclass(frozen=True)
class Day:
    """A day as ISO 8601 writes it, 2026-01-31.

    ``loose`` takes a month or a year as well, and ``undated``: sources do not always say more.
    """

    loose: bool = False

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> str | None:
        expected = "a date like 2026-01-31"
        if self.loose:
            expected += f", 2026-01 or 2026, or {UNDATED}"
        text = _scalar(node, label, context, expected)
        if text is None or _is_day(text):
            return text
        if self.loose and (text == UNDATED or re.fullmatch(YEAR_OR_MONTH, text)):
            return text
        context.refuse(node.location, label, f"is {quoted(text)}, expected {expected}")
        return None


@dataclass(frozen=True)
class Share:
    """A number from 0 to 1; ``inside`` leaves out both ends."""

    inside: bool = False

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> float | None:
        expected = "a number above 0 and below 1" if self.inside else "a number from 0 to 1"
        text = _scalar(node, label, context, expected)
        if text is None:
            return None
        number = float(text) if re.fullmatch(NUMBER, text) else -1.0
        if 0 < number < 1 or (number in (0, 1) and not self.inside):
            return number
        context.refuse(node.location, label, f"is {quoted(text)}, expected {expected}")
        return None


@dataclass(frozen=True)
class Count:
    """A whole number from 1 on."""

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> int | None:
        expected = "a whole number from 1 on"
        text = _scalar(node, label, context, expected)
        if text is None:
            return None
        if re.fullmatch(WHOLE_NUMBER, text):
            return int(text)
        context.refuse(node.location, label, f"is {quoted(text)}, expected {expected}")
        return None


@dataclass(frozen=True)
class EntryName:
    """The id of an entry of this kind."""

    kind: str

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> str | None:
        text = _scalar(node, label, context, f"the id of a {self.kind}")
        known = context.names[self.kind]
        if text is None or known is None or text in known:
            return text
        message = f"is {quoted(text)}, which is no known {self.kind}"
        context.refuse(node.location, label, message + hint(text, known))
        return None


@dataclass(frozen=True)
class EntryNames:
    """A list of ids of entries of this kind, each once: at least so many."""

    kind: str
    at_least: int = 0

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> tuple[str, ...] | None:
        if isinstance(node.value, (str, Mapping)):
            message = f"{_found(node)}, expected a list of the ids of {self.kind}s"
            context.refuse(node.location, label, message)
            return None
        names: list[str] = []
        for item in node.value:
            name = EntryName(self.kind).read(item, label, context)
            if name in names:
                context.refuse(item.location, label, f"has {quoted(name)} twice, expected it once")
            elif name is not None:
                names.append(name)
        if len(node.value) < self.at_least:
            message = f"has {len(node.value)} {self.kind}s, expected at least {self.at_least}"
            context.refuse(node.location, label, message)
        return tuple(names)


@dataclass(frozen=True)
class When:
    """A condition; ``earlier`` holds it to the questions before the one it stands in."""

    earlier: bool = False

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> Condition | None:
        return condition_parser.parse(node, label, context, earlier=self.earlier)


@dataclass(frozen=True)
class AnswerSheets:
    """One answer sheet, ``{question: option, question: [option, option]}``, or a list of them."""

    def read(
        self, node: Node, label: EntryLabel, context: LoadContext
    ) -> tuple[AnswerSheet, ...] | None:
        return answers_parser.parse(node, label, context)


@dataclass(frozen=True)
class Field:
    """One key of a record. ``about`` says what stands there, in messages and in editors.

    It must be given unless it is ``optional``. ``only_with`` is a key beside it, or a key and the
    value of that, without which it may not be given.
    """

    kind: FieldKind
    about: str
    optional: bool = False
    only_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """A mapping with these fields. Of ``one_of``, exactly one is given.

    ``or_text`` names the field that a plain text in place of the record stands for.
    """

    fields: Mapping[str, Field]
    one_of: tuple[str, ...] = ()
    or_text: str = ""

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> Mapping[str, Any]:
        if self.or_text and isinstance(node.value, str):
            node = Node({self.or_text: node}, node.location, {self.or_text: node.location})
        if not isinstance(node.value, Mapping):
            message = f"{_found(node)}, expected its fields: {', '.join(self.fields)}"
            context.refuse(node.location, label, message)
            return {}
        values: dict[str, Any] = {}
        keys = set(node.value)
        for key, part in node.value.items():
            if field := self.fields.get(key):
                values[key] = field.kind.read(part, label.field(key), context)
            else:
                message = f"has {quoted(key)}, which is none of its fields"
                after_comma = " " in key and part.value == ""  # {title: One, two}
                advice = "; a text with a comma in it needs quotes" if after_comma else ""
                message += advice or hint(key, self.fields)
                context.refuse(node.keys[key], label, message)
                keys.update(get_close_matches(key[:SHOWN], self.fields, n=1))  # it was meant
        for key, field in self.fields.items():
            fits = not field.only_with or _stands(field.only_with, node.value, values, keys)
            if key in node.value and fits is False:
                message = f"has {key}, expected it only with {' '.join(field.only_with)}"
                context.refuse(node.keys[key], label, message)
            if key not in keys and fits and not field.optional and key not in self.one_of:
                context.refuse(node.location, label, f"has no {key}, expected {field.about}")
        there = [key for key in self.one_of if key in keys]
        if self.one_of and not there:
            message = f"has no {either(self.one_of)}, expected one of them"
            context.refuse(node.location, label, message)
        elif len(there) > 1:
            message = f"has {' and '.join(there)}, expected exactly one of {either(self.one_of)}"
            context.refuse(node.location, label, message)
        return values


@dataclass(frozen=True)
class Entry:
    """One entry of a table. ``value`` is what the table's kind of entry read."""

    id: str
    value: Any
    location: SourceLocation


@dataclass(frozen=True)
class Table:
    """A mapping of ids to entries: at least so many, none under a reserved id."""

    kind: str
    entry: FieldKind
    at_least: int = 0
    reserved: frozenset[str] = frozenset()
    ids: Shaped = Shaped("[a-z][a-z0-9_]*", "small letters, digits and _, a letter first")

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> Mapping[str, Entry]:
        if not isinstance(node.value, Mapping):
            message = f"{_found(node)}, expected a {self.kind} under each id"
            context.refuse(node.location, label, message)
            return {}
        if len(node.value) < self.at_least:
            message = f"has {len(node.value)} {self.kind}, expected at least {self.at_least}"
            context.refuse(node.location, label, message)
        prefix = f"{label.words}: " if label.entry else ""
        entries = {}
        for entry_id, part in node.value.items():
            location = node.keys[entry_id]
            entry_label = EntryLabel(f"{prefix}{self.kind} {quoted(entry_id)}", entry_id)
            if entry_id in self.reserved:
                context.refuse(
                    location, entry_label, "has an id with a meaning of its own, expected another"
                )
            elif not re.fullmatch(self.ids.pattern, entry_id):
                context.refuse(
                    location, entry_label, f"has no proper id, expected {self.ids.expected}"
                )
            value = self.entry.read(Node(part.value, location, part.keys), entry_label, context)
            entries[entry_id] = Entry(entry_id, value, location)
        return entries


FieldKind: TypeAlias = (
    Text
    | Shaped
    | Word
    | Day
    | Share
    | Count
    | EntryName
    | EntryNames
    | When
    | AnswerSheets
    | Record
    | Table
)


def _stands(
    beside: tuple[str, ...],
    nodes: Mapping[str, Node],
    values: Mapping[str, Any],
    keys: set[str],
) -> bool | None:
    """Whether that key, with that value if one is named, is given; None where none can tell."""
    key, *wanted = beside
    if key not in nodes:
        return None if key in keys else False
    if not wanted:
        return True
    return None if values[key] is None else values[key] in wanted


def _scalar(node: Node, label: EntryLabel, context: LoadContext, expected: str) -> str | None:
    if isinstance(node.value, str) and node.value.strip():
        return node.value
    context.refuse(node.location, label, f"{_found(node)}, expected {expected}")
    return None


def _found(node: Node) -> str:
    match node.value:
        case str() as text:
            return f"is {quoted(text)}" if text.strip() else "is empty"
        case Mapping():
            return "is a mapping"
        case _:
            return "is a list"


def _is_day(text: str) -> bool:
    try:
        return re.fullmatch(DAY, text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False
