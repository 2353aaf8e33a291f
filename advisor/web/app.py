"""The application: which pages there are, for whom, and what they share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from advisor.errors import WorkshopError
from advisor.web import facilitator, participants
from advisor.web.batched_writes import BatchedWrites
from advisor.web.event_streams import lead_stream, seat_stream
from advisor.web.fact_checks import FactChecks, ProbeTarget
from advisor.web.pages.layout import link, refusal
from advisor.web.record_button import RecordButton, Write
from advisor.web.requests import Audience, Page, endpoint
from advisor.web.result_cache import ResultCache
from advisor.web.security import SecurityMiddleware, Tell
from advisor.web.state import WebState
from advisor.web.static import KINDS, asset
from advisor.web.updates import UpdateWatcher
from advisor.workshop.store import Workshop, open_workshop
from rules.model import KnowledgeBase

ANYBODY, SEATED, LEAD = Audience.ANYBODY, Audience.SEATED, Audience.LEAD

PAGES = (
    Page("GET", "/", ANYBODY, participants.join),
    Page("POST", "/", ANYBODY, participants.joined),
    Page("GET", "/rejoin", ANYBODY, participants.rejoin),
    Page("POST", "/rejoin", ANYBODY, participants.rejoined),
    Page("GET", "/seat", SEATED, participants.seat, participants.come_in),
    Page("GET", "/seat/answers", SEATED, participants.answers, participants.come_in),
    Page("POST", "/seat/answers", SEATED, participants.submitted),
    Page("GET", "/seat/picture", SEATED, participants.last_picture, participants.come_in),
    Page("POST", "/seat/doubt", SEATED, participants.doubt),
    Page("POST", "/leave", SEATED, participants.leave),
    Page("GET", "/lead", LEAD, facilitator.lead, facilitator.enter),
    Page("GET", "/lead/screen", LEAD, facilitator.screen),
    Page("GET", "/lead/qr.svg", LEAD, facilitator.qr),
    Page("GET", "/lead/answers", LEAD, facilitator.answers_for),
    Page("POST", "/lead/answers", LEAD, facilitator.submitted_for),
    Page("POST", "/lead/reveal", LEAD, facilitator.reveal),
    Page("POST", "/lead/round", LEAD, facilitator.next_round),
    Page("POST", "/lead/evidence", LEAD, facilitator.evidence),
    Page("POST", "/lead/try", LEAD, facilitator.try_claim),
    Page("POST", "/lead/remove", LEAD, facilitator.remove),
    Page("POST", "/lead/code", LEAD, facilitator.new_code),
    Page("POST", "/lead/record", LEAD, facilitator.record),
)


def _silent(_: str) -> None:
    pass


def create_app(
    workshop: Workshop,
    kb: KnowledgeBase,
    *,
    hosts: Collection[str],
    address: str,
    testers: Sequence[ProbeTarget] = (),
    write: Write | None = None,
    tell: Tell = _silent,
) -> Starlette:
    """The pages of a workshop.

    ``hosts`` are the Host headers that are answered, each with its port; ``address`` is what
    people are told to open. On ``testers`` claims are tried; without any, none are. ``write``
    writes the record. ``tell`` is told where the program failed. The application's ``state.close``
    ends streams and trials; from a signal's handler too.
    """
    watching = open_workshop(workshop.path)
    trials, desk = FactChecks(workshop, kb, testers), RecordButton(write)
    gallery, writing = ResultCache(workshop, kb, watching), BatchedWrites(workshop)
    room = WebState(workshop, kb, address, trials, gallery, writing, desk)
    live = UpdateWatcher(watching, room.progress, room.now)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        trials.stop()
        watching.close()

    routes = [
        *(Route(page.path, endpoint(room, page), methods=[page.method]) for page in PAGES),
        Route("/events", seat_stream(room, live)),
        Route("/lead/events", lead_stream(room, live)),
        Route("/static/{name}", _static),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(SecurityMiddleware, hosts=hosts, tell=tell)],
        exception_handlers={
            HTTPException: _refused,
            WorkshopError: _declined,
        },
        lifespan=lifespan,
    )
    app.state.close = live.close
    app.state.room = room
    return app


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in KINDS:
        raise HTTPException(404, "There is no such page.")
    kept = {"Cache-Control": "public, max-age=86400"}  # its address changes with its content
    return Response(asset(name).content, media_type=asset(name).kind, headers=kept)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status, sentence = error.status_code, error.detail
    if sentence == HTTPStatus(status).phrase:  # Starlette's own
        sentence = "That cannot be done here." if status == 405 else "There is no such page."
    return _told(request, status, sentence, dict(error.headers or {}))


async def _declined(request: Request, error: Exception) -> Response:
    return _told(request, 409, str(error), {})


def _told(request: Request, status: int, sentence: str, headers: dict[str, str]) -> Response:
    """The page for what was not done. Where a body was not read to its end, nothing follows it."""
    back = "/lead" if request.url.path.startswith("/lead") else "/"
    page = refusal(sentence, link("Back to the workshop", back))
    if request.method == "POST" and status in (403, 413, 415):
        headers = {**headers, "Connection": "close"}
    return HTMLResponse(page, status, headers)
