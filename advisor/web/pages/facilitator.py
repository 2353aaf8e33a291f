"""The facilitator's pages: how to join, who has answered, what comes next. Never what was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.report.toolkit.markup import (
    NOTHING,
    Html,
    HtmlPart,
    folded,
    joined,
    some,
    table,
    tag,
    void,
)
from advisor.web.ballot_form import BallotForm
from advisor.web.fact_checks import FactCheckProgress
from advisor.web.pages.ballot import BallotPage, ballot_form, mistakes_told
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
)
from advisor.web.pages.result import picture
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
    answered: frozenset[int]
    count: str
    round_view: RoundView | None
    progress: FactCheckProgress
    testers: tuple[str, ...]
    token: str
    offers_record: bool
    written: Path | None

    @property
    def silent(self) -> list[str]:
        """Who is expected to answer and has not."""
        return [p.name for p in self.people if p.is_expected and p.id not in self.answered]


def facilitator_page(led: FacilitatorView, follows: PageUpdates) -> str:
    """Everything the facilitator does, and after a reveal what all see."""
    screen = link("The screen for the room", "/lead/screen")
    entered = NOTHING if led.round_state.revealed else _for_somebody(led)
    entering = live("entering", entered, key=f"{led.round_state}")
    acting = FactCheckActions(
        "/lead/try", led.token, testers=led.testers, everything="/lead/evidence"
    )
    return page(
        f"Lead: {led.plan.title}",
        heading(led.plan.title, live("standing", _standing(led)), tag("p", screen), kind="lead"),
        tag(
            "div",
            tag("section", tag("h2", "Next"), live("next", *_next(led))),
            live("join", _joining(led), key="after" if led.round_state.revealed else "before"),
            class_="beside",
        ),
        tag("section", tag("h2", "People"), live("people", _people(led)), entering),
        live("outcome", _outcome(led, acting), key=_key(led)),
        follows=follows,
    )


def screen_page(led: FacilitatorView, follows: PageUpdates) -> str:
    """For the projector: how to join while a round is open, then the picture, without buttons."""
    back = tag("p", link("Back to the controls", "/lead"))
    if led.round_view is None or not led.round_state.revealed:
        inside = joined([heading(led.plan.title, _standing(led)), joining(led.plan, led.address)])
    else:
        inside = _outcome(led, FactCheckActions())
    part = live("screen", inside, key=f"{_key(led)}-{led.round_state}")
    return page(led.plan.title, part, foot=back, follows=follows)


def joining(plan: Plan, address: str) -> Html:
    """The address, the code, and both as a picture to point a phone at."""
    return tag(
        "section",
        tag("h2", "Join"),
        void(
            "img", src="/lead/qr.svg", alt=f"QR code of {address} with the join code", class_="qr"
        ),
        tag("p", "Open ", tag("strong", address)),
        tag("p", "and enter"),
        tag("p", spaced(plan.code), class_="code"),
        class_="join",
    )


def _joining(led: FacilitatorView) -> Html:
    told = joining(led.plan, led.address)
    return folded("How to join", told, id="how-to-join") if led.round_state.revealed else told


def _standing(led: FacilitatorView) -> Html:
    number, most = led.round_state.number, led.plan.stop.rounds
    if led.round_state.revealed:
        return tag("p", f"Round {number} of at most {most} was revealed.")
    count = tag("strong", led.count, data_answered="")
    return tag("p", f"Round {number} of at most {most} is open: ", count, ".", role="status")


# What comes next


def _next(led: FacilitatorView) -> Iterator[Html]:
    if led.round_state.revealed:
        yield from _after_reveal(led)
    else:
        yield _reveal(led)
    yield _record(led)


def _reveal(led: FacilitatorView) -> Html:
    number = hidden("round", str(led.round_state.number))
    if not led.answered:
        return tag("p", "Nobody has answered yet.", class_="note")
    send = form("/lead/reveal", led.token, number, button(f"Reveal round {led.round_state.number}"))
    if not led.silent:
        return send
    many = workshop.people(len(led.silent))
    have = "has" if len(led.silent) == 1 else "have"
    told = f"Reveal now, though {many} {have} not answered yet"
    return folded(told, tag("p", ", ".join(led.silent)), send, id="reveal-early")


def _after_reveal(led: FacilitatorView) -> Iterator[Html]:
    number = led.round_state.number + 1
    if number <= led.plan.stop.rounds:
        what = hidden("round", str(number)), button(f"Begin round {number}")
        yield form("/lead/round", led.token, *what)
    else:
        held = count(led.round_state.number, "round")
        yield tag("p", f"That was the last of {held} agreed beforehand.", class_="note")


def _record(led: FacilitatorView) -> Html:
    if led.round_view is None or not led.offers_record:
        return NOTHING
    if led.progress.busy:
        return tag("p", "The record can be written once the claims are tried.", class_="note")
    send = form("/lead/record", led.token, button("Write it as advised", class_="plain"))
    outcome = workshop.headline(led.round_view.result)
    told = f"It is written as advised: {outcome}, of round {led.round_view.result.number}. "
    told += "Who decides may decide otherwise: advisor workshop record FILE --choose … --because …"
    asking = folded("Write the record", tag("p", told, class_="note"), send, id="write")
    where = f"The record was written: {led.written}" if led.written else ""
    return joined([asking, some(where, "p", class_="done", role="status")])


# People


def _people(led: FacilitatorView) -> Html:
    if not led.people:
        return tag("p", "Nobody is here yet.", class_="note")
    rows = [
        (person.name, person.role, _state(person, led), _for_person(person, led))
        for person in led.people
    ]
    return table(
        "Who is here",
        ("Name", "Role", "Answers", tag("span", "What can be done", class_="spoken")),
        rows,
        class_="people",
    )


def _state(person: Person, led: FacilitatorView) -> Html:
    if person.id in led.answered:
        return tag("span", "has answered", class_="standing confirmed")
    if not person.present:
        return tag("span", "has left", class_="dim")
    if person.role == INFORMED:
        return tag("span", "is told afterwards", class_="dim")
    if not person.is_expected:
        return tag("span", "need not answer", class_="dim")
    told = "did not answer" if led.round_state.revealed else "not yet"
    return tag("span", told, class_="standing unverified")


def _for_person(person: Person, led: FacilitatorView) -> HtmlPart:
    """A new code for who has lost theirs or came another way; and goodbye to who has left."""
    coming = _small("/lead/code", "New code", f"New code for {person.name}", person, led)
    if not person.present:
        return coming
    return joined([coming, _small("/lead/remove", "Remove", f"Remove {person.name}", person, led)])


def _small(action: str, says: str, label: str, person: Person, led: FacilitatorView) -> Html:
    what = button(says, class_="small plain", aria_label=label)
    return form(action, led.token, hidden("person", str(person.id)), what)


def code_page(title: str, name: str, code: str) -> str:
    """Told once: a personal code, for the person it is for."""
    told = "With it they come back, on the page “Come back”. An older code and page of theirs no "
    return page(
        f"A code for {name}: {title}",
        heading(f"A code for {name}", tag("p", title)),
        tag("section", tag("p", spaced(code), class_="code"), tag("p", f"{told}longer work.")),
        tag("p", link("Back to the controls", "/lead"), class_="ways"),
    )


def _for_somebody(led: FacilitatorView) -> Html:
    """Whom to enter answers for, who has no device."""
    names = [tag("option", value=p.name) for p in led.people if p.id not in led.answered]
    who = void(
        "input",
        type="text",
        name_="name",
        id="for",
        list="names",
        required="",
        maxlength=str(MAX_NAME),
        autocomplete="off",
    )
    inside = [
        tag("label", "Enter answers for somebody in the room", for_="for"),
        tag("span", who, " ", button("Open the form", class_="plain"), class_="row"),
        tag("datalist", *names, id="names"),
    ]
    return tag("form", *inside, method="get", action="/lead/answers", class_="field")


# The outcome


def _outcome(led: FacilitatorView, acting: FactCheckActions) -> Html:
    if led.round_view is None:
        return NOTHING
    return picture(led.round_view, None, facts(led.round_view, led.progress, acting))


def _key(led: FacilitatorView) -> str:
    return f"{led.round_view.result.number}" if led.round_view else "none"


# For somebody in the room


def for_page(
    sheet: BallotPage, filled: BallotForm, token: str, *, said: str = "", locked: bool = False
) -> str:
    """The form that the facilitator fills in for somebody."""
    title = f"Round {sheet.number}: answers of {sheet.name}"
    back = tag("p", link("Back without entering", "/lead"))
    told = tag("p", "Read it to them; it is sealed like everybody’s.")
    return page(
        title,
        heading(title, told, back),
        problem(said),
        mistakes_told(sheet, filled.mistakes),
        ballot_form(sheet, filled, "/lead/answers", token, locked=locked),
    )
