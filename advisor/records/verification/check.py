"""The outcome of one check of a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class CheckStatus(str, Enum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: ``said`` in a sentence, and what is wrong, a sentence each."""

    result: CheckStatus
    said: str
    wrong: tuple[str, ...] = ()

    @classmethod
    def of(cls, wrong: Sequence[str], passed: str, failed: str) -> Check:
        if wrong:
            return cls(CheckStatus.FAILED, failed, tuple(wrong))
        return cls(CheckStatus.PASSED, passed)
