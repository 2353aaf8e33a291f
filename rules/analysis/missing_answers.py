"""Which answers a condition lacks: the fewest that would have to be other than they are.

A remedy is a set of answers that would have to change. The search is a tree walk that keeps the few
cheapest remedies of each part. Whether a remedy is sufficient is not argued but tried: the answers
are changed accordingly and inferred from again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

from rules.answers import Answers
from rules.conditions import All, Any, Chosen, Concluded, Condition, Not
from rules.inference.evaluator import concluding
from rules.inference.situation import Situation
from rules.model import UNKNOWN

MAX_REMEDIES = 8  # of each part of a condition, how many are looked into
MAX_COMPARED = 2  # of those that suffice: the first is seldom beaten
MAX_ROUNDS = 8  # of finding out what else is missing


@dataclass(frozen=True)
class MissingAnswer:
    """An answer that would have to be another.

    Where ``wanted``, one of ``options`` would have to be chosen; else none of them may be.
    """

    question: str
    options: tuple[str, ...]
    wanted: bool


@dataclass(frozen=True)
class MissingAnswers:
    """The answers a condition lacks. ``enough``: whether these alone would make it true."""

    items: tuple[MissingAnswer, ...]
    enough: bool


Remedy: TypeAlias = tuple[MissingAnswer, ...]  # what would have to change, all of it


def missing_answers(situation: Situation, condition: Condition) -> MissingAnswers | None:
    """The fewest answers that ``condition`` lacks to be known to be true, given ones last.

    Empty where it is true already; None where no answers can make it true.
    """
    remedies = _remedies(situation, condition, holds=True)
    if not remedies:
        return None
    completed = (_completed(situation, condition, remedy) for remedy in remedies)
    sufficient = (remedy for remedy in completed if remedy is not None)
    best = _cheapest(situation, islice(sufficient, MAX_COMPARED))
    if not best:
        return MissingAnswers(remedies[0], enough=False)
    return MissingAnswers(_without_idle_items(situation, condition, best[0]), enough=True)


def _completed(situation: Situation, condition: Condition, remedy: Remedy) -> Remedy | None:
    """The remedy with what else turns out to be missing when it is tried; None where that never
    ends.

    An answer that was set aside may come back with the question, and may be the wrong one.
    """
    for _ in range(MAX_ROUNDS):
        tried = _trials(situation, remedy)
        failing = next((s for s in tried if s.value(condition) is not True), None)
        if failing is None:
            return remedy
        remedies = _remedies(failing, condition, holds=True)
        joined = _joined(situation, remedy, remedies[0]) if remedies else None
        if joined is None:
            return None
        remedy = joined
    return None


def _without_idle_items(situation: Situation, condition: Condition, remedy: Remedy) -> Remedy:
    """The remedy without what is not needed: an answer that was set aside may be right."""
    for item in remedy:
        fewer = tuple(other for other in remedy if other is not item)
        if all(s.value(condition) is True for s in _trials(situation, fewer)):
            remedy = fewer
    return remedy


def _remedies(situation: Situation, condition: Condition, *, holds: bool) -> list[Remedy]:
    """The cheapest remedies by which ``condition`` is known true (``holds``), or known false."""
    if situation.value(condition) is holds:
        return [()]
    match condition:
        case Not(part):
            return _remedies(situation, part, holds=not holds)
        case All(parts) | Any(parts):
            by_part = [_remedies(situation, part, holds=holds) for part in parts]
            together = isinstance(condition, All) == holds
        case Concluded(concept):
            rules = concluding(situation.kb, concept)
            by_part = [_remedies(situation, rule.when, holds=holds) for rule in rules]
            together = not holds
        case Chosen():
            return _remedies_for_answer(situation, condition, wanted=holds)
    return _all_of(situation, by_part) if together else _any_of(situation, by_part)


def _remedies_for_answer(situation: Situation, atom: Chosen, *, wanted: bool) -> list[Remedy]:
    """To choose the option, or not to; and for a question left out, what would bring it."""
    remedy: Remedy = (MissingAnswer(atom.question, (atom.option,), wanted),)
    question = situation.kb.questions[atom.question]
    if question.id not in situation.facts.not_applicable or question.applies_when is None:
        return [remedy]
    return _all_of(situation, [_remedies(situation, question.applies_when, holds=True), [remedy]])


def _all_of(situation: Situation, by_part: Iterable[Sequence[Remedy]]) -> list[Remedy]:
    remedies: list[Remedy] = [()]
    for part in by_part:
        joined = (_joined(situation, remedy, addition) for remedy in remedies for addition in part)
        remedies = _cheapest(situation, (remedy for remedy in joined if remedy is not None))
    return remedies


def _any_of(situation: Situation, by_part: Iterable[Sequence[Remedy]]) -> list[Remedy]:
    """The remedies of any part; several that want one answer to the same question become one."""
    remedies = [remedy for part in by_part for remedy in part]
    merged: dict[str, MissingAnswer] = {}
    for remedy in remedies:
        if len(remedy) == 1 and remedy[0].wanted:
            before = merged.get(remedy[0].question)
            options = _union(before.options if before else (), remedy[0].options)
            merged[remedy[0].question] = replace(remedy[0], options=options)
    return _cheapest(situation, [*((item,) for item in merged.values()), *remedies])


def _cheapest(situation: Situation, remedies: Iterable[Remedy]) -> list[Remedy]:
    def cost(remedy: Remedy) -> tuple[int, int, int]:
        questions = {item.question for item in remedy}
        return len(questions), len(remedy), sum(bool(situation.given(name)) for name in questions)

    return sorted(dict.fromkeys(remedies), key=cost)[:MAX_REMEDIES]


def _joined(situation: Situation, remedy: Remedy, addition: Remedy) -> Remedy | None:
    """Both remedies at once; None where they want two answers to a question that takes one."""
    for item in addition:
        joined = _with_item(situation, remedy, item)
        if joined is None:
            return None
        remedy = joined
    return remedy


def _with_item(situation: Situation, remedy: Remedy, item: MissingAnswer) -> Remedy | None:
    """The remedy with one item more, merged with what it says of the same question."""
    single = not situation.kb.questions[item.question].multiple
    same = [other for other in remedy if other.question == item.question]
    joined = [item]
    for other in same:
        *before, last = joined
        joined = [*before, *_merged(other, last, single=single)]
    if not all(merged_item.options for merged_item in joined):
        return None
    return (*(other for other in remedy if other not in same), *dict.fromkeys(joined))


def _merged(first: MissingAnswer, second: MissingAnswer, *, single: bool) -> list[MissingAnswer]:
    """Two items on one question in as few as say the same; one without options is impossible."""
    if not (first.wanted or second.wanted):
        return [MissingAnswer(first.question, _union(first.options, second.options), wanted=False)]
    if first.wanted and second.wanted:
        if not single:
            return [first, second]
        common = tuple(option for option in first.options if option in second.options)
        return [replace(first, options=common)]
    wanting, barring = (first, second) if first.wanted else (second, first)
    remaining = tuple(option for option in wanting.options if option not in barring.options)
    wanting = replace(wanting, options=remaining)
    return [wanting] if single else [wanting, barring]


def _union(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


# Trying a remedy


def _trials(situation: Situation, remedy: Remedy) -> Iterator[Situation]:
    """The answers changed as ``remedy`` says, once for each option that it leaves open."""
    yield situation.with_answers(_changed(situation, remedy))
    for index, item in enumerate(remedy):
        for option in _open_options(situation, remedy, item):
            chosen = MissingAnswer(item.question, (option,), wanted=True)
            instead = (chosen,) if item.wanted else (item, chosen)
            trial = (*remedy[:index], *instead, *remedy[index + 1 :])
            yield situation.with_answers(_changed(situation, trial))


def _open_options(situation: Situation, remedy: Remedy, item: MissingAnswer) -> Sequence[str]:
    """The options to choose from, where the remedy leaves a choice."""
    if item.wanted:
        return item.options if len(item.options) > 1 else ()
    possible = _possible_options(situation, item.question, (item,))
    remains = set(situation.given(item.question)) & set(possible)
    asked_for = any(other.question == item.question and other.wanted for other in remedy)
    return () if remains or asked_for else possible


def _changed(situation: Situation, remedy: Remedy) -> Answers:
    """The answers with each item supplied, by the first option that does."""
    answers = dict(situation.answers)
    for name in dict.fromkeys(item.question for item in remedy):
        answers[name] = _answer(situation, name, [item for item in remedy if item.question == name])
    return answers


def _answer(situation: Situation, name: str, items: Sequence[MissingAnswer]) -> tuple[str, ...]:
    question = situation.kb.questions[name]
    possible = _possible_options(situation, name, items)
    wanted = [
        next((option for option in item.options if option in possible), None)
        for item in items
        if item.wanted
    ]
    chosen = [option for option in wanted if option is not None]
    if question.multiple and not question.stands_alone(chosen):
        remaining = (option for option in situation.given(name) if option in possible)
        beside = [o for o in remaining if not (chosen and question.option(o).alone)]
        chosen = [*beside, *(option for option in chosen if option not in beside)]
    else:
        chosen = chosen[:1]
    return tuple(chosen or possible[:1]) or (UNKNOWN,)


def _possible_options(situation: Situation, name: str, items: Iterable[MissingAnswer]) -> list[str]:
    """The options of a question that no item excludes."""
    unwanted = {option for item in items if not item.wanted for option in item.options}
    options = situation.kb.questions[name].options
    return [option.id for option in options if option.id not in unwanted]
