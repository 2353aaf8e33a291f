"""A folder of YAML -> KnowledgeBase, or everything that is wrong with it at once.

Reading goes in steps, so that one mistake is reported once: every file is parsed; the ids in them
are collected, those of broken entries too; each entry is read against them; what only shows in the
whole is checked; and only from files without a problem the knowledge base is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from rules import model
from rules.answers import AnswerOptions
from rules.conditions import Concluded, atoms
from rules.diagnostics import InputError, Problem, SourceLocation, quoted
from rules.loading.context import EntryLabel, LoadContext
from rules.loading.fields import Entry
from rules.loading.file_schemas import RULE, tables
from rules.loading.layers import SHIPPED, File, layers, parsed
from rules.loading.overlay import laid_over
from rules.loading.yaml_nodes import Node
from rules.model import KnowledgeBase

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
        problems += _concepts_never_concluded(contents["concepts"].values(), rules)
    problems += _cycles(rules)
    problems += _inverted_thresholds(contents.get("verdicts") or {}, _location_of_clear(files))
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
            model.Option(option, "", "", alone=_text(node, "alone") == "yes")
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


def _inverted_thresholds(
    verdicts: Mapping[str, Any], location: SourceLocation
) -> Iterator[Problem]:
    """One problem for each respect in which "clear" takes less than "leaning"."""
    clear, leaning = verdicts.get("clear") or {}, verdicts.get("leaning") or {}
    for name in ("acceptability", "margin", "reasons"):
        most, least = clear.get(name), leaning.get(name)
        if name == "reasons":
            most, least = most or 1, least or 1
        if most is not None and least is not None and most < least:
            message = f"'clear' takes {name} {most}, expected no less than 'leaning', {least}"
            yield Problem(location, message)


def _concepts_never_concluded(
    concepts: Iterable[Entry], rules: Iterable[Entry]
) -> Iterator[Problem]:
    """One problem a concept that no rule concludes.

    None at all where a rule is too broken to say what it does: it may be the one that is missing.
    """
    concluded = set()
    for rule in rules:
        if not any(action in rule.value for action in RULE.one_of):
            return
        concluded.add(rule.value.get("conclude", ""))
    if None in concluded:
        return
    for concept in concepts:
        if concept.id not in concluded:
            message = f"concept {quoted(concept.id)} is concluded by no rule, expected at least one"
            yield Problem(concept.location, message)


def _cycles(rules: Iterable[Entry]) -> Iterator[Problem]:
    """One problem a cycle of concepts that follow from one another, with the rules that close it.

    Of cycles that share a concept, one is shown.
    """
    steps: dict[str, dict[str, Entry]] = {}  # concept -> what it follows from -> by which rule
    for rule in rules:
        concept, when = rule.value.get("conclude"), rule.value.get("when")
        if concept and when:
            bases = steps.setdefault(concept, {})
            for atom in atoms(when):
                if isinstance(atom, Concluded):
                    bases.setdefault(atom.concept, rule)
    while cycle := _cycle(steps):
        made = [steps[later][earlier] for earlier, later in pairwise(cycle)]
        where = ", ".join(f"rule {quoted(rule.id)} at {rule.location}" for rule in made)
        shown = " -> ".join(cycle)
        message = f"concepts follow from one another in a cycle, expected none: {shown} ({where})"
        yield Problem(made[0].location, message)
        for concept in cycle:
            steps.pop(concept, None)


def _cycle(steps: Mapping[str, Iterable[str]]) -> list[str]:
    """Some cycle as [a, b, a], beginning with its concept that is concluded first; or none."""
    try:
        TopologicalSorter(steps).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1][:-1]
        start = cycle.index(next(concept for concept in steps if concept in cycle))
        return [*cycle[start:], *cycle[: start + 1]]
    return []


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
        sources=built("sources", model.Source, url=""),
        alternatives=built("alternatives", model.Alternative),
        criteria=built("criteria", model.Criterion),
        sections={
            entry.id: model.QuestionSection(entry.id, **entry.value)
            for entry in contents["sections"].values()
        },
        questions=built("questions", _question, help="", choose="one", applies_when=None),
        concepts=built("concepts", model.Concept),
        claims=built(
            "claims",
            _claim,
            scope=model.Scope.FRAMEWORK,
            probe=None,
            expect="yes",
            not_probed="",
            counts_when=None,
            then="",
        ),
        statements=built("statements", model.Statement),
        rules=built("rules", partial(_rule, strengths), claims=()),
        strengths=strengths,
        clear=model.Threshold(**contents["verdicts"]["clear"]),
        leaning=model.Threshold(**contents["verdicts"]["leaning"]),
        digest=digest,
    )


def _question(choose: str, options: Mapping[str, Entry], **fields: Any) -> model.Question:
    return model.Question(
        multiple=choose == "many",
        options=tuple(
            model.Option(
                option.id,
                option.value["label"],
                option.value.get("help", ""),
                alone=option.value.get("alone") == "yes",
            )
            for option in options.values()
        ),
        **fields,
    )


def _claim(scope: str, today: str, **fields: Any) -> model.Claim:
    return model.Claim(scope=model.Scope(scope), history=model.History(today), **fields)


def _rule(strengths: Mapping[str, float], **fields: Any) -> model.Rule:
    others = {name: value for name, value in fields.items() if name not in RULE.one_of}
    return model.Rule(action=_action(fields, strengths), **others)


def _action(fields: Mapping[str, Any], strengths: Mapping[str, float]) -> model.Action:
    match fields:
        case {"conclude": concept}:
            return model.Conclude(concept)
        case {"rule_out": alternative}:
            return model.RuleOut(alternative)
        case {"advise": advice}:
            return model.Advise(advice["text"], advice["topic"], advice.get("for"))
        case {"prefer": preference}:
            sign = 1
        case {"oppose": preference}:
            sign = -1
    factor = sign * strengths[preference["strength"]]
    return model.Prefer(
        preference["alternative"], preference["under"], factor, preference["strength"]
    )
