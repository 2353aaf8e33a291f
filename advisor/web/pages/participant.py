"""A participant's own page: the form, the receipt, the picture."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from advisor.report.toolkit.markup import NOTHING, Html, HtmlPart, folded, joined, tag
from advisor.web.ballot_form import BallotForm
from advisor.web.fact_checks import FactCheckProgress
from advisor.web.pages.ballot import BallotPage, ballot_form, mistakes_told
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
from advisor.web.pages.result import picture
from advisor.web.result_cache import RoundView
from advisor.workshop.store import OwnBallot

RELOAD = "This page keeps fresh by a script, which does not run here: reload it now and then."
SEEN_BY = "Nobody sees them before the reveal; then all see all answers, and nobody’s name."


def seat_page(
    name: str, title: str, token: str, follows: PageUpdates | None, *content: HtmlPart
) -> str:
    """What stands around every page of a participant; ``name`` is theirs."""
    leave = form("/leave", token, button("Leave the workshop", class_="small plain"))
    who = tag("p", f"You are {name}. ", "Your own code brings you back.")
    noscript = tag("noscript", tag("p", RELOAD, class_="note"))
    news = tag("div", id="news", role="status")
    return page(title, news, *content, noscript, foot=joined([who, leave]), follows=follows)


def open_part(
    sheet: BallotPage,
    filled: BallotForm,
    token: str,
    answered: str,
    *,
    said: str = "",
    sealed: bool,
) -> Html:
    """The form of the open round; ``said`` is a sentence to tell first. ``sealed`` says that a
    ballot was given already.
    """
    title = tag("p", sheet.plan.title, class_="title")
    told = [tag("p", SEEN_BY), count(answered)]
    if sheet.before:
        told.append(
            tag("p", link(f"Look at round {sheet.before.result.number} again", "/seat/picture"))
        )
    if sealed:
        told.append(tag("p", link("Leave it as it is sealed", "/seat")))
    head = heading(f"Round {sheet.number}: your answers", title, *told)
    inside = [
        head,
        problem(said),
        mistakes_told(sheet, filled.mistakes),
        ballot_form(sheet, filled, "/seat/answers", token, locked=False),
    ]
    return live("seat", *inside, key=f"round-{sheet.number}")


def sealed_part(file: str, number: int, own: OwnBallot, answered: str, *, again: bool) -> Html:
    """The receipt of a ballot in the open round; ``again`` offers to look at the last picture."""
    receipt = tag("section", tag("h2", "Your receipt"), _receipt(file, own.receipt))
    ways = [link("Change my answers", "/seat/answers", class_="button plain")]
    if again:
        ways.append(link(f"Look at round {number - 1} again", "/seat/picture"))
    head = heading(f"Round {number}: your answers are sealed", count(answered), kind="sealed")
    news = f"Round {number} was revealed."
    until = tag("p", *_spread(ways), class_="ways")
    return live("seat", head, until, receipt, key=f"sealed-{own.receipt}", news=news)


def _receipt(file: str, receipt: str) -> Html:
    """A receipt, and how it is held against what was counted."""
    command = f"advisor workshop audit {shlex.quote(file)} --receipt {receipt}"
    told = (
        "It seals what you said: after the reveal it shows that your ballot is among those that "
        "count, and was not changed. Keep it; whoever has the workshop's file checks it with"
    )
    parts = tag("p", code(receipt), class_="receipt"), tag("p", told, class_="note")
    return joined([*parts, tag("pre", code(command))])


@dataclass(frozen=True)
class OwnResult:
    """What in a picture is one's own: the place of the row, and the receipt of the ballot."""

    row: int
    receipt: str


def revealed_part(
    shown: RoundView,
    own: OwnResult | None,
    file: str,
    progress: FactCheckProgress,
    token: str,
    *,
    round_open: bool,
) -> Html:
    """The picture, where claims may be doubted."""
    acting = FactCheckActions("/seat/doubt", token, doubts=True)
    inside = picture(shown, own.row if own else None, facts(shown, progress, acting))
    number = shown.result.number
    back = tag("p", link(f"Back to round {number + 1}", "/seat"), class_="ways")
    kept = folded("Your receipt", _receipt(file, own.receipt), id="receipt") if own else NOTHING
    news = f"Round {number} was revealed while you were answering; what stands here is not sealed."
    key = f"picture-{number}-{round_open}"
    return live("seat", back if round_open else NOTHING, inside, kept, key=key, news=news)


def late_part(sheet: BallotPage, filled: BallotForm, said: str) -> Html:
    """A ballot that came too late: what was typed, not to be sent any more."""
    head = heading("Not sealed", problem(said))
    ways = tag("p", link("See what the group said", "/seat", class_="button"), class_="ways")
    typed = ballot_form(sheet, filled, "/seat/answers", "", locked=True)
    told = folded("What you had typed", typed, id="typed", open="")
    return joined([head, ways, told])


def count(answered: str) -> Html:
    """How many have answered, which the script keeps fresh; a count only."""
    return tag("p", tag("strong", answered, data_answered=""), ".", class_="count", role="status")


def _spread(parts: list[Html]) -> list[HtmlPart]:
    return [piece for part in parts for piece in (part, " ")]
