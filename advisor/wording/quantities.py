"""Numbers in words: shares, sizes, counts."""

from __future__ import annotations

from collections.abc import Sequence


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


def signed(score: float) -> str:
    """A score with its sign: ``+0.40``, ``-0.20``, and ``0.00`` without."""
    return "0.00" if round(score, 2) == 0 else f"{score:+.2f}"


def first_few(items: Sequence[object], most: int = 5) -> str:
    """``a, b, c, d, e and 2 more``"""
    text = ", ".join(map(str, items[:most]))
    return f"{text} and {len(items) - most} more" if len(items) > most else text


def listed(parts: Sequence[str]) -> str:
    """``a, b and c``"""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
