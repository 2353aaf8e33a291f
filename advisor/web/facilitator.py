"""What the facilitator asks for: to see who has answered, to reveal, to go on, to have it tried."""

from __future__ import annotations

import io
from functools import lru_cache
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from advisor.errors import StorageError, WorkshopError
from advisor.web.ballot_form import BallotForm, read_ballot
from advisor.web.pages.facilitator import (
    FacilitatorView,
    code_page,
    facilitator_page,
    for_page,
    screen_page,
)
from advisor.web.pages.layout import PageUpdates
from advisor.web.participants import (
    EMPTY,
    NOT_SAVED,
    ballot_page,
    named_claim,
    prefilled,
    redirect,
)
from advisor.web.requests import Audience
from advisor.web.security import give_cookie
from advisor.web.state import PageRequest, WebState
from advisor.workshop.plan import tidy_name
from advisor.workshop.store import OwnBallot

ENTERED = "facilitator"


def enter(state: WebState, request: PageRequest) -> Response:
    """Exchange the key of the printed link for a cookie, so that it leaves the address bar."""
    key = request.fields.text("key")
    if not key:
        raise HTTPException(403, Audience.FACILITATOR.value)
    if not state.workshop.people.is_facilitator_token(key):  # nobody guesses 256 bits
        raise HTTPException(403, "That is not the facilitator's link, or it is cut short.")
    response = redirect("/lead")
    give_cookie(response, state.facilitator_cookie, key)
    return response


def show_facilitator(state: WebState, request: PageRequest) -> Response:
    if "key" in request.fields.values:  # the link was opened again
        return redirect("/lead")
    return HTMLResponse(facilitator_page(_facilitator_view(state, request), _updates(state)))


def show_screen(state: WebState, request: PageRequest) -> Response:
    return HTMLResponse(screen_page(_facilitator_view(state, request), _updates(state)))


def _updates(state: WebState) -> PageUpdates:
    return PageUpdates(state.status().version(facilitator=True), "/lead/events")


def show_qr_code(state: WebState, request: PageRequest) -> Response:
    link = f"{state.address}/?code={quote(state.workshop.plan.code)}"  # the join page, code and all
    return Response(_qr_code(link), media_type="image/svg+xml")


@lru_cache(maxsize=4)
def _qr_code(text: str) -> bytes:
    """An SVG image, dark on white in either colour scheme so that it can be read."""
    import segno

    image = io.BytesIO()
    made = segno.make(text, error="m", micro=False)
    made.save(image, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False)
    return image.getvalue()


def _facilitator_view(state: WebState, request: PageRequest) -> FacilitatorView:
    workshop, checks = state.workshop, state.fact_checks
    return FacilitatorView(
        plan=workshop.plan,
        address=state.address,
        round_state=workshop.round_state(),
        people=workshop.people.all(),
        seats_taken=workshop.people.seats_taken(),
        answered=workshop.answered(),
        count=state.status().answered,
        result=state.results.current(),
        progress=checks.progress,
        testers=tuple(target.label for target in checks.targets),
        token=request.token,
        offers_record=state.record_button.offers,
        written=state.record_button.written,
    )


# What comes next. A form that was sent twice says which round it meant, and does it once.


def reveal(state: WebState, request: PageRequest) -> Response:
    current = state.workshop.round_state()
    if request.fields.number("round") == current.number and not current.revealed:
        state.writes.run(lambda: state.workshop.reveal(state.kb))
        state.results.current()  # worked out once, before everybody asks for it at once
        state.fact_checks.check_all()
    return redirect("/lead")


def next_round(state: WebState, request: PageRequest) -> Response:
    if request.fields.number("round") == state.workshop.round_state().number + 1:
        state.writes.run(state.workshop.open_round)
    return redirect("/lead")


def record(state: WebState, request: PageRequest) -> Response:
    result = state.results.current()
    if result is None:
        raise HTTPException(409, "Nothing was revealed yet: there is no outcome to record.")
    if state.fact_checks.progress.busy:
        raise HTTPException(409, "Claims are being tried just now: write the record when they are.")
    state.record_button.record(result.version)
    return redirect("/lead")


# Facts


def evidence(state: WebState, request: PageRequest) -> Response:
    """Have everything tried that the outcome rests on."""
    if state.results.current() is None:
        raise HTTPException(409, "Nothing was revealed yet: there is no outcome to try.")
    state.fact_checks.check_all(_target(state, request))
    return redirect("/lead#facts")


def try_claim(state: WebState, request: PageRequest) -> Response:
    state.fact_checks.check(named_claim(state, request), _target(state, request))
    return redirect("/lead#facts")


def _target(state: WebState, request: PageRequest) -> int:
    """Which of the interpreters named at the start; no page names another."""
    index = request.fields.number("tester") if request.fields.text("tester") else 0
    if index >= len(state.fact_checks.targets):
        raise HTTPException(400, "There is no such interpreter here.")
    return index


# People


def remove(state: WebState, request: PageRequest) -> Response:
    """Somebody has left without saying so; their own code would bring them back."""
    person = state.workshop.people.by_id(request.fields.number("person"))
    state.writes.run(lambda: state.workshop.people.leave(person.id))
    return redirect("/lead")


def new_code(state: WebState, request: PageRequest) -> Response:
    """For who has lost their code, or answered by another way before. They are known by sight."""
    person = state.workshop.people.by_id(request.fields.number("person"))
    code = state.writes.run(lambda: state.workshop.people.new_code(person.id))
    return HTMLResponse(code_page(state.workshop.plan.title, person.name, code))


def show_ballot_for(state: WebState, request: PageRequest) -> Response:
    """The form, for somebody in the room."""
    name = _stated_name(request)
    _check_not_own(state, name)
    person = state.workshop.people.find(name)
    before = state.workshop.own_ballot(person.id) if person else None
    return _form(state, request, name, prefilled(before, ENTERED))


def submit_for(state: WebState, request: PageRequest) -> Response:
    """Seal what somebody said aloud."""
    name = _stated_name(request)
    ballot_form = read_ballot(request.fields, state.workshop.plan, state.kb)
    if request.fields.number("round") != state.workshop.round_state().number:
        message = "Another round has begun meanwhile: nothing was sealed."
        return _form(state, request, name, ballot_form, status=409, message=message)
    if ballot_form.mistakes or ballot_form.is_empty:
        message = "" if ballot_form.mistakes else EMPTY
        return _form(state, request, name, ballot_form, status=400, message=message)

    def write() -> OwnBallot:
        _check_not_own(state, name)
        if state.workshop.round_state().revealed:
            raise WorkshopError("The round was revealed meanwhile: nothing was sealed.")
        person = state.workshop.people.include(name)
        return state.workshop.submit(person.id, ballot_form.ballot, entered=ENTERED)

    try:
        state.writes.run(write)
    except StorageError as error:
        message = f"{error} {NOT_SAVED}"
        return _form(state, request, name, ballot_form, status=503, message=message)
    except WorkshopError as error:
        return _form(state, request, name, ballot_form, status=409, message=str(error))
    return redirect("/lead")


def _form(
    state: WebState,
    request: PageRequest,
    name: str,
    ballot_form: BallotForm,
    *,
    status: int = 200,
    message: str = "",
) -> Response:
    page, locked = ballot_page(state, name), state.workshop.round_state().revealed
    return HTMLResponse(
        for_page(page, ballot_form, request.token, message=message, locked=locked), status
    )


def _stated_name(request: PageRequest) -> str:
    try:
        return tidy_name(request.fields.text("name"))
    except ValueError as error:
        raise HTTPException(400, str(error)) from None


def _check_not_own(state: WebState, name: str) -> None:
    """Raises WorkshopError where somebody has answered in this round without the facilitator."""
    person = state.workshop.people.find(name)
    entered = state.workshop.how_entered(person.id) if person else None
    if entered not in (None, ENTERED):
        raise WorkshopError(f"{name} has answered already; only they can change it.")
