"""And if? What one more answer, or one different answer, would make of the outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path

import pytest

from rules.analysis.whatif import WhatIf
from rules.answers import answer_mistakes
from rules.conditions import All, Chosen, Not
from rules.inference.engine import Engine
from rules.inference.facts import applies, establish
from rules.loading.answers_parser import read_answers
from rules.loading.yaml_nodes import read
from rules.model import KnowledgeBase, Prefer, RuleOut
from rules.scoring.judgement import Judgement, Verdict, differs, judge

MakeKnowledge = Callable[..., KnowledgeBase]
Answers = Mapping[str, tuple[str, ...]]

CASES = Path(__file__).parents[3] / "rules" / "knowledge" / "cases"


def for_(alternative: str, factor: float, criterion: str = "speed") -> Prefer:
    return Prefer(alternative, criterion, factor, "")


def judged_by_engine(kb: KnowledgeBase, answers: Answers) -> Judgement:
    return judge(kb, Engine(kb).infer(establish(kb, answers)).fired)


# Influences


@pytest.fixture(scope="module")
def road(make_kb: MakeKnowledge) -> KnowledgeBase:
    """Where the road goes decides most, then the load; a bridge matters in the hills alone."""
    return make_kb(
        {
            "way": ("hills", "plain"),
            "bridge": ("yes", "no"),
            "load": ("heavy", "light"),
            "colour": ("green", "grey"),
        },
        [
            (Chosen("way", "hills"), for_("red", 0.6)),
            (Chosen("way", "plain"), for_("blue", 0.4)),
            (Chosen("bridge", "no"), RuleOut("blue")),
            (Chosen("load", "heavy"), for_("red", -0.2)),
        ],
        applies_when={"bridge": Chosen("way", "hills")},
    )


def test_questions_are_ordered_by_how_far_their_answers_lie_apart(road: KnowledgeBase) -> None:
    influences = WhatIf(road).influences({})
    assert [influence.question for influence in influences] == ["way", "load"]


def test_spread_is_the_widest_range_of_a_total(road: KnowledgeBase) -> None:
    # hills: red 0.6, blue 0; plain: red 0, blue 0.4; red's range is the wider one
    assert WhatIf(road).influences({})[0].spread == pytest.approx(0.6)


def test_spread_is_that_of_the_weighted_totals(small_kb: KnowledgeBase) -> None:
    # little: reach speaks for blue by 0.6 and speed against red by 0.2, so blue totals 0.3;
    # plenty: reach alone speaks, so blue totals 0.6
    influences = WhatIf(small_kb).influences({"target": ("android",)})
    assert [(one.question, one.spread) for one in influences] == [("memory", pytest.approx(0.3))]


def test_ruled_out_alternative_counts_as_the_worst_total_there_is(road: KnowledgeBase) -> None:
    # blue, at 0 with a bridge, is out without one; red stands at 0.6 either way
    influences = WhatIf(road).influences({"way": ("hills",)})
    assert influences[0].spread == pytest.approx(1.0)


def test_outcomes_say_what_each_option_would_make_of_it(road: KnowledgeBase) -> None:
    outcomes = WhatIf(road).influences({})[0].outcomes
    assert {option: one.winner for option, one in outcomes.items()} == {
        "hills": "red",
        "plain": "blue",
    }


def test_question_that_may_turn_out_not_to_apply_waits(road: KnowledgeBase) -> None:
    assert "bridge" not in {one.question for one in WhatIf(road).influences({})}


def test_question_that_cannot_apply_has_no_influence(road: KnowledgeBase) -> None:
    influences = WhatIf(road).influences({"way": ("plain",)})
    assert "bridge" not in {one.question for one in influences}


def test_question_that_moves_nothing_is_left_out(road: KnowledgeBase) -> None:
    assert "colour" not in {one.question for one in WhatIf(road).influences({})}


def test_answered_question_is_open_no_more(road: KnowledgeBase) -> None:
    influences = WhatIf(road).influences({"way": ("plain",)})
    assert [one.question for one in influences] == ["load"]


def test_question_answered_unknown_is_still_open(road: KnowledgeBase) -> None:
    assert WhatIf(road).influences({"way": ("unknown",)})[0].question == "way"


def test_ranking_of_criteria_changes_how_far_answers_lie_apart(small_kb: KnowledgeBase) -> None:
    # little: with speed ranked first, reach weighs a quarter: blue totals 0.15 instead of 0.6
    influences = WhatIf(small_kb, ["speed"]).influences({"target": ("android",)})
    assert influences[0].spread == pytest.approx(0.45)


@pytest.fixture(scope="module")
def first_questions(shipped_kb: KnowledgeBase) -> list[str]:
    return [influence.question for influence in WhatIf(shipped_kb).influences({})]


def test_where_it_must_run_is_among_the_first_three_questions(first_questions: list[str]) -> None:
    assert "target" in first_questions[:3]


def test_every_question_proposed_first_is_sure_to_apply(
    shipped_kb: KnowledgeBase, first_questions: list[str]
) -> None:
    facts = establish(shipped_kb, {})
    assert all(applies(shipped_kb.questions[name], facts) is True for name in first_questions)


# Flips


def case(kb: KnowledgeBase, name: str) -> dict[str, tuple[str, ...]]:
    """The answers of a case."""
    fields = read(CASES / f"{name}.yaml").value
    assert isinstance(fields, dict)
    return read_answers(fields["answers"], kb)[0]


NAMES = sorted(path.stem for path in CASES.glob("*.yaml"))


def other_answers(kb: KnowledgeBase, answers: Answers) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every answer that differs by one choice from one that counts."""
    for name in answers.keys() - establish(kb, answers).not_applicable:
        question, given = kb.questions[name], set(answers[name])
        if given == {"unknown"}:
            continue
        alone = {one.id for one in question.options if one.alone or not question.multiple}
        options = [option.id for option in question.options]
        for size in range(1, len(options) + 1):
            for other in combinations(options, size):
                changed = given ^ set(other)
                near = len(changed) == 1 or (size == 1 and (changed & alone or len(given) == 1))
                if near and not list(answer_mistakes(question, other)):
                    yield name, other


def test_changed_answer_that_changes_the_winner_is_a_flip(road: KnowledgeBase) -> None:
    flips = WhatIf(road).flips({"way": ("hills",), "load": ("light",)})
    assert [(flip.question, flip.answer) for flip in flips] == [("way", ("plain",))]


def test_flip_holds_what_would_be_judged_then(road: KnowledgeBase) -> None:
    (flip,) = WhatIf(road).flips({"way": ("hills",)})
    assert flip.judgement.winner == "blue"


def test_answer_after_which_nobody_wins_is_a_flip(make_kb: MakeKnowledge) -> None:
    kb = make_kb({"q": ("yes", "no")}, [(Chosen("q", "yes"), for_("red", 0.6))])
    (flip,) = WhatIf(kb).flips({"q": ("yes",)})
    assert flip.judgement.verdict is Verdict.UNDECIDED


def test_unknown_answer_is_not_flipped(road: KnowledgeBase) -> None:
    assert WhatIf(road).flips({"way": ("unknown",)}) == ()


def test_answer_that_is_set_aside_is_not_flipped(road: KnowledgeBase) -> None:
    flips = WhatIf(road).flips({"way": ("plain",), "bridge": ("yes",)})
    assert {flip.question for flip in flips} == {"way"}


@pytest.fixture(scope="module")
def crowd(make_kb: MakeKnowledge) -> KnowledgeBase:
    """Each colour of flag counts; without a white one, blue is far ahead."""
    return make_kb(
        {"flags": ("white", "black", "pink", "none")},
        [
            (All((Chosen("flags", "black"), Not(Chosen("flags", "white")))), for_("blue", 0.6)),
            (Chosen("flags", "white"), for_("red", 0.6)),
        ],
        multiple=["flags"],
        alone=["none"],
    )


def test_one_option_more_may_flip_a_multiple_choice(crowd: KnowledgeBase) -> None:
    flips = WhatIf(crowd).flips({"flags": ("black",)})
    assert ("black", "white") in [flip.answer for flip in flips]


def test_one_option_fewer_may_flip_a_multiple_choice(crowd: KnowledgeBase) -> None:
    flips = WhatIf(crowd).flips({"flags": ("white", "black")})
    assert ("black",) in [flip.answer for flip in flips]


def test_option_that_stands_alone_takes_the_place_of_the_others(crowd: KnowledgeBase) -> None:
    flips = WhatIf(crowd).flips({"flags": ("white", "pink")})
    assert [flip.answer for flip in flips] == [("pink",), ("none",)]


def test_any_option_takes_the_place_of_one_that_stands_alone(crowd: KnowledgeBase) -> None:
    flips = WhatIf(crowd).flips({"flags": ("none",)})
    assert [flip.answer for flip in flips] == [("white",), ("black",)]


def test_multiple_choice_is_never_flipped_to_no_option(crowd: KnowledgeBase) -> None:
    assert () not in [flip.answer for flip in WhatIf(crowd).flips({"flags": ("white",)})]


@pytest.mark.parametrize("name", NAMES[::8])
def test_flips_of_a_case_are_what_the_engine_judges_then(
    shipped_kb: KnowledgeBase, name: str
) -> None:
    answers = case(shipped_kb, name)
    flips = WhatIf(shipped_kb).flips(answers)
    judged = [
        judged_by_engine(shipped_kb, {**answers, flip.question: flip.answer}) for flip in flips
    ]
    assert [flip.judgement for flip in flips] == judged


@pytest.mark.parametrize("name", NAMES)
def test_flips_of_a_case_are_all_changes_of_one_choice_that_change_the_outcome(
    shipped_kb: KnowledgeBase, name: str
) -> None:
    answers = case(shipped_kb, name)
    whatif = WhatIf(shipped_kb)
    now = whatif.judge(answers)
    expected = {
        (question, frozenset(other))
        for question, other in other_answers(shipped_kb, answers)
        if differs(whatif.judge({**answers, question: other}), now)
    }
    assert {(flip.question, frozenset(flip.answer)) for flip in whatif.flips(answers)} == expected


def test_judgement_is_the_one_that_the_engine_leads_to(shipped_kb: KnowledgeBase) -> None:
    answers = case(shipped_kb, "rasa-2020")
    assert WhatIf(shipped_kb).judge(answers) == judged_by_engine(shipped_kb, answers)
