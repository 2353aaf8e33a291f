"""The application: which pages there are, for whom, and what they share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus

from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from advisor.errors import StorageError, WorkshopError
from advisor.web import facilitator, participants
from advisor.web.batched_writes import BatchedWrites
from advisor.web.fact_checks import FactChecks, ProbeTarget
from advisor.web.form_data import Fields
from advisor.web.pages.layout import ASSETS, asset, link, refusal
from advisor.web.requests import Audience, Page, endpoint, identify
from advisor.web.result_cache import ResultCache
from advisor.web.security import SecurityMiddleware, Tell
from advisor.web.state import RecordButton, WebState, Write
from advisor.web.updates import STREAMS, UpdateWatcher
from advisor.workshop.store import Workshop, open_workshop
from rules.diagnostics import InputError
from rules.model import KnowledgeBase

ANYBODY, PARTICIPANT, FACILITATOR = Audience.ANYBODY, Audience.PARTICIPANT, Audience.FACILITATOR
TO_JOIN = participants.redirect_to_join
WAITS = 3.0  # seconds for another program that writes; who answers is told then
PING = 15  # seconds, after which a connection that says nothing is tried

PAGES = (
    Page("GET", "/", ANYBODY, participants.show_join),
    Page("POST", "/", ANYBODY, participants.join),
    Page("GET", "/rejoin", ANYBODY, participants.show_rejoin),
    Page("POST", "/rejoin", ANYBODY, participants.rejoin),
    Page("GET", "/seat", PARTICIPANT, participants.show_participant, TO_JOIN),
    Page("GET", "/seat/answers", PARTICIPANT, participants.show_ballot, TO_JOIN),
    Page("POST", "/seat/answers", PARTICIPANT, participants.submit),
    Page("GET", "/seat/picture", PARTICIPANT, participants.show_last_result, TO_JOIN),
    Page("POST", "/seat/doubt", PARTICIPANT, participants.doubt),
    Page("POST", "/leave", PARTICIPANT, participants.leave),
    Page("GET", "/lead", FACILITATOR, facilitator.show_facilitator, facilitator.enter),
    Page("GET", "/lead/screen", FACILITATOR, facilitator.show_screen),
    Page("GET", "/lead/qr.svg", FACILITATOR, facilitator.show_qr_code),
    Page("GET", "/lead/answers", FACILITATOR, facilitator.show_ballot_for),
    Page("POST", "/lead/answers", FACILITATOR, facilitator.submit_for),
    Page("POST", "/lead/reveal", FACILITATOR, facilitator.reveal),
    Page("POST", "/lead/round", FACILITATOR, facilitator.next_round),
    Page("POST", "/lead/evidence", FACILITATOR, facilitator.evidence),
    Page("POST", "/lead/try", FACILITATOR, facilitator.try_claim),
    Page("POST", "/lead/remove", FACILITATOR, facilitator.remove),
    Page("POST", "/lead/code", FACILITATOR, facilitator.new_code),
    Page("POST", "/lead/record", FACILITATOR, facilitator.record),
)


def create_app(
    workshop: Workshop,
    kb: KnowledgeBase,
    *,
    hosts: Collection[str],
    address: str,
    targets: Sequence[ProbeTarget] = (),
    write: Write | None = None,
    tell: Tell = lambda _: None,
) -> Starlette:
    """The pages of a workshop.

    ``hosts`` are the Host headers that are answered, each with its port; ``address`` is what
    people are told to open. On ``targets`` claims are tried; without any, none are. ``write``
    writes the record. ``tell`` is told where the program failed. The application's ``state.close``
    ends streams and fact checks; from a signal's handler too.
    """
    workshop.wait_at_most(WAITS)
    watching = open_workshop(workshop.path)
    state = WebState(
        workshop,
        kb,
        address,
        fact_checks=FactChecks(workshop, kb, targets),
        results=ResultCache(workshop, kb, watching),
        writes=BatchedWrites(workshop),
        record_button=RecordButton(write),
    )
    updates = UpdateWatcher(watching, state.progress, state.status)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        state.fact_checks.stop()
        watching.close()

    app = Starlette(
        routes=[
            *(Route(page.path, endpoint(state, page), methods=[page.method]) for page in PAGES),
            Route("/events", _event_stream(state, updates, PARTICIPANT)),
            Route("/lead/events", _event_stream(state, updates, FACILITATOR)),
            Route("/static/{name}", _static),
        ],
        middleware=[Middleware(SecurityMiddleware, hosts=hosts, tell=tell)],
        exception_handlers=dict.fromkeys((HTTPException, WorkshopError, InputError), _refuse),
        lifespan=lifespan,
    )
    app.state.close = updates.close
    app.state.workshop = state
    return app


def _event_stream(
    state: WebState, updates: UpdateWatcher, audience: Audience
) -> Callable[[Request], Awaitable[Response]]:
    """What open pages listen to. A participant's learn a count, and that they are out of date; the
    facilitator's also that somebody came, answered or left.
    """
    facilitator = audience is FACILITATOR

    async def stream(request: Request) -> Response:
        page_request = await run_in_threadpool(identify, state, audience, request, Fields())
        if page_request is None:
            raise HTTPException(403, audience.value)
        listener = "lead" if facilitator else page_request.participant.id
        place = updates.listen(listener, None if facilitator else STREAMS)

        async def events() -> AsyncIterator[dict[str, str]]:
            async for status in updates.changes(place):
                if listener in status.gone:
                    return
                yield {"data": status.as_json(facilitator=facilitator)}

        return _Stream(events(), lambda: updates.leave(place))

    return stream


class _Stream(EventSourceResponse):
    """Events, and what is done when they end, also where they never began."""

    def __init__(self, events: AsyncIterator[dict[str, str]], on_end: Callable[[], None]) -> None:
        super().__init__(events, ping=PING)
        self._on_end = on_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._on_end()


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ASSETS:
        raise HTTPException(404, "There is no such page.")
    headers = {"Cache-Control": "public, max-age=86400"}  # its address changes with its content
    return Response(asset(name), media_type=ASSETS[name], headers=headers)


async def _refuse(request: Request, error: Exception) -> Response:
    """The page for what was not done. Where a body was not read to its end, nothing follows it."""
    status, sentence, headers = 409, str(error), dict[str, str]()
    if isinstance(error, InputError):  # the file was damaged while it is served
        status, sentence = 500, f"The workshop's file {error.problems[0].message}."
    if isinstance(error, StorageError):
        status = 503
    if isinstance(error, HTTPException):
        status, sentence, headers = error.status_code, error.detail, dict(error.headers or {})
        if sentence == HTTPStatus(status).phrase:  # Starlette's own
            sentence = "That cannot be done here." if status == 405 else "There is no such page."
    if request.method == "POST" and status in (403, 413, 415):
        headers["Connection"] = "close"
    back = "/lead" if request.url.path.startswith("/lead") else "/"
    return HTMLResponse(refusal(sentence, link("Back to the workshop", back)), status, headers)
