"""Menus from which a person questions an outcome: in the middle of an interview, and at its end.

Each entry prints a few sentences and comes back; the first one goes on. What takes time to import
or to work out waits until it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from advisor.answers.sheet import Sheet
from advisor.interview.prompts import Aside, Asker, Offer, Picked, Prompt
from rules.model import KnowledgeBase, Question

if TYPE_CHECKING:  # imported when needed: the first question should not wait for them
    from advisor.consultation.consultation import Recommendation
    from rules.analysis.traces import Step

# Names in a knowledge base hold no colon, so these cannot collide with the ids of alternatives.
GO_ON, HOW, CHANGES = ":go-on", ":how", ":changes"
MOST_LINES = 12  # of an answer; more would scroll its beginning away
MEANWHILE = (
    "This is by written knowledge alone; what it rests on is tried before anything is recommended."
)


def tell_why(kb: KnowledgeBase, sheet: Sheet, asker: Asker, question: Question) -> None:
    """What hangs on the question. Not what each answer would come to: it is asked of people who
    answer unseen, and are not to vote for an outcome.
    """
    from advisor.explanation.why import reasons  # compiles the rules

    asker.say(f"Why do we ask: {question.ask}", reasons(kb, sheet.answers, question))


def question_meanwhile(
    kb: KnowledgeBase, sheet: Sheet, asker: Asker, question: Question
) -> Aside | None:
    """Tell why the question is asked, then answer more about the outcome so far.

    STOP where the person stops the interview, None to go on with the question.
    """
    from advisor.explanation.why import prospects, reasons  # compiles the rules

    lines = reasons(kb, sheet.answers, question)
    lines += [step.says for step in prospects(kb, sheet, question)]
    asker.say(f"Why do we ask: {question.ask}", lines)

    @cache
    def so_far() -> Recommendation:
        from advisor.consultation.consultation import consult
        from advisor.consultation.evidence import no_probes

        return consult(kb, sheet, no_probes)

    prompt = Prompt(
        ask="Anything else you want to know first?",
        offers=(
            Offer(GO_ON, "Go on with the question"),
            Offer(HOW, "How does it stand so far?"),
            *_why_not_offers(kb, list(kb.alternatives)),
            Offer(CHANGES, "What could still change it?"),
        ),
        help=MEANWHILE,
        before=(GO_ON,),
        asides=frozenset({Aside.BACK}),
        passing=True,
    )
    return _converse(asker, prompt, so_far, tried=False)


def question_recommendation(r: Recommendation, asker: Asker) -> None:
    """Answer questions about a recommendation until there are none, or the person stops."""
    others = [name for name in r.kb.alternatives if name != r.judgement.winner]
    prompt = Prompt(
        ask="Anything you want to question?",
        offers=(
            Offer(GO_ON, "No, that is all"),
            Offer(HOW, "How was this concluded?"),
            *_why_not_offers(r.kb, others),
            Offer(CHANGES, "What would change it?"),
        ),
        before=(GO_ON,),
        passing=True,
    )
    _converse(asker, prompt, lambda: r, tried=True)


def _why_not_offers(kb: KnowledgeBase, names: Sequence[str]) -> Iterator[Offer]:
    for name in names:
        yield Offer(name, f"Why not {kb.alternatives[name].title}?")


def _converse(
    asker: Asker, prompt: Prompt, recommendation: Callable[[], Recommendation], *, tried: bool
) -> Aside | None:
    """Answer what is picked until it is GO_ON; STOP where the person stops."""
    labels = {offer.id: offer.label for offer in prompt.offers if isinstance(offer, Offer)}
    while True:
        match asker.choose_one(prompt):
            case Picked((entry,)) if entry == GO_ON:
                return None
            case Picked((entry,)) if entry in labels:
                asker.say(labels[entry], _answer(recommendation(), entry, tried=tried))
            case Aside.BACK if Aside.BACK in prompt.asides:
                return None
            case Aside.STOP:
                return Aside.STOP


def _answer(r: Recommendation, entry: str, *, tried: bool) -> list[str]:
    from advisor.explanation.changes import changes
    from advisor.explanation.how import how
    from advisor.explanation.why_not import why_not

    if entry == CHANGES:
        return _lines(changes(r), depth=2)
    if entry != HOW:
        return _lines(why_not(r, entry), depth=1)
    step = how(r)
    if tried:
        return _lines(step, depth=2)
    children = tuple(child for child in step.children if child.kind != "proof")
    return _lines(replace(step, children=children), depth=1)  # the menu says: nothing was tried


def _lines(step: Step, *, depth: int) -> list[str]:
    """The sentences down to ``depth``, no more than fit."""
    lines = list(_sentences(step, depth))
    if step.kind in ("why_not", "changes"):  # the question stands above the lines already
        _, _, answer = lines[0].partition(": ")
        lines[0] = answer[:1].upper() + answer[1:]
    left = len(lines) - MOST_LINES
    if left > 1:
        lines[MOST_LINES:] = [f"… and {left} more; “advisor explain” goes into all of it."]
    return lines


def _sentences(step: Step, depth: int) -> Iterator[str]:
    yield step.says
    if depth:
        for child in step.children:
            yield from _sentences(child, depth - 1)
