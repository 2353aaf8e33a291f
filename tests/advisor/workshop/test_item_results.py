"""How answers spread, what the group says, and when enough has been voted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.answers.ballot import Ballot
from advisor.answers.rounds import (
    Majority,
    RevealedBallot,
    RevealedRound,
    StopRule,
    WorkshopHistory,
    history_as_data,
    history_from_data,
)
from advisor.wording.quantities import count
from advisor.wording.workshop import group_answer
from advisor.workshop.item_results import (
    CriterionResult,
    QuestionResult,
    Stage,
    Stop,
    criterion_results,
    group_answers,
    majority,
    question_results,
    stop,
)
from rules.model import UNKNOWN

from ..workshops import KB

ONE, SEVERAL, SCALE = "lifetime", "target", "edge"


def minutes(*rounds: Sequence[Ballot], stop: StopRule | None = None) -> WorkshopHistory:
    held = tuple(
        RevealedRound(
            number, tuple(RevealedBallot(b, "salt", f"{i:04}") for i, b in enumerate(ballots))
        )
        for number, ballots in enumerate(rounds, start=1)
    )
    return WorkshopHistory("w", {}, (ONE, SEVERAL), (SCALE,), stop or StopRule(), held)


def answering(*answers: str) -> list[Ballot]:
    return [Ballot({ONE: (answer,)}) for answer in answers]


def pointing(*points: int) -> list[Ballot]:
    return [Ballot(points={SCALE: one}) for one in points]


def of_question(*rounds: Sequence[Ballot]) -> QuestionResult:
    return question_results(KB, minutes(*rounds), len(rounds) - 1)[0]


def of_scale(*rounds: Sequence[Ballot]) -> CriterionResult:
    return criterion_results(minutes(*rounds), len(rounds) - 1)[0]


# Questions


def test_the_group_says_what_more_than_half_of_it_say() -> None:
    assert of_question(answering("years", "years", "months")).group == ("years",)
    assert of_question(answering("years", "months")).group == (UNKNOWN,)
    assert of_question(answering("years", "years", "unknown")).group == ("years",)


@pytest.mark.parametrize("known", [1, 2])
def test_the_few_who_know_do_not_speak_for_the_group(known: int) -> None:
    """What everybody who answered says is not agreed while most do not know."""
    few = of_question(answering(*["years"] * known, *["unknown"] * (4 - known)))
    assert (few.group, few.agreement, few.agreed) == ((UNKNOWN,), 1.0, False)
    said = f"no answer is that of more than half of 4 people ({count(known, 'answer')})"
    assert group_answer(KB, few) == said


def test_a_workshop_begun_by_another_majority_keeps_it() -> None:
    old = replace(minutes(answering("years", "unknown", "unknown")), majority=Majority.OF_ANSWERS)
    assert history_from_data(history_as_data(old)) == old
    few = question_results(KB, old, 0)[0]
    assert (few.group, few.agreed) == (("years",), True)


def test_who_does_not_know_is_not_counted_against_anybody() -> None:
    spread = of_question([*answering("years", "years", "unknown"), Ballot()])
    assert (spread.agreement, spread.silent) == (1.0, 2)


def test_of_several_options_each_is_voted_on_by_itself() -> None:
    options = [("android", "ios"), ("android",), ("android", "server"), ("server",), ("ios",)]
    assert majority(KB.questions[SEVERAL], options) == ("android",)
    assert majority(KB.questions[SEVERAL], [*options[:3]]) == ("android",)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_answer_of_a_group_is_always_an_answer(data: st.DataObject) -> None:
    """Also where one option stands alone: two majorities would share somebody."""
    from rules.answers import answer_mistakes

    question = KB.questions[data.draw(st.sampled_from(sorted(KB.questions)))]
    alone = [(option.id,) for option in question.options if option.alone]
    others = [option.id for option in question.options if not option.alone]
    most = len(others) if question.multiple else 1
    several = st.lists(st.sampled_from(others), min_size=1, max_size=most, unique=True).map(tuple)
    one = st.one_of(several, st.sampled_from(alone)) if alone and question.multiple else several
    answers = data.draw(st.lists(one, min_size=1, max_size=9))
    assert list(answer_mistakes(question, majority(question, answers))) == []


def test_a_question_is_agreed_where_enough_answer_alike() -> None:
    assert of_question(answering("years", "years", "months")).agreed  # 67 of 66 percent
    assert not of_question(answering("years", "months")).agreed


def test_of_several_options_the_one_most_disputed_says_how_far_people_agree() -> None:
    ballots = [
        Ballot({SEVERAL: given}) for given in [("android",), ("android", "ios"), ("android",)]
    ]
    spread = question_results(KB, minutes(ballots), 0)[1]
    assert spread.agreement == pytest.approx(2 / 3)
    assert (spread.counts["android"], spread.counts["ios"], spread.counts["server"]) == (3, 1, 0)


def test_reasons_at_the_edges_are_those_of_other_answers_than_the_groups() -> None:
    ballots = [
        Ballot({ONE: ("years",)}, reasons={ONE: "as ever"}),
        Ballot({ONE: ("years",)}),
        Ballot({ONE: ("decade",)}, reasons={ONE: "boards in the field"}),
    ]
    spread = of_question(ballots)
    assert [remark.reason for remark in spread.edges] == ["boards in the field"]
    assert [remark.reason for remark in spread.others] == ["as ever"]


def test_the_groups_answers_hold_what_was_known_and_what_was_voted() -> None:
    told = minutes(answering("years", "years"))
    told = WorkshopHistory("w", {"task": ("vision",)}, told.questions, (), told.stop, told.rounds)
    found = group_answers(KB, told)
    assert found == {"task": ("vision",), SEVERAL: (UNKNOWN,), ONE: ("years",)}
    assert list(found) == [name for name in KB.questions if name in found]


# Points


def test_points_are_agreed_where_the_quartiles_lie_close() -> None:
    assert of_scale(pointing(5, 6, 6, 6, 9)).agreed
    assert not of_scale(pointing(2, 5, 6, 8, 9)).agreed


def test_reasons_at_the_edges_are_those_of_the_fewest_and_the_most_points() -> None:
    ballots = [Ballot(points={SCALE: p}, reasons={SCALE: f"why {p}"}) for p in (2, 5, 6, 9)]
    spread = of_scale(ballots)
    assert [remark.reason for remark in spread.edges] == ["why 2", "why 9"]
    assert [remark.reason for remark in spread.others] == ["why 5", "why 6"]


def test_where_all_give_the_same_nobody_is_at_an_edge() -> None:
    ballots = [Ballot(points={SCALE: 5}, reasons={SCALE: "why"})] * 3
    assert of_scale(ballots).edges == ()


def test_without_points_there_is_nothing_to_disagree_about() -> None:
    spread = of_scale([Ballot(), Ballot()])
    assert (spread.quartiles, spread.rand, spread.agreed, spread.silent) == (None, None, True, 2)


# When it ends


def stopped(*rounds: Sequence[Ballot], most: int = 3) -> Stop:
    told = minutes(*rounds, stop=StopRule(rounds=most))
    last = len(rounds) - 1
    questions, scales = question_results(KB, told, last), criterion_results(told, last)
    return stop(told.stop, len(rounds), questions, scales)


AGREED = [Ballot({ONE: ("years",), SEVERAL: ("server",)}, {SCALE: 5})] * 3
SHIFTED = [Ballot({ONE: ("years",), SEVERAL: ("server",)}, {SCALE: 8})] * 3
APART = [Ballot({ONE: ("years",)}, {SCALE: 1}), Ballot({ONE: ("months",)}, {SCALE: 9})]


def test_the_first_round_is_never_consensus() -> None:
    assert stopped(AGREED).stage is Stage.GO_ON


def test_agreement_that_stays_is_consensus() -> None:
    assert stopped(AGREED, AGREED).stage is Stage.CONSENSUS


def test_agreement_that_still_moves_goes_on() -> None:
    found = stopped(AGREED, SHIFTED)
    assert (found.stage, found.moving) == (Stage.GO_ON, (SCALE,))


def test_a_changed_answer_of_the_group_is_not_stable() -> None:
    changed = [Ballot({ONE: ("decade",), SEVERAL: ("server",)}, {SCALE: 5})] * 3
    assert stopped(AGREED, changed).moving == (ONE,)


def test_after_the_last_round_it_says_that_there_is_no_consensus() -> None:
    found = stopped(APART, APART, APART)
    assert (found.stage, found.apart) == (Stage.NO_CONSENSUS, (ONE, SCALE))


def test_one_round_alone_can_be_all_that_was_agreed_on() -> None:
    assert stopped(AGREED, most=1).stage is Stage.NO_CONSENSUS
