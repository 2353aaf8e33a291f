"""What a field of the knowledge files may hold.

:mod:`rules.loading.file_schemas` puts these together.

Each kind is plain data, so that reading (here) and the schema for editors
(:mod:`rules.loading.json_schema`) follow the same declaration. ``read`` gives the value, or None
where it has a mistake, which is then in ``context.problems``. Of a record or a table all that could
be read is given, so that more can be checked; a None in it, too, stands for what has a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import partial
from typing import Any, TypeAlias

from rules.diagnostics import SHOWN, SourceLocation, either, quoted
from rules.loading import answers_parser, condition_parser
from rules.loading.context import EntryLabel, LoadContext
from rules.loading.yaml_nodes import Node

DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
YEAR_OR_MONTH = "[0-9]{4}(-(0[1-9]|1[0-2]))?"
UNDATED = "undated"
NUMBER = r"[0-9]+(\.[0-9]+)?"


@dataclass(frozen=True)
class Scalar:
    """A text that is not blank, and what ``value`` makes of it: None where it may not stand there.

    ``expected`` says in words what may, ``schema`` says so to an editor.
    """

    expected: str
    value: Callable[[str], Any]
    schema: Mapping[str, Any]

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> Any:
        text = _scalar(node, label, context, self.expected)
        value = None if text is None else self.value(text)
        if text is not None and value is None:
            context.refuse(node.location, label, f"is {quoted(text)}, expected {self.expected}")
        return value


def matching(
    pattern: str, expected: str, value: Callable[[str], Any] = str, **schema: Any
) -> Scalar:
    """A text all of which matches ``pattern``; ``schema`` adds to what an editor is told."""

    def read(text: str) -> Any:
        return value(text) if re.fullmatch(pattern, text) else None

    return Scalar(expected, read, {"type": "string", **schema, "pattern": f"^({pattern})$"})


def one_of(*words: str) -> Scalar:
    """One of a few fixed words."""
    return Scalar(either(words), lambda text: text if text in words else None, {"enum": [*words]})


def _existing(text: str) -> str | None:
    """A date as it is written, but for a day that no calendar has."""
    try:
        return date.fromisoformat(text).isoformat() if re.fullmatch(DAY, text) else text
    except ValueError:
        return None


def _share(text: str) -> float | None:
    return number if (number := float(text)) <= 1 else None


def _inner_share(text: str) -> float | None:
    return number if 0 < (number := float(text)) < 1 else None


TEXT = Scalar("a text", str.strip, {"type": "string", "pattern": r"\S"})
DATE = matching(DAY, "a date like 2026-01-31", _existing)
LOOSE_DATE = matching(  # sources do not always say more
    f"{DAY}|{YEAR_OR_MONTH}|{UNDATED}",
    f"a date like 2026-01-31, 2026-01 or 2026, or {UNDATED}",
    _existing,
)
ENTRY_ID = matching("[a-z][a-z0-9_]*", "small letters, digits and _, a letter first")
COUNT = matching(
    "[1-9][0-9]{0,5}", "a whole number from 1 on", int, type=["integer", "string"], minimum=1
)
# A number without quotes, or with them: both are taken.
SHARE = matching(
    NUMBER, "a number from 0 to 1", _share, type=["number", "string"], minimum=0, maximum=1
)
INNER_SHARE = matching(
    NUMBER,
    "a number above 0 and below 1",
    _inner_share,
    type=["number", "string"],
    exclusiveMinimum=0,
    exclusiveMaximum=1,
)


@dataclass(frozen=True)
class EntryName:
    """The id of an entry of this kind."""

    kind: str

    @property
    def schema(self) -> Mapping[str, Any]:
        return {"$ref": f"#/$defs/{self.kind}"}

    def read(self, node: Node, label: EntryLabel, context: LoadContext) -> str | None:
        text = _scalar(node, label, context, f"the id of a {self.kind}")
        known = context.names[self.kind]
        if text is None or known is None or text in known:
            return text
        message = f"is {quoted(text)}, which is no known {self.kind}"
        context.refuse(node.location, label, message + context.hint(text, known))
        return None


@dataclass(frozen=True)
class EntryNames:
    """A list of ids of entries of this kind, each once: at least so many."""

    kind: str
    at_least: int = 0

    @property
    def schema(self) -> Mapping[str, Any]:
        return {
            "type": "array",
            "items": EntryName(self.kind).schema,
            "minItems": self.at_least,
            "uniqueItems": True,
        }

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
class Parsed:
    """What a module of its own reads."""

    read: Callable[[Node, EntryLabel, LoadContext], Any]
    schema: Mapping[str, Any]


CONDITION = Parsed(condition_parser.parse, {"$ref": "#/$defs/condition"})
# One that is held to the questions before the one it stands in.
EARLIER_CONDITION = Parsed(partial(condition_parser.parse, earlier=True), CONDITION.schema)
_SHEET = {"$ref": "#/$defs/sheet"}
ANSWER_SHEETS = Parsed(  # one, or a list of them
    answers_parser.parse, {"anyOf": [_SHEET, {"type": "array", "items": _SHEET, "minItems": 1}]}
)


@dataclass(frozen=True)
class Field:
    """One key of a record. ``about`` says what stands there, in messages and in editors.

    It must be given unless it is ``optional``. ``only_with`` is a key beside it, or a key and the
    value of that, without which it may not be given.
    """

    kind: FieldKind
    about: str
    only_with: tuple[str, ...] = ()
    optional: bool = False


def optional(kind: FieldKind, about: str, *only_with: str) -> Field:
    """A field that need not be given."""
    return Field(kind, about, only_with, optional=True)


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
                message += advice or context.hint(key, self.fields)
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
    ids: Scalar = ENTRY_ID

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
                message = "has an id with a meaning of its own, expected another"
                context.refuse(location, entry_label, message)
            elif self.ids.value(entry_id) is None:
                message = f"has no proper id, expected {self.ids.expected}"
                context.refuse(location, entry_label, message)
            value = self.entry.read(Node(part.value, location, part.keys), entry_label, context)
            entries[entry_id] = Entry(entry_id, value, location)
        return entries


FieldKind: TypeAlias = Scalar | EntryName | EntryNames | Parsed | Record | Table


def _stands(
    beside: tuple[str, ...], nodes: Mapping[str, Node], values: Mapping[str, Any], keys: set[str]
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
    if isinstance(node.value, str):
        return f"is {quoted(node.value)}" if node.value.strip() else "is empty"
    return "is a mapping" if isinstance(node.value, Mapping) else "is a list"
