"""Numbers in words: shares, sizes, counts."""

from __future__ import annotations


def percent(share: float) -> str:
    """A share as a percentage that never rounds to a certainty it does not have."""
    if 0.995 <= share < 1.0:
        return "over 99 %"
    if 0.0 < share <= 0.005:  # 0.5 rounds to the even 0
        return "under 1 %"
    return f"{share * 100:.0f} %"


def size(megabytes: int) -> str:
    """A size on disk: ``1.2 GB``, ``310 MB``."""
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes} MB"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
