"""The menu after a report: what it offers, and that it always comes to an end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from advisor.consultation.consultation import Recommendation
from advisor.interview.follow_up import CHANGES, GO_ON, HOW, MOST_LINES, question_recommendation
from advisor.interview.prompts import Aside, Offer, Picked, Prompt, Reply, TextPrompt
from advisor.sources import open_source
from rules.loading.loader import load

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
KB = load()


@dataclass
class Scripted:
    """Gives one reply after another, then stops."""

    replies: list[Reply]
    prompts: list[Prompt] = field(default_factory=list)
    said: list[tuple[str, list[str]]] = field(default_factory=list)

    def choose_one(self, prompt: Prompt) -> Reply:
        self.prompts.append(prompt)
        return self.replies.pop(0) if self.replies else Aside.STOP

    def choose_many(self, prompt: Prompt) -> Reply:
        raise AssertionError(prompt)

    def write(self, prompt: TextPrompt) -> Reply:
        raise AssertionError(prompt)

    def say(self, heading: str, lines: Sequence[str]) -> None:
        self.said.append((heading, list(lines)))


def questioned(r: Recommendation, *replies: Reply) -> Scripted:
    asker = Scripted(list(replies))
    question_recommendation(r, asker)
    return asker


def recommended(name: str) -> Recommendation:
    return open_source(EXAMPLES[[path.stem for path in EXAMPLES].index(name)], KB).recommendation


def labels(asker: Scripted) -> list[str]:
    return [offer.label for offer in asker.prompts[0].offers if isinstance(offer, Offer)]


def test_going_on_stands_first_and_ends_it() -> None:
    asker = questioned(recommended("android-app"), Picked((GO_ON,)))
    (prompt,) = asker.prompts
    assert (prompt.before, prompt.passing, asker.said) == ((GO_ON,), True, [])


def test_why_not_is_offered_for_what_is_not_recommended() -> None:
    assert labels(questioned(recommended("android-app"))) == [
        "No, that is all",
        "How was this concluded?",
        "Why not PyTorch?",
        "What would change it?",
    ]


def test_why_not_is_offered_for_each_where_none_is_recommended() -> None:
    offered = labels(questioned(recommended("vision-server")))
    assert offered[2:4] == ["Why not PyTorch?", "Why not TensorFlow?"]


@pytest.mark.parametrize("reply", [Aside.STOP, Picked((GO_ON,))])
def test_stopping_ends_it_like_going_on(reply: Reply) -> None:
    assert len(questioned(recommended("android-app"), Picked((HOW,)), reply).prompts) == 2


def test_what_is_no_entry_is_asked_again() -> None:
    asker = questioned(recommended("android-app"), Picked(("jax",)), Aside.BACK)
    assert (len(asker.prompts), asker.said) == (3, [])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_answers_every_entry_in_a_screenful(path: Path) -> None:
    r = open_source(path, KB).recommendation
    first = questioned(r)
    entries = [offer.id for offer in first.prompts[0].offers if isinstance(offer, Offer)][1:]
    asker = questioned(r, *(Picked((entry,)) for entry in entries))
    assert [heading for heading, _ in asker.said] == labels(first)[1:]
    for _, lines in asker.said:
        assert 0 < len(lines) <= MOST_LINES + 1
        assert all(line[-1] in ".:" and line[0] != " " for line in lines)


def test_an_answer_does_not_repeat_its_question() -> None:
    asker = questioned(recommended("android-app"), Picked(("pytorch",)), Picked((CHANGES,)))
    assert [lines[0].split(",")[0] for _, lines in asker.said] == [
        "It is behind by 0.27",
        "1 changed answer.",
    ]
