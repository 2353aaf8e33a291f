"""The answer sheet: what people said, apart from anything concluded from it.

Read from an answers file or from a session file (which holds the same keys and more), and
changed by ``--set`` and by the interview.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.answers.ballot import points_in
from rules.answers import Answers, answer_mistakes
from rules.diagnostics import InputError, Problem, SourceLocation, cut, one_line, unknown
from rules.model import KnowledgeBase

if TYPE_CHECKING:  # an interview that starts afresh reads no YAML, and holds no workshop
    from advisor.answers.rounds import WorkshopHistory
    from rules.loading.yaml_nodes import Node
    from rules.scoring.rankings import Priorities

SCHEMA = 1
ROLES = ("decision_makers", "consulted", "informed")
SHEET_KEYS = ("schema", "title", "answers", "priorities", "points", "people")
# What a session, a case of the knowledge base and an answers file for a workshop hold besides; read
# by others, passed over here.
SESSION_KEYS = ("tool", "knowledge_base", "consultation", "workshop")
BALLOT_KEYS = ("name", "named", "reasons", "doubts")
OTHER_KEYS = (*SESSION_KEYS, "case", "expected", *BALLOT_KEYS)
MAX_TEXT = 300  # characters of a title or a person's name
_WRITTEN_OUT = r"\\(\\|x[0-9a-f]{2})"


@dataclass(frozen=True)
class Sheet:
    """Answers, what matters most, and the people of the record.

    What matters is a ranking of criteria, most important first, or points from 1 to 9 for them, of
    which only the order counts. In a team's decision both are empty and ``workshop`` holds what
    each of them said.
    """

    title: str = ""
    answers: Answers = field(default_factory=dict)
    priorities: tuple[str, ...] = ()
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    points: Mapping[str, int] = field(default_factory=dict)
    workshop: WorkshopHistory | None = None

    @property
    def speaker(self) -> str:
        """Whose answers they are, as explanations name them."""
        return "you" if self.workshop is None else "the group"

    @property
    def ranking(self) -> Priorities:
        """What matters most, as the rules weigh by it."""
        if self.workshop is not None:
            from advisor.answers.rounds import group_ranking

            return group_ranking(self.workshop)
        if self.points:
            from rules.scoring.rankings import ranked_by

            return ranked_by(self.points)
        return self.priorities

    def with_answer(self, question: str, options: tuple[str, ...]) -> Sheet:
        return replace(self, answers={**self.answers, question: options})

    def with_ranking(self, priorities: tuple[str, ...]) -> Sheet:
        """The sheet by this ranking alone: points, and what a team said, no longer count."""
        return replace(self, priorities=priorities, points={}, workshop=None)


def read_sheet(path: Path, kb: KnowledgeBase, *, shown_as: str | None = None) -> Sheet:
    """The sheet in an answers or session file; its places name it ``shown_as``, or as given.

    Raises InputError with every mistake in the file, each at its line.
    """
    from rules.loading.input_file import read_bytes

    file = str(path) if shown_as is None else shown_as
    return parse_sheet(read_bytes(path, shown_as=file), kb, file)


def parse_sheet(data: bytes, kb: KnowledgeBase, file: str) -> Sheet:
    """The same for what was read from ``file``."""
    from rules.loading.answers_parser import read_answers
    from rules.loading.yaml_nodes import parse

    root = parse(data, file)
    if not isinstance(root.value, Mapping):
        raise InputError([Problem(root.location, "expected 'title:', 'answers:' and the like")])
    fields = root.value
    problems = _schema_problems(fields.get("schema"))
    if problems:  # written by a newer tool: complaining about what it added would mislead
        raise InputError(problems)
    for key in fields:
        if key not in SHEET_KEYS + OTHER_KEYS:
            message = unknown("key", key, SHEET_KEYS + BALLOT_KEYS, after=problems)
            problems.append(Problem(root.keys[key], message))
    answers, mistakes = read_answers(fields["answers"], kb) if "answers" in fields else ({}, [])
    problems += mistakes
    title = _text(fields["title"], "title", problems) if "title" in fields else None
    priorities = _priorities(fields.get("priorities"), kb, problems)
    points = _points(fields.get("points"), kb, problems)
    if priorities and points:
        message = "expected 'priorities' or 'points', not both: each says what matters most"
        problems.append(Problem(root.keys["points"], message))
    people = _people(fields.get("people"), problems)
    history = _history(root, kb, problems) if fields.get("workshop") else None
    if problems:
        raise InputError(problems)
    return Sheet(title or "", answers, priorities, people, points, history)


def apply_settings(sheet: Sheet, settings: Iterable[str], kb: KnowledgeBase) -> Sheet:
    """The sheet after each ``question=option[,option]`` of the command line, in order.

    Raises InputError naming each setting that cannot be used.
    """
    problems: list[Problem] = []
    for setting in settings:
        place = SourceLocation(f"--set {cut(setting)}")
        name, separator, value = setting.partition("=")
        if not separator:
            problems.append(Problem(place, "expected question=option, or question=option,option"))
        elif name not in kb.questions:
            problems.append(Problem(place, unknown("question", name, kb.questions, after=problems)))
        else:
            words = tuple(word.strip() for word in value.split(","))
            mistakes = list(answer_mistakes(kb.questions[name], words))
            problems += [Problem(place, mistake) for mistake in mistakes]
            if not mistakes:
                sheet = sheet.with_answer(name, words)
    if problems:
        raise InputError(problems)
    return sheet


def sheet_as_data(sheet: Sheet) -> dict[str, object]:
    """The sheet as it is written to a file; a single answer stands without a list."""
    data: dict[str, object] = {"schema": SCHEMA}
    if sheet.title:
        data["title"] = sheet.title
    data["answers"] = {
        name: options[0] if len(options) == 1 else list(options)
        for name, options in sheet.answers.items()
    }
    if sheet.priorities:
        data["priorities"] = list(sheet.priorities)
    if sheet.points:
        data["points"] = dict(sheet.points)
    if sheet.people:
        data["people"] = {role: list(names) for role, names in sheet.people.items()}
    return data


def _schema_problems(node: Node | None) -> list[Problem]:
    if node is None:
        return []
    number = node.value
    if not isinstance(number, str) or not re.fullmatch("[0-9]{1,9}", number):
        return [Problem(node.location, f"expected 'schema: {SCHEMA}'")]
    if int(number) > SCHEMA:
        message = (
            f"written by a newer advisor (schema {number}); this one reads schema {SCHEMA}: "
            "upgrade framework-advisor"
        )
        return [Problem(node.location, message)]
    return []


def _text(node: Node, name: str, problems: list[Problem]) -> str | None:
    """The text in ``node`` on one line, or None where it is something else."""
    if not isinstance(node.value, str):
        problems.append(Problem(node.location, f"'{name}': expected a text"))
        return None
    text = one_line(node.value)
    if len(text) > MAX_TEXT:
        message = f"'{name}': expected at most {MAX_TEXT} characters"
        problems.append(Problem(node.location, message))
        return None
    return text


def _items(node: Node, name: str, problems: list[Problem]) -> Sequence[Node]:
    """The items of a list; a single text stands for a list of one, nothing for an empty one."""
    if isinstance(node.value, str):
        return (node,) if node.value else ()
    if isinstance(node.value, Mapping):
        problems.append(Problem(node.location, f"'{name}': expected a list"))
        return ()
    return node.value


def _priorities(node: Node | None, kb: KnowledgeBase, problems: list[Problem]) -> tuple[str, ...]:
    ranked: list[str] = []
    for item in _items(node, "priorities", problems) if node else ():
        name = _text(item, "priorities", problems)
        if name is None:
            continue
        if name not in kb.criteria:
            message = f"priorities: {unknown('criterion', name, kb.criteria, after=problems)}"
            problems.append(Problem(item.location, message))
        elif name in ranked:
            problems.append(Problem(item.location, f"priorities: '{name}' stands there twice"))
        else:
            ranked.append(name)
    return tuple(ranked)


def _points(node: Node | None, kb: KnowledgeBase, problems: list[Problem]) -> dict[str, int]:
    if node is None or node.value == "":
        return {}
    if not isinstance(node.value, Mapping):
        problems.append(Problem(node.location, "points: expected one 'criterion: points' a line"))
        return {}
    from advisor.answers.mistakes import points_mistakes

    points: dict[str, int] = {}
    for name, value in node.value.items():
        stated = points_in(value.value) if isinstance(value.value, str) else ""
        mistakes = list(points_mistakes(name, stated, kb, after=problems))
        if isinstance(stated, int) and not mistakes:
            points[name] = stated
        for mistake in mistakes:
            place = node.keys[name] if mistake.unknown else value.location
            problems.append(Problem(place, str(mistake)))
    return {name: points[name] for name in kb.criteria if name in points}


def _history(root: Node, kb: KnowledgeBase, problems: list[Problem]) -> WorkshopHistory | None:
    """The history of a workshop; None, and a problem, where it is none over this knowledge."""
    from advisor.answers.rounds import history_from_data, history_mistakes

    assert isinstance(root.value, Mapping)
    place = root.keys["workshop"]
    try:
        history = history_from_data(_as_text(root.value["workshop"]))
    except ValueError as error:
        problems.append(Problem(place, f"workshop: {error}"))
        return None
    if not all(map(isfinite, (history.stop.spread, history.stop.shift, history.stop.share))):
        problems.append(Problem(place, "workshop: expected a rule when it ends, made of numbers"))
    problems += [
        Problem(place, f"workshop: {mistake}") for mistake in history_mistakes(history, kb)
    ]
    return history


def _as_text(node: Node) -> Any:
    """The value, every scalar as its text, with the characters that a session file has
    written out.
    """
    if isinstance(node.value, str):
        return re.sub(
            _WRITTEN_OUT, lambda m: "\\" if m[1] == "\\" else chr(int(m[1][1:], 16)), node.value
        )
    if isinstance(node.value, Mapping):
        return {name: _as_text(value) for name, value in node.value.items()}
    return [_as_text(item) for item in node.value]


def _people(node: Node | None, problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    if node is None or node.value == "":
        return {}
    if not isinstance(node.value, Mapping):
        problems.append(Problem(node.location, f"people: expected {', '.join(ROLES)}"))
        return {}
    people = {}
    for role, names in node.value.items():
        if role in ROLES:
            people[role] = tuple(_names(names, role, problems))
        else:
            message = f"people: {unknown('role', role, ROLES, after=problems)}"
            problems.append(Problem(node.keys[role], message))
    return people


def _names(node: Node, role: str, problems: list[Problem]) -> Iterator[str]:
    for item in _items(node, role, problems):
        name = _text(item, role, problems)
        if name == "":
            problems.append(Problem(item.location, f"'{role}': expected a name, found nothing"))
        elif name is not None:
            yield name
