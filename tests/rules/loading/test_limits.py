"""Large knowledge ends in bounded time and memory, or is refused where it stands.

No seconds are asserted: what a base costs is held by how its network grows, and each large one is
reasoned with in a process that is ended only where it would never end by itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any as Whatever

import pytest
import yaml

import rules
from rules.conditions import All, Any, Chosen, Concluded, Condition, Not
from rules.diagnostics import InputError, Problem
from rules.inference.engine import Engine
from rules.inference.evaluator import RuleEvaluator, concepts_in_order
from rules.inference.facts import establish
from rules.loading.condition_parser import MAX_ATOMS, MAX_DEPTH
from rules.loading.loader import load
from rules.model import Action, Conclude, KnowledgeBase, Prefer

ROOT = Path(rules.__file__).parents[1]
SMALL = Path(__file__).parents[1] / "small"
NEVER_ENDS = 300  # seconds; each takes one or two
MEMORY = 2 << 30  # bytes of address space

MakeKnowledge = Callable[..., KnowledgeBase]
Data = dict[str, Whatever]

SPEAK = Prefer("blue", "reach", 0.4, "moderate")
SOURCED = {"because": "So it is.", "source": "folklore", "as_of": "2026-01-31"}
SPEAKING = {"prefer": {"alternative": "blue", "under": "reach", "strength": "slight"}, **SOURCED}
QUESTION = {"section": "goal", "ask": "Which?", "source": "folklore", "as_of": "2026-01-31"}


def concluding(concept: str, when: Data) -> Data:
    return {"when": when, "conclude": concept, **SOURCED}


def speaking(when: Data) -> Data:
    return {"when": when, **SPEAKING}


# Large bases: questions with their numbers of options, rules, and how many of the rules fire where
# the first option answers every question.


def long_chain(length: int) -> tuple[list[int], list[Data], int]:
    """Concepts that follow from one another, written last first."""
    steps = [concluding("c0", {"q0": "o0"})]
    steps += [concluding(f"c{i}", {"concept": f"c{i - 1}"}) for i in range(1, length)]
    end = [speaking({"concept": f"c{length - 1}"}), speaking({"not": {"concept": "c0"}})]
    return [2], [*end, *reversed(steps)], length + 1


def many_rules(count: int) -> tuple[list[int], list[Data], int]:
    """Rules of the usual kinds over thirty questions; a third of them fires."""
    kinds: list[Callable[[int], Data]] = [
        lambda i: {"all": [{f"q{i % 30}": "o0"}, {"not": {f"q{i % 29}": "o1"}}]},
        lambda i: {"any": [{f"q{i % 30}": "o1"}, {f"q{i % 29}": "o2"}]},
        lambda i: {"all": [{f"q{i % 30}": "o0"}, {"any": [{f"q{i % 29}": f"o{1 + i % 2}"}]}]},
    ]
    made = [speaking(kinds[i % 3](i)) for i in range(count)]
    return [3] * 30, made, len(range(0, count, 3))


def many_options(count: int) -> tuple[list[int], list[Data], int]:
    options = [{"q0": f"o{i}"} for i in range(count)]
    return [count], [speaking(when) for one in options for when in (one, {"not": one})], count


def many_to_conclude(count: int) -> tuple[list[int], list[Data], int]:
    """One concept with many rules, which fails once all of them do."""
    made = [concluding("c0", {f"q{i}": "o1"}) for i in range(count)]
    return [2] * count, [*made, speaking({"not": {"concept": "c0"}})], 1


def many_atoms(shape: Callable[[list[Data]], Data], fire: int) -> tuple[list[int], list[Data], int]:
    """As many atoms in one condition as may be, and the same condition negated."""
    asked = [{f"q{i}": "o0"} for i in range(MAX_ATOMS)]
    when = shape(asked)
    made = [speaking(when), speaking({"not": when}), speaking({"not": {"not": when}})]
    return [2] * MAX_ATOMS, made, fire


def some_of_each(asked: list[Data]) -> Data:
    """Written out, as many branches as 2 to the power of half the atoms."""
    return {"all": [{"any": asked[i : i + 2]} for i in range(0, len(asked), 2)]}


def wide(width: int) -> tuple[list[int], list[Data], int]:
    """An all of anys of three: written out, 3 to the power of ``width`` branches."""
    parts = [{"any": [{f"q{i}": f"o{option}"} for option in range(3)]} for i in range(width)]
    return [4] * width, [speaking({"all": parts}), speaking({"not": {"all": parts}})], 1


def nested(depth: int) -> Data:
    """Anys within alls within anys, two atoms more at each level, which stands on one line."""
    when: Data = {"q0": "o0"}
    for level in range(1, depth):
        beside = [{f"q{level}": "o0"}, {f"q{level}": "o1"}]
        when = {"any" if level % 2 else "all": [when, *beside]}
    return when


def deep(depth: int) -> tuple[list[int], list[Data], int]:
    when = {"any": [nested(depth - 1), {"q0": "o1"}]}
    return [2] * depth, [speaking(when), speaking({"not": nested(depth - 1)})], 1


LARGE = {
    "a chain of 300 concepts": long_chain(300),
    "1,000 rules": many_rules(1000),
    "300 options": many_options(300),
    "300 rules for one concept": many_to_conclude(300),
    "an all of 500": many_atoms(lambda asked: {"all": asked}, 2),
    "an any of 500": many_atoms(lambda asked: {"any": asked}, 2),
    "an all of 250 anys": many_atoms(some_of_each, 2),
    "an all of 20 anys of three": wide(20),
    "a condition as deep as may be": deep(MAX_DEPTH),
}


def write(folder: Path, questions: Sequence[int], made: Sequence[Data]) -> Path:
    """A base in files: the small one's, with these questions and rules in place of its own."""
    shutil.copytree(SMALL, folder)
    for rest in [*folder.glob("rules/*"), *folder.glob("claims/*"), folder / "statements.yaml"]:
        rest.unlink()
    asked = {f"q{i}": {**QUESTION, "options": options(n)} for i, n in enumerate(questions)}
    concluded = dict.fromkeys(rule["conclude"] for rule in made if "conclude" in rule)
    tables: dict[str, Data] = {
        "questions.yaml": {"sections": {"goal": {"title": "All"}}, "questions": asked},
        "concepts.yaml": {"concepts": {name: {"title": name} for name in concluded}},
        "rules/made.yaml": {"rules": {f"r{i}": rule for i, rule in enumerate(made)}},
    }
    for name, table in tables.items():
        text = yaml.dump(table, Dumper=Plain, sort_keys=False, width=10**6)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def options(count: int) -> dict[str, str]:
    return {f"o{i}": f"Option {i}" for i in range(count)}


class Plain(yaml.SafeDumper):
    """Writes everything out: anchors are refused."""

    def ignore_aliases(self, data: Whatever) -> bool:
        return True


REASON = """
import dataclasses, json, sys
from pathlib import Path
from rules.inference.engine import Engine
from rules.inference.facts import establish
from rules.loading.loader import load
from rules.inference.evaluator import RuleEvaluator
from rules.scoring.judgement import judge

try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
except (ImportError, OSError, ValueError):  # not every system has this limit
    pass
kb = load(Path(sys.argv[1]))
engine, reference = Engine(kb), RuleEvaluator(kb)
first = {name: (question.options[0].id,) for name, question in kb.questions.items()}
last = {name: (question.options[-1].id,) for name, question in kb.questions.items()}
found = []
for answers in (first, last, {}):
    facts = establish(kb, answers)
    inferred = [one.infer(facts) for one in (engine, reference)]
    judged = [dataclasses.asdict(judge(kb, one.fired)) for one in inferred]
    found.append([dataclasses.asdict(one) | {"judged": j} for one, j in zip(inferred, judged)])
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module", params=LARGE)
def reasoned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Whatever:
    """What engine and reference make of a large base, in a process of bounded memory."""
    questions, made, fire = LARGE[request.param]
    folder = write(tmp_path_factory.mktemp("large") / "base", questions, made)
    done = subprocess.run(
        [sys.executable, "-c", REASON, str(folder), str(MEMORY)],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        timeout=NEVER_ENDS,
        check=True,
    )
    return SimpleNamespace(sheets=json.loads(done.stdout), fire=fire)


def test_engine_and_reference_agree_on_large_knowledge(reasoned: SimpleNamespace) -> None:
    assert all(engine == reference for engine, reference in reasoned.sheets)


def test_as_many_rules_of_large_knowledge_fire_as_should(reasoned: SimpleNamespace) -> None:
    (engine, _), *_ = reasoned.sheets
    assert len(engine["fired"]) == reasoned.fire


def test_large_knowledge_comes_to_a_judgement(reasoned: SimpleNamespace) -> None:
    (engine, _), *_ = reasoned.sheets
    assert engine["judged"]["totals"]["blue"] > 0


# What is refused


def refused(folder: Path, when: Data, questions: int) -> Problem:
    written = write(folder / "base", [2] * questions, [speaking(when)])
    with pytest.raises(InputError) as caught:
        load(written)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 20])
def test_condition_nested_too_deep_is_refused_at_its_line(tmp_path: Path, depth: int) -> None:
    problem = refused(tmp_path, nested(depth), depth)
    assert problem.message.endswith(f"when is nested deeper than {MAX_DEPTH}")
    assert (problem.location.file.rpartition("/")[2], problem.location.line > 3) == (
        "made.yaml",
        True,
    )


def test_chain_of_nots_counts_as_deep(tmp_path: Path) -> None:
    when: Data = {"q0": "o0"}
    for _ in range(MAX_DEPTH):
        when = {"not": when}
    assert refused(tmp_path, when, 1).message.endswith(f"is nested deeper than {MAX_DEPTH}")


def test_one_atom_too_many_is_refused_at_its_line(tmp_path: Path) -> None:
    when = {"any": [{f"q{i}": "o0"} for i in range(MAX_ATOMS + 1)]}
    problem = refused(tmp_path, when, MAX_ATOMS + 1)
    assert f"asks more than {MAX_ATOMS} things" in problem.message
    assert (problem.location.file.rpartition("/")[2], problem.location.line > 3) == (
        "made.yaml",
        True,
    )


# How much is built


def size_of_network(kb: KnowledgeBase) -> int:
    """The nodes that experta built to match the rules."""
    waiting: list[Whatever] = [Engine(kb)._network._instance.matcher.root_node]
    seen: dict[int, Whatever] = {}
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen[id(node)] = node
            waiting += [child.node for child in node.children]
    return len(seen)


def chain(length: int) -> list[tuple[Condition, Action]]:
    made: list[tuple[Condition, Action]] = [(Chosen("q0", "a"), Conclude("c0"))]
    made += [(Concluded(f"c{i - 1}"), Conclude(f"c{i}")) for i in range(1, length)]
    return [*made, (Concluded(f"c{length - 1}"), SPEAK)]


def separate(count: int) -> list[tuple[Condition, Action]]:
    return [(All((Chosen(f"q{i}", "a"), Chosen(f"q{i}", "b"))), SPEAK) for i in range(count)]


def one_concept(count: int) -> list[tuple[Condition, Action]]:
    made: list[tuple[Condition, Action]]
    made = [(Chosen(f"q{i}", "a"), Conclude("c")) for i in range(count)]
    return [*made, (Not(Concluded("c")), SPEAK)]


def some_of_some(count: int) -> list[tuple[Condition, Action]]:
    parts = tuple(Any((Chosen(f"q{i}", "a"), Chosen(f"q{i}", "b"))) for i in range(count))
    return [(All(parts), SPEAK), (Not(All(parts)), SPEAK)]


@pytest.mark.parametrize("shape", [chain, separate, one_concept, some_of_some])
def test_network_of_ten_times_the_knowledge_is_ten_times_as_large_at_most(
    make_kb: MakeKnowledge, shape: Callable[[int], list[tuple[Condition, Action]]]
) -> None:
    def size(count: int) -> int:
        questions: Mapping[str, Sequence[str]] = {f"q{i}": ("a", "b") for i in range(count)}
        return size_of_network(make_kb(questions, shape(count)))

    assert size(300) <= 10.5 * size(30)


def test_rules_that_ask_the_same_share_their_network(make_kb: MakeKnowledge) -> None:
    when = All((Chosen("q", "a"), Not(Chosen("p", "a"))))
    questions = {"q": ("a", "b"), "p": ("a", "b")}
    one, many = (make_kb(questions, [(when, SPEAK)] * count) for count in (1, 50))
    assert size_of_network(many) == size_of_network(one)


# Chains longer than Python's stack


@pytest.fixture(scope="module")
def endless(make_kb: MakeKnowledge) -> KnowledgeBase:
    """A chain of concepts, written last first, with more links than Python lets calls nest."""
    return make_kb({"q0": ("a", "b")}, reversed(chain(3 * sys.getrecursionlimit())))


def test_order_of_concepts_is_found_along_a_chain_of_any_length(endless: KnowledgeBase) -> None:
    assert concepts_in_order(endless) == tuple(f"c{i}" for i in range(len(endless.concepts)))


def test_reference_follows_a_chain_of_any_length(endless: KnowledgeBase) -> None:
    reference = RuleEvaluator(endless)
    fired = [reference.infer(establish(endless, {"q0": (o,)})).fired for o in ("a", "b")]
    assert fired == [tuple(endless.rules), ()]


def test_engine_joins_more_concepts_than_calls_nest(make_kb: MakeKnowledge) -> None:
    count = sys.getrecursionlimit()
    made = [(Chosen("q", "a"), Conclude(f"c{i}")) for i in range(count)]
    every = All(tuple(Concluded(f"c{i}") for i in range(count)))
    kb = make_kb({"q": ("a", "b")}, [*made, (every, SPEAK)])
    assert f"r{count}" in Engine(kb).infer(establish(kb, {"q": ("a",)})).fired
