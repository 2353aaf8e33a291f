"""Which answers a condition lacks: the fewest that would have to be other than they are.

The search is a tree walk that keeps the few cheapest ways of each part. Whether a way is all that
is lacking is not argued but tried: the answers are changed accordingly and inferred from again.
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

MOST_WAYS = 8  # of each part of a condition, how many are looked into
MOST_WAYS_COMPARED = 2  # of those that suffice: the first is seldom beaten
MOST_ROUNDS = 8  # of finding out what else is lacking


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

    lacks: tuple[MissingAnswer, ...]
    enough: bool


Way: TypeAlias = tuple[MissingAnswer, ...]  # what would have to change, all of it


def missing_answers(situation: Situation, condition: Condition) -> MissingAnswers | None:
    """The fewest answers that ``condition`` lacks to be known to be true, given ones last.

    Empty where it is true already; None where no answers can make it true.
    """
    ways = _ways(situation, condition, holds=True)
    if not ways:
        return None
    completed = (_completed(situation, condition, way) for way in ways)
    enough = (way for way in completed if way is not None)
    best = _cheapest(situation, islice(enough, MOST_WAYS_COMPARED))
    if not best:
        return MissingAnswers(ways[0], enough=False)
    return MissingAnswers(_without_what_is_idle(situation, condition, best[0]), enough=True)


def _completed(situation: Situation, condition: Condition, way: Way) -> Way | None:
    """The way with what else turns out to be lacking when it is tried; None where that never ends.

    An answer that was set aside may come back with the question, and may be the wrong one.
    """
    for _ in range(MOST_ROUNDS):
        tried = _trials(situation, way)
        failing = next((s for s in tried if s.value(condition) is not True), None)
        if failing is None:
            return way
        further = _ways(failing, condition, holds=True)
        more = _joined(situation, way, further[0]) if further else None
        if more is None:
            return None
        way = more
    return None


def _without_what_is_idle(situation: Situation, condition: Condition, way: Way) -> Way:
    """The way without what is not needed after all: an answer that was set aside may be right."""
    for lack in way:
        less = tuple(other for other in way if other is not lack)
        if all(s.value(condition) is True for s in _trials(situation, less)):
            way = less
    return way


def _ways(situation: Situation, condition: Condition, *, holds: bool) -> list[Way]:
    """The cheapest ways to make ``condition`` known to be true (``holds``), or known false."""
    if situation.value(condition) is holds:
        return [()]
    match condition:
        case Not(part):
            return _ways(situation, part, holds=not holds)
        case All(parts) | Any(parts):
            each = [_ways(situation, part, holds=holds) for part in parts]
            together = isinstance(condition, All) == holds
        case Concluded(concept):
            rules = concluding(situation.kb, concept)
            each = [_ways(situation, rule.when, holds=holds) for rule in rules]
            together = not holds
        case Chosen():
            return _ways_to_answer(situation, condition, wanted=holds)
    return _together(situation, each) if together else _either(situation, each)


def _ways_to_answer(situation: Situation, atom: Chosen, *, wanted: bool) -> list[Way]:
    """To choose the option, or not to; and for a question left out, what would bring it."""
    lack: Way = (MissingAnswer(atom.question, (atom.option,), wanted),)
    question = situation.kb.questions[atom.question]
    if question.id not in situation.facts.not_applicable or question.applies_when is None:
        return [lack]
    return _together(situation, [_ways(situation, question.applies_when, holds=True), [lack]])


def _together(situation: Situation, each: Iterable[Sequence[Way]]) -> list[Way]:
    ways: list[Way] = [()]
    for part in each:
        joined = (_joined(situation, way, more) for way in ways for more in part)
        ways = _cheapest(situation, (way for way in joined if way is not None))
    return ways


def _either(situation: Situation, each: Iterable[Sequence[Way]]) -> list[Way]:
    """The ways of any part; several that want one answer to the same question become one."""
    ways = [way for part in each for way in part]
    merged: dict[str, MissingAnswer] = {}
    for way in ways:
        if len(way) == 1 and way[0].wanted:
            before = merged.get(way[0].question)
            options = _union(before.options if before else (), way[0].options)
            merged[way[0].question] = replace(way[0], options=options)
    return _cheapest(situation, [*((lack,) for lack in merged.values()), *ways])


def _cheapest(situation: Situation, ways: Iterable[Way]) -> list[Way]:
    def cost(way: Way) -> tuple[int, int, int]:
        questions = {lack.question for lack in way}
        return len(questions), len(way), sum(bool(situation.given(name)) for name in questions)

    return sorted(dict.fromkeys(ways), key=cost)[:MOST_WAYS]


def _joined(situation: Situation, way: Way, more: Way) -> Way | None:
    """Both ways at once; None where they want two answers to a question that takes one."""
    for lack in more:
        joined = _with(situation, way, lack)
        if joined is None:
            return None
        way = joined
    return way


def _with(situation: Situation, way: Way, lack: MissingAnswer) -> Way | None:
    """The way with one lack more, drawn together with what it says of the same question."""
    single = not situation.kb.questions[lack.question].multiple
    same = [other for other in way if other.question == lack.question]
    joined = [lack]
    for other in same:
        *before, last = joined
        joined = [*before, *_drawn_together(other, last, single=single)]
    if not all(one.options for one in joined):
        return None
    return (*(other for other in way if other not in same), *dict.fromkeys(joined))


def _drawn_together(
    one: MissingAnswer, other: MissingAnswer, *, single: bool
) -> list[MissingAnswer]:
    """Two lacks of one question in as few as say the same; one without options cannot be had."""
    if not (one.wanted or other.wanted):
        return [MissingAnswer(one.question, _union(one.options, other.options), wanted=False)]
    if one.wanted and other.wanted:
        if not single:
            return [one, other]
        common = tuple(option for option in one.options if option in other.options)
        return [replace(one, options=common)]
    wanting, barring = (one, other) if one.wanted else (other, one)
    left = tuple(option for option in wanting.options if option not in barring.options)
    wanting = replace(wanting, options=left)
    return [wanting] if single else [wanting, barring]


def _union(some: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*some, *others)))


# Trying a way


def _trials(situation: Situation, way: Way) -> Iterator[Situation]:
    """The answers changed as ``way`` says, once for each option that it leaves open."""
    yield situation.with_answers(_changed(situation, way))
    for place, lack in enumerate(way):
        for option in _left_open(situation, way, lack):
            chosen = MissingAnswer(lack.question, (option,), wanted=True)
            instead = (chosen,) if lack.wanted else (lack, chosen)
            trial = (*way[:place], *instead, *way[place + 1 :])
            yield situation.with_answers(_changed(situation, trial))


def _left_open(situation: Situation, way: Way, lack: MissingAnswer) -> Sequence[str]:
    """The options to choose from, where the way leaves a choice."""
    if lack.wanted:
        return lack.options if len(lack.options) > 1 else ()
    possible = _possible(situation, lack.question, (lack,))
    remains = set(situation.given(lack.question)) & set(possible)
    asked_for = any(other.question == lack.question and other.wanted for other in way)
    return () if remains or asked_for else possible


def _changed(situation: Situation, way: Way) -> Answers:
    """The answers with each lack made good, by the first option that does."""
    answers = dict(situation.answers)
    for name in dict.fromkeys(lack.question for lack in way):
        answers[name] = _answer(situation, name, [lack for lack in way if lack.question == name])
    return answers


def _answer(situation: Situation, name: str, lacks: Sequence[MissingAnswer]) -> tuple[str, ...]:
    question = situation.kb.questions[name]
    possible = _possible(situation, name, lacks)
    wanted = [
        next((option for option in lack.options if option in possible), None)
        for lack in lacks
        if lack.wanted
    ]
    chosen = [option for option in wanted if option is not None]
    if question.multiple and not question.stands_alone(chosen):
        kept = (option for option in situation.given(name) if option in possible)
        beside = [o for o in kept if not (chosen and question.option(o).alone)]
        chosen = [*beside, *(option for option in chosen if option not in beside)]
    else:
        chosen = chosen[:1]
    return tuple(chosen or possible[:1]) or (UNKNOWN,)


def _possible(situation: Situation, name: str, lacks: Iterable[MissingAnswer]) -> list[str]:
    """The options of a question that no lack excludes."""
    unwanted = {option for lack in lacks if not lack.wanted for option in lack.options}
    options = situation.kb.questions[name].options
    return [option.id for option in options if option.id not in unwanted]
