"""A request, until it is known who asks for what with which fields; then its handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from advisor.web.form_data import FORM, Fields, read_body, read_fields
from advisor.web.security import check_origin, check_token
from advisor.web.state import Handler, PageRequest, WebState


class Audience(Enum):
    """Who may ask for a page; the value is what others are told."""

    ANYBODY = ""
    PARTICIPANT = (
        "You are not in this workshop, or no longer: join, or come back with your own code."
    )
    FACILITATOR = "This page is the facilitator's. It opens with the link that the program printed."


@dataclass(frozen=True)
class Page:
    """What is answered to whom. Others get ``otherwise``, or are refused where there is none."""

    method: str
    path: str
    audience: Audience
    handler: Handler
    otherwise: Handler | None = None


def endpoint(state: WebState, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """Starlette's side of a page. Handlers wait for the disk, so they run in threads."""

    async def answer(request: Request) -> Response:
        fields = await _fields(request)
        return await run_in_threadpool(_answer, state, page, request, fields)

    return answer


async def _fields(request: Request) -> Fields:
    if request.method != "POST":
        return read_fields(request.scope["query_string"])
    check_origin(request.headers, request.url.scheme)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(415, "Forms alone are taken here.")
    return read_fields(await read_body(request.stream(), request.headers.get("content-length")))


def _answer(state: WebState, page: Page, request: Request, fields: Fields) -> Response:
    page_request = identify(state, page.audience, request, fields)
    if page_request is None:
        if page.otherwise is not None:
            return page.otherwise(state, PageRequest(fields))
        raise HTTPException(403, page.audience.value)
    if request.method == "POST" and page.audience is not Audience.ANYBODY:
        check_token(fields.text("token"), page_request.cookie)
    return page.handler(state, page_request)


def identify(
    state: WebState, audience: Audience, request: Request, fields: Fields
) -> PageRequest | None:
    """Who asks; None where they are not among those who may."""
    people = state.workshop.people
    if audience is Audience.FACILITATOR:
        token = request.cookies.get(state.facilitator_cookie, "")
        allowed = people.is_facilitator_token(token)
        return PageRequest(fields, cookie=token) if allowed else None
    token = request.cookies.get(state.participant_cookie, "")
    person = people.by_token(token) if token else None
    if person is None and audience is Audience.PARTICIPANT:
        return None
    return PageRequest(fields, person, token)
