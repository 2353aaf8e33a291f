"""The cases of a knowledge base: answer sheets whose outcome people have read and accepted.

A case is a file under ``cases/``: an answer sheet, with the choice that a real project made under
``case:`` where there is one, and at its end what the knowledge makes of it::

    expected:
      verdict: leaning
      winner: pytorch
      fires:
        ios_coreml: speaks for pytorch under edge, moderate

Everything in it is an id or a word of the rules' own files: it changes with the knowledge alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from advisor.answers.sheet import Sheet, read_sheet
from rules.diagnostics import InputError, Problem, SourceLocation, either, hint, quoted
from rules.inference.situation import Situation
from rules.loading import yaml_nodes
from rules.loading.layers import CASES, Layer, layers
from rules.loading.yaml_nodes import Node
from rules.model import Advise, Conclude, KnowledgeBase, Prefer, Rule, RuleOut
from rules.scoring.judgement import Verdict

EXPECTED = "expected"
FIELDS = ("verdict", "winner", "fires")
REMARK = "as it comes out; written by 'advisor kb test --accept', to be read in review"
WRITES = "expected what 'advisor kb test --accept' writes"


@dataclass(frozen=True)
class ExpectedOutcome:
    """What comes of a sheet, in ids: the verdict, who wins ("" for nobody), what each rule does."""

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

    ``expected`` is None where nothing was accepted yet; ``lines`` says where its parts stand, by
    ``verdict`` and the ids of rules. ``shown`` names the file in messages.
    """

    name: str
    shown: str
    sheet: Sheet
    chosen: str
    expected: ExpectedOutcome | None
    lines: Mapping[str, int]

    def place(self, part: str) -> SourceLocation:
        return SourceLocation(self.shown, self.lines.get(part, self.lines.get(EXPECTED, 0)))


def files_of(layer: Layer) -> Mapping[str, Path]:
    """The files of a layer's cases by the names of the cases, folders in ``cases/`` included."""
    home = layer.home / CASES
    files = sorted(home.rglob("*.yaml"))
    return {path.relative_to(home).with_suffix("").as_posix(): path for path in files}


def read_cases(kb: KnowledgeBase, folder: Path | None = None) -> Mapping[str, Sheet]:
    """The sheets of all cases of the knowledge in ``folder``, by the names of the cases.

    Those of an overlay come after the shipped ones that its questions leave readable. Raises
    InputError with every mistake in every case of its own.
    """
    *under, own = layers(folder)
    sheets: dict[str, Sheet] = {}
    for layer in under:
        for name, path in files_of(layer).items():
            with suppress(InputError):
                sheets[name] = read_sheet(path, kb)
    problems: list[Problem] = []
    for name, path in files_of(own).items():
        try:
            sheets[name] = read_sheet(path, kb, shown_as=f"{own.shown}/{CASES}/{name}.yaml")
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return sheets


def read_case(name: str, layer: Layer, kb: KnowledgeBase) -> Case:
    """The case of that name in ``layer``. Raises InputError with every mistake in the file."""
    path, shown = layer.home / CASES / f"{name}.yaml", f"{layer.shown}/{CASES}/{name}.yaml"
    sheet = read_sheet(path, kb, shown_as=shown)
    root = yaml_nodes.read(path, shown_as=shown)
    chosen = _text(_field(root, "case"), "chosen")
    node = _field(root, EXPECTED)
    if node is None:
        return Case(name, shown, sheet, chosen, None, {})
    expected, lines = _expected(node, root.keys[EXPECTED])
    return Case(name, shown, sheet, chosen, expected, lines)


def outcome(blank: Situation, sheet: Sheet) -> ExpectedOutcome:
    """What comes of ``sheet`` by written knowledge alone. ``blank`` has that knowledge."""
    situation = blank.with_answers(sheet.answers)
    judgement = situation.judge(sheet.ranking)
    does = {name: effect(situation.kb.rules[name]) for name in situation.fired}
    return ExpectedOutcome(judgement.verdict.value, judgement.winner or "", does)


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
        case Advise(topic=topic, alternative=None):
            return f"advises on {topic}"
        case Advise(topic=topic, alternative=alternative):
            return f"advises on {topic} with {alternative}"


def differences(kb: KnowledgeBase, case: Case, now: ExpectedOutcome) -> Iterator[Problem]:
    """Each thing in which ``now`` is not what the case expects, as a sentence with its place."""
    if case.expected is None:
        return
    before = case.expected
    for rule, did in before.fires.items():
        does = now.fires.get(rule)
        if does is None and rule not in kb.rules:
            gone = f"{rule} {did}, and there is no such rule any more{hint(rule, kb.rules)}"
            yield Problem(case.place(rule), gone)
        elif does is None:
            yield Problem(case.place(rule), f"{rule} no longer {did}")
        elif does != did:
            yield Problem(case.place(rule), f"{rule} {does}; expected that it {did}")
    for rule, does in now.fires.items():
        if rule not in before.fires:
            yield Problem(case.place(EXPECTED), f"{rule} {does}, which was not expected")
    if (before.verdict, before.winner) != (now.verdict, now.winner):
        yield Problem(case.place("verdict"), f"comes out {now}, expected {before}")


def with_expected(path: Path, shown: str, now: ExpectedOutcome) -> bytes:
    """The file with ``now`` as its last part; what stands before stays as it is to the byte.

    Raises InputError where an ``expected:`` stands there that cannot be replaced so.
    """
    data = yaml_nodes.contents(path, shown_as=shown)
    root = yaml_nodes.parse(data, shown)
    lines = [line.encode() for line in data.decode("utf-8").splitlines(keepends=True)]
    if place := root.keys.get(EXPECTED):
        behind = any(one is not place and one.line >= place.line for one in root.keys.values())
        if behind or not lines[place.line - 1].startswith(f"{EXPECTED}:".encode()):
            message = f"'{EXPECTED}:' stands here, expected it to begin the last part of the file"
            raise InputError([Problem(place, message)])
        lines = lines[: place.line - 1]
    if lines and not lines[-1].endswith((b"\n", b"\r")):
        lines.append(b"\n")
    content = b"".join(lines) + _as_text(now).encode()
    try:
        read = yaml_nodes.parse(content, shown)
    except InputError:
        read = None
    if read is None or set(read.keys) != {*root.keys, EXPECTED}:
        message = f"'{EXPECTED}:' cannot be added at its end, expected a mapping of plain keys"
        raise InputError([Problem(SourceLocation(shown), message)])
    return content


def _as_text(now: ExpectedOutcome) -> str:
    lines = [f"{EXPECTED}:  # {REMARK}", f"  verdict: {now.verdict}"]
    if now.winner:
        lines.append(f"  winner: {now.winner}")
    lines.append("  fires:" if now.fires else "  fires: {}")
    lines += [f"    {rule}: {does}" for rule, does in now.fires.items()]
    return "".join(f"{line}\n" for line in lines)


def _expected(node: Node, place: SourceLocation) -> tuple[ExpectedOutcome, Mapping[str, int]]:
    """What stands under ``expected:``, and where its parts do. Raises InputError."""
    fires = _field(node, "fires")
    if fires is None or not isinstance(fires.value, Mapping):
        raise InputError([Problem(place, f"'{EXPECTED}' has no fires, {WRITES}")])
    problems = []
    for key in node.keys:
        if key not in FIELDS:
            message = f"'{EXPECTED}' has {quoted(key)}{hint(key, FIELDS)}"
            problems.append(Problem(node.keys[key], message))
    verdict, verdicts = _text(node, "verdict"), [verdict.value for verdict in Verdict]
    if verdict not in verdicts:
        message = f"the verdict is {quoted(verdict)}, expected {either(verdicts)}"
        problems.append(Problem(node.keys.get("verdict", place), message))
    for rule in fires.value:
        if not _text(fires, rule):
            problems.append(Problem(fires.keys[rule], f"{quoted(rule)} does nothing, {WRITES}"))
    if problems:
        raise InputError(problems)
    lines = {EXPECTED: place.line, "verdict": node.keys["verdict"].line}
    lines |= {rule: fires.keys[rule].line for rule in fires.value}
    does = {rule: _text(fires, rule) for rule in fires.value}
    return ExpectedOutcome(verdict, _text(node, "winner"), does), lines


def _field(node: Node | None, key: str) -> Node | None:
    return node.value.get(key) if node and isinstance(node.value, Mapping) else None


def _text(node: Node | None, key: str) -> str:
    """The text under ``key``, "" where there is none."""
    inner = _field(node, key)
    return inner.value if inner and isinstance(inner.value, str) else ""
