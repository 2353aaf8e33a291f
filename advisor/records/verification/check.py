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
    """One thing that was checked: a sentence that sums it up, and a sentence for each problem."""

    status: CheckStatus
    summary: str
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, problems: Sequence[str], *, passed: str, failed: str) -> Check:
        """Failed where there are ``problems``; ``passed`` and ``failed`` are the summaries."""
        if problems:
            return cls(CheckStatus.FAILED, failed, tuple(problems))
        return cls(CheckStatus.PASSED, passed)
