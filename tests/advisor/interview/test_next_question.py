"""What the interview asks next, and when it offers to leave the rest out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from advisor.answers.sheet import Sheet, read_sheet
from advisor.interview.interview import interview
from advisor.interview.next_question import InOrder, MostInformative, Settled
from advisor.interview.prompts import Aside, Offer, Picked, Prompt, Reply, TextPrompt, Typed
from advisor.interview.steps import ENOUGH, GO_ON, RECOMMEND, SKIP
from rules.inference.facts import establish
from rules.loading.loader import load
from rules.model import KnowledgeBase

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load()


@dataclass
class Answering:
    """Answers every question by ``answers``, else "I don't know"; says ``settled`` when offered."""

    kb: KnowledgeBase
    answers: dict[str, tuple[str, ...]]
    settled: str = SKIP
    ranking: tuple[str, ...] = ()
    prompts: list[Prompt] = field(default_factory=list)

    def choose(self, prompt: Prompt) -> Reply:
        self.prompts.append(prompt)
        offers = [offer.id for offer in prompt.offers if isinstance(offer, Offer)]
        if self.settled in offers:
            return Picked((self.settled,))
        if ENOUGH in offers:
            left = [name for name in self.ranking if name in offers]
            return Picked((left[0] if left else ENOUGH,))
        if RECOMMEND in offers:
            return Picked((RECOMMEND,))
        name = next(q.id for q in self.kb.questions.values() if q.ask == prompt.ask)
        return Picked(self.answers[name]) if name in self.answers else Aside.UNKNOWN

    choose_one = choose_many = choose

    def write(self, prompt: TextPrompt) -> Reply:
        return Typed("")

    def say(self, heading: str, lines: Sequence[str]) -> None:
        pass

    @property
    def asked(self) -> list[str]:
        asks = {question.ask: question.id for question in self.kb.questions.values()}
        return [asks[prompt.ask] for prompt in self.prompts if prompt.ask in asks]

    @property
    def offered(self) -> list[Prompt]:
        return [
            prompt
            for prompt in self.prompts
            if any(isinstance(offer, Offer) and offer.id == SKIP for offer in prompt.offers)
        ]


def held(kb: KnowledgeBase, asker: Answering, sheet: Sheet | None = None) -> Sheet:
    return interview(kb, sheet or Sheet(), asker, lambda _: None, MostInformative(kb))


def test_every_question_that_applies_is_asked_once(kb: KnowledgeBase) -> None:
    answers = dict(read_sheet(EXAMPLES / "vision-server.yaml", kb).answers)
    asker = Answering(kb, answers, settled=GO_ON)
    sheet = held(kb, asker)
    skipped = establish(kb, sheet.answers).not_applicable
    assert sorted(asker.asked) == sorted(set(kb.questions) - skipped)


def test_no_question_comes_before_those_that_decide_whether_it_applies(kb: KnowledgeBase) -> None:
    asker = Answering(kb, {"target": ("android",)}, settled=GO_ON)
    held(kb, asker)
    assert asker.asked.index("target") < asker.asked.index("int8")


def test_decree_ends_the_questions_once_nothing_can_speak_against_it(kb: KnowledgeBase) -> None:
    asker = Answering(kb, {"standard": ("pytorch_only",)})
    sheet = held(kb, asker)
    assert asker.asked == ["standard"]
    assert list(sheet.answers) == ["standard"]


def test_offer_says_what_stands_and_how_many_are_left(kb: KnowledgeBase) -> None:
    asker = Answering(kb, {"standard": ("pytorch_only",)})
    held(kb, asker)
    (offer,) = asker.offered
    applicable = set(kb.questions) - establish(kb, {"standard": ("pytorch_only",)}).not_applicable
    left = len(applicable) - 1
    assert offer.ask == f"{left} questions left; none can change this: PyTorch wins."
    assert "advice" in offer.help


def test_who_goes_on_is_asked_everything_and_not_offered_again(kb: KnowledgeBase) -> None:
    asker = Answering(kb, {"standard": ("pytorch_only",)}, settled=GO_ON)
    held(kb, asker)
    assert len(asker.offered) == 1
    assert len(asker.asked) > 20


def test_nothing_is_offered_while_an_answer_can_still_change_it(kb: KnowledgeBase) -> None:
    asker = Answering(kb, {})
    held(kb, asker)
    assert asker.offered == []


@dataclass
class Opened:
    """A guide to whom everything is settled until criteria are ranked."""

    kb: KnowledgeBase

    def choose(self, sheet: Sheet, unasked: Sequence[str]) -> str:
        return unasked[0]

    def settled(self, sheet: Sheet) -> Settled | None:
        return None if sheet.priorities else Settled("PyTorch, clearly", 0)


def test_ranking_that_opens_it_again_brings_the_questions_back(kb: KnowledgeBase) -> None:
    asker = Answering(kb, {}, ranking=("edge",))
    interview(kb, Sheet(), asker, lambda _: None, Opened(kb))
    first, *others = asker.asked
    assert first == "standard"
    assert len(others) > 20
    ranked = next(i for i, p in enumerate(asker.prompts) if "matters most" in p.ask)
    assert asker.prompts[ranked - 1] == asker.offered[0]


def test_back_from_the_offer_leads_to_the_answer_before(kb: KnowledgeBase) -> None:
    asker = Answering(kb, {"standard": ("pytorch_only",)})
    replies = iter([Aside.BACK])

    def choose(prompt: Prompt) -> Reply:
        if prompt.ask.endswith("PyTorch wins.") and (reply := next(replies, None)):
            asker.prompts.append(prompt)
            return reply
        return Answering.choose(asker, prompt)

    asker.choose_one = asker.choose_many = choose  # type: ignore[method-assign]
    held(kb, asker)
    assert asker.asked == ["standard", "standard"]


def test_in_order_asks_the_first_there_is(kb: KnowledgeBase) -> None:
    assert InOrder().choose(Sheet(), ["phase", "task"]) == "phase"
