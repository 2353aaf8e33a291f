"""The steps of an interview, what they share, and the review that leads back to each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TypeAlias

from advisor.answers.sheet import Sheet
from advisor.interview.prompts import Aside, Asker, Heading, Offer, Picked, Prompt, Reply
from advisor.wording.answers import DONT_KNOW
from rules.answers import Answers
from rules.inference.facts import applies, establish
from rules.model import UNKNOWN, KnowledgeBase

# Steps that are no questions, and entries of menus. Names in a knowledge base hold no colon, so
# these cannot collide with the ids of questions and criteria.
SETTLED, RANKING, TITLE, REVIEW = ":settled", ":ranking", ":title", ":review"
RECOMMEND, STOP_HERE, ENOUGH = ":recommend", ":stop", ":enough"
SKIP, GO_ON = ":skip", ":go-on"
REASONS, NAME = ":reasons", ":name"  # of a ballot
NOT_ASKED = "not asked"

InterviewStep: TypeAlias = str  # a question's id, or SETTLED, RANKING, TITLE, REVIEW


def raise_if_stopped(reply: Reply) -> Reply:
    """The reply, unless it is to stop: raises KeyboardInterrupt then."""
    if reply is Aside.STOP:
        raise KeyboardInterrupt
    return reply


def choose(asker: Asker, prompt: Prompt) -> str | Aside:
    """The id of the offer that was chosen, or an aside that the prompt allows.

    Asks again after any other reply. Raises KeyboardInterrupt where the person stops.
    """
    known = {offer.id for offer in prompt.offers if isinstance(offer, Offer)}
    while True:
        match raise_if_stopped(asker.choose_one(prompt)):
            case Picked((entry,)) if entry in known:
                return entry
            case Aside() as aside if aside in prompt.asides:
                return aside


def progress(
    kb: KnowledgeBase, answers: Answers, questions: Iterable[str], *, place: int, total: int
) -> str:
    """Such as "3 of about 18": how many follow may hang on answers not given yet."""
    facts = establish(kb, answers)
    certain = all(applies(kb.questions[name], facts) for name in questions)
    return f"{place} of {'' if certain else 'about '}{total}"


def applicable(kb: KnowledgeBase, sheet: Sheet) -> list[str]:
    """The questions that may still matter, in the order of the knowledge base."""
    skipped = establish(kb, sheet.answers).not_applicable
    return [name for name in kb.questions if name not in skipped]


def review(kb: KnowledgeBase, sheet: Sheet, asker: Asker) -> InterviewStep:
    """What to change, or RECOMMEND."""
    prompt = Prompt(
        ask="Your answers",
        help="Choose one to change it.",
        offers=tuple(_review_entries(kb, sheet)),
        before=(RECOMMEND,),
        passing=True,
    )
    entry = str(choose(asker, prompt))
    if entry == STOP_HERE:
        raise KeyboardInterrupt
    return entry


def _review_entries(kb: KnowledgeBase, sheet: Sheet) -> Iterator[Offer | Heading]:
    # The ways out stand first: at the end of a long list they would be off the screen.
    yield Offer(RECOMMEND, "Get the recommendation")
    yield Offer(STOP_HERE, "Save and stop here")

    def entry(name: str) -> Offer:
        return _entry(name, kb.questions[name].ask, answer_in_words(kb, sheet.answers, name))

    yield from by_section(kb, applicable(kb, sheet), entry)
    yield Heading("The decision")
    if len(kb.criteria) > 1:
        yield _entry(RANKING, "What matters most", _ranking_in_words(kb, sheet))
    yield _entry(TITLE, "Title", sheet.title)
    aside = len(set(sheet.answers) & establish(kb, sheet.answers).not_applicable)
    if aside:
        subject = "1 answer no longer applies" if aside == 1 else f"{aside} answers no longer apply"
        yield Heading(f"{subject}; kept, but set aside")


def _entry(id: str, ask: str, value: str) -> Offer:
    # Rows are cut to the terminal's width; the help under the list shows the whole.
    return Offer(id, ask, help=with_value(ask, value), value=value)


def by_section(
    kb: KnowledgeBase, questions: Iterable[str], entry: Callable[[str], Offer]
) -> Iterator[Offer | Heading]:
    """The entries of these questions, each section's under its title."""
    for section, names in groupby(questions, key=lambda name: kb.questions[name].section):
        yield Heading(kb.sections[section].title)
        yield from map(entry, names)


def with_value(title: str, value: str) -> str:
    """Such as "Where does it run? In browsers" or "Reach: 7 points"."""
    return f"{title}{'' if title.endswith('?') else ':'} {value}"


def answer_in_words(kb: KnowledgeBase, answers: Answers, question: str) -> str:
    """The answer to the question by its labels."""
    options = answers.get(question)
    if options is None:
        return NOT_ASKED
    if options == (UNKNOWN,):
        return DONT_KNOW
    return ", ".join(kb.questions[question].option(option).label for option in options)


def _ranking_in_words(kb: KnowledgeBase, sheet: Sheet) -> str:
    if sheet.workshop is not None:
        return "As the workshop's people said"
    if sheet.points:
        most = sorted(sheet.points, key=lambda name: -sheet.points[name])
        return ", ".join(f"{kb.criteria[name].title} {sheet.points[name]}" for name in most)
    if not sheet.priorities:
        return "All equally"
    names = ", ".join(kb.criteria[name].title for name in sheet.priorities)
    return names if len(sheet.priorities) == len(kb.criteria) else f"{names}, then the others"
