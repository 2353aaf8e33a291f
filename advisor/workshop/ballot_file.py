"""Answer files that people return: an answers file with a name, points and reasons in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from advisor.answers.ballot import LEAST_POINTS, MOST_POINTS, Ballot
from advisor.answers.mistakes import REASON_EXPECTED, REASONS, Mistake, reason_mistakes
from advisor.answers.sheet import BALLOT_KEYS, Sheet, parse_sheet
from advisor.errors import WorkshopError
from advisor.workshop.plan import Plan, name_key, tidy_name
from advisor.workshop.store import Workshop
from rules.diagnostics import InputError, Problem, SourceLocation, one_line, unknown
from rules.loading.input_file import read_bytes
from rules.loading.yaml_nodes import Node, parse
from rules.model import KnowledgeBase

ENTERED = "file"
# Keys of an answers file: what tells of a project, and what tells that somebody speaks in it.
PROJECT = {"title", "people"}
OWN = {"points", "priorities", *BALLOT_KEYS}


@dataclass(frozen=True)
class BallotFile:
    """One person's file. ``passed_over`` are answers and points that nobody was asked for."""

    path: Path
    name: str
    ballot: Ballot
    doubts: tuple[str, ...]
    passed_over: tuple[str, ...]


def read_ballot_file(path: Path, plan: Plan, kb: KnowledgeBase) -> BallotFile:
    """The ballot in ``path``. Raises InputError with every mistake in the file, each at its line.

    Where no name stands in it, the file's own does. A ranking (``priorities``) becomes points, 9
    for the first, 8 for the next, 1 from the ninth on: of points only the order counts. Criteria
    that are left out have none, and follow.
    """
    data, file = read_bytes(path), str(path)  # once: a pipe gives it to nobody twice
    root, problems, sheet = parse(data, file), list[Problem](), Sheet()
    try:
        sheet = parse_sheet(data, kb, file)
    except InputError as error:
        problems += error.problems
    fields = root.value if isinstance(root.value, Mapping) else {}
    name = _name(fields.get("name"), path, root, problems)
    reasons = _reasons(fields.get("reasons"), kb, problems)
    doubts = _doubts(fields.get("doubts"), kb, problems)
    named = _named(fields.get("named"), problems)
    if not problems and PROJECT & fields.keys() and not OWN & fields.keys():
        own = "'name:', or what matters to them ('points:' or 'priorities:')"
        message = f"holds what is known of a project, not what somebody says: expected {own}"
        problems.append(Problem(root.location, message))
    if problems:
        raise InputError(problems)
    points = sheet.points or {
        name: max(LEAST_POINTS, MOST_POINTS - index) for index, name in enumerate(sheet.priorities)
    }
    items = (*plan.questions, *plan.criteria)
    ballot = Ballot(
        {name: in_order(kb, name, sheet) for name in plan.questions if name in sheet.answers},
        {name: points[name] for name in plan.criteria if name in points},
        {name: reasons[name] for name in items if name in reasons},
        named,
    )
    passed_over = tuple(name for name in {**sheet.answers, **points} if name not in items)
    return BallotFile(path, name, ballot, doubts, passed_over)


def read_ballot_files(paths: Iterable[Path], plan: Plan, kb: KnowledgeBase) -> list[BallotFile]:
    """The ballot in every file. Raises InputError with what is wrong with any."""
    problems: list[Problem] = []
    files: list[BallotFile] = []
    for path in paths:
        try:
            files.append(read_ballot_file(path, plan, kb))
        except InputError as error:
            problems += error.problems
    problems += _unusable(files)
    if problems:
        raise InputError(problems)
    return files


def _unusable(files: Iterable[BallotFile]) -> Iterator[Problem]:
    """Files that say nothing, and those of one person twice."""
    seen: dict[str, Path] = {}
    for file in files:
        location = SourceLocation(str(file.path))
        if not file.ballot.says_something:
            yield Problem(location, "answers nothing of what is voted on")
        earlier = seen.setdefault(name_key(file.name), file.path)
        if earlier != file.path:
            message = f"is {file.name}'s, as {earlier} is: expected one file a person"
            yield Problem(location, message)


def merge(workshop: Workshop, files: Iterable[BallotFile]) -> list[tuple[str, str]]:
    """Seal the ballots in the open round, all or none; each person's name with their receipt.

    Raises WorkshopError where somebody has answered by another way, and as ``submit`` does.
    """
    receipts = []
    with workshop.transaction():
        for file in files:
            workshop.people.check_look(file.name)
            person = workshop.people.include(file.name)
            if workshop.how_entered(person.id) not in (None, ENTERED):
                raise WorkshopError(f"{person.name} has answered already: only they can change it.")
            sealed = workshop.submit(person.id, file.ballot, entered=ENTERED)
            workshop.seal_doubts(person.id, file.doubts)
            receipts.append((person.name, sealed.receipt))
    return receipts


def in_order(kb: KnowledgeBase, name: str, sheet: Sheet) -> tuple[str, ...]:
    """An answer's options as the question has them: the order they are written in tells by whom."""
    answer = sheet.answers[name]
    return tuple(o.id for o in kb.questions[name].options if o.id in answer) or answer


def _name(node: Node | None, path: Path, root: Node, problems: list[Problem]) -> str:
    name = path.stem if node is None else node.value
    try:
        return tidy_name(name if isinstance(name, str) else "")
    except ValueError as error:
        problems.append(Problem(node.location if node else root.location, f"name: {error}"))
        return ""


def _reasons(node: Node | None, kb: KnowledgeBase, problems: list[Problem]) -> dict[str, str]:
    if node is None or node.value == "":
        return {}
    if not isinstance(node.value, Mapping):
        expected = "expected one 'question: why' or 'criterion: why' a line"
        problems.append(Problem(node.location, f"reasons: {expected}"))
        return {}
    reasons = {}
    for item, value in node.value.items():
        text = one_line(value.value) if isinstance(value.value, str) else ""
        mistakes = list(reason_mistakes(item, text, kb, after=problems))
        if not mistakes and not text:
            mistakes = [Mistake(REASONS, item, REASON_EXPECTED)]
        for mistake in mistakes:
            place = node.keys[item] if mistake.unknown else value.location
            problems.append(Problem(place, str(mistake)))
        reasons[item] = text
    return reasons


def _doubts(node: Node | None, kb: KnowledgeBase, problems: list[Problem]) -> tuple[str, ...]:
    if node is None or node.value == "":
        return ()
    if isinstance(node.value, Mapping):
        problems.append(Problem(node.location, "doubts: expected a list of claims"))
        return ()
    doubts: dict[str, None] = {}
    for item in (node,) if isinstance(node.value, str) else node.value:
        claim = item.value if isinstance(item.value, str) else ""
        if claim in kb.claims:
            doubts[claim] = None
        else:
            message = f"doubts: {unknown('claim', claim, kb.claims, after=problems)}"
            problems.append(Problem(item.location, message))
    return tuple(doubts)


def _named(node: Node | None, problems: list[Problem]) -> bool:
    if node is None:
        return False
    if node.value not in ("true", "false"):
        problems.append(Problem(node.location, "named: expected true or false"))
    return node.value == "true"
