"""The JSON Schema (2020-12) by which an editor completes and checks the files of a knowledge base.

Made from :mod:`rules.loading.file_schemas`. One schema serves every file, and a file names it in
its first line: ``# yaml-language-server: $schema=schema.json``. It knows less than the loader (that
an id stands twice, that a date exists) and is not needed by it. ``python -m
rules.loading.json_schema [FOLDER]`` writes it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from rules.diagnostics import InputError
from rules.loading.fields import Field, FieldKind, Record, Table
from rules.loading.file_schemas import BASE, FILES, FOLDERS, lying_over, tables
from rules.loading.layers import SHIPPED, layers
from rules.loading.loader import load
from rules.model import UNKNOWN, KnowledgeBase, Question

Schema: TypeAlias = dict[str, Any]

FILE_NAME = "schema.json"
# The kinds of entries that others name, each with the table of the knowledge base that holds it.
NAMED = sorted(
    (table.kind, key) for key, table in tables() if key not in ("questions", "statements", "rules")
)
SHAPES = (*FILES.values(), *FOLDERS.values())


def json_schema(base: KnowledgeBase | None = None) -> Schema:
    """The schema; with a knowledge base, it also knows each id that may stand in a place."""
    return _schema(SHAPES, [{"required": list(shape.fields)} for shape in SHAPES], base)


def overlay_schema(base: KnowledgeBase | None = None) -> Schema:
    """The schema of files that lie over the shipped ones, and need not hold everything."""
    shapes = [lying_over(shape) for shape in SHAPES]
    own = [{"minProperties": 1, "propertyNames": {"enum": list(shape.fields)}} for shape in shapes]
    schema = _schema((*shapes, BASE), [*own, {"required": ["extends"]}], base)
    left_out = schema["properties"]["without"]["properties"]
    for ids in left_out.values():
        ids["items"] = {"type": "string"}  # what is left out is among no ids that the base has
    return schema


def schema_of(folder: Path | None = None) -> Schema:
    """The schema of the knowledge in ``folder``, by default the shipped one. Raises InputError."""
    base = load(folder)
    return json_schema(base) if layers(folder)[-1].whole else overlay_schema(base)


def _schema(
    shapes: Sequence[Record], one_of: Sequence[Schema], base: KnowledgeBase | None
) -> Schema:
    fields = {key: field for shape in shapes for key, field in shape.fields.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of a knowledge base",
        "type": "object",
        "properties": {key: _field(field) for key, field in fields.items()},
        "additionalProperties": False,
        "oneOf": [*one_of],
        "$defs": {
            "condition": _condition(base),
            "sheet": _sheet(base),
            **{
                kind: {"enum": list(getattr(base, table))} if base else {"type": "string"}
                for kind, table in NAMED
            },
        },
    }


def as_text(schema: Schema) -> str:
    """``schema`` as it is kept in a file: the same text for the same schema."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the schema of the knowledge in the folder given, or of what is shipped."""
    folder = Path(arguments[0]) if arguments else None
    try:
        schema = schema_of(folder)
    except InputError as error:
        print(error, file=sys.stderr)
        return 3
    ((folder or SHIPPED) / FILE_NAME).write_text(as_text(schema), encoding="utf-8")
    return 0


def _condition(base: KnowledgeBase | None) -> Schema:
    condition = {"$ref": "#/$defs/condition"}
    parts = {"type": "array", "items": condition, "minItems": 1}
    option: Schema = {"type": "string", "minLength": 1}
    return {
        "description": "What must be known of the answers: one of these keys, with its value",
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {
            "all": {"description": "Every one of these conditions", **parts},
            "any": {"description": "At least one of these conditions", **parts},
            "not": {"description": "The opposite of this condition", **condition},
            "concept": {"description": "A fact that rules concluded", "$ref": "#/$defs/concept"},
            **_by_question(base, _options),
        },
        "additionalProperties": False if base else option,
    }


def _sheet(base: KnowledgeBase | None) -> Schema:
    word: Schema = {"type": "string", "minLength": 1, "not": {"const": UNKNOWN}}
    return {
        "description": "Answers: the questions, each with its option or a list of options",
        "type": "object",
        "minProperties": 1,
        "properties": _by_question(
            base,
            lambda q: _one_or_several(_options(q), at_most=len(q.options) if q.multiple else 1),
        ),
        "additionalProperties": False if base else _one_or_several(word),
    }


def _by_question(base: KnowledgeBase | None, schema: Callable[[Question], Schema]) -> Schema:
    questions = base.questions.values() if base else ()
    return {q.id: {"description": q.ask, **schema(q)} for q in questions}


def _options(question: Question) -> Schema:
    return {"enum": [option.id for option in question.options]}


def _one_or_several(item: Schema, at_most: int | None = None) -> Schema:
    several: Schema = {"type": "array", "items": item, "minItems": 1, "uniqueItems": True}
    return {"anyOf": [item, several if at_most is None else {**several, "maxItems": at_most}]}


def _field(field: Field) -> Schema:
    return {"description": field.about[0].upper() + field.about[1:], **_kind(field.kind)}


def _kind(kind: FieldKind) -> Schema:
    if isinstance(kind, Record):
        return _record(kind)
    if not isinstance(kind, Table):
        return {**kind.schema}
    names = {"pattern": kind.ids.schema["pattern"]}
    if kind.reserved:
        names["not"] = {"enum": sorted(kind.reserved)}
    return {
        "type": "object",
        "propertyNames": names,
        "minProperties": kind.at_least,
        "additionalProperties": _kind(kind.entry),
    }


def _record(record: Record) -> Schema:
    fields = record.fields
    schema: Schema = {
        "type": "object",
        "properties": {key: _field(field) for key, field in fields.items()},
        "required": [
            key
            for key, field in fields.items()
            if not (field.optional or field.only_with or key in record.one_of)
        ],
        "additionalProperties": False,
    }
    if record.one_of:
        schema["oneOf"] = [{"required": [key]} for key in record.one_of]
    if only_with := [_only_with(key, field) for key, field in fields.items() if field.only_with]:
        schema["allOf"] = only_with
    if record.or_text:
        return {"anyOf": [_field(fields[record.or_text]), schema]}
    return schema


def _only_with(key: str, field: Field) -> Schema:
    """``key`` is given only, and if it is not optional always, where what it needs is given."""
    beside, *value = field.only_with
    there: Schema = {"required": [beside]}
    if value:
        there["properties"] = {beside: {"const": value[0]}}
    return {
        "if": there,
        "then": {} if field.optional else {"required": [key]},
        "else": {"properties": {key: False}},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
