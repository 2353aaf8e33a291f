"""One person's ballot, asked for item by item. Nothing of it is kept before it is sealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.answers.ballot import Ballot
from advisor.answers.mistakes import reason_mistakes
from advisor.interview import ballot_prompts as prompts
from advisor.interview import steps
from advisor.interview.ballot_draft import BallotDraft
from advisor.interview.follow_up import tell_why
from advisor.interview.interview import ask
from advisor.interview.prompts import Aside, Asker, Typed
from advisor.interview.steps import InterviewStep, choose, raise_if_stopped
from advisor.wording.answers import DONT_KNOW
from advisor.workshop.plan import Plan
from rules.diagnostics import one_line
from rules.model import KnowledgeBase

if TYPE_CHECKING:  # before the first reveal there is no result, and nobody waits for it
    from advisor.wording.round_report import RoundReport


def take_ballot(
    kb: KnowledgeBase,
    plan: Plan,
    asker: Asker,
    before: Ballot | None = None,
    *,
    last: RoundReport | None = None,
    ending: Callable[[], bool] = lambda: False,
) -> Ballot | None:
    """The ballot of whoever sits at ``asker``; None where they leave without sealing one.

    ``before`` is what they start from, ``last`` the round revealed before, of which each item
    shows what the group said. Raises KeyboardInterrupt where the person stops and, asked whether
    they mean it, stops again; they are not asked once the program is ``ending``.
    """
    draft = BallotDraft(kb, plan, before or Ballot(), again=before is not None)
    return _BallotInterview(draft, asker, last, ending).run()


class _BallotInterview:
    """One ballot, step by step."""

    def __init__(
        self,
        draft: BallotDraft,
        asker: Asker,
        last: RoundReport | None,
        ending: Callable[[], bool],
    ) -> None:
        self._draft = draft
        self._asker = asker
        self._last = last
        self._ending = ending
        self._enough = False  # said by the person: on to the review

    def run(self) -> Ballot | None:
        step = self._next()
        while step not in (prompts.SEAL, prompts.LEAVE):
            step = self._step_after(step)
        return self._draft.to_seal() if step == prompts.SEAL else None

    # The order of steps

    def _next(self) -> InterviewStep:
        return steps.REVIEW if self._enough else self._draft.next_step()

    def _before(self, step: InterviewStep) -> InterviewStep | None:
        """Where Back leads: from what was chosen in the review, there. None at the first step."""
        if self._next() == steps.REVIEW:
            return steps.REVIEW
        order = self._draft.steps()
        index = order.index(step)
        return order[index - 1] if index else None

    def _step_after(self, step: InterviewStep) -> InterviewStep:
        """The step that follows, once this one was put to the person."""
        try:
            return self._review() if step == steps.REVIEW else self._take_step(step)
        except KeyboardInterrupt:
            if self._ending():
                raise
            return step if self._goes_on() else prompts.LEAVE

    def _take_step(self, step: InterviewStep) -> InterviewStep:
        earlier = self._before(step)
        back = frozenset() if earlier is None else frozenset({Aside.BACK})
        result = self._ask(step, back)
        if result is Aside.BACK:
            return earlier or step
        if isinstance(result, Ballot):
            self._draft = self._draft.after(step, result)
        else:
            self._enough = True
        return self._next()

    def _goes_on(self) -> bool:
        """Whether somebody who stopped did not mean it. Raises KeyboardInterrupt if they did."""
        return choose(self._asker, prompts.STOP_PROMPT) == steps.GO_ON

    # One step

    def _ask(self, step: InterviewStep, back: frozenset[Aside]) -> Ballot | Aside:
        """The ballot after one step; BACK, or ENOUGH when no more questions are wanted."""
        if step == steps.REASONS:
            return self._ask_reasons(back)
        if step == steps.NAME:
            return self._ask_name(back)
        if step in self._draft.plan.criteria:
            return self._ask_points(step, back)
        return self._ask_question(step, back)

    def _ask_question(self, name: str, back: frozenset[Aside]) -> Ballot | Aside:
        draft, question = self._draft, self._draft.kb.questions[name]
        question = replace(question, help=prompts.help_with_result(question.help, self._last, name))
        progress = draft.progress(name)
        sheet = ask(draft.kb, draft.sheet, self._asker, question, progress, back, tell_why)
        return sheet if isinstance(sheet, Aside) else draft.with_answer(name, sheet.answers[name])

    def _ask_points(self, criterion: str, back: frozenset[Aside]) -> Ballot | Aside:
        prompt = prompts.points_prompt(self._draft, criterion, self._last, back)
        match choose(self._asker, prompt):
            case Aside.UNKNOWN:
                return self._draft.with_points(criterion, None)
            case Aside() as aside:
                return aside
            case points:
                return self._draft.with_points(criterion, int(points))

    def _ask_reasons(self, back: frozenset[Aside]) -> Ballot | Aside:
        """A menu of what was said, until that is all. What was written stays on going back."""
        pointed = prompts.ALL
        while True:
            picked = choose(self._asker, prompts.reasons_prompt(self._draft, pointed, back))
            if isinstance(picked, Aside):
                return picked
            if picked == prompts.ALL:
                return self._draft.ballot
            self._draft = replace(self._draft, ballot=self._with_reason(picked))
            pointed = picked

    def _with_reason(self, item: str) -> Ballot:
        prompt = prompts.reason_prompt(self._draft, item)
        while True:
            match raise_if_stopped(self._asker.write(prompt)):
                case Typed(text):
                    reason = one_line(text)
                    mistakes = list(reason_mistakes(item, reason, self._draft.kb))
                    if not mistakes:
                        return self._draft.with_reason(item, reason)
                    sentences = [mistake.beside_item for mistake in mistakes]
                    self._asker.say("That reason is too long", sentences)
                    prompt = replace(prompt, initial=reason)
                case Aside.BACK:
                    return self._draft.ballot

    def _ask_name(self, back: frozenset[Aside]) -> Ballot | Aside:
        picked = choose(self._asker, prompts.name_prompt(self._draft, back))
        if isinstance(picked, Aside):
            return picked
        return replace(self._draft.ballot, named=picked == prompts.YES)

    def _review(self) -> InterviewStep:
        """SEAL, LEAVE, or the step that the person wants to go back to."""
        while True:
            picked = str(choose(self._asker, prompts.review_prompt(self._draft)))
            if picked == prompts.LEAVE and self._goes_on():
                continue
            if picked != prompts.SEAL or self._draft.to_seal().says_something:
                return picked
            self._asker.say(
                "There is nothing to seal",
                [f"All of it says “{DONT_KNOW}”: answer something, or leave without sealing."],
            )
