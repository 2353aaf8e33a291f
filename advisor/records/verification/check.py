"""The outcome of one check of a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Result(str, Enum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: ``said`` in a sentence, and what is wrong, a sentence each."""

    result: Result
    said: str
    wrong: tuple[str, ...] = ()

    @classmethod
    def of(cls, wrong: Sequence[str], passed: str, failed: str) -> Check:
        if wrong:
            return cls(Result.FAILED, failed, tuple(wrong))
        return cls(Result.PASSED, passed)
