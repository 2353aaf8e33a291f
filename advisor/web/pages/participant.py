"""A participant's own page: the form, the receipt, the result."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from advisor.report.toolkit.markup import NOTHING, Html, HtmlPart, folded, joined, tag
from advisor.web.ballot_form import BallotForm
from advisor.web.fact_checks import FactCheckProgress
from advisor.web.pages.ballot import BallotPage, ballot_form, mistake_list
from advisor.web.pages.fact_checks import FactCheckActions, facts
from advisor.web.pages.layout import (
    PageUpdates,
    button,
    code,
    form,
    heading,
    link,
    live,
    page,
    problem,
)
from advisor.web.pages.result import result_part
from advisor.web.result_cache import RoundView
from advisor.workshop.store import OwnBallot

RELOAD = "This page keeps fresh by a script, which does not run here: reload it now and then."
SEEN_BY = "Nobody sees them before the reveal; then all see all answers, and nobody’s name."


def participant_page(
    name: str, title: str, token: str, updates: PageUpdates | None, *content: HtmlPart
) -> str:
    """What stands around every page of a participant; ``name`` is theirs."""
    leave = form("/leave", token, button("Leave the workshop", class_="small plain"))
    who = tag("p", f"You are {name}. ", "Your own code brings you back.")
    noscript = tag("noscript", tag("p", RELOAD, class_="note"))
    news = tag("div", id="news", role="status")
    return page(title, news, *content, noscript, foot=joined([who, leave]), updates=updates)


def open_part(
    ballot_page: BallotPage,
    filled: BallotForm,
    token: str,
    answered: str,
    *,
    message: str = "",
    sealed: bool,
) -> Html:
    """The form of the open round; ``message`` is a sentence to show first. ``sealed`` says that a
    ballot was given already.
    """
    title = tag("p", ballot_page.plan.title, class_="title")
    lines = [tag("p", SEEN_BY), count(answered)]
    if ballot_page.before:
        lines.append(
            tag("p", link(f"Look at round {ballot_page.before.number} again", "/seat/picture"))
        )
    if sealed:
        lines.append(tag("p", link("Leave it as it is sealed", "/seat")))
    head = heading(f"Round {ballot_page.number}: your answers", title, *lines)
    inside = [
        head,
        problem(message),
        mistake_list(ballot_page, filled.mistakes),
        ballot_form(ballot_page, filled, "/seat/answers", token, locked=False),
    ]
    return live("seat", *inside, key=f"round-{ballot_page.number}")


def sealed_part(file: str, number: int, own: OwnBallot, answered: str, *, again: bool) -> Html:
    """The receipt of a ballot in the open round; ``again`` offers to look at the last result."""
    receipt = tag("section", tag("h2", "Your receipt"), _receipt(file, own.receipt))
    ways = [link("Change my answers", "/seat/answers", class_="button plain")]
    if again:
        ways.append(link(f"Look at round {number - 1} again", "/seat/picture"))
    head = heading(f"Round {number}: your answers are sealed", count(answered), kind="sealed")
    news = f"Round {number} was revealed."
    until = tag("p", *_spaced(ways), class_="ways")
    return live("seat", head, until, receipt, key=f"sealed-{own.receipt}", news=news)


def _receipt(file: str, receipt: str) -> Html:
    """A receipt, and how it is held against what was counted."""
    command = f"advisor workshop audit {shlex.quote(file)} --receipt {receipt}"
    note = (
        "It seals what you said: after the reveal it shows that your ballot is among those that "
        "count, and was not changed. Keep it; whoever has the workshop's file checks it with"
    )
    parts = tag("p", code(receipt), class_="receipt"), tag("p", note, class_="note")
    return joined([*parts, tag("pre", code(command))])


@dataclass(frozen=True)
class OwnResult:
    """What of a result is one's own: the number of the row, and the receipt of the ballot."""

    row: int
    receipt: str


def revealed_part(
    view: RoundView,
    own: OwnResult | None,
    file: str,
    progress: FactCheckProgress,
    token: str,
    *,
    round_open: bool,
) -> Html:
    """The result, where claims may be doubted."""
    actions = FactCheckActions("/seat/doubt", token, doubts=True)
    part = result_part(view, own.row if own else None, facts(view.report, progress, actions))
    number = view.report.number
    back = tag("p", link(f"Back to round {number + 1}", "/seat"), class_="ways")
    receipt = folded("Your receipt", _receipt(file, own.receipt), id="receipt") if own else NOTHING
    news = f"Round {number} was revealed while you were answering; what stands here is not sealed."
    key = f"picture-{number}-{round_open}"
    return live("seat", back if round_open else NOTHING, part, receipt, key=key, news=news)


def late_part(ballot_page: BallotPage, filled: BallotForm, message: str) -> Html:
    """A ballot that came too late: what was typed, not to be sent any more."""
    head = heading("Not sealed", problem(message))
    ways = tag("p", link("See what the group said", "/seat", class_="button"), class_="ways")
    typed = ballot_form(ballot_page, filled, "/seat/answers", "", locked=True)
    return joined([head, ways, folded("What you had typed", typed, id="typed", open="")])


def count(answered: str) -> Html:
    """How many have answered, which the script keeps fresh; a count only."""
    return tag("p", tag("strong", answered, data_answered=""), ".", class_="count", role="status")


def _spaced(parts: list[Html]) -> list[HtmlPart]:
    return [piece for part in parts for piece in (part, " ")]
