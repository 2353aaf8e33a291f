"""The cases of a knowledge base: answer sheets whose outcome people have read and accepted.

A case is a file under ``cases/``: an answer sheet, with the choice that a real project made under
``case:`` where there is one, and at its end what comes out::

    expected:
      verdict: leaning
      winner: pytorch
      fires:
        ios_coreml: speaks for pytorch under edge, moderate

Everything in it is an id or a word of the rules' own files: it changes with the knowledge alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from advisor.answers.sheet import Sheet, read_sheet
from rules.diagnostics import InputError, Problem, SourceLocation, either, hint, quoted
from rules.inference.situation import Situation
from rules.loading import yaml_nodes
from rules.loading.input_file import read_bytes
from rules.loading.layers import CASES, Layer, layers
from rules.loading.yaml_nodes import Node
from rules.model import Advise, Conclude, KnowledgeBase, Prefer, Rule, RuleOut
from rules.scoring.judgement import Verdict

T = TypeVar("T")

EXPECTED = "expected"
FIELDS = ("verdict", "winner", "fires")
REMARK = "as it comes out; written by 'advisor kb test --accept', to be read in review"
WRITES = "expected what 'advisor kb test --accept' writes"


@dataclass(frozen=True)
class CaseOutcome:
    """What comes out for a sheet, in ids: the verdict, the winner or "", what each rule does."""

    verdict: str
    winner: str
    fires: Mapping[str, str]

    @property
    def choice(self) -> str:
        """The winner's id, or the verdict where nobody wins: ``either`` and the like."""
        return self.winner or self.verdict

    def __str__(self) -> str:
        words = {Verdict.CLEAR.value: "clearly", Verdict.LEANING.value: "leaning to"}
        return f"{words.get(self.verdict, self.verdict)} {self.winner}".strip()


@dataclass(frozen=True)
class Case:
    """``chosen`` is what a real project chose, "" where none did.

    ``expected`` is None where nothing was accepted yet; ``lines`` are the line numbers of its
    parts, by ``verdict`` and the ids of rules. ``shown`` names the file in messages.
    """

    name: str
    shown: str
    sheet: Sheet
    chosen: str
    expected: CaseOutcome | None
    lines: Mapping[str, int]

    def location(self, part: str) -> SourceLocation:
        return SourceLocation(self.shown, self.lines.get(part, self.lines.get(EXPECTED, 0)))


def files_of(layer: Layer) -> Mapping[str, Path]:
    """The files of a layer's cases by the names of the cases, folders in ``cases/`` included."""
    home = layer.home / CASES
    paths = sorted(home.rglob("*.yaml"))
    return {path.relative_to(home).with_suffix("").as_posix(): path for path in paths}


def read_each(layer: Layer, read: Callable[[str, Path, str], T]) -> dict[str, T]:
    """What ``read`` makes of each case of ``layer``, by the names of the cases.

    ``read`` takes the name, the path, and the file's name in messages. Raises InputError with every
    mistake in every case.
    """
    results: dict[str, T] = {}
    problems: list[Problem] = []
    for name, path in files_of(layer).items():
        try:
            results[name] = read(name, path, f"{layer.shown}/{CASES}/{name}.yaml")
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return results


def read_cases(kb: KnowledgeBase, folder: Path | None = None) -> Mapping[str, Sheet]:
    """The sheets of all cases of the knowledge in ``folder``, by the names of the cases.

    Those of an overlay come after the shipped ones that its questions leave readable. Raises
    InputError with every mistake in every case of its own.
    """
    *lower, own = layers(folder)
    sheets: dict[str, Sheet] = {}
    for layer in lower:
        for name, path in files_of(layer).items():
            with suppress(InputError):
                sheets[name] = read_sheet(path, kb)
    return sheets | read_each(own, lambda _, path, shown: read_sheet(path, kb, shown_as=shown))


def cases_of(layer: Layer, kb: KnowledgeBase) -> dict[str, Case]:
    """The cases of ``layer`` by their names. Raises InputError with every mistake in every case."""

    def read(name: str, path: Path, shown: str) -> Case:
        sheet = read_sheet(path, kb, shown_as=shown)
        root = yaml_nodes.read(path, shown_as=shown)
        chosen = _text(_field(root, "case"), "chosen")
        node = _field(root, EXPECTED)
        expected, lines = _expected(node, root.keys[EXPECTED]) if node else (None, {})
        return Case(name, shown, sheet, chosen, expected, lines)

    return read_each(layer, read)


def outcome(blank: Situation, sheet: Sheet) -> CaseOutcome:
    """What comes out for ``sheet`` by written knowledge alone. ``blank`` has that knowledge."""
    situation = blank.with_answers(sheet.answers)
    judgement = situation.judge(sheet.ranking)
    effects = {name: effect(situation.kb.rules[name]) for name in situation.fired}
    return CaseOutcome(judgement.verdict.value, judgement.winner or "", effects)


def effect(rule: Rule) -> str:
    """What a rule does where it fires, in ids: ``speaks for pytorch under edge, moderate``."""
    match rule.action:
        case Prefer(alternative, criterion, factor, strength):
            side = "for" if factor > 0 else "against"
            return f"speaks {side} {alternative} under {criterion}, {strength}"
        case RuleOut(alternative):
            return f"rules out {alternative}"
        case Conclude(concept):
            return f"concludes {concept}"
        case Advise(topic=topic, alternative=alternative):
            return f"advises on {topic}" + (f" with {alternative}" if alternative else "")


def differences(kb: KnowledgeBase, case: Case, now: CaseOutcome) -> Iterator[Problem]:
    """Each difference between ``now`` and what the case expects, as a sentence with its place."""
    if case.expected is None:
        return
    expected = case.expected
    for rule, wanted in expected.fires.items():
        effect = now.fires.get(rule)
        if effect is None and rule not in kb.rules:
            gone = f"{rule} {wanted}, and there is no such rule any more{hint(rule, kb.rules)}"
            yield Problem(case.location(rule), gone)
        elif effect is None:
            yield Problem(case.location(rule), f"{rule} no longer {wanted}")
        elif effect != wanted:
            yield Problem(case.location(rule), f"{rule} {effect}; expected that it {wanted}")
    for rule, effect in now.fires.items():
        if rule not in expected.fires:
            yield Problem(case.location(EXPECTED), f"{rule} {effect}, which was not expected")
    if (expected.verdict, expected.winner) != (now.verdict, now.winner):
        yield Problem(case.location("verdict"), f"comes out {now}, expected {expected}")


def with_expected(path: Path, shown: str, now: CaseOutcome) -> bytes:
    """The file with ``now`` as its last part; what comes before stays as it is to the byte.

    Raises InputError where it has an ``expected:`` that cannot be replaced so.
    """
    data = read_bytes(path, shown_as=shown)
    root = yaml_nodes.parse(data, shown)
    lines = [line.encode() for line in data.decode("utf-8").splitlines(keepends=True)]
    if location := root.keys.get(EXPECTED):
        others = [key for key in root.keys.values() if key is not location]
        is_last = all(key.line < location.line for key in others)
        if not (is_last and lines[location.line - 1].startswith(f"{EXPECTED}:".encode())):
            message = f"'{EXPECTED}:' stands here, expected it to begin the last part of the file"
            raise InputError([Problem(location, message)])
        lines = lines[: location.line - 1]
    if lines and not lines[-1].endswith((b"\n", b"\r")):
        lines.append(b"\n")
    content = b"".join(lines) + _as_text(now).encode()
    try:
        keys = set(yaml_nodes.parse(content, shown).keys)
    except InputError:
        keys = set()
    if keys != {*root.keys, EXPECTED}:
        message = f"'{EXPECTED}:' cannot be added at its end, expected a mapping of plain keys"
        raise InputError([Problem(SourceLocation(shown), message)])
    return content


def _as_text(now: CaseOutcome) -> str:
    lines = [f"{EXPECTED}:  # {REMARK}", f"  verdict: {now.verdict}"]
    if now.winner:
        lines.append(f"  winner: {now.winner}")
    lines.append("  fires:" if now.fires else "  fires: {}")
    lines += [f"    {rule}: {effect}" for rule, effect in now.fires.items()]
    return "".join(f"{line}\n" for line in lines)


def _expected(node: Node, location: SourceLocation) -> tuple[CaseOutcome, Mapping[str, int]]:
    """What is under ``expected:``, and the lines of its parts. Raises InputError."""
    fires = _field(node, "fires")
    if fires is None or not isinstance(fires.value, Mapping):
        raise InputError([Problem(location, f"'{EXPECTED}' has no fires, {WRITES}")])
    effects = {rule: _text(fires, rule) for rule in fires.value}
    verdict, verdicts = _text(node, "verdict"), [verdict.value for verdict in Verdict]
    problems = [
        Problem(node.keys[key], f"'{EXPECTED}' has {quoted(key)}{hint(key, FIELDS)}")
        for key in node.keys
        if key not in FIELDS
    ]
    if verdict not in verdicts:
        message = f"the verdict is {quoted(verdict)}, expected {either(verdicts)}"
        problems.append(Problem(node.keys.get("verdict", location), message))
    problems += [
        Problem(fires.keys[rule], f"{quoted(rule)} does nothing, {WRITES}")
        for rule, effect in effects.items()
        if not effect
    ]
    if problems:
        raise InputError(problems)
    lines = {EXPECTED: location.line, "verdict": node.keys["verdict"].line}
    lines |= {rule: fires.keys[rule].line for rule in effects}
    return CaseOutcome(verdict, _text(node, "winner"), effects), lines


def _field(node: Node | None, key: str) -> Node | None:
    return node.value.get(key) if node and isinstance(node.value, Mapping) else None


def _text(node: Node | None, key: str) -> str:
    """The text under ``key``, "" where there is none."""
    inner = _field(node, key)
    return inner.value if inner and isinstance(inner.value, str) else ""
