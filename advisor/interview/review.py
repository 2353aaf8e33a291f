"""The review at the end of an interview: every answer in its section, each to be changed."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.answers.sheet import Sheet
from advisor.interview.prompts import Asker, Heading, Offer, Prompt
from advisor.interview.steps import (
    NOT_ASKED,
    RANKING,
    RECOMMEND,
    STOP_HERE,
    TITLE,
    InterviewStep,
    applicable,
    choose,
)
from advisor.wording.answers import DONT_KNOW
from rules.inference.facts import establish
from rules.model import UNKNOWN, KnowledgeBase, Question


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
    section = ""
    for name in applicable(kb, sheet):
        question = kb.questions[name]
        if question.section != section:
            section = question.section
            yield Heading(kb.sections[section].title)
        options = sheet.answers.get(name)
        words = NOT_ASKED if options is None else answer_in_words(question, options)
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


def answer_in_words(question: Question, options: tuple[str, ...]) -> str:
    """An answer by its labels."""
    if options == (UNKNOWN,):
        return DONT_KNOW
    return ", ".join(question.option(option).label for option in options)


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
