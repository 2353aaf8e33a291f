"""What the facilitator asks for: to see who has answered, to reveal, to go on, to have it tried."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from advisor.errors import WorkshopError
from advisor.web.ballot_form import BallotForm, read_ballot
from advisor.web.pages.facilitator import (
    FacilitatorView,
    code_page,
    facilitator_page,
    for_page,
    screen_page,
)
from advisor.web.pages.layout import PageUpdates
from advisor.web.participants import EMPTY, claim_of, sheet_of, to
from advisor.web.qr import join_link, qr_code
from advisor.web.requests import NOT_LEAD
from advisor.web.security import give_cookie
from advisor.web.state import PageRequest, WebState
from advisor.workshop.plan import tidy_name
from advisor.workshop.store import OwnBallot

ENTERED = "facilitator"


def enter(room: WebState, asked: PageRequest) -> Response:
    """Exchange the key of the printed link for a cookie, so that it leaves the address bar."""
    key = asked.fields.one("key")
    if not key:
        raise HTTPException(403, NOT_LEAD)

    if not room.workshop.people.leads(key):  # the right one is never kept out by wrong ones
        room.secrets.keys.guess(asked.address, lambda: None)
        raise HTTPException(403, "That is not the facilitator's link, or it is cut short.")
    response = to("/lead")
    give_cookie(response, room.lead_cookie, key)
    return response


def lead(room: WebState, asked: PageRequest) -> Response:
    if "key" in asked.fields.values:  # the link was opened again
        return to("/lead")
    version = room.now().version(lead=True)
    return HTMLResponse(facilitator_page(_led(room, asked), PageUpdates(version, "/lead/events")))


def screen(room: WebState, asked: PageRequest) -> Response:
    version = room.now().version(lead=True)
    return HTMLResponse(screen_page(_led(room, asked), PageUpdates(version, "/lead/events")))


def qr(room: WebState, asked: PageRequest) -> Response:
    image = qr_code(join_link(room.address, room.workshop.plan.code))
    return Response(image, media_type="image/svg+xml")


def _led(room: WebState, asked: PageRequest) -> FacilitatorView:
    workshop, trials = room.workshop, room.trials
    return FacilitatorView(
        plan=workshop.plan,
        address=room.address,
        round_state=workshop.round_state(),
        people=workshop.people.all(),
        answered=workshop.answered(),
        count=room.now().answered,
        round_view=room.gallery.now(),
        progress=trials.progress,
        testers=tuple(tester.label for tester in trials.testers),
        token=asked.token,
        offers_record=room.desk.offers,
        written=room.desk.written,
    )


# What comes next. A form that was sent twice says which round it meant, and does it once.


def reveal(room: WebState, asked: PageRequest) -> Response:
    standing = room.workshop.round_state()
    if asked.fields.number("round") == standing.number and not standing.revealed:
        room.writing.do(room.workshop.reveal)
        room.gallery.now()  # worked out once, before everybody asks for it at once
        room.trials.everything()
    return to("/lead")


def next_round(room: WebState, asked: PageRequest) -> Response:
    if asked.fields.number("round") == room.workshop.round_state().number + 1:
        room.writing.do(room.workshop.open_round)
    return to("/lead")


def record(room: WebState, asked: PageRequest) -> Response:
    shown = room.gallery.now()
    if shown is None:
        raise HTTPException(409, "Nothing was revealed yet: there is no outcome to record.")
    if room.trials.progress.busy:
        raise HTTPException(409, "Claims are being tried just now: write the record when they are.")
    room.desk.record(shown.version)
    return to("/lead")


# Facts


def evidence(room: WebState, asked: PageRequest) -> Response:
    """Have everything tried that the outcome rests on."""
    if room.gallery.now() is None:
        raise HTTPException(409, "Nothing was revealed yet: there is no outcome to try.")
    room.trials.everything(_tester(room, asked))
    return to("/lead#facts")


def try_claim(room: WebState, asked: PageRequest) -> Response:
    room.trials.claim(claim_of(room, asked), _tester(room, asked))
    return to("/lead#facts")


def _tester(room: WebState, asked: PageRequest) -> int:
    """Which of the interpreters named at the start; no page names another."""
    chosen = asked.fields.number("tester") if asked.fields.one("tester") else 0
    if chosen >= len(room.trials.testers):
        raise HTTPException(400, "There is no such interpreter here.")
    return chosen


# People


def remove(room: WebState, asked: PageRequest) -> Response:
    """Somebody has left without saying so; their own code would bring them back."""
    person = room.workshop.people.numbered(asked.fields.number("person"))
    room.writing.do(lambda: room.workshop.people.leave(person.id))
    return to("/lead")


def new_code(room: WebState, asked: PageRequest) -> Response:
    """For who has lost their code, or answered by another way before. They are known by sight."""
    person = room.workshop.people.numbered(asked.fields.number("person"))
    code = room.writing.do(lambda: room.workshop.people.new_code(person.id))
    return HTMLResponse(code_page(room.workshop.plan.title, person.name, code))


def answers_for(room: WebState, asked: PageRequest) -> Response:
    """The form, for somebody in the room."""
    name = _name(asked)
    _check_not_own(room, name)
    person = room.workshop.people.known(name)
    before = room.workshop.own(person.id) if person else None
    entered = before if before and before.entered == ENTERED else None
    return _form(room, asked, name, BallotForm(entered.ballot) if entered else BallotForm())


def submitted_for(room: WebState, asked: PageRequest) -> Response:
    """Seal what somebody said aloud."""
    name = _name(asked)
    filled = read_ballot(asked.fields, room.workshop.plan, room.kb)
    if asked.fields.number("round") != room.workshop.round_state().number:
        said = "Another round has begun meanwhile: nothing was sealed."
        return _form(room, asked, name, filled, status=409, said=said)
    if filled.mistakes:
        return _form(room, asked, name, filled, status=400)
    if not filled.ballot.says_something and not filled.ballot.answers:
        return _form(room, asked, name, filled, status=400, said=EMPTY)

    def write() -> OwnBallot:
        _check_not_own(room, name)
        if room.workshop.round_state().revealed:
            raise WorkshopError("The round was revealed meanwhile: nothing was sealed.")
        person = room.workshop.people.named(name)
        return room.workshop.submit(person.id, filled.ballot, entered=ENTERED)

    try:
        room.writing.do(write)
    except WorkshopError as declined:
        return _form(room, asked, name, filled, status=409, said=str(declined))
    return to("/lead")


def _form(
    room: WebState,
    asked: PageRequest,
    name: str,
    filled: BallotForm,
    *,
    status: int = 200,
    said: str = "",
) -> Response:
    locked = room.workshop.round_state().revealed
    told = for_page(sheet_of(room, name), filled, asked.token, said=said, locked=locked)
    return HTMLResponse(told, status)


def _name(asked: PageRequest) -> str:
    try:
        return tidy_name(asked.fields.one("name"))
    except ValueError as error:
        raise HTTPException(400, str(error)) from None


def _check_not_own(room: WebState, name: str) -> None:
    """Raises WorkshopError where somebody has answered in this round without the facilitator."""
    person = room.workshop.people.known(name)
    way = room.workshop.way(person.id) if person else None
    if way not in (None, ENTERED):
        raise WorkshopError(f"{name} has answered already; only they can change it.")
