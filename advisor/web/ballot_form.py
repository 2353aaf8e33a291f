"""A ballot out of the fields of its form, with what is wrong beside what it is wrong with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException

from advisor.answers.ballot import Ballot, points_in
from advisor.answers.mistakes import ballot_mistakes, points_mistakes
from advisor.web.form_data import Fields
from advisor.wording.answers import DONT_KNOW
from advisor.workshop.plan import Plan
from rules.answers import answer_mistakes
from rules.diagnostics import one_line
from rules.model import UNKNOWN, KnowledgeBase, Question

# The fields of the form: the beginning of the name, then the question or criterion.
ANSWER, POINTS, REASON = "answer.", "points.", "reason."
NAMED = "named"
OTHER_FIELDS = (NAMED, "token", "round", "name")
NO_POINTS = "-"


@dataclass(frozen=True)
class BallotForm:
    """What somebody filled in. ``mistakes`` is question or criterion -> a sentence."""

    ballot: Ballot = field(default_factory=Ballot)
    mistakes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered, not even with "I don't know"."""
        return not (self.ballot.answers or self.ballot.points)


def read_ballot(fields: Fields, plan: Plan, kb: KnowledgeBase) -> BallotForm:
    """What the form says. Raises HTTPException for fields and values that it does not have."""
    asked = {
        *(f"{ANSWER}{name}" for name in plan.questions),
        *(f"{POINTS}{name}" for name in plan.criteria),
        *(f"{REASON}{name}" for name in (*plan.questions, *plan.criteria)),
        *OTHER_FIELDS,
    }
    for name in fields.values:
        if name not in asked:
            raise HTTPException(400, f"Nobody asked for '{name[:60]}'.")
    answers = {
        name: _answer(kb.questions[name], options) for name, options in fields.starting(ANSWER)
    }
    points = {
        name: _points(name, values, kb)
        for name, values in fields.starting(POINTS)
        if values != (NO_POINTS,)
    }
    reasons = {
        name: one_line(fields.text(f"{REASON}{name}")) for name, _ in fields.starting(REASON)
    }
    ballot = Ballot(
        answers={name: answers[name] for name in plan.questions if name in answers},
        points={name: points[name] for name in plan.criteria if name in points},
        reasons={name: reason for name, reason in reasons.items() if reason},
        named=fields.text(NAMED) == "yes",
    )
    return BallotForm(ballot, _mistakes(ballot, kb))


def _answer(question: Question, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """The options in their order. Raises HTTPException for what is none, or is there twice."""
    options = [*(option.id for option in question.options), UNKNOWN]
    if any(option not in options for option in chosen) or len(set(chosen)) < len(chosen):
        sentence = next(answer_mistakes(question, chosen), "that is no answer")
        raise HTTPException(400, f"{sentence[:1].upper()}{sentence[1:200]}.")
    return tuple(option for option in options if option in chosen)


def _points(criterion: str, values: tuple[str, ...], kb: KnowledgeBase) -> int:
    points = points_in(", ".join(values))
    for mistake in points_mistakes(criterion, points, kb):
        raise HTTPException(400, mistake.beside_item)
    return int(points)


def _mistakes(ballot: Ballot, kb: KnowledgeBase) -> dict[str, str]:
    """What somebody can get wrong who fills in the form as it is: item -> sentences."""

    def label(question: str, option: str) -> str:
        known = option != UNKNOWN
        return f"“{kb.questions[question].option(option).label if known else DONT_KNOW}”"

    mistakes: dict[str, str] = {}
    for mistake in ballot_mistakes(ballot, kb, label):
        before = mistakes.get(mistake.item, "")
        mistakes[mistake.item] = f"{before} {mistake.beside_item}".strip()
    return mistakes
