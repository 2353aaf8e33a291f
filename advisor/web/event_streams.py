"""The streams (server-sent events) by which open pages learn that something changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from advisor.web.form_data import Fields
from advisor.web.requests import REFUSALS, Audience, identify
from advisor.web.state import WebState
from advisor.web.updates import UpdateWatcher

PING = 15  # seconds, after which a connection that says nothing is tried


def event_stream(
    state: WebState, updates: UpdateWatcher, audience: Audience
) -> Callable[[Request], Awaitable[Response]]:
    """What open pages listen to. A participant's learn a count, and that they are out of date; the
    facilitator's also that somebody came, answered or left.
    """
    facilitator = audience is Audience.FACILITATOR

    async def stream(request: Request) -> Response:
        page_request = await run_in_threadpool(identify, state, audience, request, Fields())
        if page_request is None:
            raise HTTPException(403, REFUSALS[audience])
        listener = "lead" if facilitator else page_request.participant.id
        if not facilitator:
            updates.check_streams(listener)

        async def events() -> AsyncIterator[dict[str, str]]:
            async for status in updates.changes(listener):
                if listener in status.gone:
                    return
                yield {"data": status.as_json(facilitator=facilitator)}

        return EventSourceResponse(events(), ping=PING)

    return stream
