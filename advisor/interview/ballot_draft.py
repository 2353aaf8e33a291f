"""A ballot that is being filled in: which steps there are, and what was said at each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from advisor.answers.ballot import Ballot
from advisor.answers.sheet import Sheet
from advisor.interview.steps import NAME, REASONS, REVIEW, InterviewStep, applicable, progress
from advisor.workshop.plan import Plan
from rules.model import UNKNOWN, KnowledgeBase


@dataclass(frozen=True)
class BallotDraft:
    """A ballot so far. ``asked`` are the steps done; ``again``: it began with an earlier ballot."""

    kb: KnowledgeBase
    plan: Plan
    ballot: Ballot
    again: bool
    asked: frozenset[InterviewStep] = frozenset()

    @property
    def sheet(self) -> Sheet:
        """What is known and what was said so far, for whoever asks why."""
        answers = {**self.plan.known, **self.ballot.answers}
        return Sheet(answers=answers, points=self.ballot.points)

    def questions(self) -> list[str]:
        """The questions voted on that may still matter."""
        may_matter = applicable(self.kb, self.sheet)
        return [name for name in self.plan.questions if name in may_matter]

    def items_said(self) -> list[str]:
        """The items that are answered with more than "I don't know"."""
        answers, points = self.ballot.answers, self.ballot.points
        said = [name for name in self.questions() if answers.get(name, (UNKNOWN,)) != (UNKNOWN,)]
        return said + [name for name in self.plan.criteria if name in points]

    def steps(self) -> list[InterviewStep]:
        reasons = [REASONS] if self.items_said() else []
        return [*self.questions(), *self.plan.criteria, *reasons, NAME]

    def next_step(self) -> InterviewStep:
        """The first thing not asked yet. A changed answer may make an earlier question apply."""
        return next((step for step in self.steps() if step not in self.asked), REVIEW)

    def was_asked(self, criterion: str) -> bool:
        """Whether no points for it mean that the person has none to give."""
        return self.again or criterion in self.asked

    def progress(self, step: InterviewStep) -> str:
        """Such as "3 of about 14"."""
        questions = self.questions()
        items = [*questions, *self.plan.criteria]
        place = items.index(step) + 1
        return progress(self.kb, self.sheet.answers, questions, place=place, total=len(items))

    def with_answer(self, question: str, options: tuple[str, ...]) -> Ballot:
        answers = {**self.ballot.answers, question: options}
        ordered = {name: answers[name] for name in self.plan.questions if name in answers}
        return replace(self.ballot, answers=ordered)

    def with_points(self, criterion: str, points: int | None) -> Ballot:
        """The ballot with these points, or none, for the criterion."""
        changed = {**self.ballot.points, criterion: points}
        ordered = ((name, changed.get(name)) for name in self.plan.criteria)
        stated = {name: points for name, points in ordered if points is not None}
        return replace(self.ballot, points=stated)

    def with_reason(self, item: str, reason: str) -> Ballot:
        reasons = {**self.ballot.reasons, item: reason}
        return replace(self.ballot, reasons={name: why for name, why in reasons.items() if why})

    def after(self, step: InterviewStep, ballot: Ballot) -> BallotDraft:
        """The draft once ``step`` came to ``ballot``. A reason given for something else goes."""
        asked = self.asked | {step}
        before = self.ballot.answers.get(step), self.ballot.points.get(step)
        now = ballot.answers.get(step), ballot.points.get(step)
        if before != now and step in ballot.reasons:
            reasons = {item: why for item, why in ballot.reasons.items() if item != step}
            ballot, asked = replace(ballot, reasons=reasons), asked - {REASONS}
        return replace(self, ballot=ballot, asked=asked)

    def to_seal(self) -> Ballot:
        """The ballot without what no longer applies."""
        said = set(self.items_said())
        may_matter = {*self.questions(), *self.plan.criteria}
        ballot = self.ballot
        return Ballot(
            {name: options for name, options in ballot.answers.items() if name in may_matter},
            {name: points for name, points in ballot.points.items() if name in may_matter},
            {name: reason for name, reason in ballot.reasons.items() if name in said},
            ballot.named,
        )
