"""The interview's flow, answered by a script instead of a person."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answers.sheet import MAX_TEXT, Sheet
from advisor.interview.interview import interview
from advisor.interview.prompts import (
    Aside,
    Heading,
    Offer,
    Picked,
    Prompt,
    Reply,
    TextPrompt,
    Typed,
)
from advisor.interview.steps import ENOUGH, RANKING, RECOMMEND, STOP_HERE
from rules.answers import answer_mistakes
from rules.inference.facts import establish
from rules.loading.loader import load

KB = load(Path(__file__).parent / "knowledge")
SIZE, CROPS, DEPTH, STONES, AGE, SHED = (question.ask for question in KB.questions.values())
MOST, NEXT = "Which of these matters most to you?", "And which matters next?"
FURTHER = "Anything else you want to know first?"
TITLE, REVIEW = "What shall this decision be called?", "Your answers"

Say: TypeAlias = Reply | Callable[[Prompt | TextPrompt], Reply]


def pick(*ids: str) -> Picked:
    return Picked(ids)


UNKNOWN, WHY, BACK, STOP = Aside.UNKNOWN, Aside.WHY, Aside.BACK, Aside.STOP
EQUAL, DEFAULT_TITLE, DONE = pick(ENOUGH), Typed(""), pick(RECOMMEND)
GO_ON = pick(":go-on")
CLOSING = (EQUAL, DEFAULT_TITLE, DONE)
PLAIN = (pick("small"), pick("flowers"), pick("adults"), pick("here"))


@dataclass
class Scripted:
    """Gives one reply after another; stops when there are no more."""

    replies: list[Say]
    prompts: list[Prompt | TextPrompt] = field(default_factory=list)
    said: list[tuple[str, list[str]]] = field(default_factory=list)

    def _reply(self, prompt: Prompt | TextPrompt) -> Reply:
        self.prompts.append(prompt)
        reply = self.replies.pop(0) if self.replies else Aside.STOP
        return reply if isinstance(reply, (Picked, Typed, Aside)) else reply(prompt)

    choose_one = choose_many = write = _reply

    def say(self, heading: str, lines: Sequence[str]) -> None:
        self.said.append((heading, list(lines)))


@dataclass
class Ran:
    """What became of a scripted interview. ``sheet`` is None where it was stopped."""

    sheet: Sheet | None
    saved: list[Sheet]
    asker: Scripted

    @property
    def asked(self) -> list[str]:
        return [prompt.ask for prompt in self.asker.prompts]

    @property
    def last(self) -> Prompt:
        prompt = self.asker.prompts[-1]
        assert isinstance(prompt, Prompt)
        return prompt


def run(*replies: Say, sheet: Sheet | None = None) -> Ran:
    asker, saved = Scripted(list(replies)), list[Sheet]()
    try:
        return Ran(interview(KB, sheet or Sheet(), asker, saved.append), saved, asker)
    except KeyboardInterrupt:
        return Ran(None, saved, asker)


def finished(*replies: Say, sheet: Sheet | None = None) -> Sheet:
    ran = run(*replies, sheet=sheet)
    assert ran.sheet is not None
    return ran.sheet


# Order


def test_questions_come_in_order_then_ranking_title_and_review() -> None:
    ran = run(*PLAIN, *CLOSING)
    assert ran.asked == [SIZE, CROPS, AGE, SHED, MOST, TITLE, REVIEW]


def test_questions_that_cannot_apply_are_skipped_and_the_others_are_not() -> None:
    ran = run(pick("small"), pick("roots"), pick("deep"), pick("few"))
    assert ran.asked[2:] == [DEPTH, STONES, AGE]


def test_a_question_whose_condition_is_unknown_is_asked() -> None:
    assert run(pick("small"), UNKNOWN).asked[2] == DEPTH


def test_sections_and_progress_are_told() -> None:
    first, *_, last = run(*PLAIN[:3]).asker.prompts
    assert isinstance(first, Prompt)
    assert isinstance(last, Prompt)
    assert (first.section, first.progress) == ("The garden", "1 of about 6")
    assert (last.section, last.progress) == ("The people", "4 of 4")


# Answers


def test_several_options_are_kept_in_the_order_of_the_question() -> None:
    assert finished(pick("small"), pick("lawn", "flowers"), *PLAIN[2:], *CLOSING).answers[
        "crops"
    ] == ("flowers", "lawn")


def test_not_knowing_is_an_answer() -> None:
    assert finished(UNKNOWN, *PLAIN[1:], *CLOSING).answers["size"] == ("unknown",)


@pytest.mark.parametrize(
    "reply", [pick(), pick("huge"), pick("small", "large"), Typed("small"), BACK]
)
def test_what_is_no_answer_is_asked_again(reply: Reply) -> None:
    ran = run(reply, pick("small"))
    assert ran.asked == [SIZE, SIZE, CROPS]


def test_every_answer_is_saved_as_it_is_given() -> None:
    ran = run(*PLAIN, pick("price"), EQUAL, Typed("Dig"), DONE)
    grown = [len(sheet.answers) for sheet in ran.saved[:4]]
    assert grown == [1, 2, 3, 4]
    assert ran.saved[4].priorities == ("price",)
    assert ran.saved[-1] == ran.sheet


def test_stopping_raises_and_loses_nothing() -> None:
    asker, saved = Scripted([*PLAIN[:2], STOP]), list[Sheet]()
    with pytest.raises(KeyboardInterrupt):
        interview(KB, Sheet(), asker, saved.append)
    assert saved[-1].answers == {"size": ("small",), "crops": ("flowers",)}


# Why


def test_why_tells_what_the_answer_decides_and_asks_again() -> None:
    ran = run(*PLAIN[:2], WHY, GO_ON)
    assert ran.asked[2:] == [AGE, FURTHER, AGE]
    assert ran.asker.said == [
        (
            f"Why do we ask: {AGE}",
            [
                "“Children” speaks slightly against Spade under “Comfort”: "
                "A spade is taller than they are.",
                "None of its answers alone changes the outcome, which stays: Rake, clearly.",
            ],
        )
    ]


def why(question: str, **answers: tuple[str, ...]) -> list[str]:
    known = {name: ("unknown",) for name in KB.questions if name != question} | answers
    return run(WHY, sheet=Sheet(answers=known)).asker.said[0][1]


def test_why_follows_the_rules_through_concepts() -> None:
    assert why("crops", size=("small",))[0] == (
        "“Roots” (the ground is turned over) speaks strongly for Spade under “Speed”: "
        "A spade turns what a rake scratches."
    )


def test_why_counts_what_it_leaves_out() -> None:
    lines = why("crops")
    assert "… and 2 more." in lines
    assert lines[-4:] == [
        "It decides whether to ask “How deep do the roots go?”.",
        "“Roots” alone would make it: Spade, clearly.",
        "“Lawn” alone would make it: Rake, clearly.",
        "Any other answer alone leaves it at: Cannot tell yet.",
    ]


def test_why_leaves_out_rules_that_are_settled() -> None:
    lines = why("crops", size=("large",))
    assert not any("florist" in line or "scratches" in line for line in lines)


def test_why_tells_advice_and_whom_it_is_for() -> None:
    assert why("size")[7] == (
        "“Large” (the ground is turned over) brings the advice for Spade “Oil the blade”: "
        "Wet ground rusts it."
    )


def test_why_names_rules_that_rule_out() -> None:
    assert why("stones", depth=("deep",)) == [
        "“Many” rules out Rake: Its teeth break.",
        "“Many” would make it: Spade, clearly.",
        "Any other answer leaves it at: Cannot tell yet.",
    ]


def test_why_says_that_claims_about_this_machine_wait_for_it() -> None:
    assert why("same_shed") == [
        "It decides whether what is tried on this machine counts for your work.",
        "None of its answers alone changes the outcome, which stays: Cannot tell yet.",
    ]


def test_why_says_so_where_nothing_hangs_on_it_any_more() -> None:
    assert why("age", crops=("lawn",)) == [
        "With your other answers, no rule depends on it any more.",
        "None of its answers alone changes the outcome, which stays: Rake, clearly.",
    ]


def test_why_of_a_given_answer_says_what_another_would_make_of_the_outcome() -> None:
    sheet = Sheet(answers={"size": ("small",), "crops": ("lawn",), "age": ("adults",)})
    lines = run(BACK, BACK, WHY, sheet=sheet).asker.said[0][1]
    assert lines[-3:] == [
        "You said “Lawn”.",
        "If you said “Lawn; Roots” instead: Leaning to Spade.",
        "If you said “Roots” instead: Spade, clearly.",
    ]


# Questioned meanwhile


def questioned(*entries: str, **answers: tuple[str, ...]) -> Ran:
    """An interview that is questioned before its first question."""
    picks = [pick(entry) for entry in entries]
    return run(WHY, *picks, sheet=Sheet(answers=answers))


def test_the_menu_offers_to_go_on_first_and_why_not_each_alternative() -> None:
    ran = questioned()
    assert ran.last.before == (":go-on",)
    assert ran.last.passing
    assert [offer.label for offer in ran.last.offers if isinstance(offer, Offer)] == [
        "Go on with the question",
        "How does it stand so far?",
        "Why not Spade?",
        "Why not Rake?",
        "What could still change it?",
    ]


def test_the_menu_says_that_nothing_was_tried_yet() -> None:
    assert questioned().last.help.startswith("This is by written knowledge alone")


def test_each_entry_says_something_and_comes_back_to_the_menu() -> None:
    ran = questioned(":how", "spade", "rake", ":changes", ":go-on", crops=("lawn",))
    assert ran.asked == [SIZE, *[FURTHER] * 5, SIZE]
    assert [heading for heading, _ in ran.asker.said[1:]] == [
        "How does it stand so far?",
        "Why not Spade?",
        "Why not Rake?",
        "What could still change it?",
    ]
    assert all(lines and all(lines) for _, lines in ran.asker.said)


def test_how_it_stands_names_the_outcome_and_the_criteria() -> None:
    _, lines = questioned(":how", crops=("lawn",)).asker.said[1]
    assert lines[0].startswith("Rake, clearly, because under Speed (100 % of the weight)")
    assert "Speed (100 % of the weight): Rake scores +0.40, Spade 0.00." in lines


def test_what_is_no_entry_of_the_menu_is_asked_again() -> None:
    assert questioned("hoe", ":go-on").asked == [SIZE, FURTHER, FURTHER, SIZE]


def test_back_leads_from_the_menu_to_the_question() -> None:
    assert run(WHY, BACK).asked == [SIZE, FURTHER, SIZE]


def test_stopping_in_the_menu_stops_the_interview() -> None:
    ran = run(pick("small"), WHY, STOP)
    assert ran.sheet is None
    assert ran.saved[-1].answers == {"size": ("small",)}


# Back


def test_the_first_question_offers_no_way_back() -> None:
    assert BACK not in run(STOP).last.asides


def test_back_asks_the_question_before_with_its_answer() -> None:
    ran = run(*PLAIN[:2], BACK)
    assert ran.asked[-1] == CROPS
    assert ran.last.before == ("flowers",)


def test_back_leads_over_skipped_questions() -> None:
    ran = run(*PLAIN[:2], BACK, BACK)
    assert ran.asked == [SIZE, CROPS, AGE, CROPS, SIZE]


def test_after_going_back_what_now_applies_comes_next() -> None:
    ran = run(*PLAIN[:3], BACK, BACK, pick("roots"), pick("shallow"))
    assert ran.asked[3:] == [SHED, AGE, CROPS, DEPTH, SHED]


def test_back_leads_from_the_title_to_the_ranking_to_the_last_question() -> None:
    ran = run(*PLAIN, EQUAL, BACK, BACK)
    assert ran.asked[4:] == [MOST, TITLE, MOST, SHED]


# Resuming


def test_what_is_answered_is_not_asked_again() -> None:
    sheet = Sheet(answers={"size": ("small",), "age": ("unknown",)})
    assert run(pick("lawn"), pick("here"), sheet=sheet).asked == [CROPS, SHED, MOST]


def test_back_reaches_what_was_answered_earlier() -> None:
    sheet = Sheet(answers={"size": ("large",)})
    ran = run(BACK, sheet=sheet)
    assert ran.asked == [CROPS, SIZE]
    assert ran.last.before == ("large",)


FULL = Sheet(
    title="Dig",
    answers={"size": ("small",), "crops": ("lawn",), "age": ("adults",), "same_shed": ("here",)},
    priorities=("price", "speed"),
)


def test_a_full_sheet_opens_at_the_review() -> None:
    assert run(DONE, sheet=FULL).asked == [REVIEW]
    assert finished(DONE, sheet=FULL) == FULL


# The ranking and the title


@pytest.mark.parametrize(
    ("picks", "ranking"),
    [
        ([], ()),
        (["price"], ("price",)),
        (["price", "speed"], ("price", "speed", "comfort")),  # the last one follows
    ],
)
def test_ranking_ends_where_the_person_says(picks: list[str], ranking: tuple[str, ...]) -> None:
    enough = [EQUAL] if len(ranking) < len(KB.criteria) else []
    picked = [pick(criterion) for criterion in picks]
    assert finished(*PLAIN, *picked, *enough, DEFAULT_TITLE, DONE).priorities == ranking


def test_back_takes_the_last_pick_of_the_ranking_back() -> None:
    ran = run(*PLAIN, pick("price"), BACK, pick("speed"), EQUAL)
    assert ran.saved[-1].priorities == ("speed",)


def test_backing_out_of_a_new_ranking_keeps_the_old_one() -> None:
    ran = run(pick(RANKING), pick("comfort"), BACK, BACK, DONE, sheet=FULL)
    assert ran.sheet == ran.saved[-1] == FULL


def test_a_new_ranking_points_at_the_old_one() -> None:
    ran = run(pick(RANKING), pick("price"), sheet=FULL)
    first, second = ran.asker.prompts[1:]
    assert isinstance(first, Prompt)
    assert isinstance(second, Prompt)
    assert (first.before, second.before) == (("price",), ("speed",))


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("", "Choose Spade or Rake"),
        ("  Which \n tool\x1b? ", "Which tool ?"),
        ("x" * MAX_TEXT, "x" * MAX_TEXT),
    ],
)
def test_the_title_is_one_clean_line(typed: str, title: str) -> None:
    assert finished(*PLAIN, EQUAL, Typed(typed), DONE).title == title


def test_a_title_that_is_too_long_is_asked_again() -> None:
    ran = run(*PLAIN, EQUAL, Typed("x" * (MAX_TEXT + 1)))
    assert ran.asked[-2:] == [TITLE, TITLE]


# The review


def test_the_review_shows_every_answer_in_its_section() -> None:
    sheet = Sheet("Dig", {**FULL.answers, "size": ("unknown",)}, ("price",))
    shown = [
        entry.text if isinstance(entry, Heading) else f"{entry.label} {entry.value}"
        for entry in run(STOP, sheet=sheet).last.offers[2:]
    ]
    assert shown == [
        "The garden",
        f"{SIZE} I don't know",
        f"{CROPS} Lawn",
        "The people",
        f"{AGE} Adults",
        f"{SHED} This one",
        "The decision",
        "What matters most Price, then the others",
        "Title Dig",
    ]


def test_a_changed_answer_asks_what_now_applies_and_comes_back_to_the_review() -> None:
    ran = run(pick("crops"), pick("roots"), pick("deep"), pick("few"), DONE, sheet=FULL)
    assert ran.asked == [REVIEW, CROPS, DEPTH, STONES, REVIEW]


def test_going_back_from_a_change_leaves_the_answer_as_it_was() -> None:
    ran = run(pick("size"), BACK, DONE, sheet=FULL)
    assert ran.asked == [REVIEW, SIZE, REVIEW]
    assert ran.sheet == FULL


def test_answers_that_no_longer_apply_are_kept_and_counted() -> None:
    rooted = {**FULL.answers, "crops": ("roots",), "depth": ("deep",), "stones": ("few",)}
    sheet = Sheet("Dig", rooted, ("price",))
    ran = run(pick("crops"), pick("lawn"), sheet=sheet)
    assert ran.last.offers[-1] == Heading("2 answers no longer apply; kept, but set aside")
    assert ran.saved[-1].answers["stones"] == ("few",)


def test_the_review_can_save_and_stop() -> None:
    assert run(pick(STOP_HERE), sheet=FULL).sheet is None


# Whatever is replied


def nth(numbers: list[int]) -> Say:
    """Picks offers by their place, as a person at a terminal does: what is picked is there."""

    def reply(prompt: Prompt | TextPrompt) -> Reply:
        if isinstance(prompt, TextPrompt):
            return Typed("a title")
        ids = [offer.id for offer in prompt.offers if isinstance(offer, Offer)]
        return Picked(tuple(dict.fromkeys(ids[number % len(ids)] for number in numbers)))

    return reply


replies = st.one_of(
    st.lists(st.integers(0, 20), min_size=1, max_size=3).map(nth),
    st.sampled_from([UNKNOWN, WHY, BACK]),
    st.builds(Typed, st.text(max_size=5)),
    st.builds(Picked, st.lists(st.text(max_size=3), max_size=2).map(tuple)),
)


@given(st.lists(replies, max_size=40))
def test_any_replies_end_with_valid_answers_that_are_all_saved(script: list[Say]) -> None:
    ran = run(*script)
    saved = ran.saved[-1] if ran.saved else Sheet()
    assert ran.sheet is None or ran.sheet == saved
    for name, given_answer in saved.answers.items():
        assert not list(answer_mistakes(KB.questions[name], given_answer))
    assert set(saved.priorities) <= set(KB.criteria)
    assert len(set(saved.priorities)) == len(saved.priorities)
    if ran.sheet is not None:
        applicable = set(KB.questions) - establish(KB, saved.answers).not_applicable
        assert applicable <= set(saved.answers)
        assert saved.title


@given(st.lists(replies, max_size=40))
def test_no_answer_is_ever_lost(script: list[Say]) -> None:
    sizes = [len(sheet.answers) for sheet in run(*script).saved]
    assert sizes == sorted(sizes)


# Start-up


def test_importing_the_interview_brings_no_terminal_library() -> None:
    code = (
        "import sys, advisor.interview.interview; "
        "print({'questionary', 'prompt_toolkit', 'rich', 'experta', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.strip() == "set()"


# Enough


def test_enough_leads_past_the_other_questions_to_the_ranking() -> None:
    assert run(pick("small"), Aside.ENOUGH, *CLOSING).asked == [SIZE, CROPS, MOST, TITLE, REVIEW]


def test_what_was_not_asked_stays_unanswered_and_the_review_says_so() -> None:
    ran = run(pick("small"), Aside.ENOUGH, *CLOSING)
    assert ran.sheet is not None
    assert list(ran.sheet.answers) == ["size"]
    assert [o.value for o in ran.last.offers if isinstance(o, Offer) and o.id == "crops"] == [
        "not asked"
    ]


def test_after_enough_a_question_chosen_in_the_review_leads_back_to_it() -> None:
    ran = run(pick("small"), Aside.ENOUGH, *CLOSING[:-1], pick("crops"), pick("lawn"), CLOSING[-1])
    assert ran.asked[-2:] == [CROPS, REVIEW]
