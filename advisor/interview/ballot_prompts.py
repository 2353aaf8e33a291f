"""The prompts by which a ballot is filled in and reviewed."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten
from typing import TYPE_CHECKING

from advisor.answers.ballot import LEAST_POINTS, MEANINGS, MOST_POINTS
from advisor.interview import steps
from advisor.interview.ballot_draft import BallotDraft
from advisor.interview.prompts import Aside, Heading, Offer, Prompt, TextPrompt
from advisor.wording.answers import DONT_KNOW
from advisor.wording.quantities import count
from rules.diagnostics import printable
from rules.model import UNKNOWN

if TYPE_CHECKING:  # before the first reveal there is no result, and nobody waits for it
    from advisor.wording.round_report import RoundReport

# Entries of menus; names in a knowledge base hold no colon.
SEAL, LEAVE, ALL = ":seal", ":leave", ":all"
YES, NO = "yes", "no"

BALLOT, MATTERS = "Your ballot", "What matters"
MIDDLE = str((LEAST_POINTS + MOST_POINTS) // 2)
WITH_REASON = "with a reason"
SHOWN = 160  # characters of a reason beside a menu
MOST_REASONS = 2  # of the round before, quoted under a question
LONG_REASON = 120  # characters of each of them

STOP_PROMPT = Prompt(
    ask="Stop here?",
    help="Nothing of your ballot is sealed yet, and nothing of it would be kept.",
    offers=(
        Offer(steps.GO_ON, "No, go on where I was"),
        Offer(LEAVE, "Yes, throw my answers away"),
    ),
    section=BALLOT,
    before=(steps.GO_ON,),
    passing=True,
)


def help_with_result(help: str, last: RoundReport | None, item: str) -> str:
    """``help``, and what the group said of the item in the round before, if there was one, with
    the first reasons for saying otherwise.
    """
    result = last.item(item) if last else None
    if last is None or result is None:
        return help
    every = (printable(reason.text) for reason in result.edges[:MOST_REASONS])
    reasons = [shorten(text, LONG_REASON, placeholder=" …") for text in every]
    left = len(result.edges) - MOST_REASONS
    more = f"And {count(left, 'other reason')}." if left > 0 else ""
    sentences = help, f"Round {last.number}: {result.group}.", *(f"“{r}”" for r in reasons), more
    return " ".join(filter(None, sentences))


def points_prompt(
    draft: BallotDraft, criterion_id: str, last: RoundReport | None, back: frozenset[Aside]
) -> Prompt:
    criterion = draft.kb.criteria[criterion_id]
    points = draft.ballot.points.get(criterion.id)
    skipped = points is None and draft.was_asked(criterion.id)
    return Prompt(
        ask=f"{criterion.title}: how much does it matter?",
        help=help_with_result(criterion.asks, last, criterion.id),
        offers=tuple(_scale(criterion.id, last)),
        section=MATTERS,
        progress=draft.progress(criterion.id),
        before=(UNKNOWN if skipped else MIDDLE if points is None else str(points),),
        asides=back | {Aside.UNKNOWN, Aside.ENOUGH},
    )


def _scale(criterion: str, last: RoundReport | None) -> Iterator[Offer]:
    """The points to choose from, the most first, each with how many chose it last."""
    results = [result for result in last.criteria if result.id == criterion] if last else []
    before = {cell.points: cell.people for result in results for cell in result.counts}
    for points in range(MOST_POINTS, LEAST_POINTS - 1, -1):
        people = before.get(points, 0)
        value = f"{people} {'person' if people == 1 else 'people'}" if people else ""
        yield Offer(str(points), f"{points}  {MEANINGS.get(points, '')}".rstrip(), value=value)


def reasons_prompt(draft: BallotDraft, pointed: str, back: frozenset[Aside]) -> Prompt:
    return Prompt(
        ask="Say why, for any of them",
        help="Reasons are what changes minds: the group reads them, without your name "
        "unless you want it there.",
        offers=(
            Offer(ALL, "That is all"),
            *(_entry(draft, item) for item in draft.items_said()),
        ),
        section=BALLOT,
        before=(pointed,),
        asides=back,
        passing=True,
    )


def reason_prompt(draft: BallotDraft, item: str) -> TextPrompt:
    return TextPrompt(
        ask=f"{_with_value(draft, item)}. Why?",
        fallback="no reason",
        initial=draft.ballot.reasons.get(item, ""),
        section=BALLOT,
        asides=frozenset({Aside.BACK}),
    )


def name_prompt(draft: BallotDraft, back: frozenset[Aside]) -> Prompt:
    return Prompt(
        ask="May your name stand by your answers in the record?",
        help="Your answers are shown and kept either way; with a No, not whose they are.",
        offers=(Offer(NO, "No"), Offer(YES, "Yes")),
        section=BALLOT,
        before=(YES if draft.ballot.named else NO,),
        asides=back,
    )


def review_prompt(draft: BallotDraft) -> Prompt:
    return Prompt(
        ask="Seal it?",
        help="Sealed, it is shown to nobody before all are revealed. Choose an answer to "
        "change it.",
        offers=tuple(_review_entries(draft)),
        section=BALLOT,
        before=(SEAL,),
        passing=True,
    )


def _review_entries(draft: BallotDraft) -> Iterator[Offer | Heading]:
    # The ways out stand first: at the end of a long list they would be off the screen.
    yield Offer(SEAL, "Seal it")
    yield Offer(LEAVE, "Leave without sealing")
    yield from steps.by_section(draft.kb, draft.questions(), lambda name: _entry(draft, name))
    if draft.plan.criteria:
        yield Heading(MATTERS)
    for name in draft.plan.criteria:
        yield _entry(draft, name)
    yield Heading("Beside it")
    if draft.items_said():
        written = len(draft.to_seal().reasons)
        yield Offer(steps.REASONS, "Reasons", value=f"{written} written" if written else "none")
    yield Offer(steps.NAME, "Your name in the record", value="yes" if draft.ballot.named else "no")


def _entry(draft: BallotDraft, item: str) -> Offer:
    """An item with what was said of it, and whether a reason was given."""
    value = _value(draft, item)
    reason = printable(draft.ballot.reasons.get(item, ""))
    # Rows are cut to the terminal's width; the help under the list shows the whole.
    help = f"{_with_value(draft, item)}." + (
        f" Why: {shorten(reason, SHOWN, placeholder=' …')}" if reason else ""
    )
    value = f"{value}, {WITH_REASON}" if reason else value
    return Offer(item, _title(draft, item), help=help, value=value)


def _with_value(draft: BallotDraft, item: str) -> str:
    return steps.with_value(_title(draft, item), _value(draft, item))


def _title(draft: BallotDraft, item: str) -> str:
    if item in draft.plan.criteria:
        return draft.kb.criteria[item].title
    return draft.kb.questions[item].ask


def _value(draft: BallotDraft, item: str) -> str:
    if item in draft.plan.criteria:
        points = draft.ballot.points.get(item)
        if points is not None:
            return f"{points} {'point' if points == 1 else 'points'}"
        return DONT_KNOW if draft.was_asked(item) else steps.NOT_ASKED
    return steps.answer_in_words(draft.kb, draft.ballot.answers, item)
