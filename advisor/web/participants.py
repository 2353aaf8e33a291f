"""What participants ask for: to come in, to answer, to see, to doubt, to leave."""

from __future__ import annotations

import secrets

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from advisor.answers.ballot import without_stale_reasons
from advisor.errors import WorkshopError
from advisor.report.toolkit.markup import Html
from advisor.web.ballot_form import BallotForm, read_ballot
from advisor.web.pages.ballot import BallotPage
from advisor.web.pages.join import admitted_page, join_page, left_page, rejoin_page
from advisor.web.pages.layout import PageUpdates
from advisor.web.pages.participant import (
    OwnResult,
    late_part,
    open_part,
    revealed_part,
    sealed_part,
    seat_page,
)
from advisor.web.security import give_cookie, same_secret, take_cookie
from advisor.web.state import PageRequest, WebState
from advisor.workshop.people import Admission, tidy_code
from advisor.workshop.plan import tidy_name
from advisor.workshop.round_result import RoundResult
from advisor.workshop.store import OwnBallot

ENTERED = "page"  # by its owner, who is known by a cookie; nobody else's is shown to anybody
WRONG_CODE = "That is not the code of this workshop."
WRONG_RETURN = "Nobody here has that code; it may have been used since."
EMPTY = "Nothing was answered yet. Choose an answer first, if only “I don't know”."


# Coming in and going


def join(room: WebState, asked: PageRequest) -> Response:
    """The first page, or one's seat for who has one."""
    if asked.person is not None:
        return to("/seat")
    code = asked.fields.one("code")[:20]
    return HTMLResponse(join_page(room.workshop.plan.title, _once(), code=code))


def come_in(room: WebState, asked: PageRequest) -> Response:
    """For who has no seat, or no longer."""
    return to("/")


def joined(room: WebState, asked: PageRequest) -> Response:
    """Let somebody in who has the code."""
    fields, plan = asked.fields, room.workshop.plan
    once, said, typed = fields.one("once"), fields.one("name"), fields.one("code")

    def again(status: int, wrong: str) -> Response:
        told = join_page(plan.title, _once(), name=said[:80], code=typed[:20], wrong=wrong)
        return HTMLResponse(told, status)

    def check() -> bool | None:
        return same_secret(tidy_code(typed), tidy_code(plan.code)) or None

    if not room.secrets.codes.guess(asked.address, check):
        return again(403, WRONG_CODE)
    try:
        name = tidy_name(said)
        return _admitted(room, _admit_once(room, once, name))
    except ValueError as error:
        return again(400, str(error))
    except WorkshopError as declined:
        return again(409, str(declined))


def _admit_once(room: WebState, once: str, name: str) -> Admission:
    people = room.workshop.people

    def admit() -> Admission:
        return room.writing.do(lambda: people.join(name))

    if not once:
        return admit()
    known = room.admissions.once(once, name, admit)
    return known if people.recognised(known.token) else admit()


def rejoin(room: WebState, asked: PageRequest) -> Response:
    return HTMLResponse(rejoin_page(room.workshop.plan.title, _once()))


def rejoined(room: WebState, asked: PageRequest) -> Response:
    """Let somebody in again who has their own code; their cookie until now is worth nothing."""
    typed, once = asked.fields.one("code"), asked.fields.one("once")

    def check() -> Admission | None:
        try:
            return room.admissions.once(f"back {once}", typed, admit) if once else admit()
        except _NobodyError:
            return None

    def admit() -> Admission:
        found = room.writing.do(lambda: room.workshop.people.rejoin(typed))
        if found is None:
            raise _NobodyError
        return found

    admission = room.secrets.returns.guess(asked.address, check)
    if admission is None:
        title = room.workshop.plan.title
        return HTMLResponse(rejoin_page(title, _once(), wrong=WRONG_RETURN), 403)
    return _admitted(room, admission)


class _NobodyError(Exception):
    """Nobody has that code."""


def _admitted(room: WebState, admission: Admission) -> Response:
    told = admitted_page(room.workshop.plan.title, admission.person.name, admission.code)
    response = HTMLResponse(told)
    give_cookie(response, room.seat_cookie, admission.token)
    return response


def _once() -> str:
    return secrets.token_urlsafe(16)


def leave(room: WebState, asked: PageRequest) -> Response:
    room.writing.do(lambda: room.workshop.people.leave(asked.seated.id))
    response = HTMLResponse(left_page(room.workshop.plan.title))
    take_cookie(response, room.seat_cookie)
    return response


# The seat


def seat(room: WebState, asked: PageRequest) -> Response:
    """One's own page: the form while a round is open, then the receipt, then the picture."""
    standing, own = room.workshop.round_state(), room.workshop.own(asked.seated.id)
    if standing.revealed:
        return _picture(room, asked)
    if own is None or own.number != standing.number or own.entered != ENTERED:
        return _form(room, asked, _prefilled(own))  # a receipt from elsewhere opens a ballot
    now = room.now()
    part = sealed_part(
        room.workshop.path.name, standing.number, own, now.answered, again=standing.number > 1
    )
    return _page(room, asked, part, state=now.version(lead=False))


def answers(room: WebState, asked: PageRequest) -> Response:
    """The form, also for who has answered already."""
    if room.workshop.round_state().revealed:
        return to("/seat")
    return _form(room, asked, _prefilled(room.workshop.own(asked.seated.id)))


def _form(
    room: WebState, asked: PageRequest, filled: BallotForm, *, status: int = 200, said: str = ""
) -> Response:
    now, sheet = room.now(), sheet_of(room)
    own = room.workshop.own(asked.seated.id)
    part = open_part(
        sheet,
        filled,
        asked.token,
        now.answered,
        said=said,
        sealed=own is not None and own.number == sheet.number,
    )
    return _page(room, asked, part, state=now.version(lead=False), status=status)


def _prefilled(own: OwnBallot | None) -> BallotForm:
    """What one said last oneself; of what others entered nothing is shown."""
    return BallotForm(own.ballot) if own and own.entered == ENTERED else BallotForm()


def sheet_of(room: WebState, name: str = "") -> BallotPage:
    """The form of the round that is held now."""
    number = room.workshop.round_state().number
    return BallotPage(room.workshop.plan, room.kb, number, room.gallery.now(), name)


def submitted(room: WebState, asked: PageRequest) -> Response:
    """Seal a ballot, or say why not and show what was typed."""
    filled = read_ballot(asked.fields, room.workshop.plan, room.kb)
    number, standing = asked.fields.number("round"), room.workshop.round_state()
    if number != standing.number or standing.revealed:
        return _late(room, asked, filled, number)
    if filled.mistakes:
        return _form(room, asked, filled, status=400)
    if not filled.ballot.says_something and not filled.ballot.answers:
        return _form(room, asked, filled, status=400, said=EMPTY)
    own = room.workshop.own(asked.seated.id)
    ballot = without_stale_reasons(filled.ballot, own.ballot if own else None)
    try:
        room.writing.do(lambda: room.workshop.submit(asked.seated.id, ballot, entered=ENTERED))
    except WorkshopError:
        return _late(room, asked, filled, number)
    return to("/seat")


def _late(room: WebState, asked: PageRequest, filled: BallotForm, number: int) -> Response:
    """The round was revealed meanwhile: nothing is sealed, and nothing that was typed is lost."""
    told = f"Round {number} was revealed before this arrived, so it was not sealed."
    if not room.workshop.round_state().revealed:
        again = "This is the next round: look at what the group said, and send it again."
        return _form(room, asked, filled, status=409, said=f"{told} {again}")
    part = late_part(sheet_of(room), filled, told)
    return _page(room, asked, part, state=None, status=409)


# The picture


def last_picture(room: WebState, asked: PageRequest) -> Response:
    """The round revealed last, also while the next one is open."""
    if room.gallery.now() is None:
        return to("/seat")
    return _picture(room, asked)


def _picture(room: WebState, asked: PageRequest) -> Response:
    now, shown = room.now(), room.gallery.now()
    if shown is None:
        raise HTTPException(404, "Nothing was revealed yet.")
    part = revealed_part(
        shown,
        _own(room, shown.result, asked.seated.id),
        room.workshop.path.name,
        room.trials.progress,
        asked.token,
        round_open=not room.workshop.round_state().revealed,
    )
    return _page(room, asked, part, state=now.version(lead=False))


def _own(room: WebState, picture: RoundResult, person: int) -> OwnResult | None:
    """What of the picture is this person's, where they gave that ballot themselves."""
    own = room.workshop.own(person, picture.number)
    if own is None or own.entered != ENTERED:
        return None
    receipts = [seat.revealed.receipt for seat in picture.participants]
    return OwnResult(receipts.index(own.receipt), own.receipt)


def doubt(room: WebState, asked: PageRequest) -> Response:
    """Somebody wants a claim to be tried."""
    claim = claim_of(room, asked)
    if room.gallery.now() is None:
        raise HTTPException(409, "Nothing was revealed yet: there is nothing to doubt.")
    room.writing.do(lambda: room.workshop.doubt(asked.seated.id, claim))
    revealed = room.workshop.round_state().revealed
    return to(f"{'/seat' if revealed else '/seat/picture'}#facts")


def claim_of(room: WebState, asked: PageRequest) -> str:
    """The claim that the form names. Raises HTTPException for one that no program can try."""
    name = asked.fields.one("claim")
    if name not in room.kb.claims or room.kb.claims[name].probe is None:
        raise HTTPException(400, "There is no such claim that could be tried.")
    return name


def _page(
    room: WebState, asked: PageRequest, part: Html, *, state: str | None, status: int = 200
) -> Response:
    follows = None if state is None else PageUpdates(state, "/events")
    title = room.workshop.plan.title
    return HTMLResponse(seat_page(asked.seated.name, title, asked.token, follows, part), status)


def to(address: str) -> Response:
    """Go on there, with GET."""
    return RedirectResponse(address, 303)
