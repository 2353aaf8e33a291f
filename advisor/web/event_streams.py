"""The streams (server-sent events) by which open pages learn that something changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from advisor.web.form_data import Fields
from advisor.web.requests import NOT_FACILITATOR, NOT_PARTICIPANT, Audience, identify
from advisor.web.state import WebState
from advisor.web.updates import UpdateWatcher

PING = 15  # seconds, after which a connection that says nothing is tried


Stream = Callable[[Request], Awaitable[Response]]


def participant_stream(state: WebState, updates: UpdateWatcher) -> Stream:
    """For participants: a count, and that their page is out of date."""

    async def stream(request: Request) -> Response:
        page_request = await run_in_threadpool(
            identify, state, Audience.PARTICIPANT, request, Fields()
        )
        if page_request is None:
            raise HTTPException(403, NOT_PARTICIPANT)
        person = page_request.participant.id
        updates.check_streams(person)

        async def events() -> AsyncIterator[dict[str, str]]:
            async for status in updates.changes(person):
                if person in status.gone:
                    return
                yield {"data": status.as_json(facilitator=False)}

        return EventSourceResponse(events(), ping=PING)

    return stream


def facilitator_stream(state: WebState, updates: UpdateWatcher) -> Stream:
    """For the facilitator: also that somebody came, answered or left."""

    async def stream(request: Request) -> Response:
        page_request = await run_in_threadpool(
            identify, state, Audience.FACILITATOR, request, Fields()
        )
        if page_request is None:
            raise HTTPException(403, NOT_FACILITATOR)

        async def events() -> AsyncIterator[dict[str, str]]:
            async for status in updates.changes("lead"):
                yield {"data": status.as_json(facilitator=True)}

        return EventSourceResponse(events(), ping=PING)

    return stream
