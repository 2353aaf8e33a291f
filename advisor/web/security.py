"""What stands around every page: who may ask, from where, and what a browser may do with it.

Participants may be on plain http in a local network, where a browser takes no Secure cookies and
sends no Sec-Fetch headers: what is decided is decided here, by Host, Origin, cookie and token.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser's Origin would be null
    "Cache-Control": "no-store",
}
ELSEWHERE = PlainTextResponse(
    "This is not an address of the workshop: use the one that you were told.", 421
)
WEEK = 7 * 24 * 3600  # seconds that a browser keeps a cookie; rounds may be days apart

WITHIN = 60.0  # seconds in which wrong guesses are counted
UNHINDERED = 10  # wrong guesses that are answered at once
WAIT, LONGEST_WAIT = 0.1, 10.0  # seconds, for each further one, and at most
IS_LATE = "is late"  # in the state of a request whose answer is held back

Tell = Callable[[str], None]


class SecurityMiddleware:
    """Refuses other hosts, adds the headers, and lets no error out as it is.

    An address that was made to lead here by somebody's name server (DNS rebinding) has another
    Host than those of ``hosts``, each with its port. ``tell`` is told where the program failed,
    and never with what: that might be an answer.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], tell: Tell) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            is_here = Headers(scope=scope).get("host", "").lower() in self._hosts
            await (self._app if is_here else ELSEWHERE)(scope, receive, send_with_headers)
        except ClientDisconnect:  # nobody is there to be answered
            pass
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} at {frame.filename}:{frame.lineno}"
            self._tell(f"a page failed: {where}")
            if not begun:
                sentence = (
                    "Something went wrong in the program. "
                    "Open the page again to see where things stand."
                )
                await PlainTextResponse(sentence, 500)(scope, receive, send_with_headers)


def check_origin(headers: Headers, scheme: str) -> None:
    """Raises HTTPException for a form that another site's page sent, or one without an origin."""
    expected = f"{scheme}://{headers.get('host', '')}".lower()
    if headers.get("origin", "").lower() != expected:
        raise HTTPException(403, "That form came from another site's page.")


def form_token(cookie: str) -> str:
    """What the forms of somebody with this cookie hold, which no other site can know."""
    return hmac.new(cookie.encode(), b"advisor workshop form", hashlib.sha256).hexdigest()


def check_token(token: str, cookie: str) -> None:
    """Raises HTTPException for a form that was not made for this cookie."""
    if not hmac.compare_digest(token.encode(), form_token(cookie).encode()):
        raise HTTPException(403, "That form is not yours, or no longer: open the page anew.")


def same_secret(typed: str, expected: str) -> bool:
    """Whether two secrets are the same, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(typed.encode(), expected.encode())


class Guesses:
    """Wrong guesses of one kind of secret. Any thread may ask.

    Nobody is kept out, for all in a room may have one address: who is right is let in at once, who
    is wrong is told so the later, the more were wrong of late.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: deque[float] = deque()

    def wrong(self) -> float:
        """Count a wrong guess; for how many seconds its answer is to be held back."""
        with self._lock:
            now = self._clock()
            while self._wrong and self._wrong[0] <= now - WITHIN:
                self._wrong.popleft()
            self._wrong.append(now)
            return min(LONGEST_WAIT, WAIT * max(0, len(self._wrong) - UNHINDERED))


class LateResponse(HTMLResponse):
    """A page that comes after some seconds. Its connection waits for nothing that counts."""

    def __init__(self, content: str, status: int, seconds: float) -> None:
        super().__init__(content, status)
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._seconds:
            state = scope.setdefault("state", {})
            state[IS_LATE] = True
            await asyncio.sleep(self._seconds)
            state[IS_LATE] = False
        await super().__call__(scope, receive, send)


def give_cookie(response: Response, name: str, value: str) -> None:
    """Not Secure: over http, as in a local network, a browser would drop it."""
    response.set_cookie(name, value, max_age=WEEK, path="/", httponly=True, samesite="strict")


def delete_cookie(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", httponly=True, samesite="strict")
