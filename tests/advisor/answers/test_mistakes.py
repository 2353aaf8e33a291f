"""What is wrong with a ballot, in a file's words and in a page's."""

from __future__ import annotations

import pytest

from advisor.answers.ballot import Ballot
from advisor.answers.mistakes import ballot_mistakes, not_asked
from advisor.kb.cache import knowledge_base

KB = knowledge_base()


@pytest.mark.parametrize(
    ("ballot", "sentence", "beside"),
    [
        (
            Ballot({"lifetime": ("months", "years")}),
            "'lifetime' takes one answer, and 2 are given",
            "Takes one answer, and 2 are given.",
        ),
        (
            Ballot({"lifetime": ("months", "unknown")}),
            "'lifetime' cannot be 'unknown' and something else",
            "Cannot be 'unknown' and something else.",
        ),
        (
            Ballot({"lifetme": ("months",)}),
            "unknown question 'lifetme'; did you mean 'lifetime'?",
            "Unknown question 'lifetme'; did you mean 'lifetime'?",
        ),
        (
            Ballot(points={"edge": 10}),
            "points: 'edge': expected points from 1 to 9, not '10'",
            "Expected points from 1 to 9, not '10'.",
        ),
        (
            Ballot(reasons={"edge": "x" * 501}),
            "reasons: 'edge': expected a reason of at most 500 characters, not 501",
            "Expected a reason of at most 500 characters, not 501.",
        ),
    ],
)
def test_a_mistake_has_one_wording(ballot: Ballot, sentence: str, beside: str) -> None:
    (mistake,) = ballot_mistakes(ballot, KB)
    assert (str(mistake), mistake.beside_item) == (sentence, beside)


def test_an_option_is_shown_as_the_place_shows_it() -> None:
    ballot = Ballot({"lifetime": ("months", "unknown")})
    (mistake,) = ballot_mistakes(ballot, KB, lambda question, option: f"<{option}>")
    assert mistake.says == "cannot be <unknown> and something else"


def test_what_is_not_voted_on_was_not_asked_for() -> None:
    ballot = Ballot({"lifetime": ("months",)}, {"edge": 9}, {"speed": "because"})
    assert list(not_asked(ballot, {"lifetime", "speed"})) == ["Nobody asked for 'edge'."]
