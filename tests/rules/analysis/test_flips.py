"""The smallest changes of answers: compared with trying every sheet, one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

import pytest

from rules.analysis import flips as searching
from rules.analysis.flips import Change, flips, sheets_within
from rules.analysis.whatif import WhatIf, other_answers
from rules.conditions import All, Any, Chosen, Condition, Not
from rules.model import UNKNOWN, Action, KnowledgeBase, Prefer, Question, RuleOut
from rules.scoring.judgement import differs
from rules.scoring.rankings import GroupRanking, Priorities

Answers = Mapping[str, tuple[str, ...]]
MakeKnowledge = Callable[..., KnowledgeBase]
DrawAnswers = Callable[[KnowledgeBase, random.Random], dict[str, tuple[str, ...]]]

Sheet: TypeAlias = frozenset[tuple[str, frozenset[str]]]


def as_set(answers: Answers) -> Sheet:
    return frozenset((name, frozenset(chosen)) for name, chosen in answers.items())


def distance(question: Question, before: Collection[str], after: Collection[str]) -> int:
    """How many changes lie between two answers, by the words of the README."""
    if not question.multiple or question.stands_alone(after):
        return int(set(before) != set(after))
    if question.stands_alone(before):
        return len(after)
    in_place_of_the_only_one = set(before).isdisjoint(after)
    return len(set(before) ^ set(after)) - in_place_of_the_only_one


def by_trying_all(
    kb: KnowledgeBase, answers: Answers, priorities: Priorities, radius: int
) -> dict[Sheet, int]:
    """Sheet -> changes, for each sheet that flips where none on a shortest way to it does."""
    given = {name: chosen for name, chosen in answers.items() if chosen != (UNKNOWN,)}
    whatif = WhatIf(kb, priorities)
    now = whatif.judge(given)
    seen, edge = {as_set(given): given}, {as_set(given): False}
    minimal = {}
    for size in range(1, radius + 1):
        further: dict[Sheet, bool] = {}  # whether it flips, or something on a way to it
        for sheet, flipped in edge.items():
            for name, chosen in seen[sheet].items():
                if chosen != given[name] and kb.questions[name].stands_alone(chosen):
                    continue  # no short cut to other options
                for other in other_answers(kb.questions[name], chosen):
                    changed = {**seen[sheet], name: other}
                    if as_set(changed) not in seen or as_set(changed) in further:
                        seen[as_set(changed)] = changed
                        further[as_set(changed)] = further.get(as_set(changed), False) or flipped
        for sheet, flipped in further.items():
            if not flipped and differs(whatif.judge(seen[sheet]), now):
                minimal[sheet] = size
                further[sheet] = True
        edge = further
    return minimal


def drawn_kb(make_kb: MakeKnowledge, seed: int) -> KnowledgeBase:
    generator = random.Random(seed)
    questions = {
        f"q{i}": [f"o{i}{j}" for j in range(generator.randint(2, 4))]
        for i in range(generator.randint(2, 5))
    }

    def condition() -> Condition:
        def atom() -> Condition:
            name = generator.choice(list(questions))
            return Chosen(name, generator.choice(questions[name]))

        kind = generator.random()
        if kind < 0.5:
            return atom()
        parts = (atom(), Not(atom()) if generator.random() < 0.3 else atom())
        return All(parts) if kind < 0.8 else Any(parts)

    alternatives = ("red", "blue", "green")[: 2 if seed % 4 else 3]
    rules: list[tuple[Condition, Action]] = [
        (
            condition(),
            Prefer(
                generator.choice(alternatives),
                generator.choice(("speed", "reach")),
                generator.choice((0.2, 0.4, 0.6, -0.4)),
                "",
            ),
        )
        for _ in range(generator.randint(3, 8))
    ]
    rules += [
        (condition(), RuleOut(generator.choice(alternatives)))
        for _ in range(generator.randint(0, 2))
    ]
    last = list(questions)[-1]
    return make_kb(
        questions,
        rules,
        multiple=[name for name in questions if generator.random() < 0.5],
        alone=[options[-1] for options in questions.values() if generator.random() < 0.4],
        applies_when={last: Not(Chosen("q0", "o00"))} if generator.random() < 0.5 else None,
        criteria=("speed", "reach"),
        alternatives=alternatives,
    )


@pytest.mark.parametrize("seed", range(80))
def test_flips_are_those_that_trying_every_sheet_finds(
    make_kb: MakeKnowledge, draw_answers: DrawAnswers, seed: int
) -> None:
    kb = drawn_kb(make_kb, seed)
    generator = random.Random(seed)
    answers = draw_answers(kb, generator)
    priorities = ("reach",) if generator.random() < 0.4 else ()
    priorities = GroupRanking((("reach",), ("speed",), ("reach",))) if seed % 5 == 0 else priorities
    found = flips(kb, answers, priorities, radius=3)
    reached = {}
    for one in found.sets:
        after = {**answers, **{change.question: change.after for change in one.changes}}
        given = {name: chosen for name, chosen in after.items() if chosen != (UNKNOWN,)}
        reached[as_set(given)] = one.size
        assert one.size == sum(
            distance(kb.questions[change.question], change.before, change.after)
            for change in one.changes
        )
        assert repr(one.judgement) == repr(WhatIf(kb, priorities).judge(after))
    assert reached == by_trying_all(kb, answers, priorities, 3)
    assert len(reached) == len(found.sets)


def for_(alternative: str, factor: float, criterion: str = "speed") -> Prefer:
    return Prefer(alternative, criterion, factor, "")


@pytest.fixture(scope="module")
def road(make_kb: MakeKnowledge) -> KnowledgeBase:
    """Two reasons for red, either enough, and a bridge that keeps blue, or red, out."""
    return make_kb(
        {
            "way": ("hills", "plain"),
            "load": ("heavy", "light"),
            "bridge": ("none", "narrow", "wide"),
            "goods": ("wood", "milk", "nothing"),
        },
        [
            (Chosen("way", "hills"), for_("red", 0.6)),
            (Chosen("load", "heavy"), for_("red", 0.6)),
            (Chosen("way", "plain"), for_("blue", 0.2)),
            (Chosen("load", "light"), for_("blue", 0.4)),
            (Chosen("bridge", "narrow"), RuleOut("red")),
            (All((Chosen("goods", "wood"), Chosen("goods", "milk"))), for_("blue", 0.8)),
        ],
        multiple=["goods"],
        alone=["nothing"],
    )


STEEP = {"way": ("hills",), "load": ("heavy",), "bridge": ("none",)}


def test_sets_that_rule_out_come_last_and_are_marked(road: KnowledgeBase) -> None:
    found = flips(road, STEEP).sets
    assert [(one.size, one.by_ruling_out) for one in found] == [(2, False), (1, True)]
    assert found[-1].changes == (Change("bridge", ("none",), ("narrow",)),)


def test_ruling_out_what_would_lose_anyway_is_no_lever(road: KnowledgeBase) -> None:
    level = {"way": ("plain",), "load": ("heavy",), "bridge": ("none",)}
    found = flips(road, level, radius=2).sets
    assert [[change.question for change in one.changes] for one in found] == [
        ["load"],
        ["bridge"],
    ]
    assert [one.by_ruling_out for one in found] == [False, True]


def test_several_changes_may_hit_one_multiple_choice(road: KnowledgeBase) -> None:
    answers = {"way": ("hills",), "goods": ("nothing",)}
    found = flips(road, answers, radius=2).sets
    assert [(one.size, one.changes) for one in found][:1] == [
        (1, (Change("way", ("hills",), ("plain",)),))
    ]
    assert (Change("goods", ("nothing",), ("wood", "milk")),) in [one.changes for one in found]


def test_an_option_that_stands_alone_is_no_short_cut_to_others(make_kb: MakeKnowledge) -> None:
    goods = ("wood", "milk", "iron", "wool", "nothing")
    kb = make_kb(
        {"goods": goods},
        [
            (Chosen("goods", "wool"), for_("red", 0.6)),
            (Any(tuple(Chosen("goods", g) for g in goods[:3])), for_("blue", 0.8)),
        ],
        multiple=["goods"],
        alone=["nothing"],
    )
    found = flips(kb, {"goods": goods[:3]}, radius=3).sets
    assert (3, ("wool",)) in [(one.size, one.changes[0].after) for one in found]
    assert (1, ("nothing",)) in [(one.size, one.changes[0].after) for one in found]


def test_options_that_stay_are_named_first(road: KnowledgeBase) -> None:
    found = flips(road, {"way": ("hills",), "goods": ("milk",)}, radius=1).sets
    assert Change("goods", ("milk",), ("milk", "wood")) in [one.changes[0] for one in found]


def test_answers_unknown_are_not_changed(road: KnowledgeBase) -> None:
    assert flips(road, {"way": (UNKNOWN,), "load": (UNKNOWN,)}).sets == ()


def test_nothing_answered_has_nothing_to_change(road: KnowledgeBase) -> None:
    assert flips(road, {}).sets == ()


def test_no_fewer_sheets_are_counted_than_there_are(road: KnowledgeBase) -> None:
    answers = {"way": ("hills",), "bridge": ("none",), "goods": ("wood",)}
    # one change: 1 + 2 + (milk, nothing); two: 2 + 2 + 4 and, in goods, {milk}
    assert sheets_within(road, answers, 1) >= 5
    assert sheets_within(road, answers, 2) >= 5 + 9


def test_search_stops_short_where_there_are_too_many_sheets(
    road: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_SHEETS", 6)
    found = flips(road, STEEP, radius=3)
    assert found.radius == 1
    assert [one.size for one in found.sets] == [1]


def test_question_with_300_options_is_searched_less_far(make_kb: MakeKnowledge) -> None:
    options = [f"o{i}" for i in range(300)]
    rules = [(All((Chosen("wide", "o1"), Chosen("wide", "o2"))), for_("red", 0.6))]
    kb = make_kb({"wide": options}, rules, multiple=["wide"])
    found = flips(kb, {"wide": ("o0",)}, radius=3)
    assert found.radius == 2
    assert [one.changes[0].after for one in found.sets] == [("o0", "o1", "o2"), ("o1", "o2")]


def test_many_sheets_are_tried_in_parts(
    shipped_kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"phase": ("train",), "target": ("android",), "tpu": ("used",), "gpu": ("nvidia",)}
    at_once = flips(shipped_kb, answers)
    monkeypatch.setattr(searching, "CHUNK", 7)
    assert flips(shipped_kb, answers) == at_once


def test_single_changes_are_those_that_one_step_finds(
    shipped_kb: KnowledgeBase, draw_answers: DrawAnswers
) -> None:
    generator = random.Random(3)
    for _ in range(10):
        answers = draw_answers(shipped_kb, generator)
        stepped = WhatIf(shipped_kb).flips(answers)
        found = flips(shipped_kb, answers, radius=1).sets
        assert {(c.question, frozenset(c.after)) for one in found for c in one.changes} == {
            (flip.question, frozenset(flip.answer)) for flip in stepped
        }
