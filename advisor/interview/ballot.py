"""One person's ballot, asked for item by item. Nothing of it is kept before it is sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from textwrap import shorten
from typing import TYPE_CHECKING, TypeAlias

from advisor.answers.ballot import MAX_REASON, Ballot
from advisor.answers.points import LEAST_POINTS, MEANINGS, MOST_POINTS
from advisor.answers.sheet import Sheet
from advisor.interview.follow_up import tell_why
from advisor.interview.interview import ask
from advisor.interview.prompts import (
    Aside,
    Asker,
    Heading,
    Offer,
    Picked,
    Prompt,
    TextPrompt,
    Typed,
)
from advisor.interview.review import in_words
from advisor.interview.steps import GO_ON, NOT_ASKED, REVIEW, InterviewStep, applicable, heard
from advisor.wording.recommendation import DONT_KNOW
from advisor.workshop.plan import Plan
from rules.diagnostics import one_line
from rules.inference.facts import certainly_applies, establish
from rules.model import UNKNOWN, Criterion, KnowledgeBase

if TYPE_CHECKING:  # before the first reveal there is no picture, and nobody waits for it
    from advisor.workshop.round_result import RoundResult

# Steps that are no items, and entries of menus; names in a knowledge base hold no colon.
REASONS, NAME = ":reasons", ":name"
SEAL, LEAVE, ALL = ":seal", ":leave", ":all"
YES, NO = "yes", "no"

BALLOT, MATTERS = "Your ballot", "What matters"
MIDDLE = str((LEAST_POINTS + MOST_POINTS) // 2)
WITH_REASON = "with a reason"
SHOWN = 160  # characters of a reason beside a menu

Back: TypeAlias = frozenset[Aside]


def take_ballot(
    kb: KnowledgeBase,
    plan: Plan,
    asker: Asker,
    before: Ballot | None = None,
    *,
    last: RoundResult | None = None,
    ending: Callable[[], bool] = lambda: False,
) -> Ballot | None:
    """The ballot of whoever sits at ``asker``; None where they leave without sealing one.

    ``before`` is what they start from, ``last`` the round revealed before, of which each item
    shows what the group said. Raises KeyboardInterrupt where the person stops and, asked whether
    they mean it, stops again; they are not asked once the program is ``ending``.
    """
    return _Taking(kb, plan, asker, before, last, ending).held()


class _Taking:
    """One ballot, step by step."""

    def __init__(
        self,
        kb: KnowledgeBase,
        plan: Plan,
        asker: Asker,
        before: Ballot | None,
        last: RoundResult | None,
        ending: Callable[[], bool],
    ) -> None:
        self._kb = kb
        self._plan = plan
        self._asker = asker
        self._ballot = before or Ballot()
        self._again = before is not None
        self._last = last
        self._ending = ending
        self._done: set[InterviewStep] = set()
        self._enough = False  # said by the person: on to the review

    def held(self) -> Ballot | None:
        step = self._next()
        while step not in (SEAL, LEAVE):
            step = self._after(step)
        return self._sealed() if step == SEAL else None

    def _sealed(self) -> Ballot:
        """The ballot without what no longer applies."""
        said = set(self._said())
        asked = {*self._questions(), *self._plan.criteria}
        return Ballot(
            {name: given for name, given in self._ballot.answers.items() if name in asked},
            {name: points for name, points in self._ballot.points.items() if name in asked},
            {name: why for name, why in self._ballot.reasons.items() if name in said},
            self._ballot.named,
        )

    # The order of steps

    def _questions(self) -> list[str]:
        there = applicable(self._kb, self._sheet())
        return [name for name in self._plan.questions if name in there]

    def _said(self) -> list[str]:
        """The items that are answered with more than "I don't know"."""
        answers, points = self._ballot.answers, self._ballot.points
        said = [name for name in self._questions() if answers.get(name, (UNKNOWN,)) != (UNKNOWN,)]
        return said + [name for name in self._plan.criteria if name in points]

    def _steps(self) -> list[InterviewStep]:
        reasons = [REASONS] if self._said() else []
        return [*self._questions(), *self._plan.criteria, *reasons, NAME]

    def _next(self) -> InterviewStep:
        """The first thing not asked yet. A changed answer may make an earlier question apply."""
        if self._enough:
            return REVIEW
        return next((step for step in self._steps() if step not in self._done), REVIEW)

    def _before(self, step: InterviewStep) -> InterviewStep | None:
        """Where Back leads: from what was chosen in the review, there. None at the first step."""
        if self._next() == REVIEW:
            return REVIEW
        steps = self._steps()
        place = steps.index(step)
        return steps[place - 1] if place else None

    def _after(self, step: InterviewStep) -> InterviewStep:
        """The step that follows, once this one was put to the person."""
        try:
            return self._review() if step == REVIEW else self._put(step)
        except KeyboardInterrupt:
            if self._ending():
                raise
            return step if self._stays() else LEAVE

    def _put(self, step: InterviewStep) -> InterviewStep:
        earlier = self._before(step)
        back = frozenset() if earlier is None else frozenset({Aside.BACK})
        given = self._asked(step, back)
        if given is Aside.BACK:
            return earlier or step
        if isinstance(given, Ballot):
            self._keep(step, given)
        else:
            self._enough = True
        return self._next()

    def _keep(self, step: InterviewStep, ballot: Ballot) -> None:
        told = [(b.answers.get(step), b.points.get(step)) for b in (self._ballot, ballot)]
        self._ballot = ballot
        self._done.add(step)
        if told[0] != told[1] and step in ballot.reasons:
            kept = {item: why for item, why in ballot.reasons.items() if item != step}
            self._ballot = replace(ballot, reasons=kept)  # it was the reason for something else
            self._done.discard(REASONS)

    def _stays(self) -> bool:
        """Whether somebody who stopped did not mean it. Raises KeyboardInterrupt if they did."""
        prompt = Prompt(
            ask="Stop here?",
            help="Nothing of your ballot is sealed yet, and nothing of it would be kept.",
            offers=(
                Offer(GO_ON, "No, go on where I was"),
                Offer(LEAVE, "Yes, throw my answers away"),
            ),
            section=BALLOT,
            before=(GO_ON,),
            passing=True,
        )
        return self._picked(prompt) == GO_ON

    # The steps

    def _asked(self, step: InterviewStep, back: Back) -> Ballot | Aside:
        """The ballot after one step; BACK, or ENOUGH when no more questions are wanted."""
        if step == REASONS:
            return self._ask_reasons(back)
        if step == NAME:
            return self._ask_name(back)
        if step in self._plan.criteria:
            return self._ask_points(self._kb.criteria[step], back)
        question = self._kb.questions[step]
        shown = replace(question, help=_joined(question.help, self._said_last(step)))
        progress = self._progress(step)
        sheet = ask(self._kb, self._sheet(), self._asker, shown, progress, back, tell_why)
        return sheet if isinstance(sheet, Aside) else self._with_answer(step, sheet.answers[step])

    def _sheet(self) -> Sheet:
        """What is known and what was said so far, for whoever asks why."""
        answers = {**self._plan.known, **self._ballot.answers}
        return Sheet(answers=answers, points=self._ballot.points)

    def _with_answer(self, question: str, given: tuple[str, ...]) -> Ballot:
        every = {**self._ballot.answers, question: given}
        ordered = {name: every[name] for name in self._plan.questions if name in every}
        return replace(self._ballot, answers=ordered)

    def _with_points(self, criterion: str, points: int | None) -> Ballot:
        every = {**self._ballot.points, criterion: points}
        ordered = ((name, every.get(name)) for name in self._plan.criteria)
        given = {name: points for name, points in ordered if points is not None}
        return replace(self._ballot, points=given)

    def _progress(self, step: InterviewStep) -> str:
        """Such as "3 of about 14": how many follow may hang on answers not given yet."""
        facts = establish(self._kb, self._sheet().answers)
        questions = self._questions()
        certain = all(certainly_applies(self._kb.questions[name], facts) for name in questions)
        items = [*questions, *self._plan.criteria]
        return f"{items.index(step) + 1} of {'' if certain else 'about '}{len(items)}"

    def _ask_points(self, criterion: Criterion, back: Back) -> Ballot | Aside:
        given = self._ballot.points.get(criterion.id)
        skipped = given is None and self._was_put(criterion.id)
        prompt = Prompt(
            ask=f"{criterion.title}: how much does it matter?",
            help=_joined(criterion.asks, self._said_last(criterion.id)),
            offers=tuple(self._scale(criterion.id)),
            section=MATTERS,
            progress=self._progress(criterion.id),
            before=(UNKNOWN if skipped else MIDDLE if given is None else str(given),),
            asides=back | {Aside.UNKNOWN, Aside.ENOUGH},
        )
        known = {offer.id for offer in prompt.offers if isinstance(offer, Offer)}
        while True:
            match heard(self._asker.choose_one(prompt)):
                case Picked((points,)) if points in known:
                    return self._with_points(criterion.id, int(points))
                case Aside.UNKNOWN:
                    return self._with_points(criterion.id, None)
                case Aside.BACK if back:
                    return Aside.BACK
                case Aside.ENOUGH:
                    return Aside.ENOUGH

    def _scale(self, criterion: str) -> Iterator[Offer]:
        """The points to choose from, the most first, each with how many chose it last."""
        spreads = self._last.criteria if self._last else ()
        given = next((one.points for one in spreads if one.id == criterion), ())
        for points in range(MOST_POINTS, LEAST_POINTS - 1, -1):
            people = given.count(points)
            told = f"{people} {'person' if people == 1 else 'people'}" if people else ""
            yield Offer(str(points), f"{points}  {MEANINGS.get(points, '')}".rstrip(), value=told)

    def _said_last(self, item: str) -> str:
        """What the group said of it in the round before; empty in the first."""
        if self._last is None:
            return ""
        from advisor.wording.workshop import said_last

        return said_last(self._last, item)

    def _ask_reasons(self, back: Back) -> Ballot | Aside:
        """A menu of what was said, until that is all. What was written stays on going back."""
        pointed = ALL
        while True:
            prompt = Prompt(
                ask="Say why, for any of them",
                help="Reasons are what changes minds: the group reads them, without your name "
                "unless you want it there.",
                offers=(
                    Offer(ALL, "That is all"),
                    *(self._entry(item) for item in self._said()),
                ),
                section=BALLOT,
                before=(pointed,),
                asides=back,
                passing=True,
            )
            picked = self._picked(prompt)
            if picked is Aside.BACK:
                return Aside.BACK
            if picked == ALL:
                return self._ballot
            self._ballot = self._with_reason(str(picked))
            pointed = str(picked)

    def _with_reason(self, item: str) -> Ballot:
        prompt = TextPrompt(
            ask=f"{self._told(item)}. Why?",
            fallback="no reason",
            initial=self._ballot.reasons.get(item, ""),
            section=BALLOT,
            asides=frozenset({Aside.BACK}),
        )
        while True:
            match heard(self._asker.write(prompt)):
                case Typed(text) if len(one_line(text)) > MAX_REASON:
                    self._asker.say(
                        "That reason is too long", [f"At most {MAX_REASON} characters, please."]
                    )
                    prompt = replace(prompt, initial=one_line(text))
                case Typed(text):
                    every = {**self._ballot.reasons, item: one_line(text)}
                    kept = {name: why for name, why in every.items() if why}
                    return replace(self._ballot, reasons=kept)
                case Aside.BACK:
                    return self._ballot

    def _ask_name(self, back: Back) -> Ballot | Aside:
        prompt = Prompt(
            ask="May your name stand by your answers in the record?",
            help="Your answers are shown and kept either way; with a No, not whose they are.",
            offers=(Offer(NO, "No"), Offer(YES, "Yes")),
            section=BALLOT,
            before=(YES if self._ballot.named else NO,),
            asides=back,
        )
        picked = self._picked(prompt)
        return picked if isinstance(picked, Aside) else replace(self._ballot, named=picked == YES)

    # The review

    def _review(self) -> InterviewStep:
        """SEAL, LEAVE, or the step that the person wants to go back to."""
        prompt = Prompt(
            ask="Seal it?",
            help="Sealed, it is shown to nobody before all are revealed. Choose an answer to "
            "change it.",
            offers=tuple(self._entries()),
            section=BALLOT,
            before=(SEAL,),
            passing=True,
        )
        while True:
            picked = str(self._picked(prompt))
            if picked == LEAVE and self._stays():
                continue
            if picked != SEAL or self._sealed().says_something:
                return picked
            self._asker.say(
                "There is nothing to seal",
                [f"All of it says “{DONT_KNOW}”: answer something, or leave without sealing."],
            )

    def _entries(self) -> Iterator[Offer | Heading]:
        # The ways out stand first: at the end of a long list they would be off the screen.
        yield Offer(SEAL, "Seal it")
        yield Offer(LEAVE, "Leave without sealing")
        section = ""
        for name in self._questions():
            if self._kb.questions[name].section != section:
                section = self._kb.questions[name].section
                yield Heading(self._kb.sections[section].title)
            yield self._entry(name)
        if self._plan.criteria:
            yield Heading(MATTERS)
        for name in self._plan.criteria:
            yield self._entry(name)
        yield Heading("Beside it")
        if self._said():
            written = len(self._sealed().reasons)
            yield Offer(REASONS, "Reasons", value=f"{written} written" if written else "none")
        yield Offer(NAME, "Your name in the record", value="yes" if self._ballot.named else "no")

    def _entry(self, item: str) -> Offer:
        """An item with what was said of it, and whether a reason was given."""
        title, value = self._title(item), self._value(item)
        why = self._ballot.reasons.get(item, "")
        # Rows are cut to the terminal's width; the help under the list shows the whole.
        help = f"{self._told(item)}." + (
            f" Why: {shorten(why, SHOWN, placeholder=' …')}" if why else ""
        )
        return Offer(item, title, help=help, value=f"{value}, {WITH_REASON}" if why else value)

    def _told(self, item: str) -> str:
        title = self._title(item)
        return f"{title}{'' if title.endswith('?') else ':'} {self._value(item)}"

    def _title(self, item: str) -> str:
        if item in self._plan.criteria:
            return self._kb.criteria[item].title
        return self._kb.questions[item].ask

    def _value(self, item: str) -> str:
        if item in self._plan.criteria:
            points = self._ballot.points.get(item)
            if points is not None:
                return f"{points} {'point' if points == 1 else 'points'}"
            return DONT_KNOW if self._was_put(item) else NOT_ASKED
        given = self._ballot.answers.get(item)
        return NOT_ASKED if given is None else in_words(self._kb.questions[item], given)

    def _was_put(self, criterion: str) -> bool:
        """Whether no points for it mean that the person has none to give."""
        return self._again or criterion in self._done

    def _picked(self, prompt: Prompt) -> str | Aside:
        """The one offer that was chosen, or BACK where the prompt allows it."""
        known = {offer.id for offer in prompt.offers if isinstance(offer, Offer)}
        while True:
            match heard(self._asker.choose_one(prompt)):
                case Picked((entry,)) if entry in known:
                    return entry
                case Aside.BACK if Aside.BACK in prompt.asides:
                    return Aside.BACK


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
