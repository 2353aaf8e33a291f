"""The streams (server-sent events) by which open pages learn that something changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from advisor.web.form_data import Fields
from advisor.web.requests import NOT_LEAD, NOT_SEATED, Audience, known
from advisor.web.state import WebState
from advisor.web.updates import UpdateWatcher

PING = 15  # seconds, after which a connection that says nothing is tried


def seat_stream(room: WebState, live: UpdateWatcher) -> Callable[[Request], Awaitable[Response]]:
    """For participants: a count, and that their page is out of date."""

    async def stream(request: Request) -> Response:
        asked = await run_in_threadpool(known, room, Audience.SEATED, request, Fields())
        if asked is None:
            raise HTTPException(403, NOT_SEATED)
        person = asked.seated.id
        live.check_room(person)

        async def told() -> AsyncIterator[dict[str, str]]:
            async for now in live.changes(person):
                if person in now.gone:
                    return
                yield {"data": now.told(lead=False)}

        return EventSourceResponse(told(), ping=PING)

    return stream


def lead_stream(room: WebState, live: UpdateWatcher) -> Callable[[Request], Awaitable[Response]]:
    """For the facilitator: also that somebody came, answered or left."""

    async def stream(request: Request) -> Response:
        asked = await run_in_threadpool(known, room, Audience.LEAD, request, Fields())
        if asked is None:
            raise HTTPException(403, NOT_LEAD)

        async def told() -> AsyncIterator[dict[str, str]]:
            async for now in live.changes("lead"):
                yield {"data": now.told(lead=True)}

        return EventSourceResponse(told(), ping=PING)

    return stream
