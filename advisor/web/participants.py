"""What participants ask for: to come in, to answer, to see, to doubt, to leave."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from advisor.answers.ballot import without_stale_reasons
from advisor.errors import StorageError, WorkshopError
from advisor.report.toolkit.markup import Html
from advisor.web.ballot_form import BallotForm, read_ballot
from advisor.web.pages.ballot import BallotPage
from advisor.web.pages.join import admitted_page, join_page, left_page, rejoin_page
from advisor.web.pages.layout import PageUpdates
from advisor.web.pages.participant import (
    late_part,
    open_part,
    participant_page,
    revealed_part,
    sealed_part,
)
from advisor.web.security import LateResponse, delete_cookie, give_cookie, same_secret
from advisor.web.state import PageRequest, WebState
from advisor.workshop.people import Admission, tidy_code
from advisor.workshop.plan import tidy_name
from advisor.workshop.store import OwnBallot

ENTERED = "page"  # by its owner, who is known by a cookie; nobody else's is shown to anybody
WRONG_CODE = "That is not the code of this workshop."
WRONG_RETURN = "Nobody here has that code; it may have been used since."
NOT_SAVED = "Nothing was sealed, and what was filled in stands here still: send it again."
EMPTY = "Nothing was answered yet. Choose an answer first, if only “I don't know”."


# Coming in and going


def show_join(state: WebState, request: PageRequest) -> Response:
    """The first page, or their own for those who have joined."""
    if request.person is not None:
        return redirect("/seat")
    return HTMLResponse(join_page(state.workshop.plan.title, code=request.fields.text("code")[:20]))


def redirect_to_join(state: WebState, request: PageRequest) -> Response:
    """For those who have not joined, or take part no longer."""
    return redirect("/")


def join(state: WebState, request: PageRequest) -> Response:
    """Let somebody in who has the code."""
    fields, plan = request.fields, state.workshop.plan
    form_id, name, code = fields.text("once"), fields.text("name"), fields.text("code")

    def again(wrong: str) -> str:
        return join_page(plan.title, name=name[:80], code=code[:20], wrong=wrong)

    if not same_secret(tidy_code(code), tidy_code(plan.code)):
        return LateResponse(again(WRONG_CODE), 403, state.join_guesses.wrong())
    try:
        return _admit(state, _join_once(state, form_id, tidy_name(name)))
    except ValueError as error:
        return HTMLResponse(again(str(error)), 400)
    except StorageError as error:
        return HTMLResponse(again(str(error)), 503)
    except WorkshopError as error:
        return HTMLResponse(again(str(error)), 409)


def _join_once(state: WebState, form_id: str, name: str) -> Admission:
    people = state.workshop.people

    def admit() -> Admission:
        return state.writes.run(lambda: people.join(name))

    if not form_id:
        return admit()
    admission = state.admissions.once(form_id, name, admit)
    return admission if people.by_token(admission.token) else admit()


def show_rejoin(state: WebState, request: PageRequest) -> Response:
    return HTMLResponse(rejoin_page(state.workshop.plan.title))


def rejoin(state: WebState, request: PageRequest) -> Response:
    """Let somebody in again who has their own code; their cookie until now is worth nothing."""
    code, form_id = request.fields.text("code"), request.fields.text("once")
    people = state.workshop.people

    def admit() -> Admission:
        admission = None
        if people.by_code(code) is not None:  # nobody waits to write for who has no code
            admission = state.writes.run(lambda: people.rejoin(code))
        if admission is None:
            raise _NobodyError
        return admission

    try:
        again = state.admissions.once(f"back {form_id}", code, admit) if form_id else admit()
        if people.by_token(again.token) is None:  # they came back once more, or left
            raise _NobodyError
    except _NobodyError:
        page = rejoin_page(state.workshop.plan.title, wrong=WRONG_RETURN)
        return LateResponse(page, 403, state.rejoin_guesses.wrong())
    return _admit(state, again)


class _NobodyError(Exception):
    """Nobody has that code."""


def _admit(state: WebState, admission: Admission) -> Response:
    title, name = state.workshop.plan.title, admission.person.name
    response = HTMLResponse(admitted_page(title, name, admission.code))
    give_cookie(response, state.participant_cookie, admission.token)
    return response


def leave(state: WebState, request: PageRequest) -> Response:
    state.writes.run(lambda: state.workshop.people.leave(request.participant.id))
    response = HTMLResponse(left_page(state.workshop.plan.title))
    delete_cookie(response, state.participant_cookie)
    return response


# A participant's own page


def show_participant(state: WebState, request: PageRequest) -> Response:
    """One's own page: the form while a round is open, then the receipt, then the result."""
    current, own = state.workshop.round_state(), state.workshop.own_ballot(request.participant.id)
    if current.revealed:
        return _show_result(state, request)
    if own is None or own.number != current.number or own.entered != ENTERED:
        # A receipt from elsewhere opens a ballot.
        return _form(state, request, prefilled(own, ENTERED))
    status = state.status()
    part = sealed_part(
        state.workshop.path.name, current.number, own, status.answered, again=current.number > 1
    )
    return _page(state, request, part, version=status.version(facilitator=False))


def show_ballot(state: WebState, request: PageRequest) -> Response:
    """The form, also for who has answered already."""
    if state.workshop.round_state().revealed:
        return redirect("/seat")
    own = state.workshop.own_ballot(request.participant.id)
    return _form(state, request, prefilled(own, ENTERED))


def _form(
    state: WebState,
    request: PageRequest,
    ballot_form: BallotForm,
    *,
    status: int = 200,
    message: str = "",
) -> Response:
    status_now, page = state.status(), ballot_page(state)
    own = state.workshop.own_ballot(request.participant.id)
    sealed = own is not None and own.number == page.number
    answered = status_now.answered
    part = open_part(page, ballot_form, request.token, answered, message=message, sealed=sealed)
    return _page(state, request, part, version=status_now.version(facilitator=False), status=status)


def prefilled(own: OwnBallot | None, entered: str) -> BallotForm:
    """What was said last by this way; of what was entered by another nothing is shown."""
    return BallotForm(own.ballot) if own and own.entered == entered else BallotForm()


def ballot_page(state: WebState, name: str = "") -> BallotPage:
    """The form of the current round."""
    number, view = state.workshop.round_state().number, state.results.current()
    before = view.report if view else None
    return BallotPage(state.workshop.plan, state.kb, number, before, name)


def submit(state: WebState, request: PageRequest) -> Response:
    """Seal a ballot, or say why not and show what was typed."""
    ballot_form = read_ballot(request.fields, state.workshop.plan, state.kb)
    number, current = request.fields.number("round"), state.workshop.round_state()
    if number != current.number or current.revealed:
        return _late(state, request, ballot_form, number)
    if ballot_form.mistakes or ballot_form.is_empty:
        message = "" if ballot_form.mistakes else EMPTY
        return _form(state, request, ballot_form, status=400, message=message)
    person = request.participant.id
    own = state.workshop.own_ballot(person)
    ballot = without_stale_reasons(ballot_form.ballot, own.ballot if own else None)
    try:
        state.writes.run(lambda: state.workshop.submit(person, ballot, entered=ENTERED))
    except StorageError as error:
        message = f"{error} {NOT_SAVED}"
        return _form(state, request, ballot_form, status=503, message=message)
    except WorkshopError:
        return _late(state, request, ballot_form, number)
    return redirect("/seat")


def _late(state: WebState, request: PageRequest, ballot_form: BallotForm, number: int) -> Response:
    """The round was revealed meanwhile: nothing is sealed, and nothing that was typed is lost."""
    message = f"Round {number} was revealed before this arrived, so it was not sealed."
    if not state.workshop.round_state().revealed:
        again = "This is the next round: look at what the group said, and send it again."
        return _form(state, request, ballot_form, status=409, message=f"{message} {again}")
    part = late_part(ballot_page(state), ballot_form, message)
    return _page(state, request, part, version=None, status=409)


# The result


def show_last_result(state: WebState, request: PageRequest) -> Response:
    """The round revealed last, also while the next one is open."""
    if state.results.current() is None:
        return redirect("/seat")
    return _show_result(state, request)


def _show_result(state: WebState, request: PageRequest) -> Response:
    view = state.results.current()
    if view is None:
        raise HTTPException(404, "Nothing was revealed yet.")
    own = state.workshop.own_ballot(request.participant.id, view.report.number)
    part = revealed_part(
        view,
        own.receipt if own and own.entered == ENTERED else "",
        state.workshop.path.name,
        state.fact_checks.progress,
        request.token,
        round_open=not state.workshop.round_state().revealed,
    )
    return _page(state, request, part, version=state.status().version(facilitator=False))


def doubt(state: WebState, request: PageRequest) -> Response:
    """Somebody wants a claim to be tried."""
    claim = named_claim(state, request)
    if state.results.current() is None:
        raise HTTPException(409, "Nothing was revealed yet: there is nothing to doubt.")
    state.writes.run(lambda: state.workshop.doubt(request.participant.id, claim))
    revealed = state.workshop.round_state().revealed
    return redirect(f"{'/seat' if revealed else '/seat/picture'}#facts")


def named_claim(state: WebState, request: PageRequest) -> str:
    """The claim that the form names. Raises HTTPException for one that no program can try."""
    name = request.fields.text("claim")
    if name not in state.kb.claims or state.kb.claims[name].probe is None:
        raise HTTPException(400, "There is no such claim that could be tried.")
    return name


def _page(
    state: WebState, request: PageRequest, part: Html, *, version: str | None, status: int = 200
) -> Response:
    updates = None if version is None else PageUpdates(version, "/events")
    title, name = state.workshop.plan.title, request.participant.name
    return HTMLResponse(participant_page(name, title, request.token, updates, part), status)


def redirect(address: str) -> Response:
    """Go on there, with GET."""
    return RedirectResponse(address, 303)
