"""The interview: asks what is not answered yet, lets people go back, shows it all before the end.

A guide of :mod:`~advisor.interview.next_question` says which question comes next, and when no more
are needed. No terminal is known here: an :class:`~advisor.interview.prompts.Asker` puts the
prompts. Each answer is saved as it is given, so that whatever happens to the process costs one
answer at most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from advisor.answers.sheet import MAX_TEXT, Sheet
from advisor.interview import steps
from advisor.interview.next_question import InOrder, Settled
from advisor.interview.prompts import Aside, Asker, Offer, Picked, Prompt, TextPrompt, Typed
from advisor.interview.steps import InterviewStep, applicable, choose, raise_if_stopped
from rules.answers import answer_mistakes
from rules.diagnostics import one_line
from rules.model import UNKNOWN, KnowledgeBase, Question

Save: TypeAlias = Callable[[Sheet], None]
Explain: TypeAlias = Callable[[KnowledgeBase, Sheet, Asker, Question], None]


def interview(
    kb: KnowledgeBase, sheet: Sheet, asker: Asker, save: Save, guide: InOrder | None = None
) -> Sheet:
    """The sheet with everything asked that ``sheet`` does not answer yet.

    ``guide`` puts the questions in order, by default that of the knowledge base. ``save`` is
    called with the sheet after each answer, choice of the ranking, and title. Raises
    KeyboardInterrupt when the person stops; all that was given is saved by then.
    """
    return _Interview(kb, sheet, asker, save, guide or InOrder()).run()


class _Interview:
    """One interview, step by step."""

    def __init__(
        self, kb: KnowledgeBase, sheet: Sheet, asker: Asker, save: Save, guide: InOrder
    ) -> None:
        self._kb = kb
        self._sheet = sheet
        self._asker = asker
        self._save = save
        self._guide = guide
        self._owed = _stages_owed(kb, sheet)
        self._trail = [name for name in applicable(kb, sheet) if name in sheet.answers]
        self._enough = False  # said by the person: no more questions
        self._skips = False  # as long as they can change nothing, questions are skipped
        self._offered = False  # to skip them, once
        self._settled: Settled | None = None  # by the answers as they were last looked at

    def run(self) -> Sheet:
        step = self._next()
        while step != steps.RECOMMEND:
            if step == steps.REVIEW:
                step = steps.review(self._kb, self._sheet, self._asker)
            else:
                step = self._take_step(step)
        return self._sheet

    def _take_step(self, step: InterviewStep) -> InterviewStep:
        """The step that follows, once this one was put to the person."""
        earlier = self._before(step)
        back = frozenset() if earlier is None else frozenset({Aside.BACK})
        result = self._ask(step, back)
        if result is Aside.BACK:
            return earlier or step
        if isinstance(result, Sheet):
            self._sheet = result
            self._save(result)
            self._owed -= {step}
            if step not in self._trail:
                self._trail.append(step)
        elif result is Aside.ENOUGH:
            self._enough = True
        return self._next()

    def _ask(self, step: InterviewStep, back: frozenset[Aside]) -> Sheet | Aside | None:
        """The sheet after one step; BACK, or ENOUGH when no more questions are wanted; None for
        a step that changes no sheet.
        """
        if step == steps.SETTLED:
            return self._offer_to_skip(back)
        if step == steps.RANKING:
            return _ask_ranking(self._kb, self._sheet, self._asker, self._save, back)
        if step == steps.TITLE:
            return _ask_title(self._kb, self._sheet, self._asker, back)
        question = self._kb.questions[step]
        return ask(self._kb, self._sheet, self._asker, question, self._progress(step), back)

    def _progress(self, question: str) -> str:
        """Such as "3 of about 18": which question of this interview it is."""
        questions = applicable(self._kb, self._sheet)
        asked = [name for name in self._trail if name in questions]
        place = (asked.index(question) if question in asked else len(asked)) + 1
        answers, total = self._sheet.answers, len(questions)
        return steps.progress(self._kb, answers, questions, place=place, total=total)

    # The order of steps

    def _next(self) -> InterviewStep:
        """The first thing not given yet. A changed answer may make an earlier question apply."""
        unasked = self._unasked()
        if unasked and (self._skips or not self._offered) and self._sheet.answers:
            self._settled = self._guide.settled(self._sheet)
            if self._settled is None:
                self._skips = self._offered = False  # the ranking may have opened it again
            elif self._skips:
                unasked = []
            else:
                return steps.SETTLED
        if unasked:
            return self._guide.choose(self._sheet, unasked)
        stages = (stage for stage in (steps.RANKING, steps.TITLE) if stage in self._owed)
        return next(stages, steps.REVIEW)

    def _unasked(self) -> list[str]:
        asked = [] if self._enough else applicable(self._kb, self._sheet)
        return [name for name in asked if name not in self._sheet.answers]

    def _before(self, step: InterviewStep) -> InterviewStep | None:
        """Where Back leads: to the step before this one; from what was chosen in the review, there.

        None at the first step.
        """
        nothing_left = not self._unasked() and not self._owed
        if nothing_left or (self._skips and not self._owed):
            return steps.REVIEW
        possible = {*applicable(self._kb, self._sheet), steps.RANKING, steps.TITLE}
        trail = [earlier for earlier in self._trail if earlier in possible]
        if step in trail:
            trail = trail[: trail.index(step)]
        return trail[-1] if trail else None

    def _offer_to_skip(self, back: frozenset[Aside]) -> Aside | None:
        assert self._settled is not None  # or this would not be the next step
        left = len(self._unasked())
        prompt = _skipping_prompt(self._settled, left, ranks=steps.RANKING in self._owed, back=back)
        picked = choose(self._asker, prompt)
        if isinstance(picked, Aside):
            return picked
        self._offered, self._skips = True, picked == steps.SKIP
        return None


def _skipping_prompt(settled: Settled, left: int, *, ranks: bool, back: frozenset[Aside]) -> Prompt:
    single = left == 1
    which = "1 question is left; it cannot" if single else f"{left} questions left; none can"
    help = ["By written knowledge: what it rests on is tried before anything is recommended."]
    if settled.advice:
        pieces = "a piece" if settled.advice == 1 else f"up to {settled.advice} pieces"
        help.append(f"More answers could still bring {pieces} of advice.")
    if ranks:
        help.append("You rank what matters next; if that opens it again, the questions come back.")
    return Prompt(
        ask=f"{which} change this: {settled.outcome}.",
        help=" ".join(help),
        offers=(
            Offer(steps.SKIP, "Leave it out" if single else "Leave them out"),
            Offer(steps.GO_ON, "Answer it all the same" if single else "Answer them all the same"),
        ),
        section="So far",
        asides=back,
        passing=True,
    )


def _stages_owed(kb: KnowledgeBase, sheet: Sheet) -> frozenset[InterviewStep]:
    ranked = sheet.priorities or sheet.points or sheet.workshop or len(kb.criteria) < 2
    return frozenset(
        stage for stage, done in ((steps.RANKING, ranked), (steps.TITLE, sheet.title)) if not done
    )


# One question


def ask(
    kb: KnowledgeBase,
    sheet: Sheet,
    asker: Asker,
    question: Question,
    progress: str,
    back: frozenset[Aside],
    explain: Explain | None = None,
) -> Sheet | Aside:
    """The sheet with the answer to ``question``; BACK, or ENOUGH when no more are wanted.

    ``progress`` says where in the interview this is, ``back`` is BACK where there is a way back;
    ``explain`` answers who asks why. Raises KeyboardInterrupt when the person stops.
    """
    prompt = Prompt(
        ask=question.ask,
        offers=tuple(Offer(option.id, option.label, option.help) for option in question.options),
        help=question.help,
        section=kb.sections[question.section].title,
        progress=progress,
        before=sheet.answers.get(question.id, ()),
        asides=back | {Aside.UNKNOWN, Aside.WHY, Aside.ENOUGH},
    )
    put = asker.choose_many if question.multiple else asker.choose_one
    while True:
        match raise_if_stopped(put(prompt)):
            case Picked(ids):
                mistakes = list(answer_mistakes(question, ids))
                if not mistakes:
                    in_order = (option.id for option in question.options if option.id in ids)
                    return sheet.with_answer(question.id, tuple(in_order) or (UNKNOWN,))
                asker.say("That is not an answer to this question", mistakes)
            case Aside.UNKNOWN:
                return sheet.with_answer(question.id, (UNKNOWN,))
            case Aside.WHY:
                (explain or _explain)(kb, sheet, asker, question)
            case Aside.ENOUGH:
                return Aside.ENOUGH
            case Aside.BACK if back:
                return Aside.BACK


def _explain(kb: KnowledgeBase, sheet: Sheet, asker: Asker, question: Question) -> None:
    from advisor.interview.follow_up import question_meanwhile  # only for those who ask

    if question_meanwhile(kb, sheet, asker, question) is Aside.STOP:
        raise KeyboardInterrupt


# The ranking and the title


def _ask_ranking(
    kb: KnowledgeBase, sheet: Sheet, asker: Asker, save: Save, back: frozenset[Aside]
) -> Sheet | Aside:
    """Picks the most important criterion, then the next, until the person says it is enough."""
    before = sheet.priorities
    ranked: tuple[str, ...] = ()
    while len(ranked) < len(kb.criteria) - 1:
        can_go_back = back | {Aside.BACK} if ranked else back
        picked = choose(asker, _ranking_prompt(kb, ranked, before, can_go_back))
        if picked == steps.ENOUGH:
            return sheet.with_ranking(ranked)
        if picked is Aside.BACK and not ranked:
            save(sheet)  # who backs out of ranking keeps the ranking there was
            return Aside.BACK
        ranked = ranked[:-1] if isinstance(picked, Aside) else (*ranked, picked)
        save(sheet.with_ranking(ranked))
    last = tuple(criterion for criterion in kb.criteria if criterion not in ranked)
    return sheet.with_ranking(ranked + last)


def _ranking_prompt(
    kb: KnowledgeBase, ranked: tuple[str, ...], before: tuple[str, ...], back: frozenset[Aside]
) -> Prompt:
    retraced = ranked == before[: len(ranked)] and len(ranked) < len(before)
    enough = "That is enough: the others follow, equal" if ranked else "They all matter equally"
    left = (kb.criteria[name] for name in kb.criteria if name not in ranked)
    return Prompt(
        ask="And which matters next?" if ranked else "Which of these matters most to you?",
        help="" if ranked else "Name as many as you like, one after the other.",
        offers=(
            Offer(steps.ENOUGH, enough),
            *(Offer(criterion.id, criterion.title, criterion.asks) for criterion in left),
        ),
        section="What matters",
        before=(before[len(ranked)],) if retraced else (steps.ENOUGH,),
        asides=back,
    )


def _ask_title(
    kb: KnowledgeBase, sheet: Sheet, asker: Asker, back: frozenset[Aside]
) -> Sheet | Aside:
    fallback = default_title(kb)
    prompt = TextPrompt(
        ask="What shall this decision be called?",
        help="The title of the decision record.",
        fallback=fallback,
        initial=sheet.title,
        section="The decision",
        asides=back,
    )
    while True:
        match raise_if_stopped(asker.write(prompt)):
            case Typed(text):
                title = one_line(text)
                if len(title) <= MAX_TEXT:
                    return replace(sheet, title=title or fallback)
                asker.say("That title is too long", [f"At most {MAX_TEXT} characters, please."])
            case Aside.BACK if back:
                return Aside.BACK


def default_title(kb: KnowledgeBase) -> str:
    """Such as "Choose PyTorch or TensorFlow"."""
    *first, last = (alternative.title for alternative in kb.alternatives.values())
    return f"Choose {', '.join(first)} or {last}"
