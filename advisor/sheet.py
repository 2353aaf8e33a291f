"""The answer sheet: what people said, apart from anything concluded from it.

Read from an answers file or from a session file (which holds the same keys and more), and
changed by ``--set`` and by the interview.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rules.answers import Answers, answer_mistakes, read_answers
from rules.model import KnowledgeBase
from rules.problems import BadInput, Place, Problem
from rules.reading import hint, quoted

if TYPE_CHECKING:  # an interview that starts afresh reads no YAML
    from rules.yamlfile import Node

SCHEMA = 1
ROLES = ("decision_makers", "consulted", "informed")
SHEET_KEYS = ("schema", "title", "answers", "priorities", "people")
# What a session and a case of the knowledge base hold besides; read by others, passed over here.
OTHER_KEYS = ("tool", "knowledge_base", "consultation", "case", "expected")
MAX_TEXT = 300  # characters of a title or a person's name


@dataclass(frozen=True)
class Sheet:
    """Answers, the ranking of criteria (most important first) and the people of the record."""

    title: str = ""
    answers: Answers = field(default_factory=dict)
    priorities: tuple[str, ...] = ()
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def with_answer(self, question: str, options: tuple[str, ...]) -> Sheet:
        return replace(self, answers={**self.answers, question: options})


def read_sheet(path: Path, kb: KnowledgeBase, *, shown_as: str | None = None) -> Sheet:
    """The sheet in an answers or session file; its places name it ``shown_as``, or as given.

    Raises BadInput with every mistake in the file, each at its line.
    """
    from rules.yamlfile import read

    root = read(path, shown_as=shown_as)
    if not isinstance(root.value, Mapping):
        raise BadInput([Problem(root.place, "expected 'title:', 'answers:' and the like")])
    fields = root.value
    problems = _schema_problems(fields.get("schema"))
    if problems:  # written by a newer tool: complaining about what it added would mislead
        raise BadInput(problems)
    for key in fields:
        if key not in SHEET_KEYS + OTHER_KEYS:
            message = f"unknown key {quoted(key)}{hint(key, SHEET_KEYS)}"
            problems.append(Problem(root.keys[key], message))
    answers, mistakes = read_answers(fields["answers"], kb) if "answers" in fields else ({}, [])
    problems += mistakes
    title = _text(fields["title"], "title", problems) if "title" in fields else None
    priorities = _priorities(fields.get("priorities"), kb, problems)
    people = _people(fields.get("people"), problems)
    if problems:
        raise BadInput(problems)
    return Sheet(title or "", answers, priorities, people)


def apply_settings(sheet: Sheet, settings: Iterable[str], kb: KnowledgeBase) -> Sheet:
    """The sheet after each ``question=option[,option]`` of the command line, in order.

    Raises BadInput naming each setting that cannot be used.
    """
    problems: list[Problem] = []
    for setting in settings:
        place = Place(f"--set {setting}")
        name, separator, value = setting.partition("=")
        if not separator:
            problems.append(Problem(place, "expected question=option, or question=option,option"))
        elif name not in kb.questions:
            message = f"unknown question {quoted(name)}{hint(name, kb.questions)}"
            problems.append(Problem(place, message))
        else:
            words = tuple(word.strip() for word in value.split(","))
            mistakes = list(answer_mistakes(kb.questions[name], words))
            problems += [Problem(place, mistake) for mistake in mistakes]
            if not mistakes:
                sheet = sheet.with_answer(name, words)
    if problems:
        raise BadInput(problems)
    return sheet


def sheet_as_data(sheet: Sheet) -> dict[str, object]:
    """The sheet as it is written to a file; a single answer stands without a list."""
    data: dict[str, object] = {"schema": SCHEMA}
    if sheet.title:
        data["title"] = sheet.title
    data["answers"] = {
        name: given[0] if len(given) == 1 else list(given) for name, given in sheet.answers.items()
    }
    if sheet.priorities:
        data["priorities"] = list(sheet.priorities)
    if sheet.people:
        data["people"] = {role: list(names) for role, names in sheet.people.items()}
    return data


def _schema_problems(node: Node | None) -> list[Problem]:
    if node is None:
        return []
    number = node.value
    if not isinstance(number, str) or not re.fullmatch("[0-9]{1,9}", number):
        return [Problem(node.place, f"expected 'schema: {SCHEMA}'")]
    if int(number) > SCHEMA:
        message = (
            f"written by a newer advisor (schema {number}); this one reads schema {SCHEMA}: "
            "upgrade framework-advisor"
        )
        return [Problem(node.place, message)]
    return []


def _text(node: Node, name: str, problems: list[Problem]) -> str | None:
    """The text in ``node``, line ends as spaces, or None where it is something else."""
    if not isinstance(node.value, str):
        problems.append(Problem(node.place, f"'{name}': expected a text"))
        return None
    text = " ".join(line.strip() for line in node.value.splitlines()).strip()
    if len(text) > MAX_TEXT:
        message = f"'{name}': expected at most {MAX_TEXT} characters"
        problems.append(Problem(node.place, message))
        return None
    return text


def _items(node: Node, name: str, problems: list[Problem]) -> Sequence[Node]:
    """The items of a list; a single text stands for a list of one, nothing for an empty one."""
    if isinstance(node.value, str):
        return (node,) if node.value else ()
    if isinstance(node.value, Mapping):
        problems.append(Problem(node.place, f"'{name}': expected a list"))
        return ()
    return node.value


def _priorities(node: Node | None, kb: KnowledgeBase, problems: list[Problem]) -> tuple[str, ...]:
    ranked: list[str] = []
    for item in _items(node, "priorities", problems) if node else ():
        name = _text(item, "priorities", problems)
        if name is None:
            continue
        if name not in kb.criteria:
            message = f"priorities: unknown criterion {quoted(name)}{hint(name, kb.criteria)}"
            problems.append(Problem(item.place, message))
        elif name in ranked:
            problems.append(Problem(item.place, f"priorities: '{name}' stands there twice"))
        else:
            ranked.append(name)
    return tuple(ranked)


def _people(node: Node | None, problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    if node is None or node.value == "":
        return {}
    if not isinstance(node.value, Mapping):
        problems.append(Problem(node.place, f"people: expected {', '.join(ROLES)}"))
        return {}
    people = {}
    for role, names in node.value.items():
        if role in ROLES:
            people[role] = tuple(_names(names, role, problems))
        else:
            message = f"people: unknown role {quoted(role)}{hint(role, ROLES)}"
            problems.append(Problem(node.keys[role], message))
    return people


def _names(node: Node, role: str, problems: list[Problem]) -> Iterator[str]:
    for item in _items(node, role, problems):
        name = _text(item, role, problems)
        if name == "":
            problems.append(Problem(item.place, f"'{role}': expected a name, found nothing"))
        elif name is not None:
            yield name
