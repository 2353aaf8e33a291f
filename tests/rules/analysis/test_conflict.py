"""Every alternative ruled out: which answers do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.analysis.conflict import conflict
from rules.conditions import All, Any, Chosen, Concluded, Condition
from rules.inference.engine import Engine
from rules.inference.facts import establish
from rules.model import Action, Conclude, KnowledgeBase, RuleOut
from rules.scoring.judgement import Verdict, judge

MakeKnowledge = Callable[..., KnowledgeBase]
Answers = Mapping[str, tuple[str, ...]]

QUESTIONS = {f"q{i}": ("yes", "no") for i in range(5)}


def yes(number: int) -> Chosen:
    return Chosen(f"q{number}", "yes")


def all_yes(*numbers: int) -> dict[str, tuple[str, ...]]:
    return {f"q{number}": ("yes",) for number in numbers}


def impossible(kb: KnowledgeBase, answers: Answers) -> bool:
    fired = Engine(kb).infer(establish(kb, answers)).fired
    return judge(kb, fired).verdict is Verdict.IMPOSSIBLE


def smallest(kb: KnowledgeBase, answers: Answers) -> int | None:
    """How many of the answers it takes at least, by trying every set of them."""
    for size in range(len(answers) + 1):
        for names in combinations(answers, size):
            if impossible(kb, {name: answers[name] for name in names}):
                return size
    return None


def test_answers_that_leave_an_alternative_are_no_conflict(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, [(yes(0), RuleOut("red")), (yes(1), RuleOut("blue"))])
    assert conflict(kb, all_yes(0, 2)) == ()


def test_no_answers_are_no_conflict(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, [(yes(0), RuleOut("red")), (yes(1), RuleOut("blue"))])
    assert conflict(kb, {}) == ()


def test_answers_that_rule_nothing_out_are_no_part_of_it(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, [(yes(1), RuleOut("red")), (yes(3), RuleOut("blue"))])
    assert conflict(kb, all_yes(0, 1, 2, 3, 4)) == ("q1", "q3")


def test_one_answer_may_do_it_alone(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, [(yes(1), RuleOut("red")), (yes(1), RuleOut("blue"))])
    assert conflict(kb, all_yes(0, 1)) == ("q1",)


@pytest.mark.parametrize(("pair", "single"), [((0, 1), 4), ((3, 4), 0)])
def test_smaller_set_is_shown_before_a_larger_one(
    make_kb: MakeKnowledge, pair: tuple[int, int], single: int
) -> None:
    kb = make_kb(
        QUESTIONS,
        [
            (All((yes(pair[0]), yes(pair[1]))), RuleOut("red")),
            (yes(single), RuleOut("red")),
            (yes(2), RuleOut("blue")),
        ],
    )
    assert set(conflict(kb, all_yes(*pair, 2, single))) == {"q2", f"q{single}"}


def test_questions_stand_in_the_order_they_are_asked(make_kb: MakeKnowledge) -> None:
    kb = make_kb(QUESTIONS, [(yes(1), RuleOut("red")), (yes(3), RuleOut("blue"))])
    assert conflict(kb, all_yes(3, 1)) == ("q1", "q3")


def test_answers_do_it_through_concepts_too(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        QUESTIONS,
        [
            (yes(0), Conclude("c")),
            (Concluded("c"), RuleOut("red")),
            (yes(2), RuleOut("blue")),
        ],
    )
    assert conflict(kb, all_yes(0, 1, 2)) == ("q0", "q2")


def test_answer_that_is_set_aside_is_no_part_of_it(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        QUESTIONS,
        [
            (yes(0), RuleOut("red")),
            (yes(2), RuleOut("blue")),
            (yes(3), RuleOut("blue")),
        ],
        applies_when={"q2": Chosen("q1", "no")},
    )
    assert conflict(kb, all_yes(0, 1, 2, 3)) == ("q0", "q3")


def test_large_conflict_has_no_answer_that_could_be_left_out(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        QUESTIONS,
        [
            (All((yes(0), yes(1), yes(2))), RuleOut("red")),
            (All((yes(2), yes(4))), RuleOut("blue")),
        ],
    )
    assert conflict(kb, all_yes(0, 1, 2, 3, 4)) == ("q0", "q1", "q2", "q4")


def test_unknown_answers_are_no_part_of_it(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        QUESTIONS,
        [
            (All((yes(0), yes(1))), RuleOut("red")),
            (All((yes(2), yes(4))), RuleOut("blue")),
        ],
    )
    assert "q3" not in conflict(kb, {**all_yes(0, 1, 2, 4), "q3": ("unknown",)})


def test_ruled_out_by_every_shipped_standard(shipped_kb: KnowledgeBase) -> None:
    answers = {
        "task": ("vision",),
        "target": ("microcontroller",),
        "chip_tools": ("pytorch",),
        "team_knows": ("keras",),
        "standard": ("tensorflow_only",),
    }
    assert conflict(shipped_kb, answers) == ("standard", "chip_tools")


CONDITIONS = st.recursive(
    st.sampled_from([Chosen(name, option) for name in QUESTIONS for option in ("yes", "no")]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Any(tuple(parts))),
    ),
    max_leaves=4,
)
RULES = st.lists(
    st.tuples(CONDITIONS, st.sampled_from(["red", "blue"]).map(RuleOut)), min_size=2, max_size=6
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(rules=RULES, choices=st.lists(st.sampled_from(["yes", "no"]), min_size=5, max_size=5))
def test_no_smaller_set_of_up_to_three_answers_does_it(
    make_kb: MakeKnowledge, rules: list[tuple[Condition, Action]], choices: list[str]
) -> None:
    kb = make_kb(QUESTIONS, rules)
    answers = {name: (choice,) for name, choice in zip(QUESTIONS, choices, strict=True)}
    found = conflict(kb, answers)
    least = smallest(kb, answers)
    assert len(found) == (least or 0) or len(found) > 3 < (least or 0)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(rules=RULES, choices=st.lists(st.sampled_from(["yes", "no"]), min_size=5, max_size=5))
def test_conflict_is_impossible_and_possible_without_any_one_of_its_answers(
    make_kb: MakeKnowledge, rules: list[tuple[Condition, Action]], choices: list[str]
) -> None:
    kb = make_kb(QUESTIONS, rules)
    answers = {name: (choice,) for name, choice in zip(QUESTIONS, choices, strict=True)}
    found = {name: answers[name] for name in conflict(kb, answers)}
    fewer = [{k: v for k, v in found.items() if k != name} for name in found]
    assert not found or (
        impossible(kb, found) and not any(impossible(kb, answers) for answers in fewer)
    )
