"""What share of mistakes in rules the knowledge base's own tests notice.

Spoils one rule at a time in a copy of the shipped YAML, and asks whether it still loads, whether
``advisor kb test`` still passes and whether ``advisor kb check`` says something new. Prints the
share noticed by kind of mistake, and each mistake that went unnoticed. Aim: at least 95 %.

``python bench/mutations.py [HOW MANY] [SEED]``
"""

from __future__ import annotations

import copy
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from advisor.kb.case_runner import accept, try_cases
from advisor.kb.cases import Case, cases_of, effect
from rules.answers import Answers
from rules.diagnostics import InputError, Level
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import establish
from rules.loading.layers import SHIPPED, layers
from rules.loading.loader import load
from rules.model import KnowledgeBase
from rules.verification.verify import verify

MANY = 200
SEED = 20261122
SHEETS = 20_000  # on which a mistake that nothing noticed is tried, to see whether it is one
AIM = 0.95

Rule: TypeAlias = dict[str, Any]  # as it stands in the YAML, all scalars text
Mutate: TypeAlias = Callable[[Rule, KnowledgeBase, random.Random], str | None]


@dataclass(frozen=True)
class Mutant:
    """A mistake in one rule of one file; ``rule`` is None where the rule is dropped."""

    kind: str
    file: Path
    name: str
    rule: Rule | None
    says: str


def main(arguments: Sequence[str]) -> int:
    """Print the report; 1 where less is noticed than is aimed at."""
    many, seed = (*map(int, arguments), *(MANY, SEED)[len(arguments) :])
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "knowledge"
        shutil.copytree(SHIPPED, home)
        kb = load(home)
        accept(kb, home)
        layer = layers(home)[-1]
        cases = [*cases_of(layer, kb).values()]
        if not try_cases(kb, cases).passed:
            print("'advisor kb test' does not pass as it is: nothing to measure")
            return 1
        return _report(list(mutants(kb, home, many, seed)), kb, cases, home)


def _report(mutants: Sequence[Mutant], kb: KnowledgeBase, cases: Sequence[Case], home: Path) -> int:
    known = _remarks(kb)
    made, noticed, by = Counter[str](), Counter[str](), Counter[str]()
    missed: list[Mutant] = []
    for mutant in mutants:
        made[mutant.kind] += 1
        with _spoilt(mutant):
            who = _noticed(home, cases, known)
        if who is None:
            missed.append(mutant)
        else:
            noticed[mutant.kind] += 1
            by[who] += 1
    width = max(map(len, made))
    for kind, count in made.items():
        print(f"{kind:<{width}}  {noticed[kind]:3} of {count:3}")
    total, share = sum(noticed.values()), sum(noticed.values()) / len(mutants)
    ways = ", ".join(f"{count} by {who}" for who, count in by.most_common())
    print(f"{'all':<{width}}  {total:3} of {len(mutants):3}   {share:.1%}   ({ways})")
    _list(missed, kb, home)
    return 0 if share >= AIM else 1


def _list(missed: Sequence[Mutant], kb: KnowledgeBase, home: Path) -> None:
    """Each mistake that went unnoticed, those that turn out to be none apart."""
    differs = _Differs(kb) if missed else None
    for mutant in missed:
        with _spoilt(mutant):
            real = differs is not None and differs(load(home))
        title = "unnoticed" if real else f"unnoticed, and nothing else on {SHEETS:,} sheets"
        print(f"{title}: {mutant.file.name}, {mutant.name}: {mutant.says}")


def _noticed(home: Path, cases: Sequence[Case], known: set[tuple[str, str]]) -> str | None:
    """Which command notices; None where none does. Questions and answers stay as they were."""
    try:
        kb = load(home)
    except InputError:
        return "the loader"
    if not try_cases(kb, cases).passed:
        return "kb test"
    return "kb check" if _remarks(kb) - known else None


def _remarks(kb: KnowledgeBase) -> set[tuple[str, str]]:
    """What ``kb check`` fails for."""
    return {(one.kind.id, one.subject) for one in verify(kb) if one.level is not Level.NOTE}


# Mistakes


def mutants(kb: KnowledgeBase, home: Path, many: int, seed: int) -> Iterator[Mutant]:
    """``many`` mistakes, the kinds in turn, each in a rule drawn from those that allow it."""
    generator = random.Random(seed)
    rules = [
        (file, name, rule)
        for file in sorted(home.glob("rules/*.yaml"))
        for name, rule in _read(file)["rules"].items()
    ]
    kinds = list(MUTATIONS)
    made = 0
    while made < many:
        kind = kinds[made % len(kinds)]
        file, name, rule = generator.choice(rules)
        mutated = copy.deepcopy(rule)
        says = MUTATIONS[kind](mutated, kb, generator)
        if says is not None:
            made += 1
            yield Mutant(kind, file, name, mutated or None, says)


def _drop(rule: Rule, kb: KnowledgeBase, generator: random.Random) -> str | None:
    rule.clear()
    return "dropped"


def _invert(rule: Rule, kb: KnowledgeBase, generator: random.Random) -> str | None:
    holder, key = generator.choice([*_conditions(rule, "when")])
    says = f"not {holder[key]}"
    holder[key] = {"not": holder[key]}
    return says


def _drop_part(rule: Rule, kb: KnowledgeBase, generator: random.Random) -> str | None:
    lists = [
        parts
        for holder, key in _conditions(rule, "when")
        for parts in holder[key].values()
        if isinstance(parts, list) and len(parts) > 1
    ]
    if not lists:
        return None
    parts = generator.choice(lists)
    return f"without the part {parts.pop(generator.randrange(len(parts)))}"


def _swap_alternative(rule: Rule, kb: KnowledgeBase, generator: random.Random) -> str | None:
    for key in ("prefer", "oppose"):
        if key in rule:
            return _other(rule[key], "alternative", kb.alternatives, generator)
    return _other(rule, "rule_out", kb.alternatives, generator) if "rule_out" in rule else None


def _swap_side(rule: Rule, kb: KnowledgeBase, generator: random.Random) -> str | None:
    for key, opposite in (("prefer", "oppose"), ("oppose", "prefer")):
        if key in rule:
            rule[opposite] = rule.pop(key)
            return f"{opposite} for {key}"
    return None


def _other_criterion(rule: Rule, kb: KnowledgeBase, generator: random.Random) -> str | None:
    preference = rule.get("prefer") or rule.get("oppose")
    return _other(preference, "under", kb.criteria, generator) if preference else None


def _other_strength(rule: Rule, kb: KnowledgeBase, generator: random.Random) -> str | None:
    preference = rule.get("prefer") or rule.get("oppose")
    return _other(preference, "strength", kb.strengths, generator) if preference else None


MUTATIONS: Mapping[str, Mutate] = {
    "a rule dropped": _drop,
    "a condition inverted": _invert,
    "a part of a condition dropped": _drop_part,
    "another alternative": _swap_alternative,
    "prefer and oppose swapped": _swap_side,
    "another criterion": _other_criterion,
    "another strength": _other_strength,
}


def _conditions(holder: Any, key: Any) -> Iterator[tuple[Any, Any]]:
    """Every condition in ``holder[key]``, as where it is held."""
    yield holder, key
    ((word, value),) = holder[key].items()
    if word == "not":
        yield from _conditions(holder[key], "not")
    elif word in ("all", "any"):
        for number in range(len(value)):
            yield from _conditions(value, number)


def _other(holder: Rule, key: str, known: Mapping[str, object], generator: random.Random) -> str:
    before = holder[key]
    holder[key] = generator.choice([name for name in known if name != before])
    return f"{key} {holder[key]} for {before}"


@contextmanager
def _spoilt(mutant: Mutant) -> Iterator[None]:
    """The mutant's file with its mistake in it, for the length of a block."""
    before = mutant.file.read_text(encoding="utf-8")
    document = _read(mutant.file)
    if mutant.rule is None:
        del document["rules"][mutant.name]
    else:
        document["rules"][mutant.name] = mutant.rule
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    mutant.file.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        mutant.file.write_text(before, encoding="utf-8")


def _read(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)


# Mistakes that are none


class _Differs:
    """Whether another base says anything else on random sheets, by the reference evaluator."""

    def __init__(self, kb: KnowledgeBase) -> None:
        generator = random.Random(SEED)
        self._sheets = [establish(kb, _sheet(kb, generator)) for _ in range(SHEETS)]
        self._says = [*self._all(kb)]

    def __call__(self, kb: KnowledgeBase) -> bool:
        return any(one != other for one, other in zip(self._says, self._all(kb), strict=True))

    def _all(self, kb: KnowledgeBase) -> Iterator[frozenset[tuple[str, str]]]:
        evaluator = RuleEvaluator(kb)
        does = {name: (name, effect(rule)) for name, rule in kb.rules.items()}
        for facts in self._sheets:
            yield frozenset(does[name] for name in evaluator.infer(facts).fired)


def _sheet(kb: KnowledgeBase, generator: random.Random) -> Answers:
    answered = generator.choice([0.2, 0.5, 0.9])
    answers: dict[str, tuple[str, ...]] = {}
    for question in kb.questions.values():
        if generator.random() < answered:
            options = [option.id for option in question.options]
            most = min(3, len(options)) if question.multiple else 1
            chosen = generator.sample(options, generator.randint(1, most))
            alone = [option.id for option in question.options if option.alone]
            answers[question.id] = next(((o,) for o in chosen if o in alone), tuple(chosen))
    return answers


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
