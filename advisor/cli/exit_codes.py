"""Exit codes."""

from __future__ import annotations

DONE = 0
WRONG = 1
USAGE = 2
BAD_INPUT = 3
UNPROVEN = 4
REASON_CHANGED = 5  # a reason of a record came out otherwise; the advice is the same
ADVICE_CHANGED = 6
CRASHED = 70  # a mistake in this program: EX_SOFTWARE of sysexits.h
INTERRUPTED = 130
