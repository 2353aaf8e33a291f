"""A request, until it is known who asks for what with which fields; then its handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from advisor.web.form_data import FORM, Fields, read_fields
from advisor.web.limits import read_body
from advisor.web.security import check_origin, check_token
from advisor.web.state import Handler, PageRequest, WebState

NOT_SEATED = "You are not in this workshop, or no longer: join, or come back with your own code."
NOT_LEAD = "This page is the facilitator's. It opens with the link that the program printed."


class Audience(Enum):
    """Who may ask for a page."""

    ANYBODY = "anybody"
    SEATED = "participants"
    LEAD = "the facilitator"


@dataclass(frozen=True)
class Page:
    """What is answered to whom. Others get ``otherwise``, or are refused where there is none."""

    method: str
    path: str
    audience: Audience
    handler: Handler
    otherwise: Handler | None = None


def endpoint(room: WebState, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """Starlette's side of a page. Handlers wait for the disk, so they run in threads."""

    async def answer(request: Request) -> Response:
        fields = await _fields(request)
        return await run_in_threadpool(_answer, room, page, request, fields)

    return answer


async def _fields(request: Request) -> Fields:
    if request.method != "POST":
        return read_fields(request.scope["query_string"])
    check_origin(request.headers, request.url.scheme)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(415, "Forms alone are taken here.")
    return read_fields(await read_body(request.stream(), request.headers.get("content-length")))


def _answer(room: WebState, page: Page, request: Request, fields: Fields) -> Response:
    asked = known(room, page.audience, request, fields)
    if asked is None and page.otherwise is not None:
        return page.otherwise(room, PageRequest(fields, _address(request)))
    if asked is None:
        raise HTTPException(403, NOT_LEAD if page.audience is Audience.LEAD else NOT_SEATED)
    if request.method == "POST" and page.audience is not Audience.ANYBODY:
        check_token(fields.one("token"), asked.cookie)
    return page.handler(room, asked)


def known(
    room: WebState, audience: Audience, request: Request, fields: Fields
) -> PageRequest | None:
    """Who asks; None where they are not among those who may."""
    address = _address(request)
    if audience is Audience.LEAD:
        key = request.cookies.get(room.lead_cookie, "")
        return PageRequest(fields, address, cookie=key) if room.workshop.people.leads(key) else None
    token = request.cookies.get(room.seat_cookie, "")
    person = room.workshop.people.recognised(token) if token else None
    if person is None and audience is Audience.SEATED:
        return None
    return PageRequest(fields, address, person, token)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
