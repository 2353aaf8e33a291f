"""The interview: asks what is not answered yet, lets people go back, shows it all before the end.

It knows no terminal: an :class:`~advisor.asker.Asker` puts the prompts. Each answer is saved as
it is given, so that whatever happens to the process costs one answer at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from advisor.asker import (
    DONT_KNOW,
    Aside,
    Asker,
    Heading,
    Offer,
    Picked,
    Prompt,
    Reply,
    TextPrompt,
    Typed,
)
from advisor.sheet import MAX_TEXT, Sheet
from rules.answers import answer_mistakes
from rules.facts import certainly_applies, establish
from rules.model import UNKNOWN, KnowledgeBase, Question

# Steps that are no questions, and entries of menus. Names in a knowledge base hold no colon, so
# these cannot collide with the ids of questions and criteria.
RANKING, TITLE, REVIEW = ":ranking", ":title", ":review"
RECOMMEND, STOP_HERE, ENOUGH = ":recommend", ":stop", ":enough"
NOT_ASKED = "not asked"

Step: TypeAlias = str  # a question's id, or RANKING, TITLE, REVIEW
Save: TypeAlias = Callable[[Sheet], None]


def interview(kb: KnowledgeBase, sheet: Sheet, asker: Asker, save: Save) -> Sheet:
    """The sheet with everything asked that ``sheet`` does not answer yet.

    ``save`` is called with the sheet after each answer, choice of the ranking, and title. Raises
    KeyboardInterrupt when the person stops; all that was given is saved by then.
    """
    owed = _stages_owed(kb, sheet)
    enough = False
    step = _next_step(kb, sheet, owed)
    while True:
        if step == REVIEW:
            chosen = _review(kb, sheet, asker)
            if chosen == RECOMMEND:
                return sheet
            step = chosen
            continue
        all_given = _next_step(kb, sheet, owed, enough=enough) == REVIEW
        earlier = REVIEW if all_given else _step_before(kb, sheet, step)
        changed = _take(kb, sheet, asker, save, step, _going_back(earlier))
        if changed is Aside.BACK:
            step = earlier or step
            continue
        if isinstance(changed, Sheet):
            sheet = changed
            save(sheet)
            owed -= {step}
        else:
            enough = True
        step = _next_step(kb, sheet, owed, enough=enough)


def _take(
    kb: KnowledgeBase,
    sheet: Sheet,
    asker: Asker,
    save: Save,
    step: Step,
    back: frozenset[Aside],
) -> Sheet | Aside:
    """The sheet after one step; or BACK, or ENOUGH when no more questions are wanted."""
    if step == RANKING:
        return _rank(kb, sheet, asker, save, back)
    if step == TITLE:
        return _entitle(kb, sheet, asker, back)
    return _ask(kb, sheet, asker, kb.questions[step], back)


# The order of steps


def _stages_owed(kb: KnowledgeBase, sheet: Sheet) -> frozenset[Step]:
    ranked = sheet.priorities or len(kb.criteria) < 2
    return frozenset(stage for stage, done in ((RANKING, ranked), (TITLE, sheet.title)) if not done)


def _next_step(
    kb: KnowledgeBase, sheet: Sheet, owed: frozenset[Step], *, enough: bool = False
) -> Step:
    """The first thing not given yet. A changed answer may make an earlier question apply."""
    asked = [] if enough else _applicable(kb, sheet)
    unasked = (name for name in asked if name not in sheet.answers)
    stages = (stage for stage in (RANKING, TITLE) if stage in owed)
    return next(unasked, None) or next(stages, REVIEW)


def _step_before(kb: KnowledgeBase, sheet: Sheet, step: Step) -> Step | None:
    """Where Back leads on the way to the review: to the step before, if any."""
    stages = [RANKING, TITLE] if len(kb.criteria) > 1 else [TITLE]
    trail = [*_applicable(kb, sheet), *stages]
    place = trail.index(step)
    return trail[place - 1] if place else None


def _applicable(kb: KnowledgeBase, sheet: Sheet) -> list[str]:
    skipped = establish(kb, sheet.answers).not_applicable
    return [name for name in kb.questions if name not in skipped]


def _going_back(earlier: Step | None) -> frozenset[Aside]:
    return frozenset() if earlier is None else frozenset({Aside.BACK})


# One question


def _ask(
    kb: KnowledgeBase, sheet: Sheet, asker: Asker, question: Question, back: frozenset[Aside]
) -> Sheet | Aside:
    prompt = Prompt(
        ask=question.ask,
        offers=tuple(Offer(option.id, option.label, option.help) for option in question.options),
        help=question.help,
        section=kb.sections[question.section].title,
        progress=_progress(kb, sheet, question),
        before=sheet.answers.get(question.id, ()),
        asides=back | {Aside.UNKNOWN, Aside.WHY, Aside.ENOUGH},
    )
    put = asker.choose_many if question.multiple else asker.choose_one
    while True:
        match _heard(put(prompt)):
            case Picked(ids):
                mistakes = list(answer_mistakes(question, ids))
                if not mistakes:
                    in_order = (option.id for option in question.options if option.id in ids)
                    return sheet.with_answer(question.id, tuple(in_order) or (UNKNOWN,))
                asker.say("That is not an answer to this question", mistakes)
            case Aside.UNKNOWN:
                return sheet.with_answer(question.id, (UNKNOWN,))
            case Aside.WHY:
                _explain(kb, sheet, asker, question)
            case Aside.ENOUGH:
                return Aside.ENOUGH
            case Aside.BACK if back:
                return Aside.BACK


def _explain(kb: KnowledgeBase, sheet: Sheet, asker: Asker, question: Question) -> None:
    from advisor.why import reasons  # compiles the rules: only for those who ask

    asker.say(f"Why do we ask: {question.ask}", reasons(kb, sheet.answers, question))


def _heard(reply: Reply) -> Reply:
    if reply is Aside.STOP:
        raise KeyboardInterrupt
    return reply


def _progress(kb: KnowledgeBase, sheet: Sheet, question: Question) -> str:
    """Such as "3 of about 18": how many follow may hang on answers not given yet."""
    facts = establish(kb, sheet.answers)
    asked = _applicable(kb, sheet)
    certain = all(certainly_applies(kb.questions[name], facts) for name in asked)
    return f"{asked.index(question.id) + 1} of {'' if certain else 'about '}{len(asked)}"


# The ranking and the title


def _rank(
    kb: KnowledgeBase, sheet: Sheet, asker: Asker, save: Save, back: frozenset[Aside]
) -> Sheet | Aside:
    """Picks the most important criterion, then the next, until the person says it is enough."""
    before = sheet.priorities
    ranked: tuple[str, ...] = ()
    while len(ranked) < len(kb.criteria) - 1:
        can_go_back = back | {Aside.BACK} if ranked else back
        match _heard(asker.choose_one(_ranking_prompt(kb, ranked, before, can_go_back))):
            case Picked((criterion,)) if criterion in kb.criteria and criterion not in ranked:
                ranked += (criterion,)
                save(replace(sheet, priorities=ranked))
            case Picked((entry,)) if entry == ENOUGH:
                return replace(sheet, priorities=ranked)
            case Aside.BACK if ranked:
                ranked = ranked[:-1]
                save(replace(sheet, priorities=ranked))
            case Aside.BACK if back:
                save(sheet)  # who backs out of ranking keeps the ranking there was
                return Aside.BACK
    last = tuple(criterion for criterion in kb.criteria if criterion not in ranked)
    return replace(sheet, priorities=ranked + last)


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
            Offer(ENOUGH, enough),
            *(Offer(criterion.id, criterion.title, criterion.asks) for criterion in left),
        ),
        section="What matters",
        before=(before[len(ranked)],) if retraced else (ENOUGH,),
        asides=back,
    )


def _entitle(
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
        match _heard(asker.write(prompt)):
            case Typed(text):
                words = "".join(c if c.isprintable() else " " for c in text).split()
                title = " ".join(words)
                if len(title) <= MAX_TEXT:
                    return replace(sheet, title=title or fallback)
                asker.say("That title is too long", [f"At most {MAX_TEXT} characters, please."])
            case Aside.BACK if back:
                return Aside.BACK


def default_title(kb: KnowledgeBase) -> str:
    """Such as "Choose PyTorch or TensorFlow"."""
    *first, last = (alternative.title for alternative in kb.alternatives.values())
    return f"Choose {', '.join(first)} or {last}"


# The review


def _review(kb: KnowledgeBase, sheet: Sheet, asker: Asker) -> Step:
    """What to change, or RECOMMEND."""
    prompt = Prompt(
        ask="Your answers",
        help="Choose one to change it.",
        offers=tuple(_review_entries(kb, sheet)),
        before=(RECOMMEND,),
        passing=True,
    )
    known = {entry.id for entry in prompt.offers if isinstance(entry, Offer)}
    while True:
        match _heard(asker.choose_one(prompt)):
            case Picked((entry,)) if entry == STOP_HERE:
                raise KeyboardInterrupt
            case Picked((entry,)) if entry in known:
                return entry


def _review_entries(kb: KnowledgeBase, sheet: Sheet) -> Iterator[Offer | Heading]:
    # The ways out stand first: at the end of a long list they would be off the screen.
    yield Offer(RECOMMEND, "Get the recommendation")
    yield Offer(STOP_HERE, "Save and stop here")
    section = ""
    for name in _applicable(kb, sheet):
        question = kb.questions[name]
        if question.section != section:
            section = question.section
            yield Heading(kb.sections[section].title)
        given = sheet.answers.get(name)
        words = NOT_ASKED if given is None else _in_words(question, given)
        yield _review_entry(name, question.ask, words)
    yield Heading("The decision")
    if len(kb.criteria) > 1:
        yield _review_entry(RANKING, "What matters most", _ranking_in_words(kb, sheet))
    yield _review_entry(TITLE, "Title", sheet.title)
    aside = len(set(sheet.answers) & establish(kb, sheet.answers).not_applicable)
    if aside:
        subject = "1 answer no longer applies" if aside == 1 else f"{aside} answers no longer apply"
        yield Heading(f"{subject}; kept, but set aside")


def _review_entry(id: str, ask: str, value: str) -> Offer:
    # Rows are cut to the terminal's width; the help under the list shows the whole.
    return Offer(
        id, ask, help=f"{ask} {value}" if ask.endswith("?") else f"{ask}: {value}", value=value
    )


def _in_words(question: Question, given: tuple[str, ...]) -> str:
    if given == (UNKNOWN,):
        return DONT_KNOW
    return ", ".join(question.option(option).label for option in given)


def _ranking_in_words(kb: KnowledgeBase, sheet: Sheet) -> str:
    if not sheet.priorities:
        return "All equally"
    names = ", ".join(kb.criteria[name].title for name in sheet.priorities)
    return names if len(sheet.priorities) == len(kb.criteria) else f"{names}, then the others"
