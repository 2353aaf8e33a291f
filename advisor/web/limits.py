"""How much and how often: the bytes of a form, and wrong guesses of codes and keys."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import AsyncIterable, Callable
from typing import TypeVar

from starlette.exceptions import HTTPException

MOST_BYTES = 64 * 1024  # of a form
WITHIN = 60.0  # seconds in which wrong guesses are counted
FROM_ONE_ADDRESS, FROM_EVERYWHERE = 8, 60  # wrong guesses

T = TypeVar("T")
Clock = Callable[[], float]


async def read_body(chunks: AsyncIterable[bytes], announced: str | None) -> bytes:
    """A form's bytes. Raises HTTPException before reading on where they are too many.

    ``announced`` is the Content-Length, if there was one.
    """
    if announced is not None and announced.isdecimal() and int(announced[:20]) > MOST_BYTES:
        raise _too_long()
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            raise _too_long()
    return bytes(body)


def _too_long() -> HTTPException:
    most = f"the most is {MOST_BYTES // 1024} kilobytes"
    return HTTPException(
        413, f"That is more than can be sent at once; {most}. Shorten the reasons."
    )


class Guesses:
    """Wrong guesses of one kind of secret; right ones do not count. Any thread may ask."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: deque[tuple[float, str]] = deque()

    def guess(self, address: str, check: Callable[[], T | None]) -> T | None:
        """What ``check`` finds, None where the guess is wrong.

        One guess at a time is checked, so that many at once are not more than the limit. Raises
        HTTPException, without checking, after too many wrong ones.
        """
        with self._lock:
            self._forget()
            here = sum(1 for _, where in self._wrong if where == address)
            if here >= FROM_ONE_ADDRESS or len(self._wrong) >= FROM_EVERYWHERE:
                sentence = "There were too many wrong tries. Wait a minute, then try again."
                raise HTTPException(429, sentence, {"Retry-After": str(int(WITHIN))})
            result = check()
            if result is None:
                self._wrong.append((self._clock(), address))
            return result

    def _forget(self) -> None:
        while self._wrong and self._wrong[0][0] <= self._clock() - WITHIN:
            self._wrong.popleft()
