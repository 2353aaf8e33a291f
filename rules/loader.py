"""A folder of YAML -> KnowledgeBase, or everything that is wrong with it at once.

Reading goes in steps, so that one mistake is reported once: every file is parsed; the ids in them
are collected, those of broken entries too; each entry is read against them; what only shows in the
whole is checked; and only from files without a problem the knowledge base is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from rules import checks, yamlfile
from rules.fields import Entry, Record, Table
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
    Reach,
    Rule,
    RuleOut,
    Section,
    Source,
    Statement,
    Threshold,
)
from rules.problems import BadInput, Place, Problem
from rules.reading import Reading, Spot, hint, quoted
from rules.shapes import FILES, FOLDERS, OPTIONAL
from rules.yamlfile import Node

SHIPPED = Path(__file__).parent / "knowledge"
SHIPPED_AS = "rules/knowledge"  # in messages, wherever it is installed

T = TypeVar("T")


def load(folder: Path | None = None) -> KnowledgeBase:
    """The knowledge in ``folder``, by default what is shipped.

    Raises BadInput with every problem of every file.
    """
    problems: list[Problem] = []
    files = _parsed(folder, problems)
    reading = Reading(_names(files), _options(files), problems)
    contents = _contents(files, reading)
    problems.extend(_wrong_as_a_whole(contents, reading))
    if problems:
        raise BadInput(problems)
    return _built(contents, _digest(files))


@dataclass(frozen=True)
class _File:
    """A file to read; ``root`` is None where it is missing or no YAML."""

    name: str  # relative to the folder, with '/'
    shape: Record
    data: bytes = b""
    root: Node | None = None


def _parsed(folder: Path | None, problems: list[Problem]) -> Sequence[_File]:
    """Every file there should be, in the order in which they are read."""
    home = SHIPPED if folder is None else folder
    shown = SHIPPED_AS if folder is None else _as_seen(folder)
    there = _yaml_names(home, shown, problems)
    missing = [name for name in FILES if name not in there]
    misnamed: set[str] = set()
    for name in there:
        if name not in FILES:
            known = hint(name, missing) or f"; known: {', '.join(FILES)}"
            what = f"is none of the files that are read{known}"
            problems.append(Problem(Place(f"{shown}/{name}"), what))
            misnamed.update(get_close_matches(name, missing, n=1))
    files = []
    for name, shape in FILES.items():
        if name in misnamed:
            files.append(_File(name, shape))
        elif name in there or name not in OPTIONAL:
            files.append(_parsed_file(name, shape, home, shown, problems))
    for name, shape in FOLDERS.items():
        try:
            inner = _yaml_names(home / name, f"{shown}/{name}", problems)
        except BadInput as error:
            problems.extend(error.problems)
            files.append(_File(name, shape))
        else:
            for file in inner:
                files.append(_parsed_file(f"{name}/{file}", shape, home, shown, problems))
    return files


def _as_seen(folder: Path) -> str:
    """As somebody in the working directory would write it; else as it was given."""
    try:
        return folder.resolve().relative_to(Path.cwd()).as_posix()
    except (OSError, ValueError):
        return folder.as_posix()


def _yaml_names(folder: Path, shown: str, problems: list[Problem]) -> Sequence[str]:
    try:
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        raise BadInput([Problem(Place(shown), "there is no such folder")]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = f"cannot be read as a folder: {reason.lower()}"
        raise BadInput([Problem(Place(shown), what)]) from None
    for name in names:
        if name.endswith(".yml"):
            problems.append(Problem(Place(f"{shown}/{name}"), "ends in .yml, expected .yaml"))
        if not name.isprintable():
            what = f"holds a file whose name cannot be shown: {name!a}"
            problems.append(Problem(Place(shown), what))
    return [name for name in names if name.endswith(".yaml") and name.isprintable()]


def _parsed_file(
    name: str, shape: Record, home: Path, shown: str, problems: list[Problem]
) -> _File:
    try:
        data = yamlfile.contents(home / name, shown_as=f"{shown}/{name}")
        return _File(name, shape, data, yamlfile.parse(data, f"{shown}/{name}"))
    except BadInput as error:
        problems.extend(error.problems)
        return _File(name, shape)


def _names(files: Sequence[_File]) -> Mapping[str, Sequence[str] | None]:
    """The ids of each kind of entry, None where a file that may define some cannot be read."""
    names: dict[str, list[str] | None] = {table.kind: [] for _, table in _tables()}
    for file in files:
        for key, table in _tables(file.shape):
            ids, entries = names[table.kind], _mapping(file.root, key)
            names[table.kind] = None if ids is None or entries is None else [*ids, *entries]
    return names


def _options(files: Sequence[_File]) -> Mapping[str, Sequence[str] | None]:
    questions: Mapping[str, Node] = {}
    for file in files:
        questions = _mapping(file.root, "questions") or questions
    options = {name: _mapping(question, "options") for name, question in questions.items()}
    return {name: None if ids is None else list(ids) for name, ids in options.items()}


def _tables(*shapes: Record) -> Iterator[tuple[str, Table]]:
    """The tables of these shapes, of all of them by default, each with its key."""
    for shape in shapes or (*FILES.values(), *FOLDERS.values()):
        for key, field in shape.fields.items():
            if isinstance(field.kind, Table):
                yield key, field.kind


def _mapping(node: Node | None, key: str) -> Mapping[str, Node] | None:
    """What stands under ``key``, where both are mappings."""
    if node is None or not isinstance(node.value, Mapping):
        return None
    inner = node.value.get(key)
    return inner.value if inner and isinstance(inner.value, Mapping) else None


def _contents(files: Sequence[_File], reading: Reading) -> dict[str, Any]:
    """Every top-level key with what was read under it, tables of several files made one."""
    contents: dict[str, Any] = {key: {} for key, _ in _tables()}
    for file in files:
        read = file.shape.read(file.root, Spot("the file"), reading) if file.root else {}
        for key, value in read.items():
            if key not in contents:
                contents[key] = value  # no table
                continue
            for entry in value.values():
                if first := contents[key].get(entry.id):
                    what = f"{quoted(entry.id)} is already written at {first.place}, expected once"
                    reading.problems.append(Problem(entry.place, what))
                else:
                    contents[key][entry.id] = entry
    return contents


def _wrong_as_a_whole(contents: Mapping[str, Any], reading: Reading) -> Iterator[Problem]:
    rules = contents["rules"].values()
    if reading.names["rule"] is not None:
        yield from checks.concepts_never_concluded(contents["concepts"].values(), rules)
    yield from checks.cycles(rules)


def _digest(files: Sequence[_File]) -> str:
    digest = hashlib.sha256()
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
            "alternatives", lambda entry: Alternative(entry.id, place=entry.place, **entry.value)
        ),
        criteria=built(
            "criteria", lambda entry: Criterion(entry.id, place=entry.place, **entry.value)
        ),
        sections=built("sections", lambda entry: Section(entry.id, **entry.value)),
        questions=built("questions", _question),
        concepts=built(
            "concepts", lambda entry: Concept(entry.id, place=entry.place, **entry.value)
        ),
        claims=built("claims", _claim),
        statements=built(
            "statements", lambda entry: Statement(entry.id, place=entry.place, **entry.value)
        ),
        rules=built("rules", lambda entry: _rule(entry, strengths)),
        strengths=strengths,
        clear=Threshold(**contents["verdicts"]["clear"]),
        leaning=Threshold(**contents["verdicts"]["leaning"]),
        digest=digest,
    )


def _source(entry: Entry) -> Source:
    fields = entry.value
    return Source(entry.id, fields["title"], fields["date"], fields.get("url", ""), entry.place)


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
        place=entry.place,
    )


def _claim(entry: Entry) -> Claim:
    fields = entry.value
    return Claim(
        id=entry.id,
        says=fields["says"],
        reach=Reach(fields.get("scope", Reach.FRAMEWORK)),
        probe=fields.get("probe"),
        expect=fields.get("expect", "yes"),
        not_probed=fields.get("not_probed", ""),
        counts_when=fields.get("counts_when"),
        history=History(fields["today"]),
        then=fields.get("then", ""),
        source=fields["source"],
        as_of=fields["as_of"],
        place=entry.place,
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
        place=entry.place,
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
