"""The facilitator's pages: how to join, who has answered, what comes next. Never what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.report.toolkit.markup import NOTHING, Html, folded, joined, some, table, tag, void
from advisor.web.ballot_form import BallotForm
from advisor.web.fact_checks import FactCheckProgress
from advisor.web.pages.ballot import BallotPage, ballot_form, mistake_list
from advisor.web.pages.fact_checks import FactCheckActions, facts
from advisor.web.pages.layout import (
    PageUpdates,
    button,
    form,
    heading,
    hidden,
    link,
    live,
    page,
    problem,
    spaced,
    ways,
)
from advisor.web.pages.result import result_part
from advisor.web.result_cache import RoundView
from advisor.wording import workshop
from advisor.wording.quantities import count
from advisor.workshop.people import Person
from advisor.workshop.plan import INFORMED, MAX_NAME, Plan
from advisor.workshop.store import RoundState


@dataclass(frozen=True)
class FacilitatorView:
    """What the facilitator's page shows. ``answered`` are the numbers of people."""

    plan: Plan
    address: str
    round_state: RoundState
    people: Sequence[Person]
    seats_taken: int
    answered: frozenset[int]
    count: str
    result: RoundView | None
    progress: FactCheckProgress
    testers: tuple[str, ...]
    token: str
    offers_record: bool
    written: Path | None


def facilitator_page(view: FacilitatorView, updates: PageUpdates) -> str:
    """Everything the facilitator does, and after a reveal what all see."""
    screen = link("The screen for the room", "/lead/screen")
    revealed, how = view.round_state.revealed, joining(view.plan, view.address)
    if revealed:
        how = folded("How to join", how, id="how-to-join")
    entered = NOTHING if revealed else _for_somebody(view)
    coming = _after_reveal(view) if revealed else _reveal(view)
    entering = live("entering", entered, key=f"{view.round_state}")
    actions = FactCheckActions(
        "/lead/try", view.token, testers=view.testers, everything="/lead/evidence"
    )
    return page(
        f"Lead: {view.plan.title}",
        heading(view.plan.title, live("standing", _progress(view)), tag("p", screen), kind="lead"),
        tag(
            "div",
            tag("section", tag("h2", "Next"), live("next", coming, _record(view))),
            live("join", how, key="after" if revealed else "before"),
            class_="beside",
        ),
        tag("section", tag("h2", "People"), live("people", _people(view)), entering),
        live("outcome", _outcome(view, actions), key=_key(view)),
        updates=updates,
    )


def screen_page(view: FacilitatorView, updates: PageUpdates) -> str:
    """For the projector: how to join while a round is open, then the result, without buttons."""
    back = tag("p", link("Back to the controls", "/lead"))
    if view.result is None or not view.round_state.revealed:
        head = heading(view.plan.title, _progress(view))
        inside = joined([head, joining(view.plan, view.address)])
    else:
        inside = _outcome(view, FactCheckActions())
    part = live("screen", inside, key=f"{_key(view)}-{view.round_state}")
    return page(view.plan.title, part, foot=back, updates=updates)


def joining(plan: Plan, address: str) -> Html:
    """The address, the code, and both as an image to point a phone at."""
    alt = f"QR code of {address} with the join code"
    return tag(
        "section",
        tag("h2", "Join"),
        void("img", src="/lead/qr.svg", alt=alt, class_="qr"),
        tag("p", "Open ", tag("strong", address)),
        tag("p", "and enter"),
        tag("p", spaced(plan.code), class_="code"),
        class_="join",
    )


def _progress(view: FacilitatorView) -> Html:
    number, most = view.round_state.number, view.plan.stop.rounds
    if view.round_state.revealed:
        return tag("p", f"Round {number} of at most {most} was revealed.")
    count = tag("strong", view.count, data_answered="")
    return tag("p", f"Round {number} of at most {most} is open: ", count, ".", role="status")


# What comes next


def _reveal(view: FacilitatorView) -> Html:
    number = view.round_state.number
    if not view.answered:
        return tag("p", "Nobody has answered yet.", class_="note")
    what = hidden("round", str(number)), button(f"Reveal round {number}")
    send = form("/lead/reveal", view.token, *what)
    silent = [p.name for p in view.people if p.is_expected and p.id not in view.answered]
    if not silent:
        return send
    have = "has" if len(silent) == 1 else "have"
    summary = f"Reveal now, though {workshop.people(len(silent))} {have} not answered yet"
    return folded(summary, tag("p", ", ".join(silent)), send, id="reveal-early")


def _after_reveal(view: FacilitatorView) -> Html:
    number = view.round_state.number + 1
    if number > view.plan.stop.rounds:
        rounds = count(view.round_state.number, "round")
        return tag("p", f"That was the last of {rounds} agreed beforehand.", class_="note")
    what = hidden("round", str(number)), button(f"Begin round {number}")
    return form("/lead/round", view.token, *what)


def _record(view: FacilitatorView) -> Html:
    if view.result is None or not view.offers_record:
        return NOTHING
    if view.progress.busy:
        return tag("p", "The record can be written once the claims are tried.", class_="note")
    send = form("/lead/record", view.token, button("Write it as advised", class_="plain"))
    report = view.result.report
    note = f"It is written as advised: {report.headline}, of round {report.number}. "
    note += "Who decides may decide otherwise: advisor workshop record FILE --choose … --because …"
    asking = folded("Write the record", tag("p", note, class_="note"), send, id="write")
    where = f"The record was written: {view.written}" if view.written else ""
    return joined([asking, some(where, "p", class_="done", role="status")])


# People


def _people(view: FacilitatorView) -> Html:
    if not view.people:
        return tag("p", "Nobody is here yet.", class_="note")
    rows = [(p.name, p.role, _state(p, view), _for_person(p, view)) for p in view.people]
    heads = "Name", "Role", "Answers", tag("span", "What can be done", class_="spoken")
    return joined([table("Who is here", heads, rows, class_="people"), _seats(view)])


def _seats(view: FacilitatorView) -> Html:
    """How many may still come, who have the code."""
    taken, seats = view.seats_taken, view.plan.seats
    if taken < seats:
        return tag("p", f"{taken:,} of {seats:,} seats are taken.", class_="note")
    return problem(f"All {seats:,} seats are taken: nobody can join until somebody is removed.")


def _state(person: Person, view: FacilitatorView) -> Html:
    if person.id in view.answered:
        return tag("span", "has answered", class_="standing confirmed")
    if not person.present:
        return tag("span", "has left", class_="dim")
    if person.role == INFORMED:
        return tag("span", "is told afterwards", class_="dim")
    if not person.is_expected:
        return tag("span", "need not answer", class_="dim")
    text = "did not answer" if view.round_state.revealed else "not yet"
    return tag("span", text, class_="standing unverified")


def _for_person(person: Person, view: FacilitatorView) -> Html:
    """A new code for who has lost theirs or came another way; and goodbye to who has left."""

    def small(action: str, says: str, label: str) -> Html:
        send = button(says, class_="small plain", aria_label=f"{label} {person.name}")
        return form(action, view.token, hidden("person", str(person.id)), send)

    coming = small("/lead/code", "New code", "New code for")
    leaving = small("/lead/remove", "Remove", "Remove") if person.present else NOTHING
    return joined([coming, leaving])


def code_page(title: str, name: str, code: str) -> str:
    """Told once: a personal code, for the person it is for."""
    note = "With it they come back, on the page “Come back”. "
    note += "An older code and page of theirs no longer work."
    return page(
        f"A code for {name}: {title}",
        heading(f"A code for {name}", tag("p", title)),
        tag("section", tag("p", spaced(code), class_="code"), tag("p", note)),
        ways(link("Back to the controls", "/lead")),
    )


def _for_somebody(view: FacilitatorView) -> Html:
    """Whom to enter answers for, who has no device."""
    names = [tag("option", value=p.name) for p in view.people if p.id not in view.answered]
    typing = {"maxlength": str(MAX_NAME), "autocomplete": "off"}
    who = void("input", type="text", name_="name", id="for", list="names", required="", **typing)
    inside = [
        tag("label", "Enter answers for somebody in the room", for_="for"),
        tag("span", who, " ", button("Open the form", class_="plain"), class_="row"),
        tag("datalist", *names, id="names"),
    ]
    return tag("form", *inside, method="get", action="/lead/answers", class_="field")


# The outcome


def _outcome(view: FacilitatorView, actions: FactCheckActions) -> Html:
    if view.result is None:
        return NOTHING
    return result_part(view.result, None, facts(view.result.report, view.progress, actions))


def _key(view: FacilitatorView) -> str:
    return f"{view.result.report.number}" if view.result else "none"


# For somebody in the room


def for_page(
    ballot_page: BallotPage,
    filled: BallotForm,
    token: str,
    *,
    message: str = "",
    locked: bool = False,
) -> str:
    """The form that the facilitator fills in for somebody."""
    title = f"Round {ballot_page.number}: answers of {ballot_page.name}"
    back = tag("p", link("Back without entering", "/lead"))
    note = tag("p", "Read it to them; it is sealed like everybody’s.")
    return page(
        title,
        heading(title, note, back),
        problem(message),
        mistake_list(ballot_page, filled.mistakes),
        ballot_form(ballot_page, filled, "/lead/answers", token, locked=locked),
    )
