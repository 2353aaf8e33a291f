"""A ballot out of the fields of its form, with what is wrong beside what it is wrong with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from advisor.answers.ballot import MAX_REASON, Ballot
from advisor.answers.points import LEAST_POINTS, MOST_POINTS
from advisor.web.errors import RequestError
from advisor.web.form_data import Fields
from advisor.wording.recommendation import DONT_KNOW
from advisor.workshop.plan import Plan
from rules.answers import answer_mistakes
from rules.diagnostics import one_line
from rules.model import UNKNOWN, KnowledgeBase, Question

# The fields of the form: the beginning of the name, then the question or criterion.
ANSWER, POINTS, REASON = "answer.", "points.", "reason."
NAMED = "named"
BESIDE = ("token", "round", "name")  # what the form holds besides
NO_POINTS = "-"


@dataclass(frozen=True)
class BallotForm:
    """What somebody filled in. ``mistakes`` is question or criterion -> a sentence."""

    ballot: Ballot = field(default_factory=Ballot)
    mistakes: Mapping[str, str] = field(default_factory=dict)


def read_ballot(fields: Fields, plan: Plan, kb: KnowledgeBase) -> BallotForm:
    """What the form says. Raises Refused for fields and values that it does not have."""
    _check_names(fields, plan)
    answers = {name: _answer(kb.questions[name], given) for name, given in fields.starting(ANSWER)}
    points = {
        name: _points(given) for name, given in fields.starting(POINTS) if given != (NO_POINTS,)
    }
    reasons = {name: one_line(fields.one(f"{REASON}{name}")) for name, _ in fields.starting(REASON)}
    ballot = Ballot(
        answers={name: answers[name] for name in plan.questions if name in answers},
        points={name: points[name] for name in plan.criteria if name in points},
        reasons={name: why for name, why in reasons.items() if why},
        named=fields.one(NAMED) == "yes",
    )
    return BallotForm(ballot, dict(_mistakes(ballot, kb)))


def _check_names(fields: Fields, plan: Plan) -> None:
    asked = {
        *(f"{ANSWER}{name}" for name in plan.questions),
        *(f"{POINTS}{name}" for name in plan.criteria),
        *(f"{REASON}{name}" for name in (*plan.questions, *plan.criteria)),
        NAMED,
        *BESIDE,
    }
    for name in fields.values:
        if name not in asked:
            raise RequestError(400, f"Nobody asked for '{name[:60]}'.")


def _answer(question: Question, given: tuple[str, ...]) -> tuple[str, ...]:
    """The options in their order. Raises Refused for what is none, or is there twice."""
    options = [*(option.id for option in question.options), UNKNOWN]
    if any(one not in options for one in given) or len(set(given)) < len(given):
        told = next(answer_mistakes(question, given), "that is no answer")
        raise RequestError(400, f"{told[:1].upper()}{told[1:200]}.")
    return tuple(option for option in options if option in given)


def _points(given: tuple[str, ...]) -> int:
    if len(given) != 1 or given[0] not in map(str, range(LEAST_POINTS, MOST_POINTS + 1)):
        raise RequestError(400, f"Expected points from {LEAST_POINTS} to {MOST_POINTS}.")
    return int(given[0])


def _mistakes(ballot: Ballot, kb: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """What somebody can get wrong who fills in the form as it is."""
    for name, given in ballot.answers.items():
        question = kb.questions[name]
        alone = [o.label for o in question.options if o.alone and o.id in given]
        if len(given) > 1 and UNKNOWN in given:
            yield name, f"“{DONT_KNOW}” goes with no other answer."
        elif len(given) > 1 and alone:
            yield name, f"“{alone[0]}” goes with no other answer."
        elif len(given) > 1 and not question.multiple:
            yield name, "One answer, please."
    for name, why in ballot.reasons.items():
        if len(why) > MAX_REASON:
            yield name, f"The reason has {len(why)} characters; the most is {MAX_REASON}."
