"""Exit codes, and the sentence that goes with an early end."""

from __future__ import annotations

DONE = 0
WRONG = 1
USAGE = 2
BAD_INPUT = 3
UNPROVEN = 4
REASON_CHANGED = 5  # a reason of a record came out otherwise; the advice is the same
ADVICE_CHANGED = 6
INTERRUPTED = 130


class CommandError(Exception):
    """The command cannot go on; the message is one sentence for the person at the terminal."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
