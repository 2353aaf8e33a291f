"""A folder of YAML -> KnowledgeBase, or everything that is wrong with it at once.

Reading goes in steps, so that one mistake is reported once: every file is parsed; the ids in them
are collected, those of broken entries too; each entry is read against them; what only shows in the
whole is checked; and only from files without a problem the knowledge base is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rules.answers import AnswerOptions
from rules.diagnostics import InputError, Problem, SourceLocation, quoted
from rules.loading import cross_checks
from rules.loading.context import EntryLabel, LoadContext
from rules.loading.fields import Entry
from rules.loading.file_schemas import tables
from rules.loading.layers import SHIPPED, File, Layer, layers, parsed
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
    files, digest = _files(layers(folder, shipped=shipped), problems)
    context = LoadContext(_names(files), _choices(files), problems)
    contents = _contents(files, context)
    problems.extend(_problems_of_the_whole(contents, context))
    problems.extend(
        cross_checks.thresholds(contents.get("verdicts") or {}, _location_of_clear(files))
    )
    if problems:
        raise InputError(problems)
    return _built(contents, digest)


def _files(each: Sequence[Layer], problems: list[Problem]) -> tuple[Sequence[File], str]:
    """The files to read, those of an overlay laid over what is shipped, and the digest of all."""
    read = [parsed(layer, problems) for layer in each]
    digest = _digest(read)
    if len(read) == 1:
        return read[0], digest
    lowest, own = read
    return laid_over(lowest, own, problems), digest


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


def _problems_of_the_whole(contents: Mapping[str, Any], context: LoadContext) -> Iterator[Problem]:
    rules = contents["rules"].values()
    if context.names["rule"] is not None:
        yield from cross_checks.concepts_never_concluded(contents["concepts"].values(), rules)
    yield from cross_checks.cycles(rules)


def _digest(layered: Sequence[Sequence[File]]) -> str:
    digest = hashlib.sha256()
    for files in layered:
        for file in sorted(files, key=lambda file: file.name):
            digest.update(f"{file.name}\0{len(file.data)}\0".encode())
            digest.update(file.data)
    return f"sha256:{digest.hexdigest()}"


def _built(contents: Mapping[str, Any], digest: str) -> KnowledgeBase:
    def built(key: str, make: Callable[[Entry], T]) -> dict[str, T]:
        return {entry.id: make(entry) for entry in contents[key].values()}

    strengths = built("strengths", lambda entry: float(entry.value))
    return KnowledgeBase(
        sources=built("sources", _source),
        alternatives=built(
            "alternatives",
            lambda entry: Alternative(entry.id, location=entry.location, **entry.value),
        ),
        criteria=built(
            "criteria", lambda entry: Criterion(entry.id, location=entry.location, **entry.value)
        ),
        sections=built("sections", lambda entry: QuestionSection(entry.id, **entry.value)),
        questions=built("questions", _question),
        concepts=built(
            "concepts", lambda entry: Concept(entry.id, location=entry.location, **entry.value)
        ),
        claims=built("claims", _claim),
        statements=built(
            "statements", lambda entry: Statement(entry.id, location=entry.location, **entry.value)
        ),
        rules=built("rules", lambda entry: _rule(entry, strengths)),
        strengths=strengths,
        clear=Threshold(**contents["verdicts"]["clear"]),
        leaning=Threshold(**contents["verdicts"]["leaning"]),
        digest=digest,
    )


def _source(entry: Entry) -> Source:
    fields = entry.value
    return Source(entry.id, fields["title"], fields["date"], fields.get("url", ""), entry.location)


def _question(entry: Entry) -> Question:
    fields = entry.value
    return Question(
        id=entry.id,
        section=fields["section"],
        ask=fields["ask"],
        help=fields.get("help", ""),
        multiple=fields.get("choose") == "many",
        options=tuple(
            Option(
                option.id,
                option.value["label"],
                option.value.get("help", ""),
                alone=option.value.get("alone") == "yes",
            )
            for option in fields["options"].values()
        ),
        applies_when=fields.get("applies_when"),
        source=fields["source"],
        as_of=fields["as_of"],
        location=entry.location,
    )


def _claim(entry: Entry) -> Claim:
    fields = entry.value
    return Claim(
        id=entry.id,
        says=fields["says"],
        scope=Scope(fields.get("scope", Scope.FRAMEWORK)),
        probe=fields.get("probe"),
        expect=fields.get("expect", "yes"),
        not_probed=fields.get("not_probed", ""),
        counts_when=fields.get("counts_when"),
        history=History(fields["today"]),
        then=fields.get("then", ""),
        source=fields["source"],
        as_of=fields["as_of"],
        location=entry.location,
    )


def _rule(entry: Entry, strengths: Mapping[str, float]) -> Rule:
    fields = entry.value
    return Rule(
        id=entry.id,
        when=fields["when"],
        action=_action(fields, strengths),
        because=fields["because"],
        claims=fields.get("claims", ()),
        source=fields["source"],
        as_of=fields["as_of"],
        location=entry.location,
        fires=fields.get("fires", ()),
        silent=fields.get("silent", ()),
    )


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
