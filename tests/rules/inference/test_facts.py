"""From an answer sheet to facts: what answers settle, and which questions they leave out."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.answers import answer_mistakes
from rules.conditions import Chosen, Concluded, Not
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import applies, establish, unanswered
from rules.loading.answers_parser import read_answers
from rules.loading.yaml_nodes import parse
from rules.model import KnowledgeBase

UNKNOWN = ("unknown",)


@pytest.fixture(scope="module")
def chain(make_kb: Callable[..., KnowledgeBase]) -> KnowledgeBase:
    """Each question after the first applies when the one before it was answered yes."""
    return make_kb(
        {"first": ("yes", "no"), "second": ("yes", "no"), "third": ("yes", "no")},
        applies_when={"second": Chosen("first", "yes"), "third": Chosen("second", "yes")},
    )


def values(kb: KnowledgeBase, question: str, **answers: tuple[str, ...]) -> list[bool | None]:
    """What is known of each option of ``question``, in the order of the options."""
    facts = establish(kb, answers)
    return [facts.value(Chosen(question, option.id)) for option in kb.questions[question].options]


# What answers settle


def test_unanswered_question_settles_nothing(small_kb: KnowledgeBase) -> None:
    assert values(small_kb, "own_machine") == [None, None]


def test_question_answered_unknown_settles_nothing(small_kb: KnowledgeBase) -> None:
    assert values(small_kb, "own_machine", own_machine=UNKNOWN) == [None, None]


def test_single_choice_settles_all_its_options(small_kb: KnowledgeBase) -> None:
    assert values(small_kb, "own_machine", own_machine=("no",)) == [False, True]


def test_multiple_choice_holds_each_option_chosen_and_no_other(small_kb: KnowledgeBase) -> None:
    assert values(small_kb, "target", target=("ios", "server")) == [True, False, True]


def test_answers_settle_no_concept(small_kb: KnowledgeBase) -> None:
    assert establish(small_kb, {"target": ("ios",)}).value(Concluded("on_phones")) is None


def test_option_nobody_ever_heard_of_is_unknown(small_kb: KnowledgeBase) -> None:
    assert establish(small_kb, {"target": ("ios",)}).value(Chosen("target", "moon")) is None


# Questions that cannot apply


def test_question_that_cannot_apply_settles_all_its_options_as_failing(
    small_kb: KnowledgeBase,
) -> None:
    assert values(small_kb, "memory", target=("server",)) == [False, False]


def test_answer_to_a_question_that_cannot_apply_is_set_aside(small_kb: KnowledgeBase) -> None:
    given = {"target": ("server",), "memory": ("little",)}
    assert values(small_kb, "memory", **given) == [False, False]


def test_question_that_cannot_apply_is_listed(small_kb: KnowledgeBase) -> None:
    assert establish(small_kb, {"target": ("server",)}).not_applicable == {"memory"}


def test_answer_to_a_question_that_may_still_apply_counts(small_kb: KnowledgeBase) -> None:
    assert values(small_kb, "memory", memory=("little",)) == [True, False]


def test_question_left_out_leaves_out_those_that_hang_on_it(chain: KnowledgeBase) -> None:
    assert establish(chain, {"first": ("no",)}).not_applicable == {"second", "third"}


def test_answer_set_aside_opens_no_further_question(chain: KnowledgeBase) -> None:
    given = {"first": ("no",), "second": ("yes",), "third": ("yes",)}
    assert values(chain, "third", **given) == [False, False]


def test_unknown_answer_leaves_open_whether_the_next_question_applies(
    chain: KnowledgeBase,
) -> None:
    assert establish(chain, {"first": UNKNOWN}).not_applicable == frozenset()


def test_order_of_the_answers_changes_no_fact(chain: KnowledgeBase) -> None:
    given = {"third": ("yes",), "second": ("yes",), "first": ("yes",)}
    assert establish(chain, given) == establish(chain, dict(reversed(given.items())))


def test_condition_that_speaks_against_an_answer_applies_without_it(
    make_kb: Callable[..., KnowledgeBase],
) -> None:
    kb = make_kb(
        {"first": ("yes", "no"), "second": ("yes", "no")},
        applies_when={"second": Not(Chosen("first", "no"))},
    )
    assert establish(kb, {"first": ("yes",)}).not_applicable == frozenset()


@pytest.mark.parametrize(
    ("target", "may", "must"),
    [(("android",), True, True), (("server",), False, False), (UNKNOWN, True, False)],
)
def test_question_may_apply_before_it_is_sure_to(
    small_kb: KnowledgeBase, target: tuple[str, ...], may: bool, must: bool
) -> None:
    facts = establish(small_kb, {"target": target})
    memory = small_kb.questions["memory"]
    known = applies(memory, facts)
    assert (known is not False, known is True) == (may, must)


def test_question_without_a_condition_is_sure_to_apply(small_kb: KnowledgeBase) -> None:
    assert applies(small_kb.questions["target"], establish(small_kb, {})) is True


def test_open_questions_are_those_without_an_answer_that_may_apply(
    small_kb: KnowledgeBase,
) -> None:
    given = {"target": ("server",), "own_machine": UNKNOWN}
    assert unanswered(small_kb, given, establish(small_kb, given)) == ("own_machine",)


def test_open_questions_stand_in_the_order_they_are_asked(small_kb: KnowledgeBase) -> None:
    assert unanswered(small_kb, {}, establish(small_kb, {})) == ("target", "memory", "own_machine")


@settings(deadline=None, derandomize=True, max_examples=150)
@given(seed=st.integers(0, 2**32))
def test_one_more_answer_retracts_no_conclusion(shipped_kb: KnowledgeBase, seed: int) -> None:
    """Held for sheets as the interview fills them: no answer to a question yet unsure to apply."""
    generator = random.Random(seed)
    evaluator = RuleEvaluator(shipped_kb)
    answers: dict[str, tuple[str, ...]] = {}
    concepts: dict[str, bool] = {}
    fired: set[str] = set()
    for question in shipped_kb.questions.values():
        sure = applies(question, establish(shipped_kb, answers)) is True
        if sure and generator.random() < 0.7:
            answers[question.id] = (generator.choice(question.options).id,)
            now = evaluator.infer(establish(shipped_kb, answers))
            assert fired <= set(now.fired)
            assert concepts.items() <= now.concepts.items()
            fired, concepts = set(now.fired), dict(now.concepts)


# Reading an answer sheet


def read(kb: KnowledgeBase, text: str) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The answers under ``answers:`` in ``text``, and what is said of the rest."""
    node = parse(f"answers:{text}", "sheet.yaml")
    assert isinstance(node.value, dict)
    answers, problems = read_answers(node.value["answers"], kb)
    return answers, [str(problem) for problem in problems]


def test_answers_are_kept_in_the_order_of_the_questions(small_kb: KnowledgeBase) -> None:
    answers, _ = read(small_kb, " {own_machine: yes, target: ios}")
    assert list(answers.items()) == [("target", ("ios",)), ("own_machine", ("yes",))]


def test_list_answers_a_multiple_choice(small_kb: KnowledgeBase) -> None:
    assert read(small_kb, " {target: [ios, server]}") == ({"target": ("ios", "server")}, [])


def test_list_of_one_answers_a_single_choice(small_kb: KnowledgeBase) -> None:
    assert read(small_kb, " {memory: [little]}") == ({"memory": ("little",)}, [])


def test_unknown_is_an_answer_to_every_question(small_kb: KnowledgeBase) -> None:
    given = " {target: unknown, memory: unknown, own_machine: unknown}"
    assert set(read(small_kb, given)[0].values()) == {UNKNOWN}


def test_nothing_under_answers_is_no_answers(small_kb: KnowledgeBase) -> None:
    assert read(small_kb, "") == ({}, [])


def test_mistaken_answers_leave_the_others_standing(small_kb: KnowledgeBase) -> None:
    assert read(small_kb, " {memory: huge, target: ios}")[0] == {"target": ("ios",)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" some", "sheet.yaml:1: expected answers, one 'question: option' a line"),
        ("\n  targt:\n    - ios", "sheet.yaml:2: unknown question 'targt'; did you mean 'target'?"),
        (
            "\n  target: iso",
            "sheet.yaml:2: 'target' has no option 'iso'; did you mean 'ios'?",
        ),
        ("\n  target:", "sheet.yaml:2: 'target' has no answer; expected an option, or 'unknown'"),
        (
            "\n  target: []",
            "sheet.yaml:2: 'target' has no answer; expected an option, or 'unknown'",
        ),
        ("\n  target: {ios: yes}", "sheet.yaml:2: 'target': expected an option or a list of them"),
        ("\n  target: [[ios]]", "sheet.yaml:2: 'target': expected an option or a list of them"),
        ("\n  target: [ios, ios]", "sheet.yaml:2: 'target' names an option twice"),
        (
            "\n  target: [ios, unknown]",
            "sheet.yaml:2: 'target' cannot be 'unknown' and something else",
        ),
        (
            "\n  memory: [little, plenty]",
            "sheet.yaml:2: 'memory' takes one answer, and 2 are given",
        ),
    ],
)
def test_each_mistake_is_said_once_with_its_place(
    small_kb: KnowledgeBase, text: str, said: str
) -> None:
    assert read(small_kb, text)[1] == [said]


def test_mistakes_of_several_answers_are_all_said(small_kb: KnowledgeBase) -> None:
    assert len(read(small_kb, "\n  target: iso\n  memory: huge\n  what: ever")[1]) == 3


def test_option_that_stands_alone_is_not_chosen_together_with_others(
    make_kb: Callable[..., KnowledgeBase],
) -> None:
    kb = make_kb({"flags": ("white", "none")}, multiple=["flags"], alone=["none"])
    mistakes = answer_mistakes(kb.questions["flags"], ("white", "none"))
    assert list(mistakes) == ["'flags' cannot be 'none' and something else"]


def test_option_that_stands_alone_can_be_the_answer(
    make_kb: Callable[..., KnowledgeBase],
) -> None:
    kb = make_kb({"flags": ("white", "none")}, multiple=["flags"], alone=["none"])
    assert list(answer_mistakes(kb.questions["flags"], ("none",))) == []


def test_answer_that_can_be_given_has_no_mistake(small_kb: KnowledgeBase) -> None:
    assert list(answer_mistakes(small_kb.questions["target"], ("ios", "server"))) == []
