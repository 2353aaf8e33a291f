"""A folder of YAML -> KnowledgeBase, or everything that is wrong with it at once.

Reading goes in steps, so that one mistake is reported once: every file is parsed; the ids in them
are collected, those of broken entries too; each entry is read against them; what only shows in the
whole is checked; and only from files without a problem the knowledge base is made.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from rules.answers import AnswerOptions
from rules.diagnostics import InputError, Problem, SourceLocation, quoted
from rules.loading import cross_checks
from rules.loading.context import EntryLabel, LoadContext
from rules.loading.fields import Entry
from rules.loading.file_schemas import tables
from rules.loading.layers import SHIPPED, File, layers, parsed
from rules.loading.overlay import laid_over
from rules.loading.yaml_nodes import Node
from rules.model import (
    Action,
    Advise,
    Alternative,
    Claim,
    Concept,
    Conclude,
    Criterion,
    History,
    KnowledgeBase,
    Option,
    Prefer,
    Question,
    QuestionSection,
    Rule,
    RuleOut,
    Scope,
    Source,
    Statement,
    Threshold,
)

T = TypeVar("T")


def load(folder: Path | None = None, *, shipped: Path = SHIPPED) -> KnowledgeBase:
    """The knowledge in ``folder``, by default what is shipped; ``shipped`` may be a copy of it
    of another time.

    Raises InputError with every problem of every file.
    """
    problems: list[Problem] = []
    read = [parsed(layer, problems) for layer in layers(folder, shipped=shipped)]
    files = laid_over(read[0], read[1], problems) if len(read) > 1 else read[0]
    context = LoadContext(_names(files), _choices(files), problems)
    contents = _contents(files, context)
    rules = contents["rules"].values()
    if context.names["rule"] is not None:
        problems += cross_checks.concepts_never_concluded(contents["concepts"].values(), rules)
    problems += cross_checks.cycles(rules)
    problems += cross_checks.thresholds(contents.get("verdicts") or {}, _location_of_clear(files))
    if problems:
        raise InputError(problems)
    return _built(contents, _digest(read))


def _names(files: Sequence[File]) -> Mapping[str, Sequence[str] | None]:
    """The ids of each kind of entry, None where a file that may define some cannot be read."""
    names: dict[str, list[str] | None] = {table.kind: [] for _, table in tables()}
    for file in files:
        for key, table in tables(file.shape):
            ids, entries = names[table.kind], _mapping(file.root, key)
            names[table.kind] = None if ids is None or entries is None else [*ids, *entries]
    return names


def _choices(files: Sequence[File]) -> Mapping[str, AnswerOptions | None]:
    questions: Mapping[str, Node] = {}
    for file in files:
        questions = {**(_mapping(file.root, "questions") or {}), **questions}
    return {name: _choice(name, question) for name, question in questions.items()}


def _choice(name: str, question: Node) -> AnswerOptions | None:
    options = _mapping(question, "options")
    if options is None:
        return None
    return AnswerOptions(
        name,
        multiple=_text(question, "choose") not in (None, "one"),  # misspelt, it may mean many
        options=tuple(
            Option(option, "", "", alone=_text(node, "alone") == "yes")
            for option, node in options.items()
        ),
    )


def _text(node: Node, key: str) -> str | None:
    """The text under ``key``, where there is one."""
    inner = node.value.get(key) if isinstance(node.value, Mapping) else None
    return inner.value if inner and isinstance(inner.value, str) else None


def _mapping(node: Node | None, key: str) -> Mapping[str, Node] | None:
    """What stands under ``key``, where both are mappings."""
    if node is None or not isinstance(node.value, Mapping):
        return None
    inner = node.value.get(key)
    return inner.value if inner and isinstance(inner.value, Mapping) else None


def _location_of_clear(files: Sequence[File]) -> SourceLocation:
    """Where it is written what a clear verdict takes."""
    verdicts = (_mapping(file.root, "verdicts") for file in files)
    locations = (
        verdict["clear"].location for verdict in verdicts if verdict and "clear" in verdict
    )
    return next(locations, SourceLocation(""))


def _contents(files: Sequence[File], context: LoadContext) -> dict[str, Any]:
    """Every top-level key with what was read under it, tables of several files made one."""
    contents: dict[str, Any] = {key: {} for key, _ in tables()}
    for file in files:
        read = file.shape.read(file.root, EntryLabel("the file"), context) if file.root else {}
        for key, value in read.items():
            if key not in contents:
                contents[key] = value  # no table
                continue
            for entry in value.values():
                if first := contents[key].get(entry.id):
                    what = (
                        f"{quoted(entry.id)} is already written at {first.location}, expected once"
                    )
                    context.problems.append(Problem(entry.location, what))
                else:
                    contents[key][entry.id] = entry
    return contents


def _digest(layered: Sequence[Sequence[File]]) -> str:
    digest = hashlib.sha256()
    for files in layered:
        for file in sorted(files, key=lambda file: file.name):
            digest.update(f"{file.name}\0{len(file.data)}\0".encode())
            digest.update(file.data)
    return f"sha256:{digest.hexdigest()}"


def _built(contents: Mapping[str, Any], digest: str) -> KnowledgeBase:
    def built(key: str, make: Callable[..., T], **defaults: Any) -> dict[str, T]:
        return {
            entry.id: make(id=entry.id, location=entry.location, **{**defaults, **entry.value})
            for entry in contents[key].values()
        }

    strengths = {entry.id: entry.value for entry in contents["strengths"].values()}
    return KnowledgeBase(
        sources=built("sources", Source, url=""),
        alternatives=built("alternatives", Alternative),
        criteria=built("criteria", Criterion),
        sections={
            entry.id: QuestionSection(entry.id, **entry.value)
            for entry in contents["sections"].values()
        },
        questions=built("questions", _question, help="", choose="one", applies_when=None),
        concepts=built("concepts", Concept),
        claims=built(
            "claims",
            _claim,
            scope=Scope.FRAMEWORK,
            probe=None,
            expect="yes",
            not_probed="",
            counts_when=None,
            then="",
        ),
        statements=built("statements", Statement),
        rules=built("rules", partial(_rule, strengths), claims=()),
        strengths=strengths,
        clear=Threshold(**contents["verdicts"]["clear"]),
        leaning=Threshold(**contents["verdicts"]["leaning"]),
        digest=digest,
    )


def _question(choose: str, options: Mapping[str, Entry], **fields: Any) -> Question:
    return Question(
        multiple=choose == "many",
        options=tuple(
            Option(
                option.id,
                option.value["label"],
                option.value.get("help", ""),
                alone=option.value.get("alone") == "yes",
            )
            for option in options.values()
        ),
        **fields,
    )


def _claim(scope: str, today: str, **fields: Any) -> Claim:
    return Claim(scope=Scope(scope), history=History(today), **fields)


def _rule(strengths: Mapping[str, float], **fields: Any) -> Rule:
    names = {field.name for field in dataclasses.fields(Rule)} & fields.keys()
    return Rule(action=_action(fields, strengths), **{name: fields[name] for name in names})


def _action(fields: Mapping[str, Any], strengths: Mapping[str, float]) -> Action:
    match fields:
        case {"conclude": concept}:
            return Conclude(concept)
        case {"rule_out": alternative}:
            return RuleOut(alternative)
        case {"advise": advice}:
            return Advise(advice["text"], advice["topic"], advice.get("for"))
        case {"prefer": preference}:
            sign = 1
        case {"oppose": preference}:
            sign = -1
    factor = sign * strengths[preference["strength"]]
    return Prefer(preference["alternative"], preference["under"], factor, preference["strength"])
