"""A participant's own page: the form, the receipt, the result."""

from __future__ import annotations

import shlex

from advisor.report.toolkit.markup import NOTHING, Html, HtmlPart, folded, joined, tag
from advisor.web.ballot_form import BallotForm
from advisor.web.fact_checks import FactCheckProgress
from advisor.web.pages.ballot import BallotPage, ballot_form, mistake_list
from advisor.web.pages.fact_checks import FactCheckActions, facts
from advisor.web.pages.layout import (
    PageUpdates,
    button,
    form,
    heading,
    link,
    live,
    page,
    problem,
    ways,
)
from advisor.web.pages.result import result_part
from advisor.web.result_cache import RoundView
from advisor.workshop.store import OwnBallot

RELOAD = "Scripts are off, so reload this page now and then."
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
        look = f"Look at round {ballot_page.before.number} again"
        lines.append(tag("p", link(look, "/seat/picture")))
    if sealed:
        lines.append(tag("p", link("Leave it as it is sealed", "/seat")))
    head = heading(f"Round {ballot_page.number}: your answers", title, *lines)
    mistakes = mistake_list(ballot_page, filled.mistakes)
    form = ballot_form(ballot_page, filled, "/seat/answers", token, locked=False)
    key = f"round-{ballot_page.number}"
    return live("seat", head, problem(message), mistakes, form, key=key)


def sealed_part(file: str, number: int, own: OwnBallot, answered: str, *, again: bool) -> Html:
    """The receipt of a ballot in the open round; ``again`` offers to look at the last result."""
    receipt = tag("section", tag("h2", "Your receipt"), _receipt(file, own.receipt))
    links: list[HtmlPart] = [link("Change my answers", "/seat/answers", class_="button plain"), " "]
    if again:
        links += [link(f"Look at round {number - 1} again", "/seat/picture"), " "]
    head = heading(f"Round {number}: your answers are sealed", count(answered), kind="sealed")
    news = f"Round {number} was revealed."
    return live("seat", head, ways(*links), receipt, key=f"sealed-{own.receipt}", news=news)


def _receipt(file: str, receipt: str) -> Html:
    """A receipt, and how it is held against what was counted."""
    command = f"advisor workshop audit {shlex.quote(file)} --receipt {receipt}"
    note = (
        "It seals what you said: after the reveal it shows that your ballot is among those that "
        "count, and was not changed. Keep it; whoever has the workshop's file checks it with"
    )
    shown = tag("p", tag("code", receipt), class_="receipt")
    return joined([shown, tag("p", note, class_="note"), tag("pre", tag("code", command))])


def revealed_part(
    view: RoundView,
    receipt: str,
    file: str,
    progress: FactCheckProgress,
    token: str,
    *,
    round_open: bool,
) -> Html:
    """The result, where claims may be doubted; ``receipt`` is that of the reader's ballot, empty
    where they gave none themselves.
    """
    report, number = view.report, view.report.number
    own = next((n for n, p in enumerate(report.participants) if p.receipt == receipt), None)
    actions = FactCheckActions("/seat/doubt", token, doubts=True)
    part = result_part(view, own, facts(report, progress, actions))
    back = ways(link(f"Back to round {number + 1}", "/seat")) if round_open else NOTHING
    sealed = folded("Your receipt", _receipt(file, receipt), id="receipt") if receipt else NOTHING
    news = f"Round {number} was revealed while you were answering; what stands here is not sealed."
    key = f"picture-{number}-{round_open}"
    return live("seat", back, part, sealed, key=key, news=news)


def late_part(ballot_page: BallotPage, filled: BallotForm, message: str) -> Html:
    """A ballot that came too late: what was typed, not to be sent any more."""
    head = heading("Not sealed", problem(message))
    on = ways(link("See what the group said", "/seat", class_="button"))
    typed = ballot_form(ballot_page, filled, "/seat/answers", "", locked=True)
    return joined([head, on, folded("What you had typed", typed, id="typed", open="")])


def count(answered: str) -> Html:
    """How many have answered, which the script keeps fresh; a count only."""
    return tag("p", tag("strong", answered, data_answered=""), ".", class_="count", role="status")
