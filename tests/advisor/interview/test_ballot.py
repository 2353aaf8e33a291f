"""One person's ballot and a round at one terminal, answered by a script instead of people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from advisor.answers.ballot import MAX_REASON, Ballot
from advisor.errors import WorkshopError
from advisor.interview.ballot import take_ballot
from advisor.interview.prompts import Aside, Offer, Picked, Prompt, Reply, TextPrompt, Typed
from advisor.interview.shared_keyboard import share_keyboard
from advisor.interview.terminal import TerminalAsker
from advisor.wording.build_round_report import build_round_report
from advisor.wording.round_report import RoundReport
from advisor.workshop.plan import Plan
from advisor.workshop.round_result import round_result
from advisor.workshop.store import OwnBallot, Workshop, create
from rules.inference.facts import establish
from rules.loading.loader import load

KB = load(Path(__file__).parent / "knowledge")
SIZE, CROPS, DEPTH, STONES, AGE, SHED = (question.ask for question in KB.questions.values())
SPEED, COMFORT, PRICE = (f"{one.title}: how much does it matter?" for one in KB.criteria.values())
REASONS, NAME, SEAL_IT = (
    "Say why, for any of them",
    "May your name stand by your answers in the record?",
    "Seal it?",
)
STOP_HERE = "Stop here?"
PLAN = Plan(
    id="0123456789abcdef",
    code="ABCD2345",
    title="Spade or rake",
    people={"Ana": "approver", "Ben": "contributor", "Ivo": "informed"},
    known={},
    questions=tuple(KB.questions),
    criteria=tuple(KB.criteria),
    knowledge=KB.digest,
)

Say: TypeAlias = Reply | Callable[[Prompt | TextPrompt], Reply]
Asked: TypeAlias = Prompt | TextPrompt


def pick(*ids: str) -> Picked:
    return Picked(ids)


UNKNOWN, WHY, BACK, ENOUGH, STOP = (
    Aside.UNKNOWN,
    Aside.WHY,
    Aside.BACK,
    Aside.ENOUGH,
    Aside.STOP,
)
ALL, NO, YES, SEAL, LEAVE, GO_ON = map(pick, (":all", "no", "yes", ":seal", ":leave", ":go-on"))
ANSWERS = (pick("small"), pick("flowers"), pick("adults"), pick("here"))
POINTS = (pick("9"), pick("5"), pick("1"))
CLOSING = (ALL, NO, SEAL)
WHOLE = Ballot(
    {"size": ("small",), "crops": ("flowers",), "age": ("adults",), "same_shed": ("here",)},
    {"speed": 9, "comfort": 5, "price": 1},
)


@dataclass
class Scripted:
    """Gives one reply after another; stops when there are no more. ``events`` are in order."""

    replies: list[Say]
    prompts: list[Asked] = field(default_factory=list)
    said: list[tuple[str, list[str]]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def _reply(self, prompt: Asked) -> Reply:
        self.prompts.append(prompt)
        self.events.append("ask")
        reply = self.replies.pop(0) if self.replies else Aside.STOP
        return reply if isinstance(reply, (Picked, Typed, Aside)) else reply(prompt)

    choose_one = choose_many = write = _reply

    def say(self, heading: str, lines: Sequence[str]) -> None:
        self.said.append((heading, list(lines)))
        self.events.append("say")

    def clear(self) -> None:
        self.events.append("clear")

    @property
    def asked(self) -> list[str]:
        return [prompt.ask for prompt in self.prompts]


@dataclass
class Taken:
    """What became of a ballot. ``ballot`` is None where it was left, or stopped."""

    ballot: Ballot | None
    stopped: bool
    asker: Scripted

    @property
    def asked(self) -> list[str]:
        return self.asker.asked

    def at(self, place: int) -> Prompt:
        prompt = self.asker.prompts[place]
        assert isinstance(prompt, Prompt)
        return prompt


def take(
    *replies: Say,
    plan: Plan = PLAN,
    before: Ballot | None = None,
    last: RoundReport | None = None,
    ending: bool = False,
) -> Taken:
    asker = Scripted(list(replies))
    try:
        ballot = take_ballot(KB, plan, asker, before, last=last, ending=lambda: ending)
    except KeyboardInterrupt:
        return Taken(None, True, asker)
    return Taken(ballot, False, asker)


def sealed(*replies: Say, plan: Plan = PLAN, before: Ballot | None = None) -> Ballot:
    taken = take(*replies, plan=plan, before=before)
    assert taken.ballot is not None
    return taken.ballot


def offers(prompt: Asked) -> dict[str, Offer]:
    assert isinstance(prompt, Prompt)
    return {offer.id: offer for offer in prompt.offers if isinstance(offer, Offer)}


# One ballot: what is asked


def test_questions_come_first_then_points_reasons_the_name_and_a_review() -> None:
    taken = take(*ANSWERS, *POINTS, *CLOSING)
    assert taken.asked == [
        *(SIZE, CROPS, AGE, SHED),
        *(SPEED, COMFORT, PRICE),
        *(REASONS, NAME, SEAL_IT),
    ]
    assert taken.ballot == WHOLE


def test_only_what_is_voted_on_is_asked() -> None:
    plan = replace(PLAN, questions=("crops", "depth"), criteria=("price",), known={})
    taken = take(pick("roots"), pick("deep"), pick("3"), *CLOSING, plan=plan)
    assert taken.asked[:3] == [CROPS, DEPTH, PRICE]
    assert taken.ballot == Ballot({"crops": ("roots",), "depth": ("deep",)}, {"price": 3})


def test_what_is_known_already_decides_which_questions_apply() -> None:
    rooted, flowery = (
        take(plan=replace(PLAN, questions=("depth", "age"), known={"crops": (crop,)})).asked
        for crop in ("roots", "flowers")
    )
    assert rooted[0] == DEPTH
    assert flowery[0] == AGE


def test_each_prompt_tells_where_it_stands() -> None:
    taken = take(*ANSWERS, *POINTS, ALL, NO)
    told = [(prompt.section, prompt.progress) for prompt in map(taken.at, range(10))]
    assert told[:2] == [("The garden", "1 of about 9"), ("The garden", "2 of about 9")]
    assert told[4:] == [
        *(("What matters", f"{place} of 7") for place in (5, 6, 7)),
        *[("Your ballot", "")] * 3,
    ]


def test_points_are_offered_with_what_they_mean() -> None:
    taken = take(*ANSWERS)
    assert taken.at(4).help == "How soon is it done?"
    labels = [offer.label for offer in offers(taken.at(4)).values()]
    assert labels == [
        "9  decides",
        "8",
        "7",
        "6",
        "5  matters",
        "4",
        "3",
        "2",
        "1  does not matter",
    ]


def test_not_knowing_is_an_answer_and_no_points() -> None:
    ballot = sealed(UNKNOWN, *ANSWERS[1:], UNKNOWN, *POINTS[1:], *CLOSING)
    assert ballot.answers["size"] == ("unknown",)
    assert ballot.points == {"comfort": 5, "price": 1}


@pytest.mark.parametrize("reply", [pick("0"), pick("10"), pick(), pick("1", "2"), Typed("5"), WHY])
def test_what_are_no_points_is_asked_again(reply: Reply) -> None:
    assert take(*ANSWERS, reply, pick("5")).asked[4:7] == [SPEED, SPEED, COMFORT]


def test_why_is_told_without_what_each_answer_would_come_to() -> None:
    taken = take(*ANSWERS[:2], WHY, *ANSWERS[2:], *POINTS, *CLOSING)
    assert taken.asked[2:4] == [AGE, AGE]
    heading, lines = taken.asker.said[0]
    assert heading == f"Why do we ask: {AGE}"
    assert not any("would make it" in line for line in lines)
    assert taken.ballot == WHOLE


# Going back


def test_back_leads_through_all_of_it_to_the_first_question() -> None:
    taken = take(*ANSWERS, *POINTS, ALL, *[BACK] * 9)
    there = [SIZE, CROPS, AGE, SHED, SPEED, COMFORT, PRICE, REASONS, NAME]
    assert taken.asked[: len(there)] == there
    assert taken.asked[len(there) : 2 * len(there) - 1] == there[-2::-1]
    assert BACK not in taken.at(0).asides


def test_what_was_answered_is_pointed_at_again() -> None:
    taken = take(*ANSWERS, UNKNOWN, pick("8"), BACK, BACK, BACK)
    assert [taken.at(place).before for place in (4, 5, 7, 8, 9)] == [
        *(("5",), ("5",)),  # nothing yet: the middle
        *(("8",), ("unknown",)),
        ("here",),
    ]


def test_an_answer_that_no_longer_applies_is_not_sealed() -> None:
    ballot = sealed(
        *(pick("small"), pick("roots"), pick("shallow"), BACK, BACK, pick("flowers")),
        *ANSWERS[2:],
        *POINTS,
        *CLOSING,
    )
    assert ballot == WHOLE


def test_a_changed_answer_may_make_others_apply() -> None:
    taken = take(*ANSWERS, *POINTS, ALL, NO, pick("crops"), pick("roots"), pick("shallow"), SEAL)
    assert taken.asked[9:] == [SEAL_IT, CROPS, DEPTH, SEAL_IT]
    assert taken.ballot is not None
    assert taken.ballot.answers["depth"] == ("shallow",)


def test_enough_leads_to_the_review_and_leaves_the_rest_open() -> None:
    taken = take(*ANSWERS[:2], ENOUGH, SEAL)
    assert taken.asked[2:] == [AGE, SEAL_IT]
    assert taken.ballot == Ballot({"size": ("small",), "crops": ("flowers",)})
    shown = {name: offer.value for name, offer in offers(taken.at(3)).items()}
    assert shown["size"] == "Small"
    assert shown["age"] == shown["speed"] == "not asked"


def test_from_the_review_anything_can_be_changed_and_back_leads_there() -> None:
    taken = take(
        *(*ANSWERS, *POINTS, ALL, NO),
        *(pick("price"), BACK, pick("price"), pick("7"), pick(":name"), YES, SEAL),
    )
    assert taken.asked[9:] == [SEAL_IT, PRICE, SEAL_IT, PRICE, SEAL_IT, NAME, SEAL_IT]
    assert taken.ballot == replace(WHOLE, points={**WHOLE.points, "price": 7}, named=True)


# Reasons and the name


def test_reasons_are_chosen_from_what_one_said() -> None:
    taken = take(
        *(*ANSWERS[:3], UNKNOWN, *POINTS[:2], UNKNOWN),
        *(pick("speed"), Typed("it is\tdue \x1b[31m in May"), pick("size"), BACK, *CLOSING),
    )
    said = offers(taken.at(7))
    assert list(said) == [":all", "size", "crops", "age", "speed", "comfort"]
    assert said["speed"].value == "9 points"
    assert taken.asked[8] == "Speed: 9 points. Why?"
    assert offers(taken.at(9))["speed"].value == "9 points, with a reason"
    assert taken.ballot is not None
    assert taken.ballot.reasons == {"speed": "it is due [31m in May"}


def test_a_reason_can_be_taken_back_and_one_too_long_is_not_taken() -> None:
    taken = take(
        *(*ANSWERS, *POINTS, pick("size"), Typed("x" * (MAX_REASON + 1)), Typed("why not")),
        *(pick("size"), Typed(""), *CLOSING),
    )
    assert taken.asker.said == [
        ("That reason is too long", ["Expected a reason of at most 500 characters, not 501."])
    ]
    assert [p.initial for p in taken.asker.prompts if isinstance(p, TextPrompt)] == [
        *("", "x" * (MAX_REASON + 1)),  # what was typed is there to be shortened
        "why not",
    ]
    assert taken.ballot == WHOLE


def test_who_goes_back_from_the_reasons_keeps_those_written() -> None:
    ballot = sealed(*ANSWERS, *POINTS, pick("size"), Typed("why"), BACK, pick("1"), *CLOSING)
    assert ballot == replace(WHOLE, reasons={"size": "why"})


def test_a_changed_answer_brings_its_reason_back_to_mind() -> None:
    taken = take(
        *(*ANSWERS, *POINTS, pick("speed"), Typed("it is due"), ALL, NO),
        *(pick("speed"), pick("9"), pick("speed"), pick("2"), ALL, SEAL),
    )
    assert taken.asked[11:] == [SEAL_IT, SPEED, SEAL_IT, SPEED, REASONS, SEAL_IT]


def test_a_reason_for_what_is_not_said_any_more_is_not_sealed() -> None:
    ballot = sealed(
        *(*ANSWERS, *POINTS, pick("speed"), Typed("due"), ALL, NO),
        *(pick("speed"), UNKNOWN, ALL, SEAL),
    )
    assert ballot.reasons == {}


def test_the_name_stands_beside_the_answers_only_where_one_says_so() -> None:
    taken = take(*ANSWERS, *POINTS, ALL, YES, SEAL)
    assert taken.at(8).before == ("no",)
    assert taken.ballot == replace(WHOLE, named=True)


# Sealing, leaving, stopping


def test_a_ballot_that_says_nothing_is_not_sealed() -> None:
    taken = take(*[UNKNOWN] * 9, NO, SEAL, LEAVE)
    assert REASONS not in taken.asked
    assert [heading for heading, _ in taken.asker.said] == ["There is nothing to seal"]
    assert taken.ballot is None


def test_leaving_seals_nothing() -> None:
    taken = take(*ANSWERS, *POINTS, ALL, NO, LEAVE, LEAVE)
    assert (taken.ballot, taken.stopped) == (None, False)


def test_who_stops_is_asked_once_whether_they_mean_it() -> None:
    stayed = take(*ANSWERS[:2], STOP, GO_ON, *ANSWERS[2:], *POINTS, *CLOSING)
    assert stayed.asked[2:5] == [AGE, STOP_HERE, AGE]
    assert stayed.ballot == WHOLE
    assert take(*ANSWERS[:2], STOP, LEAVE).ballot is None
    stopped = take(*ANSWERS[:2], STOP, STOP)
    assert stopped.stopped
    assert stopped.asked[-1] == STOP_HERE


def test_nobody_is_asked_once_the_program_was_asked_to_end() -> None:
    taken = take(*ANSWERS[:2], STOP, ending=True)
    assert taken.stopped
    assert taken.asked == [SIZE, CROPS, AGE]


# A ballot from before, and what the group said


def test_a_ballot_from_before_is_what_one_starts_from() -> None:
    before = replace(WHOLE, points={"speed": 9}, reasons={"size": "a balcony"}, named=True)
    kept = take(ENOUGH, SEAL, before=before)
    assert kept.ballot == before
    assert offers(kept.at(1))["price"].value == "I don't know"
    again = take(*ANSWERS, *POINTS, ALL, YES, SEAL, before=before)
    assert [again.at(place).before for place in (0, 4, 5, 8)] == [
        *(("small",), ("9",), ("unknown",)),
        ("yes",),
    ]


@pytest.fixture
def voted(tmp_path: Path) -> Iterator[Workshop]:
    """A round in which three people said different things."""
    with create(tmp_path / "voted", PLAN) as workshop:
        for name, size, points in (("Ana", "small", 9), ("Ben", "small", 9), ("Cyd", "large", 1)):
            reasons = {"size": "we have an acre " * 30, "speed": "it is due"} if points == 1 else {}
            ballot = Ballot({"size": (size,)}, {"speed": points}, reasons, named=True)
            workshop.submit(workshop.people.include(name).id, ballot)
        workshop.reveal()
        yield workshop


def test_each_item_shows_what_the_group_said_in_the_round_before(voted: Workshop) -> None:
    last = build_round_report(round_result(KB, voted.history(), {}))
    taken = take(*ANSWERS, *POINTS, last=last)
    size, crops, speed, price = (taken.at(place).help for place in (0, 1, 4, 6))
    assert size.startswith(
        "Count the beds alone. Round 1: Small (67 % of 3 answers alike). “Large, Cyd: we have an"
    )
    assert len(size) < 250
    assert crops == "Round 1: nobody answered."
    assert "Round 1: median 9, half between 5 and 9" in speed
    assert speed.endswith("“1 point, Cyd: it is due”")
    assert price == "What does it cost? Round 1: nobody gave points."
    told = {points: offer.value for points, offer in offers(taken.at(4)).items() if offer.value}
    assert told == {"9": "2 people", "1": "1 person"}


# The property: what is answered is what is sealed

ITEMS = [*KB.questions, *KB.criteria]
BY_ASK = {
    **{question.ask: name for name, question in KB.questions.items()},
    **dict(zip((SPEED, COMFORT, PRICE), KB.criteria, strict=True)),
}


def answers_to(name: str) -> st.SearchStrategy[tuple[str, ...] | None]:
    """None for "I don't know"."""
    question = KB.questions[name]
    ids = [option.id for option in question.options]
    one = st.sampled_from(ids).map(lambda id: (id,))
    if question.multiple:
        many = st.sets(st.sampled_from(ids), min_size=1)
        return st.none() | many.map(lambda chosen: tuple(id for id in ids if id in chosen))
    return st.none() | one


POINTS_GIVEN = st.none() | st.integers(1, 9).map(lambda points: (str(points),))
SAID = st.fixed_dictionaries(
    {
        **{name: answers_to(name) for name in KB.questions},
        **dict.fromkeys(KB.criteria, POINTS_GIVEN),
    }
)
DETOURS = st.lists(st.sampled_from([BACK, UNKNOWN, WHY, STOP, None]), max_size=25)


@given(SAID, DETOURS, st.dictionaries(st.sampled_from(ITEMS), st.just("because")), st.booleans())
def test_what_was_answered_is_what_is_sealed(
    said: Mapping[str, tuple[str, ...] | None],
    detours: list[Aside | None],
    reasons: dict[str, str],
    named: bool,
) -> None:
    """Whatever detours a person makes, and however often they change their mind on the way."""
    left, owed = list(detours), set[str]()

    def answer(prompt: Asked) -> Reply:
        if isinstance(prompt, TextPrompt):
            return Typed("because")
        if prompt.ask in BY_ASK:
            name = BY_ASK[prompt.ask]
            detour = left.pop() if left else None
            if detour is UNKNOWN:
                owed.add(name)
            if detour is not None and (detour is not BACK or BACK in prompt.asides):
                return detour
            owed.discard(name)
            return UNKNOWN if said[name] is None else Picked(said[name] or ())
        if prompt.ask == REASONS:
            there = offers(prompt)
            wanted = (n for n in reasons if n in there and "a reason" not in there[n].value)
            return pick(next(wanted, ":all"))
        if prompt.ask == NAME:
            return YES if named else NO
        if prompt.ask == SEAL_IT:
            there = offers(prompt)
            unfinished = [name for name in owed if name in there]
            unexplained = [
                n for n in reasons if n in there and said[n] and "a reason" not in there[n].value
            ]
            return pick(next(iter([*unfinished, *[":reasons"] * len(unexplained), ":seal"])))
        return GO_ON  # on with the question, or on after all

    answered = {name: said[name] or ("unknown",) for name in KB.questions}
    applying = set(KB.questions) - establish(KB, answered).not_applicable
    expected = Ballot(
        {name: answered[name] for name in KB.questions if name in applying},
        {name: int((said[name] or ("0",))[0]) for name in KB.criteria if said[name]},
    )
    if not expected.says_something:
        return
    ballot = take_ballot(KB, PLAN, Scripted([answer] * 500))
    assert ballot is not None
    assert (ballot.answers, ballot.points, ballot.named) == (
        *(expected.answers, expected.points),
        named,
    )
    known = {name for name in applying if said[name]} | set(expected.points)
    assert set(ballot.reasons) == set(reasons) & known


# A round at one terminal


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    plan = replace(PLAN, questions=("size",), criteria=("speed",))
    with create(tmp_path / "team.workshop", plan) as made:
        yield made


NEW, NOBODY, READY, OTHER, NOTED = map(pick, (":new", ":nobody", ":ready", ":other", ":noted"))
BALLOT = (pick("small"), pick("9"), ALL, NO, SEAL, NOTED)
SMALL, LARGE = (Ballot({"size": (size,)}, {"speed": 9}) for size in ("small", "large"))


def person(name: str) -> Say:
    """Chooses the person of that name from the list."""

    def choose(prompt: Asked) -> Reply:
        return pick(next(id for id, offer in offers(prompt).items() if offer.label == name))

    return choose


def sit(workshop: Workshop, *replies: Say) -> Scripted:
    """What was shown. However it ends, the screen is cleared."""
    asker = Scripted(list(replies))
    try:
        share_keyboard(workshop, KB, asker, asker)
    except KeyboardInterrupt:
        asker.events.append("stopped")
    return asker


def own(workshop: Workshop, name: str) -> OwnBallot | None:
    found = [one for one in workshop.people.all() if one.name == name]
    return workshop.own_ballot(found[0].id) if found else None


def test_the_keyboard_goes_from_one_to_the_next(workshop: Workshop) -> None:
    asker = sit(
        workshop,
        *(person("Ben"), READY, *BALLOT),
        *(person("Ana"), READY, pick("large"), *BALLOT[1:]),
        NOBODY,
    )
    first, second, last = (p for p in asker.prompts if p.ask == "Who is next?")
    assert [offer.label for offer in offers(first).values()] == [
        *("Ana", "Ben", "Somebody else, by name"),
        "Nobody: that is all",
    ]
    assert next(offer.label for offer in offers(second).values()) == "Ana"
    assert last.help == "2 of 2 have answered in round 1."
    assert isinstance(last, Prompt)
    assert last.before == (":nobody",)
    sealed = [own(workshop, "Ben"), own(workshop, "Ana")]
    assert [one and one.ballot for one in sealed] == [SMALL, LARGE]
    assert [one and one.entered for one in sealed] == ["terminal", "terminal"]


def test_whoever_sealed_a_ballot_is_shown_its_receipt(workshop: Workshop) -> None:
    asker = sit(workshop, person("Ana"), READY, *BALLOT, NOBODY)
    sealed = own(workshop, "Ana")
    assert sealed is not None
    ((heading, lines),) = asker.said
    start = f"{sealed.receipt[:4]} {sealed.receipt[4:8]} {sealed.receipt[8:12]}"
    assert heading == f"Sealed, Ana. Your receipt begins {start}"
    assert f"The whole receipt: {sealed.receipt}" in lines
    assert f"advisor workshop audit {workshop.path} --receipt {sealed.receipt[:12]}" in lines[-1]


def test_every_prompt_is_on_a_page_of_its_own_under_what_was_said(workshop: Workshop) -> None:
    asker = sit(workshop, person("Ana"), READY, WHY, *BALLOT, NOBODY)
    pages = [page.split() for page in " ".join(asker.events).split("clear")[1:]]
    assert pages == [
        *[["ask"]] * 3,  # who is next, the passing on, a question
        ["say", "ask"],  # why, and the question under it
        *[["ask"]] * 4,
        ["say", "ask"],  # the receipt
        ["ask"],
        [],  # and nothing at the end
    ]


def test_the_keyboard_in_the_wrong_hands_goes_back(workshop: Workshop) -> None:
    asker = sit(workshop, person("Ana"), OTHER, person("Ben"), READY, *BALLOT, NOBODY)
    assert [p.ask for p in asker.prompts[:4]] == [
        *("Who is next?", "Pass the keyboard to Ana"),
        *("Who is next?", "Pass the keyboard to Ben"),
    ]
    assert own(workshop, "Ana") is None
    assert own(workshop, "Ben") is not None


def test_somebody_new_says_their_name_and_is_known_once_they_have_answered(
    workshop: Workshop,
) -> None:
    def unknown_yet(prompt: Asked) -> Reply:
        assert "Cy D" not in [one.name for one in workshop.people.all()]
        return SEAL

    asker = sit(
        workshop,
        *(NEW, Typed(" \t"), Typed("x" * 61), BACK),
        *(NEW, Typed("Cy\x07 D"), READY, *BALLOT[:4], unknown_yet, NOTED),
        NOBODY,
    )
    assert [heading for heading, _ in asker.said[:2]] == ["That is no name"] * 2
    sealed = own(workshop, "Cy D")
    assert sealed is not None
    assert sealed.ballot == SMALL


def test_who_was_only_to_be_informed_may_answer_by_name(workshop: Workshop) -> None:
    sit(workshop, NEW, Typed("ivo"), READY, *BALLOT, NOBODY)
    assert own(workshop, "Ivo") is not None
    assert len(workshop.people.all()) == 3


def test_leaving_and_stopping_seal_nothing_and_lose_nothing_of_others(workshop: Workshop) -> None:
    asker = sit(
        workshop,
        *(person("Ben"), READY, *BALLOT),
        *(person("Ana"), READY, STOP, LEAVE),
        *(person("Ana"), READY, pick("small"), STOP, STOP),
    )
    assert asker.events[-2:] == ["clear", "stopped"]
    assert own(workshop, "Ana") is None
    sealed = own(workshop, "Ben")
    assert sealed is not None
    assert sealed.ballot == SMALL


def test_nobody_sits_once_a_round_is_revealed(workshop: Workshop) -> None:
    sit(workshop, person("Ana"), READY, *BALLOT, NOBODY)
    workshop.reveal()
    with pytest.raises(WorkshopError, match="Round 1 was revealed"):
        sit(workshop)


def test_a_reveal_from_elsewhere_is_told_to_who_seals_too_late(workshop: Workshop) -> None:
    def meanwhile(prompt: Asked) -> Reply:
        workshop.reveal()
        return SEAL

    sit(workshop, person("Ben"), READY, *BALLOT, NOBODY)
    with pytest.raises(WorkshopError, match="answers wait for the next round"):
        sit(workshop, person("Ana"), READY, *BALLOT[:4], meanwhile)
    assert own(workshop, "Ana") is None


# Coming back, by receipt: a name proves nothing at a terminal where anybody may sit


def start_of(workshop: Workshop, name: str, length: int = 12) -> Typed:
    sealed = own(workshop, name)
    assert sealed is not None
    return Typed(f" {sealed.receipt[:4].upper()} {sealed.receipt[4:length]}")


@pytest.fixture
def answered(workshop: Workshop) -> Workshop:
    """Ana has answered in the open round."""
    sit(workshop, person("Ana"), READY, *BALLOT, NOBODY)
    return workshop


def test_a_ballot_is_changed_by_whoever_knows_its_receipt(answered: Workshop) -> None:
    known = start_of(answered, "Ana")
    asker = sit(answered, NEW, Typed("ANA"), READY, known, pick("large"), *BALLOT[1:], NOBODY)
    first = next(p for p in asker.prompts if p.ask == SIZE)
    assert isinstance(first, Prompt)
    assert first.before == ("small",)
    sealed = own(answered, "Ana")
    assert sealed is not None
    assert sealed.ballot == LARGE


def test_it_is_neither_shown_nor_changed_without(answered: Workshop) -> None:
    wrong = (start_of(answered, "Ana", 11), Typed("0" * 12), Typed("no idea"))
    for typed in ([Typed(" ")], wrong):
        asker = sit(answered, NEW, Typed("Ana"), READY, *typed, NOBODY)
        assert SIZE not in asker.asked
        assert asker.asked[-1] == "Who is next?"
        sealed = own(answered, "Ana")
        assert sealed is not None
        assert sealed.ballot == SMALL
    assert [heading for heading, _ in asker.said] == [
        *("That is no receipt", "That is not how your receipt begins"),
        "That is no receipt",
    ]


def test_the_next_round_starts_afresh_unless_the_receipt_is_known(answered: Workshop) -> None:
    answered.reveal()
    answered.open_round()
    asker = sit(
        answered,
        *(person("Ana"), READY, Typed(""), STOP, LEAVE),
        *(person("Ana"), READY, start_of(answered, "Ana"), ENOUGH, SEAL, NOTED),
        NOBODY,
    )
    afresh, again = (p for p in asker.prompts if p.ask == SIZE)
    assert isinstance(afresh, Prompt)
    assert isinstance(again, Prompt)
    assert (afresh.before, again.before) == ((), ("small",))
    assert again.help == "Count the beds alone. Round 1: Small (100 % of 1 answer alike)."
    sealed = own(answered, "Ana")
    assert sealed is not None
    assert (sealed.number, sealed.ballot) == (2, SMALL)


def test_nobody_sees_where_the_person_before_them_pointed(tmp_path: Path) -> None:
    plan = replace(PLAN, questions=("size",), criteria=())
    down, enter = "\x1b[B", "\r"
    pointing_at_large = f"{enter}{enter}{down}e{down}{enter}{down}{enter}"  # reviews, leaves: yes
    the_first_offers = f"{down}{enter}{enter * 6}"
    with create(tmp_path / "pointed", plan) as made, create_pipe_input() as pipe:
        pipe.send_text(f"{pointing_at_large}{the_first_offers}{down}{down}{enter}")
        asker = TerminalAsker(input=pipe, output=DummyOutput())
        share_keyboard(made, KB, asker, Scripted([]))
        sealed = own(made, "Ben")
    assert sealed is not None
    assert sealed.ballot == Ballot({"size": ("small",)})
